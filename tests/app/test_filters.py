"""What the filter bar holds becomes the one filter."""

from __future__ import annotations

from datetime import UTC

import pytest

from tests.app.school import NOON, NOW
from tui.app.filters import Bar, Field, Pick, names_matter
from tui.events.event import Kind
from tui.events.ids import CanvasId
from tui.query.ast import EVERYTHING, And, During, Is, Not, OfKind, Or, Resembles, Role
from tui.query.span import SpanError


def asked(bar: Bar) -> object:
    return bar.filter(now_ms=NOW, zone=UTC)


def test_texts_resemble_and_times_are_spans() -> None:
    bar = Bar().with_text(Field.STUDENT, " an ").with_text(Field.TIME, "12:00..")
    assert asked(bar) == And((Resembles(Role.STUDENT, "an"), During(NOON, None)))
    assert asked(Bar().with_text(Field.COURSE, "565")) == Resembles(Role.COURSE, "565")


def test_the_grader_field_finds_whom_the_column_names() -> None:
    editor = And((OfKind((Kind.COURSE,)), Resembles(Role.ACTOR, "gil")))
    bar = Bar().with_text(Field.GRADER, "gil")
    assert asked(bar) == Or((Resembles(Role.GRADER, "gil"), editor))


def test_a_pick_is_exact_and_gives_way_to_another_of_its_role() -> None:
    one, two = CanvasId.of(1), CanvasId.of(2)
    bar = Bar().with_pick(Pick(Role.ASSIGNMENT, one, "Essay 1"))
    bar = bar.with_pick(Pick(Role.ASSIGNMENT, two, "Essay 2"))
    assert asked(bar) == Is(Role.ASSIGNMENT, (two,))
    assert bar.words() == "assignment Essay 2"


def test_off_it_asks_for_everything_and_keeps_what_it_holds() -> None:
    bar = Bar().with_text(Field.STUDENT, "an")
    off = bar.switched()
    assert asked(off) == EVERYTHING
    assert off.text(Field.STUDENT) == "an"
    assert off.switched() == bar
    assert off.with_text(Field.STUDENT, "ana").on


def test_blank_fields_ask_for_nothing() -> None:
    bar = Bar().with_text(Field.STUDENT, "an").with_text(Field.STUDENT, "  ")
    assert bar.empty
    assert asked(bar) == EVERYTHING


def test_a_time_nobody_can_read_is_an_error() -> None:
    with pytest.raises(SpanError):
        asked(Bar().with_text(Field.TIME, "soon"))


def test_only_filters_by_name_depend_on_names() -> None:
    name = Resembles(Role.STUDENT, "an")
    assert names_matter(And((EVERYTHING, Or((Not(name),)))))
    assert not names_matter(And((Is(Role.STUDENT, ()), Not(During(1, 2)), OfKind(()))))
