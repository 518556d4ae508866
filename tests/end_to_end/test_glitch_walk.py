"""The walk of the README: who changed what while students had a teacher's rights, at 80×24."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.end_to_end.conftest import GRADEWATCH
from tests.terminal import Terminal
from tui.campus.build import build
from tui.campus.campus import Campus
from tui.campus.plots import CHANGES, GLITCH_MINUTES

SEED = 1
ESCAPE, ENTER, CLEAR = "\x1b", "\r", "\x15"
HOME, END, UP = "\x1b[H", "\x1b[F", "\x1b[A"
CULPRITS = 15

Change = tuple[str, str, str, str | None, str | None]
"""Who graded, whom, in which assignment, before, after."""


@pytest.fixture(scope="module")
def school() -> Campus:
    """The school of the demo, without its past."""
    return build("glitch", seed=SEED, history=0, now=lambda: 1_795_000_000_000)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    env = {
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    with Terminal([GRADEWATCH, "demo", "--scenario", "glitch"], env=env) as running:
        yield running


def test_all_changes_of_the_glitch_are_found_and_exported(
    terminal: Terminal, school: Campus, tmp_path: Path
) -> None:
    point_at_people(terminal)
    select_their_time(terminal)
    widen_to_all_they_did(terminal)
    number = find_who_is_missing(terminal)
    add(terminal, number)
    report = export(terminal, tmp_path / "glitch.md")

    canvas = told(r"Canvas: `(http://[^`]+)`", report)
    students = {str(each) for course in school.school.courses.values() for each in course.students}
    truth = {
        change
        for course, _ in school.courses
        for change in read_log(canvas, school.token, course)
        if change[1] in students
    }
    lines = (tmp_path / "glitch.ndjson").read_bytes()
    events = [json.loads(line) for line in lines.splitlines()]
    graders = Counter(event["grader"]["id"] for event in events)
    [(_, class_size)] = graders.most_common(1)  # one of them raised a class, in one request
    assert len(events) - class_size + 1 == CHANGES
    assert len(graders) == CULPRITS
    assert {(event["key"], *change_of(event)) for event in events} == truth
    assert told(r"SHA-256\W+([0-9a-f]{64})", report) == hashlib.sha256(lines).hexdigest()


# The steps, as the README has them


def point_at_people(terminal: Terminal) -> None:
    terminal.wait_for(lambda screen: "matching" in screen and "relay: live" in screen)
    terminal.type("/rule:self_grade OR rule:unusual_grader" + ENTER)
    terminal.wait_for("38 rows, 75 matching")  # the rules have looked at all
    terminal.type("n")
    terminal.wait_for("flagged: ")


def select_their_time(terminal: Terminal) -> None:
    terminal.type("t")
    terminal.wait_for(all_flags_are_drawn)
    terminal.type(HOME + "Nv" + END)
    for _ in range(5):
        terminal.type("n")
        terminal.pump(0.3)
        hours, minutes = map(int, told(r"\((\d) h (\d+) min\)", terminal.text()).split(" "))
        if 60 * hours + minutes <= GLITCH_MINUTES + 2:
            break
    terminal.type(ENTER)
    terminal.wait_for("36 rows, 73 matching")


def all_flags_are_drawn(screen: str) -> bool:
    """Under every column stands a sign: all that the filter leaves is flagged."""
    lines = screen.splitlines()
    read = next((at for at, line in enumerate(lines) if line == "█" * 80), 0)
    columns = [{at for at, sign in enumerate(line) if sign != " "} for line in lines[:read]]
    return read > 2 and bool(columns[-1]) and columns[-1] == columns[-2]


def widen_to_all_they_did(terminal: Terminal) -> None:
    terminal.type("s")
    screen = terminal.wait_for("\n73 gradings, summed")
    assert "Isaac Rasmussen        38      1" in screen
    terminal.type("w")
    terminal.wait_for("37 rows, 74 matching")


def find_who_is_missing(terminal: Terminal) -> str:
    terminal.type("s")
    terminal.wait_for("\n74 gradings, summed")
    terminal.type("W")
    terminal.wait_for(lambda screen: "matching" in screen and "Isaac" not in screen)
    terminal.type("s")
    terminal.wait_for("(automatic)")
    terminal.type("c")
    terminal.wait_for(lambda screen: "smallest first" in screen and "Liam Bennett" in screen)
    for _ in range(10):
        if ">Liam Bennett" in terminal.text():
            break
        terminal.type("j")
        terminal.pump(0.2)
    terminal.type("i")
    return told(r"grader Liam Bennett +#(\d+)\s+>2 first grades", terminal.wait_for(">2 first"))


def add(terminal: Terminal, number: str) -> None:
    terminal.type(ESCAPE)
    terminal.wait_for("smallest first")
    terminal.type(ESCAPE)
    terminal.wait_for("received")  # the table is back
    terminal.type("/")
    terminal.wait_for("enter keeps")
    for _ in range(4):
        if "74 matching" in terminal.text():
            break
        terminal.type(UP)
        terminal.pump(0.7)
    terminal.type(f",#{number}{ENTER}")
    terminal.wait_for(
        lambda screen: "39 rows, 76 matching" in screen and "enter keeps" not in screen
    )


def export(terminal: Terminal, path: Path) -> str:
    terminal.type("e")
    terminal.wait_for(lambda screen: "Export this view" in screen and "gradewatch-" in screen)
    terminal.type(CLEAR)
    terminal.wait_for(lambda screen: "gradewatch-" not in screen)
    terminal.type(f"{path}{ENTER}")
    terminal.wait_for("76 events written to")
    return path.read_text(encoding="utf-8")


# What is compared


def told(pattern: str, text: str) -> str:
    """What the groups of ``pattern`` hold in ``text``, with blanks between."""
    found = re.search(pattern, text)
    assert found is not None, f"{pattern}\n{text}"
    return " ".join(found.groups())


def read_log(canvas: str, token: str, course: int) -> Iterator[tuple[str, *Change]]:
    """All grade changes of a course, as Canvas has them now."""
    url: str | None = f"{canvas}/api/v1/audit/grade_change/courses/{course}?per_page=100"
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as http:
        while url:
            answer = http.get(url)
            for event in answer.json()["events"]:
                links = event["links"]
                people = (str(links.get(each)) for each in ("grader", "student", "assignment"))
                grader, student, assignment = people
                before, after = event["grade_before"], event["grade_after"]
                yield f"audit:{event['id']}", grader, student, assignment, before, after
            url = answer.links.get("next", {}).get("url")


def change_of(event: dict[str, Any]) -> Change:
    grader, student, work = (event[each]["id"] for each in ("grader", "student", "assignment"))
    return grader, student, work, event["before"]["grade"], event["after"]["grade"]
