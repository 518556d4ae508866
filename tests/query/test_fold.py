"""Names compare without case and accents, whoever types them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.query.fold import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Ada LOVELACE", "ada lovelace"),
        ("  Ada \t Lovelace ", "ada lovelace"),
        ("Zoë Ångström", "zoe angstrom"),
        ("Straße", "strasse"),
        ("\u0130stanbul", "istanbul"),
        ("D\u0131\u015f", "dis"),
        ("Łukasz Ørsted", "lukasz orsted"),
        ("Æsop", "aesop"),
        ("ﬁnal Ⅳ", "final iv"),
        ("Σίσυφος", "σισυφοσ"),
        ("Nguyễn Thị", "nguyen thi"),
        ("李 明", "李 明"),
        ("", ""),
    ],
)
def test_spellings_fold_together(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text(), st.text())
def test_a_part_of_a_name_is_a_part_of_the_folded_name(head: str, part: str, tail: str) -> None:
    assert fold(part) in fold(f"{head} {part} {tail}")
