"""The simulated school as it is now: accounts, courses, sections, assignments, people, rights."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from tui.campus.people import Person

ROOT_ACCOUNT = 1


class Grading(StrEnum):
    """How an assignment is graded; the values are Canvas's."""

    POINTS = "points"
    LETTER = "letter_grade"
    PERCENT = "percent"
    COMPLETE = "pass_fail"
    GPA = "gpa_scale"


@dataclass(frozen=True, slots=True)
class Account:
    id: int
    name: str
    parent: int | None = None
    sis_id: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """``students`` counts former ones too: Canvas goes on showing their rows."""

    id: int
    name: str
    students: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Assistant:
    """A TA; limited to ``sections`` when there are any, else sees the whole course."""

    user: int
    sections: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """``state`` is Canvas's workflow state: created, claimed, available, completed, deleted."""

    id: int
    name: str
    code: str
    account: int
    uuid: str
    sis_id: str | None
    teachers: tuple[int, ...]
    assistants: tuple[Assistant, ...]
    sections: tuple[Section, ...]
    students: tuple[int, ...]
    assignments: tuple[int, ...]
    overrides_allowed: bool = True
    state: str = "available"
    description: str = ""
    start_at: str | None = None
    conclude_at: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Anonymous and muted together hide the students of its rows."""

    id: int
    course: int
    name: str
    grading: Grading
    points: float
    quiz: bool = False
    anonymous: bool = False
    muted: bool = False
    deleted: bool = False
    checkpoint: bool = False
    """A sub-assignment of a discussion: Canvas leaves it out of ``linked``."""
    sis_id: str | None = None

    @property
    def protected(self) -> bool:
        """Whether students are withheld now."""
        return self.anonymous and self.muted


Thing = Account | Person | Course | Assignment
"""What is put into a school."""


@dataclass(slots=True)
class School:
    """Everything that has an id. Its parts are frozen; a change puts a new part in its place."""

    shard: int
    accounts: dict[int, Account] = field(default_factory=dict[int, Account])
    people: dict[int, Person] = field(default_factory=dict[int, Person])
    courses: dict[int, Course] = field(default_factory=dict[int, Course])
    assignments: dict[int, Assignment] = field(default_factory=dict[int, Assignment])
    admins: set[int] = field(default_factory=set[int])
    """Admins of the root account with all rights."""
    sub_admins: set[int] = field(default_factory=set[int])
    """Admins of a sub-account only: the audit log is not for them."""
    promoted: dict[int, frozenset[int]] = field(default_factory=dict[int, frozenset[int]])
    """Course → students who hold a teacher's rights there just now (the glitch)."""
    on_put: Callable[[Thing], None] | None = None
    """Told of every part that is put in its place."""

    def put(self, *things: Thing) -> None:
        for thing in things:
            if self.on_put is not None:
                self.on_put(thing)
            match thing:
                case Account():
                    self.accounts[thing.id] = thing
                case Person():
                    self.people[thing.id] = thing
                case Course():
                    self.courses[thing.id] = thing
                case Assignment():
                    self.assignments[thing.id] = thing

    def graders(self, course: Course) -> tuple[int, ...]:
        return (*course.teachers, *(assistant.user for assistant in course.assistants))

    def section_students(self, course: Course, sections: Iterable[int]) -> frozenset[int]:
        wanted = set(sections)
        return frozenset(
            student
            for section in course.sections
            if section.id in wanted
            for student in section.students
        )

    def courses_of(self, user: int) -> list[Course]:
        """Courses in which a person is enrolled, in whatever role."""
        return [
            course
            for course in self.courses.values()
            if user in self.graders(course) or user in course.students
        ]
