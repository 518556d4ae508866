"""Whose assignment cannot be told, and who is student and grader in one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.journal.both_feeds import grade_report, grade_row
from tests.journal.making import NOW, batch_of, local
from tui.events.event import Event, Feed, Flag, Kind, Links
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.query.ast import EVERYTHING

STUDENT = 77701


def comment() -> Event:
    """A comment names its submission and its author alone."""
    return Event(
        key="live:comment",
        kind=Kind.OTHER,
        type="submission_comment_created",
        at=NOW,
        seen_by=(Feed.LIVE,),
        course=local(1),
        actor=local(STUDENT),
        links=Links(submission=local(77702)),
        request_id="r1",
        client_ip="10.77.7.03",
        url=f"https://canvas.test/u/{STUDENT}",
    )


def told(reader: Reader) -> list[str]:
    found = list(reader.oldest_first(EVERYTHING))
    answers = [str((one.event, reader.raw(one.id))) for one in found]
    return [answer for answer in answers if "777" in answer or "10.77" in answer]


@pytest.mark.parametrize(
    "event",
    [
        comment(),
        replace(grade_report(1, NOW, student=STUDENT, posted=False), assignment=None,
                links=Links(submission=local(77702))),
    ],
    ids=["comment", "grade"],
)  # fmt: skip
def test_what_may_belong_to_a_hidden_assignment_tells_nobody(
    journal: Journal, reader: Reader, event: Event
) -> None:
    journal.record(batch_of(grade_row(1, NOW, student=8)))
    journal.record(batch_of(replace(event, key="live:one")))
    assert told(reader) == []
    shown = {one.event.key: one for one in reader.oldest_first(EVERYTHING)}["live:one"]
    assert Flag.HIDDEN_STUDENT in shown.event.flags
    assert reader.raw(shown.id) is None


def test_where_one_report_says_unposted_one_that_does_not_say_tells_nobody(
    journal: Journal, reader: Reader
) -> None:
    """The same change in Caliper's form, which never says whether it is posted."""
    journal.record(
        batch_of(
            replace(grade_report(1, NOW, student=STUDENT, posted=None), key="caliper:1"),
            grade_report(2, NOW, student=STUDENT, posted=False),
        )
    )
    assert {one.event.student for one in reader.oldest_first(EVERYTHING)} == {None}
    journal.record(batch_of(grade_report(3, NOW + 5000, student=STUDENT, posted=True)))
    assert {one.event.student for one in reader.oldest_first(EVERYTHING)} == {
        None, local(STUDENT),
    }  # fmt: skip


def test_a_student_who_grades_themselves_is_no_grader_where_students_are_withheld(
    journal: Journal, reader: Reader
) -> None:
    own = grade_report(1, NOW, student=STUDENT, grader=STUDENT, actor=STUDENT, posted=False)
    journal.record(batch_of(own))
    (shown,) = reader.oldest_first(EVERYTHING)
    assert (shown.event.grader, shown.event.actor) == (None, None)
    journal.record(batch_of(grade_row(9, NOW + 9000, student=8)))
    assert own in [one.event for one in reader.oldest_first(EVERYTHING)]
