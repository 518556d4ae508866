"""Which live report tells of the same change as which row of the audit log.

Neither carries the other's identity, so the change itself must agree (canvas-facts §7.5): a row's
time is floored to the second and the report is posted after it, so a report comes less than two
seconds later. Where Canvas tells the request of both, that decides.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui.events.event import Event, Feed, Flag, GradeState, Kind
from tui.events.ids import CanvasId

WINDOW_MS = 2_000
"""A report comes so much less than this after the second of its row."""
REQUEST_WINDOW_MS = 600_000
"""The same where both tell the same request, which may take long over many grades."""
_UUID = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")
TOLERANCE = 0.01
"""Percentages are printed with two decimals at most."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where partners are looked for: events of one kind with one assignment or one course."""

    kind: Kind
    column: str
    one: CanvasId


def match_of(event: Event) -> Match | None:
    """None for what has no partner: a recalculation, an unknown event, one of no known place."""
    if event.kind is Kind.GRADE and event.assignment is not None:
        return Match(event.kind, "assignment", event.assignment)
    if event.kind in {Kind.OVERRIDE, Kind.COURSE} and event.course is not None:
        return Match(event.kind, "course", event.course)
    return None


def is_live(event: Event) -> bool:
    """Whether it is a report that the audit log has not confirmed under the same key."""
    return Feed.AUDIT not in event.seen_by


def request_of(event: Event) -> str | None:
    """The web request behind it; on a row of the log it is the page view's id.

    What is no UUID there (``MISSING``, say) names no request.
    """
    if is_live(event):
        return event.request_id
    return event.page_view if names_request(event.page_view) else event.request_id


def names_request(page_view: object) -> bool:
    """Whether the page view of a row of the log is its request's id."""
    return isinstance(page_view, str) and _UUID.fullmatch(page_view) is not None


def is_hidden(event: Event) -> bool:
    """Whether Canvas withheld the student when it told of the event."""
    return event.student is None and Flag.HIDDEN_STUDENT in event.flags


Strength = tuple[int, ...]
"""How surely two reports are of one change: the lower, the surer."""


def strength(row: Event, live: Event) -> Strength | None:
    """How sure the pair is, both being of one :class:`Match`; None where it cannot be one."""
    if not 0 <= live.at - row.at < REQUEST_WINDOW_MS:
        return None
    if row.student is not None and row.student != live.student:
        return None
    told, asked = request_of(row), live.request_id
    same_request = told is not None and told == asked
    if told is not None and asked is not None and not same_request:
        return None
    if live.at - row.at >= WINDOW_MS and not same_request:
        return None
    change = _same_change(row, live)
    return None if change is None else (*change, int(not same_request))


Likeness = tuple[object, ...]
"""All of a row that :func:`strength` reads."""


def likeness(row: Event) -> Likeness:
    """What makes two rows the same to every report: a class graded at once is hundreds of them."""
    return (
        *(row.kind, row.at, row.student, is_hidden(row), request_of(row)),
        *(row.grader, row.before.grade, row.after.grade, row.type, row.actor),
    )


