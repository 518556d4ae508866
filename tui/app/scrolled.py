"""A screen over the table whose keys scroll one list, and lead back."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui.app.widgets.linelist import LineList

_Answer = TypeVar("_Answer")


class ScrolledScreen(ModalScreen[_Answer]):
    """Subclasses say which list it is, and give their own bindings beside these."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("home,g", "first", show=False),
        Binding("end,G", "last", show=False),
    ]

    @property
    @abstractmethod
    def scrolled(self) -> LineList:
        """The list that the keys scroll."""

    def action_move(self, lines: int) -> None:
        self.scrolled.move(lines)

    def action_page(self, direction: int) -> None:
        self.scrolled.page(direction)

    def action_first(self) -> None:
        self.scrolled.go_first()

    def action_last(self) -> None:
        self.scrolled.go_last()

    def action_close(self) -> None:
        self.dismiss()
