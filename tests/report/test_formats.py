import csv as csv_reader
import io
import json
from dataclasses import replace
from datetime import UTC
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.samples import grade_event, stored
from tui.events.attention import Hit, Rule
from tui.events.event import Change, Feed, Flag, GradeState, Kind, Links
from tui.events.ids import CanvasId
from tui.events.text import clean
from tui.journal.records import Labels, Stored
from tui.report import csv, ndjson, text
from tui.report.cells import fit, width

_HOSTILE = "\x1b]52;c;aGk=\x07\x9b31m\u202e[/x][@click=app.quit]\r\n\t=1+1"

_texts = st.one_of(st.text(max_size=40), st.just(_HOSTILE)).map(clean)
_ids = st.one_of(st.none(), st.integers(0, 10**18).map(CanvasId.of))
_states = st.builds(
    GradeState,
    grade=st.none() | _texts,
    score=st.none() | st.floats(),
    points_possible=st.none() | st.floats(0, 1000),
    excused=st.none() | st.booleans(),
)


@st.composite
def rows(draw: st.DrawFn) -> Stored:
    """Any event the vocabulary can hold, with text as decoders leave it: clean."""
    event = grade_event(
        kind=draw(st.sampled_from(Kind)),
        type=draw(_texts),
        at=draw(st.integers(0, 4_000_000_000_000)),
        course=draw(_ids),
        assignment=draw(_ids),
        student=draw(_ids),
        grader=draw(_ids),
        before=draw(_states),
        after=draw(_states),
        changes={
            field: Change(old, _HOSTILE)
            for field, old in draw(
                st.dictionaries(_texts, st.none() | st.integers() | st.booleans(), max_size=3)
            ).items()
        },
        flags=Flag(draw(st.integers(0, 511))),
        links=Links(copied_from=draw(_ids), reset_from=draw(_ids)),
        url=draw(st.none() | _texts),
        version=draw(st.none() | st.integers(0, 9)),
        event_source=draw(st.none() | _texts),
    )
    return stored(event, Labels(*(draw(st.none() | _texts) for _ in range(6))))


def test_ndjson_is_the_contract_to_the_letter() -> None:
    row = stored(
        grade_event(
            key="audit:e2b7",
            seen_by=(Feed.AUDIT, Feed.LIVE),
            student=CanvasId(2107, 48),
            grader=None,
            before=GradeState("4", 4.0, 1.0, excused=False),
            after=GradeState("5", 5.0, 1.0, excused=False),
            flags=Flag.REGRADE | Flag.AUTOMATIC,
            links=Links(copied_from=CanvasId.of(12), submission=CanvasId.of(11086)),
            version=1,
        ),
        Labels(course="BIO 101"),
    )
    assert ndjson.line(row) == (
        '{"key":"audit:e2b7","kind":"grade","type":"grade_change",'
        '"at":"2012-07-19T21:00:00.000Z","seen_by":["audit","live"],'
        '"course":{"id":"565","name":"BIO 101"},"assignment":{"id":"355"},'
        '"student":{"id":"21070000000000048"},"grader":null,"actor":null,"real_actor":null,'
        '"before":{"grade":"4","score":4.0,"points_possible":1.0,"excused":false},'
        '"after":{"grade":"5","score":5.0,"points_possible":1.0,"excused":false},'
        '"delta":1.0,"changes":{},"flags":["automatic","regrade"],'
        '"request_id":null,"page_view":null,"client_ip":null,"user_agent":null,"url":null,'
        '"version":1,"current_grade":null,'
        '"links":{"copied_from":"12","copied_to":null,"sis_batch":null,"submission":"11086",'
        '"grading_period":null}}'
    )


def test_course_events_carry_their_fields_source_and_reset_links() -> None:
    row = stored(
        grade_event(
            kind=Kind.COURSE,
            type="updated",
            before=GradeState(),
            after=GradeState(),
            changes={"name": Change("Course 1", "Course 2"), "is_public": Change(None, True)},
            links=Links(reset_from=CanvasId.of(7)),
            event_source="manual",
        )
    )
    printed = json.loads(ndjson.line(row))
    assert printed["changes"] == {"name": ["Course 1", "Course 2"], "is_public": [None, True]}
    assert printed["before"] == dict.fromkeys(
        ("grade", "score", "points_possible", "excused"), None
    )
    assert printed["links"]["reset_from"] == "7"
    assert "reset_to" not in printed["links"]
    assert printed["event_source"] == "manual"


def test_a_pair_has_the_key_of_its_live_report_at_the_end() -> None:
    pair = replace(stored(grade_event()), live_key="live:ab12")
    assert ndjson.line(pair).endswith(',"live_key":"live:ab12"}')
    assert "live_key" not in ndjson.line(stored(grade_event()))
    [cells] = csv_reader.DictReader(io.StringIO(csv.header() + "\n" + csv.line(pair)))
    assert list(cells)[-2:] == ["live_key", "rules"]
    assert cells["live_key"] == "live:ab12"


def test_what_rules_point_at_says_so_and_why() -> None:
    hits = (Hit(Rule.JUMP, "5 of 10 points"), Hit(Rule.SELF_GRADE, "the grader is the student"))
    row = replace(stored(grade_event()), hits=hits)
    assert ndjson.line(row).endswith(
        ',"rules":[{"rule":"jump","why":"5 of 10 points"},'
        '{"rule":"self_grade","why":"the grader is the student"}]}'
    )
    [cells] = csv_reader.DictReader(io.StringIO(csv.header() + "\n" + csv.line(row)))
    assert cells["rules"] == "jump: 5 of 10 points | self_grade: the grader is the student"
    assert text.line(row, UTC).endswith("!jump !self grade")
    assert "rules" not in ndjson.line(stored(grade_event()))


