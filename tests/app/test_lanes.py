"""Readings that are replaced end unanswered; what is on screen never waits for what is to come."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from tests.app.school import batch, graded, journal_of, setup_of
from tests.app.test_groups import IMPORT
from tui.app.answers import Answer, Chunk, Counted, Reply, Rows
from tui.app.grouped import GroupedWatch
from tui.app.reading import Reading
from tui.app.study.steps import in_steps
from tui.events.event import GradeState
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import Slot
from tui.query.ast import EVERYTHING, Filter, Mentions, Or, Role

SLOW: Filter = Or(tuple(Mentions(f"{number} is nowhere") for number in range(700)))
"""Takes seconds for the events of :func:`reading`, and finds none."""


class Readings:
    """A reading at work and all that it answered."""

    def __init__(self, journal: Journal) -> None:
        self.answers: list[Answer] = []
        self.reading = Reading(journal, self.answers.append)

    async def until(self, seen: Callable[[], bool]) -> None:
        for _ in range(1_000):
            if seen():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(self.answers)

    def of(self, kind: type[Answer]) -> list[Answer]:
        return [each for each in self.answers if isinstance(each, kind)]


@asynccontextmanager
async def reading(path: Path) -> AsyncGenerator[Readings]:
    journal = journal_of((graded(number) for number in range(1_500)), path / "j.sqlite3")
    found = Readings(journal)
    task = asyncio.create_task(found.reading.run())
    yield found
    task.cancel()
    await asyncio.wait([task])
    journal.close()


def for_ever(ended: threading.Event) -> Callable[[Reader], Sequence[Answer]]:
    """A reading that has no end of its own."""

    def work(reader: Reader) -> Sequence[Answer]:
        try:
            while True:
                reader.count(EVERYTHING)
        finally:
            ended.set()

    return work


async def begun() -> None:
    """Long enough for a thread to have begun; were it not, the tests would hold all the same."""
    await asyncio.sleep(0.05)


async def test_a_newer_query_is_answered_and_the_one_it_replaces_never_is(tmp_path: Path) -> None:
    async with reading(tmp_path) as one:
        one.reading.query(1, SLOW)
        await begun()
        one.reading.query(2, EVERYTHING)
        await one.until(lambda: bool(one.answers))
        one.reading.more()
        await one.until(lambda: len(one.answers) == 2)
        chunks = [each for each in one.answers if isinstance(each, Chunk)]
        assert [(each.generation, each.last) for each in chunks] == [(2, False), (2, True)]
        assert sum(len(each.run) for each in chunks) == 1_500


async def test_what_replaces_a_long_count_is_answered_and_the_count_never_is(
    tmp_path: Path,
) -> None:
    async with reading(tmp_path) as one:
        one.reading.query(1, EVERYTHING)
        await one.until(lambda: bool(one.of(Chunk)))
        one.reading.count(1, SLOW)
        await begun()
        one.reading.query(2, EVERYTHING)
        one.reading.count(2, EVERYTHING)
        await one.until(lambda: bool(one.of(Counted)))
        assert one.of(Counted) == [Counted(2, 1_500)]


async def test_rows_and_what_a_person_asks_for_come_while_a_long_query_is_read(
    tmp_path: Path,
) -> None:
    async with reading(tmp_path) as one:
        one.reading.query(1, SLOW)
        await begun()
        one.reading.rows((1, 2, 3), None)
        one.reading.ask("detail", lambda reader: [Reply(lambda: None)] * reader.count(EVERYTHING))
        await one.until(lambda: len(one.of(Reply)) == 1_500 and bool(one.of(Rows)))
        assert not one.of(Chunk)


async def test_what_is_asked_anew_ends_what_was_asked_before(tmp_path: Path) -> None:
    ended = threading.Event()
    async with reading(tmp_path) as one:
        one.reading.ask("names", for_ever(ended))
        await begun()
        one.reading.ask("names", lambda reader: [Counted(1, reader.touch())])
        await one.until(lambda: bool(one.answers))
        assert ended.is_set()
        assert len(one.of(Counted)) == len(one.answers) == 1


async def test_what_is_forgotten_ends_and_says_nothing(tmp_path: Path) -> None:
    ended = threading.Event()
    async with reading(tmp_path) as one:
        one.reading.ask("names", for_ever(ended))
        await begun()
        one.reading.forget("names")
        one.reading.ask("detail", lambda reader: [Counted(1, reader.touch())])
        await one.until(lambda: bool(one.answers))
        assert len(one.of(Counted)) == len(one.answers) == 1


async def test_whoever_leaves_waits_for_no_reading_and_it_ends(tmp_path: Path) -> None:
    ended = threading.Event()
    async with reading(tmp_path) as one:
        one.reading.ask("detail", for_ever(ended))
        await begun()
    assert await asyncio.to_thread(ended.wait, 10)


async def test_a_study_that_is_left_ends_in_the_midst_of_a_step(tmp_path: Path) -> None:
    ended = threading.Event()

    def steps(reader: Reader) -> Iterator[str]:
        yield "first"
        for_ever(ended)(reader)
        yield "never"

    async def study() -> None:
        async with aclosing(in_steps(journal, steps)) as found:
            async for step in found:
                told.append(step)
                came.set()

    journal, told = journal_of([graded(1)], tmp_path / "j.sqlite3"), list[str]()
    came, task = asyncio.Event(), asyncio.create_task(study())
    await came.wait()
    await begun()
    task.cancel()
    await asyncio.wait([task])
    assert await asyncio.to_thread(ended.wait, 10)
    assert told == ["first"]
    journal.close()


class Sitting:
    """A watch with its reader at work, and nobody who looks at it."""

    def __init__(self, journal: Journal) -> None:
        self.watch = GroupedWatch(setup_of(journal), self._take)
        self.watch.view.resize(12)
        self.task = asyncio.create_task(self.watch.reading.run())
        self.watch.begin()

    def _take(self, answer: Answer) -> None:
        self.watch.take(answer)

    async def settled(self, matching: int) -> list[Slot]:
        """All rows, once there are so many matches and what is on screen is read."""
        watch = self.watch
        for _ in range(1_000):
            watch.reading.look()
            watch.view.newest()
            missing = watch.wish_rows()
            view = watch.view
            if view.complete and not view.replacing and view.matching == matching and not missing:
                return view.ledger.slots(0, len(view.ledger))
            await asyncio.sleep(0.01)
        raise AssertionError((watch.view.matching, matching))

    async def leave(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])


TEXTS = ("student:lima", "grader:gil", "", "hana", "delta:>2", "student:rao", "zzz or ana")


async def wish(one: Sitting, random: Random, journal: Journal, number: int) -> None:
    """Do one of the things that a person, or somebody else, may do at any time."""
    watch, view = one.watch, one.watch.view
    match random.randrange(6):
        case 0:
            watch.type_filter(random.choice(TEXTS))
        case 1:
            changed = graded(random.randrange(6_000), after=GradeState(str(number)))
            journal.record(batch([graded(7_000 + number), changed]))
            watch.reading.look()
        case 2:
            random.choice((view.oldest, view.newest, lambda: view.page(1), lambda: view.page(-1)))()
        case 3:
            watch.wish_detail()
            watch.wish_names(Role.STUDENT, random.choice("abc"))
        case 4:
            random.choice((watch.toggle_groups, watch.open_group, watch.close_group))()
        case _:
            await asyncio.sleep(random.choice((0, 0.001, 0.02)))
    watch.wish_rows()


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_wished_for_in_between_the_end_is_what_a_plain_reading_finds(
    tmp_path: Path, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - a test's choices
    journal = journal_of((graded(number) for number in range(6_000)), tmp_path / "j.sqlite3")
    journal.record(batch(IMPORT))
    one, reader = Sitting(journal), journal.reader()
    watch = one.watch
    for number in range(200):
        await wish(one, random, journal, number)
    watch.close_group()
    matching = reader.count(watch.where)
    rows = await one.settled(matching)
    for slot in watch.view.visible():
        assert [watch.rows.get(slot.id)] == reader.stored([slot.id])
    other = Sitting(journal)
    other.watch.type_filter(watch.filter.wanted.text)
    if other.watch.groups != watch.groups:
        other.watch.toggle_groups()
    assert rows == await other.settled(matching)
    if not watch.groups:
        assert rows == reader.slots(watch.where, limit=10_000)
    for each in (one, other):
        await each.leave()
    reader.close()
    journal.close()
