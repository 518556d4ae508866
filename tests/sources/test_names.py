"""Names that pages leave out are asked for once."""

from __future__ import annotations

from collections import Counter

from tests.sources.setting import NOON, Desk
from tests.sources.wire import Answer, Request, Wire, json_answer, page, row
from tui.events.event import Event, Feed, Kind, Sighting, Thing
from tui.events.ids import CanvasId
from tui.journal.records import Batch
from tui.sources.targets import Targets

COURSE = Targets(courses=("5",), course_events=False)
API = "/api/v1"


async def test_each_missing_name_is_asked_for_once_and_kept() -> None:
    desk = Desk()

    def answer(request: Request) -> Answer:
        known = {
            f"{API}/courses/5": {"id": 5, "name": "BIO 101"},
            f"{API}/courses/5/assignments/11": {"id": 11, "name": "Essay \x1b[31m"},
            f"{API}/users/3": {"id": 3, "name": "Ada"},
        }
        if "audit" in request.path:
            return json_answer(page(row(1, NOON - 1000)))
        found = known.get(request.path)
        return json_answer(found) if found else json_answer({"errors": []}, status=404)

    async with Wire(answer) as canvas:
        source = desk.audit(canvas.url, "token", COURSE)
        await desk.follow(source, until=lambda: len(canvas.requests) > 12)
        asked = Counter(one.path for one in canvas.requests if "audit" not in one.path)
    assert set(asked.values()) == {1}
    assert f"{API}/courses/5/users/7" in asked
    (stored,) = desk.journal.reader().stored([1])
    assert (stored.labels.course, stored.labels.grader) == ("BIO 101", "Ada")
    assert stored.labels.assignment == "Essay ␛[31m"
    assert stored.labels.student is None


async def test_a_student_whom_only_somebody_else_names_is_not_asked_for() -> None:
    desk = Desk()
    live = Event(
        key="live:1",
        kind=Kind.GRADE,
        type="grade_change",
        at=NOON - 1000,
        seen_by=(Feed.LIVE,),
        course=CanvasId(0, 5),
        assignment=CanvasId(0, 11),
        student=CanvasId(0, 77),
    )
    desk.journal.record(Batch(sightings=(Sighting(live, "{}"),)))
    assert (Thing.USER, CanvasId(0, 77)) in desk.journal.unnamed(100)

    def answer(request: Request) -> Answer:
        if "audit" in request.path:
            return json_answer(page(row(1, NOON - 1000, student=None)))
        return json_answer({"id": 1, "name": "Somebody"})

    async with Wire(answer) as canvas:
        await desk.once(desk.audit(canvas.url, "token", COURSE))
        asked = {one.path for one in canvas.requests}
    assert f"{API}/courses/5/users/3" in asked
    assert not any(path.endswith("/77") for path in asked)
