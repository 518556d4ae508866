"""What is read, written and read again is the same filter; what cannot be read is said so."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from tests.query.trees import BERLIN, NOON, round_numbers, texts, trees
from tui.events.text import clean
from tui.query.ast import Compare, Comparison, Filter, Measure
from tui.query.language import Expression, FilterError, complete, parse, print_filter, quote

PIECES = [
    "(", ")", " ", "-", " OR ", " AND ", "NOT ", '"', "'", "“", "”", "\\", ":", "@mine", "@circle",
    "student:", "course:", "grader:", "kind:", "delta:", "after:", "is:", "rule:", "ip:", "at:",
    "since:", "until:", "request:", ">", "<=", "5", "-2.5", "60..70", "..", "none", "regrade",
    "jump", "ada", "é", "#5", ",", "192.0", "14:30", "today", "-2h", "2026-11-01", "studnet:x",
]  # fmt: skip
NAMED = {"mine": "is:regrade -is:automatic", "circle": "x @circle"}


def read(text: str) -> Expression:
    return parse(text, now_ms=NOON, zone=BERLIN, named=NAMED)


def mistake(text: str) -> FilterError | None:
    try:
        read(text)
    except FilterError as wrong:
        return wrong
    return None


@given(trees)
@example(Compare(Measure.AFTER, Comparison.EQUAL, 1e22))
def test_a_tree_that_is_written_reads_as_that_tree(tree: Filter) -> None:
    assert read(print_filter(tree, zone=BERLIN)).tree == tree


@given(st.lists(st.sampled_from(PIECES) | texts, max_size=12).map("".join))
def test_a_text_reads_as_what_it_is_written_as_or_says_where_it_is_wrong(text: str) -> None:
    wrong = mistake(text)
    if wrong is None:
        found = read(text).tree
        assert read(print_filter(found, zone=BERLIN)).tree == found
        return
    assert 1 <= wrong.column <= len(text) + 1
    assert wrong.wrong
    assert wrong.expected
    assert str(wrong) == clean(str(wrong))


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_the_clauses_are_the_filter(text: str) -> None:
    if mistake(text) is not None:
        return
    found = read(text)
    parts = [clause.text for clause in found.clauses]
    assert [read(part).tree for part in parts] == [clause.tree for clause in found.clauses]
    if len(parts) != 1:
        assert read(" ".join(parts)).tree == found.tree
    for clause in found.clauses:
        if clause.field is not None and clause.value is not None:
            assert read(f"{clause.field}:{quote(clause.value)}").tree == clause.tree


@given(st.lists(st.sampled_from(PIECES) | texts, max_size=6).map("".join), st.integers(0, 40))
def test_something_can_be_offered_at_any_place(text: str, cursor: int) -> None:
    assert all(complete(text, min(cursor, len(text)), NAMED))


@given(round_numbers)
def test_round_numbers_are_written_as_people_write_them(number: float) -> None:
    written = print_filter(Compare(Measure.SCORE, Comparison.EQUAL, number), zone=BERLIN)
    assert "e" not in written.partition(":")[2] or abs(number) >= 1e15
