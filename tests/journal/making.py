"""Events, names and filters of all shapes, and a plain reading of a filter to judge by."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tui.events.event import (
    Change,
    Event,
    Feed,
    Flag,
    GradeState,
    Kind,
    Links,
    Name,
    Sighting,
    Thing,
)
from tui.events.ids import IDS_PER_SHARD, CanvasId
from tui.journal.records import Batch
from tui.query.ast import And, During, Filter, Is, Not, OfKind, Or, Resembles, Role
from tui.query.fold import fold

NOW = 1_795_000_000_000
READ_AT = NOW + 86_400_000
"""By our clock, when all that happened is over."""
ROOT = Path(__file__).parents[2]
"""Where processes of our own find the tests."""

SWIFT = Path("/dev/shm")  # noqa: S108  only ever a folder in it that is new
"""Files in memory, where the system has such a place: hundreds of journals are made."""


def folder() -> tempfile.TemporaryDirectory[str]:
    """A new folder for the journals of one example."""
    return tempfile.TemporaryDirectory(dir=SWIFT if os.access(SWIFT, os.W_OK) else None)


dear = settings(
    deadline=None,
    max_examples=settings().max_examples * 3 // 5,
    suppress_health_check=[HealthCheck.too_slow],
)
"""For properties of which each example makes whole journals."""
THING_OF = {
    Role.COURSE: Thing.COURSE,
    Role.ASSIGNMENT: Thing.ASSIGNMENT,
    Role.STUDENT: Thing.USER,
    Role.GRADER: Thing.USER,
    Role.ACTOR: Thing.USER,
}


def local(number: int) -> CanvasId:
    return CanvasId(0, number)


def a_grade(
    number: int,
    *,
    at: int | None = None,
    course: int = 1,
    assignment: int | None = 2,
    student: int | None = 3,
    grader: int | None = 4,
    grade: str = "5",
    kind: Kind = Kind.GRADE,
) -> Event:
    return Event(
        key=f"audit:{number}",
        kind=kind,
        type="grade_change",
        at=NOW + number * 1000 if at is None else at,
        seen_by=(Feed.AUDIT,),
        course=local(course),
        assignment=None if assignment is None else local(assignment),
        student=None if student is None else local(student),
        grader=None if grader is None else local(grader),
        after=GradeState(grade=grade),
    )


def seen(*events: Event) -> tuple[Sighting, ...]:
    return tuple(Sighting(event, f'{{"key":"{event.key}"}}') for event in events)


def batch_of(*events: Event, names: Sequence[Name] = (), place: int = 0) -> Batch:
    return Batch(sightings=seen(*events), names=tuple(names), place=place)


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
huge_ids = st.builds(
    CanvasId,
    st.sampled_from([0, 1, 2107, 922_336, 922_337, 922_338, 10**9]),
    st.integers(0, IDS_PER_SHARD - 1),
)
few_ids = st.builds(CanvasId, st.sampled_from([0, 2107, 922_338]), st.integers(0, 3))
"""So few that events share them and filters meet them."""
numbers = st.none() | st.floats(allow_nan=False)
truths = st.none() | st.booleans()
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
states = st.builds(GradeState, st.none() | texts, numbers, numbers, truths, truths)
shown_flags = st.integers(0, sum(Flag)).map(lambda flags: Flag(flags) & ~Flag.HIDDEN_STUDENT)
"""Hiding has its own tests: it changes what is shown of other events too."""
feeds = st.sampled_from([(Feed.AUDIT,), (Feed.LIVE,), (Feed.AUDIT, Feed.LIVE)])


def events() -> st.SearchStrategy[Event]:
    """Events that hide nobody, with every field filled with anything that its type allows."""
    maybe = st.none() | huge_ids
    line = st.none() | texts
    return st.builds(
        Event,
        key=texts,
        kind=st.sampled_from(Kind),
        type=texts,
        at=st.integers(-(2**50), 2**50),
        seen_by=feeds,
        account=maybe,
        course=maybe,
        assignment=maybe,
        student=maybe,
        grader=maybe,
        actor=maybe,
        real_actor=maybe,
        before=states,
        after=states,
        changes=st.dictionaries(texts, st.builds(Change, json_values, json_values), max_size=2),
        flags=shown_flags,
        links=st.builds(Links, maybe, maybe, maybe, maybe, maybe, maybe, maybe),
        request_id=line,
        page_view=line,
        client_ip=line,
        user_agent=line,
        url=line,
        version=st.none() | st.integers(),
        current_grade=line,
        event_source=line,
    ).map(_posted)


def _posted(event: Event) -> Event:
    if event.seen_by != (Feed.LIVE,):
        return event
    links = replace(event.links, submission=None) if event.kind is Kind.OTHER else event.links
    return replace(event, after=replace(event.after, posted=True), links=links)


def reports(keys: st.SearchStrategy[str], moments: int) -> st.SearchStrategy[Event]:
    """Audit rows of few keys, people and moments, that meet each other and the filters."""
    maybe = st.none() | few_ids
    return st.builds(
        Event,
        key=keys,
        kind=st.sampled_from(Kind),
        type=st.just("grade_change"),
        at=st.integers(0, moments),
        seen_by=st.just((Feed.AUDIT,)),
        account=maybe,
        course=maybe,
        assignment=maybe,
        student=maybe,
        grader=maybe,
        actor=maybe,
        after=st.builds(GradeState, st.sampled_from([None, "4"]), posted=truths),
        flags=st.sampled_from([Flag(0), Flag.UNPOSTED]),
        links=st.builds(Links, copied_from=maybe),
        current_grade=st.sampled_from([None, "4", "5"]),
    )


person_names = st.sampled_from(["Ada", "ADÀ Straße", "Bo", "o%_", "\u0130d", "李 明", "30"])
names = st.builds(Name, st.sampled_from(Thing), few_ids, person_names)
parts = st.sampled_from(["a", "ada", "ß", "ss", "%", "_", "", " ", "0", "2107~3", "3", "明", "zz"])
roles = st.sampled_from(Role)
leaves: st.SearchStrategy[Filter] = st.one_of(
    st.builds(Resembles, roles, parts),
    st.builds(Is, roles, st.lists(few_ids, max_size=3).map(tuple)),
    st.builds(During, st.none() | st.integers(0, 9), st.none() | st.integers(0, 9)),
    st.builds(OfKind, st.lists(st.sampled_from(Kind), max_size=3).map(tuple)),
)


def _larger(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    several = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, inner))


filters: st.SearchStrategy[Filter] = st.recursive(leaves, _larger, max_leaves=6)

NameBook = Mapping[tuple[Thing, CanvasId], str]


def holds(tree: Filter, event: Event, book: NameBook) -> bool:
    """What a filter of :data:`leaves` says, read word for word."""
    match tree:
        case And(terms):
            return all(holds(term, event, book) for term in terms)
        case Or(terms):
            return any(holds(term, event, book) for term in terms)
        case Not(term):
            return not holds(term, event, book)
        case During(start, end):
            return (start is None or start <= event.at) and (end is None or event.at < end)
        case OfKind(kinds):
            return event.kind in kinds
        case Is(role, ids):
            return _played(event, role) in ids
        case Resembles(role, text):
            return _resembles(_played(event, role), role, text, book)
        case _:
            raise NotImplementedError(type(tree).__name__)


def _played(event: Event, role: Role) -> CanvasId | None:
    return {
        Role.ACCOUNT: event.account,
        Role.COURSE: event.course,
        Role.ASSIGNMENT: event.assignment,
        Role.STUDENT: event.student,
        Role.GRADER: event.grader,
        Role.ACTOR: event.actor,
    }[role]


def _resembles(one: CanvasId | None, role: Role, text: str, book: NameBook) -> bool:
    if one is None:
        return False
    if not fold(text):
        return True
    try:
        if CanvasId.parse(text) == one:
            return True
    except ValueError:
        pass  # not an id: only a name then
    thing = THING_OF.get(role)
    return thing is not None and fold(text) in fold(book.get((thing, one), ""))
