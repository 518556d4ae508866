"""Every field, operator and form of time of the language, typed on screen: which rows remain."""

from __future__ import annotations

import re
from pathlib import Path

from textual.events import Paste

from tests.app.flagged import flag
from tests.app.school import NOON, edited, graded
from tests.app.sitting import Session, session
from tui.events.attention import Rule
from tui.events.event import Event, Feed, Flag, GradeState, Kind
from tui.events.ids import CanvasId

DAY = 86_400_000
EVENTS: tuple[Event, ...] = (
    graded(  # Ana Lima, Essay 1, by Hana Sato: a regrade from 4 to 9 of 10
        1,
        assignment=CanvasId.of(300),
        student=CanvasId.of(40),
        grader=CanvasId.of(981),
        before=GradeState("4", 4.0, 10.0),
        after=GradeState("9", 9.0, 10.0),
        flags=Flag.REGRADE,
    ),
    graded(  # Bo Chen, Lab report, by Gil Ro: a first grade of 65%
        2,
        assignment=CanvasId.of(301),
        student=CanvasId.of(41),
        grader=CanvasId.of(980),
        before=GradeState(None),
        after=GradeState("13", 13.0, 20.0),
        flags=Flag(0),
    ),
    graded(  # Céline Öztürk, Quiz 3, by nobody: a letter
        3,
        assignment=CanvasId.of(302),
        student=CanvasId.of(42),
        grader=None,
        before=GradeState("B"),
        after=GradeState("A-"),
        flags=Flag.AUTOMATIC | Flag.REGRADE,
    ),
    graded(  # excused, by Iris Vane
        4,
        assignment=CanvasId.of(302),
        student=CanvasId.of(44),
        grader=CanvasId.of(982),
        before=GradeState("7", 7.0, 10.0),
        after=GradeState(None, excused=True),
        flags=Flag.EXCUSED,
    ),
    graded(  # nobody may know whose
        5,
        assignment=CanvasId.of(303),
        student=None,
        grader=CanvasId.of(982),
        before=GradeState(None),
        after=GradeState("complete"),
        flags=Flag.HIDDEN_STUDENT | Flag.ANONYMOUS,
    ),
    graded(
        6,
        kind=Kind.OVERRIDE,
        type="grade_override",
        assignment=None,
        student=CanvasId.of(45),
        grader=CanvasId.of(982),
        before=GradeState("80", 80.0, 100.0),
        after=GradeState("70", 70.0, 100.0),
        flags=Flag.OVERRIDE | Flag.REGRADE,
    ),
    graded(  # seen live, by somebody acting as Gil Ro
        7,
        key="live:" + "7" * 64,
        seen_by=(Feed.LIVE,),
        assignment=CanvasId.of(300),
        student=CanvasId.of(46),
        grader=CanvasId.of(980),
        actor=CanvasId.of(980),
        real_actor=CanvasId.of(982),
        before=GradeState("9", 9.0, 10.0),
        after=GradeState("6.5", 6.5, 10.0),
        flags=Flag.UNCONFIRMED | Flag.MASQUERADE | Flag.REGRADE,
        request_id="5f0e1a7c-22d4",
        client_ip="192.0.2.7",
        user_agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140",
    ),
    edited(8),  # Biology 101, by Hana Sato
    graded(  # yesterday, in another course, already full marks
        9,
        at=NOON + 9_000 - DAY,
        course=CanvasId.of(560),
        assignment=CanvasId.of(302),
        student=CanvasId.of(43),
        grader=CanvasId.of(980),
        before=GradeState(None),
        after=GradeState("20", 20.0, 20.0),
        flags=Flag(0),
    ),
)
ALL = {1, 2, 3, 4, 5, 6, 7, 8, 9}
TODAY = ALL - {9}
REMAIN: dict[str, set[int]] = {
    # Words, phrases and how terms are joined
    "ozturk": {3},
    '"essay 1"': {1, 7},
    "complete": {5},
    "copied_from": set(),
    "osmosis chen": {2},
    "lima OR chen": {1, 2},
    "(lima OR chen) -essay": {2},
    "NOT kind:grade": {6, 8},
    "-is:automatic is:regrade": {1, 6, 7},
    # Parties
    "course:560": {9},
    'course:"biology 101"': TODAY,
    "assignment:essay": {1, 7},
    "assignment:#302": {3, 4, 9},
    "student:OZTÜRK": {3},
    "student:#40,#41": {1, 2},
    "grader:sato": {1, 8},
    "grader:#981": {1},
    "actor:sato": {8},
    # What sort
    "kind:override,course": {6, 8},
    "type:grade_override": {6},
    "source:audit": ALL - {7},
    "source:live": {7},
    "source:manual": {8},
    # Numbers
    "before:<60": {1, 4, 7},
    "before:none -kind:course": {2, 5, 9},
    "before:B": {3},
    "after:>=70": {6},
    "after:6.5..13": {1, 2, 7},
    "after:complete": {5},
    "delta:<0": {6, 7},
    "delta:>4": {1},
    "delta:=5": {1},
    "delta:-10..-2.5": {6, 7},
    "score:<=9": {1, 7},
    "score:13": {2},
    "points:>10 points:<100": {2, 9},
    "percent:60..70": {2, 6, 7},
    "percent:>=100": {9},
    # Traits and rules
    "is:regrade": {1, 3, 6, 7},
    "is:first": {2, 5, 9},
    "is:automatic": {3},
    "is:excused": {4},
    "is:anonymous": {5},
    "is:hidden": {5},
    "is:override": {6},
    "is:masquerade": {7},
    "is:unconfirmed": {7},
    "is:flagged": {1, 6},
    "is:marked": {2},
    "rule:jump": {1, 6},
    "rule:burst": set(),
    # Requests
    "ip:192.0.2": {7},
    "agent:firefox": {7},
    "request:5f0e1a7c-22d4": {7},
    # Times: noon is 45 minutes ago
    "at:today": TODAY,
    "at:yesterday": {9},
    "since:-2h": TODAY,
    "since:-3d": ALL,
    "until:yesterday": {9},
    "at:12:00": TODAY,
    "since:12:00:05": {5, 6, 7, 8},
    "until:12:00:03 since:2026-11-02": {1, 2},
    "at:2026-11-01..2026-11-03": ALL,
    "at:2026-11-01T12:00:09": {9},
    'at:"2026-11-02 12:00:04.."': {4, 5, 6, 7, 8},
    "at:12:00:02..12:00:04": {2, 3},
    # A saved one
    "@raised": {1},
}


