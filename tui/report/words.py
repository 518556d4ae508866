"""How a change is said to a person: on screen and in ``text``; pure, and clean of control bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import tzinfo
from decimal import Decimal
from enum import StrEnum

from tui.events.confirmation import Confirmation, confirmation
from tui.events.event import Change, Event, Flag, GradeState, Kind
from tui.events.ids import CanvasId
from tui.events.text import clean, safe_json
from tui.events.times import to_datetime
from tui.journal.records import Stored
from tui.query.ast import Role

NOTHING = "–"
"""No grade, nobody, nothing known."""
UNKNOWN = "?"
"""Not told by the feed: a Caliper event has no old grade."""
EXCUSED = "EX"
ARROW = " → "
MAYBE_SHORT = "score?"
"""Beside a grade that reads the same before and after: the audit log does not return scores."""

FLAGS: tuple[tuple[Flag, str, str], ...] = (
    (Flag.AUTOMATIC, "automatic", "A"),
    (Flag.ANONYMOUS, "anonymous", "N"),
    (Flag.HIDDEN_STUDENT, "hidden_student", "H"),
    (Flag.EXCUSED, "excused", "E"),
    (Flag.REGRADE, "regrade", "R"),
    (Flag.MASQUERADE, "masquerade", "M"),
    (Flag.OVERRIDE, "override", "O"),
    (Flag.UNPOSTED, "unposted", "U"),
    (Flag.UNCONFIRMED, "unconfirmed", "?"),
)
"""Each flag with its printed name and its letter, in the order of the contract."""

_POSTED = {True: "posted", False: "unposted", None: "(un)posted"}
"""What happened to a grade that stays as it is (canvas-facts §7.5)."""
_HUGE = 1e15
_BRIEF = 200
"""Characters of a value that a change is said with in a few words."""
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_KINDS = {
    Kind.GRADE: "grade",
    Kind.OVERRIDE: "override",
    Kind.COURSE_SCORE: "total",
    Kind.COURSE: "course",
    Kind.OTHER: "other",
}
_TYPES = {"claimed": "unpublished", "course_created": "created", "course_updated": "updated"}
_PLAIN_EDITS = frozenset({"updated", "course_updated"})
_FIRST_FIELDS = ("name",)
_TOTALS = (
    ("current_score", ""),
    ("final_score", "final "),
    ("unposted_current_score", "unposted "),
    ("unposted_final_score", "unposted final "),
)
"""The four totals of a course, the one that people look at first."""


class TimeStyle(StrEnum):
    """How much of a moment is written."""

    CLOCK = "%H:%M:%S"
    SHORT = "%m-%d %H:%M:%S"
    FULL = "%Y-%m-%d %H:%M:%S"
    ZONED = "%Y-%m-%d %H:%M:%S %z"


def time_words(ms: int, zone: tzinfo | None, style: TimeStyle = TimeStyle.FULL) -> str:
    """The moment ``ms`` (UTC ms) in ``zone``; None is the terminal's own zone."""
    return to_datetime(ms).astimezone(zone).strftime(style.value)


def number_words(number: float) -> str:
    """``4``, ``4.5``, ``0.0000001``: no needless zeros, an exponent only from 10^15 on."""
    if not abs(number) < _HUGE:
        return repr(number)
    return f"{Decimal(repr(number)).normalize() + 0:f}"


def grade_words(state: GradeState, *, out_of: bool = False) -> str:
    """``4``, ``85%``, ``EX`` for excused, ``–`` for no grade; with ``out_of`` ``4/10``.

    Points possible follow only a number: ``A-/10`` would mislead.
    """
    if state.excused:
        return EXCUSED
    if state.grade is not None and state.grade.strip():
        words, numeric = state.grade, bool(_NUMBER.fullmatch(state.grade.strip()))
    elif state.score is not None:
        words, numeric = number_words(state.score), True
    else:
        return NOTHING
    if out_of and numeric and state.points_possible:
        return f"{words}/{number_words(state.points_possible)}"
    return words


def change_words(event: Event) -> str:
    """The change in a few words: ``4 → 5``; ``name: Course 1 → Course 2, +2 more``; ``published``.

    Points possible are said where they changed, scores where the grade's text hides a change.
    """
    if event.kind in (Kind.GRADE, Kind.OVERRIDE):
        return _grade_change(event)
    if event.kind is Kind.COURSE_SCORE:
        return _total(event)
    words = _fields(event.changes)
    if event.type in _PLAIN_EDITS and words:
        return words
    said = _TYPES.get(event.type, event.type.replace("_", " "))
    if (other := _other_course(event)) is not None:
        said = f"{said} #{other}"
    return f"{said}: {words}" if words else said


def _grade_change(event: Event) -> str:
    before, after = event.before, event.after
    points = before.points_possible != after.points_possible and None not in (
        before.points_possible,
        after.points_possible,
    )
    old, new = grade_words(before, out_of=points), grade_words(after, out_of=points)
    if (
        confirmation(event) is Confirmation.NEVER
        and before.points_possible == after.points_possible
    ):
        return f"{new} {_POSTED[after.posted]}"
    if old == new and before.score != after.score:
        old, new = _with_score(old, before.score), _with_score(new, after.score)
    if event.key.startswith("caliper:") and before == GradeState():
        old = UNKNOWN
    return old + ARROW + new


