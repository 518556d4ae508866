"""The filter in force: the last one that could be read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, tzinfo

from tui.app.filters import time_of
from tui.app.wanted import Wanted, terms_of
from tui.events.times import to_datetime
from tui.query.ast import EVERYTHING, During, Filter
from tui.query.language import Expression, FilterError, parse
from tui.sources.source import Clock


def problem_words(problem: FilterError) -> str:
    """What is wrong, without the column: where no line stands over it to count in."""
    return f"{problem.wrong} (expected: {problem.expected})"


class InForce:
    """What is wanted, what of it is in force, and what is wrong with the rest.

    Invariant: ``tree`` is what the last ``Wanted`` without a mistake asks for, times as they were
    when it was put in force; everything while it is off.
    """

    def __init__(self, named: dict[str, str], now: Clock, zone: tzinfo | None) -> None:
        self.named = named
        """Saved filters by their names."""
        self.wanted = Wanted()
        self.problem: FilterError | None = None
        """What is wrong with what is wanted or was typed last."""
        self.tree: Filter = EVERYTHING
        self.good = self.wanted
        """The one that ``tree`` is of."""
        self._now = now
        self._zone = zone

    @property
    def time(self) -> During | None:
        """The stretch of time it asks for, if it does."""
        return time_of(self.tree)

    def read(self, text: str) -> Expression:
        """What ``text`` says now; raises :class:`FilterError`."""
        return parse(
            text, now_ms=self._now(), zone=self._zone or _local(self._now()), named=self.named
        )

    def type(self, text: str) -> bool:
        """Want what the expression says; True if another filter is in force now.

        What cannot be read is no filter at all: the one before stays wanted, without a word that
        was in force only because it was the beginning of this.
        """
        if not text.strip():
            return self.want(Wanted())
        try:
            read = self.read(text)
        except FilterError as wrong:
            changed = self.want(_without_beginning(self.good, text))
            self.problem = wrong
            return changed
        return self._put(Wanted(terms_of(read)).named_as(self.wanted), read.tree)

    def want(self, wanted: Wanted) -> bool:
        """Want this; True if another filter is in force now."""
        self.wanted = wanted
        try:
            tree = self.read(wanted.text).tree if wanted.in_force else EVERYTHING
        except FilterError as wrong:
            self.problem = wrong
            return False
        return self._put(wanted, tree)

    def _put(self, wanted: Wanted, tree: Filter) -> bool:
        self.problem = None
        self.wanted = self.good = wanted
        before, self.tree = self.tree, tree
        return tree != before

    def complaint(self, *, redacted: bool) -> FilterError | None:
        """What is wrong; a redacted screen repeats nothing of what was typed or saved."""
        wrong = self.problem
        if wrong is None or not redacted:
            return wrong
        expected = "a saved filter" if "@" in wrong.expected else wrong.expected
        return FilterError(wrong.column, "this cannot be read", expected)

    def saved(self, *, redacted: bool) -> Collection[str]:
        """Names of saved filters to offer; they may be those of people."""
        return () if redacted else self.named

    def words(self, room: int, *, redacted: bool) -> str:
        """The filter in force, in about ``room`` cells; a redacted screen says only that it is."""
        if self.good.empty and self.problem is None:
            return ""
        words = "filter" if self.problem is None else "last good filter"
        if self.good.empty:
            return f"{words}: none"
        off = "" if self.good.on else " (off)"
        if redacted:
            return words + off
        return f"{words}: {self.good.words(room - len(words) - len(off) - 2)}{off}"


def _without_beginning(good: Wanted, text: str) -> Wanted:
    """``good``, but for a bare word at its end that goes on in ``text``: ``de`` in ``delta:``."""
    more = text.strip().removeprefix(good.text)[:1]
    if good.empty or not text.strip().startswith(good.text) or not more.strip():
        return good
    return good if good.terms[-1].field else Wanted(good.terms[:-1])


def _local(now: int) -> tzinfo:
    zone = to_datetime(now).astimezone().tzinfo
    return zone or to_datetime(now).tzinfo or UTC
