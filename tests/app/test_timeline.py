"""The timeline: what is in view, what is counted there, and what is told of times not read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.app.flagged import flag
from tests.app.school import NOON, NOW, graded, journal_of
from tests.app.sitting import Session, session
from tests.app.test_timescale import MOMENTS, ZONES, unit
from tui.app.coverage import Coverage
from tui.app.strip import BLOCKS as SIGNS
from tui.app.study.pictures import BLOCKS
from tui.app.study.scene import Scene, time_clause
from tui.app.study.timeline_lines import (
    Counted,
    Known,
    in_view,
    known,
    length_words,
    span_words,
    timeline_lines,
)
from tui.app.study.timeline_reading import heights_of
from tui.app.study.timescale import UNITS
from tui.events.attention import Rule
from tui.events.event import Feed
from tui.events.spans import Spans
from tui.events.times import to_ms
from tui.journal.records import Gap
from tui.query.ast import EVERYTHING, During
from tui.query.span import SpanError, parse_span

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = 60_000
HOUR = 60 * MINUTE


def scene(start: int = NOON, end: int = NOON + HOUR, count: int = 60) -> Scene:
    return Scene.over(start, end, count, ZONES[0])


@settings(max_examples=60)
@given(
    MOMENTS,
    st.sampled_from(ZONES),
    st.lists(st.sampled_from(["left", "right", "in", "out", "pan", "back", "brush"]), max_size=12),
)
def test_whatever_is_done_the_columns_are_whole_and_the_cursor_among_them(
    start: int, zone: ZoneInfo, steps: list[str]
) -> None:
    one = Scene.over(start, start + 5 * HOUR, 20, zone)
    for step in steps:
        one = {
            "left": one.moved(-3),
            "right": one.moved(4),
            "in": one.zoomed(-1),
            "out": one.zoomed(1),
            "pan": one.panned(1),
            "back": one.panned(-1),
            "brush": one.begun() if one.anchor is None else one.without_brush(),
        }[step]
        assert one.count == 20
        assert 0 <= one.cursor < 20
        start, end = one.chosen
        assert start <= one.column[0] < one.column[1] <= end


@settings(max_examples=60)
@given(MOMENTS, st.integers(1, 10**10), st.integers(20, 150), st.sampled_from(ZONES))
def test_all_there_is_is_in_view_at_once(
    start: int, length: int, count: int, zone: ZoneInfo
) -> None:
    one = Scene.over(start, start + length, count, zone)
    assert one.edges[0] <= start
    assert one.edges[-1] >= start + length
    assert one.cursor == count - 1


def test_zooming_keeps_the_time_under_the_cursor() -> None:
    one = scene().moved(-20)
    for direction, last in ((-1, UNITS[0]), (1, UNITS[-1])):
        for _ in UNITS:
            middle = sum(one.column) // 2
            one = one.zoomed(direction)
            assert one.column[0] <= middle < one.column[1]
            assert one.cursor == 39
        assert one.unit == last


def test_moving_beyond_the_side_takes_the_view_along() -> None:
    one = scene()
    assert one.moved(2).column == (one.edges[-1] + MINUTE, one.edges[-1] + 2 * MINUTE)
    assert one.moved(-61).column == (one.edges[0] - 2 * MINUTE, one.edges[0] - MINUTE)


@settings(max_examples=60)
@given(MOMENTS, st.integers(1, 10**9), st.sampled_from(ZONES))
def test_a_selection_as_a_clause_reads_back_as_the_same_time(
    start: int, length: int, zone: ZoneInfo
) -> None:
    clause = time_clause(start, start + length, now=NOW, zone=zone)
    span = parse_span(clause.removeprefix("at:"), now_ms=NOW, zone=zone)
    assert span == During(start, start + length)


def test_the_hour_that_the_clock_shows_twice_is_said_by_utc() -> None:
    start = to_ms(datetime.fromisoformat("2026-10-25T01:10:00+00:00"))
    assert time_clause(start, start + HOUR, now=NOW, zone=BERLIN).endswith("Z")
    clause = time_clause(NOON, NOON + HOUR, now=NOW, zone=BERLIN)
    assert clause == "at:2026-11-02T13:00..2026-11-02T14:00"


def test_a_typed_time_comes_under_the_cursor_and_a_range_from_side_to_side() -> None:
    one = scene()
    there = one.gone_to("2026-11-01T08:00", now=NOW)
    assert there.column[0] == NOON - 28 * HOUR
    assert there.unit == one.unit
    wide = one.gone_to("2026-11-01..2026-11-02", now=NOW)
    assert wide.edges[0] <= NOON - 36 * HOUR
    assert wide.edges[-1] >= NOON + 12 * HOUR
    for wrong in ("soon", "", "14:30..14:00"):
        with pytest.raises(SpanError):
            one.gone_to(wrong, now=NOW)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(0, 200 * HOUR), max_size=30),
    st.sampled_from(["2 min", "1 h", "6 h", "a day", "a week"]),
    st.sampled_from(ZONES),
)
def test_columns_hold_what_a_plain_count_holds(
    times: list[int], words: str, zone: ZoneInfo
) -> None:
    begin = to_ms(datetime.fromisoformat("2026-10-23T00:00:00+00:00"))  # the clocks change within
    at = [begin + each // 1000 * 1000 for each in times]
    journal = journal_of(graded(number, at=moment) for number, moment in enumerate(at))
    one = Scene(unit(words), (0, 1), 0, zone).wide(40).at(begin + 100 * HOUR)
    counted: dict[tuple[int, int], int] = {}
    for heights in heights_of(EVERYTHING, one.edges, frozenset(range(40)))(journal.reader()):
        if not heights.flagged:
            counted |= dict(zip(heights.columns, heights.counts, strict=True))
    plain = {
        (start, end): sum(start <= moment < end for moment in at)
        for start, end in zip(one.edges, one.edges[1:], strict=False)
    }
    assert counted == plain
    assert in_view(one, counted) == (sum(plain.values()), 0)
    journal.close()


COVERAGE = Coverage(
    verified=Spans(((NOON, NOON + 20 * MINUTE),)),
    heard=Spans(((NOON + 20 * MINUTE, NOON + 40 * MINUTE),)),
    gaps=(Gap(Feed.LIVE, "all", NOON + 30 * MINUTE, NOON + 31 * MINUTE, "lost"),),
)


def test_times_not_read_look_unlike_quiet_ones() -> None:
    one = scene(NOON - 5 * MINUTE, NOON + 55 * MINUTE)
    counted = Counted({(each, each + MINUTE): 0 for each in one.edges})
    counted.counts[NOON + 10 * MINUTE, NOON + 11 * MINUTE] = 4
    counted.flagged[NOON + 10 * MINUTE, NOON + 11 * MINUTE] = 1
    lines = timeline_lines(one, counted, COVERAGE, now=NOW, rows=12, inks=BLOCKS, glyphs=SIGNS)
    texts = [line.text for line in lines]
    bars = texts[1:-7]
    assert {row[:5] for row in bars} == {"·····"}
    assert {row[5:15] for row in bars} == {" " * 10}
    assert {row[15] for row in bars} == {"█"}
    assert {row[35] for row in bars} == {"·"}
    flags, strip, cursor = texts[len(bars) + 1 : len(bars) + 4]
    assert flags.index("!") == 15
    assert strip == "·" * 5 + "█" * 20 + "▒" * 10 + "·" + "▒" * 9 + "·" * 5 + " " * 10
    assert cursor.index("^") == 59
    assert known(one, None, NOW) == [Known.UNTOLD] * 60
    untold = timeline_lines(one, counted, None, now=NOW, rows=12, inks=BLOCKS, glyphs=SIGNS)
    assert untold[-1].text.startswith("no feed here tells what was read: where nothing is, ")


def test_spans_and_lengths_in_words() -> None:
    assert span_words(NOON, NOON + MINUTE, ZONES[0]) == "Mon 2026-11-02 12:00–12:01"
    assert span_words(NOON, NOON + 1000, ZONES[0]) == "Mon 2026-11-02 12:00:00–12:00:01"
    change = to_ms(datetime.fromisoformat("2026-10-25T00:30:00+00:00"))
    assert span_words(change, change + HOUR, BERLIN).endswith("02:30–02:30 (clocks change)")
    assert length_words(26 * HOUR + MINUTE) == "1 d 2 h"
    assert length_words(90 * MINUTE) == "1 h 30 min"


def within(running: Session, *words: str) -> bool:
    front = running.front()
    return all(each in front for each in words)


async def test_a_selection_becomes_the_filter_and_leads_back_to_the_table(tmp_path: Path) -> None:
    events = [graded(number, at=NOON + number * MINUTE) for number in range(30)]
    async with session(tmp_path, *events) as running:
        await running.pilot.press("t")
        await running.until(lambda: within(running, "30 events in view", "read in the audit log"))
        await running.pilot.press("g", "1", "2", "colon", "1", "0", "enter")
        await running.until(lambda: within(running, "12:10:00–12:10:30: 1 event"))
        await running.pilot.press("v", *["right"] * 7)
        await running.until(lambda: within(running, "12:10–12:14 (4 min): 4 events"))
        await running.pilot.press("enter")
        await running.until(lambda: "4 matching" in running.foot())


async def test_a_time_that_nobody_can_read_is_said_and_esc_leads_back(tmp_path: Path) -> None:
    async with session(tmp_path, graded(1)) as running:
        await running.pilot.press("t")
        await running.until(lambda: within(running, "1 event in view"))
        await running.pilot.press("g", *"soon", "enter")
        await running.until(lambda: within(running, "no time: 'soon'"))
        await running.pilot.press("escape", "escape")
        await running.until(lambda: not running.app.covered)


async def test_n_goes_to_what_is_flagged_and_home_and_end_to_the_sides(tmp_path: Path) -> None:
    events = [graded(number, at=NOON + number * MINUTE) for number in range(30)]
    async with session(tmp_path, *events) as running:
        flag(running.journal, Rule.JUMP, {13: "4 → 9 of 10", 21: "0 → 10 of 10"})
        await running.pilot.press("t")
        await running.until(lambda: "!" in running.front().split("! flagged")[0])
        await running.pilot.press("n")
        await running.until(lambda: within(running, "^", "12:19:00–12:19:30: 1 event, 1 flagged"))
        await running.pilot.press("home", "N", "v", "end", "n", "enter")
        await running.until(lambda: "9 matching" in running.foot())
