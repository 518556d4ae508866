"""What opens over the table: help, the palette, and the question where to export to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.app.keymap import Command, Where, key_words
from tui.app.lines import BLANK, Line, Tone, head, quiet
from tui.app.widgets.linelist import LineList
from tui.report.export import not_written
from tui.report.format import Format
from tui.report.words import FLAGS

_FLAG_WORDS = {
    "automatic": "no person graded: a quiz, a tool or a policy",
    "anonymous": "the grader did not see the student's name",
    "hidden_student": "Canvas withholds the student: anonymous and muted",
    "excused": "excused after the change",
    "regrade": "there was a grade before and there is one after",
    "masquerade": "somebody acted as somebody else",
    "override": "a final grade set by hand",
    "unposted": "the student cannot see this grade yet",
    "unconfirmed": "seen live and not (yet) in the audit log",
}
_SEEN = (
    "  audit   the audit log, which is the record",
    "  both    the audit log, and live before or after",
    "  live?   live only: not confirmed (yet) by the audit log",
    "  live    live only, for good: grades posted or hidden, points possible",
    "          edited, totals recalculated by Canvas",
)
_TIME_READ = (
    "  █  #    read in the audit log: what happened is here",
    "  ▒  =    only a relay was listened to: what it told is here",
    "  ·  .    not read, or lost; one moment of it marks the whole cell",
    "  no data 12:01–12:09: a relay lost it, and the audit log has not filled it",
    "  quota   what Canvas lets this token ask for before it slows it down",
)


def help_lines(commands: Sequence[Command]) -> list[Line]:
    """Every command with its keys, by the part of the screen, and what the table's signs mean."""
    lines: list[Line] = []
    for where in Where:
        lines.append(head(where.value.capitalize()))
        lines += [
            Line(f"  {key_words(each):<14} {each.words}")
            for each in commands
            if each.where is where
        ]
        lines.append(BLANK)
    lines.append(head("Filter bar"))
    lines += [
        Line("  ↑ ↓ enter      choose a name that is offered and take it"),
        Line("  tab shift+tab  next and previous field"),
        Line("  esc            back to the table, the filter stays in force"),
        Line("  time           -2h, today, 14:30, 2026-11-01, 2026-11-01..2026-11-03"),
        BLANK,
        head("Flags"),
    ]
    lines += [Line(f"  {letter}  {_FLAG_WORDS[name]}") for _, name, letter in FLAGS]
    lines.append(Line("  L  seen live only: the audit log keeps no row of such a change"))
    lines += [BLANK, head("Seen (by whom)"), *map(Line, _SEEN)]
    lines += [
        BLANK,
        head("Signs"),
        Line("  >       the selected row"),
        Line("  auto    graded by no person;  hidden  a student whom Canvas withholds"),
        Line("  EX      excused;  –  no grade, nobody, nothing known"),
        Line("  =       the grade reads the same: its score may have changed"),
        Line("  ≈       the two numbers differ by less than there is room to show"),
        Line("  12,300+ matching: still being read;  +3 new: came while holding"),
        Line("  123 totals not shown: Canvas recalculates a course's totals after nearly"),
        Line("          each grade; all are kept, and `tail` and `export` print them"),
        BLANK,
        head("At the foot: the time that is watched, up to now"),
        *map(Line, _TIME_READ),
    ]
    return lines