def shown(running: Session) -> set[int]:
    """The numbers of the events on screen: each is a second of its own."""
    rows = running.rows()
    found = (re.search(r"12:00:0(\d)", row) for row in rows)
    seconds = {int(each[1]) for each in found if each is not None}
    return seconds | ({9} if any("11-01 12:00" in row for row in rows) else set())


async def test_every_term_of_the_language_leaves_the_rows_it_means(tmp_path: Path) -> None:
    saved = {"raised": "delta:>0 -is:automatic"}
    async with session(tmp_path, *EVENTS, size=(120, 24), named_filters=saved) as running:
        rows = {slot.at: slot.id for slot in running.app.watching.view.visible()}
        running.journal.mark(rows[NOON + 2_000], "")
        flag(
            running.journal,
            Rule.JUMP,
            dict.fromkeys((rows[NOON + each * 1000] for each in (1, 6)), "far"),
        )
        watching = running.app.watching
        await running.pilot.press("slash")
        wrong: dict[str, object] = {}
        for text, numbers in REMAIN.items():
            running.app.filter_line.action_empty()
            running.app.filter_line.box.post_message(Paste(text))
            await running.until(lambda text=text: watching.filter.wanted.text == text)
            await running.until(lambda: watching.view.complete)
            await running.pilot.pause()
            try:
                await running.until(lambda numbers=numbers: shown(running) == numbers)
            except AssertionError:
                wrong[text] = (watching.filter.problem, shown(running))
        assert not wrong
