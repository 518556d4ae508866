"""The judge itself: it finds nothing wrong with the truth, and each thing that may go wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.campaign.verdict import Held, Truth, faults
from tests.relay.serving import change
from tui.campus.live_events.outbox import Fate
from tui.campus.live_events.truth import LiveTruth
from tui.campus.truth import TrueChange
from tui.events.decode import decode
from tui.events.event import Event, Feed, Flag, GradeState, Kind
from tui.events.ids import CanvasId
from tui.journal.records import Gap, Labels, Stored

AT = 1_793_620_800_000
ROW = TrueChange(
    id="row-1",
    at=AT,
    visible=AT + 300,
    course=565,
    assignment=7,
    student=48,
    grader=987,
    before=None,
    after="1",
    excused_before=False,
    excused_after=False,
    anonymous=False,
    points_before=10.0,
    points_after=10.0,
    version=1,
)
AUDITED = Event(
    key="audit:row-1",
    kind=Kind.GRADE,
    type="grade_change",
    at=AT,
    seen_by=(Feed.AUDIT, Feed.LIVE),
    course=CanvasId.of(565),
    assignment=CanvasId.of(7),
    student=CanvasId.of(48),
    grader=CanvasId.of(987),
    before=GradeState(None, None, 10.0, excused=False),
    after=GradeState("1", None, 10.0, excused=False),
    version=1,
)


def emitted(number: int, row: str | None, fate: Fate = Fate.DELIVERED) -> LiveTruth:
    document = change(number)
    (sighting,) = decode(document).sightings
    return LiveTruth(
        number=number,
        name="grade_change",
        kind="grade",
        at=AT + 400,
        key=sighting.event.key,
        document=document,
        row=row,
        course=565,
        assignment=7,
        student=48,
        hidden=False,
        fate=fate,
    )


PAIRED, ALONE, DROPPED = emitted(1, "row-1"), emitted(2, None), emitted(3, None, Fate.DROPPED)
TRUTH = Truth((ROW,), (), (PAIRED, ALONE, DROPPED))


def stored(event: Event, live_key: str | None = None) -> Stored:
    return Stored(1, 1, 1, event, Labels(), live_key=live_key)


def heard(live: LiveTruth) -> Event:
    (sighting,) = decode(live.document).sightings
    return sighting.event


PAIR, LONE = stored(AUDITED, PAIRED.key), stored(heard(ALONE))
GAP = Gap(Feed.LIVE, "live events", AT, AT + 1_000, "begun anew")


def judged(*events: Stored, gaps: tuple[Gap, ...] = (), may_lose: bool = False) -> list[str]:
    return faults(TRUTH, Held(events, gaps), settled=AT + 5_000, may_lose=may_lose)


def test_the_truth_is_the_truth() -> None:
    assert judged(PAIR, LONE) == []


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ((LONE,), "audit:row-1 is missing"),
        ((PAIR, PAIR, LONE), "audit:row-1 is there 2 times"),
        ((PAIR,), "is lost"),
        ((PAIR, LONE, LONE), "is there 2 times"),
        ((PAIR, LONE, stored(heard(DROPPED))), "never posted"),
        ((PAIR, LONE, stored(heard(emitted(4, None)))), "never happened"),
        ((PAIR, LONE, stored(replace(AUDITED, key="audit:x"))), "not in the audit log"),
        ((stored(replace(AUDITED, seen_by=(Feed.AUDIT,))), LONE), "is lost"),
        (
            (stored(replace(AUDITED, seen_by=(Feed.AUDIT,))), stored(heard(PAIRED)), LONE),
            "not paired",
        ),
        ((stored(AUDITED, ALONE.key), stored(heard(PAIRED))), "paired wrongly"),
        ((stored(replace(AUDITED, after=GradeState("2")), PAIRED.key), LONE), "says"),
        ((stored(replace(AUDITED, student=None), PAIRED.key), LONE), "says"),
        (
            (stored(replace(AUDITED, flags=Flag.UNCONFIRMED), PAIRED.key), LONE),
            "is a pair and says",
        ),
        ((PAIR, stored(replace(heard(ALONE), at=AT - 9))), "says"),
        ((PAIR, stored(replace(heard(ALONE), seen_by=(Feed.AUDIT,)))), "stands alone and says"),
    ],
)
def test_each_fault_is_found(events: tuple[Stored, ...], words: str) -> None:
    assert any(words in fault for fault in judged(*events))


def test_a_double_without_a_row_may_be_taken_for_the_partner() -> None:
    def said(number: int, row: str | None, grade: str) -> LiveTruth:
        live = emitted(number, row)
        body = {"old_grade": None, "grade": grade, "grader_id": "21070000000000987"}
        return replace(live, document={**live.document, "body": {**body, "points_possible": 10.0}})

    own, double, other = said(5, "row-1", "1"), said(6, None, "1"), said(7, None, "2")
    truth = replace(TRUTH, live=(own, double, other))

    def judge(partner: LiveTruth, *alone: LiveTruth) -> list[str]:
        lone = (stored(replace(heard(one), key=one.key)) for one in alone)
        held = Held((stored(AUDITED, partner.key), *lone), ())
        found = faults(truth, held, settled=AT, may_lose=False)
        return [fault for fault in found if "not paired" in fault]

    assert judge(own, double, other) == []
    assert judge(double, own, other) == []
    assert judge(other, own, double)


def test_a_loss_is_no_fault_where_a_gap_says_so_and_there_may_be_one() -> None:
    assert judged(PAIR, gaps=(GAP,), may_lose=True) == []
    assert judged(PAIR, gaps=(GAP,))
    assert judged(PAIR, may_lose=True)
    assert judged(PAIR, gaps=(replace(GAP, start=AT + 60_000, end=AT + 61_000),), may_lose=True)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (replace(PAIRED, fate=Fate.PENDING), "no fate"),
        (replace(PAIRED, at=AT + 2_000), "is paired with"),
        (replace(PAIRED, at=AT - 1), "is paired with"),
    ],
)
def test_what_the_oracle_says_counts(other: LiveTruth, words: str) -> None:
    truth = replace(TRUTH, live=(other, ALONE))
    events = (LONE,) if other.fate is Fate.PENDING else (PAIR, LONE)
    found = faults(truth, Held(events, ()), settled=AT + 5_000, may_lose=False)
    assert any(words in fault for fault in found)


def test_a_row_that_canvas_shows_later_need_not_be_there_yet() -> None:
    late = replace(TRUTH, grades=(replace(ROW, visible=AT + 60_000),), live=(ALONE,))
    assert faults(late, Held((LONE,), ()), settled=AT + 5_000, may_lose=False) == []
