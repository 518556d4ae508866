"""The report of evidence, line by line, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from shlex import quote

from tui.events.attention import Hit
from tui.events.delta import delta
from tui.events.event import Change, Event, Kind
from tui.journal.records import Stored
from tui.query.ast import Role
from tui.report.evidence.findings import Findings, Topic
from tui.report.evidence.markdown import code, plain, table
from tui.report.evidence.question import Question
from tui.report.evidence.seen import moment, seen_lines, window_of
from tui.report.inquiry.sums import count_words, tally_words
from tui.report.redact import MARK
from tui.report.words import (
    change_words,
    delta_words,
    field_words,
    flag_names,
    party_words,
    short_change,
    thing_words,
    value_words,
    who_words,
)

_LONGEST = 200
"""Characters of a value in a table; a syllabus has a hundred thousand."""


def report_lines(question: Question, found: Findings, beside: Path | None) -> Iterator[str]:
    """All of the report; ``beside`` is where the NDJSON was written, None: nowhere."""
    yield f"# Evidence: {plain(_title(question, found))}"
    yield ""
    yield (
        f"Asked {moment(question.at, question.zone)} of the journal of gradewatch "
        f"{question.version}. The events are what Canvas told; nothing here says why a change was "
        "made, or whether it was right."
    )
    yield ""
    yield "## What was asked"
    yield ""
    if question.canvas is not None:
        yield f"- Canvas: {plain(MARK) if found.redacted else code(question.canvas)}"
    yield from (f"- {label}: {plain(words)}" for label, words in question.asked)
    for start, end in window_of(question, found).parts:
        yield f"- window: {moment(start, question.zone)} to {moment(end, question.zone)}"
    if found.redacted:
        yield (
            "- redacted: pseudonyms stand for names; ids of people, courses and assignments are "
            "left out"
        )
    yield ""
    yield from seen_lines(question, found)
    yield from _sums(question, found)
    yield from _pointed_at(found)
    yield "## Changes"
    yield ""
    yield (
        "Oldest first within each part. The number of a change is that of its line in the NDJSON; "
        "times are UTC, and in brackets the reader's."
    )
    yield ""
    for topic, rows in found.parts.items():
        yield from _part(question, found, topic, rows)
    yield from _proof(found, beside)


def _title(question: Question, found: Findings) -> str:
    if question.subject is None:
        return "grade changes and course events"
    role, party = question.subject.role, question.subject.id
    everybody = (each for rows in found.parts.values() for _, each in rows)
    named = next((each for each in everybody if _plays(each, role)), None)
    if found.redacted:
        return f"{role} {MARK if named is None else party_words(named, role)}"
    words = f"#{party}" if named is None else party_words(named, role)
    return f"{role} {words}" if words == f"#{party}" else f"{role} {words} (#{party})"


def _plays(stored: Stored, role: Role) -> bool:
    event = stored.event
    parties = {
        Role.STUDENT: event.student,
        Role.GRADER: event.grader,
        Role.ASSIGNMENT: event.assignment,
        Role.COURSE: event.course,
    }
    return parties.get(role) is not None


def _sums(question: Question, found: Findings) -> Iterator[str]:
    yield "## Sums"
    yield ""
    tally = found.tally
    if tally.first_at is None or tally.last_at is None:
        yield "The journal has no event of what was asked."
        yield ""
        return
    yield f"{tally_words(tally)}."
    yield ""
    first, last = (moment(at, question.zone) for at in (tally.first_at, tally.last_at))
    yield f"The first {first}, the last {last}."
    yield ""
    by_count = sorted(found.graders, key=lambda each: (-each[1].changes, each[0]))
    yield from table(
        ("by", "changes"), ([plain(name), tally_words(each)] for name, each in by_count)
    )
    yield ""


def _pointed_at(found: Findings) -> Iterator[str]:
    """What rules and people have pointed at; a rule's words say look at this, and no more."""
    rows = sorted((each for rows in found.parts.values() for each in rows), key=lambda row: row[0])
    flagged = list(_flagged(rows))
    marked = [
        [str(number), plain(stored.mark)] for number, stored in rows if stored.mark is not None
    ]
    yield "## Look at these"
    yield ""
    if not flagged and not marked:
        yield "No attention rule and no mark points at any of these changes."
        yield ""
    if flagged:
        yield "Attention rules point at these; a rule is a reason to look, and no finding."
        yield ""
        yield from table(("no.", "rule", "why"), flagged)
        yield ""
    if marked:
        yield from table(("no.", "marked by a person"), marked)
        yield ""


