"""What of a document reaches the log."""

from __future__ import annotations

import json
import logging

import pytest

from tests.events.wire import Json, course_row, document, grade_row, live, payload
from tests.relay.posting import NOW, SCHOOL, GatedLog, caliper, grade_change
from tui.events.decode import decode
from tui.events.event import Kind
from tui.events.fields import as_list
from tui.events.ids import CanvasId
from tui.relay.event_log import LogUnavailable
from tui.relay.ingest.intake import IngestCounts, Intake
from tui.relay.ingest.not_taken import ForeignSchool, Malformed


@pytest.fixture
def intake(log: GatedLog) -> Intake:
    return Intake(log, clock=lambda: NOW)


@pytest.fixture
def ours(log: GatedLog) -> Intake:
    """For one school only."""
    return Intake(log, account_uuid=SCHOOL, clock=lambda: NOW)


async def test_an_event_is_kept_as_it_came(intake: Intake, log: GatedLog) -> None:
    event = payload("live_grade_change")
    assert await intake.take(event) == 1
    (arrival,) = await log.arrivals()
    assert json.loads(arrival.event) == event
    assert "\n" not in arrival.event
    assert arrival.key == decode(event).sightings[0].event.key
    assert arrival.kind is Kind.GRADE
    assert arrival.course == CanvasId(0, 565)
    assert arrival.home_shard == 2107
    assert arrival.received_at == NOW
    assert intake.counts == IngestCounts(taken=1)


async def test_an_event_that_comes_twice_is_kept_once(intake: Intake, log: GatedLog) -> None:
    event = grade_change()
    assert [await intake.take(event), await intake.take(json.dumps(event))] == [1, 0]
    assert len(await log.arrivals()) == 1
    assert intake.counts == IngestCounts(taken=1, duplicates=1)


async def test_tokens_do_not_reach_the_log(intake: Intake, log: GatedLog) -> None:
    await intake.take(grade_change(url="https://a.test/b?access_token=7~abcdefgh"))
    assert "abcdefgh" not in (await log.arrivals())[0].event


async def test_the_kinds_are_told_apart(intake: Intake, log: GatedLog) -> None:
    for name in ("live_grade_override", "live_course_grade_change", "caliper_grade_event"):
        await intake.take(payload(name))
    await intake.take(live("submission_created", {"submission_id": "1"}))
    kinds = [arrival.kind for arrival in await log.arrivals()]
    assert kinds == [Kind.OVERRIDE, Kind.COURSE_SCORE, Kind.GRADE, Kind.OTHER]


async def test_of_an_envelope_the_readable_events_are_taken(intake: Intake, log: GatedLog) -> None:
    envelope = caliper(events=3)
    events = as_list(envelope["data"]) or []
    events[1] = {"type": "GradeEvent"}
    assert await intake.take(envelope) == 2
    assert await log.keys() == ["caliper:urn:uuid:0", "caliper:urn:uuid:2"]
    assert intake.counts == IngestCounts(taken=2, unreadable=1)


async def test_the_events_of_a_list_keep_their_own_shards(intake: Intake, log: GatedLog) -> None:
    other = grade_change(2, root_account_id="21080000000000001", context_id="21080000000000009")
    await intake.take([grade_change(1), other])
    assert [arrival.home_shard for arrival in await log.arrivals()] == [2107, 2108]
    assert [arrival.course for arrival in await log.arrivals()] == [
        CanvasId(0, 565),
        CanvasId(0, 9),
    ]


UNTAKEN: list[tuple[object, str]] = [
    (None, "not a JSON object"),
    ([], "no event in it"),
    ({}, "neither an audit document nor a live event"),
    ({"metadata": {"event_name": "x"}, "body": {}}, "without a time"),
    ("[" * 100_000, "nested too deeply"),
    ("[" + "1" * 10_000 + "]", "not JSON"),
    (document(grade_row()), "audit log"),
    (course_row(), "audit log"),
]


@pytest.mark.parametrize(("document", "why"), UNTAKEN)
async def test_what_has_no_live_event_is_malformed(
    document: object, why: str, intake: Intake, log: GatedLog
) -> None:
    with pytest.raises(Malformed, match=why):
        await intake.take(document)
    assert log.calls == 0


async def test_a_log_that_is_away_is_said_and_nothing_counted(
    intake: Intake, log: GatedLog
) -> None:
    log.away = True
    with pytest.raises(LogUnavailable):
        await intake.take(grade_change())
    assert intake.counts == IngestCounts()


OTHERS: list[object] = [
    grade_change(root_account_uuid="another"),
    grade_change(root_account_uuid=SCHOOL.upper()),
    grade_change(root_account_uuid=f" {SCHOOL} "),
    grade_change(root_account_uuid=None),
    grade_change(root_account_uuid=[SCHOOL]),
    grade_change(root_account_uuid={"root_account_uuid": SCHOOL}),
    caliper(),
    caliper("another"),
    {"attributes": {"root_account_uuid": SCHOOL}, **grade_change(root_account_uuid="another")},
    {"root_account_uuid": SCHOOL, **grade_change(root_account_uuid="another")},
    [grade_change(1), grade_change(2, root_account_uuid="another")],
    [caliper("another"), caliper(SCHOOL)],
    {
        **caliper("another"),
        "extensions": {"com.instructure.canvas": {"root_account_uuid": SCHOOL}},
    },
]


class TestSchool:
    @pytest.mark.parametrize("uuid", [SCHOOL])
    async def test_its_own_events_are_taken(self, uuid: str, ours: Intake) -> None:
        assert await ours.take(grade_change(root_account_uuid=uuid)) == 1

    async def test_kinesis_keeps_it_in_the_attributes(self, ours: Intake) -> None:
        event = grade_change()
        assert await ours.take({"attributes": event["metadata"], "body": event["body"]}) == 1

    async def test_caliper_keeps_it_in_the_extensions(self, ours: Intake) -> None:
        assert await ours.take(caliper(SCHOOL)) == 1
        events = as_list(caliper(SCHOOL, events=2)["data"]) or []
        assert await ours.take(events[1]) == 1

    @pytest.mark.parametrize("document", OTHERS)
    async def test_another_schools_are_not(
        self, document: object, ours: Intake, log: GatedLog
    ) -> None:
        with pytest.raises(ForeignSchool):
            await ours.take(document)
        assert log.calls == 0

    async def test_without_one_set_any_is_taken(self, intake: Intake) -> None:
        assert await intake.take(grade_change(root_account_uuid="another")) == 1


async def test_what_is_logged_of_an_event_has_nothing_of_it(
    intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    event: Json = grade_change(event_time="2026-03-02T10:00:00Z", user_id=["Oxana Example"])
    with caplog.at_level(logging.DEBUG):
        await intake.take(event)
    (record,) = caplog.records
    assert record.name == "gradewatch.relay"
    assert "metadata.user_id is not an id" in str(record.__dict__)
    assert "Oxana" not in str(record.__dict__)
