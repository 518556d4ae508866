"""An inquiry as lines; pure, and run off the screen's thread: there may be a thousand of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import tzinfo

from tui.app.cells import by_words, short_change, sign_letters
from tui.app.columns import fit
from tui.app.filters import Pick
from tui.app.lines import BLANK, Investigate, Jump, Line, Narrow, Tone, head, quiet
from tui.events.attention import Rule
from tui.events.delta import delta
from tui.events.event import Kind, Thing
from tui.events.ids import CanvasId
from tui.journal.records import Stored
from tui.query.ast import Role
from tui.report.inquiry.inquiry import Inquiry, Section, Share, Topic
from tui.report.inquiry.sums import count_words, tally_words
from tui.report.words import NOTHING, TimeStyle, delta_words, party_words, time_words

SECTIONS_AT_MOST = 300
"""Sections that are shown: those that changed last."""


def inquiry_lines(found: Inquiry, zone: tzinfo | None) -> list[Line]:
    """All but what was read of the time, which changes while more is read."""
    return [
        *_sections(found, zone),
        *_several("Final-grade overrides", found.overrides, found, zone),
        *_shares(found),
        *_several("Flagged: look at these", found.flagged, found, zone, why=True),
        *_several("Marked", found.marked, found, zone, note=True),
    ]


def title(found: Inquiry) -> str:
    """``student Ana Lima  #40``."""
    number = "" if found.redacted else f"  #{found.subject.id}"
    return f"{found.subject.role} {found.name}{number}"


def top_lines(found: Inquiry, zone: tzinfo | None) -> Iterator[Line]:
    """The sums."""
    tally = found.tally
    if not tally.changes:
        yield Line("no change of it is in the journal" if found.complete else "reading…")
        return
    least = "" if found.complete else "at least "
    yield Line(f"{least}{tally_words(tally)}{_where_words(found)}")
    if tally.first_at is not None and tally.last_at is not None:
        first, last = (
            time_words(at, zone, TimeStyle.FULL) for at in (tally.first_at, tally.last_at)
        )
        yield Line(f"first {first} · last {last}")
    if found.complete:
        yield Line(" · ".join(_pointed_words(found)))
    if found.hidden:
        yield quiet(
            f"{count_words(found.hidden, 'change')} of students whom Canvas hides: shown without"
        )


def _where_words(found: Inquiry) -> str:
    courses = len(found.courses)
    return f" · {count_words(courses, 'course')}" if found.subject.role is not Role.COURSE else ""


def _pointed_words(found: Inquiry) -> Iterator[str]:
    rules: Counter[Rule] = Counter(hit.rule for each in found.flagged for hit in each.hits)
    named = ", ".join(f"{rule} {count}" for rule, count in rules.most_common())
    yield f"overrides {len(found.overrides):,}"
    yield f"flagged {len(found.flagged):,}" + (f" ({named})" if named else "")
    yield f"marked {len(found.marked):,}"


def _sections(found: Inquiry, zone: tzinfo | None) -> Iterator[Line]:
    for section in found.sections[:SECTIONS_AT_MOST]:
        yield BLANK
        yield Line(
            f"{topic_words(found, section.topic)} · {tally_words(section.tally)}",
            Tone.HEAD,
            act=_topic_act(found, section.topic),
        )
        if section.events and section.left_out:
            yield _left_out(found, section)
        for each in section.events:
            yield change_line(each, zone, who=who_in(found))
    left = len(found.sections) - SECTIONS_AT_MOST
    if left > 0:
        yield BLANK
        yield quiet(f"… and {left:,} more, which changed earlier")


def _left_out(found: Inquiry, section: Section) -> Line:
    words = f"  … {section.left_out:,} older ones: enter shows all there is in the table"
    pick = Pick(found.subject.role, found.subject.id, found.name)
    return Line(words, Tone.QUIET, act=None if found.redacted else Narrow(pick))


