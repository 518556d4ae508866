"""A student whom Canvas hides is told by no answer, whatever the other feed says."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journal.both_feeds import grade_report, grade_row
from tests.journal.making import NOW, READ_AT, dear, folder, local
from tui.events.event import Event, Feed, Flag, Kind, Links, Name, Sighting, Thing
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import Batch, Stored
from tui.query.ast import EVERYTHING, Is, Resembles, Role

STUDENT = 77701
SUBMISSION = 77702
ADDRESS = "10.77.7.03"
TRACES = re.compile(r"7770|10\.77|Secret")


def row(number: int, *, named: bool, grade: str = "5", grader: int | None = 4) -> Sighting:
    event = grade_row(
        number, NOW + number * 10_000, student=STUDENT if named else None, after=grade,
        grader=grader,
    )  # fmt: skip
    return Sighting(event, f'{{"student":{STUDENT if named else "null"}}}')


def report(number: int, *, posted: bool | None, by_student: bool = False) -> Sighting:
    """The live report of :func:`row`'s change."""
    event = grade_report(
        number, NOW + number * 10_000 + 500, student=STUDENT, posted=posted,
        grader=None if by_student else 4, actor=STUDENT if by_student else 4,
        request=f"r{number}",
    )  # fmt: skip
    return Sighting(
        replace(event, client_ip=ADDRESS if by_student else "10.0.0.1",
                links=Links(submission=local(SUBMISSION))),
        f'{{"user_id":{STUDENT}}}',
    )  # fmt: skip


def other(number: int, name: str = "submission_updated") -> Sighting:
    """An event of the same assignment that this program does not know."""
    event = Event(
        key=f"live:other{number}",
        kind=Kind.OTHER,
        type=name,
        at=NOW + number * 10_000 + 600,
        seen_by=(Feed.LIVE,),
        assignment=local(1),
        actor=local(STUDENT),
        links=Links(submission=local(SUBMISSION)),
        request_id=f"r{number}",
        client_ip=ADDRESS,
        url=f"https://canvas.test/u/{STUDENT}",
    )
    return Sighting(event, f'{{"user_id":{STUDENT}}}')


def answers(reader: Reader) -> Iterator[object]:
    """All that a reader tells."""
    stored = list(reader.oldest_first(EVERYTHING))
    yield stored
    for one in stored:
        yield reader.raw(one.id)
        yield reader.live_raw(one.id)
        yield reader.history(one.id)
        yield reader.revisions(one.id)
        yield reader.siblings(one.id, limit=9)
    for role in Role:
        yield reader.suggest(role, "", limit=99)
        yield reader.suggest(role, "secret", limit=99)
        for who in (Is(role, (local(STUDENT),)), Resembles(role, "secret")):
            yield [("7770", slot) for slot in reader.slots(who, limit=99)]
            yield [("7770", one.slot) for one in reader.touched(0, who).events if one.matches]
            if reader.count(who):
                yield "7770"


def told(reader: Reader) -> list[object]:
    return [answer for answer in answers(reader) if TRACES.search(str(answer))]


def record(journal: Journal, *sightings: Sighting) -> None:
    names = (Name(Thing.USER, local(STUDENT), "Secret"),)
    journal.record(Batch(sightings=sightings, names=names))


steps = st.lists(
    st.one_of(
        st.tuples(st.just("row"), st.integers(0, 3), st.booleans()),
        st.tuples(st.just("report"), st.integers(0, 3), st.sampled_from([True, None, False])),
        st.tuples(st.just("automatic"), st.integers(4, 5), st.sampled_from([True, False])),
        st.tuples(st.just("other"), st.integers(0, 3), st.none()),
        st.tuples(st.just("reopen"), st.just(0), st.none()),
    ),
    max_size=12,
)


@dear
@given(steps)
def test_while_the_log_hides_an_assignment_nothing_tells_its_students(
    steps: list[tuple[str, int, bool | None]],
) -> None:
    with folder() as name:
        path = Path(name) / "journal.sqlite3"
        journal = Journal.open(path, now=lambda: READ_AT)
        reader = journal.reader()
        hidden: bool | None = None
        muted_only = True
        try:
            for what, number, how in steps:
                match what:
                    case "row":
                        hidden = not how
                        record(journal, row(number, named=bool(how)))
                    case "report":
                        muted_only &= how is False
                        record(journal, report(number, posted=how))
                    case "automatic":
                        muted_only &= how is False
                        record(journal, report(number, posted=how, by_student=True))
                    case "other":
                        muted_only &= False
                        record(journal, other(number))
                    case _:
                        journal.close()
                        journal = Journal.open(path, now=lambda: READ_AT)
                if hidden or (hidden is None and muted_only):
                    assert told(reader) == []
            if steps:
                record(journal, *(row(number, named=True) for number in range(4)))
                stored = list(reader.oldest_first(EVERYTHING))
                assert [one for one in stored if Flag.HIDDEN_STUDENT in one.event.flags] == []
                _as_they_came(steps, stored, reader)
        finally:
            reader.close()
            journal.close()


