"""Which changes belong together: those of one request, or of one act as far as times tell.

The audit log of most Canvases tells no request (canvas-facts §0.4); its times are whole seconds, so
a grader's rows in a row are then taken for one act. Which rows make a group depends on the rows
alone, never on the order in which they came.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui.events.event import Feed, Flag, Kind
from tui.journal.codec import COLUMNS, SEEN, Value
from tui.journal.pairing import names_request

REQUEST_LEAST = 3
"""So many changes make a request a group."""
ACT_LEAST = 5
"""So many rows make an act a group: fewer are quickly done by hand."""
ACT_GAP_MS = 1_000
"""No row of an act is longer than this after the one before."""

CHANGES: tuple[str, ...] = (Kind.GRADE.value, Kind.OVERRIDE.value, Kind.COURSE.value)
"""What the audit log keeps rows of: the rest of what a request did joins a group, and makes none.
"""

Key = tuple[str, *tuple[Value, ...]]
"""What the rows of a group have in common; see :func:`key_of`."""

READ: tuple[str, ...] = (
    "at", "kind", "seen", "flags", "course", "assignment", "student", "grader",
    "request_id", "page_view",
)  # fmt: skip
"""The columns that tell where a row belongs."""
_READ = tuple(COLUMNS.index(column) for column in READ)
_REQUEST, _ACT = "request", "act"


@dataclass(frozen=True, slots=True)
class Member:
    """A row that may be a part of a group; ``id`` is its number."""

    id: int
    at: int
    key: Key
    is_change: bool


def member_of(id_: int, values: Sequence[Value]) -> Member | None:
    """The row of these values, in the order of :data:`READ`; None for what is never grouped."""
    at, kind, seen, flags, course, assignment, student, grader, request_id, page_view = values
    is_change = kind in CHANGES
    by_log = int(seen or 0) & SEEN[Feed.AUDIT]
    # Whose student is hidden must not be linked to the rest of its request.
    hidden = student is None and int(flags or 0) & Flag.HIDDEN_STUDENT
    request = None if hidden else request_id
    if by_log and not hidden and names_request(page_view):
        request = page_view
    key: Key
    if request:
        key = (_REQUEST, request)
    elif not (by_log and is_change) or grader is None or course is None:
        return None
    elif not hidden:
        key = (_ACT, grader, course)
    elif assignment is not None:
        key = (_ACT, grader, course, assignment)
    else:
        return None
    return Member(id_, int(at or 0), key, is_change)


def member_of_row(id_: int, row: Sequence[Value]) -> Member | None:
    """The same of a row in the order of :data:`COLUMNS`."""
    return member_of(id_, [row[place] for place in _READ])


def is_request(key: Key) -> bool:
    """Whether its rows are told to be of one request; else they are of one hand."""
    return key[0] == _REQUEST


def partition(members: Iterable[Member]) -> list[list[Member]]:
    """The groups among ``members``, which hold whole ones only; each oldest first."""
    alike: dict[Key, list[Member]] = {}
    for member in members:
        alike.setdefault(member.key, []).append(member)
    groups: list[list[Member]] = []
    for key, rows in alike.items():
        rows.sort(key=lambda member: (member.at, member.id))
        if is_request(key):
            if sum(member.is_change for member in rows) >= REQUEST_LEAST:
                groups.append(rows)
        else:
            groups.extend(act for act in acts(rows) if len(act) >= ACT_LEAST)
    return groups


def acts(rows: Sequence[Member]) -> list[list[Member]]:
    """Rows of one hand, oldest first, cut where there is a pause."""
    cut: list[list[Member]] = []
    for row in rows:
        if cut and row.at - cut[-1][-1].at <= ACT_GAP_MS:
            cut[-1].append(row)
        else:
            cut.append([row])
    return cut
