"""What is wrong with a filter, and where."""

from __future__ import annotations

from tui.events.text import clean


class FilterError(ValueError):
    """A filter nobody can read; ``str()`` is one line: where, what was wrong, what is expected."""

    def __init__(self, column: int, wrong: str, expected: str) -> None:
        wrong, expected = clean(wrong), clean(expected)  # they repeat what was typed
        super().__init__(f"column {column}: {wrong} (expected: {expected})")
        self.column = column
        """From 1, in characters of the text as typed."""
        self.wrong = wrong
        self.expected = expected


class Misread(ValueError):
    """A value that its field cannot read: what is wrong and what is expected, where in it."""

    def __init__(self, wrong: str, expected: str, *, offset: int = 0) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.expected = expected
        self.offset = offset
        """In characters from the beginning of the value."""