def _as_they_came(
    steps: list[tuple[str, int, bool | None]], stored: list[Stored], reader: Reader
) -> None:
    """After the revelation nothing of what was withheld is lost."""
    by_key = {one.event.key: one for one in stored}
    by_key |= {one.live_key: one for one in stored if one.live_key is not None}
    for what, number, _ in steps:
        if what in {"report", "automatic"}:
            found = by_key[f"live:{number:04}"]
            assert found.event.student == local(STUDENT)
            assert found.event.links.submission == local(SUBMISSION)
            assert found.event.request_id == f"r{number}"
            raw = reader.live_raw(found.id) if found.live_key else reader.raw(found.id)
            assert raw == f'{{"user_id":{STUDENT}}}'
        if what == "other":
            assert by_key[f"live:other{number}"].event == other(number).event


def test_a_live_partner_never_names_a_hidden_student(journal: Journal, reader: Reader) -> None:
    for sightings in ([report(1, posted=False)], [row(1, named=False)], [other(1)]):
        record(journal, *sightings)
        assert told(reader) == []
    confirmed, beside = reader.oldest_first(EVERYTHING)
    assert confirmed.live_key == "live:0001"
    assert confirmed.event.seen_by == (Feed.AUDIT, Feed.LIVE)
    assert (confirmed.event.after.score, confirmed.event.client_ip) == (1.0, "10.0.0.1")
    assert reader.raw(confirmed.id) == '{"student":null}'
    assert (beside.event.kind, beside.event.actor, reader.raw(beside.id)) == (
        Kind.OTHER, None, None,
    )  # fmt: skip


@pytest.mark.parametrize("posted", [True, None])
def test_what_was_shown_before_is_withheld_once_the_log_hides_it(
    journal: Journal, reader: Reader, posted: bool | None
) -> None:
    record(journal, row(1, named=True), row(1, named=True, grade="6"), row(3, named=True))
    record(journal, report(3, posted=posted), report(2, posted=posted), other(2))
    assert told(reader) != []
    record(journal, row(4, named=False))
    assert told(reader) == []


def test_an_unposted_grade_is_withheld_from_its_first_moment(
    journal: Journal, reader: Reader
) -> None:
    record(journal, other(1), report(1, posted=False))
    assert told(reader) == []
    record(journal, row(2, named=True))
    assert {one.event.student for one in reader.oldest_first(EVERYTHING)} == {
        None, local(STUDENT),
    }  # fmt: skip
    record(journal, report(3, posted=False))
    assert len(reader.slots(Is(Role.STUDENT, (local(STUDENT),)), limit=9)) == 3


def test_a_row_read_again_unchanged_still_says_that_the_assignment_is_hidden(
    journal: Journal, reader: Reader
) -> None:
    record(journal, row(1, named=False))
    record(journal, row(2, named=True))
    assert told(reader) != []
    record(journal, row(1, named=False))
    assert told(reader) == []


def test_a_partner_taken_for_a_hidden_student_gives_way_once_another_is_named(
    journal: Journal, reader: Reader
) -> None:
    record(journal, row(1, named=False), report(1, posted=True))
    (pair,) = reader.oldest_first(EVERYTHING)
    assert pair.live_key == "live:0001"
    record(journal, Sighting(grade_row(1, NOW + 10_000, student=5), "{}"))
    parted = {one.event.key: one.event.student for one in reader.oldest_first(EVERYTHING)}
    assert parted == {"audit:1": local(5), "live:0001": local(STUDENT)}


def test_the_past_of_a_row_is_withheld_with_it(journal: Journal, reader: Reader) -> None:
    record(journal, row(1, named=True))
    record(journal, row(1, named=True, grade="6"))
    record(journal, row(2, named=False))
    hidden = next(iter(reader.oldest_first(EVERYTHING)))
    (past,) = reader.revisions(hidden.id)
    assert (past.event.student, past.event.after.grade) == (None, "5")
    record(journal, row(2, named=True))
    assert [one.event.student for one in reader.revisions(hidden.id)] == [local(STUDENT)]


def test_a_purge_takes_what_is_withheld_too(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with closing(Journal.open(path, now=lambda: READ_AT)) as journal:
        record(journal, report(1, posted=False), row(1, named=False), other(1))
        assert journal.purge(NOW + 60_000) == 2
    with closing(sqlite3.connect(path)) as db:
        assert [line for line in db.iterdump() if TRACES.search(line)] == []
