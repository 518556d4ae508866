"""Text that Canvas gave, as Markdown that says just that; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tui.events.text import clean

_MEANING = re.compile(r"([\\`*\[\]|~<>&@]|:(?=//)|(?<=[wW]{3})\.|(?<![^\W_])_|_(?![^\W_]))")
"""What means something wherever it stands: an underscore within a word is one, and an address that
some readers make a link of by itself is an address."""
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_BEGINS = re.compile(r"^(\d+(?=[.)](?: |$))|[-+](?= |$)|#+(?= |$)|[-=]+$)")
"""What means something at the beginning of a line: a list, a heading."""


def plain(text: str) -> str:
    """``text`` so that no reader of Markdown or HTML finds more in it than its letters.

    One line: every line end and run of blanks is one blank.
    """
    line = clean(" ".join(text.split()))
    line = _MEANING.sub(lambda found: _ENTITIES.get(found[1], f"\\{found[1]}"), line)
    return _BEGINS.sub(_escaped, line)


def _escaped(found: re.Match[str]) -> str:
    # "1\. x" is text where "1. x" begins a list; of all else the first letter is escaped.
    return f"{found[1]}\\" if found[1][0].isdigit() else f"\\{found[1]}"


def code(text: str) -> str:
    """``text``, an id or a key, to be copied letter by letter; stands in a table too."""
    line = clean(" ".join(text.split())).replace("`", "'").replace("|", "¦")
    return f"`{line}`" if line else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    """The lines of a table; cells are Markdown already."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'|'.join(' --- ' for _ in heads)}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
