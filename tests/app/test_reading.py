"""The reader's thread: newest wishes win, faults are answered, nothing is lost between chunks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from tests.app.school import batch, graded, journal_of, names, setup_of
from tui.app.answers import Answer, Changes, Chunk, Completions, ReadFailed
from tui.app.filters import Field
from tui.app.reading import FIRST
from tui.app.wanted import Wanted
from tui.app.watch import Watch
from tui.events.event import Name, Thing
from tui.events.ids import CanvasId
from tui.journal.faults import JournalBusy
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import Batch


class Watching:
    """A watch with its reader at work, and all that was answered."""

    def __init__(self, journal: Journal) -> None:
        self.answers: list[Answer] = []
        self.journal = journal
        self.watch = Watch(setup_of(journal), self._take)

    def _take(self, answer: Answer) -> None:
        self.answers.append(answer)
        self.watch.take(answer)

    async def until(self, seen: Callable[[], bool]) -> None:
        for _ in range(500):
            if seen():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(self.answers)

    async def whole(self) -> int:
        """How many events match, once all of the answer is in."""
        await self.until(lambda: self.watch.view.complete and not self.watch.view.replacing)
        return self.watch.view.matching


@asynccontextmanager
async def watching(path: Path, count: int) -> AsyncGenerator[Watching]:
    journal = journal_of((graded(number) for number in range(count)), path / "j.sqlite3")
    found = Watching(journal)
    task = asyncio.create_task(found.watch.reading.run())
    found.watch.begin()
    yield found
    task.cancel()
    await asyncio.wait([task])
    journal.close()


async def test_an_answer_comes_in_chunks_the_first_of_them_small(tmp_path: Path) -> None:
    async with watching(tmp_path, 1_000) as one:
        assert await one.whole() == 1_000
        chunks = [answer for answer in one.answers if isinstance(answer, Chunk)]
        assert [len(chunk.run) for chunk in chunks] == [FIRST, 1_000 - FIRST]


async def test_of_several_filters_typed_at_once_only_the_last_is_asked(tmp_path: Path) -> None:
    async with watching(tmp_path, 700) as one:
        for text in ("l", "li", "lim"):
            one.watch.filter_by(Wanted().with_text(Field.STUDENT, text))
        assert await one.whole() == 100
        generations = {chunk.generation for chunk in one.answers if isinstance(chunk, Chunk)}
        assert generations == {one.watch.view.generation}


async def test_what_another_process_writes_is_seen_and_judged_by_the_filter(
    tmp_path: Path,
) -> None:
    async with watching(tmp_path, 70) as one:
        one.watch.filter_by(Wanted().with_text(Field.STUDENT, "lima"))
        assert await one.whole() == 10
        other = Journal.open(one.journal.path, now=lambda: 0)
        other.record(batch(graded(number) for number in range(70, 84)))
        other.close()
        one.watch.reading.look()
        await one.until(lambda: one.watch.view.matching == 12)


async def test_what_is_written_between_two_chunks_is_there_once(tmp_path: Path) -> None:
    async with watching(tmp_path, 300) as one:
        await one.until(lambda: bool(one.answers))
        one.journal.record(batch([graded(999), graded(1, key="audit:late")]))
        one.watch.reading.look()
        await one.until(lambda: one.watch.view.matching == 302 and one.watch.view.complete)


async def test_a_name_learnt_later_lets_its_events_in(tmp_path: Path) -> None:
    async with watching(tmp_path, 70) as one:
        one.watch.filter_by(Wanted().with_text(Field.STUDENT, "zoe"))
        assert await one.whole() == 0
        one.journal.record(Batch(names=(Name(Thing.USER, CanvasId.of(40), "Zoë Lima"),)))
        one.watch.reading.look()
        await one.until(lambda: any(isinstance(each, Changes) for each in one.answers))
        one.watch.settle()
        await one.until(lambda: one.watch.view.matching == 10)


async def test_a_row_that_reads_otherwise_now_is_read_again(tmp_path: Path) -> None:
    async with watching(tmp_path, 3) as one:
        await one.whole()
        one.watch.view.resize(5)
        one.watch.wish_rows()
        newest = one.watch.view.ledger.slot(0)
        await one.until(lambda: one.watch.rows.get(newest.id) is not None)
        changed = replace(graded(2), student=CanvasId.of(46))
        one.journal.record(batch([changed]))
        one.watch.reading.look()
        await one.until(lambda: bool(one.watch.rows.missing([newest])))
        one.watch.wish_rows()
        await one.until(lambda: not one.watch.rows.missing([newest]))
        row = one.watch.rows.get(newest.id)
        assert row is not None
        assert row.labels.student == "Finn Ó Sé"


async def test_deleted_rows_leave_the_view_and_are_not_asked_for_for_ever(tmp_path: Path) -> None:
    async with watching(tmp_path, 50) as one:
        await one.whole()
        gone = one.watch.view.ledger.slot(49)
        one.journal.purge(graded(30).at)
        one.watch.reading.rows((gone.id,), None)
        await one.until(lambda: not one.watch.rows.missing([gone]))
        one.watch.reading.look()
        await one.until(lambda: one.watch.view.matching == 20)


async def test_completions_are_names_seen_and_none_on_a_redacted_screen(tmp_path: Path) -> None:
    async with watching(tmp_path, 50) as one:
        await one.whole()
        one.watch.wish_completions(Field.STUDENT, "lim")
        await one.until(lambda: isinstance(one.answers[-1], Completions))
        assert one.watch.completions is not None
        assert [each.name for each in one.watch.completions.suggestions] == ["Ana Lima"]
        one.watch.toggle_redaction()
        one.watch.wish_completions(Field.STUDENT, "li")
        assert one.watch.completions is None


async def test_a_fault_is_told_and_what_was_missing_is_read_once_it_has_passed(
    tmp_path: Path,
) -> None:
    async with watching(tmp_path, 50) as one:
        await one.whole()

        def fail(reader: Reader) -> list[Answer]:
            del reader
            raise JournalBusy("the journal is kept locked: wait")

        one.watch.reading.ask("detail", fail)
        await one.until(lambda: one.watch.unreadable != "")
        assert isinstance(one.answers[-1], ReadFailed)
        one.journal.record(batch([graded(77)]))
        one.watch.reading.look()
        await one.until(lambda: one.watch.view.matching == 51)
        assert one.watch.unreadable == ""


async def test_rows_read_before_redaction_are_never_shown_after_it(tmp_path: Path) -> None:
    async with watching(tmp_path, 5) as one:
        await one.whole()
        one.watch.wish_rows()
        one.watch.toggle_redaction()
        one.watch.wish_rows()
        await one.until(lambda: one.watch.selected is not None)
        assert one.watch.selected is not None
        known = {name.text for name in names()}
        labels = one.watch.selected.labels
        assert not known & {labels.student, labels.grader, labels.course, labels.assignment}