@pytest.mark.parametrize(
    ("seen_by", "flags", "remark"),
    [
        ((Feed.AUDIT,), Flag.REGRADE, "regrade"),
        ((Feed.AUDIT, Feed.LIVE), Flag.REGRADE, "regrade"),
        ((Feed.LIVE,), Flag.REGRADE | Flag.UNCONFIRMED, "regrade, unconfirmed"),
        ((Feed.LIVE,), Flag.REGRADE, "regrade, live only"),
    ],
)
def test_text_says_what_the_audit_log_has_not_confirmed(
    seen_by: tuple[Feed, ...], flags: Flag, remark: str
) -> None:
    line = text.line(stored(grade_event(seen_by=seen_by, flags=flags)), UTC)
    assert line.endswith(f"  {remark}")


def test_raw_is_the_wire_document_with_every_digit() -> None:
    raw = '{"id":21070000000000048,"points":1.10,"text":"\\u001b]0;x"}'
    line = ndjson.line(stored(grade_event()), raw)
    assert line.endswith(f',"raw":{raw}}}')
    assert json.loads(line)["raw"]["id"] == 21070000000000048


def _not_json(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def test_a_pair_has_the_live_report_s_document_behind_its_own() -> None:
    line = ndjson.line(stored(grade_event()), '{"a":1}', '{"b":21070000000000048}')
    assert line.endswith(',"raw":{"a":1},"live_raw":{"b":21070000000000048}}')
    alone = ndjson.line(stored(grade_event()), None, '{"b":1}')
    assert json.loads(alone)["live_raw"] == {"b": 1}
    table = csv.header(raw=True) + "\n" + csv.line(stored(grade_event()), '{"a":1}', '{"b":2}')
    [cells] = csv_reader.DictReader(io.StringIO(table))
    assert (cells["raw"], cells["live_raw"]) == ('{"a":1}', '{"b":2}')
    assert list(cells) == [*csv.COLUMNS, "raw", "live_raw"]


@given(rows())
def test_ndjson_is_one_line_of_strict_json_with_all_keys_and_no_control_bytes(row: Stored) -> None:
    line = ndjson.line(row)
    assert clean(line) == line
    printed = json.loads(line, parse_constant=_not_json)
    keys = list(json.loads(ndjson.line(stored(grade_event()))))
    assert [key for key in printed if key != "event_source"] == keys
    for party in ("course", "assignment", "student", "grader", "actor", "real_actor"):
        assert printed[party] is None or isinstance(printed[party]["id"], str)


@given(rows())
def test_csv_is_as_wide_as_its_header_and_holds_no_formula(row: Stored) -> None:
    table = csv.header() + "\n" + csv.line(row) + "\n"
    [cells] = csv_reader.DictReader(io.StringIO(table))
    assert tuple(cells) == csv.COLUMNS
    ours = {"delta", "version"} | {
        f"{side}_{leaf}" for side in ("before", "after") for leaf in ("score", "points_possible")
    }
    for column, cell in cells.items():
        assert isinstance(cell, str)
        assert column in ours or not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert clean(cell) == cell


def test_csv_has_a_column_for_every_leaf_of_ndjson() -> None:
    links = Links(*(CanvasId.of(number) for number in range(1, 8)))
    someone = CanvasId.of(5)
    row = stored(
        grade_event(actor=someone, real_actor=someone, links=links, event_source="api"),
        Labels(*"abcdef"),
    )
    row = replace(row, live_key="live:ab12", hits=(Hit(Rule.JUMP, "5 of 10 points"),))
    leaves: list[str] = []
    for key, value in ndjson.document(row).items():
        inner = cast(dict[str, object], value) if isinstance(value, dict) else {}
        leaves += [key] if key == "changes" or not inner else [f"{key}_{leaf}" for leaf in inner]
    assert sorted(leaves) == sorted(csv.COLUMNS)


def test_csv_guards_text_and_leaves_our_numbers_alone() -> None:
    row = stored(
        grade_event(
            before=GradeState("-3", 4.0), after=GradeState("=1+1", 3.5), changes={"a": Change(1, 2)}
        ),
        Labels(student="@SUM(A1)"),
    )
    [cells] = csv_reader.DictReader(io.StringIO(csv.header() + "\n" + csv.line(row)))
    assert cells["before_grade"] == "'-3"
    assert cells["after_grade"] == "'=1+1"
    assert cells["student_name"] == "'@SUM(A1)"
    assert cells["delta"] == "-0.5"
    assert cells["changes"] == '{"a":[1,2]}'
    assert cells["seen_by"] == "audit"


@given(rows())
def test_text_is_one_line_without_control_bytes(row: Stored) -> None:
    line = text.line(row, UTC)
    assert clean(line) == line
    assert "\n" not in line


def test_text_lines_stand_in_columns_whatever_the_names() -> None:
    names = ("Ana", "李小龍", "e\u0301lodie", "x" * 8192)
    lines = [text.line(stored(grade_event(), Labels(student=name)), UTC) for name in names]
    columns = {width(line[: line.index("4 → 5")]) for line in lines}
    assert len(columns) == 1
    assert lines[0].startswith("2012-07-19 21:00:00  grade")
    assert "  +1  " in lines[0]


@given(_texts, st.integers(1, 30))
def test_fitted_text_is_exactly_as_wide_as_asked(words: str, cells: int) -> None:
    assert width(fit(words, cells)) == cells
