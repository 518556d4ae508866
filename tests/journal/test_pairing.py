"""A change that both feeds report is one row, whatever came first and however often."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journal.both_feeds import (
    X,
    Y,
    expected,
    grade_report,
    grade_row,
    lines,
    override_report,
    override_row,
    two_feeds,
)
from tests.journal.making import NOW, READ_AT, a_grade, batch_of, dear, folder
from tui.events.event import Event, Feed, Flag, GradeState
from tui.events.ids import CanvasId
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import Batch, Slot, Stored
from tui.query.ast import EVERYTHING

slow = settings(
    dear,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def only(reader: Reader) -> Stored:
    (stored,) = reader.oldest_first(EVERYTHING)
    return stored


@slow
@given(two_feeds, st.data())
def test_any_order_and_any_batches_end_in_the_same_journal(
    both: tuple[list[Event], list[Event]], data: st.DataObject
) -> None:
    audit, live = both
    repeated = (
        data.draw(st.lists(st.sampled_from([*audit, *live]), max_size=4)) if any(both) else []
    )
    order = data.draw(st.permutations([*audit, *live, *repeated]))
    with folder() as name:
        path = Path(name) / "journal.sqlite3"
        writers = [Journal.open(path, now=lambda: READ_AT) for _ in range(2)]
        reader = writers[0].reader()
        have: dict[int, Slot] = {}
        touch = 0
        try:
            while order:
                size = data.draw(st.integers(1, len(order)))
                writer = data.draw(st.integers(0, 1))
                if data.draw(st.booleans()):
                    writers[writer].close()
                    writers[writer] = Journal.open(path, now=lambda: READ_AT)
                recorded = writers[writer].record(batch_of(*order[:size]))
                assert recorded.new + recorded.changed + recorded.known == size
                order = order[size:]
                touches = reader.touched(touch, EVERYTHING)
                touch = touches.touch
                for one in touches.events:
                    have.pop(one.slot.id, None)
                    if one.matches:
                        have[one.slot.id] = one.slot
                assert sorted(have.values(), key=_standing) == [
                    one.slot for one in reader.oldest_first(EVERYTHING)
                ]
            stored = list(reader.oldest_first(EVERYTHING))
            places = {one.event.key: one.place for one in stored}
            assert lines(stored) == expected(audit, live, places)
            assert {key for one in stored for key in (one.event.key, one.live_key) if key} == {
                event.key for event in (*audit, *live)
            }
            assert writers[0].known([event.key for event in live]) == {one.key for one in live}
        finally:
            reader.close()
            for each in writers:
                each.close()


def _standing(slot: Slot) -> tuple[int, int, int]:
    return (slot.at, slot.place, slot.id)


def test_the_log_confirms_what_was_seen_live(journal: Journal, reader: Reader) -> None:
    report, row = grade_report(1, NOW + 300), grade_row(1, NOW)
    journal.record(batch_of(report, place=7))
    before = only(reader)
    assert Flag.UNCONFIRMED in before.event.flags
    touch = reader.touch()
    journal.record(batch_of(row, place=9))
    after = only(reader)
    assert (after.event.key, after.live_key) == (row.key, report.key)
    assert after.event.seen_by == (Feed.AUDIT, Feed.LIVE)
    assert after.event.flags == Flag(0)
    assert (after.event.at, after.place) == (NOW, 9)
    assert (after.event.client_ip, after.event.after.score) == (report.client_ip, 1.0)
    gone, came = reader.touched(touch, EVERYTHING).events
    assert (gone.slot, gone.matches, gone.new, gone.became) == (
        before.slot, False, False, after.slot,
    )  # fmt: skip
    assert (came.slot, came.matches, came.new) == (after.slot, True, True)
    assert reader.stored([before.id]) == []
    assert (reader.raw(after.id), reader.live_raw(after.id)) == (
        f'{{"key":"{row.key}"}}', f'{{"key":"{report.key}"}}',
    )  # fmt: skip


def test_a_report_that_comes_late_is_seen_in_its_row(journal: Journal, reader: Reader) -> None:
    journal.record(batch_of(grade_row(1, NOW)))
    slot, touch = only(reader).slot, reader.touch()
    journal.record(batch_of(grade_report(1, NOW + 1999)))
    assert only(reader).slot == slot
    assert only(reader).live_key == "live:0001"
    (touched,) = reader.touched(touch, EVERYTHING).events
    assert (touched.slot, touched.new) == (slot, False)


@pytest.mark.parametrize("later", [-1, 2000])
def test_outside_the_window_both_are_shown(journal: Journal, reader: Reader, later: int) -> None:
    journal.record(batch_of(grade_row(1, NOW), grade_report(1, NOW + later)))
    assert reader.count(EVERYTHING) == 2


def test_the_same_request_needs_no_window_and_another_one_parts(
    journal: Journal, reader: Reader
) -> None:
    row = grade_row(1, NOW, page_view=X)
    journal.record(batch_of(row, grade_report(1, NOW + 500, request=Y)))
    assert reader.count(EVERYTHING) == 2
    journal.record(batch_of(grade_report(2, NOW + 300_000, request=X)))
    assert reader.count(EVERYTHING) == 2
    assert {one.live_key for one in reader.oldest_first(EVERYTHING)} == {None, "live:0002"}


def test_a_repeat_of_a_paired_report_is_known(journal: Journal, reader: Reader) -> None:
    report = grade_report(1, NOW + 300)
    journal.record(batch_of(report, grade_row(1, NOW)))
    touch, shown = reader.touch(), only(reader)
    recorded = journal.record(batch_of(report))
    assert (recorded.new, recorded.known) == (0, 1)
    assert (reader.touch(), only(reader)) == (touch, shown)


def test_a_report_taken_for_another_change_is_shown_again_and_then_found(
    journal: Journal, reader: Reader
) -> None:
    late, early = grade_report(2, NOW + 900), grade_report(1, NOW + 800)
    journal.record(batch_of(late))
    first = only(reader)
    touch = reader.touch()
    journal.record(batch_of(grade_row(1, NOW)))
    assert only(reader).live_key == late.key
    journal.record(batch_of(early))
    by_key = {one.event.key: one for one in reader.oldest_first(EVERYTHING)}
    assert by_key["audit:1"].live_key == early.key
    again = by_key[late.key]
    assert again.id > first.id
    assert again.event == late
    became = {one.slot.id: one.became for one in reader.touched(touch, EVERYTHING).events}
    assert became[first.id] == again.slot
    journal.record(batch_of(grade_row(2, NOW)))
    assert {one.live_key for one in reader.oldest_first(EVERYTHING)} == {early.key, late.key}


def test_an_override_is_matched_by_what_the_letter_leaves_open(
    journal: Journal, reader: Reader
) -> None:
    journal.record(
        batch_of(
            override_row(1, NOW, 5, "B"),
            override_row(2, NOW, 5, "90,5%"),
            override_report(1, NOW + 100, 5, 90.5),
            override_report(2, NOW + 200, 5, 85),
        )
    )
    pairs = {one.event.key: one.live_key for one in reader.oldest_first(EVERYTHING)}
    assert pairs == {"audit:1": "live:0002", "audit:2": "live:0001"}


def test_global_and_local_ids_meet_once_the_home_is_known(journal: Journal, reader: Reader) -> None:
    def far(number: int) -> CanvasId:
        return CanvasId(2107, number)

    row = grade_row(1, NOW)
    report = replace(
        grade_report(1, NOW + 10), course=far(1), assignment=far(1), student=far(5), grader=far(4)
    )
    journal.record(batch_of(row))
    journal.record(batch_of(report))
    assert reader.count(EVERYTHING) == 2
    journal.record(Batch(home_shard=2107))
    assert only(reader).live_key == report.key


def test_a_caliper_report_is_matched_by_its_score(journal: Journal, reader: Reader) -> None:
    report = replace(
        grade_report(1, NOW + 10), key="caliper:1", after=GradeState(score=5.0), before=GradeState()
    )
    journal.record(batch_of(report, grade_row(1, NOW, before="3", after="5")))
    assert only(reader).live_key == "caliper:1"


def test_an_edit_of_the_points_possible_is_not_taken_for_an_excusal(
    journal: Journal, reader: Reader
) -> None:
    excused = GradeState(points_possible=10.0, excused=True)
    row = replace(grade_row(1, NOW), before=GradeState(points_possible=10.0), after=excused)
    edit = grade_report(1, NOW + 200)
    edit = replace(
        edit, before=GradeState(points_possible=10.0), after=GradeState(points_possible=15.0)
    )
    own = replace(
        edit, key="live:0002", at=NOW + 400, after=replace(edit.after, points_possible=10.0)
    )
    journal.record(batch_of(row, edit, own))
    partners = {one.event.key: one.live_key for one in reader.oldest_first(EVERYTHING)}
    assert partners == {row.key: own.key, edit.key: None}


def test_siblings_are_the_events_of_one_request(journal: Journal, reader: Reader) -> None:
    journal.record(
        batch_of(
            *(grade_report(number, NOW + number * 5000, request="r") for number in range(3)),
            replace(a_grade(9), page_view="r"),
            grade_report(5, NOW, request="other"),
        )
    )
    stored = {one.event.key: one for one in reader.oldest_first(EVERYTHING)}
    found = reader.siblings(stored["live:0001"].id, limit=9)
    assert [one.event.key for one in found] == ["live:0000", "audit:9", "live:0002"]
    assert len(reader.siblings(stored["audit:9"].id, limit=2)) == 2


def test_a_purge_takes_both_reports_of_a_change(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal.open(path, now=lambda: READ_AT)
    journal.record(batch_of(grade_report(1, NOW + 10)))
    journal.record(batch_of(grade_row(1, NOW)))
    assert journal.purge(NOW + 10_000) == 1
    assert journal.known(["live:0001", "audit:1"]) == set()
    journal.close()
    with closing(sqlite3.connect(path)) as db:
        for table in ("events", "raw", "partners", "truths", "moves", "revisions", "parties"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608  fixed names


def test_a_posting_does_not_take_the_row_of_a_change_of_score(
    journal: Journal, reader: Reader
) -> None:
    """Told with the same letter before and after, like the change that keeps the letter."""
    posting, change = (
        replace(
            grade_report(number, NOW + later, before="B", after="B"),
            before=GradeState(grade="B", score=8.0),
            after=GradeState(grade="B", score=score, posted=True),
        )
        for number, later, score in ((1, 300, 8.0), (2, 600, 8.5))
    )
    journal.record(batch_of(grade_row(1, NOW, before="B", after="B"), posting, change))
    partners = {one.event.key: one.live_key for one in reader.oldest_first(EVERYTHING)}
    assert partners == {"audit:1": change.key, posting.key: None}


@pytest.mark.parametrize("view", ["MISSING", "0", ""])
def test_a_page_view_that_is_no_uuid_names_no_request(
    journal: Journal, reader: Reader, view: str
) -> None:
    journal.record(batch_of(grade_row(1, NOW, page_view=view), grade_report(1, NOW + 300)))
    assert only(reader).live_key == "live:0001"


def test_rows_of_one_second_are_taken_in_the_order_of_the_log(
    journal: Journal, reader: Reader
) -> None:
    """Hidden, their students tell nothing; the log lists the newest first."""
    rows = [replace(grade_row(0, NOW, student=None), key=f"audit:{key}") for key in "bac"]
    reports = [
        grade_report(number, NOW + 100 * number, student=50 + number) for number in range(1, 4)
    ]
    listed = Batch(sightings=batch_of(*rows).sightings, place=9, step=-1)
    journal.record(listed)
    journal.record(batch_of(*reports))
    partners = {one.event.key: one.live_key for one in reader.oldest_first(EVERYTHING)}
    assert partners == {"audit:c": "live:0001", "audit:a": "live:0002", "audit:b": "live:0003"}
