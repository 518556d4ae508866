"""What the summary and the timeline look like, with a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.app.test_snapshots import LIVE, RELAY, shot
from tui.app.app import GradewatchApp
from tui.app.widgets.linelist import LineList

__all__ = ["shot"]

SIZES = [(80, 24), (120, 40)]
Shot = Callable[..., bool]


def said(words: str, *not_said: str) -> Callable[[GradewatchApp], object]:
    """The screen in front says ``words``."""

    def until(app: GradewatchApp) -> object:
        lists = app.screen.query(LineList)
        text = "\n".join(
            each.render_line(y).text for each in lists for y in range(each.size.height)
        )
        return words in text and not any(each in text for each in not_said)

    return until


@pytest.mark.parametrize("size", SIZES)
class TestStudies:
    def test_summary_of_graders(self, shot: Shot, size: tuple[int, int]) -> None:
        assert shot(size, "s", until=said("summed up at"))

    def test_summary_of_assignments(self, shot: Shot, size: tuple[int, int]) -> None:
        assert shot(size, "s", until=said("summed up at"), then=["2", "down"])

    def test_timeline(self, shot: Shot, size: tuple[int, int]) -> None:
        brush = ["left", "left", "v", "left", "left", "left", "left"]
        counted = said("in view", "so far", "counting")
        assert shot(size, "t", until=counted, then=brush, health=LIVE, relay=RELAY)
