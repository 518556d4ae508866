"""The turns that scenarios take: the glitch, the deadline, the posting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tui.campus import acts
from tui.campus.gradebook import Standing
from tui.campus.scene import Act, Scene
from tui.campus.school import Course

Solo = Callable[[Scene], Act]
Undo = tuple[int, int, Standing]
"""Assignment, student, and how it was before."""

PROMOTED = 278
GLITCH_MINUTES = 105
CHANGES = 39
"""Utah, 11 September 2012: so many students, for so long, with so many changes."""


def glitch(scene: Scene) -> Act:
    """An update gives students a teacher's rights; a few use them; the teachers put it right.

    38 of the 39 changes raise one grade, mostly the student's own; one raises a whole class.
    """
    school, random = scene.registrar.school, scene.random
    everyone: dict[int, Course] = {}
    courses = sorted(
        (each for each in school.courses.values() if each.students), key=lambda c: len(c.students)
    )
    for course in courses:
        everyone.update((student, course) for student in course.students)
    chosen = random.sample(sorted(everyone), min(PROMOTED, len(everyone)))
    ring = random.sample(chosen, min(14, len(chosen)))
    for course in courses:
        mine = frozenset(student for student in chosen if everyone[student].id == course.id)
        school.promoted[course.id] = mine
    smallest = next((each for each in courses if school.promoted[each.id]), courses[0])
    moments = sorted(random.uniform(60, GLITCH_MINUTES * 60 - 60) for _ in range(CHANGES))
    big, undo = random.randrange(10, CHANGES), list[Undo]()
    passed = 0.0
    for number, moment in enumerate(moments):
        yield moment - passed
        passed = moment
        if number == big:
            culprit = min(school.promoted[smallest.id] or smallest.students)
            undo += yield from _raise_class(scene, smallest, culprit)
        else:
            culprit = random.choice(ring)
            undo.append(_raise_one(scene, everyone[culprit], culprit))
    yield GLITCH_MINUTES * 60 - passed
    school.promoted.clear()
    yield 600.0
    for assignment, student, standing in undo:
        _restore(scene, assignment, student, standing)
        yield random.uniform(2, 10)


def _raise_one(scene: Scene, course: Course, culprit: int) -> Undo:
    """The culprit raises a grade of their own, now and then a friend's."""
    student = culprit if scene.random.random() < 0.8 else scene.random.choice(course.students)
    graded = scene.registrar.gradebook.graded
    own = [number for number in course.assignments if graded(number, student)]
    number = scene.random.choice(own or course.assignments[:5])
    before = scene.registrar.gradebook.standing(number, student)
    scene.mark(number, student, culprit, score=scene.assignment(number).points)
    return number, student, before


def _raise_class(scene: Scene, course: Course, culprit: int) -> acts.Gives[list[Undo]]:
    """Everybody in the class gets a tenth more, in one request."""
    counts = scene.registrar.gradebook.graded_count
    number = max(course.assignments, key=counts)
    request = scene.registrar.request(bulk=True)
    undo: list[Undo] = []
    for student in course.students:
        assignment = scene.assignment(number)
        before = scene.registrar.gradebook.standing(number, student)
        score = min(assignment.points, (before.score or 0.0) + round(assignment.points * 0.1, 1))
        undo.append((number, student, before))
        scene.mark(number, student, culprit, score=score, request=request)
        yield 0.003
    return undo


def _restore(scene: Scene, number: int, student: int, standing: Standing) -> None:
    assignment = scene.assignment(number)
    scene.registrar.grade(
        assignment,
        student,
        scene.registrar.school.courses[assignment.course].teachers[0],
        at=scene.at,
        request=scene.registrar.request(),
        grade=standing.grade,
        score=standing.score,
        excused=standing.excused,
    )


def midnight(scene: Scene) -> Act:
    """The deadline passes: the missing policy goes through every course."""
    for course in list(scene.registrar.school.courses.values()):
        if course.students and scene.fits(1):
            yield from acts.missing_policy(scene, course, pause=2.0)


def another_midnight(scene: Scene) -> Act:
    """A minute later the next deadline passes."""
    yield 60.0
    yield from midnight(scene)


def posted(scene: Scene) -> Act:
    """Anonymous grades are posted, one assignment after the other."""
    yield 45.0
    while True:
        for course in list(scene.registrar.school.courses.values()):
            for number in course.assignments:
                assignment = scene.assignment(number)
                if assignment.protected and scene.registrar.gradebook.graded_count(number) > 3:
                    scene.edit(replace(assignment, muted=False), course.teachers[0])
                    yield 90.0
        yield 90.0


def first_posted(scene: Scene) -> Act:
    """One assignment is posted, the others stay hidden."""
    act = posted(scene)
    next(act)
    next(act)
    yield 1.0
