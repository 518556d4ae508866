"""A text beside its older self: what is gone, what came, and nothing lost of either."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tui.report.worddiff import is_long, word_diff

WORDS = st.lists(st.sampled_from(("the", "exam", "is", "on", "Monday", "Friday", "12")))


def test_what_is_gone_and_what_came_stand_in_their_place() -> None:
    old = "The final exam is on Friday in room 12"
    new = "The final exam is on Monday in room 12, bring a pen"
    assert word_diff(old, new) == (
        "The final exam is on [-Friday-] {+Monday+} in room [-12-] {+12, bring a pen+}"
    )


def test_of_what_is_the_same_only_the_words_around_a_change_stay() -> None:
    old = " ".join(f"w{number}" for number in range(100))
    shown = word_diff(old, old.replace("w50 ", "x "))
    assert shown == "… w44 w45 w46 w47 w48 w49 [-w50-] {+x+} w51 w52 w53 w54 w55 w56 …"


def test_a_text_too_long_to_compare_whole_says_so() -> None:
    old = " ".join(["word"] * 2_000)
    assert word_diff(old, f"{old} more").endswith(
        "(the words after the first 1,500 are not compared)"
    )


def test_a_short_value_is_read_at_a_glance() -> None:
    assert not is_long("Biology 101")
    assert not is_long("a" * 100)
    assert is_long("a sentence of some words, with blanks")


@given(WORDS, WORDS)
def test_both_texts_can_be_read_from_their_difference(before: list[str], after: list[str]) -> None:
    shown = word_diff(" ".join(before), " ".join(after))
    if "…" in shown:
        return
    old = re.sub(r"\{\+.*?\+\} ?", "", shown)
    new = re.sub(r"\[-.*?-\] ?", "", shown)
    assert re.sub(r"\[-|-\]", "", old).split() == before
    assert re.sub(r"\{\+|\+\}", "", new).split() == after
