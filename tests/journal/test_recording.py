"""What becomes of a report that is new, known, changed or hidden."""

from __future__ import annotations

from dataclasses import replace

from tests.journal.making import NOW, READ_AT, a_grade, batch_of, local, seen
from tui.events.event import Event, Feed, Flag, GradeState, Kind, Rejected, Sighting
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import Batch, Stored
from tui.journal.rejected import KEPT
from tui.query.ast import EVERYTHING, Is, Role


def only(reader: Reader) -> Stored:
    (stored,) = reader.oldest_first(EVERYTHING)
    return stored


def test_places_follow_the_batch_and_order_one_millisecond(
    journal: Journal, reader: Reader
) -> None:
    same = [a_grade(number, at=NOW) for number in range(4)]
    journal.record(Batch(sightings=seen(*same[:2]), place=10, step=-1))
    journal.record(Batch(sightings=seen(*same[2:]), place=20, step=1))
    stored = list(reader.oldest_first(EVERYTHING))
    assert [(one.event.key, one.place) for one in stored] == [
        ("audit:1", 9), ("audit:0", 10), ("audit:2", 20), ("audit:3", 21),
    ]  # fmt: skip


def test_a_known_row_keeps_its_place_and_number(journal: Journal, reader: Reader) -> None:
    journal.record(batch_of(a_grade(1), place=5))
    before = only(reader)
    journal.record(batch_of(a_grade(1, grade="6"), place=50))
    after = only(reader)
    assert (after.id, after.place) == (before.id, before.place)
    assert after.touch > before.touch


def test_a_changed_row_keeps_its_past(journal: Journal, reader: Reader) -> None:
    versions = [a_grade(1, grade=grade) for grade in "567"]
    for number, event in enumerate(versions):
        recorded = journal.record(Batch(sightings=(Sighting(event, f"[{number}]"),)))
        assert (recorded.new, recorded.changed) == ((1, 0) if number == 0 else (0, 1))
    stored = only(reader)
    assert stored.event == versions[-1]
    assert stored.revisions == 2
    past = reader.revisions(stored.id)
    assert [one.event for one in past] == versions[:-1]
    assert {one.replaced_at for one in past} == {READ_AT}
    assert reader.raw(stored.id) == "[2]"


def test_a_repeat_with_other_raw_formatting_is_known(journal: Journal, reader: Reader) -> None:
    journal.record(Batch(sightings=(Sighting(a_grade(1), '{"a":1}'),)))
    recorded = journal.record(Batch(sightings=(Sighting(a_grade(1), '{ "a": 1 }'),)))
    assert (recorded.known, recorded.changed) == (1, 0)
    assert reader.raw(only(reader).id) == '{"a":1}'


def test_one_batch_may_hold_a_row_twice(journal: Journal, reader: Reader) -> None:
    recorded = journal.record(batch_of(a_grade(1), a_grade(1), a_grade(2), a_grade(1, grade="6")))
    assert (recorded.new, recorded.known, recorded.changed) == (2, 1, 1)
    first = next(iter(reader.oldest_first(EVERYTHING)))
    assert first.event.after.grade == "6"
    assert [one.event.after.grade for one in reader.revisions(first.id)] == ["5"]


def test_surroundings_change_silently_and_are_touched(journal: Journal, reader: Reader) -> None:
    event = a_grade(1)
    journal.record(batch_of(event))
    touch = reader.touch()
    richer = replace(
        event,
        account=local(9),
        current_grade="5",
        after=GradeState(grade="5", posted=False),
        flags=Flag.UNPOSTED,
    )
    recorded = journal.record(batch_of(richer))
    assert (recorded.known, recorded.changed) == (1, 0)
    stored = only(reader)
    assert stored.event == richer
    assert stored.revisions == 0
    touches = reader.touched(touch, Is(Role.ACCOUNT, (local(9),)))
    assert [(one.slot, one.matches, one.new) for one in touches.events] == [
        (stored.slot, True, False)
    ]


def test_what_an_answer_leaves_out_stays_known(journal: Journal, reader: Reader) -> None:
    richer = replace(
        a_grade(1),
        account=local(9),
        current_grade="5",
    )
    journal.record(batch_of(richer))
    touch = reader.touch()
    assert journal.record(batch_of(a_grade(1))).known == 1
    assert only(reader).event == richer
    assert reader.touched(touch, EVERYTHING).events == ()


