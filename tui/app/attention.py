"""The attention rules beside the watch: judging what comes, and telling of what it points at."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from textual.driver import Driver
from textual.message import Message

from tui.app.answers import Answer, Reply
from tui.app.clipboard import wrapped_request
from tui.app.grouped import GroupedWatch
from tui.app.lines import Line, Tone
from tui.app.painting import PaintedApp
from tui.app.setup import WatchSetup
from tui.journal.reader import Reader
from tui.journal.records import Stored
from tui.report.command import Command
from tui.report.ndjson import line
from tui.report.redact import Redactor
from tui.rules.attention import Judging, keep_judging

_Give = Callable[[tuple[int, ...], Sequence["Notice"]], None]

_REMEMBERED = 2_000
"""Hits that are not told of again when their change is confirmed or its reason changes."""


@dataclass
class Judged(Message):
    """The rules have judged something."""

    judging: Judging


@dataclass(frozen=True, slots=True)
class Notice:
    """An event to tell of at once, as it may leave the app."""

    rules: tuple[str, ...]
    document: str
    """One line of JSON; with pseudonyms in redact mode."""


class Notices:
    """Makes notices of rows with hits, one for each change and rule, however many reports of it."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], None] = {}

    def of(self, rows: Iterable[Stored], redactor: Redactor | None) -> list[Notice]:
        """A notice for each row that a rule points at and that was not told of before."""
        notices: list[Notice] = []
        for row in rows:
            keys = [key for key in (row.event.key, row.live_key) if key is not None]
            fresh = [
                hit.rule.value
                for hit in row.hits
                if not any((key, hit.rule.value) in self._told for key in keys)
            ]
            for key in keys:
                self._told |= {(key, hit.rule.value): None for hit in row.hits}
            while len(self._told) > _REMEMBERED:
                del self._told[next(iter(self._told))]
            if fresh:
                shown = row if redactor is None else redactor.redact(row)
                notices.append(Notice(tuple(fresh), line(shown)))
        return notices


def notification(way: str, words: str, environ: Mapping[str, str]) -> str:
    """The bytes that ask the terminal to show ``words``, which hold no control characters."""
    request = {
        "osc9": f"\x1b]9;{words}\x07",
        "osc777": f"\x1b]777;notify;gradewatch;{words.replace(';', ',')}\x07",
        "osc99": f"\x1b]99;;{words}\x1b\\",
    }[way]
    return wrapped_request(request, environ)


class AttentiveApp(PaintedApp):
    """Has what comes judged, and tells of it by bell, notification and command, where wished."""

    def __init__(
        self, setup: WatchSetup, watching: GroupedWatch, *, driver_class: type[Driver] | None
    ) -> None:
        super().__init__(setup, watching, driver_class=driver_class)
        self._judging = ""
        self._notices = Notices()
        self._to_tell: set[int] = set()
        telling = setup.telling
        self._command = Command(
            telling.command_words, telling.command_every, telling.command_patience, self.say
        )

    def attending(self) -> Iterable[tuple[str, Coroutine[None, None, None]]]:
        """What runs beside the sources, each with its name."""
        setup = self.setup
        if setup.attention is None:
            return
        yield (
            "judging",
            keep_judging(
                setup.journal,
                setup.attention,
                self._judged,
                take_over=True,
                since=setup.now(),
            ),
        )
        if self._command.words:
            yield "command", self._command.run()

    def _judged(self, judging: Judging) -> None:
        self.post_message(Judged(judging))

    def on_judged(self, message: Judged) -> None:
        self._judging = message.judging.words()
        self._to_tell |= {found.row for found in message.judging.progress.found}
        if self._to_tell and self._tells:
            # what is asked for and not yet read is asked for again with what has come since
            self.watching.reading.ask("notices", self._read(tuple(self._to_tell)))
        else:
            self._to_tell.clear()

    @property
    def _tells(self) -> bool:
        telling = self.setup.telling
        return telling.bell or telling.notify != "off" or bool(self._command.words)

    def _read(self, ids: tuple[int, ...]) -> _Read:
        return _Read(ids, self.watching.redactor, self._notices, self._tell)

    def _tell(self, ids: tuple[int, ...], notices: Sequence[Notice]) -> None:
        self._to_tell -= set(ids)
        if not notices:
            return
        telling = self.setup.telling
        for notice in notices:
            if self._command.words:
                self._command.offer(notice.document)
        if telling.bell:
            self.bell()
        if telling.notify != "off" and self._driver is not None:
            rules = ", ".join(dict.fromkeys(rule for each in notices for rule in each.rules))
            events = "an event" if len(notices) == 1 else f"{len(notices)} events"
            words = f"look at {events}: {rules}".replace("_", " ")
            self._driver.write(notification(telling.notify, words, os.environ))

    def _foot_lines(self) -> Iterable[Line]:
        yield from super()._foot_lines()
        if self._judging:
            yield Line(self._judging, Tone.QUIET)


@dataclass(frozen=True, slots=True)
class _Read:
    """Reads found rows and makes notices of them, in the reader's thread."""

    ids: tuple[int, ...]
    redactor: Redactor | None
    notices: Notices
    give: _Give

    def __call__(self, reader: Reader) -> Sequence[Answer]:
        made = self.notices.of(reader.stored(self.ids), self.redactor)
        return [Reply(partial(self.give, self.ids, made))]
