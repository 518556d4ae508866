"""What a report of evidence is asked for, in words that stay with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.metadata import version

from tui.config import Settings
from tui.door.desk import Window, canvas_url, zone_of
from tui.door.options import Asked
from tui.events.ids import CanvasId
from tui.events.times import iso_second
from tui.query.ast import Filter, Role
from tui.report.evidence.feeds import feeds_for
from tui.report.evidence.question import Question
from tui.report.inquiry.subject import Subject
from tui.sources.targets import OVERRIDE, Targets


def question_of(
    asked: Asked, settings: Settings, targets: Targets, window: Window, where: Filter, *, now: int
) -> Question:
    """The question that the options ask; ``targets`` are their numbers, as the journal has them.

    Where people are not to be named, ids are not told.
    """
    return Question(
        where=where,
        asked=tuple(_asked(asked, window, redacted=settings.ui.redact)),
        subject=subject_of(targets),
        since=window.since,
        until=window.until,
        at=now,
        zone=zone_of(settings),
        feeds=feeds_for(targets),
        canvas=None if settings.canvas.url is None else canvas_url(settings),
        version=version("gradewatch"),
    )


def seen_from(targets: Targets, home_shard: int) -> Targets:
    """The same numbers where ``home_shard`` (0: not known) is home: its objects become local."""

    def local(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(
            one if one == OVERRIDE else str(CanvasId.parse(one).seen_from(home_shard))
            for one in ids
        )

    return replace(
        targets,
        courses=local(targets.courses),
        assignments=local(targets.assignments),
        students=local(targets.students),
        graders=local(targets.graders),
        accounts=local(targets.accounts),
    )


def subject_of(targets: Targets) -> Subject | None:
    """Whom or what the targets are about, where it is one: the narrowest that is named once."""
    if targets.accounts:
        return None
    for role, ids in (
        (Role.STUDENT, targets.students),
        (Role.GRADER, targets.graders),
        (Role.ASSIGNMENT, targets.assignments),
        (Role.COURSE, targets.courses),
    ):
        if len(ids) > 1 or ids == (OVERRIDE,):
            return None
        if ids:
            return Subject(role, CanvasId.parse(ids[0]))
    return None


def _asked(asked: Asked, window: Window, *, redacted: bool) -> Iterator[tuple[str, str]]:
    for label, ids in (
        ("course", asked.courses),
        ("assignment", asked.assignments),
        ("student", asked.students),
        ("grader", asked.graders),
        ("account", asked.accounts),
    ):
        if ids:
            yield label, "[redacted]" if redacted else " or ".join(ids)
    if asked.filter is not None and asked.filter.strip():
        yield "filter", "[redacted]" if redacted else asked.filter.strip()
    if not asked.course_events:
        yield "course events", "left out"
    since = "the beginning of the journal" if window.since is None else iso_second(window.since)
    until = "the time of asking" if window.until is None else iso_second(window.until)
    yield "time", f"from {since} until {until}"
