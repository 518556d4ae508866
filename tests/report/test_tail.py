"""The stream, from a simulated Canvas over real HTTP and from sources that record as they like."""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kept import kept
from tests.report.samples import grade_event
from tests.sources.setting import Desk, Time, first_course, grade_many, school, true_keys
from tui.campus.server import CampusServer
from tui.events.event import Feed, Flag, Sighting
from tui.events.ids import CanvasId
from tui.journal.journal import Journal
from tui.journal.records import Batch
from tui.query.ast import EVERYTHING, Filter, Is, Role
from tui.report.format import Format
from tui.report.formats import Printer
from tui.report.tail import TailSetup, tail
from tui.sources.health import Health, State
from tui.sources.source import Outcome, Recorder, Source, SourceFailed
from tui.sources.targets import Targets


@dataclass
class Paper:
    """A sink that keeps what is written; ``when`` is called after each writing."""

    text: str = ""
    descriptor: int | None = None
    when: Callable[[], None] = lambda: None

    def write(self, text: str) -> None:
        self.text += text
        self.when()

    def fileno(self) -> int | None:
        return self.descriptor

    @property
    def keys(self) -> list[str]:
        return [json.loads(line)["key"] for line in self.text.splitlines()]


class ClosedPipe(Paper):
    def write(self, text: str) -> None:
        if text:
            raise BrokenPipeError


@dataclass
class Scripted:
    """A source that records batches and reports states in a given order, then ends or fails."""

    name: str = "scripted"
    steps: Sequence[Batch | Health] = ()
    fault: SourceFailed | None = None
    endless: bool = False
    waits: dict[int, asyncio.Event] = field(default_factory=dict[int, asyncio.Event])

    async def run(self, recorder: Recorder, *, once: bool) -> None:
        for number, step in enumerate(self.steps):
            if number in self.waits:
                await self.waits[number].wait()
            if isinstance(step, Batch):
                await recorder.record(step)
            else:
                recorder.report(step)
        if self.fault is not None:
            raise self.fault
        if self.endless and not once:
            await asyncio.Event().wait()


def batch(*numbers: int, student: int = 1, place: int = 0) -> Batch:
    """One event for each number, in its own second; the same number is the same event."""
    events = [
        replace(grade_event(student=CanvasId.of(student)), key=f"audit:{number}", at=number * 1000)
        for number in numbers
    ]
    return Batch(sightings=tuple(Sighting(event, "{}") for event in events), place=place, step=-1)


def state(word: State, words: str = "", source: str = "scripted") -> Health:
    return Health(source, word, words)


@dataclass
class Stage:
    """A journal, a sheet of paper, and lines said."""

    paper: Paper = field(default_factory=Paper)
    journal: Journal = field(default_factory=lambda: kept(Journal.open(None, now=lambda: 0)))
    said: list[str] = field(default_factory=list[str])

    async def tail(
        self,
        *sources: Source,
        once: bool = False,
        limit: int | None = None,
        as_they_come: bool = False,
        where: Filter = EVERYTHING,
        form: Format = Format.NDJSON,
    ) -> None:
        async def scope() -> Filter:
            return where

        async with asyncio.timeout(60):
            await tail(
                TailSetup(
                    journal=self.journal,
                    sources=sources,
                    scope=scope,
                    printer=Printer(format=form),
                    clock=lambda: 0,
                    once=once,
                    limit=limit,
                    as_they_come=as_they_come,
                    sink=self.paper,
                    say=self.said.append,
                )
            )


async def test_what_was_seen_live_is_printed_again_once_it_is_confirmed_and_says_which_it_is() -> (
    None
):
    stage, confirmed = Stage(), asyncio.Event()
    [row] = batch(5).sightings
    report = replace(row.event, key="live:5", at=5_300, seen_by=(Feed.LIVE,))
    report = replace(report, flags=report.flags | Flag.UNCONFIRMED)

    def when() -> None:
        if stage.paper.text:
            confirmed.set()

    stage.paper.when = when
    source = Scripted(
        steps=(
            Batch(sightings=(Sighting(report, "{}"),)),
            state(State.LIVE),
            batch(5),
            batch(5),
            state(State.LIVE, "again"),
        ),
        waits={2: confirmed},
    )
    await stage.tail(source)
    first, second = (json.loads(line) for line in stage.paper.text.splitlines())
    assert first["key"] == second["live_key"] == "live:5"
    assert "unconfirmed" in first["flags"]
    assert second["key"] == "audit:5"
    assert second["seen_by"] == ["audit", "live"]


async def test_once_prints_each_change_of_a_canvas_once_oldest_first() -> None:
    time = Time()
    campus = school(time, history=60)
    grade_many(campus, 130, at=time.ms - 5000)
    desk = Desk(time)
    stage = Stage(journal=desk.journal)
    course = first_course(campus)
    targets = Targets(courses=(str(course.id),), course_events=False)
    with CampusServer(campus) as server:
        audit = desk.audit(server.url, campus.token, targets)
        await stage.tail(audit, once=True)
        await stage.tail(desk.audit(server.url, campus.token, targets), once=True)
    printed = stage.paper.keys
    half = len(printed) // 2
    assert printed[:half] == printed[half:], "a second run tells the same"
    assert len(set(printed)) == half
    assert set(printed) == true_keys(campus)
    times = [json.loads(line)["at"] for line in stage.paper.text.splitlines()[:half]]
    assert times == sorted(times)


async def test_a_refused_token_prints_nothing_of_what_the_journal_had() -> None:
    time = Time()
    campus = school(time, history=5)
    desk = Desk(time)
    desk.journal.record(batch(1, 2))
    stage = Stage(journal=desk.journal)
    with CampusServer(campus) as server:
        audit = desk.audit(server.url, "wrong", Targets(courses=("1",)))
        with pytest.raises(SourceFailed) as failed:
            await stage.tail(audit, once=True)
    assert failed.value.outcome is Outcome.REFUSED
    assert (stage.paper.text, stage.said) == ("", [])


