"""Columns of time by the clock of any zone, days of 23 and 25 hours included."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.app.study.axis import axis
from tui.app.study.timescale import UNITS, Unit, back, columns, fitting, floor, following, runs
from tui.events.times import to_datetime, to_ms

ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/St_Johns",  # its clocks were put back across midnight
        "America/Sao_Paulo",  # its clocks were put on at midnight
        "Asia/Kathmandu",
        "Australia/Lord_Howe",  # by half an hour
        "Pacific/Apia",  # left out a day
    )
]
BERLIN = ZONES[1]
MOMENTS = st.integers(
    to_ms(datetime(1990, 1, 1, tzinfo=UTC)), to_ms(datetime(2037, 1, 1, tzinfo=UTC))
)
HOUR = 3_600_000


def unit(words: str) -> Unit:
    return next(each for each in UNITS if each.words == words)


def at(text: str) -> int:
    return to_ms(datetime.fromisoformat(text))


@given(MOMENTS, st.sampled_from(UNITS), st.sampled_from(ZONES))
def test_every_moment_is_in_one_column(moment: int, one: Unit, zone: ZoneInfo) -> None:
    start = floor(one, moment, zone)
    end = following(one, start, zone)
    assert start <= moment < end
    assert floor(one, start, zone) == start
    assert floor(one, end - 1, zone) == start
    assert floor(one, end, zone) == end
    assert back(one, end, 1, zone) == start


@settings(max_examples=40)
@given(MOMENTS, st.sampled_from(UNITS), st.sampled_from(ZONES))
def test_columns_begin_at_times_that_people_would_name(
    moment: int, one: Unit, zone: ZoneInfo
) -> None:
    for edge in columns(one, moment, 30, zone):
        shown = to_datetime(edge).astimezone(zone)
        assert shown.second == 0 or one.ms < 60_000
        if one.months:
            assert shown.day == 1 or zone.key == "Pacific/Apia"


@settings(max_examples=40)
@given(MOMENTS, st.sampled_from(UNITS), st.sampled_from(ZONES), st.integers(1, 120))
def test_columns_ascend_and_the_axis_is_as_wide(
    moment: int, one: Unit, zone: ZoneInfo, count: int
) -> None:
    edges = columns(one, moment, count, zone)
    assert len(edges) == count + 1
    assert all(first < second for first, second in pairwise(edges))
    assert {len(row) for row in axis(one, edges, zone)} == {count}


@settings(max_examples=40)
@given(MOMENTS, st.integers(1, 10**11), st.integers(10, 200), st.sampled_from(ZONES))
def test_what_is_to_be_seen_fits_with_the_shortest_unit(
    start: int, length: int, count: int, zone: ZoneInfo
) -> None:
    one = fitting(start, start + length, count, zone)
    assert columns(one, start, count, zone)[-1] >= start + length
    place = UNITS.index(one)
    if place:
        assert columns(UNITS[place - 1], start, count, zone)[-1] < start + length


@settings(max_examples=40)
@given(MOMENTS, st.sampled_from(UNITS), st.sampled_from(ZONES), st.sets(st.integers(0, 79)))
def test_runs_are_the_wanted_columns_and_no_others(
    moment: int, one: Unit, zone: ZoneInfo, wanted: set[int]
) -> None:
    edges = columns(one, moment, 80, zone)
    found: list[tuple[int, int, int]] = []
    for run in runs(edges, wanted, 7):
        assert 1 <= run.count <= 7
        for each in range(run.count):
            begin = run.start + each * run.width
            found.append((run.at + each, begin, begin + run.width))
    assert found == [(each, edges[each], edges[each + 1]) for each in sorted(wanted)]


def test_a_day_of_25_hours_is_one_column_of_25_hours() -> None:
    edges = columns(unit("a day"), at("2026-10-25T12:00:00+01:00"), 2, BERLIN)
    assert [b - a for a, b in pairwise(edges)] == [25 * HOUR, 24 * HOUR]


def test_hours_of_a_day_of_23_hours_are_23_columns() -> None:
    edges = columns(unit("1 h"), at("2026-03-29T00:00:00+01:00"), 24, BERLIN)
    assert edges[23] == at("2026-03-30T00:00:00+02:00")
    shown = [to_datetime(edge).astimezone(BERLIN).hour for edge in edges[:4]]
    assert shown == [0, 1, 3, 4]


def test_six_hours_begin_anew_each_day_and_the_last_is_shorter_where_the_day_is() -> None:
    edges = columns(unit("6 h"), at("2026-03-29T00:00:00+01:00"), 5, BERLIN)
    assert [(b - a) // HOUR for a, b in pairwise(edges)] == [6, 6, 6, 5, 6]


@pytest.mark.parametrize(
    ("words", "start", "rows"),
    [
        (
            "5 min",
            "2026-11-02T08:00:00+00:00",
            ["08:00       09:00       10:00", "Mon 2026-11-02"],
        ),
        ("10 s", "2026-11-02T23:59:00+00:00", ["      00:00       00:02", "      Tue 2026-11-03"]),
        (
            "a day",
            "2026-12-20T00:00:00+00:00",
            [" Dec 21 Dec 28 Jan 04 Jan 11", "2026        2027"],
        ),
        ("a month", "2026-01-01T00:00:00+00:00", ["2026        2027        2028"]),
    ],
)
def test_the_axis_says_times_and_days(words: str, start: str, rows: list[str]) -> None:
    zone = ZONES[0]
    found = axis(unit(words), columns(unit(words), at(start), 32, zone), zone)
    assert [row.rstrip()[: len(said)] for row, said in zip(found, rows, strict=True)] == rows


def test_the_axis_says_where_the_clocks_were_changed() -> None:
    one = unit("1 h")
    rows = axis(one, columns(one, at("2026-10-24T22:00:00+00:00"), 40, BERLIN), BERLIN)
    assert rows[2].strip() == "clocks -1 h on Oct 25"
    assert rows[2].index("clocks") == 2
    later = axis(one, columns(one, at("2026-11-02T22:00:00+00:00"), 40, BERLIN), BERLIN)
    assert len(later) == 2
