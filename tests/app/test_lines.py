"""Long texts are broken to the pane's width with nothing lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.app.lines import wrap

words = st.text(alphabet="ab 王é🙂\u0301", max_size=200)


@given(words, st.integers(8, 40))
def test_every_part_fits_and_every_character_but_blanks_is_kept(text: str, width: int) -> None:
    parts = wrap(text, width)
    assert all(cell_len(part) <= width for part in parts)
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")


def test_lines_break_at_blanks_where_there_are_any() -> None:
    assert wrap("the quick brown fox jumps", 12) == ["the quick", "brown fox", "jumps"]
    assert wrap("W" * 20, 10) == ["W" * 10, "W" * 8, "WW"]
    assert wrap("", 10) == [""]
