"""What of the time was read, and what could not be seen, as lines; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from tui.app.lines import BLANK, Line, Tone, head, quiet
from tui.events.event import Thing
from tui.events.ids import CanvasId
from tui.events.spans import Spans
from tui.events.times import to_datetime
from tui.query.ast import Role
from tui.report.inquiry.asking import (
    limits_of_rights,
    limits_of_the_log,
    place_of_question,
    refused_everywhere,
)
from tui.report.inquiry.inquiry import Inquiry
from tui.report.inquiry.sight import own_query
from tui.sources.audit_api.backfill import Progress, Unseen

_PARTS = 4
"""Stretches of one feed that are shown: the newest."""


def time_lines(
    found: Inquiry,
    unseen: Sequence[Unseen],
    known: Sequence[CanvasId],
    zone: tzinfo | None,
) -> Iterator[Line]:
    """``known`` are the courses that may have been asked one by one."""
    if not found.complete:
        return
    sight = found.sight
    yield BLANK
    yield head("Verified: what was read of the audit log")
    everywhere = "in all courses" if found.subject.role in _ACROSS else "of all of it"
    yield from _stretches(everywhere, sight.whole, zone)
    rest = Spans()
    for course, spans in sight.courses.items():
        yield from _stretches(f"in {found.called(Thing.COURSE, course)}", spans - sight.whole, zone)
        rest |= spans
    if not sight.whole and not rest:
        yield Line("  nothing of it: what is below may be a part only", Tone.WARN)
    heard = sight.heard - sight.whole - rest
    if heard:
        yield from _stretches("by a relay alone, a hint and no record", heard, zone)
    for gap in sight.gaps:
        yield Line(f"  lost {_span(gap.start, gap.end, zone)}: {gap.reason}", Tone.WARN)
    yield from _unseen(found, unseen, known)
    yield from (Line(words, Tone.WARN) for words in limits_of_rights(found.subject, unseen, known))


def limit_lines(found: Inquiry) -> Iterator[Line]:
    """What Canvas tells nobody: the same for everybody, so it comes last."""
    yield BLANK
    yield head("Limits of what Canvas tells")
    yield from (Line(f"  {words}") for words in limits_of_the_log(found.subject))


_ACROSS = (Role.STUDENT, Role.GRADER)


def _unseen(found: Inquiry, unseen: Sequence[Unseen], known: Sequence[CanvasId]) -> Iterator[Line]:
    """What Canvas said no to; that it does not answer for all courses is said by itself."""
    everywhere = own_query(found.subject).name
    for each in unseen:
        if each.asked == everywhere and refused_everywhere(found.subject, unseen) and known:
            continue
        course = place_of_question(each.asked, found.subject, known)
        where = "" if course is None else f" {found.called(Thing.COURSE, course)}"
        why = "Canvas refuses, or does not know it" if found.redacted else each.why
        yield Line(f"Not seen:{where}: {why}" if where else f"Not seen: {why}", Tone.WARN)


def _stretches(label: str, spans: Spans, zone: tzinfo | None) -> Iterator[Line]:
    older = len(spans.parts) - _PARTS
    for start, end in reversed(spans.parts[-_PARTS:]):
        yield Line(f"  {_span(start, end, zone)}  {label}")
    if older > 0:
        yield quiet(f"  … and {older:,} older stretches {label}")


def _span(start: int, end: int, zone: tzinfo | None) -> str:
    return f"{_moment(start, zone)} – {_moment(end, zone)}"


def _moment(ms: int, zone: tzinfo | None) -> str:
    return f"{to_datetime(ms).astimezone(zone):%Y-%m-%d %H:%M}"


def progress_words(progress: Progress, zone: tzinfo | None, *, redacted: bool) -> str:
    """``reading grades of student 40: 3 pages, 300 changes, back to 2026-01-03 12:00``."""
    what = "the audit log" if redacted else progress.asked
    which = f" ({progress.number} of {progress.of})" if progress.of > 1 else ""
    if progress.reached is None and not progress.pages:
        return f"asking Canvas for {what}{which}…"
    back = "" if progress.reached is None else f", back to {_moment(progress.reached, zone)}"
    pages = "1 page" if progress.pages == 1 else f"{progress.pages:,} pages"
    return f"reading {what}{which}: {pages}, {progress.events:,} changes{back}"
