"""What of the time was read, what was lost, and what cannot be known: the report's second part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from tui.events.event import Feed
from tui.events.spans import Spans
from tui.events.times import iso_second
from tui.journal.records import Stretch
from tui.query.ast import Role
from tui.report.evidence.findings import Findings
from tui.report.evidence.markdown import plain, table
from tui.report.evidence.question import Question
from tui.report.inquiry.asking import limits_of_the_log
from tui.report.words import TimeStyle, time_words

_FEEDS = {Feed.AUDIT: "audit log (the record)", Feed.LIVE: "relay (a hint, no record)"}


def seen_lines(question: Question, found: Findings) -> Iterator[str]:
    """Which windows are verified, which are not, and the gaps; then what Canvas tells nobody."""
    window = _window(question, found)
    verified = _verified(question, found) & window
    yield "## What was seen"
    yield ""
    yield from _verified_lines(question, found, window)
    unread = window - verified
    if unread:
        yield "**Not verified**, so that changes may be missing here:"
        yield ""
        for start, end in unread.parts:
            yield f"- {moment(start, question.zone)} to {moment(end, question.zone)}"
    elif window:
        yield f"Every moment of the window is verified{_as_far_as(question, found, window)}."
    else:
        yield "The window had not begun when this was asked: **nothing of it is verified**."
    yield ""
    gaps = [
        gap
        for gap in (found.gaps if found.sight is None else found.sight.gaps)
        if Spans(((gap.start, gap.end),)) & window
    ]
    yield "### Gaps"
    yield ""
    for gap in gaps:
        target = "" if found.redacted else f" ({plain(gap.target)})"
        yield (
            f"- {_FEEDS[gap.feed]}{target}: {moment(gap.start, question.zone)} to "
            f"{moment(gap.end, question.zone)}: {plain(gap.reason)}"
        )
    if not gaps:
        yield "None is recorded."
    yield ""
    if question.subject is not None:
        yield "### Limits of what Canvas tells"
        yield ""
        yield from (f"- {plain(words)}" for words in limits_of_the_log(question.subject))
        yield ""


def _verified_lines(question: Question, found: Findings, window: Spans) -> Iterator[str]:
    rows: list[list[str]] = []
    for each in _read(question, found):
        for start, end in (Spans(((each.start, each.end),)) & window).parts:
            what = "[redacted]" if found.redacted else plain(each.target)
            rows.append(
                [
                    _FEEDS[each.feed],
                    what,
                    moment(start, question.zone),
                    moment(end, question.zone),
                    moment(each.checked_at, question.zone),
                ]
            )
    if not rows:
        yield "Nothing of the window was read to its end: all below may be a part only."
        yield ""
        return
    yield from table(("feed", "what was read", "from", "to", "read at"), rows)
    yield ""


def _window(question: Question, found: Findings) -> Spans:
    """What was asked for; without a beginning, from the first that is known of on."""
    known = [each.start for each in found.stretches]
    if found.tally.first_at is not None:
        known.append(found.tally.first_at)
    start = question.since if question.since is not None else min(known, default=question.at)
    end = question.at if question.until is None else min(question.until, question.at)
    return Spans.of(((start, max(start, end)),))


def _read(question: Question, found: Findings) -> list[Stretch]:
    """What was read of what was asked for; where nobody named that, all that was."""
    wanted = frozenset[str]().union(*question.feeds)
    if found.sight is not None:
        return [
            each
            for each in found.stretches
            if each.target in wanted or each in found.sight.stretches
        ]
    if not wanted:
        return list(found.stretches)
    return [each for each in found.stretches if each.target in wanted or each.feed is Feed.LIVE]


def _verified(question: Question, found: Findings) -> Spans:
    """Where the audit log was read: for a subject all of it, else all that was asked for."""
    named = _of_feeds(question, found)
    if found.sight is None:
        return named if question.feeds else _of_audit(found)
    about = question.subject
    if question.feeds and about is not None and about.role is Role.COURSE:
        return named  # its events too, not its grades alone
    return named | found.sight.whole | _common(found.sight.courses.values())


def _as_far_as(question: Question, found: Findings, window: Spans) -> str:
    """What the word verified does not cover, where it does not cover all."""
    if found.sight is None:
        return "" if question.feeds else " for what is listed here as read, and for nothing else"
    if not window - (_of_feeds(question, found) | found.sight.whole):
        return ""
    return ", course by course: in courses of which the journal knew nothing, nothing was read"


def _of_feeds(question: Question, found: Findings) -> Spans:
    """Where one of each set of feeds was read."""
    return _common(
        Spans.of(
            (each.start, each.end)
            for each in found.stretches
            if each.feed is Feed.AUDIT and each.target in names
        )
        for names in question.feeds
    )


def _of_audit(found: Findings) -> Spans:
    """Moments at which every target that was ever read was read: nobody says which ones count."""
    by_target: dict[str, list[tuple[int, int]]] = {}
    for each in found.stretches:
        if each.feed is Feed.AUDIT:
            by_target.setdefault(each.target, []).append((each.start, each.end))
    return _common(Spans.of(parts) for parts in by_target.values())


def _common(spans: Iterable[Spans]) -> Spans:
    found: Spans | None = None
    for each in spans:
        found = each if found is None else found & each
    return Spans() if found is None else found


def moment(ms: int, zone: tzinfo | None) -> str:
    """``2012-07-19T21:00:00Z (23:00:00 +0200)``: for every reader, and for this one."""
    local = time_words(ms, zone, TimeStyle.ZONED).partition(" ")[2]
    return f"{iso_second(ms)} ({local})"
