"""A relay in the commands: a real one on loopback, posted to as Canvas posts."""

from __future__ import annotations

import json
import time

import pytest

from tests.door.conftest import PATIENCE, Canvas, RunningRelay, Shell, wall_clock
from tests.events.wire import Json, live
from tui.events.times import iso


def graded(number: int, *, course: str = "565") -> Json:
    """A live grade change of now."""
    body: Json = {
        "grade": str(number),
        "old_grade": None,
        "assignment_id": "21070000000000012",
        "user_id": "21070000000000048",
        "student_id": "21070000000000048",
        "grader_id": "21070000000000008",
        "muted": False,
    }
    return live(
        "grade_change",
        body,
        event_time=iso(wall_clock()),
        root_account_id="21070000000000001",
        context_type="Course",
        context_id=f"2107{int(course):013}",
        request_id=f"request-{number}",
    )


def test_once_is_the_relay_up_to_its_head(shell: Shell, relay: RunningRelay) -> None:
    for number in (1, 2, 3):
        relay.post(graded(number))
    relay.post(graded(9, course="566"))
    all_ = shell.run("tail", "--once", "--relay-url", relay.url)
    assert (all_.code, all_.err) == (0, "")
    assert len(all_.events) == 4
    one = shell.run("tail", "--once", "--relay-url", relay.url, "--course", "565")
    assert [event["after"]["grade"] for event in one.events] == ["1", "2", "3"]  # pyright: ignore
    journals = list((shell.home / "state" / "gradewatch").glob("*.sqlite3"))
    assert [path.name for path in journals] == [f"journal-relay-127.0.0.1_{relay.port}.sqlite3"]


def test_following_prints_an_event_when_it_comes(shell: Shell, relay: RunningRelay) -> None:
    following = shell.start("tail", "-n", "2", "--relay-url", relay.url)
    try:
        relay.post(graded(1))
        assert following.stdout is not None
        first = json.loads(following.stdout.readline())
        relay.post(graded(2))
        second = json.loads(following.stdout.readline())
        assert following.wait(30) == 0
    finally:
        following.kill()
        following.communicate()
    assert [one["after"]["grade"] for one in (first, second)] == ["1", "2"]
    assert first["seen_by"] == ["live"]
    assert "unconfirmed" in first["flags"]


def test_beside_a_canvas_both_are_read(admin: Shell, canvas: Canvas, relay: RunningRelay) -> None:
    relay.post(graded(1, course=canvas.course))
    ended = admin.run(
        "tail", "--once", "--course", canvas.course, "--since", "-9000d", "--relay-url", relay.url
    )
    assert ended.code == 0, ended.err
    live_ = [event for event in ended.events if event["seen_by"] == ["live"]]
    assert len(live_) == 1
    assert canvas.true_keys() <= set(ended.keys)


@pytest.mark.parametrize("command", ["watch", "tail", "doctor"])
def test_plain_ws_to_another_machine_is_refused(shell: Shell, command: str) -> None:
    ended = shell.run(command, "--relay-url", "ws://relay.example.edu")
    assert ended.code == 2
    assert "use wss://relay.example.edu" in ended.out + ended.err
    assert not (shell.home / "state").exists()


def test_a_relay_alone_knows_numbers_only(shell: Shell, relay: RunningRelay) -> None:
    ended = shell.run("tail", "--once", "--relay-url", relay.url, "--course", "sis_course_id:X")
    assert ended.code == 2
    assert "--canvas-url" in ended.err


def test_nobody_there_is_unreachable(shell: Shell) -> None:
    ended = shell.run("tail", "--once", "--relay-url", "ws://127.0.0.1:1")
    assert ended.code == 4
    assert "cannot reach 127.0.0.1:1" in ended.err


def test_the_doctor_says_what_the_relay_has(shell: Shell, relay: RunningRelay) -> None:
    relay.post(graded(1))
    shell.variables["GRADEWATCH_RELAY_URL"] = relay.url
    ended = shell.run("doctor")
    lines = [one for one in ended.out.splitlines() if one[5:].startswith("relay")]
    assert lines == [
        f"ok   relay: {relay.url}/v1/subscribe serves live events; its log holds 1 event",
        "ok   relay token: it asks for none",
    ]


def test_the_doctor_says_what_hinders(shell: Shell) -> None:
    shell.variables["GRADEWATCH_RELAY_TOKEN"] = "t" * 20
    ended = shell.run("doctor", "--relay-url", "ws://127.0.0.1:1")
    assert ended.code == 4
    assert "FAIL relay: cannot reach 127.0.0.1:1: connection refused" in ended.out
    assert "t" * 20 not in ended.out + ended.err


def test_journal_info_tells_what_was_listened_to(shell: Shell, relay: RunningRelay) -> None:
    relay.post(graded(1))
    limit = time.monotonic() + PATIENCE
    told = ""
    while "listened to" not in told and time.monotonic() < limit:  # what is just now is not sure
        assert shell.run("tail", "--once", "--relay-url", relay.url).code == 0
        told = shell.run("journal", "info", "--relay-url", relay.url).out
    assert "listened to  live events (live)" in told
