"""What people and policies do to grades, at the speed at which they do it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import TypeVar

from tui.campus.ledger import NOBODY
from tui.campus.scene import Act, Scene
from tui.campus.school import Course, Grading

CourseAct = Callable[[Scene, Course], Act]
T = TypeVar("T")
Gives = Generator[float, None, T]
"""An act within an act, with a result."""


def pile(scene: Scene, course: Course) -> Act:
    """Somebody works through an assignment, submission by submission, and mistypes now and then."""
    assignment = scene.front(course)
    grader, students = scene.grader(course)
    todo = [] if assignment is None else scene.ungraded(assignment, students)
    if assignment is None or not todo:
        yield from regrades(scene, course)
        return
    for student in todo[: scene.random.randint(6, 40)]:
        if scene.registrar.gradebook.graded(assignment.id, student):
            continue  # a colleague was quicker
        chance = scene.random.random()
        if chance < 0.015:
            scene.excuse(assignment.id, student, grader)
        else:
            scene.mark(assignment.id, student, grader)
        yield scene.think()
        if chance > 0.96:
            scene.mark(assignment.id, student, grader)
            yield scene.think() / 4


def regrades(scene: Scene, course: Course) -> Act:
    """After a question from a student: a few grades move a little, usually up."""
    assignment = scene.assignment(scene.random.choice(course.assignments))
    done = scene.graded(course, assignment)
    grader, _ = scene.grader(course)
    if not done:
        yield from first_grade(scene, course)
        return
    for student in scene.random.sample(done, min(len(done), scene.random.randint(1, 4))):
        standing = scene.registrar.gradebook.standing(assignment.id, student)
        step = max(1.0, round(assignment.points * 0.05))
        by = scene.random.choice((step, step, step, 2 * step, -step, 0.5))
        old = 0.0 if standing.score is None else standing.score
        score = min(assignment.points, max(0.0, old + by))
        if assignment.grading is Grading.COMPLETE:
            score = assignment.points if old == 0.0 else 0.0
        if score == old and not standing.excused:
            score = max(0.0, old - 1.0) if old else 1.0
        scene.mark(assignment.id, student, grader, score=score)
        yield scene.think() * 2


def first_grade(scene: Scene, course: Course) -> Act:
    """One grade somewhere: how every course begins."""
    assignment = scene.front(course) or scene.assignment(course.assignments[0])
    scene.mark(assignment.id, scene.random.choice(course.students), course.teachers[0])
    yield scene.think()


def excusals(scene: Scene, course: Course) -> Act:
    """A doctor's note."""
    student = scene.random.choice(course.students)
    grader = scene.random.choice(course.teachers)
    for number in scene.random.sample(course.assignments, min(2, len(course.assignments))):
        if not scene.registrar.gradebook.standing(number, student).excused:
            scene.excuse(number, student, grader)
            yield scene.think() / 2


def default_grade(scene: Scene, course: Course) -> Act:
    """Set default grade: all who have none get the same one, in the same second or two."""
    assignment = scene.front(course)
    if assignment is None:
        return
    request = scene.registrar.request(bulk=True)
    score = scene.random.choice((0.0, assignment.points))
    teacher = scene.random.choice(course.teachers)
    for student in scene.ungraded(assignment, course.students):
        scene.mark(assignment.id, student, teacher, score=score, request=request)
        yield 0.002


def csv_import(scene: Scene, course: Course) -> Act:
    """A spreadsheet comes back: new grades and changed ones, one request."""
    assignment = scene.front(course)
    if assignment is None:
        return
    request = scene.registrar.request(bulk=True)
    teacher = scene.random.choice(course.teachers)
    share = scene.random.uniform(0.3, 1.0)
    for student in course.students:
        if scene.random.random() < share:
            scene.mark(assignment.id, student, teacher, request=request)
            yield 0.006


def quiz(scene: Scene, course: Course) -> Act:
    """Students hand in a quiz and Canvas grades it; some try again."""
    assignment = scene.front(course, quiz=True)
    if assignment is None:
        return
    todo = scene.ungraded(assignment, course.students)
    for student in scene.random.sample(todo, min(len(todo), scene.random.randint(3, 25))):
        if not scene.registrar.gradebook.graded(assignment.id, student):
            scene.automatic(assignment.id, student)
            yield scene.think() * 1.5
            if scene.random.random() < 0.1:
                scene.automatic(assignment.id, student)
                yield scene.think()


def missing_policy(scene: Scene, course: Course, pause: float | None = None) -> Act:
    """Zero for those who did not hand in: the rows are built now and inserted much later."""
    assignment = scene.front(course)
    if assignment is None:
        return
    absent = scene.ungraded(assignment, course.students)[: scene.fits(1000)]
    build = scene.random.uniform(10, 170)
    visible = scene.at + round(1000 * build)
    request = scene.registrar.request()
    begun = scene.at
    for at, student in enumerate(absent):
        scene.at = begun + at * 4
        scene.mark(
            assignment.id, student, NOBODY, score=0.0, request=request, visible=visible
        )  # fmt: skip
    scene.at = begun
    yield scene.think() if pause is None else pause


def overrides(scene: Scene, course: Course) -> Act:
    """Final grades set by hand, for the course or one grading period; some are taken back."""
    teacher = scene.random.choice(course.teachers)
    period = scene.random.choice((0, 0, 0, 1, 2))
    for student in scene.random.sample(course.students, min(3, len(course.students))):
        percent = scene.random.uniform(55, 100)
        letter = "ABCDF"[min(4, int((100 - percent) // 10))]
        grade = letter if course.id % 2 else f"{percent:.4g}%"
        if scene.random.random() < 0.1:
            grade = None
        score = None if grade is None else round(percent, 2)
        if scene.registrar.gradebook.overrides.get((course.id, student, period)) != grade:
            scene.registrar.override(
                course, student, teacher, grade,
                at=scene.at, request=scene.registrar.request(), period=period, score=score,
            )  # fmt: skip
            yield scene.think()


def points_edit(scene: Scene, course: Course) -> Act:
    """The assignment is worth something else now: no row, until somebody is graded again."""
    assignment = scene.assignment(scene.random.choice(course.assignments))
    if assignment.grading is Grading.POINTS and scene.graded(course, assignment):
        worth = assignment.points + scene.random.choice((-1.0, 1.0, 5.0))
        scene.edit(replace(assignment, points=max(1.0, worth)), course.teachers[0])
        yield scene.think()
        yield from regrades(scene, course)


def posting(scene: Scene, course: Course) -> Act:
    """Grades of an anonymous assignment are posted: its rows name their students from now on."""
    for number in course.assignments:
        assignment = scene.assignment(number)
        if assignment.protected and len(scene.graded(course, assignment)) > 3:
            scene.edit(replace(assignment, muted=False), course.teachers[0])
            yield scene.think()
            return
