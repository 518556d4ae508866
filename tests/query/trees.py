"""Every tree that the filter language can give, and events that such trees meet."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.journal.making import few_ids, local
from tui.events.attention import Rule
from tui.events.event import Event, Feed, Flag, GradeState, Kind
from tui.events.times import to_ms
from tui.query.ast import (
    And,
    Between,
    Carries,
    Compare,
    Comparison,
    DoneBy,
    During,
    Filter,
    From,
    Has,
    Is,
    Measure,
    Mentions,
    Not,
    OfKind,
    OfType,
    Or,
    Origin,
    Reads,
    Resembles,
    Role,
    Ruled,
    Side,
    Trace,
    Trait,
)
from tui.query.fold import fold

BERLIN = ZoneInfo("Europe/Berlin")
NOON = to_ms(datetime(2026, 11, 18, 12, 0, tzinfo=BERLIN))

ODD = ["OR", "or", "-", "-2h", "2h", "@me", "a:b", '"', "\\", "'t", "“x”", "#5", "none", "60", "é"]
anything = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=9)
texts = (
    st.sampled_from(ODD) | st.text('aZ é"\\():@-#.,\u2019\u2018«“<=>5\u200d', max_size=6) | anything
)
said = texts.filter(lambda text: bool(fold(text)))
ids = st.lists(few_ids | st.builds(local, st.integers(0, 10**13 - 1)), min_size=1, max_size=3)
numbers = st.floats(allow_nan=False, allow_infinity=False).map(lambda number: number + 0.0)
round_numbers = st.sampled_from([-5.0, -0.5, 0.0, 1.0, 4.0, 5.0, 60.0, 85.0, 100.0, 1e15])
moments = st.integers(-62_000_000_000_000, 253_000_000_000_000)
"""From the second year to the year 9987."""
parties = st.sampled_from([Role.COURSE, Role.ASSIGNMENT, Role.STUDENT, Role.ACTOR])


def ordered(pair: tuple[float, float]) -> tuple[float, float]:
    return min(pair), max(pair)


def during(moments: st.SearchStrategy[int]) -> st.SearchStrategy[Filter]:
    spans = st.tuples(moments, moments).filter(lambda two: two[0] != two[1]).map(sorted)
    return st.one_of(
        st.builds(During, moments),
        st.builds(During, st.none(), moments),
        spans.map(lambda two: During(two[0], two[1])),
    )


def leaves(
    texts: st.SearchStrategy[str],
    numbers: st.SearchStrategy[float],
    moments: st.SearchStrategy[int],
) -> st.SearchStrategy[Filter]:
    """One term each; ``texts`` are not blank."""
    ranges = st.tuples(numbers, numbers).map(ordered)
    measures = st.sampled_from(Measure)
    addresses = st.sampled_from(
        ["192.0.2.7", "192.0", "192.0.", "19", "2001:db8", "2001:DB8:", ":"]
    )
    return st.one_of(
        st.builds(Resembles, parties, texts | st.just("")),
        st.builds(DoneBy, texts | st.just("")),
        st.builds(
            Is,
            st.sampled_from([*Role]).filter(lambda role: role is not Role.ACCOUNT),
            ids.map(lambda many: tuple(dict.fromkeys(many))),
        ),
        st.builds(Mentions, texts),
        during(moments),
        st.lists(st.sampled_from(Kind), min_size=1, unique=True).map(
            lambda kinds: OfKind(tuple(kinds))
        ),
        st.builds(OfType, texts),
        st.builds(From, st.sampled_from(Origin)),
        st.builds(Compare, measures, st.sampled_from(Comparison), numbers),
        st.tuples(measures, ranges).map(lambda each: Between(each[0], *each[1])),
        st.builds(Reads, st.sampled_from(Side), texts | st.none()),
        st.builds(Has, st.sampled_from(Trait)),
        st.builds(Ruled, st.sampled_from(Rule)),
        st.builds(Carries, st.just(Trace.IP), addresses),
        st.builds(Carries, st.sampled_from([Trace.AGENT, Trace.REQUEST]), texts),
    )


def larger(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, inner))


trees: st.SearchStrategy[Filter] = st.recursive(
    leaves(said, numbers, moments), larger, max_leaves=6
)
"""All that the language can say."""

grades = st.sampled_from([None, "A-", "a-", "Très bien", "tres  BIEN", "60", "85%", "4,5", "none"])
scores = st.sampled_from([None, None, 0.0, 4.0, 4.5, 60.0])
points = st.sampled_from([None, 0.0, 5.0, 100.0])
agents = st.sampled_from([None, "Mozilla/5.0 Firefox", "curl/8", "Gerät 5"])
meeting_texts = st.sampled_from(
    ["a-", "A-", "tres bien", "ES B", "60", "5", "3", "2107~3", "ada", "ß", "grade_change", "Grade",
     "copied_from", "firefox", "gerat", "r1", "R1", "p1", "none", "%", "_", "明"]
)  # fmt: skip
meeting: st.SearchStrategy[Filter] = st.recursive(
    leaves(
        meeting_texts,
        st.sampled_from([-56.0, -0.5, 0.0, 0.5, 4.0, 4.5, 5.0, 60.0, 80.0, 85.0, 90.0]),
        st.integers(0, 9).map(lambda hour: hour * 3_600_000),
    ),
    larger,
    max_leaves=5,
)
"""Trees that the events of :func:`meetable` fit or nearly fit."""


def meetable() -> st.SearchStrategy[Event]:
    """Events of few values, hours apart, so that none is another's report."""
    maybe = st.none() | few_ids
    return st.builds(
        Event,
        key=st.uuids().map(lambda one: f"audit:{one}"),
        kind=st.sampled_from(Kind),
        type=st.sampled_from(["grade_change", "Grade_Change", "copied_from"]),
        at=st.integers(0, 9).map(lambda hour: hour * 3_600_000),
        seen_by=st.sampled_from([(Feed.AUDIT,), (Feed.LIVE,), (Feed.AUDIT, Feed.LIVE)]),
        account=maybe,
        course=maybe,
        assignment=maybe,
        student=maybe,
        grader=maybe,
        actor=maybe,
        before=st.builds(GradeState, grades, scores, points),
        after=st.builds(GradeState, grades, scores, points, posted=st.just(True)),
        flags=st.integers(0, sum(Flag)).map(Flag),
        request_id=st.sampled_from([None, "r1", "R1"]),
        page_view=st.sampled_from([None, "p1"]),
        client_ip=st.sampled_from(
            [None, "192.0.2.7", "192.0.20.7", "192.01.2.7", "2001:db8::1", "2001:DB8::2", "::1"]
        ),
        user_agent=agents,
        event_source=st.sampled_from([None, "manual", "SIS", "api"]),
    )
