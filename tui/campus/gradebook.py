"""What every submission's grade is now, and how scores are written in each grading type."""

from __future__ import annotations

from typing import NamedTuple

from tui.campus.ledger import Ledger
from tui.campus.school import Assignment, Grading

_LETTERS = (
    (94, "A"), (90, "A-"), (87, "B+"), (84, "B"), (80, "B-"), (77, "C+"), (74, "C"), (70, "C-"),
    (67, "D+"), (64, "D"), (61, "D-"), (0, "F"),
)  # fmt: skip
_GPA = (
    (94, "4.0"), (90, "3.7"), (87, "3.3"), (84, "3.0"), (80, "2.7"), (77, "2.3"), (74, "2.0"),
    (70, "1.7"), (67, "1.3"), (64, "1.0"), (0, "0"),
)  # fmt: skip


class Standing(NamedTuple):
    """A submission's grade; ``version`` counts its grade changes."""

    grade: str | None
    score: float | None
    excused: bool
    version: int
    points: float | None
    """What the assignment was worth at that change."""


UNGRADED = Standing(None, None, False, 0, None)


def written(score: float, assignment: Assignment) -> str:
    """``score`` as Canvas writes it for the assignment's grading type: ``8.5``, ``85%``, ``B``."""
    percent = 100 * score / assignment.points if assignment.points else 0.0
    match assignment.grading:
        case Grading.POINTS:
            return f"{score:g}"
        case Grading.PERCENT:
            return f"{percent:.4g}%"
        case Grading.COMPLETE:
            return "complete" if score > 0 else "incomplete"
        case Grading.LETTER:
            return next(letter for least, letter in _LETTERS if percent >= least)
        case Grading.GPA:
            return next(letter for least, letter in _GPA if percent >= least)


def percent_of(grade: str | None) -> float | None:
    """The percentage behind a final grade set by hand: ``85.5%``, or the least of a letter."""
    if grade is None:
        return None
    if grade.endswith("%"):
        return float(grade[:-1])
    return next((float(least) for least, letter in _LETTERS if letter == grade), None)


class Gradebook:
    """Standings, kept as the number of each submission's last row: 1,000,000 rows stay small."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._last: dict[int, int] = {}
        self._pending: dict[int, Standing] = {}
        """Graded by policy, the row not yet written."""
        self._graded: dict[int, int] = {}
        self.overrides: dict[tuple[int, int, int], str | None] = {}
        """(course, student, grading period or 0) → the final grade set by hand."""
        self.override_scores: dict[tuple[int, int, int], float | None] = {}
        """The same as percentages."""

    def standing(self, assignment: int, student: int) -> Standing:
        key = _key(assignment, student)
        if (number := self._last.get(key)) is not None:
            row = self._ledger.row(number)
            return Standing(row.after, row.score, row.excused_after, row.version, row.points_after)
        return self._pending.get(key, UNGRADED)

    def grader(self, assignment: int, student: int) -> int:
        """Who gave the grade, 0 for nobody."""
        number = self._last.get(_key(assignment, student))
        return 0 if number is None else self._ledger.grader[number]

    def graded(self, assignment: int, student: int) -> bool:
        key = _key(assignment, student)
        return key in self._last or key in self._pending

    def graded_count(self, assignment: int) -> int:
        """How many submissions of the assignment have been graded at all."""
        return self._graded.get(assignment, 0)

    def wrote(self, assignment: int, student: int, number: int) -> None:
        """Row ``number`` of the ledger is the submission's newest."""
        key = _key(assignment, student)
        if key not in self._last and self._pending.pop(key, None) is None:
            self._graded[assignment] = self._graded.get(assignment, 0) + 1
        self._last[key] = number

    def expect(self, assignment: int, student: int, standing: Standing) -> None:
        """The grade is in force, its row comes later."""
        self._pending[_key(assignment, student)] = standing
        self._graded[assignment] = self._graded.get(assignment, 0) + 1


def _key(assignment: int, student: int) -> int:
    return assignment << 64 | student
