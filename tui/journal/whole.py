"""What one row shows of what the feeds said: more than one report, or less."""

from __future__ import annotations

from dataclasses import fields, replace
from enum import StrEnum

from tui.events.event import NO_CHANGES, Event, Feed, Flag, GradeState, Kind, Links
from tui.journal.pairing import is_hidden, is_live

_POSTED_SCORES = ("current_score", "final_score")


class Secrecy(StrEnum):
    """Whether the students of an assignment may be shown."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    PRESUMED = "presumed"
    """The log has not said; a live report has, that a grade is not posted."""


def said_of_students(event: Event) -> Secrecy | None:
    """What a grade's row of the audit log says of all students of its assignment.

    Anonymous and muted assignments have no student in any row (canvas-facts §1.6).
    """
    if event.kind is not Kind.GRADE or event.assignment is None or is_live(event):
        return None
    if event.student is not None:
        return Secrecy.SHOWN
    return Secrecy.HIDDEN if is_hidden(event) else None


def may_be_hidden(event: Event) -> bool:
    """Whether a live report gives reason to presume its assignment hidden."""
    return event.kind is Kind.GRADE and is_live(event) and event.after.posted is False


def is_quiet_total(event: Event) -> bool:
    """Whether it is a course total that the student cannot have seen change.

    Grades of work that is not posted change the unposted scores alone (canvas-facts §7.3), a moment
    after the grade: such a total tells whose the grade is.
    """
    if event.kind is not Kind.COURSE_SCORE or not is_live(event):
        return False
    told = (event.changes[name] for name in _POSTED_SCORES if name in event.changes)
    return all(change.old == change.new for change in told)


def is_withheld(event: Event, secrecy: Secrecy | None) -> bool:
    """Whether the student of ``event`` must not be told.

    ``secrecy`` is of its assignment; a course total has none, and that of its course counts. A row
    that Canvas told without its student stays so until it is read again, whatever is known by then:
    only Canvas may say whose it is.
    """
    if is_hidden(event) or _could_be_anywhere(event):
        return True
    if event.kind is Kind.COURSE_SCORE:
        return secrecy is Secrecy.HIDDEN and is_quiet_total(event)
    match secrecy:
        case Secrecy.HIDDEN:
            return True
        case Secrecy.PRESUMED:
            return is_live(event) and not (event.kind is Kind.GRADE and event.after.posted)
        case _:
            return False


def _could_be_anywhere(event: Event) -> bool:
    """Whether it is of a submission to nobody knows which assignment, which Canvas may hide.

    So is every comment: its body names the submission alone (canvas-facts §7.3). A grade without
    its assignment is, where it is not posted.
    """
    if not is_live(event) or event.assignment is not None:
        return False
    of_submission = event.kind is Kind.OTHER and event.links.submission is not None
    return of_submission or may_be_hidden(event)


def shown(own: Event, partner: Event | None, secrecy: Secrecy | None) -> Event:
    """The event of one row: its own report, what its live partner adds, less what is withheld."""
    whole = own if partner is None else joined(own, partner)
    if not is_withheld(own, secrecy):
        return whole
    return withheld(whole, partner)


def joined(row: Event, live: Event) -> Event:
    """A confirmed change: the audit row is the truth, the report adds what the log leaves out.

    Never the student: whom the log hides, no other source may name.
    """
    links = {
        field.name: getattr(row.links, field.name) or getattr(live.links, field.name)
        for field in fields(Links)
    }
    return replace(
        row,
        seen_by=(Feed.AUDIT, Feed.LIVE),
        account=row.account or live.account,
        actor=row.actor or live.actor,
        real_actor=row.real_actor or live.real_actor,
        before=_filled(row.before, live.before),
        after=_filled(row.after, live.after),
        flags=row.flags | live.flags & (Flag.MASQUERADE | Flag.UNPOSTED),
        links=Links(**links),
        request_id=row.request_id or live.request_id,
        client_ip=row.client_ip or live.client_ip,
        user_agent=row.user_agent or live.user_agent,
        url=row.url or live.url,
    )


def _filled(row: GradeState, live: GradeState) -> GradeState:
    """The grade as the log prints it, with the score and whether it is posted."""
    return GradeState(
        grade=row.grade,
        score=live.score if row.score is None else row.score,
        points_possible=live.points_possible
        if row.points_possible is None
        else row.points_possible,
        excused=row.excused,
        posted=live.posted if row.posted is None else row.posted,
    )


def withheld(event: Event, partner: Event | None = None) -> Event:
    """``event`` without all that tells its student: address, submission, request, the grader who
    is the student, and the actor where it may be the student (who else makes an automatic grade,
    or an event that is no grade).

    Nor the scores of a course total: the gradebook shows whose they are.
    """
    students = {event.student, None if partner is None else partner.student} - {None}
    theirs = (
        event.kind is not Kind.GRADE
        or Flag.AUTOMATIC in event.flags
        or not students.isdisjoint({event.actor, event.real_actor})
    )
    hidden = replace(
        event,
        student=None,
        grader=None if event.grader in students else event.grader,
        flags=event.flags | Flag.HIDDEN_STUDENT,
        links=replace(event.links, submission=None),
        request_id=None,
        page_view=None,
        url=None,
    )
    if not theirs:
        return hidden
    if event.kind is Kind.COURSE_SCORE:
        hidden = replace(hidden, before=GradeState(), after=GradeState(), changes=NO_CHANGES)
    return replace(
        hidden,
        actor=None,
        real_actor=None,
        flags=hidden.flags & ~Flag.MASQUERADE,
        client_ip=None,
        user_agent=None,
    )


def merge(old: Event, new: Event) -> Event:
    """The newer content, with what only the older one knew of its surroundings.

    Who saw it adds up. The account and the current grade depend on how Canvas was asked, so not
    knowing them now does not undo having known them. Whether a grade is posted does change: what
    was withheld once must not be called so for ever.
    """
    return replace(
        new,
        seen_by=tuple(sorted({*old.seen_by, *new.seen_by})),
        account=old.account if new.account is None else new.account,
        current_grade=old.current_grade if new.current_grade is None else new.current_grade,
    )


def essence(event: Event) -> Event:
    """What of an event is the change itself: a difference in it is a revision."""
    return replace(
        event,
        seen_by=(),
        account=None,
        current_grade=None,
        before=replace(event.before, posted=None),
        after=replace(event.after, posted=None),
        flags=event.flags & ~(Flag.UNPOSTED | Flag.UNCONFIRMED),
    )
