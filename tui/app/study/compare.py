"""Two events side by side: the selected one and a marked one, or any two that are marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from tui.app.comparison import Row, comparison_lines, rows_of
from tui.app.lines import Line, quiet
from tui.app.study.matches import Matches
from tui.app.study.screen import StudyScreen
from tui.app.study.steps import in_steps
from tui.journal.faults import JournalFault
from tui.journal.reader import Reader
from tui.journal.records import Stored
from tui.query.ast import Has, Trait

_MARKED_AT_MOST = 200
"""Marked events to choose from: the newest."""
_WAYS = "← → another marked event as B · [ ] as A · tab swaps · enter on a side goes there · esc"
_NOT_YET = (
    "To compare two events, put a mark on one of them (m), then select the other and press d.",
    "With two marks, d compares any two of the marked ones.",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The rows to choose from, oldest first, and which two of them stand side by side."""

    rows: tuple[int, ...]
    first: int
    second: int

    def other(self, first: int, second: int) -> Choice:
        """The next one on a side (1, or −1 for the one before), round and round, never both one."""
        one, two = self.first, self.second
        if first:
            one = self._after(one, first, not_this=two)
        if second:
            two = self._after(two, second, not_this=one)
        return replace(self, first=one, second=two)

    def swapped(self) -> Choice:
        """The same two, each on the other side."""
        return replace(self, first=self.second, second=self.first)

    def _after(self, at: int, step: int, *, not_this: int) -> int:
        count = len(self.rows)
        following = (at + step) % count
        return (following + step) % count if following == not_this else following


@dataclass
class Compared(Message):
    """Both events and what is said of them."""

    choice: Choice
    first: Stored
    second: Stored
    rows: Sequence[Row]


@dataclass
class CannotCompare(Message):
    """Why there are no two events to compare, in lines."""

    lines: Sequence[Line]


class CompareScreen(StudyScreen):
    """A is the selected event at first, B the marked one nearest to it in time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "other(0, 1)", show=False),
        Binding("left,h", "other(0, -1)", show=False),
        Binding("right_square_bracket", "other(1, 0)", show=False),
        Binding("left_square_bracket", "other(-1, 0)", show=False),
        Binding("tab", "swap", show=False),
    ]

    def __init__(self, selected: int, matches: Matches) -> None:
        super().__init__("compare two events")
        self._selected, self._matches = selected, matches
        self._choice: Choice | None = None
        self.tell("", ways=_WAYS)

    def on_mount(self) -> None:
        super().on_mount()
        self._begin(None)

    def action_other(self, first: int, second: int) -> None:
        """Compare with the next marked event, or the one before."""
        if self._choice is not None and len(self._choice.rows) > 2:
            self._begin(self._choice.other(first, second))

    def action_swap(self) -> None:
        """A becomes B, and B becomes A."""
        if self._choice is not None:
            self._begin(self._choice.swapped())

    def _begin(self, choice: Choice | None) -> None:
        self._choice = choice
        self.run_worker(self._read(choice), name="compare", exclusive=True)

    async def _read(self, choice: Choice | None) -> None:
        try:
            async for answer in in_steps(
                self._matches.journal, partial(_compare, self._selected, choice, self._matches)
            ):
                self.post_message(answer)
        except JournalFault as fault:
            self.post_message(CannotCompare((Line(f"the journal cannot be read: {fault}"),)))

    def on_compared(self, message: Compared) -> None:
        self._choice = message.choice
        width = self.body.size.width or 80
        self.show(comparison_lines(message.first, message.second, message.rows, width=width))
        count = len(message.choice.rows)
        self.tell(f"{count} to choose from: the selected event and the marked ones", ways=_WAYS)

    def on_cannot_compare(self, message: CannotCompare) -> None:
        self.show(message.lines)


def _compare(
    selected: int, wanted: Choice | None, matches: Matches, reader: Reader
) -> Iterator[Compared | CannotCompare]:
    choice = wanted or nearest(reader, selected)
    if choice is None:
        yield CannotCompare([*map(quiet, _NOT_YET)])
        return
    found = reader.stored([choice.rows[choice.first], choice.rows[choice.second]])
    if len(found) < 2:
        yield CannotCompare((Line("one of the two events is gone from the journal"),))
        return
    if matches.redactor is not None:
        found = matches.redactor.redact_all(found)
    first, second = found
    yield Compared(choice, first, second, rows_of(first, second, matches.zone))


def nearest(reader: Reader, selected: int) -> Choice | None:
    """The selected event and all marked ones; B is the nearest to A. None: no two are there."""
    marked = [slot.id for slot in reader.slots(Has(Trait.MARKED), limit=_MARKED_AT_MOST)]
    both = reader.stored(list(dict.fromkeys([selected, *marked])))
    both.sort(key=lambda each: (each.event.at, each.place, each.id))
    rows = tuple(each.id for each in both)
    if selected not in rows or len(rows) < 2:
        return None
    first = rows.index(selected)
    others = [index for index in range(len(rows)) if index != first]
    second = min(others, key=lambda index: abs(both[index].event.at - both[first].event.at))
    return Choice(rows, first, second)
