"""What the targets mean over stored events: the base filter of every view; pure."""

from __future__ import annotations

from collections.abc import Sequence

from tui.events.event import Kind
from tui.events.ids import CanvasId
from tui.query.ast import And, During, Filter, Is, Not, OfKind, Or, Role
from tui.sources.targets import OVERRIDE, Targets


def scope(targets: Targets, since: int | None, until: int | None, *, home_shard: int = 0) -> Filter:
    """The events that ``targets`` ask for between ``since`` and ``until`` (UTC ms, end excluded).

    Ids must be numbers (see :meth:`tui.sources.audit_api.source.AuditSource.resolve`), else
    ``ValueError``. Kinds are ANDed, the same kind ORed; an account adds its course events. Without
    targets it is all events of that time.
    """
    terms: list[Filter] = []
    if since is not None or until is not None:
        terms.append(During(since, until))
    if not targets.course_events:
        terms.append(Not(OfKind((Kind.COURSE,))))
    if not targets.empty:
        terms.append(_wanted(targets, home_shard))
    return terms[0] if len(terms) == 1 else And(tuple(terms))


def _wanted(targets: Targets, home_shard: int) -> Filter:
    choices: list[Filter] = []
    narrowing = _narrowing(targets, home_shard)
    if narrowing:
        choices.append(narrowing[0] if len(narrowing) == 1 else And(tuple(narrowing)))
    if targets.accounts:
        accounts = Is(Role.ACCOUNT, _ids(targets.accounts, home_shard))
        choices.append(And((accounts, OfKind((Kind.COURSE,)))))
    return choices[0] if len(choices) == 1 else Or(tuple(choices))


def _narrowing(targets: Targets, home_shard: int) -> list[Filter]:
    terms: list[Filter] = []
    if targets.courses:
        terms.append(Is(Role.COURSE, _ids(targets.courses, home_shard)))
    if targets.assignments:
        terms.append(_assignments(targets.assignments, home_shard))
    if targets.students:
        terms.append(Is(Role.STUDENT, _ids(targets.students, home_shard)))
    if targets.graders:
        terms.append(Is(Role.GRADER, _ids(targets.graders, home_shard)))
    return terms


def _assignments(assignments: Sequence[str], home_shard: int) -> Filter:
    numbers = _ids([one for one in assignments if one != OVERRIDE], home_shard)
    choices: list[Filter] = [Is(Role.ASSIGNMENT, numbers)] if numbers else []
    if OVERRIDE in assignments:
        choices.append(OfKind((Kind.OVERRIDE,)))
    return choices[0] if len(choices) == 1 else Or(tuple(choices))


def _ids(texts: Sequence[str], home_shard: int) -> tuple[CanvasId, ...]:
    return tuple(dict.fromkeys(CanvasId.parse(text).seen_from(home_shard) for text in texts))
