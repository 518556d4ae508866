"""The terms of the one filter, as the bar, a link and the line give them."""

from __future__ import annotations

from datetime import UTC

import pytest

from tests.app.school import NOON, NOW
from tui.app.filters import Field, Pick
from tui.app.inforce import InForce
from tui.app.wanted import Wanted, terms_of
from tui.events.ids import CanvasId
from tui.query.ast import (
    EVERYTHING,
    And,
    DoneBy,
    During,
    Is,
    Mentions,
    Not,
    OfKind,
    Or,
    Resembles,
    Role,
)
from tui.query.names import names_matter

ESSAY = Pick(Role.ASSIGNMENT, CanvasId.of(300), "Essay 1")


def in_force(**named: str) -> InForce:
    return InForce(named, lambda: NOW, UTC)


def typed(text: str) -> Wanted:
    filters = in_force()
    filters.type(text)
    assert filters.problem is None
    return filters.wanted


def asked(wanted: Wanted) -> object:
    filters = in_force()
    filters.want(wanted)
    assert filters.problem is None
    return filters.tree


def test_what_the_bar_holds_is_an_expression() -> None:
    wanted = Wanted().with_text(Field.STUDENT, " ann lima ").with_text(Field.TIME, "12:00..")
    assert wanted.text == 'student:"ann lima" at:12:00..'
    assert asked(wanted) == And((Resembles(Role.STUDENT, "ann lima"), During(NOON, None)))
    assert asked(Wanted().with_text(Field.GRADER, "gil")) == DoneBy("gil")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (Field.STUDENT, "ann lima"),
        (Field.STUDENT, "#40,#41"),
        (Field.COURSE, 'the "best" (new)'),
        (Field.GRADER, "o'neil"),
        (Field.TIME, "-2h"),
        (Field.TIME, "yesterday 14:30..16:00"),
    ],
)
def test_a_text_of_the_bar_comes_back_from_the_line(field: Field, text: str) -> None:
    wanted = Wanted().with_text(field, text)
    read = typed(wanted.text)
    assert read.field_text(field) == text
    assert not any(read.says_more(each) for each in Field)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("student:ann student:bo", {Field.STUDENT}),
        ("student:ann OR grader:gil", {Field.STUDENT, Field.GRADER}),
        ("-course:565 student:ann", {Field.COURSE}),
        ("since:-2h student:ann", {Field.TIME}),
        ("at:-2h is:regrade essay", set[Field]()),
    ],
)
def test_a_field_says_what_it_cannot_show(text: str, more: set[Field]) -> None:
    wanted = typed(text)
    assert {field for field in Field if wanted.says_more(field)} == more
    assert all(wanted.field_text(field) == "" for field in more)


def test_a_field_leaves_the_terms_of_others_and_brackets_alternatives() -> None:
    wanted = typed("essay OR quiz").with_text(Field.STUDENT, "ann")
    assert wanted.text == "(essay OR quiz) student:ann"
    assert asked(wanted) == And(
        (Or((Mentions("essay"), Mentions("quiz"))), Resembles(Role.STUDENT, "ann"))
    )
    assert typed("(essay OR quiz)").with_text(Field.STUDENT, "a").text.count("(") == 1
    assert wanted.with_text(Field.STUDENT, "  ").text == "essay OR quiz"


def test_a_pick_is_exact_and_gives_way_to_another_of_its_role() -> None:
    two = Pick(Role.ASSIGNMENT, CanvasId.of(301), "Essay 2")
    wanted = Wanted().with_pick(ESSAY).with_pick(two)
    assert asked(wanted) == Is(Role.ASSIGNMENT, (CanvasId.of(301),))
    assert wanted.words(60) == "assignment:#301 (Essay 2)"
    assert wanted.words(20) == "assignment:#301"
    assert wanted.words(10) == "assignmen…"


def test_a_name_known_from_a_link_survives_the_line() -> None:
    filters = in_force()
    filters.want(Wanted().with_pick(ESSAY))
    filters.type("assignment:#300 is:regrade")
    assert filters.words(99, redacted=False) == "filter: assignment:#300 (Essay 1) is:regrade"
    assert filters.words(99, redacted=True) == "filter"


def test_terms_that_are_added_take_the_place_of_those_of_their_field() -> None:
    wanted = typed("student:ann since:-2h is:regrade")
    added = in_force().read("student:#40 at:12:00..13:00 is:flagged rule:jump")
    wanted = wanted.with_terms(terms_of(added))
    assert wanted.text == "student:#40 at:12:00..13:00 is:regrade is:flagged rule:jump"
    assert wanted.with_terms(terms_of(added)).text == wanted.text


def test_off_it_asks_for_everything_and_keeps_what_it_holds() -> None:
    wanted = Wanted().with_text(Field.STUDENT, "an")
    off = wanted.switched()
    assert asked(off) == EVERYTHING
    assert off.field_text(Field.STUDENT) == "an"
    assert off.switched() == wanted
    assert off.with_text(Field.STUDENT, "ana").on


def test_what_cannot_be_read_leaves_the_last_good_filter_in_force() -> None:
    filters = in_force(big="delta:<-20")
    assert filters.type("student:ann")
    tree = filters.tree
    assert not filters.type("student:ann delta:x")
    assert filters.problem is not None
    assert filters.problem.column == 19
    assert (filters.tree, filters.wanted.text) == (tree, "student:ann")
    assert filters.words(99, redacted=False) == "last good filter: student:ann"
    filters.want(filters.wanted.with_text(Field.TIME, "soon"))
    assert filters.problem is not None
    assert (filters.tree, filters.wanted.field_text(Field.TIME)) == (tree, "soon")
    assert filters.type("@big")
    assert filters.problem is None
    assert filters.type("  ")
    assert filters.tree == EVERYTHING


def test_the_beginning_of_a_field_is_no_word_that_stays_in_force() -> None:
    filters = in_force()
    filters.type("is:regrade del")
    filters.type("is:regrade delta:")
    assert filters.words(99, redacted=False) == "last good filter: is:regrade"
    filters.type("is:regrade delta:>")
    assert filters.words(99, redacted=False) == "last good filter: is:regrade"
    filters.type("student:ann essay")
    filters.type("student:ann essay delta:")
    assert filters.words(99, redacted=False) == "last good filter: student:ann essay"


def test_only_filters_by_name_depend_on_names() -> None:
    name = Resembles(Role.STUDENT, "an")
    assert names_matter(And((EVERYTHING, Or((Not(name),)))))
    assert not names_matter(And((Is(Role.STUDENT, ()), Not(During(1, 2)), OfKind(()))))
