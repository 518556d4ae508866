"""The simulated Canvas as a process that is killed: what it has shown stays true."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.campus.receiver import Receiver, receiving
from tests.campus.wire import GRADES, Clock
from tui.campus.campus import Campus
from tui.campus.chronicle import NAME, Founded
from tui.campus.demo import wall_clock
from tui.campus.hand import Hand
from tui.campus.ledger import NOBODY
from tui.campus.live import act_until
from tui.campus.live_events.outbox import Fate
from tui.campus.people import dice
from tui.campus.reopen import open_campus, read_campus


class Canvas:
    """A process on ``folder``; what it says is read line by line."""

    def __init__(self, folder: Path, *words: str) -> None:
        command = [sys.executable, "-m", "tui.campus.serve", "--folder", str(folder)]
        command += ["--history", "60", "--courses", "2", "--students", "40", *words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.ready = self.said()

    def said(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def end(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        self.process.communicate()

    def shown(self) -> dict[str, dict[str, Any]]:
        """The rows that its API shows now, by id."""
        rows: dict[str, dict[str, Any]] = {}
        headers = {"Authorization": f"Bearer {self.ready['canvas_token']}"}
        with httpx.Client(headers=headers) as http:
            for course in self.ready["courses"]:
                url = f"{self.ready['canvas_url']}{GRADES}/courses/{course['id']}?per_page=100"
                while url:
                    response = http.get(url)
                    rows |= {row["id"]: row for row in response.json()["events"]}
                    url = response.links.get("next", {}).get("url", "")
        return rows


@contextmanager
def canvas(folder: Path, *words: str) -> Generator[Canvas]:
    running = Canvas(folder, *words)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.end(signal.SIGKILL)


def came(receiver: Receiver, at_least: int) -> None:
    while len(receiver.bodies) < at_least:
        time.sleep(0.01)


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_random_it_is_the_same_canvas_again(tmp_path: Path, seed: int) -> None:
    chance = dice(seed)
    shown: dict[str, dict[str, Any]] = {}
    delivered: set[str] = set()
    tokens: set[str] = set()
    with receiving(lambda _: chance.choice((204, 204, 204, 503))) as receiver:
        words = ("--seed", str(seed), "--rate", "60", "--webhook", receiver.url)
        for _ in range(3):
            with canvas(tmp_path, *words) as running:
                tokens.add(running.ready["canvas_token"])
                now_shown = running.shown()
                for key, row in shown.items():
                    same = "id", "created_at", "grade_before", "grade_after", "version_number"
                    assert [now_shown[key][part] for part in same] == [row[part] for part in same]
                came(receiver, len(receiver.bodies) + chance.randint(1, 120))
                shown = running.shown()
                running.end(signal.SIGKILL)
            dead = read_campus(tmp_path, now=wall_clock)
            truth = {row.id for course, _ in dead.courses for row in dead.truth(course=course)}
            assert set(shown) <= truth, "what was shown has not vanished"
            fates = {each.key: each.fate for each in dead.live_truth()}
            assert delivered <= {key for key, fate in fates.items() if fate is Fate.DELIVERED}
            delivered = {key for key, fate in fates.items() if fate is Fate.DELIVERED}
    assert len(tokens) == 1
    assert delivered


def test_with_all_delivered_every_event_came_and_nothing_else(tmp_path: Path) -> None:
    faults = json.dumps({"lose": 0.1, "duplicate": 0.2, "reorder": 0.1})
    with receiving() as receiver:
        words = ("--rate", "80", "--webhook", receiver.url, "--faults", faults)
        with canvas(tmp_path, *words) as running:
            came(receiver, 30)
            running.end(signal.SIGKILL)
        with canvas(tmp_path, *words, "--rows", "150") as running:
            said = running.said()
            while "drained" not in said:
                said = running.said()
            running.end(signal.SIGTERM)
    campus = read_campus(tmp_path, now=wall_clock)
    truth = campus.live_truth()
    fates = {each.text: campus.outbox.fate(each.number) for each in campus.outbox.emitted}
    assert set(fates.values()) == {Fate.DELIVERED, Fate.DROPPED}
    assert set(receiver.bodies) == {text for text in fates if fates[text] is Fate.DELIVERED}
    assert said["fired"] == dict(campus.outbox.fired)
    assert said["fired"]["lose"] == sum(each.fate is Fate.DROPPED for each in truth)
    assert len({each.key for each in truth}) == len(truth)


def opened(
    folder: Path, clock: Clock, scenario: str = "ordinary"
) -> AbstractContextManager[Campus]:
    return open_campus(folder, Founded(scenario, 4, 200, 2, 40, clock()), now=clock)


def everything(campus: Campus) -> tuple[object, ...]:
    grades = [campus.truth(course=course) for course, _ in campus.courses]
    school = campus.school
    parts = (school.accounts, school.people, school.courses, school.assignments)
    return (grades, campus.course_truth(account=1), campus.live_truth(), parts)


@pytest.mark.parametrize("scenario", ["ordinary", "deadline", "anonymous"])
def test_after_any_life_the_same_truth_is_read_from_the_file(tmp_path: Path, scenario: str) -> None:
    clock = Clock()
    for life in range(3):
        with opened(tmp_path, clock, scenario) as campus:
            campus.begin(3)
            clock.tick(60)
            act_until(campus, clock())
            before = everything(campus)
        assert campus.registrar.rows > 200 + 100 * life
        assert everything(read_campus(tmp_path, now=clock)) == before
        clock.tick(3600)


def test_late_rows_are_still_late_and_keep_their_ids(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as campus:
        hand, course = Hand(campus), Hand(campus).course()
        work = course.assignments[-1]
        hand.give(work, course.students[0], 0, grader=NOBODY, visible=clock() + 60_000)
        hand.give(work, course.students[1], 1)
    again = read_campus(tmp_path, now=clock)
    assert len(again.truth(assignment=work)) == 1
    clock.tick(61)
    assert len(again.truth(assignment=work)) == 2
    assert again.truth(assignment=work) == campus.truth(assignment=work)


def test_a_line_cut_short_is_forgotten_and_the_file_goes_on(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as campus:
        hand, course = Hand(campus), Hand(campus).course()
        hand.give(course.assignments[-1], course.students[0], 1)
        whole = everything(campus)
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'{"Graded":{"assignment":')
    assert everything(read_campus(tmp_path, now=clock)) == whole
    with opened(tmp_path, clock) as campus:
        Hand(campus).give(course.assignments[-1], course.students[1], 1)
        whole = everything(campus)
    assert everything(read_campus(tmp_path, now=clock)) == whole


def test_one_process_at_a_time(tmp_path: Path) -> None:
    with opened(tmp_path, Clock()), pytest.raises(BlockingIOError), opened(tmp_path, Clock()):
        pass


def test_a_folder_without_a_campus_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / NAME).touch()
    with pytest.raises(ValueError, match="no campus"):
        read_campus(tmp_path, now=Clock())
