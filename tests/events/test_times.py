"""Times on the wire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.events.times import iso, iso_second, parse_time, to_datetime, to_ms

OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59)
MICROSECONDS = st.integers(0, 999)
MS = st.integers(to_ms(datetime(2, 1, 1, tzinfo=UTC)), to_ms(datetime(9998, 12, 31, tzinfo=UTC)))


@given(MS, MICROSECONDS, OFFSETS, st.sampled_from(["seconds", "milliseconds", "microseconds"]))
def test_any_offset_and_precision_agrees_with_datetime(
    ms: int, microseconds: int, minutes: int, precision: str
) -> None:
    utc = to_datetime(ms) + timedelta(microseconds=microseconds)
    moment = utc.astimezone(timezone(timedelta(minutes=minutes)))
    text = moment.isoformat(timespec=precision)
    assert parse_time(text) == to_ms(datetime.fromisoformat(text))
    assert parse_time(text.replace("T", " ").lower()) == parse_time(text)


@given(MS)
def test_what_is_printed_reads_back(ms: int) -> None:
    assert parse_time(iso(ms)) == ms
    assert to_ms(to_datetime(ms)) == ms
    assert len(iso(ms)) == 24
    assert parse_time(iso_second(ms)) == ms - ms % 1000


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("2012-07-19T15:00:00-06:00", "2012-07-19T21:00:00.000Z"),
        ("2012-07-19T15:00:00-0600", "2012-07-19T21:00:00.000Z"),
        ("2012-07-19T15:00:00+05", "2012-07-19T10:00:00.000Z"),
        ("2019-11-15 07:46:18 UTC", "2019-11-15T07:46:18.000Z"),
        ("2019-11-15T07:46:18.6979999Z", "2019-11-15T07:46:18.697Z"),
        ("2019-11-15T07:46:18,5", "2019-11-15T07:46:18.500Z"),
        ("2019-11-15T07:46", "2019-11-15T07:46:00.000Z"),
        ("2019-11-15", "2019-11-15T00:00:00.000Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ("Fri, 15 Nov 2019 07:46:18 GMT", "2019-11-15T07:46:18.000Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
    ],
)
def test_the_forms_that_canvas_writes(text: str, means: str) -> None:
    assert iso(parse_time(text)) == means


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2019-13-01",
        "2019-02-30T00:00:00Z",
        "2019-01-01T25:00:00Z",
        "0000-01-01",
        "5",
        "2019-01-01T00:00:00+24:00",
        "2019-01-01T00:00:00+00:60",
        "0001-01-01T00:00:00+23:00",
        "\u0662\u0660\u0661\u0669-01-01",
        "2019-01-01T00:00:00Z; drop",
    ],
)
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="no time"):
        parse_time(text)


@given(st.text() | st.text(st.sampled_from('0123456789-:T+Z. ,GMTJanFri()<>"')))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    try:
        ms = parse_time(text)
    except ValueError:
        return
    assert parse_time(iso(ms)) == ms
