"""The foot of the screen tells the truth, in words, and keeps still."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from tests.app.school import NOON, NOW
from tui.app.sourcelines import without_names
from tui.app.statusline import Counts, empty_lines, view_line
from tui.events.event import Feed
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
    feed=Feed.AUDIT,
)
REFUSAL = "Canvas refuses: this token may not read it; a teacher's token needs --course"


def empty(
    *healths: Health,
    filtered: bool = False,
    complete: bool = True,
    filter_time: During | None = None,
    totals: int = 0,
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
        totals=totals,
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


def test_while_another_filter_is_looked_for_no_count_is_told() -> None:
    words = view_line(replace(COUNTS, replacing=True), following=True, filter_words="filter: ann")
    assert words.text == "following · looking… · received 1,204 · filter: ann"


def test_a_filter_for_time_that_is_not_watched_says_so() -> None:
    words = empty(LIVE, filtered=True, filter_time=During(NOON - 86_400_000, NOON))
    assert "no event read so far matches" in words
    assert "only the time since 12:00 is watched: --since reads more" in words


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


def test_an_empty_table_leaves_the_words_of_a_refusal_to_the_foot() -> None:
    text = empty(Health("grades", State.REFUSED, REFUSAL))
    assert text == "12:00–12:45 not verified: grades (refused, see below)"


def test_only_the_audit_log_can_say_that_nothing_happened() -> None:
    relay = Health("relay r.example", State.LIVE, verified_from=NOON, feed=Feed.LIVE)
    assert "nothing has changed" not in empty(relay)
    assert "no change has come yet" in empty(relay)
    assert empty(LIVE, relay).startswith("nothing has changed: 12:00–12:45 is verified")


def test_a_redacted_empty_table_names_no_target() -> None:
    reading = Health("grades of course 565", State.READING)
    assert empty(*without_names([reading])).startswith("reading source 1…")