def solve(
    rows: Sequence[Event], lives: Sequence[Event], places: Mapping[str, int]
) -> dict[str, str]:
    """Partners by key, live → row, each at most once and the same whatever came first.

    The surest pairs are made first; among equally sure ones, the reports in order of time each
    take the earliest row that is free. ``places`` of the rows, by key: in what order the log
    listed those of one second.
    """
    free: dict[Likeness, deque[tuple[int, str]]] = {}
    likes: dict[CanvasId | None, dict[Likeness, Event]] = {}
    rows = sorted(rows, key=lambda row: (row.at, row.version or 0, places[row.key], row.key))
    for order, row in enumerate(rows):
        like = likeness(row)
        free.setdefault(like, deque()).append((order, row.key))
        likes.setdefault(row.student, {}).setdefault(like, row)
    ranked: dict[Strength, list[tuple[str, list[deque[tuple[int, str]]]]]] = {}
    for live in sorted(lives, key=lambda live: (live.at, live.key)):
        found: dict[Strength, list[deque[tuple[int, str]]]] = {}
        for student in {None, live.student}:
            for like, row in likes.get(student, {}).items():
                sure = strength(row, live)
                if sure is not None:
                    found.setdefault(sure, []).append(free[like])
        for sure, rows_alike in found.items():
            ranked.setdefault(sure, []).append((live.key, rows_alike))
    paired: dict[str, str] = {}
    for _, choices in sorted(ranked.items(), key=lambda ranks: ranks[0]):
        for live_key, rows_alike in choices:
            left = [alike for alike in rows_alike if alike]
            if left and live_key not in paired:
                _, paired[live_key] = min(left, key=lambda alike: alike[0]).popleft()
    return paired


def _same_change(row: Event, live: Event) -> tuple[int, ...] | None:
    match row.kind:
        case Kind.GRADE:
            student = _same_student(row, live)
            if student is None or not _same_grades(row, live):
                return None
            return (*student, int(_changes_nothing(live)))
        case Kind.OVERRIDE:
            student = _same_student(row, live)
            grade = _same_score(row.after.grade, live.after.score)
            return None if student is None or grade is None else (*student, grade)
        case _:
            return _same_edit(row, live)


def _same_student(row: Event, live: Event) -> tuple[int] | None:
    """The one the row names, or, less surely, whoever it is that the row hides."""
    if live.student is None:
        return None
    if is_hidden(row):
        return (1,)
    return (0,) if row.student == live.student else None


def _same_grades(row: Event, live: Event) -> bool:
    if row.grader != live.grader or _another_worth(row.after, live.after):
        return False
    if live.key.startswith("caliper:"):  # it tells no old grade, and the new one as a score
        if live.after.grade is None:
            return _same_score(row.after.grade, live.after.score) is not None
        return _same_grade(row.after.grade, live.after.grade)
    return _same_grade(row.before.grade, live.before.grade) and _same_grade(
        row.after.grade, live.after.grade
    )


def _another_worth(row: GradeState, live: GradeState) -> bool:
    """Whether they tell of different points possible: an edit of these has no row of its own."""
    worths = row.points_possible, live.points_possible
    return None not in worths and worths[0] != worths[1]


def _changes_nothing(live: Event) -> bool:
    """Whether it is told as a posting is, of which the log has no row: no change of it is surer."""
    before, after = live.before, live.after
    same_score = after.score is not None and before.score == after.score
    return same_score and _same_grade(before.grade, after.grade)


def _same_grade(one: str | None, other: str | None) -> bool:
    """Equal as text or as numbers."""
    if one == other:
        return True
    numbers = _number(one), _number(other)
    return None not in numbers and numbers[0] == numbers[1]


def _same_score(grade: str | None, score: float | None) -> int | None:
    """A grade as printed beside a score: 0 for the same number, 1 for a letter; None: not it."""
    if grade is None or score is None:
        return 0 if grade is None and score is None else None
    number = _number(grade.strip().removesuffix("%"))
    if number is None:
        return 1
    return 0 if abs(number - score) <= TOLERANCE else None


def _same_edit(row: Event, live: Event) -> tuple[int] | None:
    """Whether a new course or an edited one, by the same person where both tell who."""
    if (row.type == "created") != (live.type == "course_created"):
        return None
    if row.actor is None or live.actor is None:
        return (1,)
    return (0,) if row.actor == live.actor else None


def _number(text: str | None) -> float | None:
    """The number a grade is, in any locale; None for letters."""
    if text is None:
        return None
    plain = "".join(text.split()).replace(",", ".")
    try:
        return float(plain) if plain.lstrip("+-")[:1] in set("0123456789.") else None
    except ValueError:
        return None
