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

from tui.app.help import Page
from tui.app.keymap import Command, key_words
from tui.app.lines import BLANK, Line, Tone, head, quiet
from tui.app.scrolled import ScrolledScreen
from tui.app.widgets.linelist import LineList
from tui.query.ast import Filter
from tui.report.export import not_written
from tui.report.format import FileFormat
from tui.report.inquiry.subject import Subject


class HelpScreen(ScrolledScreen[None]):
    """The pages of the help, one at a time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1,enter", "close", show=False),
        Binding("tab,right,l", "turn(1)", show=False),
        Binding("shift+tab,left,h", "turn(-1)", show=False),
        *(Binding(str(number), f"open({number - 1})", show=False) for number in range(1, 5)),
    ]

    def __init__(self, pages: Sequence[Page], *, at: str = "keys") -> None:
        super().__init__()
        self._pages = pages
        self._at = next((number for number, each in enumerate(pages) if each.title == at), 0)
        self._titles = LineList(classes="asking")
        self._list = LineList()

    def compose(self) -> ComposeResult:
        with Vertical(classes="frame"):
            yield self._titles
            yield self._list

    def on_mount(self) -> None:
        self.action_open(self._at)

    def action_open(self, at: int) -> None:
        self._at = at
        titles = (
            f"[{number} {each.title}]" if number == at + 1 else f" {number} {each.title} "
            for number, each in enumerate(self._pages, 1)
        )
        self._titles.set_lines(
            [
                head("gradewatch  " + "".join(titles)),
                quiet("tab next page · ↑ ↓ scroll · esc closes"),
            ]
        )
        self._titles.styles.height = 2
        self._list.set_lines(self._pages[at].lines, keep=False)

    def action_turn(self, step: int) -> None:
        self.action_open((self._at + step) % len(self._pages))

    @property
    def scrolled(self) -> LineList:
        return self._list


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

    def on_line_list_pointed(self, message: LineList.Pointed) -> None:
        message.stop()
        self.on_input_submitted()

    def on_input_submitted(self) -> None:
        at = self._list.at
        self.dismiss(self._fitting[at].action if at < len(self._fitting) else None)

    def action_move(self, lines: int) -> None:
        self._list.move(lines)

    def action_close(self) -> None:
        self.dismiss(None)


@dataclass(frozen=True, slots=True)
class Exported:
    """What is to be written, as it was when it was asked for."""

    where: Filter
    subject: Subject | None = None
    """All of it is about this one."""
    words: str = ""
    """The filter in force, as it was typed."""


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
        format: FileFormat

    def __init__(self, exported: Exported, suggestion: str, what: str) -> None:
        super().__init__()
        self.exported = exported
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
            head("Export this view" if self.exported.subject is None else "Export evidence"),
            Line(self._what),
            quiet(
                ".ndjson, .csv, .txt or .md (a report) says the format · enter writes · esc leaves"
            ),
            line,
        ]
        self._told.set_lines(lines)
        self._told.styles.height = max(len(lines), self._told.count)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if self._writing:
            return
        path, problem = target_of(event.value)
        if (chosen := format_of(path)) is None:
            self.refuse("a file name ends in .ndjson, .csv, .txt or .md")
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


def format_of(path: Path) -> FileFormat | None:
    """The format that the ending of ``path`` names."""
    endings = {
        ".ndjson": FileFormat.NDJSON,
        ".csv": FileFormat.CSV,
        ".txt": FileFormat.TEXT,
        ".md": FileFormat.MARKDOWN,
    }
    return endings.get(path.suffix.casefold())
