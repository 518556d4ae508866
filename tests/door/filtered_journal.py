"""A journal of seven changes that differ in all that a filter can ask for."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from tests.journal.making import local, seen
from tui.events.attention import Rule
from tui.events.event import Event, Feed, Flag, GradeState, Kind, Name, Thing
from tui.events.ids import CanvasId
from tui.events.times import parse_time
from tui.journal.hits import Verdict
from tui.journal.journal import Journal
from tui.journal.records import Batch
from tui.query.ast import EVERYTHING

NOW = parse_time("2026-11-18T12:00:00Z")

_ALL = (
    Event(
        key="audit:first", kind=Kind.GRADE, type="grade_change", seen_by=(Feed.AUDIT,),
        at=parse_time("2026-11-18T11:00:00Z"),
        course=local(565), assignment=local(12), student=local(48), grader=local(7),
        after=GradeState(grade="60", points_possible=80.0),
    ),
    Event(
        key="audit:regrade", kind=Kind.GRADE, type="grade_change",
        seen_by=(Feed.AUDIT, Feed.LIVE), at=parse_time("2026-11-18T09:30:15Z"),
        course=local(565), assignment=local(12), student=local(48), grader=local(7),
        before=GradeState(grade="60", score=60.0, points_possible=100.0),
        after=GradeState(grade="85.5", score=85.5, points_possible=100.0, posted=True),
        flags=Flag.REGRADE, request_id="r-1", client_ip="192.0.2.7",
        user_agent="Mozilla/5.0 Firefox/140",
    ),
    Event(
        key="audit:machine", kind=Kind.GRADE, type="grade_change", seen_by=(Feed.AUDIT,),
        at=parse_time("2026-11-17T14:30:30Z"),
        course=local(566), assignment=local(14), student=local(49),
        before=GradeState(grade="B"), after=GradeState(grade="A-", excused=True),
        flags=Flag.AUTOMATIC | Flag.EXCUSED | Flag.ANONYMOUS,
    ),
    Event(
        key="audit:secret", kind=Kind.GRADE, type="grade_change", seen_by=(Feed.AUDIT,),
        at=parse_time("2026-11-16T10:00:00Z"),
        course=local(566), assignment=local(13), grader=local(7),
        before=GradeState(grade="12", points_possible=20.0),
        after=GradeState(grade="10", points_possible=20.0),
        flags=Flag.HIDDEN_STUDENT,
    ),
    Event(
        key="live:final", kind=Kind.OVERRIDE, type="grade_override", seen_by=(Feed.LIVE,),
        at=parse_time("2026-11-15T08:00:00Z"),
        course=local(565), student=CanvasId(2107, 50), grader=local(9), actor=local(9),
        before=GradeState(grade="70%"), after=GradeState(grade="90%", posted=True),
        flags=Flag.OVERRIDE | Flag.MASQUERADE | Flag.UNCONFIRMED,
        page_view="p-1", client_ip="2001:db8::1", user_agent="curl/8",
    ),
    Event(
        key="audit:course", kind=Kind.COURSE, type="copied_from", seen_by=(Feed.AUDIT,),
        at=parse_time("2026-11-01T00:00:00Z"),
        course=local(565), actor=local(8), event_source="sis",
    ),
    Event(
        key="audit:other", kind=Kind.OTHER, type="submission_comment", seen_by=(Feed.AUDIT,),
        at=parse_time("2026-11-03T23:59:59Z"), course=local(570), event_source="api",
    ),
)  # fmt: skip

_NAMES = (
    Name(Thing.COURSE, local(565), "BIO 101: Genes (new)"),
    Name(Thing.COURSE, local(566), "Art 9"),
    Name(Thing.ASSIGNMENT, local(12), "Essay 1"),
    Name(Thing.USER, local(48), "Ada Lovelace"),
    Name(Thing.USER, local(49), "Émile Zola"),
    Name(Thing.USER, local(7), "Grace Hopper"),
    Name(Thing.USER, local(8), "Dean O'Neil"),
)


def fill(path: Path) -> None:
    """Write the journal: a rule points at two of the changes, and one is marked."""
    with closing(Journal.open(path, now=lambda: NOW)) as journal:
        journal.record(Batch(sightings=seen(*_ALL), names=_NAMES))
        reader = journal.reader()
        rows = {row.event.key: row.id for row in reader.oldest_first(EVERYTHING)}
        reader.close()
        docket = journal.docket()
        docket.claim("a test", "its settings", take_over=True)
        said = [
            Verdict(Rule.JUMP, {rows["audit:regrade"]}, {rows["audit:regrade"]: "by 25 of 100"}),
            Verdict(Rule.OVERRIDE, {rows["live:final"]}, {rows["live:final"]: "by hand"}),
        ]
        docket.put("a test", "its settings", said)
        docket.close()
        journal.mark(rows["audit:machine"], "look at this")
