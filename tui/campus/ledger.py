"""The audit tables: every grade row and course row ever committed, stored compactly.

As in Canvas a row has a database id that grows in the order of insertion, a ``created_at`` cut to
whole seconds, and (for the missing policy) an insertion that comes later than its ``created_at``.
A million grade rows take about 120 MB with their four indexes.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from math import isnan
from typing import NamedTuple
from uuid import UUID

NOBODY = 0
"""In place of a grader: quiz, tool or policy."""
NO_ASSIGNMENT = 0
"""In place of an assignment: a final-grade override (Canvas's own placeholder is id 0)."""
NO_NUMBER = float("nan")


class GradeRow(NamedTuple):
    """One row of ``auditor_grade_change_records``; ``second`` is UTC seconds."""

    second: int
    course: int
    assignment: int
    student: int
    grader: int
    before: str | None
    after: str | None
    excused_before: bool
    excused_after: bool
    anonymous: bool
    """The grader did not see the name."""
    points_before: float | None
    points_after: float | None
    version: int
    score: float | None
    """After the change; stored, never returned."""
    request: int
    """Rows of one web request share it."""
    period: int = 0
    """The grading period of an override; stored, never returned."""


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One row of ``auditor_course_records``; ``links`` holds copied_from and the like."""

    second: int
    course: int
    account: int
    user: int | None
    type: str
    source: str | None
    data: Mapping[str, object]
    links: Mapping[str, int]
    sis_batch: int | None
    request: int
    visible: int = 0


class Index:
    """Row numbers in the order of (second, row): what a database index on created_at gives."""

    __slots__ = ("_seconds", "rows")

    def __init__(self, seconds: array[int]) -> None:
        self._seconds = seconds
        self.rows: array[int] = array("I")

    def add(self, row: int) -> None:
        rows, seconds = self.rows, self._seconds
        if not rows or seconds[rows[-1]] <= seconds[row]:
            rows.append(row)
        else:  # a late row: after all of its own second, because its number is the highest
            rows.insert(self.after(seconds[row]), row)

    def before(self, second: float) -> int:
        """How many rows are older than ``second``."""
        return bisect_left(self.rows, second, key=self._seconds.__getitem__)

    def upto(self, second: int, row: int) -> int:
        """How many rows come before ``row`` of ``second`` in the order."""
        seconds = self._seconds
        return bisect_left(self.rows, (second, row), key=lambda each: (seconds[each], each))

    def after(self, second: float) -> int:
        """How many rows are older than ``second`` or of it."""
        return bisect_right(self.rows, second, key=self._seconds.__getitem__)


class Ledger:
    """Append-only; row numbers start at 0, the database id is the row number + 1."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.suffix = ""
        """Put behind every text that comes in (security tests)."""
        self._texts: list[str | None] = [None]
        self._text_ids: dict[str | None, int] = {None: 0}
        self.second: array[int] = array("q")
        self.visible: array[int] = array("q")
        """When each row was inserted, UTC ms: from then on the API shows it."""
        self.course: array[int] = array("Q")
        self.assignment: array[int] = array("Q")
        self.student: array[int] = array("Q")
        self.grader: array[int] = array("Q")
        self._before: array[int] = array("I")
        self._after: array[int] = array("I")
        self._marks: array[int] = array("B")
        self._points_before: array[float] = array("d")
        self._points_after: array[float] = array("d")
        self._score: array[float] = array("d")
        self._version: array[int] = array("H")
        self._request: array[int] = array("I")
        self._period: array[int] = array("I")
        self.by_course: dict[int, Index] = {}
        self.by_assignment: dict[int, Index] = {}
        self.by_student: dict[int, Index] = {}
        self.by_grader: dict[int, Index] = {}
        self.course_rows: list[CourseRow] = []

    def __len__(self) -> int:
        return len(self.second)

    def append(self, row: GradeRow, visible: int) -> int:
        """Insert a row at ``visible`` (UTC ms) and answer its number."""
        number = len(self.second)
        self.second.append(row.second)
        self.visible.append(visible)
        self.course.append(row.course)
        self.assignment.append(row.assignment)
        self.student.append(row.student)
        self.grader.append(row.grader)
        self._before.append(self._intern(row.before))
        self._after.append(self._intern(row.after))
        self._marks.append(row.excused_before | row.excused_after << 1 | row.anonymous << 2)
        self._points_before.append(NO_NUMBER if row.points_before is None else row.points_before)
        self._points_after.append(NO_NUMBER if row.points_after is None else row.points_after)
        self._score.append(NO_NUMBER if row.score is None else row.score)
        self._version.append(row.version)
        self._request.append(row.request)
        self._period.append(row.period)
        for index, key in (
            (self.by_course, row.course),
            (self.by_assignment, row.assignment),
            (self.by_student, row.student),
            (self.by_grader, row.grader),
        ):
            if (entries := index.get(key)) is None:
                entries = index[key] = Index(self.second)
            entries.add(number)
        return number

    def row(self, number: int) -> GradeRow:
        marks = self._marks[number]
        return GradeRow(
            self.second[number],
            self.course[number],
            self.assignment[number],
            self.student[number],
            self.grader[number],
            self._texts[self._before[number]],
            self._texts[self._after[number]],
            bool(marks & 1),
            bool(marks & 2),
            bool(marks & 4),
            _number(self._points_before[number]),
            _number(self._points_after[number]),
            self._version[number],
            _number(self._score[number]),
            self._request[number],
            self._period[number],
        )

    def rows(self) -> Iterator[GradeRow]:
        """All rows in the order of insertion."""
        return (self.row(number) for number in range(len(self)))

    def grade_uuid(self, number: int) -> str:
        """The id of a grade row: random to look at, the same for the same seed."""
        return self._uuid("grade", number)

    def course_uuid(self, number: int) -> str:
        return self._uuid("course", number)

    def request_uuid(self, request: int) -> str:
        return self._uuid("request", request)

    def _uuid(self, kind: str, number: int) -> str:
        digest = blake2b(f"{self._seed}:{kind}:{number}".encode(), digest_size=16).digest()
        return str(UUID(bytes=digest, version=4))

    def _intern(self, text: str | None) -> int:
        if (known := self._text_ids.get(text)) is None:
            known = self._text_ids[text] = len(self._texts)
            self._texts.append(text if text is None else text + self.suffix)
        return known

    def shift(self, ms: int) -> None:
        """Move everything in time by ``ms``, a whole number of seconds."""
        seconds = ms // 1000
        # in place: the indexes hold on to the array
        self.second[:] = array("q", (second + seconds for second in self.second))
        self.visible[:] = array("q", (visible + ms for visible in self.visible))
        self.course_rows[:] = [
            replace(row, second=row.second + seconds, visible=row.visible + ms)
            for row in self.course_rows
        ]

    def spoil(self, suffix: str) -> None:
        """Put ``suffix`` behind every grade there is and every one to come."""
        self.suffix = suffix
        self._texts[1:] = [f"{text}{suffix}" for text in self._texts[1:]]


def _number(value: float) -> float | None:
    return None if isnan(value) else value
