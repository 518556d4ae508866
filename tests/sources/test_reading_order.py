"""Events of one second come out in the order in which they happened, as far as a file tells it."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.wire import live
from tests.kept import kept
from tests.sources.setting import NOON, Desk
from tests.sources.wire import page, row
from tui.journal.reader import Reader
from tui.query.ast import EVERYTHING
from tui.sources.replay import ReplaySource

SECOND = 1000
Row = dict[str, object]


def written(folder: Path, documents: Sequence[object]) -> str:
    file = folder / "events.json"
    file.write_text("".join(json.dumps(one) + "\n" for one in documents))
    return str(file)


def oldest_first(desk: Desk) -> list[str]:
    reader: Reader = kept(desk.journal.reader())
    return [one.event.key for one in reader.oldest_first(EVERYTHING)]


async def replayed(*documents: object) -> list[str]:
    """The keys, oldest first, that a file of ``documents`` leaves in a new journal."""
    desk = Desk()
    with tempfile.TemporaryDirectory() as folder:
        await desk.once(ReplaySource(written(Path(folder), documents), clock=desk.time.now))
    return oldest_first(desk)


def keys(*numbers: int) -> list[str]:
    return [f"audit:row-{number}" for number in numbers]


def paged(rows: Sequence[Row], size: int) -> list[object]:
    return [page(*rows[first : first + size]) for first in range(0, len(rows), size)]


@given(
    seconds=st.lists(st.integers(0, 3), min_size=1, max_size=20).map(sorted),
    size=st.integers(1, 21),
    in_one_list=st.booleans(),
)
def test_a_walk_is_read_oldest_first_whatever_its_pages(
    seconds: list[int], size: int, in_one_list: bool
) -> None:
    rows = [row(number, NOON + at * SECOND) for number, at in enumerate(seconds)]
    pages = paged(rows[::-1], size)
    found = asyncio.run(replayed(pages) if in_one_list else replayed(*pages))
    assert found == keys(*range(len(rows)))


async def test_a_walk_of_many_pages_in_one_second_keeps_its_order() -> None:
    rows = [row(number, NOON) for number in range(1234)]
    assert await replayed(*paged(rows[::-1], 100)) == keys(*range(1234))


async def test_a_later_walk_is_newer_than_one_before_it() -> None:
    first, second, third, fourth = (row(number, NOON) for number in range(4))
    before = row(9, NOON - SECOND)
    again = page(fourth, third, second, first, before)
    assert await replayed(page(second, first, before), again) == keys(9, 0, 1, 2, 3)


async def test_a_later_walk_may_repeat_only_the_last_second() -> None:
    first, second = row(1, NOON), row(2, NOON)
    assert await replayed(page(first), page(second, first)) == keys(1, 2)


async def test_an_empty_page_does_not_end_a_walk() -> None:
    rows = [row(number, NOON) for number in range(4)]
    pages = [page(rows[3], rows[2]), page(), page(rows[1], rows[0])]
    assert await replayed(*pages) == keys(0, 1, 2, 3)


@pytest.mark.parametrize("mixed", [False, True])
async def test_rows_without_a_page_and_live_events_are_oldest_first(mixed: bool) -> None:
    at = "2026-03-02T10:00:00Z"
    lives = [live("x", {"n": number}, event_time=at, context_id=None) for number in range(3)]
    rows = [row(number, NOON) for number in range(3)]
    found = await replayed(*lives, *([page(row(7, NOON))] if mixed else []), *rows)
    assert [key for key in found if key.startswith("audit")] == keys(
        *([7] if mixed else []), 0, 1, 2
    )
    assert len([key for key in found if key.startswith("live")]) == 3


async def test_live_events_of_one_millisecond_stay_as_they_came() -> None:
    lives = [live("x", {"n": number}) for number in range(3)]
    found = await replayed(*lives)
    assert found == await replayed(lives)
    assert found == (await replayed(*lives[::-1]))[::-1]


async def test_what_does_not_tell_its_institution_is_of_the_one_told_first() -> None:
    here, away = live("x", {"n": 1}), live("x", {"n": 2}, root_account_id=str(13 * 10**13 + 1))
    desk = Desk()
    with tempfile.TemporaryDirectory() as folder:
        file = written(Path(folder), [here, away, row(1, NOON)])
        await desk.once(ReplaySource(file, clock=desk.time.now))
    reader: Reader = kept(desk.journal.reader())
    (audited,) = [one for one in reader.oldest_first(EVERYTHING) if one.event.key == "audit:row-1"]
    assert audited.event.course is not None
    assert audited.event.course.shard == 0
