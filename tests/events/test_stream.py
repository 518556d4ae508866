"""Reading documents out of text, whatever its layout and however it is broken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.wire import PAYLOADS, payload
from tui.events.event import Rejected
from tui.events.stream import LONGEST, DocumentReader


def read_documents(pieces: Iterable[str], *, longest: int = LONGEST) -> Iterator[object]:
    reader = DocumentReader(longest=longest)
    for piece in pieces:
        yield from reader.feed(piece)
    yield from reader.end()


def read(text: str) -> list[object]:
    return list(read_documents([text]))


def rejected(text: str) -> list[Rejected]:
    return [item for item in read(text) if isinstance(item, Rejected)]


def rejections(text: str) -> list[tuple[str, str]]:
    """Reasons, and the lines they are about."""
    return [(item.reason, item.excerpt.split(":")[0]) for item in rejected(text)]


def documents(text: str) -> list[object]:
    return [item for item in read(text) if not isinstance(item, Rejected)]


VALUES = [{"a": 1}, {"b": {"c": [1, {"d": "}{"}]}}, [], [{"e": '\\"'}], {}]


@pytest.mark.parametrize("indent", [None, 0, 2])
@pytest.mark.parametrize("between", ["\n", "\r\n", "\n\n\ufeff", ",\n", "\n// a comment\n"])
def test_documents_of_any_layout_follow_each_other(indent: int | None, between: str) -> None:
    text = "\ufeff" + between.join(json.dumps(value, indent=indent) for value in VALUES)
    assert read(text) == VALUES
    assert read(text + "\n") == VALUES


def test_documents_on_one_line() -> None:
    assert read('{"a":1} {"b":2},[3]\n') == [{"a": 1}, {"b": 2}, [3]]


def test_a_document_behind_the_end_of_another() -> None:
    assert read('{\n"a":1\n} {"b":2} {\n"c":3}') == [{"a": 1}, {"b": 2}, {"c": 3}]


def test_an_array_over_many_lines_is_one_document() -> None:
    assert read('[\n{"a":1},\n{"a":2}\n]\n') == [[{"a": 1}, {"a": 2}]]


def test_the_documentations_comments_are_passed_over() -> None:
    text = '{\n  // ID of the event.\n  "id": "x",\n  // its links\n  "links": null\n}'
    assert read(text) == [{"id": "x", "links": None}]


def test_a_document_as_quoted_text_is_text() -> None:
    assert read(json.dumps('{"a": 1}') + "\n") == ['{"a": 1}']


def test_a_broken_line_is_named_and_the_others_stand() -> None:
    text = '{"a":1}\n{"b":\n{"c":3}\nnot json\n{"d":4\n{"e": "unfinis\n{"f":6}\n{"g": 7}}\n12\n'
    assert documents(text) == [{"a": 1}, {"c": 3}, {"f": 6}, {"g": 7}]
    misplaced = "not JSON: broken off, or a comma, colon or bracket in the wrong place"
    assert rejections(text) == [
        ("not JSON: something that is not JSON", "lines 2–4"),
        ("not JSON: no document begins here", "line 4"),
        (misplaced, "lines 5–6"),
        ("not JSON: Unterminated string starting at", "line 6"),
        ("not JSON: no document begins here", "line 8"),
        ("not JSON: no document begins here", "line 9"),
    ]


@pytest.mark.parametrize("indent", [0, 1, 4])
@pytest.mark.parametrize("name", ["live_grade_change", "caliper_grade_event"])
def test_a_broken_document_does_not_swallow_those_after_it(name: str, indent: int) -> None:
    good = payload(name)
    whole = json.dumps(good, indent=indent)
    lines = whole.split("\n")
    for cut in range(1, len(lines) - 1):
        broken = "\n".join(lines[:cut])
        found = documents(f"{broken}\n{whole}\n{whole}\n")
        assert found[-2:] == [good, good], f"cut after line {cut}"


def test_a_document_broken_in_the_middle_is_one_rejection() -> None:
    text = '{\n  "a": oops,\n  "b": {\n    "c": 1\n  }\n}\n{\n  "d": [\n    {}\n  ]\n}\n'
    assert documents(text) == [{"d": [{}]}]
    assert rejections(text) == [("not JSON: something that is not JSON", "lines 1–2")]


def test_an_array_without_its_end_gives_its_elements() -> None:
    text = '[\n{"a":1},\n{"a":2},\n{"a":'
    assert documents(text) == [{"a": 1}, {"a": 2}]
    assert len(rejections(text)) == 2


@pytest.mark.parametrize(
    "line", ["[" * 100_000, '{"a":' * 100_000, "9" * 5000, "[" + "9" * 5000 + "]"]
)
def test_what_the_parser_cannot_take_is_set_aside(line: str) -> None:
    assert documents(f"{line}\n" + '{"a":1}\n') == [{"a": 1}]
    assert len(rejections(line)) == 1


def test_a_line_or_a_document_that_is_too_long_is_set_aside() -> None:
    good = '{"a":1}'
    line = '{"long":"' + "x" * 200 + '"}'
    spread = "{\n" + ",\n".join(f'"k{n}": {n}' for n in range(40)) + "\n}"
    text = f"{good}\n{line}\n{good}\n{spread}\n{good}\n"
    for size in (1, 7, 10_000):
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        items = list(read_documents(pieces, longest=100))
        assert [item for item in items if not isinstance(item, Rejected)] == [{"a": 1}] * 3
        assert [item.reason for item in items if isinstance(item, Rejected)] == [
            "a line that is too long",
            "a document that is too long",
        ]


def test_a_line_that_is_too_long_inside_a_document_ends_it() -> None:
    text = '{\n"a": 1,\n"b": "' + "x" * 200 + '"\n}\n{"c":1}\n'
    items = list(read_documents([text], longest=100))
    assert items[-1] == {"c": 1}
    assert [item.reason for item in items if isinstance(item, Rejected)][:2] == [
        "broken off",
        "a line that is too long",
    ]


def test_a_document_comes_as_soon_as_its_line_has_ended() -> None:
    reader = DocumentReader()
    assert list(reader.feed('{"a":')) == []
    assert list(reader.feed("1}")) == []
    assert list(reader.feed('\n{"b":2}')) == [{"a": 1}]
    assert list(reader.end()) == [{"b": 2}]


def test_text_is_taken_only_as_far_as_documents_are_asked_for() -> None:
    taken: list[int] = []

    def chunks() -> Iterator[str]:
        for number in range(1000):
            taken.append(number)
            yield f'{{"a":{number}}}\n'

    documents = read_documents(chunks())
    assert [next(documents) for _ in range(3)] == [{"a": 0}, {"a": 1}, {"a": 2}]
    assert len(taken) == 3


def test_the_documentations_payloads_are_found_in_one_file() -> None:
    paths = sorted(PAYLOADS.glob("*.json"))
    text = "\n".join(path.read_text("utf-8") for path in paths)
    assert read(text) == [json.loads(path.read_text("utf-8")) for path in paths]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(), JSON, max_size=4)


@given(
    st.lists(st.tuples(OBJECTS, st.sampled_from([None, 0, 1, 3])), max_size=5),
    st.integers(1, 40),
    st.booleans(),
)
def test_every_layout_and_every_cut_into_chunks_gives_the_documents(
    written: list[tuple[dict[str, object], int | None]], size: int, ascii_only: bool
) -> None:
    text = "\n".join(
        json.dumps(value, indent=indent, ensure_ascii=ascii_only) for value, indent in written
    )
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert list(read_documents(pieces)) == [value for value, _ in written]


@given(st.text(st.sampled_from('{}[],:"\\ \n\t1a-tfn/'), max_size=60), st.integers(1, 9))
def test_any_text_is_read_to_its_end_the_same_in_any_pieces(text: str, size: int) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert list(read_documents(pieces)) == read(text)
    assert documents(f'{text}\n{{"z":1}}\n{{"z":2}}\n{{"z":3}}')[-1:] == [{"z": 3}]
