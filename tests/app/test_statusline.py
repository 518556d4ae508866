"""The foot of the screen tells the truth, in words, and keeps still."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from tests.app.school import NOON, NOW
from tui.app.lines import Line, Tone
from tui.app.statusline import Counts, empty_lines, source_lines, view_line
from tui.query.ast import During
from tui.sources.health import Health, State

COUNTS = Counts(
    first=1, last=20, matching=12_300, complete=False, held=0, received=1_204, rejected=0
)
LIVE = Health(
    "grades of course 565",
    State.LIVE,
    last_good=NOW - 14_000,
    verified_from=NOON,
    verified_to=NOW,
    quota=687.2,
)
REFUSAL = "Canvas refuses: this token may not read it; a teacher's token needs --course"


def foot(*healths: Health, now: int = NOW, redacted: bool = False) -> list[Line]:
    return source_lines(healths, now=now, zone=UTC, redacted=redacted)


def empty(
    *healths: Health,
    filtered: bool = False,
    complete: bool = True,
    filter_time: During | None = None,
) -> str:
    lines = empty_lines(
        healths,
        since=NOON,
        until=None,
        now=NOW,
        zone=UTC,
        filtered=filtered,
        complete=complete,
        filter_time=filter_time,
    )
    return "\n".join(line.text for line in lines)


def test_counters_say_what_they_count_and_never_a_total() -> None:
    words = view_line(COUNTS, following=True, filter_words="", redacted=False, low=False).text
    assert words == "following · 1–20 of 12,300+ matching · received 1,204"
    held = replace(COUNTS, complete=True, held=3, rejected=2)
    words = view_line(
        held, following=False, filter_words="filter: student an", redacted=True, low=True
    )
    assert words.text == (
        "holding · +3 new · 1–20 of 12,300 matching · received 1,204 · 2 rejected · redacted"
        " · low bandwidth · filter: student an"
    )
    assert "total" not in words.text


def test_a_source_says_its_state_its_age_its_stretch_and_its_quota() -> None:
    [line] = foot(LIVE)
    assert line.text == (
        "grades of course 565: live · read 10 s ago · verified since 12:00 · quota 680"
    )


def test_ages_move_in_steps_so_that_an_idle_screen_keeps_still() -> None:
    texts = {foot(LIVE, now=NOW + each)[0].text for each in range(0, 600_000, 500)}
    assert len(texts) == 16  # ten seconds each up to a minute, then minutes; and one "since"


def test_trouble_is_told_in_full_and_stands_out() -> None:
    refused = Health("grades of account data", State.REFUSED, REFUSAL)
    throttled = replace(LIVE, state=State.WAITING, words="Canvas throttles", retry_at=NOW + 182_000)
    lines = foot(refused, throttled)
    assert lines[0].text == f"grades of account data: refused: {REFUSAL}"
    assert lines[0].tone is Tone.BAD
    assert "waiting: Canvas throttles · next try in 3 min" in lines[1].text


def test_many_sources_share_a_line_that_tells_the_worst_of_them() -> None:
    sources = [
        replace(LIVE, source=f"course {number}", verified_to=NOW - number * 60_000)
        for number in range(5)
    ]
    [line] = foot(*sources)
    assert line.text.startswith("5 sources: live · read 10 s ago · verified 12:00–12:41")
    unverified = replace(LIVE, source="other", verified_from=None, verified_to=None)
    assert "nothing verified yet" in foot(*sources, unverified)[0].text


def test_a_redacted_foot_names_no_target() -> None:
    text = foot(replace(LIVE, words="course 565 is slow"), redacted=True)[0].text
    assert "565" not in text
    assert text.startswith("source 1: live")


def test_feeds_with_the_same_trouble_share_a_line() -> None:
    gone = replace(LIVE, state=State.RETRYING, words="cannot reach https://canvas.example")
    lines = foot(gone, replace(gone, source="course events of course 565"))
    assert [line.text.partition(":")[0] for line in lines] == ["2 sources"]


def test_a_filter_for_time_that_is_not_watched_says_so() -> None:
    words = empty(LIVE, filtered=True, filter_time=During(NOON - 86_400_000, NOON))
    assert "no event read so far matches" in words
    assert "only the time since 12:00 is watched: --since reads more" in words


def test_a_clock_far_from_canvas_is_told() -> None:
    assert "Canvas's clock is 2 min behind" in foot(replace(LIVE, skew_ms=-125_000))[0].text


def test_an_empty_table_never_says_that_nothing_happened_before_it_is_verified() -> None:
    reading = Health("grades of course 565", State.READING)
    assert empty(reading) == "reading grades of course 565… 12:00–12:45 not verified yet"
    late = replace(LIVE, verified_from=NOON + 1)
    assert "not verified yet" in empty(late)
    assert "nothing has changed" not in empty(LIVE, reading)
    assert empty(LIVE).startswith("nothing has changed: 12:00–12:45 is verified")
    assert empty(LIVE, complete=False) == "reading the journal…"


def test_an_empty_table_under_a_filter_says_so_and_how_to_leave_it() -> None:
    text = empty(LIVE, filtered=True)
    assert "no event read so far matches this filter" in text
    assert "F: filter off" in text


def test_an_empty_table_of_a_refused_source_says_what_to_do() -> None:
    assert REFUSAL in empty(Health("grades", State.REFUSED, REFUSAL))
