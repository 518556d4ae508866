"""Reading JSON documents out of a file's text, however they are laid out.

One document a line (NDJSON), one document over many lines, several of them after each other, an
array of them. Nothing but the document at hand is held, so a file of any size can be read. A broken
document is set aside, with its line number, and reading goes on at the next line that begins one.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from tui.events.event import Rejected
from tui.events.json_shape import Shape, ShapeError
from tui.events.outcome import EXCERPT, excerpt

LONGEST = 64 * 1024 * 1024
"""Characters of one document; a longer one is set aside, to bound memory."""
_BLANK = " \t\r\ufeff"  # a byte order mark may begin each of several joined files
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class _Line:
    """``text`` without blanks around it; ``margin``: how many there were before it."""

    number: int
    margin: int
    text: str

    @property
    def silent(self) -> bool:
        return self.text in {"", ","} or self.text.startswith("//")

    @property
    def begins_document(self) -> bool:
        return self.text[:1] in {"{", "["}


@dataclass(slots=True)
class _Unfinished:
    """A document whose end has not come yet."""

    lines: list[_Line]
    shape: Shape
    length: int = 0


@dataclass(slots=True)
class DocumentReader:
    """Takes text as it comes and gives each document, parsed, as soon as its last line is whole.

    What is broken is given as :class:`Rejected`, whose excerpt begins with the line it stands in.
    Comment lines (``// …``, as in Canvas's documentation) and a comma after a document are passed
    over.
    """

    longest: int = LONGEST
    _pieces: list[str] = field(default_factory=list[str])
    """The line that has not ended; of one that is too long, only how it begins."""
    _length: int = 0
    _number: int = 0
    _waiting: deque[_Line] = field(default_factory=deque[_Line])
    _unfinished: _Unfinished | None = None
    _broken_margin: int | None = None
    """After a broken document: its margin; what follows may be the rest of it."""

    def feed(self, text: str) -> Iterator[object]:
        """What the lines that end in ``text`` say."""
        *ended, rest = text.split("\n")
        for piece in ended:
            self._add(piece)
            yield from self._end_line()
        self._add(rest)

    def end(self) -> Iterator[object]:
        """What the last line says, and what is left unfinished."""
        yield from self._end_line()
        while self._unfinished is not None:
            yield self._give_up(self._unfinished, "broken off at the end")
            yield from self._drain()

    def _add(self, piece: str) -> None:
        self._length += len(piece)
        if self._length <= self.longest:
            self._pieces.append(piece)
        elif not self._pieces or len(self._pieces) > 1 or len(self._pieces[0]) > EXCERPT:
            self._pieces = [("".join(self._pieces) + piece)[:EXCERPT]]

    def _end_line(self) -> Iterator[object]:
        self._number += 1
        whole = "".join(self._pieces)
        too_long = self._length > self.longest
        self._pieces, self._length = [], 0
        line = _line(self._number, whole)
        if not too_long:
            self._waiting.append(line)
        elif self._unfinished is not None:
            yield self._give_up(self._unfinished, "broken off")
        yield from self._drain()
        if too_long:
            yield _rejected("a line that is too long", [line])

    def _drain(self) -> Iterator[object]:
        while self._waiting:
            line = self._waiting.popleft()
            if line.silent:
                continue
            if self._unfinished is not None:
                yield from self._go_on(self._unfinished, line)
            elif not self._rest_of_broken(line):
                yield from self._begin(line)

    def _rest_of_broken(self, line: _Line) -> bool:
        """Whether the line belongs to the document given up before: indented, or a key, or an end.

        What begins a document at the broken one's margin, and what cannot be a part of one, ends
        the search.
        """
        if self._broken_margin is None:
            return False
        if line.margin > self._broken_margin or line.text[0] in '"}],':
            return True
        self._broken_margin = None
        return False

    def _begin(self, line: _Line) -> Iterator[object]:
        if line.text[0] not in '{["':
            yield _rejected("not JSON: no document begins here", [line])
            return
        try:
            document, end = _DECODER.raw_decode(line.text)
        except (ValueError, RecursionError) as wrong:
            yield from self._begin_unfinished(line, _why(wrong))
            return
        if isinstance(document, str) and line.text[end:].strip(_BLANK + ","):
            yield _rejected("not JSON: text and something after it", [line])
            return
        yield document
        self._put_back(line, end)

    def _begin_unfinished(self, line: _Line, why: str) -> Iterator[object]:
        """The parser refuses the line: it may be the first of several."""
        if not line.begins_document:
            yield _rejected(why, [line])
            return
        shape = Shape()
        try:
            end = shape.feed(line.text)
        except ShapeError:
            self._broken_margin = line.margin
            yield _rejected(why, [line])
            return
        if end is None:
            self._unfinished = _Unfinished([line], shape, len(line.text))
        else:
            yield _rejected(why, [line])
            self._put_back(line, end)

    def _go_on(self, unfinished: _Unfinished, line: _Line) -> Iterator[object]:
        unfinished.lines.append(line)
        unfinished.length += len(line.text)
        try:
            end = unfinished.shape.feed(line.text)
        except ShapeError as wrong:
            yield self._give_up(unfinished, _why(wrong))
            return
        if end is None:
            if unfinished.length > self.longest:
                yield self._give_up(unfinished, "a document that is too long")
            return
        self._unfinished = None
        texts = [*(each.text for each in unfinished.lines[:-1]), line.text[:end]]
        try:
            yield json.loads("\n".join(texts))
        except (ValueError, RecursionError) as wrong:
            yield _rejected(_why(wrong), unfinished.lines)
        self._put_back(line, end)

    def _give_up(self, unfinished: _Unfinished, why: str) -> Rejected:
        """Set the document aside; its lines from the second on are read again."""
        self._unfinished = None
        self._broken_margin = unfinished.lines[0].margin
        self._waiting.extendleft(reversed(unfinished.lines[1:]))
        return _rejected(why, unfinished.lines)

    def _put_back(self, line: _Line, end: int) -> None:
        """What stands behind a document in its line is a line of its own."""
        rest = line.text[end:].strip(_BLANK + ",")
        if rest:
            self._waiting.appendleft(_Line(line.number, line.margin, rest))


def _line(number: int, whole: str) -> _Line:
    text = whole.lstrip(_BLANK)
    return _Line(number, len(whole) - len(text), text.rstrip(_BLANK))


def _why(wrong: ValueError | RecursionError) -> str:
    if isinstance(wrong, json.JSONDecodeError):
        return f"not JSON: {wrong.msg}"
    if isinstance(wrong, ShapeError):
        return f"not JSON: {wrong}"
    if isinstance(wrong, RecursionError):
        return "nested too deeply"
    return "a number with thousands of digits"


def _rejected(why: str, lines: list[_Line]) -> Rejected:
    first, last = lines[0], lines[-1]
    where = f"line {first.number}" if first is last else f"lines {first.number}–{last.number}"
    shown = excerpt(" ".join(line.text[:EXCERPT] for line in lines[:10]))
    return Rejected(why, f"{where}: {shown}"[:EXCERPT])
