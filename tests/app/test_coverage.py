"""What was read of the time that is watched: never more than is true, and no gap unseen."""

from __future__ import annotations

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from tests.app.school import NOON, NOW
from tui.app.coverage import FRESH_MS, LATE_MS, Coverage, coverage_of
from tui.app.strip import BLOCKS, PLAIN, coverage_strip, gap_line
from tui.events.event import Feed
from tui.events.spans import Spans
from tui.journal.records import Gap, Stretch
from tui.sources.health import Health, State

GRADES = Health("grades of course 565", State.LIVE, feed=Feed.AUDIT)
COURSE = Health("course events of course 565", State.LIVE, feed=Feed.AUDIT)
RELAY = Health("relay r.example", State.LIVE, feed=Feed.LIVE, target="course 565, live")
MINUTE = 60_000

_parts = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


def moments(spans: Spans) -> set[int]:
    return {each for start, end in spans.parts for each in range(start, end)}


def stretch(health: Health, start: int, end: int) -> Stretch:
    assert health.feed is not None
    return Stretch(health.feed, health.target or health.source, start, end, NOW)


def lost(start: int, end: int, reason: str = "relay forgot: its log begins later") -> Gap:
    return Gap(Feed.LIVE, RELAY.target, start, end, reason)


@given(_parts, _parts, st.tuples(st.integers(0, 60), st.integers(0, 60)))
def test_spans_are_sets_of_moments(
    ours: list[tuple[int, int]], theirs: list[tuple[int, int]], asked: tuple[int, int]
) -> None:
    one, other = Spans.of(ours), Spans.of(theirs)
    mine, yours = moments(one), moments(other)
    assert mine == {each for start, end in ours for each in range(start, end)}
    assert moments(one | other) == mine | yours
    assert moments(one & other) == mine & yours
    assert moments(one - other) == mine - yours
    assert one.covers(*asked) == (set(range(*asked)) <= mine)
    assert bool(one) == bool(mine)
    edges = [edge for part in (one | other).parts for edge in part]
    assert edges == sorted(set(edges))


@given(_parts, _parts, _parts, _parts)
def test_a_moment_is_verified_only_if_every_query_in_force_was_read_there(
    grades: list[tuple[int, int]],
    course: list[tuple[int, int]],
    other: list[tuple[int, int]],
    forgotten: list[tuple[int, int]],
) -> None:
    elsewhere = Health("grades of course 7", State.LIVE, feed=Feed.AUDIT)
    stretches = [stretch(GRADES, *part) for part in grades if part[0] < part[1]]
    stretches += [stretch(COURSE, *part) for part in course if part[0] < part[1]]
    stretches += [stretch(RELAY, *part) for part in other if part[0] < part[1]]
    stretches += [stretch(elsewhere, 0, 60)]
    gaps = [lost(*part) for part in forgotten if part[0] < part[1]]
    found = coverage_of(stretches, gaps, [GRADES, COURSE, RELAY])
    verified = moments(Spans.of(grades)) & moments(Spans.of(course))
    assert moments(found.verified) == verified
    open_gaps = [gap for gap in gaps if set(range(gap.start, gap.end)) - verified]
    assert sorted(map(repr, found.gaps)) == sorted(map(repr, open_gaps))
    missed = {each for gap in open_gaps for each in range(gap.start, gap.end)}
    assert moments(found.heard) == moments(Spans.of(other)) - missed


def test_with_no_query_of_the_log_in_force_nothing_is_verified() -> None:
    found = coverage_of([stretch(GRADES, 0, 60), stretch(RELAY, 10, 60)], [], [RELAY])
    assert not found.verified
    assert moments(found.heard) == set(range(10, 60))


