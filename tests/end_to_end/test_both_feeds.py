"""The log and a relay at once, in a pty: what a person sees of one change, and of a relay lost."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.conftest import GRADEWATCH, Desk, wall_clock
from tests.terminal import Terminal
from tui.campus.build import build
from tui.campus.campus import Campus
from tui.campus.hand import Hand
from tui.campus.server import CampusServer

ENTER, ESCAPE = "\r", "\x1b"
QUIETLY = ("--no-course-events",)


@dataclass
class Relay:
    """``gradewatch relay`` as a process that can be killed and begun again at the same port."""

    folder: Path
    env: dict[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def start(self) -> None:
        words = ("relay", "--listen", f"127.0.0.1:{self.port}", "--data", str(self.folder))
        self.process = subprocess.Popen(
            [GRADEWATCH, *words], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(600):
            assert self.process.poll() is None, "the relay ended"
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/healthz").status_code == 200:
                    return
            except httpx.TransportError:
                threading.Event().wait(0.05)
        raise AssertionError("the relay did not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)
            self.process = None


@dataclass
class School(Desk):
    """A desk whose relay hears from a twin of its Canvas: the log may come as late as is wished."""

    campus: Campus
    server: CampusServer
    home: Path
    twin: Campus
    relay: Relay
    posted: int = field(default=0)

    def __post_init__(self) -> None:
        Desk.__init__(self, self.campus, self.server, self.home)
        self.essay = self.work

    def tell(self, student: int, score: float, at: int) -> str:
        """The relay has it: what was posted."""
        Hand(self.twin).give(self.essay, student, score, at=at)
        sent = ""
        for emitted in self.twin.outbox.since(self.posted):
            self.posted = emitted.number + 1
            address = f"http://127.0.0.1:{self.relay.port}/v1/events"
            reply = httpx.post(address, content=emitted.text.encode(), timeout=30)
            assert reply.status_code == 204
            sent += emitted.text
        return sent

    def write(self, student: int, score: float, at: int) -> None:
        """The audit log has it."""
        self.hand.give(self.essay, student, score, at=at)

    def watch_both(self) -> Terminal:
        return self.watch("--relay-url", self.relay.url, *QUIETLY)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    campus, twin = (
        build("ordinary", seed=7, history=0, now=wall_clock, courses=1, students=40)
        for _ in range(2)
    )
    twin.announce()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with CampusServer(campus) as server:
        desk = Desk(campus, server, tmp_path)
        relay = Relay(tmp_path / "log", desk.env, port)
        relay.start()
        try:
            yield School(campus, server, tmp_path, twin, relay)
        finally:
            relay.kill()


def rows_of(screen: str) -> list[str]:
    """The table's rows."""
    return [line for line in screen.splitlines() if " grade " in line and " → " in line]


def listening(screen: str) -> bool:
    return "relay" in screen and screen.count("live") > 1


def test_a_posted_grade_is_a_row_at_once_and_the_same_row_when_it_is_confirmed(
    school: School,
) -> None:
    student = school.student(0)
    with school.watch_both() as terminal:
        terminal.wait_for(listening)
        school.tell(student, 7, at := wall_clock())
        (row,) = rows_of(terminal.wait_for(lambda screen: bool(rows_of(screen))))
        assert "– → 7" in row
        assert row.endswith("?")
        terminal.type(ENTER + "4")
        terminal.wait_for(lambda screen: "address" in screen and "agent" in screen)
        terminal.type(ESCAPE)
        school.write(student, 7, at)

        def confirmed(screen: str) -> bool:
            rows = rows_of(screen)
            return bool(rows) and not rows[0].endswith("?")

        (row,) = rows_of(terminal.wait_for(confirmed))
        assert "– → 7" in row
        assert school.name_of(student).split()[0] in row  # which the log tells, and no live event
        assert "1 matching" in terminal.text()


def test_a_relay_that_is_killed_is_said_and_what_it_forgot_meanwhile_is_told(
    school: School,
) -> None:
    with school.watch_both() as terminal:
        terminal.wait_for(listening)
        school.tell(school.student(0), 7, wall_clock())
        terminal.wait_for("1 matching")
        school.relay.kill()
        terminal.wait_for(lambda screen: "retrying" in screen and "relay 127.0.0.1" in screen)
        school.relay.folder = school.home / "another log"  # it comes back with nothing of before
        school.relay.start()
        terminal.wait_for(lambda screen: "retrying" not in screen and listening(screen))
        school.tell(school.student(1), 5, wall_clock())
        terminal.wait_for("2 matching")
    told = subprocess.run(
        [GRADEWATCH, "journal", "info"], env=school.env, capture_output=True, text=True, check=True
    )
    assert "the relay's log was begun anew" in told.stdout


def test_a_hidden_student_is_never_sent_to_the_terminal_though_the_live_event_names_them(
    school: School,
) -> None:
    student, at = school.student(0), wall_clock()
    for hand in (school.hand, Hand(school.twin)):
        hand.hide(school.essay)
    school.write(student, 7, at)
    with school.watch_both() as terminal:
        terminal.wait_for(lambda screen: listening(screen) and " hidden " in screen)
        sent = school.tell(student, 7, at)
        assert f"2107{student:013}" in sent
        terminal.type(ENTER)
        terminal.wait_for("posted          not told       no")  # which the live event alone tells
        for keys in ("1", "2", "3", "4", "5", ESCAPE):
            terminal.type(keys)
            terminal.pump(0.5)
        received = bytes(terminal.received).decode(errors="replace")
    assert school.name_of(student).split()[0] not in received
    assert f"#{student}" not in received
    assert f"2107{student:013}" not in received
