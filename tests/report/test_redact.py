from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from tests.report.samples import Counting, grade_event, stored
from tui.events.event import Change, Event, Flag, Kind, Links, Thing
from tui.events.ids import CanvasId
from tui.journal.records import Labels
from tui.query.ast import Role
from tui.report.redact import MARK, Redactor

_SECRETS = ("77001", "77002", "77003", "77004", "77005", "77006", "77007", "77008", "Zoë", "BIO")


def _full(kind: Kind = Kind.GRADE) -> Event:
    return grade_event(
        kind=kind,
        account=CanvasId.of(77001),
        course=CanvasId.of(77002),
        assignment=CanvasId.of(77003),
        student=CanvasId.of(77004),
        grader=CanvasId.of(77005),
        actor=CanvasId.of(77005),
        real_actor=CanvasId.of(77006),
        changes={
            "name": Change("BIO 1", "BIO 2 by Zoë"),
            "sis_source_id": Change(None, "77007"),
            "enrollment_term_id": Change(None, 77008),
            "workflow_state": Change("claimed", "available"),
            "is_public": Change(False, True),
        },
        links=Links(
            copied_from=CanvasId.of(77007),
            sis_batch=CanvasId.of(77008),
            submission=CanvasId.of(77001),
            grading_period=CanvasId.of(77001),
        ),
        request_id="77001",
        page_view="77001",
        client_ip="7.7.77001",
        user_agent="Zoë's browser",
        url="https://x/77004",
    )


_LABELS = Labels("BIO 101", "Zoë's makeup", "Zoë S", "Zoë G", "Zoë A", "Zoë R")


def test_nothing_that_names_a_person_or_a_thing_is_left() -> None:
    seen = repr(asdict(Redactor(Counting()).redact(stored(_full(), _LABELS))))
    assert [secret for secret in _SECRETS if secret in seen] == []


def test_people_get_pseudonyms_by_their_role_and_one_number_each() -> None:
    redacted = Redactor(Counting()).redact(stored(_full(), _LABELS))
    assert redacted.labels == Labels(
        course="Crs 01",
        assignment="Asgmt 01",
        student="Student 01",
        grader="Grader 02",
        actor="Person 02",
        real_actor="Person 03",
    )
    assert redacted.event.student == CanvasId.of(1)
    assert redacted.event.grader == redacted.event.actor == CanvasId.of(2)


def test_what_happened_is_still_told() -> None:
    event = _full(Kind.COURSE)
    redacted = Redactor(Counting()).redact(stored(event, _LABELS)).event
    assert (redacted.before, redacted.after, redacted.at, redacted.type) == (
        event.before,
        event.after,
        event.at,
        event.type,
    )
    assert redacted.changes["workflow_state"] == Change("claimed", "available")
    assert redacted.changes["is_public"] == Change(False, True)
    assert redacted.changes["name"] == Change(MARK, MARK)
    assert redacted.changes["enrollment_term_id"] == Change(None, MARK)
    assert redacted.client_ip == MARK


def test_what_is_not_known_stays_unknown_and_a_hidden_student_hidden() -> None:
    event = grade_event(student=None, grader=None, flags=Flag.HIDDEN_STUDENT | Flag.AUTOMATIC)
    redacted = Redactor(Counting()).redact(stored(event))
    assert redacted.event.student is None
    assert redacted.labels.student is None
    assert redacted.event.url is None
    assert Flag.HIDDEN_STUDENT in redacted.event.flags


def test_a_name_outside_any_role_has_the_same_number() -> None:
    redactor = Redactor(Counting())
    redacted = redactor.redact(stored(_full(), _LABELS))
    assert redacted.labels.student == "Student 01"
    assert redactor.name(Thing.USER, CanvasId.of(77004)) == "Person 01"
    assert redactor.name(Thing.USER, CanvasId.of(77004), Role.STUDENT) == "Student 01"


@given(st.lists(st.integers(1, 30), min_size=1, max_size=40))
def test_pseudonyms_are_stable_distinct_and_asked_for_once(students: list[int]) -> None:
    aliases = Counting()
    redactor = Redactor(aliases)
    rows = [stored(grade_event(student=CanvasId.of(number))) for number in students]
    redacted = redactor.redact_all(rows)
    pairs = {(number, row.labels.student) for number, row in zip(students, redacted, strict=True)}
    assert len(pairs) == len(set(students)) == len({name for _, name in pairs})
    assert [redactor.redact(row) for row in rows] == redacted
    assert aliases.calls == 1