def topic_words(found: Inquiry, topic: Topic) -> str:
    """``Essay 1 · Biology 101``; about an assignment the student's name, or that it is hidden."""
    if found.subject.role is Role.ASSIGNMENT:
        if topic.student is None:
            return "students whom Canvas hides"
        return found.called(Thing.USER, topic.student)
    what = {
        Kind.OVERRIDE: "final grade",
        Kind.COURSE: "the course itself",
    }.get(topic.kind, "no assignment told")
    if topic.assignment is not None:
        what = found.called(Thing.ASSIGNMENT, topic.assignment)
    if topic.course is None or found.subject.role is Role.COURSE:
        return what
    return f"{what} · {found.called(Thing.COURSE, topic.course)}"


def _topic_act(found: Inquiry, topic: Topic) -> Investigate | None:
    about: tuple[tuple[Role, Thing, CanvasId | None], ...] = (
        (Role.STUDENT, Thing.USER, topic.student),
        (Role.ASSIGNMENT, Thing.ASSIGNMENT, topic.assignment),
        (Role.COURSE, Thing.COURSE, topic.course),
    )
    for role, thing, party in about:
        if party is not None and (role, party) != (found.subject.role, found.subject.id):
            return Investigate(Pick(role, party, found.called(thing, party)))
    return None


_BY = (Role.GRADER,)


def who_in(found: Inquiry) -> tuple[Role, ...]:
    """Who is named in each line: not whom all of them have in common."""
    about = {Role.GRADER: (Role.STUDENT,), Role.COURSE: (Role.STUDENT, Role.GRADER)}
    return about.get(found.subject.role, _BY)


def change_line(
    stored: Stored, zone: tzinfo | None, *, what: str = "", who: tuple[Role, ...] = _BY
) -> Line:
    """One change: when, what, by how much, who, its flags, what rules say, a mark."""
    event = stored.event
    moved = delta_words(delta(event.before, event.after))
    signs = [sign_letters(event), *(f"!{hit.rule}" for hit in stored.hits)]
    if stored.mark is not None:
        signs.append("marked")
    parts = (
        time_words(event.at, zone, TimeStyle.FULL),
        *((fit(what, 24),) if what else ()),
        fit(short_change(event), 16) if event.kind is not Kind.COURSE else short_change(event),
        fit(moved, 6, right=True) if event.kind is not Kind.COURSE else "",
        *(fit(_who_words(stored, role), 16) for role in who),
        " ".join(filter(None, signs)),
    )
    text = "  " + "  ".join(part for part in parts if part)
    return Line(text.rstrip(), act=Jump(stored.slot, event.kind))


def _who_words(stored: Stored, role: Role) -> str:
    return by_words(stored) if role is Role.GRADER else party_words(stored, role)


def _several(
    title: str,
    events: Sequence[Stored],
    found: Inquiry,
    zone: tzinfo | None,
    *,
    why: bool = False,
    note: bool = False,
) -> Iterator[Line]:
    if not events:
        return
    yield BLANK
    yield head(f"{title} ({len(events):,})")
    for each in events:
        yield change_line(each, zone, what=_what_words(found, each), who=who_in(found))
        if why:
            yield from (quiet(f"      {hit.rule}: {hit.why}") for hit in each.hits)
        if note and each.mark and not found.redacted:
            yield quiet(f"      {each.mark}")


def _what_words(found: Inquiry, stored: Stored) -> str:
    """What the change is of, beside the subject."""
    if found.subject.role is Role.ASSIGNMENT:
        return party_words(stored, Role.STUDENT)
    words = party_words(stored, Role.ASSIGNMENT)
    return party_words(stored, Role.COURSE) if words == NOTHING else words


def _shares(found: Inquiry) -> Iterator[Line]:
    if found.graders and found.subject.role is not Role.GRADER:
        yield BLANK
        yield head("Graders involved")
        yield from (_share(found, each, Role.GRADER, Thing.USER) for each in found.graders)
    if found.courses and found.subject.role is not Role.COURSE:
        yield BLANK
        yield head("Courses")
        yield from (_share(found, each, Role.COURSE, Thing.COURSE) for each in found.courses)


def _share(found: Inquiry, share: Share, role: Role, thing: Thing) -> Line:
    if share.party is None:
        return Line(f"  {fit('nobody (automatic), or not told', 24)}  {tally_words(share.tally)}")
    name = found.called(thing, share.party)
    act = Investigate(Pick(role, share.party, name))
    return Line(f"  {fit(name, 24)}  {tally_words(share.tally)}", act=act)
