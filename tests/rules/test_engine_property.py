"""What the rules say never depends on how the events came: piecemeal, backwards, confirmed, …."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journal.making import NOW
from tests.rules.judged import (
    DAY,
    afresh,
    histories,
    judge_of,
    judged,
    live_of,
    plainly,
    said,
    stored,
)
from tui.events.event import Event, Flag, GradeState, Kind, Sighting
from tui.journal.journal import Journal
from tui.journal.records import Batch

slow = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
Step = Callable[[Journal], object]


def _record(*events: Event, place: int) -> Step:
    sightings = tuple(Sighting(event, "{}") for event in events)
    return lambda journal: journal.record(Batch(sightings=sightings, place=place, step=-1))


def _judge_some(steps: int, bite: int, many: int = 1000) -> Step:
    """Judge, and end in the middle of it as if killed."""

    def judge(journal: Journal) -> None:
        judge = judge_of(journal, bite=bite, many=many)
        for _ in range(steps):
            if not judge.step().left:
                break
        judge.close()  # the lease of a killed one ends by time, and this clock stands

    return judge


def _hidden(event: Event) -> Event:
    """As the log tells it while its assignment is anonymous."""
    return replace(event, student=None, flags=event.flags | Flag.HIDDEN_STUDENT)


def _another_grade(event: Event) -> Event:
    return replace(event, after=GradeState(grade="7", points_possible=10.0))


some = st.sampled_from([2, 9, 500, 500])
"""Steps of judging: a few, or until there is nothing left."""


@st.composite
def runs(draw: st.DrawFn) -> list[Step]:
    """One history, arriving in pieces, with judging in between."""
    history = draw(histories)
    newest_first = draw(st.booleans())
    order = (
        sorted(history, key=lambda event: event.at, reverse=True)
        if newest_first
        else draw(st.permutations(history))
    )
    steps: list[Step] = []
    place = 1_000_000 if newest_first else 0
    many = draw(st.sampled_from([5, 1000, 1000]))
    while order:
        size = draw(st.integers(1, 8))
        piece, order = order[:size], order[size:]
        place += -100 if newest_first else 100
        if draw(st.booleans()):
            lives = [live_of(event) for event in piece if event.kind is not Kind.COURSE]
            steps.append(_record(*lives, place=place + 50))
            if draw(st.booleans()):
                steps.append(_judge_some(draw(some), draw(st.integers(1, 9)), many))
        steps.append(_record(*piece, place=place))
        if draw(st.booleans()):
            steps.append(_judge_some(draw(some), draw(st.integers(1, 9)), many))
    for revised in draw(st.lists(st.sampled_from(history), max_size=2)):
        steps.append(_record(_another_grade(revised), place=place))
        steps.append(_judge_some(draw(some), 3))
    for unseen in draw(st.lists(st.sampled_from(history), max_size=2)):
        if unseen.kind is not Kind.COURSE:
            steps.append(_record(_hidden(unseen), place=place))
            steps.append(_judge_some(draw(some), 3))
            if draw(st.booleans()):
                steps.append(_record(unseen, place=place))
    if draw(st.booleans()):
        before = NOW - NOW % DAY - draw(st.integers(0, 9)) * DAY
        steps.append(lambda journal: journal.purge(before))
    return steps


@slow
@given(runs(), st.integers(1, 40))
def test_piecemeal_judging_says_what_a_judging_of_everything_says(
    steps: list[Step], bite: int
) -> None:
    with closing(Journal.open(None, now=lambda: NOW)) as journal:
        for step in steps:
            step(journal)
        judged(journal, bite=bite)
        found = said(journal)
        assert found == plainly(journal)
        with closing(afresh(journal)) as other:
            judged(other, bite=bite)
            assert said(other) == plainly(other)
            # What is hidden now hides more of what is told afterwards than of what was told before.
            same = [row.event for row in stored(other)] == [row.event for row in stored(journal)]
            assert not same or said(other) == found
