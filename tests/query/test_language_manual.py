"""The manual is the grammar's own; what is offered while typing can be read."""

from __future__ import annotations

import pytest

from tests.query.trees import BERLIN, NOON
from tui.events.event import Kind
from tui.events.ids import CanvasId
from tui.query.ast import EVERYTHING, DoneBy, Filter, InGroup, Is, OfKind, Resembles, Role
from tui.query.language import (
    FIELDS,
    Expression,
    complete,
    help_entries,
    parse,
    print_filter,
    quote,
    word_start,
)
from tui.query.words import to_words

CONTRACT = (
    "course assignment student grader actor kind type source before after delta score points "
    "percent is rule ip agent request since until at"
)


def read(text: str) -> Expression:
    return parse(text, now_ms=NOON, zone=BERLIN, named={"mine": "ada"})


def test_there_are_the_fields_that_were_promised() -> None:
    assert list(FIELDS) == CONTRACT.split()


@pytest.mark.parametrize("name", FIELDS)
def test_each_field_says_what_it_is_with_examples_that_can_be_read(name: str) -> None:
    entry = next(entry for entry in help_entries() if entry.form == f"{name}:")
    assert entry.words
    assert entry.examples
    for example in entry.examples:
        assert f"{name}:" in example
        assert read(example).tree != EVERYTHING
        assert to_words(read(example).tree, zone=BERLIN)
    for value in (*entry.values, *FIELDS[name].values):
        if value not in {">", ">=", "<", "<=", "="}:
            assert read(f"{name}:{value}").clauses[0].field == name


def test_the_manual_tells_how_terms_are_joined_too() -> None:
    for entry in help_entries():
        assert entry.words
        for example in entry.examples:
            assert read(example).tree != EVERYTHING
    assert {"a OR b", "-a", "( )", "@name"} <= {entry.form for entry in help_entries()}


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("stu", ["student:"]),
        ("ada -s", ["student:", "source:", "score:", "since:"]),
        ("(gr", ["grader:"]),
        ("rule:bu", ["rule:burst"]),
        ("is:ma", ["is:masquerade", "is:marked"]),
        ("IS:MAS", ["is:masquerade"]),
        ("kind:course", ["kind:course_score"]),
        ("@m", ["@mine"]),
        ("student:a", []),
        ("zzz:", []),
        ('student:"', []),
    ],
)
def test_what_can_stand_at_the_cursor_is_offered(text: str, offered: list[str]) -> None:
    assert complete(text, len(text), ["mine"]) == offered


def test_what_is_offered_takes_the_place_of_the_word_before_the_cursor() -> None:
    text = "ada -(is:ma OR x"
    start = word_start(text, 11)
    taken = text[:start] + complete(text, 11)[1] + text[11:]
    assert taken == "ada -(is:marked OR x"
    assert complete("", 0) == [f"{name}:" for name in FIELDS]


def test_a_clause_knows_its_field_and_value_where_it_is_only_that() -> None:
    found = read('student:"Ada L" -grader:x course:#5 (ip:1) after:"60" at:"14:30" ada')
    assert [(clause.text, clause.field, clause.value) for clause in found.clauses] == [
        ('student:"Ada L"', "student", "Ada L"),
        ("-grader:x", None, None),
        ("course:#5", "course", "#5"),
        ("(ip:1)", None, None),
        ('after:"60"', None, None),  # the value bare would be a number
        ('at:"14:30"', "at", "14:30"),
        ("ada", None, None),
    ]
    assert read(" ").clauses == ()
    assert len(read("ada OR bo").clauses) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ada", "ada"),
        ("Ada L", '"Ada L"'),
        ('a "b"', '"a \\"b\\""'),
        ("c:\\x y", '"c:\\\\x y"'),
        ("a(b)", '"a(b)"'),
        ("'t Hooft", '"\'t Hooft"'),
        ("O'Neil", "O'Neil"),
        ("#5", "#5"),
        ("14:30", "14:30"),
        ("", '""'),
    ],
)
def test_a_value_is_quoted_where_it_must_be(value: str, text: str) -> None:
    assert quote(value) == text
    assert read(f"student:{text}").clauses[0].value == value


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (Is(Role.GRADER, (CanvasId(0, 5), CanvasId(2107, 48))), "grader:#5,#21070000000000048"),
        (DoneBy("#5"), 'grader:"#5"'),
        (Resembles(Role.COURSE, "bio 101"), 'course:"bio 101"'),
        (OfKind((Kind.GRADE, Kind.COURSE)), "kind:grade,course"),
        (read("at:14:30").tree, "at:2026-11-18T14:30..2026-11-18T14:31"),
        (read("since:2026-11-01").tree, "since:2026-11-01T00:00"),
        (read("2h -60 -x").tree, '"2h" -60 -x'),
        (read("(a b) OR NOT (c OR d)").tree, "(a b) OR -(c OR d)"),
    ],
)
def test_a_tree_is_written_as_a_person_writes_it(tree: Filter, text: str) -> None:
    assert print_filter(tree, zone=BERLIN) == text


@pytest.mark.parametrize("tree", [InGroup(3), Is(Role.ACCOUNT, (CanvasId(0, 1),))])
def test_what_the_language_cannot_say_is_not_written(tree: Filter) -> None:
    with pytest.raises(ValueError, match="no filter is written so"):
        print_filter(tree, zone=BERLIN)
