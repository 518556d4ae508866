"""Times as typed mean what the clock on the wall says, also on the days it is changed."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.events.times import parse_time, to_datetime, to_ms
from tui.query.ast import During
from tui.query.span import SpanError, parse_moment, parse_span

HOUR = 3_600_000
NOW = parse_time("2026-11-21T12:00:00Z")
BERLIN = ZoneInfo("Europe/Berlin")
HAVANA = ZoneInfo("America/Havana")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ZONES = [UTC, BERLIN, HAVANA, SAO_PAULO, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kolkata")]


def during(start: str | None, end: str | None) -> During:
    return During(
        None if start is None else parse_time(start), None if end is None else parse_time(end)
    )


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ("", None, None),
        ("2026-11-01", "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"),
        ("2026-1-2", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"),
        ("today", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
        ("Yesterday", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"),
        ("now", "2026-11-21T12:00:00Z", None),
        ("14:30", "2026-11-21T14:30:00Z", "2026-11-21T14:31:00Z"),
        ("9:05:07", "2026-11-21T09:05:07Z", "2026-11-21T09:05:08Z"),
        ("2026-11-01T14:30", "2026-11-01T14:30:00Z", "2026-11-01T14:31:00Z"),
        ("2026-11-01 14:30", "2026-11-01T14:30:00Z", "2026-11-01T14:31:00Z"),
        ("2026-11-01T14:30:15Z", "2026-11-01T14:30:15Z", "2026-11-01T14:30:16Z"),
        ("2026-11-01T14:30:15.250+02:00", "2026-11-01T12:30:15.250Z", "2026-11-01T12:30:15.251Z"),
        ("2026-11-01t14:30+02", "2026-11-01T12:30:00Z", "2026-11-01T12:31:00Z"),
        ("14:30-0130", "2026-11-21T16:00:00Z", "2026-11-21T16:01:00Z"),
        ("yesterday 14:30", "2026-11-20T14:30:00Z", "2026-11-20T14:31:00Z"),
        ("2026-11-01T", "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"),
        ("-2h", "2026-11-21T10:00:00Z", None),
        ("-30m", "2026-11-21T11:30:00Z", None),
        ("-90s", "2026-11-21T11:58:30Z", None),
        ("-3d", "2026-11-18T12:00:00Z", None),
        ("-1w", "2026-11-14T12:00:00Z", None),
        ("2026-11-01..2026-11-03", "2026-11-01T00:00:00Z", "2026-11-04T00:00:00Z"),
        ("2026-11-01 .. 2026-11-03", "2026-11-01T00:00:00Z", "2026-11-04T00:00:00Z"),
        ("yesterday..today", "2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z"),
        ("14:30..15:00", "2026-11-21T14:30:00Z", "2026-11-21T15:00:00Z"),
        ("-3h..-2h", "2026-11-21T09:00:00Z", "2026-11-21T10:00:00Z"),
        ("2026-11-01..", "2026-11-01T00:00:00Z", None),
        ("..2026-11-01", None, "2026-11-02T00:00:00Z"),
        ("..14:30", None, "2026-11-21T14:30:00Z"),
        ("..", None, None),
    ],
)
def test_what_is_typed_is_the_span_it_names(typed: str, start: str | None, end: str | None) -> None:
    assert parse_span(typed, now_ms=NOW, zone=UTC) == during(start, end)


@pytest.mark.parametrize(
    "typed",
    [
        "soon", "2026", "2026-13-01", "2026-02-30", "25:00", "14:60", "-2", "2h", "-2y", "a..b",
        "2026-11-03..2026-11-01", "15:00..14:00", "T14:30x", "1..2..3", "-999999w",
        "0000-01-01", "9999-12-31", "\u0662\u0660:30", "today soon", "14:30+2", "+02:00",
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_what_can(typed: str) -> None:
    with pytest.raises(SpanError) as wrong:
        parse_span(typed, now_ms=NOW, zone=UTC)
    assert "\n" not in str(wrong.value)
    assert "-2h" in str(wrong.value)


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    for read in (parse_span, parse_moment):
        with suppress(SpanError):
            read(text, now_ms=NOW, zone=BERLIN)


def test_today_is_the_day_of_the_zone() -> None:
    late = parse_time("2026-11-21T23:30:00Z")
    assert parse_span("today", now_ms=late, zone=BERLIN) == during(
        "2026-11-21T23:00:00Z", "2026-11-22T23:00:00Z"
    )


def test_days_of_a_clock_change_are_as_long_as_they_are() -> None:
    longer = parse_span("2026-10-25", now_ms=NOW, zone=BERLIN)
    assert longer == during("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")
    shorter = parse_span("2026-03-29", now_ms=NOW, zone=BERLIN)
    assert shorter == during("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")


def test_a_time_the_clock_shows_twice_is_both() -> None:
    typed = "2026-10-25T02:30..2026-10-25T02:45"
    assert parse_span(typed, now_ms=NOW, zone=BERLIN) == during(
        "2026-10-25T00:30:00Z", "2026-10-25T01:45:00Z"
    )


def test_a_day_without_midnight_begins_when_it_does() -> None:
    assert parse_span("2018-11-04", now_ms=NOW, zone=SAO_PAULO) == during(
        "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"
    )


@given(
    st.dates(min_value=datetime(1971, 1, 2).date(), max_value=datetime(2037, 1, 1).date()),  # noqa: DTZ001  only its date
    st.sampled_from(ZONES),
)
def test_days_follow_each_other_without_gap_or_overlap(
    day: datetime, zone: timezone | ZoneInfo
) -> None:
    following = day + timedelta(days=1)
    one = parse_span(day.isoformat(), now_ms=NOW, zone=zone)
    two = parse_span(following.isoformat(), now_ms=NOW, zone=zone)
    assert one.start is not None
    assert one.end is not None
    assert one.end == two.start
    assert 22 * HOUR <= one.end - one.start <= 26 * HOUR


@given(st.integers(min_value=0, max_value=2**41), st.sampled_from(ZONES))
def test_a_moment_written_with_its_offset_is_read_back(ms: int, zone: timezone | ZoneInfo) -> None:
    written = to_datetime(ms).astimezone(zone).isoformat(timespec="milliseconds")
    whole_minutes = to_datetime(ms).astimezone(zone).utcoffset()
    if whole_minutes is not None and whole_minutes.seconds % 60:
        return  # historic offsets with seconds have no ISO form
    assert parse_moment(written, now_ms=NOW, zone=UTC) == ms


def test_moments_are_where_their_span_begins() -> None:
    for typed in ("today", "14:30", "-2h", "2026-11-01"):
        span = parse_span(typed, now_ms=NOW, zone=BERLIN)
        assert parse_moment(typed, now_ms=NOW, zone=BERLIN) == span.start
    assert to_ms(to_datetime(NOW)) == NOW