async def test_a_teacher_gets_the_grades_and_one_line_about_the_course_events() -> None:
    time = Time()
    campus = school(time, history=20)
    desk = Desk(time)
    stage = Stage(journal=desk.journal)
    course = first_course(campus)
    with CampusServer(campus) as server:
        targets = Targets(courses=(str(course.id),))
        await stage.tail(desk.audit(server.url, campus.teacher_token, targets), once=True)
    assert set(stage.paper.keys) == true_keys(campus)
    assert len(stage.said) == 1
    assert "course events" in stage.said[0]


async def test_following_tells_the_window_first_and_then_what_comes() -> None:
    stage = Stage()
    stage.journal.record(batch(1, 2, 3))
    arrival = asyncio.Event()
    source = Scripted(
        steps=[
            state(State.CONNECTING),
            state(State.READING),
            batch(5, 4),
            batch(3, 2),
            state(State.LIVE),
            state(State.READING),
            batch(7, 6, 5),
            state(State.LIVE),
        ],
        waits={5: arrival},
        endless=True,
    )
    stage.paper.when = lambda: arrival.set() if "audit:5" in stage.paper.text else None
    await stage.tail(source, limit=7)
    assert stage.paper.keys == [f"audit:{number}" for number in range(1, 8)]


async def test_a_walk_under_way_is_not_printed() -> None:
    """Walks read the newest page first: half of one would be printed the wrong way round."""
    stage = Stage()
    seen: list[str] = []
    source = Scripted(
        steps=[state(State.READING), batch(9, 8), batch(7, 6), state(State.LIVE)], endless=True
    )
    stage.paper.when = lambda: seen.append(stage.paper.text)
    await stage.tail(source, limit=4)
    assert stage.paper.keys == ["audit:6", "audit:7", "audit:8", "audit:9"]


async def test_a_replay_is_printed_as_it_comes_to_its_end() -> None:
    stage = Stage()
    source = Scripted(steps=[state(State.READING), batch(5), batch(3)])
    await stage.tail(source, as_they_come=True)
    assert sorted(stage.paper.keys) == ["audit:3", "audit:5"]


async def test_what_was_read_before_a_fault_is_printed_when_following() -> None:
    fault = SourceFailed("gone", Outcome.UNREACHABLE)
    stage = Stage()
    source = Scripted(steps=[state(State.READING), batch(1)], fault=fault)
    with pytest.raises(SourceFailed, match="gone"):
        await stage.tail(source)
    assert stage.paper.keys == ["audit:1"]
    assert stage.said == []


async def test_a_fault_that_may_pass_is_said_once_while_following() -> None:
    stage = Stage()
    retry = state(State.RETRYING, "no answer")
    later = replace(retry, retry_at=5)
    source = Scripted(
        steps=[state(State.READING), retry, later, batch(1), state(State.LIVE)], endless=True
    )
    await stage.tail(source, limit=1)
    assert stage.said == ["scripted: no answer"]


async def test_a_row_that_changes_is_not_printed_again_unless_it_comes_to_match() -> None:
    stage = Stage()
    arrival = asyncio.Event()
    source = Scripted(
        steps=[
            batch(1, student=7),
            batch(2, student=8),
            state(State.LIVE),
            state(State.READING),
            batch(1, student=7, place=5),
            batch(2, student=7, place=9),
            state(State.LIVE),
        ],
        waits={3: arrival},
        endless=True,
    )
    stage.paper.when = arrival.set
    await stage.tail(source, limit=2, where=Is(Role.STUDENT, (CanvasId.of(7),)))
    assert stage.paper.keys == ["audit:1", "audit:2"]


async def test_a_closed_pipe_ends_it_without_a_word() -> None:
    stage = Stage(paper=ClosedPipe())
    await stage.tail(Scripted(steps=[batch(1), state(State.LIVE)], endless=True))
    assert stage.said == []


async def test_a_reader_that_leaves_ends_it_while_nothing_happens() -> None:
    reading, writing = os.pipe()
    stage = Stage(paper=Paper(descriptor=writing))
    source = Scripted(steps=[state(State.LIVE)], endless=True)
    try:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(stage.tail(source))
            await asyncio.sleep(0)
            os.close(reading)
            await running
    finally:
        os.close(writing)
    assert stage.said == []


async def test_csv_begins_with_its_header_once_and_a_limit_of_nothing_prints_no_event() -> None:
    stage = Stage()
    await stage.tail(Scripted(steps=[batch(1), batch(2)]), once=True, form=Format.CSV, limit=1)
    assert [line.split(",")[0] for line in stage.paper.text.splitlines()] == ["key", "audit:1"]
    nothing = Stage()
    await nothing.tail(Scripted(steps=[batch(1)]), once=True, limit=0)
    assert nothing.paper.text == ""


@given(
    st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=6), max_size=12),
    st.integers(0, 2**32),
)
async def test_however_rows_come_each_is_printed_once(pages: list[list[int]], seed: int) -> None:
    moods = random.Random(seed)  # noqa: S311  a test's shuffle
    steps: list[Batch | Health] = []
    for number, page in enumerate(pages):
        steps.append(state(moods.choice([State.READING, State.LIVE, State.RETRYING]), str(number)))
        steps.append(batch(*page, place=number * 100))
    stage = Stage()
    await stage.tail(Scripted(steps=steps), as_they_come=moods.random() < 0.3)
    wanted = {f"audit:{number}" for page in pages for number in page}
    assert sorted(stage.paper.keys) == sorted(wanted)
    stage.journal.close()