class HelpScreen(ModalScreen[None]):
    """All keys. Generated from the commands, so it cannot lag behind them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "close", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("home,g", "first", show=False),
        Binding("end,G", "last", show=False),
    ]

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__()
        self._list = LineList()
        self._list.set_lines(help_lines(commands))

    def compose(self) -> ComposeResult:
        with Vertical(classes="frame"):
            title = LineList(classes="asking")
            title.set_lines([quiet("gradewatch: keys and signs · ↑ ↓ scroll · esc closes")])
            title.styles.height = 1
            yield title
            yield self._list

    def action_move(self, lines: int) -> None:
        self._list.move(lines)

    def action_page(self, direction: int) -> None:
        self._list.page(direction)

    def action_first(self) -> None:
        self._list.go_first()

    def action_last(self) -> None:
        self._list.go_last()

    def action_close(self) -> None:
        self.dismiss()


class PaletteScreen(ModalScreen[str]):
    """Commands by name; answers with the chosen one's action."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__()
        self._commands = commands
        self._fitting = list(commands)
        self._list = LineList(cursor=True)
        self._list.can_focus = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="frame"):
            box = Input(placeholder="a command", compact=True)
            box.cursor_blink = False
            yield box
            yield self._list

    def on_mount(self) -> None:
        self._show("")

    def _show(self, text: str) -> None:
        parts = text.casefold().split()
        self._fitting = [
            each
            for each in self._commands
            if all(part in f"{each.action} {each.words}".casefold() for part in parts)
        ]
        lines = [Line(f"{key_words(each):<10} {each.words}") for each in self._fitting]
        self._list.set_lines(lines or [Line("no such command now", Tone.QUIET)], keep=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show(event.value)

    def on_input_submitted(self) -> None:
        at = self._list.at
        self.dismiss(self._fitting[at].action if at < len(self._fitting) else None)

    def action_move(self, lines: int) -> None:
        self._list.move(lines)

    def action_close(self) -> None:
        self.dismiss(None)


class ExportScreen(ModalScreen[None]):
    """Asks for a file; its ending says the format. It stays until the file is written or ``esc``.

    So a name that cannot be written is still there to be mended.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", show=False)]

    @dataclass
    class Chosen(Message):
        """Write this file, and tell ``dialog`` how that went."""

        dialog: ExportScreen
        path: Path
        format: Format

    def __init__(self, suggestion: str, what: str) -> None:
        super().__init__()
        self._suggestion = suggestion
        self._what = what
        self._writing = False
        self._told = LineList(classes="asking")

    def compose(self) -> ComposeResult:
        with Vertical(classes="frame"):
            yield self._told
            box = Input(value=self._suggestion, compact=True)
            box.cursor_blink = False
            yield box

    def on_mount(self) -> None:
        self._tell(BLANK)

    def _tell(self, line: Line) -> None:
        lines = [
            head("Export this view"),
            Line(self._what),
            quiet(".ndjson, .csv or .txt says the format · enter writes · esc leaves"),
            line,
        ]
        self._told.set_lines(lines)
        self._told.styles.height = max(len(lines), self._told.count)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if self._writing:
            return
        path, problem = target_of(event.value)
        if (chosen := format_of(path)) is None:
            self.refuse("a file name ends in .ndjson, .csv or .txt")
        elif problem:
            self.refuse(problem)
        else:
            self._writing = True
            self._tell(Line("writing… (after esc it goes on)"))
            self.post_message(self.Chosen(self, path, chosen))

    def refuse(self, words: str) -> None:
        """Say why the file is not written; the name typed stays."""
        self._writing = False
        self._tell(Line(words, Tone.WARN))

    def action_close(self) -> None:
        self.dismiss()


def target_of(typed: str) -> tuple[Path, str]:
    """The file that is meant, and what is wrong with it before anything is written."""
    path = Path(typed.strip())
    try:
        path = path.expanduser()
    except RuntimeError:  # a home of somebody unknown
        return path, f"there is no folder {path.parts[0]}"
    try:
        return path, "that file exists: choose another name" if path.exists() else ""
    except OSError as wrong:  # a folder that may not be looked into
        return path, not_written(wrong, path)


def format_of(path: Path) -> Format | None:
    """The format that the ending of ``path`` names."""
    endings = {".ndjson": Format.NDJSON, ".csv": Format.CSV, ".txt": Format.TEXT}
    return endings.get(path.suffix.casefold())
