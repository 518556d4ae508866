"""What comes while one watches is judged, and told of by a command; what is past is only judged."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from tests.app.school import NOON, NOW, graded
from tests.app.sitting import session
from tui.app.attention import Notices, notification
from tui.events.attention import Hit, Rule
from tui.events.event import Event, Flag, GradeState, Sighting
from tui.journal.records import Batch, Labels, Stored
from tui.rules.attention import Attention
from tui.rules.telling import Rules

WRITES = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"


def jump(number: int, at: int) -> Event:
    return replace(
        graded(number, at=at),
        before=GradeState(grade="1", points_possible=10.0),
        after=GradeState(grade="9", points_possible=10.0),
        flags=Flag.REGRADE,
    )


@pytest.mark.parametrize("redact", [False, True])
async def test_what_comes_is_flagged_and_told_to_the_command(tmp_path: Path, redact: bool) -> None:
    out = tmp_path / "told"
    rules = Rules(command=(sys.executable, "-c", WRITES, str(out)), command_every=0)
    past, fresh = jump(1, NOON - 3_600_000), jump(2, NOW + 1000)
    attention = Attention.of(rules, UTC)
    async with session(
        tmp_path, past, attention=attention, telling=rules, redact=redact
    ) as running:
        await running.until(lambda: sum("!" in row[:3] for row in running.rows()) == 1)
        running.journal.record(Batch(sightings=(Sighting(fresh, "{}"),)))
        await running.until(lambda: sum("!" in row[:3] for row in running.rows()) == 2)
        await running.until(lambda: out.exists() and out.read_text().endswith("\n"))
    [event] = [json.loads(line) for line in out.read_text().splitlines()]
    assert event["key"] == fresh.key
    assert [hit["rule"] for hit in event["rules"]] == ["fail_to_pass", "jump"]
    assert (event["student"]["id"] == str(fresh.student)) is not redact


def a_hit(key: str, live_key: str | None = None) -> Stored:
    event = replace(jump(1, NOON), key=key)
    stored = Stored(id=1, place=0, touch=1, event=event, labels=Labels())
    return replace(stored, live_key=live_key, hits=(Hit(Rule.JUMP, "8 of 10 points"),))


def test_a_change_that_is_confirmed_is_not_told_of_again() -> None:
    notices = Notices()
    assert len(notices.of([a_hit("live:1")], None)) == 1
    assert notices.of([a_hit("audit:1", live_key="live:1")], None) == []
    assert notices.of([a_hit("audit:1")], None) == []
    assert len(notices.of([a_hit("audit:2")], None)) == 1


def test_a_notification_is_made_as_each_terminal_takes_it_and_gets_through_tmux() -> None:
    assert notification("osc9", "look at an event: jump", {}) == "\x1b]9;look at an event: jump\x07"
    assert notification("osc777", "a; b", {}) == "\x1b]777;notify;gradewatch;a, b\x07"
    assert notification("osc99", "a", {}) == "\x1b]99;;a\x1b\\"
    assert notification("osc9", "a", {"TMUX": "1"}) == "\x1bPtmux;\x1b\x1b]9;a\x07\x1b\\"
