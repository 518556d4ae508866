"""What the simulated Canvas emits: the documented shapes, and §7.5's facts in both directions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest

from tests.campus.wire import NOW, Clock
from tui.campus.build import SCENARIOS, build
from tui.campus.campus import Campus
from tui.campus.hand import Hand
from tui.campus.ledger import NOBODY
from tui.campus.live import act_until
from tui.campus.live_events.announcer import Ways
from tui.campus.live_events.envelope import ROOT_UUID
from tui.campus.live_events.truth import LiveTruth
from tui.events.decode import decode
from tui.events.times import parse_time

PAYLOADS = Path(__file__).parent.parent / "events" / "payloads"
SHARD = 2107 * 10**13
GLOBAL = re.compile(r"2107\d{13}|42\d{13}")
LOCAL = re.compile(r"\d{1,13}")
JOB_MS = 5000


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def campus(clock: Clock) -> Campus:
    """One course of forty, nothing graded yet, announcing."""
    made = build("ordinary", seed=3, history=0, now=clock, courses=1, students=40)
    made.announce()
    return made


@pytest.fixture
def hand(campus: Campus) -> Hand:
    return Hand(campus)


def told(campus: Campus, name: str = "grade_change") -> list[LiveTruth]:
    return [each for each in campus.live_truth() if each.name == name]


def only(campus: Campus, name: str = "grade_change") -> LiveTruth:
    (event,) = told(campus, name)
    return event


def jobs_run(campus: Campus, clock: Clock) -> None:
    clock.tick(JOB_MS / 1000)
    campus.settle()


def reference(name: str) -> dict[str, dict[str, Any]]:
    return json.loads((PAYLOADS / f"live_{name}.json").read_text(encoding="utf-8"))


def kind_of(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "text"


def at_work(campus: Campus, clock: Clock, rows: int) -> None:
    """People act until about so many rows are written."""
    campus.begin(5)
    clock.tick(rows / 5)
    act_until(campus, clock())
    jobs_run(campus, clock)


def everything(name: str, campus: Campus, hand: Hand, clock: Clock) -> LiveTruth:
    course = hand.course()
    student = course.students[0]
    if name == "grade_override":
        hand.override(course.id, student, "80%")
        hand.override(course.id, student, "85.5%")
        return told(campus, name)[-1]
    hand.give(course.assignments[0], student, 3)
    jobs_run(campus, clock)
    hand.give(course.assignments[0], student, 4)
    jobs_run(campus, clock)
    return told(campus, name)[-1]


@pytest.mark.parametrize("name", ["grade_change", "grade_override", "course_grade_change"])
def test_every_documented_field_is_there_and_of_its_type(
    name: str, campus: Campus, hand: Hand, clock: Clock
) -> None:
    event = everything(name, campus, hand, clock)
    documented, written = reference(name), event.document
    for field, example in documented["body"].items():
        empty = field == "grading_period_id"  # only the course total is told
        assert kind_of(written["body"][field]) == ("null" if empty else kind_of(example)), field
    if name == "course_grade_change":
        assert set(written["metadata"]) >= {"job_id", "job_tag", "context_id", "hostname"}
        assert not {"user_id", "request_id", "client_ip"} & set(written["metadata"])
        return
    for field, example in documented["metadata"].items():
        assert kind_of(written["metadata"][field]) == kind_of(example), field


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_ids_are_text_global_in_some_bodies_and_local_in_others(
    scenario: str, clock: Clock
) -> None:
    campus = build(scenario, seed=2, history=300, now=clock)
    campus.announce()
    at_work(campus, clock, 600)
    assert len(campus.outbox.emitted) > 300
    for event in campus.live_truth():
        form = (
            GLOBAL
            if event.name in {"grade_change", "course_created", "course_updated"}
            else (re.compile(f"{LOCAL.pattern}|{GLOBAL.pattern}"))
        )
        ids = {k: v for k, v in event.document["body"].items() if k.endswith("_id")}
        ids.pop("student_sis_id", None)
        assert all(v is None or form.fullmatch(v) for v in ids.values()), ids
        metadata = event.document["metadata"]
        assert metadata["root_account_id"] == str(SHARD + 1)
        assert metadata["root_account_uuid"] == ROOT_UUID
        assert metadata["context_id"] == str(SHARD + event.course)
        assert re.fullmatch(r".*:\d\d\.\d{3}Z", metadata["event_time"])
        assert parse_time(metadata["event_time"]) == event.at


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_an_event_of_a_row_tells_of_its_change_less_than_two_seconds_after_its_second(
    scenario: str, clock: Clock
) -> None:
    campus = build(scenario, seed=5, history=300, now=clock)
    campus.announce()
    at_work(campus, clock, 800)
    clock.tick(400)
    rows = {row.id: row for course, _ in campus.courses for row in campus.truth(course=course)}
    numbers = {campus.ledger.grade_uuid(n): campus.ledger.row(n) for n in range(len(campus.ledger))}
    events = [each for each in campus.live_truth() if each.kind == "grade" and each.row]
    assert len(events) > 200
    assert len({each.row for each in events}) == len(events), "one event a row"
    assert len({each.key for each in campus.live_truth()}) == len(campus.outbox.emitted)
    for event in events:
        kept, body = numbers[cast("str", event.row)], event.document["body"]
        assert 0 <= event.at - kept.second * 1000 < 2000
        assert (body["old_grade"], body["grade"]) == (kept.before, kept.after)
        assert body["student_id"] == body["user_id"]
        assert int(body["student_id"]) % SHARD == kept.student % SHARD
        assert body["grader_id"] == (str(SHARD + kept.grader) if kept.grader else None)
        actor = kept.grader or kept.student
        assert int(event.document["metadata"]["user_id"]) % SHARD == actor % SHARD
        assert event.document["metadata"]["request_id"] == campus.ledger.request_uuid(kept.request)
        if event.row in rows and event.hidden:
            assert rows[event.row].student is None


def test_history_emits_nothing(clock: Clock) -> None:
    campus = build("ordinary", seed=3, history=2000, now=clock)
    campus.announce()
    jobs_run(campus, clock)
    assert campus.live_truth() == ()


def test_emission_does_not_change_what_people_do() -> None:
    quiet, loud = (build("ordinary", seed=3, history=300, now=Clock()) for _ in range(2))
    loud.announce()
    for each in (quiet, loud):
        each.begin(2)
        act_until(each, NOW + 300_000)
    assert list(quiet.ledger.rows()) == list(loud.ledger.rows())
    assert quiet.live_truth() == ()
    assert loud.live_truth()


def test_posting_and_hiding_are_told_of_every_graded_submission_with_no_row(
    campus: Campus, hand: Hand
) -> None:
    work = hand.course().assignments[9]
    assert campus.school.assignments[work].protected
    for student in hand.course().students[:3]:
        hand.give(work, student, 50)
    rows = len(campus.ledger)
    hand.post(work)
    assert len(campus.ledger) == rows
    posted = [each for each in told(campus) if each.row is None]
    assert {each.student for each in posted} == set(hand.course().students[:3])
    for event in posted:
        body = event.document["body"]
        assert (body["grade"], body["score"]) == (body["old_grade"], body["old_score"])
        assert body["muted"] is False


def test_other_points_are_told_with_no_row_and_the_score_stays(campus: Campus, hand: Hand) -> None:
    work, student = hand.course().assignments[0], hand.course().students[0]
    points = campus.school.assignments[work].points
    hand.give(work, student, 3)
    hand.points(work, points + 5)
    event = told(campus)[-1]
    assert event.row is None
    body = event.document["body"]
    assert (body["old_points_possible"], body["points_possible"]) == (points, points + 5)
    assert (body["old_grade"], body["grade"], body["old_score"], body["score"]) == ("3", "3", 3, 3)
    assert len(campus.ledger) == 1


def test_the_missing_policy_writes_rows_and_tells_only_of_the_totals(
    campus: Campus, hand: Hand, clock: Clock
) -> None:
    work, student = hand.course().assignments[0], hand.course().students[0]
    hand.give(work, student, 0, grader=NOBODY, visible=clock() + 3000)
    jobs_run(campus, clock)
    assert len(campus.truth(course=hand.course().id)) == 1
    assert {each.name for each in campus.live_truth()} == {"course_grade_change"}


def test_overrides_are_told_for_the_course_total_only_and_only_if_the_score_differs(
    campus: Campus, hand: Hand
) -> None:
    course, student = hand.course().id, hand.course().students[0]
    hand.override(course, student, "70%", period=1)
    assert told(campus, "grade_override") == []
    hand.override(course, student, "70%")
    event = only(campus, "grade_override")
    assert event.row is not None
    assert event.document["body"]["override_score"] == 70
    assert event.document["body"]["old_override_score"] is None
    hand.override(course, student, "70%")
    assert len(told(campus, "grade_override")) == 1
    hand.override(course, student, None)
    body = told(campus, "grade_override")[-1].document["body"]
    assert (body["old_override_score"], body["override_score"]) == (70, None)


def test_an_anonymous_assignments_event_names_the_student_whom_the_log_hides(
    campus: Campus, hand: Hand
) -> None:
    work, student = hand.course().assignments[9], hand.course().students[0]
    hand.give(work, student, 50)
    event = only(campus)
    (row,) = campus.truth(course=hand.course().id)
    assert (row.id, row.student) == (event.row, None)
    assert event.hidden
    assert event.document["body"]["muted"] is True
    assert event.document["body"]["student_id"] == str(SHARD + student)
    hand.post(work)
    assert not campus.live_truth()[0].hidden


def test_a_quiz_has_no_grader_and_the_student_is_the_actor(campus: Campus, hand: Hand) -> None:
    work, student = hand.course().assignments[1], hand.course().students[0]
    hand.quiz(work, student, 4)
    document = only(campus).document
    assert document["body"]["grader_id"] is None
    assert document["metadata"]["user_id"] == str(SHARD + student)
    assert document["metadata"]["context_role"] == "StudentEnrollment"


def test_totals_are_recalculated_by_a_job_after_the_grade_once_for_many_grades(
    campus: Campus, hand: Hand, clock: Clock
) -> None:
    student = hand.course().students[0]
    points = [campus.school.assignments[n].points for n in hand.course().assignments[:2]]
    hand.give(hand.course().assignments[0], student, points[0])
    hand.give(hand.course().assignments[1], student, 0)
    assert told(campus, "course_grade_change") == []
    jobs_run(campus, clock)
    event = only(campus, "course_grade_change")
    assert event.row is None
    assert event.at > told(campus)[0].at
    body = event.document["body"]
    assert (body["user_id"], body["course_id"]) == (str(student), str(hand.course().id))
    assert body["old_current_score"] is None
    assert body["unposted_current_score"] == round(100 * points[0] / sum(points), 2)


def test_unposted_work_is_in_the_unposted_totals_only(
    campus: Campus, hand: Hand, clock: Clock
) -> None:
    posted, excused, unposted = (hand.course().assignments[n] for n in (0, 2, 9))
    student = hand.course().students[0]
    points = {n: campus.school.assignments[n].points for n in hand.course().assignments}
    hand.give(posted, student, points[posted] / 2)
    hand.excuse(excused, student)
    jobs_run(campus, clock)
    hand.give(unposted, student, points[unposted])
    jobs_run(campus, clock)
    first, second = told(campus, "course_grade_change")
    body = second.document["body"]
    for score in ("current_score", "final_score"):
        assert body[score] == body[f"old_{score}"] == first.document["body"][score]
    assert body["current_score"] == 50
    of_all = points[posted] + points[unposted]
    assert body["unposted_current_score"] == round(
        100 * (points[posted] / 2 + points[unposted]) / of_all, 2
    )
    counted = sum(points.values()) - points[excused]
    muted = sum(points[n] for n in points if campus.school.assignments[n].muted)
    assert body["final_score"] == round(100 * points[posted] / 2 / (counted - muted), 2)
    assert [first.hidden, second.hidden] == [False, True]
    hand.post(unposted)
    jobs_run(campus, clock)
    assert not any(each.hidden for each in told(campus, "course_grade_change"))
    assert told(campus, "course_grade_change")[-1].document["body"]["current_score"] != 50


def test_a_course_is_told_as_it_is_now_and_a_copy_as_created_only(
    campus: Campus, hand: Hand
) -> None:
    course = hand.course()
    hand.course_event(course.id, "updated", data={"name": ["Old", course.name]})
    hand.course_event(course.id, "copied_to", links={"copied_to": course.id})
    event = only(campus, "course_updated")
    assert event.row == campus.course_truth(course=course.id)[1].id
    body = event.document["body"]
    assert (body["name"], body["workflow_state"]) == (course.name, "available")
    assert not [field for field in body if field.startswith("old")]
    hand.course_event(course.id, "updated", source="sis", sis_batch=7, data={"name": ["a", "b"]})
    assert "job_id" in told(campus, "course_updated")[-1].document["metadata"]


def test_people_keep_their_places_and_some_requests_are_made_in_anothers_name(
    clock: Clock,
) -> None:
    campus = build("ordinary", seed=4, history=300, now=clock)
    campus.announce()
    at_work(campus, clock, 3000)
    metadata = [each.document["metadata"] for each in campus.live_truth()]
    asked = [each for each in metadata if "user_id" in each]
    places: dict[str, set[str]] = {}
    for each in asked:
        places.setdefault(each["user_id"], set()).add(each["client_ip"])
    sizes = [len(found) for found in places.values()]
    assert set(sizes) == {1, 2}
    assert sizes.count(1) > sizes.count(2)
    posing = [each for each in asked if "real_user_id" in each]
    assert 0 < len({each["request_id"] for each in posing}) < len(asked) / 10
    assert all(each["real_user_id"] != each["user_id"] for each in posing)
    assert any("access_token=" in each["url"] for each in asked), "Canvas leaks them too"
    requests: dict[tuple[str, str], set[str]] = {}
    for each in asked:
        about = json.dumps({key: each[key] for key in each if not key.startswith("event_")})
        requests.setdefault((each["request_id"], each["context_id"]), set()).add(about)
    assert all(len(found) == 1 for found in requests.values()), "one request, one description"


@pytest.mark.parametrize("ways", [Ways(), Ways(compact=True), Ways(kinesis=True)])
def test_every_way_of_writing_them_can_be_read_and_has_the_key_that_the_oracle_says(
    clock: Clock, ways: Ways
) -> None:
    campus = build("anonymous", seed=6, history=200, now=clock)
    campus.announce(ways)
    at_work(campus, clock, 300)
    for event in campus.live_truth():
        assert ("attributes" in event.document) == ways.kinesis
        assert not ways.compact or None not in event.document["body"].values()
        read = decode(event.document)
        assert not read.rejected
        (sighting,) = read.sightings
        assert (sighting.event.key, sighting.event.at) == (event.key, event.at)
        assert sighting.event.kind.value == event.kind