@given(_parts, _parts, _parts, st.integers(24, 90))
def test_every_cell_of_the_strip_shows_the_worst_of_its_time(
    read: list[tuple[int, int]],
    listened: list[tuple[int, int]],
    forgotten: list[tuple[int, int]],
    width: int,
) -> None:
    minutes = [
        Spans.of((NOON + start * MINUTE, NOON + end * MINUTE) for start, end in parts)
        for parts in (read, listened, forgotten)
    ]
    verified, heard, missed = minutes
    gaps = tuple(lost(*part) for part in (missed - verified).parts)
    coverage = Coverage(verified, heard - missed, gaps)
    until = NOON + 60 * MINUTE
    line = coverage_strip(coverage, NOON, until, until + FRESH_MS + 1, width, zone=UTC)
    assert line is not None
    assert len(line.text) == width
    first, signs, last = line.text.split(" ")
    assert (first, last) == ("12:00", "13:00")
    hour = Spans.of([(NOON, until)])
    either = verified | coverage.heard
    for spans, glyph in ((hour - either, BLOCKS.nothing), (hour - verified, BLOCKS.heard)):
        for start, end in spans.parts:
            for moment in (start, end - 1):
                cell = (moment - NOON) * len(signs) // (until - NOON)
                assert signs[cell] in (glyph, BLOCKS.nothing)
    for cell, sign in enumerate(signs):
        whole = (
            NOON + (until - NOON) * cell // len(signs),
            NOON + (until - NOON) * (cell + 1) // len(signs),
        )
        assert (sign == BLOCKS.verified) == verified.covers(*whole)


def test_a_gap_of_a_moment_shows_in_a_day() -> None:
    day = 86_400_000
    verified = Spans.of([(NOW - day, NOW - 5_000_000), (NOW - 4_999_999, NOW)])
    line = coverage_strip(Coverage(verified), NOW - day, None, NOW, 80, zone=UTC, glyphs=PLAIN)
    assert line is not None
    assert line.text.count(".") == 1
    assert line.text.startswith("11-01 12:45 #")
    assert line.text.endswith("# now")


def test_the_time_since_the_last_poll_is_not_drawn_as_a_gap_until_it_is_long() -> None:
    read = Coverage(Spans.of([(NOON, NOW - 20_000)]))
    fresh = coverage_strip(read, NOON, None, NOW, 60, zone=UTC)
    late = coverage_strip(read, NOON, None, NOW + FRESH_MS, 60, zone=UTC)
    assert fresh is not None
    assert late is not None
    assert BLOCKS.nothing not in fresh.text
    assert late.text.endswith("· now")


def test_an_idle_strip_keeps_still() -> None:
    read = Coverage(Spans.of([(NOON, NOW + 3_600_000)]))
    texts = {
        coverage_strip(read, NOON, None, NOW + each, 60, zone=UTC) for each in range(0, 90_000, 500)
    }
    assert len(texts) == 1


def test_no_strip_where_there_is_no_room_or_no_time() -> None:
    assert coverage_strip(Coverage(), NOON, None, NOW, 19, zone=UTC) is None
    assert coverage_strip(Coverage(), NOW, None, NOW, 60, zone=UTC) is None


def test_a_gap_is_told_until_the_log_has_filled_it() -> None:
    gap = lost(NOON + MINUTE, NOON + 9 * MINUTE)

    def words(*stretches: Stretch, redacted: bool = False) -> str | None:
        found = coverage_of(stretches, [gap, lost(NOON, NOON + 1)], [GRADES, RELAY])
        line = gap_line(found, NOON, None, NOW, UTC, redacted=redacted)
        return None if line is None else line.text

    assert words() == "no data 12:01–12:09 (relay forgot: its log begins later) · and 1 more"
    part = stretch(GRADES, NOON, NOON + 5 * MINUTE)
    assert words(part) == "no data 12:05–12:09 (relay forgot: its log begins later)"
    assert words(part, redacted=True) == "no data 12:05–12:09 (x shows why)"
    assert words(stretch(GRADES, NOON, NOW)) is None


def test_a_gap_outside_the_window_is_not_told() -> None:
    found = coverage_of([], [lost(NOON - 9 * MINUTE, NOON - MINUTE)], [RELAY])
    assert found.gaps
    assert gap_line(found, NOON, None, NOW, UTC, redacted=False) is None


def test_the_log_was_read_past_a_change_once_its_row_could_not_come_any_more() -> None:
    at = NOON + MINUTE
    assert Coverage(Spans.of([(NOON, at + LATE_MS)])).read_past(at)
    assert not Coverage(Spans.of([(NOON, at + LATE_MS - 1)])).read_past(at)
