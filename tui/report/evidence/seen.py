"""What of the time was read, what was lost, and what cannot be known: the report's second part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from tui.events.event import Feed
from tui.events.spans import NEVER, Spans
from tui.events.times import iso_second
from tui.journal.records import Stretch
from tui.query.ast import During, Role
from tui.query.when import ALWAYS, moments_of
from tui.report.evidence.findings import Findings
from tui.report.evidence.limits import limit_words
from tui.report.evidence.markdown import plain, table
from tui.report.evidence.question import Question
from tui.report.inquiry.sums import count_words
from tui.report.words import TimeStyle, time_words

_JUST_READ_MS = 60_000
"""The log is read every few seconds; what is older than this was not read since."""
_FEEDS = {Feed.AUDIT: "audit log (the record)", Feed.LIVE: "relay (a hint, no record)"}


def seen_lines(question: Question, found: Findings) -> Iterator[str]:
    """Which windows are verified, which are not, and the gaps; then what Canvas tells nobody."""
    window = window_of(question, found)
    verified = _verified(question, found) & window
    yield "## What was seen"
    yield ""
    yield from _verified_lines(question, found, window)
    unread, late = _since_last_read(question, window - verified, verified)
    if unread:
        yield "**Not verified**, so that changes may be missing here:"
        yield ""
        for start, end in unread.parts:
            yield f"- {moment(start, question.zone)} to {moment(end, question.zone)}"
    elif window:
        until = " until the log was last read" if late else ""
        as_far_as = _as_far_as(question, found, window - late)
        yield f"Every moment of the window{until} is verified{as_far_as}."
    elif moments_of(question.where):
        yield "The window had not begun when this was asked: **nothing of it is verified**."
    else:
        yield "What was asked for leaves no moment at all."
    yield ""
    for start, end in late.parts:
        seconds = count_words(max(1, (end - start) // 1000), "second")
        yield (
            f"The log was last read at {moment(start, question.zone)}; the {seconds} after that, "
            "until this was asked, are not in it."
        )
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
    yield "### Limits of what Canvas tells"
    yield ""
    yield from (f"- {plain(words)}" for words in limit_words(question.subject, found))
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


def window_of(question: Question, found: Findings) -> Spans:
    """The moments that were asked for, a filter's times among them, as far as they had passed.

    Without a beginning it is from the first that is known of on.
    """
    asked = moments_of(question.where) & moments_of(During(question.since, question.until))
    begins = asked.parts[0][0] if asked else None
    if begins == ALWAYS.parts[0][0]:
        known = [each.start for each in found.stretches]
        if found.tally.first_at is not None:
            known.append(found.tally.first_at)
        begins = min(known, default=question.at)
    return asked & Spans.of(() if begins is None else ((begins, question.at),))


def _since_last_read(question: Question, unread: Spans, verified: Spans) -> tuple[Spans, Spans]:
    """``unread``, and apart from it the short while from the last reading until this was asked."""
    if not unread or not verified:
        return unread, NEVER
    start, end = unread.parts[-1]
    if start != verified.parts[-1][1] or end != question.at or end - start > _JUST_READ_MS:
        return unread, NEVER
    return Spans(unread.parts[:-1]), Spans(unread.parts[-1:])


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
