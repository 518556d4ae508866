"""What comes later changes what is said of what came before, as far as a rule looks."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace

from tests.journal.making import NOW, a_grade, batch_of
from tests.rules.judged import judge_of, plainly, said
from tui.events.attention import Rule
from tui.events.event import Event, Flag, GradeState
from tui.journal.journal import Journal

MINUTE = 60_000
HOUR = 60 * MINUTE


def regrade(number: int, at: int, *, request: str | None = None, up: bool = True) -> Event:
    low, high = GradeState("5", points_possible=10.0), GradeState("6", points_possible=10.0)
    return replace(
        a_grade(number, at=at, student=20 + number),
        before=low if up else high,
        after=high if up else low,
        flags=Flag.REGRADE,
        page_view=request,
    )


def _one_by_one(events: Iterable[Event]) -> list[set[str]]:
    """After each arrival: which events a burst or a regrade is said of; each time as if afresh."""
    after: list[set[str]] = []
    with (
        closing(Journal.open(None, now=lambda: NOW)) as journal,
        closing(judge_of(journal)) as judge,
    ):
        for event in events:
            journal.record(batch_of(event))
            judge.catch_up()
            assert said(journal) == plainly(journal)
            after.append(
                {
                    key
                    for key, hits in said(journal).items()
                    if {hit.rule for hit in hits} & {Rule.BURST, Rule.REGRADE}
                }
            )
    return after


def test_a_burst_that_goes_on_is_said_of_how_it_began() -> None:
    times = [NOW - 5 * HOUR, *(NOW + number * 11 * MINUTE for number in range(6))]
    _one_by_one(regrade(number, at) for number, at in enumerate(times))
    _one_by_one(reversed([regrade(number, at) for number, at in enumerate(times)]))


def test_a_request_that_turns_out_to_be_an_import_is_no_regrade_by_hand() -> None:
    request = "0123456789abcdef0123456789abcdef"
    rows = [regrade(number, NOW + number * HOUR, request=request) for number in range(6)]
    found = _one_by_one(rows)
    assert len(found[2]) == 3
    assert found[-1] == set()
    assert _one_by_one(reversed(rows))[-1] == set()


def test_one_who_comes_to_be_known_was_a_stranger_before() -> None:
    others = [
        replace(regrade(number, NOW - HOUR + number * MINUTE), grader=a_grade(1, grader=9).grader)
        for number in range(1, 7)
    ]
    own = [regrade(10 + number, NOW + number * HOUR) for number in range(5)]
    _one_by_one([*own, *others])
    _one_by_one([*reversed(others), *reversed(own)])
