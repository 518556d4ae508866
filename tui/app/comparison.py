"""Two events side by side: what differs between them, and what is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from tui.app.cells import by_words
from tui.app.chain import lapse_words
from tui.app.columns import fit
from tui.app.fieldlines import cut
from tui.app.lines import BLANK, LABEL, Jump, Line, head, quiet
from tui.app.standing import hidden_words, is_hidden
from tui.events.delta import delta
from tui.events.event import GradeState
from tui.journal.records import Stored
from tui.query.ast import Role
from tui.report.worddiff import is_long, word_diff
from tui.report.words import (
    NOTHING,
    TimeStyle,
    delta_words,
    flag_names,
    kind_words,
    number_words,
    party_words,
    time_words,
    value_words,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that can be said of both events, in words; ``diff`` where the words are many."""

    label: str
    first: str
    second: str
    diff: str = ""


def rows_of(first: Stored, second: Stored, zone: tzinfo | None) -> list[Row]:
    """All that either event tells. May take a while: long texts are compared by words."""
    told = [dict(_said(each, zone)) for each in (first, second)]
    labels = [*told[0], *(label for label in told[1] if label not in told[0])]
    rows: list[Row] = []
    for label in labels:
        one, other = (said.get(label, NOTHING) for said in told)
        if one == other == NOTHING:
            continue
        long = one != other and (is_long(one) and is_long(other))
        diff = word_diff(one, other) if long else ""
        same = one == other
        one, other = cut(one), cut(other)
        if not same and one == other:  # what differs is behind the cut
            other = f"{other}: it reads otherwise further on"
        rows.append(Row(label, one, other, cut(diff)))
    return rows


def comparison_lines(
    first: Stored, second: Stored, rows: Sequence[Row], *, width: int
) -> list[Line]:
    """The two events, then what differs, then what is the same; ``width`` in cells."""
    room = max(12, (width - LABEL - 5) // 2)
    between = lapse_words(abs(second.event.at - first.event.at))
    order = "B is" if second.event.at >= first.event.at else "A is"
    simultaneous = between == "in the same second"
    lines = [
        Line(f"  {fit('', LABEL)} {fit('A', room)} B"),
        quiet(f"  {'both ' + between if simultaneous else f'{order} {between}'}"),
        head("differs"),
    ]
    different = [row for row in rows if row.first != row.second]
    same = [row for row in rows if row.first == row.second]
    lines += [line for row in different for line in _different(row, room)]
    if not different:
        lines.append(quiet("  nothing that is told of them"))
    lines += [BLANK, head("the same")]
    lines += [Line(f"  {fit(row.label, LABEL)} {row.first}") for row in same]
    if not same:
        lines.append(quiet("  nothing"))
    lines += [
        BLANK,
        Line("  go to A", act=Jump(first.slot, first.event.kind)),
        Line("  go to B", act=Jump(second.slot, second.event.kind)),
    ]
    return lines


def _different(row: Row, room: int) -> Iterator[Line]:
    if row.diff:
        yield Line(f"≠ {fit(row.label, LABEL)} {row.diff}")
    elif len(row.first) > room or len(row.second) > room:
        yield Line(f"≠ {fit(row.label, LABEL)} A {row.first}")
        yield Line(f"  {fit('', LABEL)} B {row.second}")
    else:
        yield Line(f"≠ {fit(row.label, LABEL)} {fit(row.first, room)} {row.second}")


def _said(stored: Stored, zone: tzinfo | None) -> Iterator[tuple[str, str]]:
    event = stored.event
    yield "time", time_words(event.at, zone, TimeStyle.FULL)
    yield "kind", f"{kind_words(event.kind)}, {event.type.replace('_', ' ')}"
    for role in (Role.COURSE, Role.ASSIGNMENT, Role.STUDENT):
        hidden = role is Role.STUDENT and is_hidden(event)
        yield role.value, hidden_words(event) if hidden else party_words(stored, role)
    yield "by", by_words(stored)
    for side, state in (("before", event.before), ("after", event.after)):
        yield from ((f"{side}: {label}", words) for label, words in _state(state))
    moved = delta(event.before, event.after)
    yield "Δ", NOTHING if moved is None else delta_words(moved)
    yield "flags", ", ".join(flag_names(event.flags)).replace("_", " ") or NOTHING
    yield "attention", "; ".join(f"{hit.rule}: {hit.why}" for hit in stored.hits) or NOTHING
    yield "mark", NOTHING if stored.mark is None else stored.mark or "without a note"
    yield "seen by", ", ".join(event.seen_by)
    for label, value in (
        ("version", event.version),
        ("request", event.request_id or event.page_view),
        ("address", event.client_ip),
        ("agent", event.user_agent),
        ("url", event.url),
        ("source", event.event_source),
    ):
        yield label, NOTHING if value is None else str(value)
    for field, change in event.changes.items():
        label = field.replace("_", " ")
        yield f"{label}: old", value_words(change.old)
        yield f"{label}: new", value_words(change.new)


def _state(state: GradeState) -> Iterator[tuple[str, str]]:
    yield "grade", state.grade or NOTHING
    yield "score", NOTHING if state.score is None else number_words(state.score)
    points = state.points_possible
    yield "points", NOTHING if points is None else number_words(points)
    for label, told in (("excused", state.excused), ("posted", state.posted)):
        yield label, NOTHING if told is None else "yes" if told else "no"
