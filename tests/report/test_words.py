from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.samples import grade_event, stored
from tui.events.event import Change, Event, Feed, Flag, GradeState, Kind, Links
from tui.events.ids import CanvasId
from tui.events.text import clean
from tui.journal.records import Labels
from tui.query.ast import Role
from tui.report.words import (
    TimeStyle,
    change_words,
    delta_words,
    flag_letters,
    flag_names,
    grade_words,
    number_words,
    party_words,
    time_words,
    who_words,
)


@pytest.mark.parametrize(
    ("state", "words", "with_points"),
    [
        (GradeState(), "–", "–"),
        (GradeState(grade=""), "–", "–"),
        (GradeState(grade="4", points_possible=10), "4", "4/10"),
        (GradeState(grade="A-", score=9.0, points_possible=10), "A-", "A-"),
        (GradeState(grade="85%", points_possible=10), "85%", "85%"),
        (GradeState(score=8.5, points_possible=10), "8.5", "8.5/10"),
        (GradeState(grade="4", points_possible=0), "4", "4"),
        (GradeState(excused=True), "EX", "EX"),
        (GradeState(grade="4", excused=True), "EX", "EX"),
    ],
)
def test_a_grade_reads_as_canvas_shows_it(state: GradeState, words: str, with_points: str) -> None:
    assert grade_words(state) == words
    assert grade_words(state, out_of=True) == with_points


def _course_event(
    wire_type: str, links: Links | None = None, **changes: tuple[object, object]
) -> Event:
    return grade_event(
        kind=Kind.COURSE,
        type=wire_type,
        changes={field: Change(*pair) for field, pair in changes.items()},
        links=links or Links(),
    )


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (grade_event(before=GradeState("4"), after=GradeState("5")), "4 → 5"),
        (grade_event(before=GradeState(), after=GradeState("5")), "– → 5"),
        (grade_event(before=GradeState("5"), after=GradeState(excused=True)), "5 → EX"),
        (
            grade_event(
                before=GradeState("4", points_possible=5), after=GradeState("4", points_possible=8)
            ),
            "4/5 → 4/8",
        ),
        (
            grade_event(before=GradeState("B", 8.0), after=GradeState("B", 8.5)),
            "B (8) → B (8.5)",
        ),
        (
            grade_event(key="caliper:urn:uuid:1", before=GradeState(), after=GradeState("5")),
            "? → 5",
        ),
        (
            grade_event(kind=Kind.OVERRIDE, before=GradeState("70%"), after=GradeState("80%")),
            "70% → 80%",
        ),
        (_course_event("updated", name=("Course 1", "Course 2")), "name: Course 1 → Course 2"),
        (
            _course_event(
                "updated", is_public=(False, True), name=("A", "B"), start_at=(None, "x")
            ),
            "name: A → B, +2 more",
        ),
        (_course_event("updated", is_public=(False, True)), "is public: no → yes"),
        (_course_event("created", name=(None, "Course 1")), "created: name: Course 1"),
        (_course_event("published"), "published"),
        (_course_event("claimed"), "unpublished"),
        (_course_event("course_updated"), "updated"),
        (
            _course_event("copied_from", links=Links(copied_from=CanvasId.of(12))),
            "copied from #12",
        ),
        (
            grade_event(
                kind=Kind.COURSE_SCORE,
                type="course_grade_change",
                changes={
                    "current_score": Change(80.0, 81.0),
                    "final_score": Change(70.0, 71.5),
                    "unposted_final_score": Change(70.0, 70.0),
                },
            ),
            "80 → 81",
        ),
        (
            grade_event(
                kind=Kind.COURSE_SCORE,
                type="course_grade_change",
                changes={
                    "current_score": Change(80.0, 80.0),
                    "unposted_current_score": Change(70.0, 71.5),
                },
            ),
            "unposted 70 → 71.5",
        ),
        (
            grade_event(
                key="live:1",
                seen_by=(Feed.LIVE,),
                before=GradeState("8", 8.0),
                after=GradeState("8", 8.0, posted=True),
            ),
            "8 posted",
        ),
        (grade_event(kind=Kind.OTHER, type="quiz_submitted"), "quiz submitted"),
    ],
)
def test_a_change_is_said_in_a_few_words(event: Event, words: str) -> None:
    assert change_words(event) == words


@pytest.mark.parametrize(
    ("delta", "words"),
    [(None, ""), (0.0, "0"), (-0.0, "0"), (1.0, "+1"), (-0.5, "-0.5"), (1e-7, "+0.0000001")],
)
def test_a_delta_has_its_sign(delta: float | None, words: str) -> None:
    assert delta_words(delta) == words


@given(st.floats())
def test_any_number_can_be_said_and_read_back(number: float) -> None:
    words = number_words(number)
    assert float(words) == number or number != number
    assert clean(words) == words


def test_flags_have_the_names_and_the_order_of_the_contract() -> None:
    everything = Flag(0)
    for flag in Flag:
        everything |= flag
    assert flag_names(everything) == (
        "automatic",
        "anonymous",
        "hidden_student",
        "excused",
        "regrade",
        "masquerade",
        "override",
        "unposted",
        "unconfirmed",
    )
    assert flag_names(Flag(0)) == ()
    assert len(set(flag_letters(everything))) == len(everything)


def test_a_party_without_a_name_says_why() -> None:
    student = CanvasId.of(9)
    named = stored(grade_event(student=student), Labels(student="Ana"))
    unnamed = stored(grade_event(student=student))
    hidden = stored(grade_event(student=None, flags=Flag.HIDDEN_STUDENT))
    automatic = stored(grade_event(grader=None, flags=Flag.AUTOMATIC))
    override = stored(grade_event(kind=Kind.OVERRIDE, assignment=None))
    assert party_words(named, Role.STUDENT) == "Ana"
    assert party_words(unnamed, Role.STUDENT) == "#9"
    assert party_words(hidden, Role.STUDENT) == "hidden"
    assert party_words(automatic, Role.GRADER) == "automatic"
    assert party_words(override, Role.ASSIGNMENT) == "final grade"


def test_who_did_it_is_the_grader_else_the_actor_and_names_a_masquerade() -> None:
    labels = Labels(grader="Gil", actor="Ada", real_actor="Root")
    someone = CanvasId.of(1)
    graded = stored(grade_event(grader=someone, actor=someone), labels)
    edited = stored(grade_event(kind=Kind.COURSE, grader=None, actor=someone), labels)
    masked = stored(grade_event(grader=someone, real_actor=someone), labels)
    assert who_words(graded) == "Gil"
    assert who_words(edited) == "Ada"
    assert who_words(masked) == "Root as Gil"


def test_times_are_written_in_the_asked_zone() -> None:
    ms = 1_342_731_600_000
    assert time_words(ms, UTC) == "2012-07-19 21:00:00"
    assert time_words(ms, timezone(timedelta(hours=2)), TimeStyle.CLOCK) == "23:00:00"
