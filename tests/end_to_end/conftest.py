"""The installed command, in a pty, against the simulated Canvas over real HTTP."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal import Terminal
from tui.campus.build import build
from tui.campus.campus import Campus
from tui.campus.hand import Hand
from tui.campus.school import Grading
from tui.campus.server import CampusServer

GRADEWATCH = str(Path(sys.executable).with_name("gradewatch"))


def wall_clock() -> int:
    return time.time_ns() // 1_000_000


class Desk:
    """A TA's place: a Canvas that answers, a home of its own, and the command."""

    def __init__(self, campus: Campus, server: CampusServer, home: Path) -> None:
        self.campus, self.server, self.home = campus, server, home
        self.hand = Hand(campus)
        self.course = campus.courses[0][0]

    @property
    def work(self) -> int:
        """A plain assignment graded in points, names shown."""
        school = self.campus.school
        works = (school.assignments[each] for each in self.hand.course().assignments)
        return next(
            each.id
            for each in works
            if each.grading is Grading.POINTS and not each.anonymous and not each.muted
        )

    def student(self, place: int) -> int:
        """A student whose name no other of the course begins like."""
        students = self.hand.course().students
        firsts = [self.name_of(each).split()[0] for each in students]
        unique = [
            each for each, first in zip(students, firsts, strict=True) if firsts.count(first) == 1
        ]
        return unique[place]

    @property
    def env(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "GRADEWATCH_CANVAS_URL": self.server.url,
            "GRADEWATCH_CANVAS_TOKEN": self.campus.token,
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }

    def watch(self, *options: str, columns: int = 80, rows: int = 24) -> Terminal:
        """``gradewatch watch`` on the first course, polling each second."""
        command = [GRADEWATCH, "watch", "--course", str(self.course), "--poll-interval", "1"]
        return Terminal([*command, *options], columns=columns, rows=rows, env=self.env)

    def command(self, *words: str, columns: int = 80, rows: int = 24) -> Terminal:
        return Terminal([GRADEWATCH, *words], columns=columns, rows=rows, env=self.env)

    def name_of(self, user: int) -> str:
        return self.campus.school.people[user].name


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Forty changes of history, and people who stand still."""
    campus = build("ordinary", seed=7, history=40, now=wall_clock, courses=1, students=40)
    with CampusServer(campus) as server:
        yield Desk(campus, server, tmp_path)
