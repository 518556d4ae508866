"""What every field of the language is: how its values read, how they are written, and its words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from tui.query.ast import Filter
from tui.query.language.fault import Misread
from tui.query.language.nearness import nearest

CUT = 40
"""How much of what was typed a complaint repeats."""


@dataclass(frozen=True, slots=True)
class Value:
    """What stands behind a field's colon; ``quoted``: in quotes, so that it is only text."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when a filter is typed: UTC ms, and the zone of its times."""

    now_ms: int
    zone: tzinfo


class Field(ABC):
    """One field. Invariant: what :meth:`write` gives, :meth:`read` reads as the same tree."""

    name: ClassVar[str]
    words: ClassVar[str]
    """What it asks for, in one line."""
    takes: ClassVar[str]
    """What a value may be, for whoever typed another one."""
    examples: ClassVar[tuple[str, ...]]
    """Whole terms."""
    values: tuple[str, ...] = ()
    """Values that can be offered, where there are such."""

    @abstractmethod
    def read(self, value: Value, here: Here) -> Filter:
        """What the value asks for; raises :class:`Misread`."""

    @abstractmethod
    def write(self, tree: Filter, zone: tzinfo) -> str | None:
        """The whole term that reads as ``tree``; None where this field has none for it."""


def shown(text: str) -> str:
    """What was typed, as a complaint repeats it."""
    return repr(cut(text))


def cut(text: str) -> str:
    """As much of what was typed as a complaint repeats."""
    return text if len(text) <= CUT else f"{text[: CUT - 1]}…"


def choice(typed: str, known: Sequence[str], what: str, *, offset: int = 0) -> str:
    """The one of ``known`` that was typed, in any case and with either dash; else a Misread."""
    wanted = typed.strip().casefold().replace("-", "_").replace(" ", "_")
    if wanted in known:
        return wanted
    meant = nearest(wanted, known)
    wrong = f"no {what}: {shown(typed)}"
    raise Misread(suggesting(wrong, meant), listed(known), offset=offset)


def suggesting(wrong: str, meant: str | None) -> str:
    return wrong if meant is None else f"{wrong}; did you mean {meant}?"


def listed(known: Iterable[str]) -> str:
    """``a, b or c``."""
    *others, last = known
    return f"{', '.join(others)} or {last}" if others else last
