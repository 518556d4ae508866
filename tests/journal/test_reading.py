"""Names, completion, history, the home shard and forgetting."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.journal.making import (
    NOW,
    a_grade,
    batch_of,
    dear,
    local,
    names,
    reports,
    seen,
)
from tui.events.event import Event, Feed, Kind, Links, Name, Thing
from tui.events.ids import CanvasId
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.record import identity
from tui.journal.records import Batch, Labels, Stored, Stretch
from tui.journal.schema import FORMAT
from tui.query.ast import EVERYTHING, And, Is, Resembles, Role


def user(number: int, text: str) -> Name:
    return Name(Thing.USER, local(number), text)


def keys(stored: list[Stored]) -> list[str]:
    return [one.event.key.removeprefix("audit:") for one in stored]


def test_events_carry_the_names_that_are_known_now(journal: Journal, reader: Reader) -> None:
    journal.record(batch_of(a_grade(1)))
    touch = reader.touch()
    known = [user(3, "Ada"), user(4, "Bo"), Name(Thing.COURSE, local(1), "BIO 101")]
    assert journal.record(Batch(names=tuple(known))).names == 3
    assert journal.record(Batch(names=tuple(known))).names == 0
    (stored,) = reader.oldest_first(EVERYTHING)
    assert stored.labels == Labels(course="BIO 101", student="Ada", grader="Bo")
    touches = reader.touched(touch, EVERYTHING)
    assert (touches.events, touches.names_changed, touches.purged) == ((), True, False)
    assert not reader.touched(touches.touch, EVERYTHING).names_changed
    assert reader.names([(Thing.USER, local(3)), (Thing.USER, local(1))]) == {
        (Thing.USER, local(3)): "Ada"
    }


def test_a_filter_by_name_follows_a_name_that_changes(journal: Journal, reader: Reader) -> None:
    journal.record(batch_of(a_grade(1), names=[user(3, "Ada Byron")]))
    assert len(reader.slots(Resembles(Role.STUDENT, "byron"), limit=9)) == 1
    journal.record(Batch(names=(user(3, "Ada Lovelace"),)))
    assert reader.slots(Resembles(Role.STUDENT, "byron"), limit=9) == []
    assert len(reader.slots(Resembles(Role.STUDENT, "LOVE"), limit=9)) == 1


def test_names_are_asked_for_once(journal: Journal) -> None:
    copied = replace(
        a_grade(2, kind=Kind.COURSE, assignment=None, student=None, grader=None),
        links=Links(copied_from=local(77)),
    )
    journal.record(batch_of(a_grade(1), copied, names=[user(4, "Bo")]))
    missing = {
        (Thing.COURSE, local(1)), (Thing.COURSE, local(77)),
        (Thing.ASSIGNMENT, local(2)), (Thing.USER, local(3)),
    }  # fmt: skip
    assert set(journal.unnamed(10)) == missing
    assert len(journal.unnamed(1)) == 1
    journal.note_unnamed([(Thing.USER, local(3))])
    journal.record(Batch(names=(Name(Thing.COURSE, local(77), "Old"),)))
    journal.record(batch_of(a_grade(3)))
    assert set(journal.unnamed(10)) == missing - {
        (Thing.USER, local(3)), (Thing.COURSE, local(77)),
    }  # fmt: skip


def test_completion_offers_who_was_seen_in_the_role(journal: Journal, reader: Reader) -> None:
    journal.record(
        batch_of(
            a_grade(1, student=31, grader=41),
            a_grade(2, student=32, grader=41),
            a_grade(3, student=330, grader=41),
            names=[
                user(31, "Maria Adams"),
                user(32, "Ádám Kovács"),
                user(41, "Adam Grader"),
                user(50, "Adam Nobody"),
            ],
        )
    )

    def offered(role: Role, text: str) -> list[str]:
        return [one.name for one in reader.suggest(role, text)]

    assert offered(Role.STUDENT, "ADA") == ["Ádám Kovács", "Maria Adams"]
    assert offered(Role.GRADER, "ada") == ["Adam Grader"]
    assert offered(Role.STUDENT, "3") == ["#330", "Ádám Kovács", "Maria Adams"]
    assert offered(Role.STUDENT, "32") == ["Ádám Kovács"]
    assert offered(Role.STUDENT, "") == ["#330", "Ádám Kovács", "Maria Adams"]
    assert offered(Role.COURSE, "1") == ["#1"]
    assert offered(Role.STUDENT, "zz") == []
    assert len(reader.suggest(Role.STUDENT, "", limit=1)) == 1


def test_history_is_every_change_of_the_same_submission(journal: Journal, reader: Reader) -> None:
    journal.record(
        batch_of(
            a_grade(1),
            a_grade(2),
            a_grade(3, student=99),
            a_grade(4, assignment=99),
            a_grade(5, student=None),
            a_grade(6, kind=Kind.OVERRIDE, assignment=None),
            a_grade(7, kind=Kind.OVERRIDE, assignment=None),
            a_grade(8, kind=Kind.OVERRIDE, assignment=None, course=99),
            a_grade(9, kind=Kind.COURSE, assignment=None, student=None),
            a_grade(10, kind=Kind.COURSE, assignment=None, student=None),
            a_grade(11, student=None),
            a_grade(12, kind=Kind.OTHER),
        )
    )
    by_key = {keys([one])[0]: one.id for one in reader.oldest_first(EVERYTHING)}
    for group in (["1", "2"], ["3"], ["4"], ["5"], ["6", "7"], ["8"], ["9", "10"], ["11"], ["12"]):
        for key in group:
            assert keys(reader.history(by_key[key])) == group
    assert reader.history(10**6) == []


def test_the_home_shard_makes_its_global_ids_local_everywhere(
    journal: Journal, reader: Reader
) -> None:
    ours, foreign = CanvasId(2107, 3), CanvasId(10, 3)
    event = replace(a_grade(1, student=None), student=ours, grader=foreign, links=Links(ours))
    journal.record(
        Batch(
            sightings=seen(event, a_grade(2, student=3)),
            names=(Name(Thing.USER, ours, "Ada"), Name(Thing.USER, foreign, "Bo")),
        )
    )
    touch = reader.touch()
    assert keys(list(reader.oldest_first(Is(Role.STUDENT, (local(3),))))) == ["2"]
    journal.record(Batch(home_shard=2107))
    journal.record(Batch(home_shard=10))
    assert reader.info().home_shard == 2107
    for same in (Is(Role.STUDENT, (local(3),)), Is(Role.STUDENT, (ours,))):
        assert keys(list(reader.oldest_first(same))) == ["1", "2"]
    for text in ("3", "21070000000000003", "2107~3", "ada"):
        assert keys(list(reader.oldest_first(Resembles(Role.STUDENT, text)))) == ["1", "2"]
    first = next(iter(reader.oldest_first(EVERYTHING)))
    assert (first.event.student, first.event.grader) == (local(3), foreign)
    assert first.event.links.copied_from == local(3)
    assert first.labels.student == "Ada"
    assert [one.slot.id for one in reader.touched(touch, EVERYTHING).events] == [first.id]
    assert journal.record(Batch(sightings=seen(event))).known == 1
    assert reader.names([(Thing.USER, ours)]) == {(Thing.USER, ours): "Ada"}
    assert [one.id for one in reader.suggest(Role.STUDENT, "")] == [local(3)]


def test_another_institution_s_local_ids_are_not_ours(journal: Journal, reader: Reader) -> None:
    journal.record(Batch(home_shard=2107, sightings=seen(a_grade(1)), names=(user(3, "Ada"),)))
    theirs = replace(a_grade(2), grader=CanvasId(2107, 4), links=Links(copied_from=local(1)))
    journal.record(Batch(home_shard=10, sightings=seen(theirs), names=(user(3, "Bo"),)))
    ours, other = reader.oldest_first(EVERYTHING)
    assert (ours.event.student, ours.labels.student) == (local(3), "Ada")
    assert (other.event.student, other.labels.student) == (CanvasId(10, 3), "Bo")
    assert other.event.grader == local(4)
    assert other.event.links.copied_from == CanvasId(10, 1)
    assert len(reader.history(ours.id)) == 1


crowds = st.lists(
    reports(st.sampled_from("abcdefgh"), 9), max_size=8, unique_by=lambda event: event.key
)


@dear
@given(crowds, crowds, st.lists(names, max_size=4), st.sampled_from([2107, 922_338]))
def test_when_the_home_shard_is_learnt_makes_no_difference(
    early: list[Event], late: list[Event], book: list[Name], home: int
) -> None:
    batches = [Batch(sightings=seen(*early), names=tuple(book)), Batch(sightings=seen(*late))]
    found: list[object] = []
    for learnt_at in range(3):
        with closing(Journal.open(None, now=lambda: NOW)) as journal:
            for number, batch in enumerate(batches):
                if number == learnt_at:
                    journal.record(Batch(home_shard=home))
                journal.record(batch)
            journal.record(Batch(home_shard=home))
            reader = journal.reader()
            events = [one.event for one in reader.oldest_first(EVERYTHING)]
            roles = [sorted(one.id for one in reader.suggest(role, "", limit=99)) for role in Role]
            asked = [len(reader.slots(Is(Role.STUDENT, (CanvasId(home, n),)), limit=99))
                     for n in range(4)]  # fmt: skip
            found.append((events, roles, asked, sorted(set(journal.unnamed(99)))))
    assert found[0] == found[1] == found[2]


def test_purging_forgets_all_that_was_before(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    secret, kept = "Wilhelmina Secretia", "Bo Keptova"
    old, new = a_grade(1, student=31), a_grade(2, student=32)
    with closing(Journal.open(path, now=lambda: NOW)) as journal:
        reader = journal.reader()
        journal.record(
            batch_of(old, new, names=[user(31, secret), user(32, kept), user(4, "Grader")])
        )
        journal.record(batch_of(replace(old, current_grade=None, url=f"/{secret}")))
        journal.record(Batch(covered=(Stretch(Feed.AUDIT, "x", NOW, NOW + 5000, NOW),)))
        journal.aliases([(Thing.USER, local(31)), (Thing.USER, local(32))])
        touch = reader.touch()
        assert journal.purge(old.at) == 0
        assert not reader.touched(touch, EVERYTHING).purged
        assert journal.purge(new.at) == 1
        touches = reader.touched(touch, EVERYTHING)
        assert (touches.purged, touches.names_changed) == (True, True)
        assert keys(list(reader.oldest_first(EVERYTHING))) == ["2"]
        assert [one.name for one in reader.suggest(Role.STUDENT, "")] == [kept]
        assert reader.coverage() == [Stretch(Feed.AUDIT, "x", new.at, NOW + 5000, NOW)]
        assert reader.info().revisions == 0
        assert journal.aliases([(Thing.USER, local(32))]) == {(Thing.USER, local(32)): 2}
        everything = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert secret.encode() not in everything
        assert secret.casefold().encode() not in everything
        assert kept.encode() in everything
        reader.close()


@dear
@given(st.lists(crowds, max_size=3), st.integers(0, 9), st.sampled_from([0, 2107]))
def test_parties_are_counted_as_they_are(rounds: list[list[Event]], before: int, home: int) -> None:
    """What completion offers and filters are planned by is the truth about the events."""
    with closing(Journal.open(None, now=lambda: NOW)) as journal:
        for round_ in rounds:
            journal.record(Batch(sightings=seen(*round_)))
        journal.record(Batch(home_shard=home))
        purged = journal.purge(before)
        reader = journal.reader()
        events = [one.event for one in reader.oldest_first(EVERYTHING)]
        merged = {identity(event) for round_ in rounds for event in round_}
        assert len(events) == len(merged) - purged
        assert all(event.at >= before for event in events)
        for role in Role:
            played = Counter(getattr(event, role.value) for event in events)
            played.pop(None, None)
            assert {one.id for one in reader.suggest(role, "", limit=99)} == set(played)
        assert dict(reader.info().by_kind) == Counter(event.kind.value for event in events)


def test_info_tells_what_is_here(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with (
        closing(Journal.open(path, now=lambda: NOW)) as journal,
        closing(journal.reader()) as reader,
    ):
        empty = reader.info()
        assert (empty.events, empty.oldest, empty.newest) == (0, None, None)
        journal.record(batch_of(a_grade(1), a_grade(2, kind=Kind.OVERRIDE), names=[user(3, "Ada")]))
        info = reader.info()
        assert (info.path, info.schema, info.names) == (str(path), FORMAT, 1)
        assert (info.events, info.by_kind) == (2, (("grade", 1), ("override", 1)))
        assert (info.oldest, info.newest) == (NOW + 1000, NOW + 2000)
        assert info.size >= path.stat().st_size > 0


def test_stored_answers_in_the_order_asked(journal: Journal, reader: Reader) -> None:
    journal.record(batch_of(*(a_grade(number) for number in range(5))))
    ids = [slot.id for slot in reader.slots(EVERYTHING, limit=9)]
    assert [one.id for one in reader.stored([ids[3], 10**6, ids[0], ids[3]])] == [
        ids[3], ids[0], ids[3],
    ]  # fmt: skip
    assert reader.raw(10**6) is None


def test_many_ids_are_one_term(journal: Journal, reader: Reader) -> None:
    journal.record(batch_of(*(a_grade(number, student=number) for number in range(300))))
    several = tuple(local(number) for number in range(100, 200))
    huge = (*several, CanvasId(10**9, 1))
    assert reader.count(Is(Role.STUDENT, huge)) == 100
    assert reader.count(And((Is(Role.STUDENT, huge), Is(Role.STUDENT, several[:7])))) == 7


def test_an_export_holds_no_transaction_between_its_pieces(
    journal: Journal, reader: Reader
) -> None:
    journal.record(batch_of(*(a_grade(number) for number in range(10))))
    seen_keys: list[str] = []
    for one in reader.oldest_first(EVERYTHING, chunk=3):
        seen_keys.extend(keys([one]))
        if len(seen_keys) == 1:
            journal.record(batch_of(a_grade(50)))
            journal.purge(0)
    assert seen_keys == [*(str(number) for number in range(10)), "50"]
