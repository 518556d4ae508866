"""``gradewatch tail`` on the audit log and a relay at once: a real relay process, real HTTP."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

import pytest

from tests.door.conftest import PATIENCE, Canvas, RunningRelay, Shell, wall_clock
from tui.campus.build import build
from tui.campus.hand import Hand
from tui.campus.live_events.outbox import Outbox
from tui.campus.server import CampusServer


@dataclass
class School:
    """A Canvas, and the relay that its twin tells: the log may come as late as the test wants."""

    shell: Shell
    canvas: Canvas
    twin: Hand
    relay: RunningRelay
    outbox: Outbox
    settle: Callable[[], None]
    """Run the jobs of the twin that are due."""
    _posted: int = 0

    @property
    def words(self) -> tuple[str, ...]:
        course = ("--course", self.canvas.course, "--no-course-events")
        return (*course, "--relay-url", self.relay.url, "--poll-interval", "1")

    def give(self, student: int) -> None:
        """One grade changes, and Canvas tells it."""
        self.write(student, at := wall_clock())
        self.tell(student, at)

    def write(self, student: int, at: int) -> None:
        """The audit log has it."""
        self._give(self.canvas.hand, student, at)

    def tell(self, student: int, at: int) -> None:
        """The relay has it."""
        self._give(self.twin, student, at)
        for emitted in self.outbox.since(self._posted):
            self._posted = emitted.number + 1
            self.relay.post(emitted.text)

    def _give(self, hand: Hand, student: int, at: int) -> None:
        course = hand.course()
        hand.give(course.assignments[0], course.students[student], 3, at=at)


@pytest.fixture
def school(shell: Shell, relay: RunningRelay) -> Iterator[School]:
    campus, twin = (
        build("ordinary", seed=11, history=0, now=wall_clock, courses=1, students=40)
        for _ in range(2)
    )
    twin.announce()
    with CampusServer(campus) as server:
        shell.variables |= {
            "GRADEWATCH_CANVAS_URL": server.url,
            "GRADEWATCH_CANVAS_TOKEN": campus.token,
        }
        canvas = Canvas(campus, server, Hand(campus))
        yield School(shell, canvas, Hand(twin), relay, twin.outbox, twin.settle)


def line_of(tail: subprocess.Popen[str]) -> dict[str, Any]:
    assert tail.stdout is not None
    return json.loads(tail.stdout.readline())


def read_all(stream: IO[str] | None) -> str:
    """Up to its end, with what the stream holds already."""
    assert stream is not None
    return stream.read()


def test_a_change_is_told_at_once_and_again_when_the_log_has_it(school: School) -> None:
    with school.shell.start("tail", *school.words) as tail:
        try:
            school.tell(1, at := wall_clock())
            told = line_of(tail)
            school.write(1, at)
            confirmed = line_of(tail)
            tail.send_signal(signal.SIGTERM)
            rest, err = read_all(tail.stdout), read_all(tail.stderr)
            tail.wait(PATIENCE)
        finally:
            tail.kill()
    assert told["key"].startswith("live:")
    assert (told["seen_by"], "unconfirmed" in told["flags"]) == (["live"], True)
    assert "live_key" not in told
    assert confirmed["key"] in school.canvas.true_keys()
    assert confirmed["seen_by"] == ["audit", "live"]
    assert "unconfirmed" not in confirmed["flags"]
    assert confirmed["live_key"] == told["key"]
    assert told["student"]["id"] == confirmed["student"]["id"]
    assert told["after"]["grade"] == confirmed["after"]["grade"] == "3"
    assert (tail.returncode, rest, err) == (130, "", "")


def test_a_total_does_not_tell_whose_hidden_grade_changed_it(school: School) -> None:
    course = school.twin.course()
    work, student = course.assignments[9], course.students[0]
    school.twin.give(work, student, 50)
    limit = time.monotonic() + PATIENCE
    while len(school.outbox.emitted) < 2 and time.monotonic() < limit:  # the job takes a while
        school.settle()
        time.sleep(0.05)
    grade, total = (json.loads(emitted.text) for emitted in school.outbox.since(0))
    assert grade["body"]["muted"] is True
    assert total["body"]["user_id"] == str(student)
    for document in (total, grade):
        school.relay.post(json.dumps(document))
    printed = [
        school.shell.run("tail", "--once", "--raw", *school.words).out,
        school.shell.run("tail", "--once", "--format", "text", *school.words).out,
        school.shell.run("export", "--format", "csv", *school.words[:2]).out,
    ]
    assert "course_grade_change" in printed[0]
    assert [out for out in printed if re.search(rf"\b(2107\d*)?{student}\b", out)] == []
    school.canvas.hand.give(work, student, 50)
    school.canvas.hand.post(work)
    ended = school.shell.run("tail", "--once", "--raw", *school.words)
    (line,) = (one for one in ended.out.splitlines() if '"course_grade_change"' in one)
    told: dict[str, Any] = json.loads(line)
    assert told["student"]["id"] == str(student)
    assert told["raw"]["body"] == total["body"]


def test_once_prints_each_change_once_whatever_feeds_it_came_from(school: School) -> None:
    for student in range(5):
        school.give(student)
    school.tell(5, wall_clock())
    ended = school.shell.run("tail", "--once", *school.words)
    assert (ended.code, ended.err) == (0, "")
    assert len(ended.keys) == len(set(ended.keys)) == 6
    told = {str(one["key"]): one["seen_by"] for one in ended.events}
    assert {key for key, by in told.items() if by == ["audit", "live"]} == school.canvas.true_keys()
    assert [by for key, by in told.items() if key.startswith("live:")] == [["live"]]
    first = school.shell.run("tail", "--once", "-n", "2", *school.words)
    assert first.keys == ended.keys[:2]


def test_a_closed_pipe_ends_it_quietly(school: School) -> None:
    school.give(1)
    with school.shell.start("tail", *school.words) as tail:
        try:
            assert tail.stdout is not None
            assert tail.stderr is not None
            tail.stdout.readline()
            tail.stdout.close()
            assert tail.wait(timeout=PATIENCE) == 0
            assert tail.stderr.read() == ""
        finally:
            tail.kill()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_what_interrupts_a_reading_prints_nothing(school: School, how: signal.Signals) -> None:
    requests = school.canvas.server.requests
    school.canvas.hand.bulk(int(school.canvas.course), 20_000)
    with school.shell.start("tail", "--once", *school.words) as tail:
        try:
            while len(requests) < 3:
                assert tail.poll() is None
            tail.send_signal(how)
            out, err = tail.communicate(timeout=PATIENCE)
        finally:
            tail.kill()
    assert (tail.returncode, out, err) == (130, "", "")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_what_interrupts_the_printing_leaves_no_half_line(
    school: School, how: signal.Signals
) -> None:
    school.canvas.hand.bulk(int(school.canvas.course), 3_000)
    with school.shell.start("tail", "--once", *school.words) as tail:
        try:
            first = line_of(tail)  # the pipe holds 64 KiB, all events are 2 MB: it is printing
            tail.send_signal(how)
            rest, err = read_all(tail.stdout), read_all(tail.stderr)
            tail.wait(PATIENCE)
        finally:
            tail.kill()
    assert (tail.returncode, err) == (130, "")
    assert rest.endswith("\n")
    keys = [first["key"], *(json.loads(line)["key"] for line in rest.splitlines())]
    assert len(keys) == len(set(keys)) < 3_000
    assert len(rest) > 65536


@pytest.mark.parametrize("pause_s", [0.0, 0.1, 0.3])
def test_interrupting_twice_prints_no_more_than_once(school: School, pause_s: float) -> None:
    requests = school.canvas.server.requests
    school.canvas.hand.bulk(int(school.canvas.course), 4_000)
    with school.shell.start("tail", "--once", *school.words) as tail:
        try:
            while len(requests) < 10:
                assert tail.poll() is None
            tail.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                tail.wait(pause_s)
            tail.send_signal(signal.SIGINT)
            out, err = tail.communicate(timeout=PATIENCE)
        finally:
            tail.kill()
    assert (tail.returncode, out, err) == (130, "", "")


def test_whoever_interrupts_twice_does_not_wait_for_a_reader_that_stands_still(
    school: School,
) -> None:
    school.canvas.hand.bulk(int(school.canvas.course), 400)
    with school.shell.start("tail", "--once", *school.words) as tail:
        try:
            line_of(tail)  # the pipe holds 64 KiB and all events are more: it is printing
            while tail.poll() is None:
                tail.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):
                    tail.wait(0.1)
            assert (tail.returncode, read_all(tail.stderr)) == (130, "")
        finally:
            tail.kill()
