"""The sanitiser, the redaction, and JSON that is safe to print."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.events.text import clean, redact_secrets, safe_json

ODD = st.characters(categories=("Cc", "Cf", "Cs", "Zl", "Zp"))
TEXT = st.text() | st.text(ODD) | st.text(st.characters(exclude_categories=()))
KEPT_FORMATS = frozenset("\u00ad\u200c\u200d")
"""Invisible, but parts of words (soft hyphen, joiners) that change nothing else."""


@given(TEXT)
def test_cleaning_twice_is_cleaning_once_and_drops_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert len(once) == len(text)


@given(TEXT)
def test_no_character_that_drives_a_terminal_remains(text: str) -> None:
    for character in clean(text):
        category = unicodedata.category(character)
        assert category not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in {
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        }


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs"))))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("attack", "shown"),
    [
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x9b2J\x90x\x9c", "\ufffd2J\ufffdx\ufffd"),
        ("a\r\nb\tc\x7f", "a␍␊b␉c␡"),
        ("\u202eabc\u2066\u200f", "\ufffdabc\ufffd\ufffd"),
        ("[/x][@click=app.quit]", "[/x][@click=app.quit]"),
        ("\U000e0041\ufeff\u2028\udc9b", "\ufffd" * 4),
        ("می\u200cروم \U0001f469\u200d\U0001f467", "می\u200cروم \U0001f469\u200d\U0001f467"),
    ],
)
def test_attacks_leave_a_mark(attack: str, shown: str) -> None:
    assert clean(attack) == shown


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("https://x/?access_token=abc&a=1", "https://x/?access_token=[redacted]&a=1"),
        ("https://x/?a=1&TOKEN=abc#t", "https://x/?a=1&TOKEN=[redacted]#t"),
        ("https://x/?sf_verifier=eyJ.a.b", "https://x/?sf_verifier=[redacted]"),
        ("https://x/?u=y%3Faccess_token%3Dabc", "https://x/?u=y%3Faccess_token%3D[redacted]"),
        ("Authorization: Bearer 1234~abcdefgh", "Authorization: Bearer [redacted]"),
        ("https://me:pass@x/", "https://[redacted]@x/"),
        ("https://x/courses/1?page=2", "https://x/courses/1?page=2"),
        ("mail me@x.test or https://x/@me", "mail me@x.test or https://x/@me"),
        ("bearer of news", "bearer of news"),
    ],
)
def test_tokens_are_taken_out_and_the_rest_stays(text: str, left: str) -> None:
    assert redact_secrets(text) == left


WORDS = ["token=", "access_token%3d", "bearer ", "abcdefgh", "&", "://", "a@", " ", "[", "=", "/"]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
def test_redacting_twice_is_redacting_once(text: str) -> None:
    once = redact_secrets(text)
    assert redact_secrets(once) == once


WHOLE = TEXT.filter(lambda text: text == json.loads(json.dumps(text)))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | WHOLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WHOLE, inner, max_size=4),
    max_leaves=10,
)


@given(VALUES, st.sampled_from([None, 0, 2]))
def test_safe_json_is_the_same_value_in_safe_characters(value: object, indent: int | None) -> None:
    text = safe_json(value, indent=indent)
    assert json.loads(text) == value
    unbroken = text if indent is None else text.replace("\n", "")
    assert clean(unbroken) == unbroken
