"""The history of a submission as a small timeline: who, when, how much, and how long between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from tui.app.cells import by_words, short_change, signs
from tui.app.columns import fit
from tui.app.details import Detail, Reread
from tui.app.lines import Jump, Line, quiet
from tui.app.readings import older_words
from tui.events.confirmation import Confirmation, confirmation
from tui.events.delta import delta
from tui.events.event import Event, Flag, GradeState, Kind
from tui.journal.records import Stored
from tui.report.words import TimeStyle, delta_words, time_words

_STEP = 11
"""Cells of the word that says what sort of step it is."""
_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"))


def chain_lines(detail: Detail, zone: tzinfo | None) -> Iterator[Line]:
    """Every change of the submission, oldest first, with what the log said otherwise meanwhile."""
    history = detail.history
    if len(history) <= 1:
        yield quiet("no other change of the same submission is known here")
    else:
        count = detail.older + len(history) + detail.newer
        yield quiet(f"{count:,} changes known here, oldest first · enter: go there")
    if detail.older:
        yield quiet(f"… {detail.older:,} older ones left out")
    last: int | None = None
    graded = detail.older > 0  # what is left out: nothing says that it was never graded
    steps = [(each.event.at, 0, each) for each in history]
    rereads = [(each.at, 1, each) for each in detail.rereads]
    for at, _, each in sorted([*steps, *rereads], key=lambda step: step[:2]):
        if last is not None:
            yield quiet(f"  │  {lapse_words(at - last)}")
        last = at
        if isinstance(each, Reread):
            yield _reread(each, zone)
        else:
            yield _change(each, zone, here=each.id == detail.stored.id, graded=graded)
            graded = graded or _graded(each.event.before) or _graded(each.event.after)
    if detail.newer:
        yield quiet(f"… {detail.newer:,} newer ones left out")


def _change(stored: Stored, zone: tzinfo | None, *, here: bool, graded: bool) -> Line:
    event = stored.event
    when = time_words(event.at, zone, TimeStyle.FULL)
    moved = delta_words(delta(event.before, event.after))
    pointed = signs(marked=stored.mark is not None, flagged=bool(stored.hits)).strip()
    parts = (
        fit(step_words(event, graded=graded), _STEP),
        short_change(event),
        moved,
        by_words(stored),
        pointed,
    )
    words = "  ".join(filter(None, parts))
    return Line(f"{'>' if here else ' '} ● {when}  {words}", act=Jump(stored.slot, event.kind))


def _reread(reread: Reread, zone: tzinfo | None) -> Line:
    stored, older = reread.stored, reread.older
    when = time_words(reread.at, zone, TimeStyle.FULL)
    revealed = older.student is None and stored.event.student is not None
    step = "revealed" if revealed else "reread"
    words = f"{fit(step, _STEP)}  until then the log read: {older_words(older, stored.event)}"
    return Line(f"  ○ {when}  {words}", act=Jump(stored.slot, stored.event.kind))


def step_words(event: Event, *, graded: bool) -> str:
    """What sort of step a change is; ``graded``: there was a grade at some time before it."""
    before, after = event.before, event.after
    if event.kind is Kind.OVERRIDE:
        return "final grade"
    if event.kind is not Kind.GRADE:
        return "total" if event.kind is Kind.COURSE_SCORE else event.type.replace("_", " ")
    if bool(before.excused) != bool(after.excused):
        return "excused" if after.excused else "not excused"
    if _points(before, after):
        return "points"
    if confirmation(event) is Confirmation.NEVER:
        return {True: "posted", False: "hidden", None: "(un)posted"}[after.posted]
    if not _graded(after):
        return "grade gone" if _graded(before) else "no grade"
    if _graded(before) or Flag.REGRADE in event.flags:
        return "regrade"
    return "graded anew" if graded else "first grade"


def _points(before: GradeState, after: GradeState) -> bool:
    """The points possible changed, and the grade reads as it did."""
    told = None not in (before.points_possible, after.points_possible)
    return told and before.points_possible != after.points_possible and before.grade == after.grade


def _graded(state: GradeState) -> bool:
    return bool((state.grade or "").strip()) or state.score is not None


def lapse_words(ms: int) -> str:
    """How long between two changes, by its two largest units: ``12 s``, ``2 h 3 min``, ``4 d``."""
    left = max(0, ms)
    for number, (unit, name) in enumerate(_UNITS):
        if left < unit:
            continue
        words = f"{left // unit:,} {name} later"
        if number + 1 < len(_UNITS):
            finer, finer_name = _UNITS[number + 1]
            rest = left % unit // finer
            words = f"{left // unit:,} {name} {rest} {finer_name} later" if rest else words
        return words
    return "in the same second"
