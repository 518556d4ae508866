"""How the sources are, in words that keep still while nothing changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from tests.app.school import NOON, NOW
from tui.app.lines import Line, Tone
from tui.app.sourcelines import source_lines
from tui.events.event import Feed
from tui.sources.health import Health, State

LIVE = Health(
    "grades of course 565",
    State.LIVE,
    last_good=NOW - 14_000,
    verified_from=NOON,
    verified_to=NOW,
    quota=687.2,
    feed=Feed.AUDIT,
)
RELAY = Health("relay relay.example.edu", State.LIVE, feed=Feed.LIVE, last_good=NOW)
REFUSAL = "Canvas refuses: this token may not read it; a teacher's token needs --course"


def foot(*healths: Health, now: int = NOW, redacted: bool = False, width: int = 77) -> list[Line]:
    return source_lines(healths, now=now, zone=UTC, redacted=redacted, width=width)


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
    assert "grades of course 565: waiting 3 min: Canvas throttles · read" in lines[1].text


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


def test_a_clock_far_from_canvas_is_told() -> None:
    assert "Canvas's clock is 2 min behind" in foot(replace(LIVE, skew_ms=-125_000))[0].text


@pytest.mark.parametrize(
    ("health", "words"),
    [
        (replace(RELAY, state=State.CONNECTING), "connecting"),
        (RELAY, "live"),
        (replace(RELAY, state=State.READING, behind=1_234), "reading, behind by 1,234"),
        (
            replace(RELAY, state=State.RETRYING, words="no answer", retry_at=NOW + 12_000),
            "retrying in 20 s: no answer",
        ),
        (replace(RELAY, state=State.RETRYING, words="no answer"), "retrying: no answer"),
        (replace(RELAY, state=State.REFUSED, words="token revoked"), "refused: token revoked"),
        (replace(RELAY, state=State.STOPPED, words="it is over"), "stopped: it is over"),
    ],
)
def test_a_relay_says_its_state_in_words(health: Health, words: str) -> None:
    [line] = foot(health)
    assert line.text == f"relay relay.example.edu: {words}"


def test_a_countdown_moves_in_steps() -> None:
    waits = replace(RELAY, state=State.RETRYING, words="no answer", retry_at=NOW + 60_000)
    texts = {foot(waits, now=NOW + each)[0].text for each in range(0, 60_000, 500)}
    assert len(texts) == 6


def test_a_relay_that_is_lost_says_up_to_when_it_was_heard() -> None:
    gone = replace(RELAY, state=State.RETRYING, words="no answer", verified_to=NOW - 600_000)
    assert foot(gone)[0].text.endswith("retrying: no answer · heard up to 12:35")


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160])
def test_the_log_and_a_relay_share_a_line_while_both_are_well(width: int) -> None:
    feeds = (LIVE, replace(LIVE, source="course events of course 565"), RELAY)
    [line] = foot(*feeds, width=width)
    assert len(line.text) <= width
    log, relay = line.text.split(" | ")
    assert log.startswith("2 sources: live · read 10 s ago")
    assert relay in ("relay relay.example.edu: live", "relay: live")


def test_a_relay_in_trouble_has_a_line_of_its_own_beside_the_log() -> None:
    gone = "cannot connect"
    lines = foot(
        replace(LIVE, state=State.RETRYING, words=gone),
        replace(RELAY, state=State.RETRYING, words=gone),
    )
    assert [line.text.partition(":")[0] for line in lines] == [LIVE.source, RELAY.source]


def test_a_redacted_relay_has_no_name() -> None:
    [line] = foot(
        replace(RELAY, words="course 565 is not yours", state=State.REFUSED), redacted=True
    )
    assert line.text == "relay: refused: (x shows why)"
