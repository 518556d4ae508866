"""Founding a school: who and what there is before anybody has graded anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from uuid import UUID

from tui.campus.people import dice, draw
from tui.campus.school import (
    ROOT_ACCOUNT,
    Account,
    Assignment,
    Assistant,
    Course,
    Grading,
    School,
    Section,
)
from tui.events.ids import IDS_PER_SHARD

SHARD = 2107
"""The school's shard; its global ids have 17 digits."""
VISITOR_SHARD = 42
_FIRST_COURSE, _FIRST_ASSIGNMENT, _FIRST_SECTION, _FIRST_USER = 565, 2319, 801, 48
_SUBJECTS = (
    ("BIO", "General Biology"),
    ("MATH", "Linear Algebra"),
    ("CHEM", "Organic Chemistry II"),
    ("HIST", "History of the Mediterranean World, 1200–1600"),
    ("CS", "Data Structures and Algorithms"),
    ("PSYC", "Introduction to Psychology"),
    ("ENGL", "Composition & Rhetoric"),
    ("PHYS", "Mechanics"),
    ("ESPN", "Español intermedio"),
    ("PHIL", "Ethics: Theories, Problems, and the Examined Life"),
    ("STAT", "Statistics for the Social Sciences"),
    ("MUS", "Musik des 20. Jahrhunderts"),
    ("JAPN", "日本語 I"),
    ("ECON", "Microeconomics"),
    ("NURS", "Clinical Practice <Adult Health> [Section A & B]"),
)
_WORKS = (
    (Grading.POINTS, "Homework", (5, 10, 20)),
    (Grading.POINTS, "Quiz", (10, 15)),
    (Grading.LETTER, "Essay", (100,)),
    (Grading.POINTS, "Lab report", (25, 30)),
    (Grading.COMPLETE, "Attendance week", (1,)),
    (Grading.PERCENT, "Midterm", (100,)),
    (Grading.POINTS, "Problem set", (50,)),
    (Grading.POINTS, "Reading response", (4,)),
    (Grading.GPA, "Presentation", (100,)),
    (Grading.LETTER, "Research paper draft", (100,)),
)


@dataclass(frozen=True, slots=True)
class Size:
    """How big a school is: students a course are drawn from ``low``–``high``."""

    courses: int
    assignments: int
    low: int = 30
    high: int = 300


def size_for(
    history: int, courses: int | None = None, students: int | None = None, *, least: int = 4
) -> Size:
    """A school in which ``history`` rows are mostly first grades; ``least`` courses by default."""
    count = courses or min(least + history // 2500, 200)
    low, high = (30, 300) if students is None else (students, students)
    return Size(count, min(12 + history // count // min(80, low * 2), 600), low, high)


def found(seed: int, size: Size, *, anonymous: float = 0.05) -> School:
    """A school; ``anonymous`` is the share of assignments graded anonymously."""
    random = dice(f"{seed}:school")
    school = School(SHARD)
    school.put(
        Account(ROOT_ACCOUNT, "Oxana University", sis_id="OXANA"),
        Account(2, "College of Science", ROOT_ACCOUNT, "SCI"),
        Account(3, "Faculté des lettres", ROOT_ACCOUNT, "LET"),
    )
    user = _FIRST_USER
    staff = 2 + size.courses * 5
    rosters = [_class_size(random, size) for _ in range(size.courses)]
    pool = max(300, *rosters, sum(rosters) // 3)
    for number in range(user, user + staff + pool):
        school.put(draw(random, number))
    school.admins.add(user)
    school.sub_admins.add(user + 1)
    students = range(user + staff, user + staff + pool)
    visitor = VISITOR_SHARD * IDS_PER_SHARD + 77
    school.put(replace(draw(random, visitor), sis_id=None))
    assignment, section = _FIRST_ASSIGNMENT, _FIRST_SECTION
    for place, members in enumerate(_deal(random, students, rosters)):
        roster = len(members)
        course = _course(random, place, members, section)
        if place == 0:
            course = _with_visitor(course, visitor)
        staff_ids = range(user + 2 + place * 5, user + 7 + place * 5)
        course = replace(
            course,
            teachers=tuple(staff_ids[: 1 + (roster > 150)]),
            assistants=_assistants(staff_ids[2 : 4 + (roster > 100)], course.sections),
            assignments=tuple(range(assignment, assignment + size.assignments)),
        )
        school.put(course)
        for each in course.assignments:
            school.put(_assignment(random, each, course, each - assignment, anonymous))
        assignment += size.assignments
        section += len(course.sections)
    return school


def _class_size(random: Random, size: Size) -> int:
    return min(size.high, max(size.low, round(random.lognormvariate(4.4, 0.55))))


def _deal(random: Random, students: range, rosters: list[int]) -> Iterator[list[int]]:
    """Who is in each course: nobody is in a second one before everybody is in a first."""
    deck: list[int] = []
    for roster in rosters:
        members: set[int] = set()
        while len(members) < roster:
            if not deck:
                deck = [student for student in students if student not in members]
                random.shuffle(deck)
            members.add(deck.pop())
        yield sorted(members)


def _course(random: Random, place: int, students: list[int], section: int) -> Course:
    subject, title = _SUBJECTS[place % len(_SUBJECTS)]
    code = f"{subject} {101 + 100 * (place % 4) + place // len(_SUBJECTS)}"
    parts = 2 + (len(students) > 80) + (len(students) > 160)
    sections = tuple(
        Section(section + part, f"{code} Section {'ABCD'[part]}", tuple(students[part::parts]))
        for part in range(parts)
    )
    return Course(
        id=_FIRST_COURSE + place,
        name=f"{code} {title}",
        code=code,
        account=(ROOT_ACCOUNT, ROOT_ACCOUNT, 2, 3)[place % 4],
        uuid=UUID(int=random.getrandbits(128), version=4).hex,
        sis_id=f"C-{code.replace(' ', '')}-{place + 1}",
        teachers=(),
        assistants=(),
        sections=sections,
        students=tuple(students),
        assignments=(),
        overrides_allowed=place % 3 != 2,
        description=f"<p>{title}. See the syllabus.</p>",
        start_at="2026-08-24T06:00:00Z",
        conclude_at="2026-12-19T06:59:59Z",
    )


def _with_visitor(course: Course, visitor: int) -> Course:
    """A student of another institution, whose id is global here."""
    first, *others = course.sections
    return replace(
        course,
        students=(*course.students, visitor),
        sections=(replace(first, students=(*first.students, visitor)), *others),
    )


def _assistants(users: range, sections: tuple[Section, ...]) -> tuple[Assistant, ...]:
    """The first TA sees the whole course, each other one section only."""
    whole, *limited = users
    return (
        Assistant(whole),
        *(Assistant(user, (sections[at % len(sections)].id,)) for at, user in enumerate(limited)),
    )


def _assignment(
    random: Random, number: int, course: Course, place: int, anonymous: float
) -> Assignment:
    grading, name, points = _WORKS[place % len(_WORKS)]
    # one in every class, however small the school
    always = place == len(_WORKS) - 1
    hidden = always or (grading is not Grading.COMPLETE and random.random() < anonymous)
    return Assignment(
        id=number,
        course=course.id,
        name=f"{name} {place // len(_WORKS) + 1}",
        grading=grading,
        points=float(random.choice(points)),
        quiz=name == "Quiz",
        anonymous=hidden,
        muted=hidden or random.random() < 0.05,
        checkpoint=place % 40 == 27,
        sis_id=f"A-{number}" if place % 3 == 0 else None,
    )
