"""An inquiry: all that the journal knows of one thing, summed up rightly, and nothing hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import fsum

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.app.school import edited, graded, journal_of, total
from tests.kept import kept
from tui.events.attention import Rule
from tui.events.delta import delta
from tui.events.event import Event, Flag, GradeState, Kind, Thing
from tui.events.ids import CanvasId
from tui.journal.hits import Verdict
from tui.query.ast import Role
from tui.report.inquiry import inquire as inquiring
from tui.report.inquiry.inquire import inquire
from tui.report.inquiry.inquiry import Inquiry
from tui.report.inquiry.subject import Subject
from tui.report.redact import Redactor

ANA = Subject(Role.STUDENT, CanvasId.of(40))
GIL = Subject(Role.GRADER, CanvasId.of(980))
HANA = Subject(Role.GRADER, CanvasId.of(981))
ESSAY = Subject(Role.ASSIGNMENT, CanvasId.of(300))
BIOLOGY = Subject(Role.COURSE, CanvasId.of(565))


def found(subject: Subject, events: Sequence[Event]) -> Inquiry:
    return steps(subject, events)[-1]


def steps(subject: Subject, events: Sequence[Event]) -> list[Inquiry]:
    reader = kept(journal_of(events)).reader()
    return list(inquire(reader, subject))


def override(number: int) -> Event:
    return graded(
        number,
        kind=Kind.OVERRIDE,
        assignment=None,
        before=GradeState("70%"),
        after=GradeState("90%"),
        flags=Flag.OVERRIDE | Flag.REGRADE,
    )


def hidden(number: int) -> Event:
    event = graded(number)
    return replace(event, student=None, flags=event.flags | Flag.HIDDEN_STUDENT)


def test_about_a_student_changes_are_by_assignment_and_in_order_of_time() -> None:
    events = [graded(number) for number in range(50)]
    inquiry = found(ANA, [*events, override(56), total(7)])
    own = [event for event in events if event.student == ANA.id]
    assert inquiry.name == "Ana Lima"
    assert inquiry.tally.changes == len(own) + 1
    names = [
        "final grade" if (work := each.topic.assignment) is None else str(work)
        for each in inquiry.sections
    ]
    assert sorted(names) == ["300", "301", "302", "303", "final grade"]
    assert names[0] == "final grade"  # what changed last comes first
    for section in inquiry.sections:
        times = [each.event.at for each in section.events]
        assert times == sorted(times)
        assert len(times) == section.tally.changes
    assert [each.event.kind for each in inquiry.overrides] == [Kind.OVERRIDE]
    assert {share.party for share in inquiry.graders} <= {CanvasId.of(980 + n) for n in range(3)}
    assert sum(share.tally.changes for share in inquiry.graders) == inquiry.tally.changes


def test_an_override_is_counted_and_its_percents_are_not_added_to_points() -> None:
    inquiry = found(ANA, [override(0), graded(7, before=GradeState("3"), after=GradeState("5"))])
    assert (inquiry.tally.overrides, inquiry.tally.raised, inquiry.tally.net) == (1, 2, 2.0)


def test_a_grader_is_also_who_edited_courses() -> None:
    inquiry = found(HANA, [*(graded(number) for number in range(9)), edited(20)])
    assert inquiry.tally.changes == 4
    assert {each.topic.kind for each in inquiry.sections} == {Kind.GRADE, Kind.COURSE}


def test_about_an_assignment_changes_are_by_student_and_the_hidden_are_nobody() -> None:
    secret = [hidden(number) for number in (0, 4, 8)]
    inquiry = found(ESSAY, secret)
    (section,) = inquiry.sections
    assert section.topic.student is None
    assert (inquiry.hidden, section.tally.changes) == (3, 3)
    assert all(Role.STUDENT not in roles for roles in inquiry.parties.values())
    assert not any(thing is Thing.USER and str(one)[0] == "4" for thing, one in inquiry.names)


def test_a_student_is_not_found_by_what_canvas_hides() -> None:
    assert found(ANA, [hidden(0), hidden(28)]).tally.changes == 0


def test_what_rules_and_people_point_at_is_there() -> None:
    journal = kept(journal_of([graded(0), graded(7), graded(14)]))
    reader = journal.reader()
    rows = [slot.id for slot in reader.slots(ANA.wheres[0], limit=9)]
    journal.mark(rows[0], "ask Gil")
    docket = journal.docket()
    docket.claim("a test", "its settings", take_over=True)
    verdict = Verdict(Rule.JUMP, [rows[1]], {rows[1]: "by 40 of 50 points"})
    docket.put("a test", "its settings", [verdict])
    inquiry = list(inquire(reader, ANA))[-1]
    assert [each.mark for each in inquiry.marked] == ["ask Gil"]
    assert [each.hits[0].rule for each in inquiry.flagged] == [Rule.JUMP]


def test_redacted_it_has_pseudonyms_and_no_names() -> None:
    journal = kept(journal_of([graded(number) for number in range(20)]))
    inquiry = list(inquire(journal.reader(), ANA, Redactor(journal)))[-1]
    said = [inquiry.name, *inquiry.names.values()]
    said += [
        name
        for section in inquiry.sections
        for each in section.events
        for name in (each.labels.student, each.labels.grader, each.labels.assignment)
        if name is not None
    ]
    assert inquiry.redacted
    assert all(name.split()[0] in {"Student", "Grader", "Asgmt", "Crs"} for name in said)
    assert inquiry.called(Thing.USER, CanvasId.of(9_999)) == "[redacted]"


def test_a_little_is_known_at_once_and_more_with_every_step() -> None:
    number = inquiring.EVENTS_AT_MOST + 700
    told = steps(BIOLOGY, [graded(each) for each in range(number)])
    counts = [each.tally.changes for each in told]
    assert counts == sorted(counts)
    assert [each.complete for each in told] == [False] * (len(told) - 1) + [True]
    assert 0 < counts[0] < number == counts[-1]
    last = told[-1]
    assert sum(len(each.events) for each in last.sections) == inquiring.EVENTS_AT_MOST
    assert sum(each.left_out for each in last.sections) == 700


@st.composite
def changes(draw: st.DrawFn) -> Event:
    """A change by one of three graders, or nobody, of a grade that may be no number."""
    kind = draw(st.sampled_from([Kind.GRADE, Kind.GRADE, Kind.OVERRIDE]))
    old = draw(st.none() | st.sampled_from(["0", "1.5", "7", "A-", "85%"]))
    new = draw(st.none() | st.sampled_from(["0", "2.25", "9", "B+", "91%"]))
    grader = draw(st.none() | st.integers(980, 982))
    regrade = Flag.REGRADE if old is not None and new is not None else Flag(0)
    return graded(
        draw(st.integers(0, 5000)),
        kind=kind,
        before=GradeState(old),
        after=GradeState(new),
        student=CanvasId.of(draw(st.integers(40, 42))),
        grader=None if grader is None else CanvasId.of(grader),
        assignment=None if kind is Kind.OVERRIDE else CanvasId.of(draw(st.integers(300, 303))),
        flags=regrade | (Flag.AUTOMATIC if grader is None else Flag(0)),
    )


@settings(max_examples=40)
@given(
    events=st.lists(changes(), max_size=30, unique_by=lambda event: event.key),
    subject=st.sampled_from([ANA, GIL, ESSAY, BIOLOGY]),
)
def test_totals_are_those_of_a_plain_count(events: list[Event], subject: Subject) -> None:
    journal = journal_of(events)
    try:
        inquiry = list(inquire(journal.reader(), subject))[-1]
    finally:
        journal.close()
    own = [
        event
        for event in events
        if subject.id in (event.student, event.grader, event.assignment, event.course)
    ]
    moves = [(event.kind, delta(event.before, event.after)) for event in own]
    tally = inquiry.tally
    assert tally.changes == len(own)
    assert tally.regrades == sum(Flag.REGRADE in event.flags for event in own)
    assert tally.firsts == sum(
        event.kind is Kind.GRADE and event.before.grade is None and event.after.grade is not None
        for event in own
    )
    assert tally.automatic == sum(event.grader is None for event in own)
    assert tally.overrides == sum(event.kind is Kind.OVERRIDE for event in own)
    assert tally.raised == sum(moved is not None and moved > 0 for _, moved in moves)
    assert tally.lowered == sum(moved is not None and moved < 0 for _, moved in moves)
    assert tally.net == fsum(moved for kind, moved in moves if kind is Kind.GRADE and moved)
    assert tally.first_at == min((event.at for event in own), default=None)
    assert tally.last_at == max((event.at for event in own), default=None)
    for part in ("changes", "regrades", "raised", "lowered"):
        summed = sum(getattr(each.tally, part) for each in inquiry.sections)
        assert summed == getattr(tally, part)
    keys = {each.event.key for section in inquiry.sections for each in section.events}
    assert keys == {event.key for event in own}