def test_a_grade_that_is_no_longer_withheld_is_not_called_so(
    journal: Journal, reader: Reader
) -> None:
    withheld = replace(a_grade(1), after=GradeState(grade="5", posted=False), flags=Flag.UNPOSTED)
    journal.record(batch_of(withheld))
    assert journal.record(batch_of(a_grade(1))).known == 1
    assert only(reader).event == a_grade(1)
    assert only(reader).revisions == 0


def test_who_saw_it_adds_up(journal: Journal, reader: Reader) -> None:
    event = a_grade(1)
    journal.record(batch_of(replace(event, seen_by=(Feed.LIVE,))))
    journal.record(batch_of(event))
    assert only(reader).event.seen_by == (Feed.AUDIT, Feed.LIVE)


def test_a_revealed_student_appears(journal: Journal, reader: Reader) -> None:
    hidden = replace(a_grade(1, student=None), flags=Flag.HIDDEN_STUDENT)
    journal.record(batch_of(hidden))
    assert journal.record(batch_of(a_grade(1, student=3))).changed == 1
    assert reader.slots(Is(Role.STUDENT, (local(3),)), limit=9) == [only(reader).slot]
    assert reader.suggest(Role.STUDENT, "3") != []


def test_a_student_who_becomes_hidden_is_hidden_in_the_past_too(
    journal: Journal, reader: Reader
) -> None:
    journal.record(batch_of(a_grade(1, student=3, grade="4")))
    journal.record(batch_of(a_grade(1, student=3, grade="5")))
    hidden = replace(a_grade(1, student=None, grade="5"), flags=Flag.HIDDEN_STUDENT)
    assert journal.record(batch_of(hidden)).changed == 1
    stored = only(reader)
    assert stored.event == hidden
    past = reader.revisions(stored.id)
    assert len(past) == stored.revisions == 1
    assert [one.event.student for one in past] == [None]
    assert reader.slots(Is(Role.STUDENT, (local(3),)), limit=9) == []
    assert reader.suggest(Role.STUDENT, "3") == []


def test_a_row_that_moves_in_time_is_found_there(journal: Journal, reader: Reader) -> None:
    journal.record(batch_of(a_grade(1, at=NOW)))
    journal.record(batch_of(a_grade(1, at=NOW + 5)))
    assert [slot.at for slot in reader.slots(EVERYTHING, limit=9)] == [NOW + 5]


def test_an_empty_batch_leaves_no_trace(journal: Journal, reader: Reader) -> None:
    journal.record(batch_of(a_grade(1)))
    touch = reader.touch()
    assert journal.record(Batch()).touch == touch == reader.touch()


def test_known_keys(journal: Journal) -> None:
    journal.record(batch_of(a_grade(1), a_grade(2)))
    assert journal.known(["audit:1", "audit:3"]) == {"audit:1"}
    assert journal.known([]) == set()


def test_rejected_documents_are_counted_and_the_newest_kept(
    journal: Journal, reader: Reader
) -> None:
    many = tuple(Rejected("no JSON", f"\ud800{number}") for number in range(KEPT + 5))
    recorded = journal.record(Batch(rejected=many, origin="replay of x"))
    assert recorded.rejected == KEPT + 5
    journal.record(Batch(rejected=(Rejected("no time", "{}"),)))
    info = reader.info()
    assert info.rejected == KEPT + 6
    assert info.rejections == (("no JSON", KEPT + 5), ("no time", 1))


def test_a_number_that_is_none_is_not_a_change_each_time(journal: Journal, reader: Reader) -> None:
    event: Event = replace(a_grade(1), after=GradeState(score=float("nan")))
    journal.record(batch_of(event))
    assert journal.record(batch_of(event)).known == 1
    assert only(reader).event.after.score is None


def test_one_uuid_in_both_audit_logs_is_two_events(journal: Journal, reader: Reader) -> None:
    grade = a_grade(1)
    edit = replace(grade, kind=Kind.COURSE, type="updated", before=GradeState(), after=GradeState())
    journal.record(batch_of(grade, edit))
    journal.record(batch_of(edit))
    stored = list(reader.oldest_first(EVERYTHING))
    assert [one.event.kind for one in stored] == [Kind.GRADE, Kind.COURSE]
    assert [one.revisions for one in stored] == [0, 0]
