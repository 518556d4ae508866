"""Events that do not tell their school, and the one school that posts here."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence

import pytest

from tests.events.wire import Json, live
from tests.relay.posting import NOW, GatedLog, caliper, grade_change
from tui.events.fields import as_list, as_object
from tui.events.ids import CanvasId
from tui.relay.event_log import Arrival
from tui.relay.filters import Asked
from tui.relay.home_shard import HomeShard
from tui.relay.ingest import intake as intake_module
from tui.relay.ingest.delivery import Outcome, deliver
from tui.relay.ingest.intake import LARGEST, Intake
from tui.relay.scope import Scope

COURSES = ("565", "2107~565", "21070000000000565")


@pytest.fixture
def intake(log: GatedLog) -> Intake:
    return Intake(log, clock=lambda: NOW)


def in_course(urn: str, number: int = 0) -> Json:
    """A Caliper event of a course; its local assignment tells no school."""
    envelope = caliper(events=number + 1)
    event = as_object((as_list(envelope["data"]) or [])[number]) or {}
    group = {"id": f"urn:instructure:canvas:course:{urn}", "type": "CourseOffering"}
    work = {"assignable": {"id": "urn:instructure:canvas:assignment:355"}}
    return {**envelope, "data": [{**event, "group": group, "object": work}]}


def met_by(arrival: Arrival, courses: Sequence[str] = COURSES) -> list[str]:
    """Which ids meet the event, in a token's scope and in a question alike."""
    found = [each for each in courses if Scope.of([CanvasId.parse(each)]).lets(arrival)]
    assert found == [each for each in courses if Asked.parse(f"course={each}").wants(arrival)]
    return found


@pytest.mark.parametrize("urn", ["565", "21070000000000565"])
async def test_once_the_school_is_known_its_course_is_met_by_any_id(
    urn: str, intake: Intake, log: GatedLog
) -> None:
    await intake.take(in_course(urn, 0))
    await intake.take(grade_change())
    await intake.take(in_course(urn, 1))
    before, _, after = await log.arrivals()
    assert (len(met_by(before)) == len(COURSES)) is (urn != "565")  # a global id tells the school
    assert met_by(after) == list(COURSES)
    assert (after.course, after.home_shard) == (CanvasId(0, 565), 2107)


async def test_an_event_without_its_root_account_is_of_the_same_school(
    intake: Intake, log: GatedLog
) -> None:
    await intake.take(grade_change())
    await intake.take(grade_change(1, root_account_id=None, context_id="21070000000000565"))
    assert met_by((await log.arrivals())[1]) == list(COURSES)


async def test_each_event_of_an_envelope_is_of_the_school_that_its_own_ids_tell(
    intake: Intake, log: GatedLog
) -> None:
    schools = [in_course("21070000000000565", 0), in_course("21080000000000565", 1)]
    events = [event for each in schools for event in as_list(each["data"]) or []]
    await intake.take({**schools[0], "data": events})
    assert [each.home_shard for each in await log.arrivals()] == [2107, 2108]


async def test_where_several_schools_post_none_is_home(intake: Intake, log: GatedLog) -> None:
    await intake.take(grade_change(1))
    await intake.take(grade_change(2, root_account_id="21080000000000001"))
    await intake.take(in_course("565"))
    assert (await log.arrivals())[2].home_shard == 0


async def test_the_school_is_still_known_after_a_restart(intake: Intake, log: GatedLog) -> None:
    await intake.take(grade_change())
    await intake.take(in_course("565", 0))
    home = HomeShard()
    await home.learn_from(log)
    again = Intake(log, clock=lambda: NOW, home=home)
    await again.take(in_course("21070000000000565", 1))
    assert met_by((await log.arrivals())[2]) == list(COURSES)
    assert again.counts.homeless == 0


async def test_an_event_of_no_known_school_is_counted_and_said_once(
    intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        await intake.take(in_course("987654", number))
    assert intake.counts.homeless == 3
    (record,) = [each for each in caplog.records if each.levelno == logging.WARNING]
    assert "does not tell its school" in record.getMessage()
    assert "987654" not in str(vars(record))


@pytest.mark.parametrize(
    "body",
    [
        {"course": {"id": "565"}},
        {"context_type": "Course", "context_id": "21070000000000565"},
        {"course_id": "565"},
    ],
)
async def test_a_course_that_only_the_body_names_is_the_event_s(
    body: Json, intake: Intake, log: GatedLog
) -> None:
    await intake.take(live("course_completed", body, context_type=None, context_id=None))
    (arrival,) = await log.arrivals()
    assert met_by(arrival) == list(COURSES)


async def test_two_courses_in_a_body_are_none(intake: Intake, log: GatedLog) -> None:
    body: Json = {"course": {"id": "565"}, "context_type": "Course", "context_id": "566"}
    await intake.take(live("course_completed", body, context_type=None, context_id=None))
    assert (await log.arrivals())[0].course is None


@pytest.mark.parametrize("large", [True, False])
async def test_each_document_is_decoded_once(
    large: bool, intake: Intake, log: GatedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[object] = []
    decode = intake_module.decode

    def counted(document: object) -> object:
        decoded.append(document)
        return decode(document)

    monkeypatch.setattr(intake_module, "decode", counted)
    assert await intake.take(caliper(events=700), large=large) == 700
    assert len(decoded) == 1
    assert log.calls == 3  # others have their turn in between


async def test_a_message_of_more_than_a_mebibyte_is_refused_for_good(intake: Intake) -> None:
    text = json.dumps(grade_change(url="x" * LARGEST))
    assert await deliver(text, intake) is Outcome.NEVER
    assert intake.counts.too_large == 1