def _flagged(rows: Sequence[tuple[int, Stored]]) -> Iterator[list[str]]:
    """What a rule says alike of several changes of one request stands here once."""
    alike: dict[tuple[int, Hit], list[int]] = {}
    for number, stored in rows:
        request = -number if stored.group is None else stored.group
        for hit in stored.hits:
            alike.setdefault((request, hit), []).append(number)
    for (_, hit), numbers in alike.items():
        yield [_ranges(numbers), hit.rule.value.replace("_", " "), plain(hit.why)]


def _ranges(numbers: Sequence[int]) -> str:
    """``3–31, 40``: ascending numbers, those without a hole between them as one."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)


def _part(
    question: Question, found: Findings, topic: Topic, rows: Sequence[tuple[int, Stored]]
) -> Iterator[str]:
    yield f"### {plain(_heading(topic, rows[0][1], redacted=found.redacted))}"
    yield ""
    if topic.kind is Kind.COURSE_SCORE:
        numbers = f"{rows[0][0]} to {rows[-1][0]}" if len(rows) > 1 else str(rows[0][0])
        yield (
            f"{count_words(len(rows), 'total')} that Canvas recalculated after other changes, "
            f"among the lines {numbers} of the NDJSON."
        )
        yield ""
        return
    heads = ["no.", "time", "student", "change", "Δ", "by", "remarks"]
    if not found.redacted:
        heads.append("ids")
    yield from table(heads, (_row(question, found, number, each) for number, each in rows))
    yield ""


def _row(question: Question, found: Findings, number: int, stored: Stored) -> list[str]:
    event = stored.event
    remarks = [name.replace("_", " ") for name in flag_names(event.flags)]
    remarks += [f"look: {hit.rule.value.replace('_', ' ')}" for hit in stored.hits]
    remarks += ["marked"] if stored.mark is not None else []
    remarks += [f"seen by {' and '.join(event.seen_by)}"]
    remarks += [f"revised {stored.revisions} times since"] if stored.revisions else []
    cells = [
        str(number),
        moment(event.at, question.zone),
        plain(party_words(stored, Role.STUDENT)),
        "<br>".join(plain(words) for words in _changes(event)),
        plain(delta_words(delta(event.before, event.after))),
        plain(who_words(stored)),
        plain(", ".join(remarks)),
    ]
    if not found.redacted:
        cells.append("<br>".join(code(words) for words in _ids(stored)))
    return cells


def _changes(event: Event) -> Iterator[str]:
    """The change; of a course each field, its long texts cut short: the NDJSON has them whole."""
    if event.kind is not Kind.COURSE:
        yield short_change(event)
        return
    yield change_words(replace(event, changes={}))
    for field, change in event.changes.items():
        if change.old != change.new:
            yield field_words(field, Change(_short(change.old), _short(change.new)))


def _short(value: object) -> object:
    words = value_words(value)
    if len(words) <= _LONGEST:
        return value
    return f"{words[:_LONGEST]}… ({count_words(len(words), 'character')})"


def _ids(stored: Stored) -> Iterator[str]:
    """What the change can be found by again, in Canvas and in any log."""
    event = stored.event
    yield event.key
    if stored.live_key is not None:
        yield stored.live_key
    parties = (
        ("course", event.course),
        ("assignment", event.assignment),
        ("student", event.student),
        ("grader", event.grader),
        ("actor", event.actor),
        ("as", event.real_actor),
        ("submission", event.links.submission),
    )
    yield " ".join(f"{label} {party}" for label, party in parties if party is not None)
    if event.request_id or event.page_view:
        yield f"request {event.request_id or event.page_view}"
    if event.client_ip:
        yield f"address {event.client_ip}"


def _heading(topic: Topic, stored: Stored, *, redacted: bool) -> str:
    what = {
        Kind.OVERRIDE: "final grade",
        Kind.COURSE_SCORE: "totals",
        Kind.COURSE: "the course itself",
        Kind.GRADE: "no assignment told",
        Kind.OTHER: "other events",
    }[topic.kind]
    if topic.assignment is not None:
        what = party_words(stored, Role.ASSIGNMENT)
        what += "" if redacted or what.startswith("#") else f" (#{topic.assignment})"
    if topic.course is None:
        return what
    course = party_words(stored, Role.COURSE)
    named = "" if redacted or course == thing_words(topic.course, None) else f" (#{topic.course})"
    return f"{what} · {course}{named}"


def _proof(found: Findings, beside: Path | None) -> Iterator[str]:
    yield "## Proof"
    yield ""
    lines = count_words(found.lines, "line")
    if beside is None:
        yield f"The same events as NDJSON, as `gradewatch export` prints them: {lines}, SHA-256"
    else:
        yield f"The same events as NDJSON are in {code(beside.name)} beside this: {lines}, SHA-256"
    yield ""
    yield f"    {found.digest}"
    yield ""
    if beside is not None:
        command = code(f"sha256sum {quote(beside.name)}")
        yield f"{command} prints the same as long as nobody has changed the file."
        yield ""