def short_change(event: Event) -> str:
    """The change, with a word of caution where the grade reads the same on both sides."""
    words = change_words(event)
    if not may_have_changed(event):
        return words
    return f"{grade_words(event.before)} = {grade_words(event.after)} {MAYBE_SHORT}"


def may_have_changed(event: Event) -> bool:
    """The grade is the same text before and after, and no score tells whether it moved."""
    if event.kind not in (Kind.GRADE, Kind.OVERRIDE):
        return False
    before, after = grade_words(event.before), grade_words(event.after)
    scores = event.before.score is not None and event.after.score is not None
    points = event.before.points_possible != event.after.points_possible
    return before == after and before not in (NOTHING, EXCUSED) and not scores and not points


def _with_score(words: str, score: float | None) -> str:
    return words if score is None else f"{words} ({number_words(score)})"


def _total(event: Event) -> str:
    """The current score; where that stayed, the first of the others that did not, by its name."""
    for field, label in _TOTALS:
        change = event.changes.get(field)
        if change is not None and change.old != change.new:
            return f"{label}{value_words(change.old)}{ARROW}{value_words(change.new)}"
    return _grade_change(event)


def _fields(changes: Mapping[str, Change]) -> str:
    changed = [field for field, change in changes.items() if change.old != change.new]
    if not changed:
        return ""
    first = next((field for field in _FIRST_FIELDS if field in changed), changed[0])
    words = field_words(first, Change(*map(_brief, (changes[first].old, changes[first].new))))
    return words if len(changed) == 1 else f"{words}, +{len(changed) - 1} more"


def _brief(value: object) -> object:
    """The value, or how it begins: a syllabus may be as long as a book."""
    if isinstance(value, str):
        return value if len(value) <= _BRIEF else f"{value[:_BRIEF]}…"
    words = value_words(value)
    return value if len(words) <= _BRIEF else f"{words[:_BRIEF]}…"


def field_words(field: str, change: Change) -> str:
    """``name: Course 1 → Course 2``; ``name: Course 1`` where there was nothing before."""
    label = field.replace("_", " ")
    if change.old is None:
        return f"{label}: {value_words(change.new)}"
    return f"{label}: {value_words(change.old)}{ARROW}{value_words(change.new)}"


def value_words(value: object) -> str:
    """One JSON value: text as it is, numbers without needless zeros, ``–`` for null or blank."""
    match value:
        case None | "":
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case float():
            return number_words(value)
        case str():
            return clean(value)
        case _:
            return safe_json(value)


def _other_course(event: Event) -> CanvasId | None:
    links = event.links
    return {
        "copied_from": links.copied_from,
        "copied_to": links.copied_to,
        "reset_from": links.reset_from,
        "reset_to": links.reset_to,
    }.get(event.type)


def delta_words(delta: float | None) -> str:
    """``+1``, ``-0.5``, ``0``; empty where it is not known."""
    if delta is None:
        return ""
    return f"+{number_words(delta)}" if delta > 0 else number_words(delta)


def flag_names(flags: Flag) -> tuple[str, ...]:
    """The names of the contract, in its order."""
    return tuple(name for flag, name, _ in FLAGS if flag in flags)


def flag_letters(flags: Flag) -> str:
    """One letter each, in the same order: ``AR?``."""
    return "".join(letter for flag, _, letter in FLAGS if flag in flags)


def kind_words(kind: Kind) -> str:
    """A word of at most eight letters."""
    return _KINDS[kind]


def party_words(stored: Stored, role: Role) -> str:
    """Who or what plays ``role``: the name, else ``#id``, else a word that says why there is none.

    ``hidden`` is a student whom Canvas withholds, ``automatic`` a grade no person gave,
    ``final grade`` what an override changes in place of an assignment.
    """
    event, labels = stored.event, stored.labels
    party, name = {
        Role.COURSE: (event.course, labels.course),
        Role.ASSIGNMENT: (event.assignment, labels.assignment),
        Role.STUDENT: (event.student, labels.student),
        Role.GRADER: (event.grader, labels.grader),
        Role.ACTOR: (event.actor, labels.actor),
        Role.ACCOUNT: (event.account, None),
    }[role]
    if party is not None:
        return thing_words(party, name)
    if role is Role.STUDENT and Flag.HIDDEN_STUDENT in event.flags:
        return "hidden"
    if role is Role.GRADER and Flag.AUTOMATIC in event.flags:
        return "automatic"
    if role is Role.ASSIGNMENT and event.kind is Kind.OVERRIDE:
        return "final grade"
    return NOTHING


def who_words(stored: Stored) -> str:
    """Who did it: the grader, else the actor; with ``X as Y`` where X masqueraded as Y."""
    event, labels = stored.event, stored.labels
    by_grader = event.grader is not None or Flag.AUTOMATIC in event.flags or event.actor is None
    words = party_words(stored, Role.GRADER if by_grader else Role.ACTOR)
    if event.real_actor is None:
        return words
    return f"{thing_words(event.real_actor, labels.real_actor)} as {words}"


def thing_words(thing: CanvasId, name: str | None) -> str:
    """The name, else ``#id``."""
    return name or f"#{thing}"
