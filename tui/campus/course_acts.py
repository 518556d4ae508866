"""What people and the SIS do to courses; each leaves rows in the course log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from tui.campus.scene import Act, Scene
from tui.campus.school import ROOT_ACCOUNT, Course

_BLURBS = (
    "This course introduces the methods and the vocabulary of the field. ",
    "Attendance is required; tell your section leader beforehand if you cannot come. ",
    "Assessment: weekly quizzes 20 %, two midterms 40 %, final paper 40 %. ",
    "Office hours Tuesday & Thursday, or by appointment. ",
)

_MOST_SANDBOXES = 8


def administration(scene: Scene, course: Course) -> Act:
    """Some act of administration, on this course or on one without students."""
    act = scene.random.choice(
        (rename, rename, redate, describe, describe, privacy, hide, conclude, copy, reset, remove)
    )
    return act(scene, course)


def rename(scene: Scene, course: Course) -> Act:
    suffix = scene.random.choice((" (Fall)", " – evening", " & Lab", " [online]", ""))
    name = course.name.split(" (")[0].split(" –")[0].split(" &")[0].split(" [")[0] + suffix
    if name != course.name:
        _edit(scene, replace(course, name=name), {"name": [course.name, name]})
        yield scene.think()


def redate(scene: Scene, course: Course) -> Act:
    day = scene.random.randint(1, 28)
    start, end = f"2026-08-{day:02}T06:00:00Z", f"2026-12-{day:02}T06:59:59Z"
    changed = {"start_at": [course.start_at, start], "conclude_at": [course.conclude_at, end]}
    _edit(scene, replace(course, start_at=start, conclude_at=end), changed)
    yield scene.think()


def describe(scene: Scene, course: Course) -> Act:
    """A long text: Canvas keeps its first thousand characters in the log."""
    text = "".join(scene.random.choices(_BLURBS, k=scene.random.randint(2, 40)))
    changed = {"public_description": [course.description, text]}
    _edit(scene, replace(course, description=text), changed)
    yield scene.think()


def privacy(scene: Scene, course: Course) -> Act:
    """A setting, changed through the settings API, and changed back."""
    public = scene.random.random() < 0.5
    _edit(scene, course, {"is_public": [not public, public]}, source="api")
    yield scene.think() * 3
    _edit(scene, _now(scene, course), {"is_public": [public, not public]}, source="api")
    yield scene.think()


def hide(scene: Scene, course: Course) -> Act:
    """Unpublished (Canvas writes ``claimed``) and published again."""
    yield from _there_and_back(scene, course, ("claimed", "published"), "claimed")


def conclude(scene: Scene, course: Course) -> Act:
    yield from _there_and_back(scene, course, ("concluded", "unconcluded"), "completed")


def term_begins(scene: Scene) -> Act:
    """Every course with a class opens that is hidden or concluded."""
    for course in list(scene.registrar.school.courses.values()):
        event = {"claimed": "published", "completed": "unconcluded"}.get(course.state)
        if course.students and event is not None:
            _log(scene, replace(course, state="available"), event)
            yield 0.5


def _there_and_back(scene: Scene, course: Course, events: tuple[str, str], state: str) -> Act:
    for event, now in zip(events, (state, "available"), strict=True):
        _log(scene, replace(_now(scene, course), state=now), event)
        yield scene.think() * 2


def copy(scene: Scene, course: Course) -> Act:
    """A new course with the content of an old one: created, and a row for each side."""
    if scene.fits(3) < 3 or len(_sandboxes(scene)) >= _MOST_SANDBOXES:
        return
    new = _new_course(scene, course, f"{course.code} Sandbox")
    created: dict[str, object] = {
        "name": [None, new.name],
        "course_code": [None, new.code],
        "account_id": [None, new.account],
        "is_public": [None, False],
        "created_source": "manual",
    }
    request = scene.registrar.request()
    _log(scene, new, "created", data=created, request=request)
    yield 1.5
    _log(scene, new, "copied_from", links={"copied_from": course.id}, request=request)
    _log(scene, _now(scene, course), "copied_to", links={"copied_to": new.id}, request=request)
    yield scene.think()


def reset(scene: Scene, course: Course) -> Act:
    """A course without students is emptied: a new one takes its place."""
    old = _sandbox(scene)
    if old is None:
        yield from copy(scene, course)
    elif scene.fits(2) == 2:
        new = _new_course(scene, old, old.name)
        request = scene.registrar.request()
        _log(scene, new, "reset_from", links={"reset_from": old.id}, request=request)
        deleted = replace(old, state="deleted")
        _log(scene, deleted, "reset_to", links={"reset_to": new.id}, request=request)
        yield scene.think()


def remove(scene: Scene, course: Course) -> Act:
    """A course without students is deleted, and now and then wanted back."""
    old = _sandbox(scene)
    if old is None:
        yield from copy(scene, course)
        return
    _log(scene, replace(old, state="deleted"), "deleted")
    yield scene.think() * 3
    if scene.random.random() < 0.6:
        _log(scene, replace(old, state="claimed"), "restored")
        yield scene.think()


def sis_import(scene: Scene, course: Course) -> Act:
    """The student information system renames and redates some courses: one batch, no user."""
    courses = [each for each in scene.registrar.school.courses.values() if each.students]
    batch = 9000 + scene.registrar.request()
    request = scene.registrar.request()
    for each in courses[: scene.random.randint(1, 6)]:
        code = f"{each.code.split('/')[0]}/{batch % 100}"
        scene.registrar.school.put(replace(_now(scene, each), code=code))
        _write(
            scene,
            each,
            "updated",
            user=None,
            source="sis",
            data={"course_code": [each.code, code], "sis_batch_id": [None, batch]},
            sis_batch=batch,
            request=request,
        )
        yield 0.3
    del course


def delete_assignment(scene: Scene, course: Course) -> Act:
    """An assignment goes; its rows stay."""
    number = scene.random.choice(course.assignments)
    if 0 < scene.registrar.gradebook.graded_count(number) < len(course.students):
        scene.edit(replace(scene.assignment(number), deleted=True), course.teachers[0])
        yield scene.think()


def _now(scene: Scene, course: Course) -> Course:
    return scene.registrar.school.courses[course.id]


def _sandboxes(scene: Scene) -> list[Course]:
    """Courses without a class that are not deleted."""
    courses = scene.registrar.school.courses.values()
    return [each for each in courses if not each.students and each.state != "deleted"]


def _sandbox(scene: Scene) -> Course | None:
    found = _sandboxes(scene)
    return scene.random.choice(found) if found else None


def _new_course(scene: Scene, like: Course, name: str) -> Course:
    number = max(scene.registrar.school.courses) + 1
    return replace(
        like,
        id=number,
        name=name,
        uuid=UUID(int=scene.random.getrandbits(128), version=4).hex,
        sis_id=None,
        assistants=(),
        sections=(),
        students=(),
        assignments=(),
        state="claimed",
        account=like.account if like.students else ROOT_ACCOUNT,
    )


def _edit(
    scene: Scene, course: Course, changed: Mapping[str, Sequence[object]], source: str = "manual"
) -> None:
    """An ``updated`` row; pairs that are blank on both sides are left out, as Canvas does."""
    data = {
        field: list(pair)
        for field, pair in changed.items()
        if any(part not in (None, "") for part in pair)
    }
    if data:
        _log(scene, course, "updated", data=data, source=source)


def _log(
    scene: Scene,
    course: Course,
    event: str,
    *,
    data: Mapping[str, object] | None = None,
    links: Mapping[str, int] | None = None,
    source: str = "manual",
    request: int | None = None,
) -> None:
    """The course is now like this; a teacher or an admin did it."""
    scene.registrar.school.put(course)
    user = course.teachers[0] if course.students else min(scene.registrar.school.admins)
    _write(scene, course, event, user=user, source=source, data=data, links=links, request=request)


def _write(
    scene: Scene,
    course: Course,
    event: str,
    *,
    user: int | None,
    source: str,
    data: Mapping[str, object] | None = None,
    links: Mapping[str, int] | None = None,
    sis_batch: int | None = None,
    request: int | None = None,
) -> None:
    scene.registrar.course_event(
        course,
        user,
        event,
        at=scene.at,
        request=scene.registrar.request() if request is None else request,
        source=source,
        data=data,
        links=links,
        sis_batch=sis_batch,
    )
