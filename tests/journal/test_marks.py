"""What a person and the rules say of a row stays with it, whatever becomes of the row."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.journal.both_feeds import grade_report, grade_row
from tests.journal.making import NOW, READ_AT, ROOT, a_grade, batch_of, local
from tui.events.attention import Hit, Rule
from tui.journal.docket import Turn
from tui.journal.hits import Verdict
from tui.journal.journal import Journal
from tui.journal.past_filters import KEPT
from tui.journal.reader import Reader
from tui.journal.records import Stored
from tui.query.ast import EVERYTHING, And, DoneBy, Filter, Has, Is, Not, Role, Ruled, Trait

MARKED, FLAGGED = Has(Trait.MARKED), Has(Trait.FLAGGED)
_MARK = """
import sys
from pathlib import Path
from tui.journal.journal import Journal
journal = Journal.open(Path(sys.argv[1]), now=lambda: 0)
assert journal.mark(int(sys.argv[2]), sys.argv[3])
journal.note_filter("course:bio")
journal.close()
"""


def by_key(reader: Reader) -> dict[str, Stored]:
    return {one.event.key: one for one in reader.oldest_first(EVERYTHING)}


def keys(reader: Reader, where: Filter) -> list[str]:
    ids = [slot.id for slot in reader.slots(where, limit=99)]
    return [one.event.key for one in reader.stored(ids)]


def point_at(journal: Journal, rows: list[int], rule: Rule = Rule.JUMP) -> None:
    docket = journal.docket()
    assert docket.claim("us", "settings", take_over=True) is Turn.OURS
    docket.put("us", "settings", [Verdict(rule, rows, dict.fromkeys(rows, "by 9 of 10"))])
    docket.close()


def test_a_mark_is_put_noted_and_taken_away(journal: Journal, reader: Reader) -> None:
    journal.record(batch_of(*(a_grade(n) for n in range(4))))
    touch = reader.touch()
    assert journal.mark(2, "")
    assert journal.mark(3, "ask her")
    assert [one.mark for one in reader.stored([1, 2, 3])] == [None, "", "ask her"]
    assert keys(reader, MARKED) == ["audit:2", "audit:1"]
    assert keys(reader, Not(MARKED)) == ["audit:3", "audit:0"]
    touched = reader.touched(touch, MARKED).events
    assert [(one.slot.id, one.matches, one.new) for one in touched] == [
        (2, True, False), (3, True, False),
    ]  # fmt: skip
    assert reader.info().marked == 2
    touch = reader.touch()
    assert journal.mark(3, "ask her")
    assert reader.touch() == touch, "nothing is new"
    assert journal.mark(3, None)
    assert keys(reader, MARKED) == ["audit:1"]
    assert [one.matches for one in reader.touched(touch, MARKED).events] == [False]
    assert not journal.mark(99, "nobody")
    assert journal.mark_all([2, 3, 99], "both") == 2


def test_a_mark_is_seen_by_other_processes(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with (
        closing(Journal.open(path, now=lambda: READ_AT)) as journal,
        closing(journal.reader()) as reader,
    ):
        journal.record(batch_of(a_grade(1), a_grade(2)))
        touch = reader.touch()
        subprocess.run([sys.executable, "-c", _MARK, path, "2", "there"], check=True, cwd=ROOT)
        assert [one.slot.id for one in reader.touched(touch, MARKED).events] == [2]
        assert reader.stored([2])[0].mark == "there"
        assert reader.past_filters(9) == ["course:bio"]


def test_marks_and_hits_go_on_with_the_row_that_the_log_confirms(
    journal: Journal, reader: Reader
) -> None:
    journal.record(batch_of(grade_report(1, NOW + 100)))
    live = by_key(reader)["live:0001"].id
    journal.mark(live, "seen live")
    point_at(journal, [live])
    journal.record(batch_of(grade_row(1, NOW)))
    (row,) = by_key(reader).values()
    assert (row.event.key, row.mark) == ("audit:1", "seen live")
    assert row.hits == (Hit(Rule.JUMP, "by 9 of 10"),)
    assert journal.mark(live, "now of the log's row")
    assert [one.mark for one in by_key(reader).values()] == ["now of the log's row"]
    assert journal.mark(row.id, None)
    assert keys(reader, MARKED) == []


def test_a_mark_follows_a_report_that_was_taken_for_another_change(
    journal: Journal, reader: Reader
) -> None:
    late, early = grade_report(2, NOW + 900), grade_report(1, NOW + 800)
    journal.record(batch_of(late))
    journal.mark(by_key(reader)[late.key].id, "late")
    journal.record(batch_of(grade_row(1, NOW)))
    journal.record(batch_of(early))
    assert {key: one.mark for key, one in by_key(reader).items()} == {
        "audit:1": None, late.key: "late",
    }  # fmt: skip


def test_marks_of_both_reports_of_a_change_are_both_shown(journal: Journal, reader: Reader) -> None:
    journal.record(batch_of(grade_row(1, NOW, after="5")))
    journal.record(batch_of(grade_report(1, NOW + 100, after="6")))
    for one in by_key(reader).values():
        journal.mark(one.id, one.event.key)
    journal.record(batch_of(grade_row(1, NOW, after="6")))
    (row,) = by_key(reader).values()
    assert sorted((row.mark or "").split("; ")) == ["audit:1", "live:0001"]
    assert reader.info().marked == 1
    assert len(reader.slots(MARKED, limit=9)) == 1
    assert reader.count(MARKED) == 1


def test_marks_and_hits_survive_a_row_that_is_read_again(journal: Journal, reader: Reader) -> None:
    row = a_grade(1)
    journal.record(batch_of(row))
    journal.mark(1, "odd")
    point_at(journal, [1])
    journal.record(batch_of(replace(row, after=replace(row.after, grade="9"))))
    (again,) = by_key(reader).values()
    assert (again.revisions, again.mark, len(again.hits)) == (1, "odd", 1)


def test_hits_come_in_the_order_of_the_rules_and_filter_by_name(
    journal: Journal, reader: Reader
) -> None:
    journal.record(batch_of(*(a_grade(n, grader=n) for n in range(1, 9))))
    point_at(journal, [2, 3], Rule.OVERRIDE)
    point_at(journal, [3, 4], Rule.REGRADE)
    assert [hit.rule for hit in reader.stored([3])[0].hits] == [Rule.REGRADE, Rule.OVERRIDE]
    assert keys(reader, FLAGGED) == ["audit:4", "audit:3", "audit:2"]
    assert keys(reader, Ruled(Rule.REGRADE)) == ["audit:4", "audit:3"]
    assert keys(reader, Ruled(Rule.SKEW)) == []
    assert keys(reader, And((FLAGGED, DoneBy("2")))) == ["audit:2"]
    assert reader.info().flagged == 3
    found = reader.beyond(FLAGGED, None, older=True)
    walked: list[int] = []
    while found is not None:
        walked.append(found.id)
        found = reader.beyond(FLAGGED, found, older=True)
    assert walked == [4, 3, 2]
    oldest = reader.beyond(FLAGGED, None, older=False)
    assert oldest is not None
    assert oldest.id == 2


def test_marks_and_hits_go_with_what_is_purged_and_filters_stay(
    journal: Journal, reader: Reader
) -> None:
    journal.record(batch_of(*(a_grade(n) for n in range(1, 5))))
    for row in (1, 4):
        journal.mark(row, "secret note")
    point_at(journal, [1, 4])
    journal.note_filter("is:marked")
    journal.purge(NOW + 3000)
    assert (reader.info().marked, reader.info().flagged) == (1, 1)
    assert keys(reader, MARKED) == keys(reader, FLAGGED) == ["audit:4"]
    assert reader.past_filters(9) == ["is:marked"]


def test_past_filters_are_kept_once_the_newest_first(journal: Journal, reader: Reader) -> None:
    for text in ("a", "b", " ", "a", ""):
        journal.note_filter(text)
    assert reader.past_filters(9) == ["a", "b"]
    assert reader.past_filters(1) == ["a"]
    for number in range(KEPT + 5):
        journal.note_filter(f"percent:>{number}")
    past = reader.past_filters(KEPT * 2)
    assert (len(past), past[0], past[-1]) == (KEPT, f"percent:>{KEPT + 4}", "percent:>5")
    journal.forget_filters()
    assert reader.past_filters(9) == []


def test_a_short_list_and_a_party_together_find_what_either_alone_would(
    journal: Journal, reader: Reader
) -> None:
    journal.record(batch_of(*(a_grade(n, course=1 + n % 3) for n in range(60))))
    point_at(journal, list(range(1, 40)))
    journal.mark(7, "")
    course = Is(Role.COURSE, (local(2),))
    both = reader.slots(And((FLAGGED, course)), limit=99)
    expected = set(reader.slots(FLAGGED, limit=99)) & set(reader.slots(course, limit=99))
    assert set(both) == expected
    assert [slot.id for slot, _ in reader.walk(And((MARKED, FLAGGED)), limit=9)] == [7]
