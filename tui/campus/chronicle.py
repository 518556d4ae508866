"""The campus's own database: everything done and emitted, appended to one file.

Each record is written with one ``write`` before anybody can see what it tells of, so that it
survives the process's being killed at any moment (though not the machine's: nothing is synced).
A last line that was cut short told of something nobody saw; it is forgotten.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from pydantic import TypeAdapter

from tui.campus.acts_done import CourseLogged, Graded, Overridden, Settled
from tui.campus.live_events.outbox import Emitted, Fated, Fired
from tui.campus.people import Person
from tui.campus.school import Account, Assignment, Course

NAME = "campus.ndjson"


@dataclass(frozen=True, slots=True)
class Founded:
    """The first record: what the campus was built from, and when (UTC ms)."""

    scenario: str
    seed: int
    history: int
    courses: int | None
    students: int | None
    now: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A process has opened the campus; the first is 1."""

    life: int


Record = (
    Founded | Opened | Graded | Overridden | CourseLogged | Settled
    | Emitted | Fated | Fired | Account | Person | Course | Assignment
)  # fmt: skip
_TYPES = (
    Founded, Opened, Graded, Overridden, CourseLogged, Settled,
    Emitted, Fated, Fired, Account, Person, Course, Assignment,
)  # fmt: skip
_ADAPTERS: dict[str, TypeAdapter[Record]] = {each.__name__: TypeAdapter(each) for each in _TYPES}


class Chronicle:
    """The file, open for one writer; ``BlockingIOError`` if another process has it open."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise
        whole = (folder / NAME).read_bytes()
        os.ftruncate(self._file, whole.rfind(b"\n") + 1)

    def write(self, record: Record) -> None:
        name = type(record).__name__
        line = b'{"%s":%s}\n' % (name.encode(), _ADAPTERS[name].dump_json(record))
        while line:
            line = line[os.write(self._file, line) :]

    def close(self) -> None:
        os.close(self._file)

    def __enter__(self) -> Chronicle:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read(folder: Path) -> Iterator[Record]:
    """The records so far, while somebody writes or after."""
    with (folder / NAME).open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                name, _, text = line.removeprefix(b'{"').partition(b'":')
                yield _ADAPTERS[name.decode()].validate_json(text.removesuffix(b"}\n"))
