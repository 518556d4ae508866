"""Investigating a student, a grader, an assignment: what is shown, read back, left and hidden."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from tests.app.school import NOON, NOW, batch, edited, graded
from tests.app.sitting import EVENTS, Session, session
from tests.sources.wire import Answer, Request, Wire, json_answer, page, row
from tui.app.setup import WatchSetup
from tui.app.study.investigate import InvestigateScreen
from tui.app.study.investigate_offer import OfferScreen
from tui.events.event import Feed, Flag
from tui.events.times import iso_second
from tui.journal.journal import Journal
from tui.query.ast import During
from tui.sources.audit_api.backfill import Archive
from tui.sources.audit_api.source import AuditSource
from tui.sources.source import Source
from tui.sources.targets import Targets

HIDDEN = replace(graded(55), student=None, flags=Flag.HIDDEN_STUDENT)


def investigating(seen: Session) -> InvestigateScreen | None:
    screen = seen.app.screen
    return screen if isinstance(screen, InvestigateScreen) else None


def said(seen: Session) -> str:
    """All the words of the screen in front, however the lines are broken."""
    return " ".join(seen.front().split())


async def shows(seen: Session, *words: str) -> None:
    """Until the screen in front says all of this."""
    try:
        await seen.until(lambda: all(word in said(seen) for word in words))
    except AssertionError:
        raise AssertionError(f"not all of {words} in:\n{seen.front()}") from None


async def on_line(seen: Session, word: str) -> None:
    """Put the cursor on the first line that holds ``word`` and leads somewhere."""
    body = investigating(seen)
    assert body is not None
    for _ in range(body.body.count):
        line = body.body.line
        if line is not None and line.act is not None and word in line.text:
            return
        await seen.pilot.press("j")
    raise AssertionError(f"no line says {word}")


async def test_from_a_row_to_its_student_to_a_grader_and_back_into_the_table(
    tmp_path: Path,
) -> None:
    async with session(tmp_path, *EVENTS) as seen:
        await seen.pilot.press("i")
        await shows(seen, "student Ana Lima #40", "8 changes: 2 first grades, 6 regrades")
        assert "no Canvas to read back from" in seen.front()
        await on_line(seen, "12:00:07")
        await seen.pilot.press("w")
        await shows(seen, "grader Hana Sato #981", "17 changes")
        await seen.pilot.press("w")
        assert "this line has no grader" in seen.front()
        await seen.pilot.press("escape")
        await shows(seen, "student Ana Lima #40")
        await on_line(seen, "12:00:07")
        await seen.pilot.press("a")
        await shows(seen, "assignment Final project, part one #303")
        await on_line(seen, "12:00:07")
        await seen.pilot.press("enter")
        await seen.until(lambda: investigating(seen) is None)
        await seen.until(lambda: any(line[0] == ">" and "12:00:07" in line for line in seen.rows()))


async def test_a_link_is_investigated_and_other_parties_by_the_palette(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as seen:
        await seen.pilot.press("2")
        await seen.until(lambda: "Biology 101" in seen.pane())
        await seen.pilot.press("tab", "j", "i")
        await shows(seen, "course Biology 101 #565", "50 changes")
        await seen.pilot.press("escape", "escape", "p", *"investigate the gr", "enter")
        await shows(seen, "grader Hana Sato")


async def test_a_hidden_student_is_not_looked_for_and_something_else_is_offered(
    tmp_path: Path,
) -> None:
    async with session(tmp_path, *EVENTS, HIDDEN, edited(60)) as seen:
        await seen.pilot.press("i")
        await shows(seen, "An event of a course has no student", "who edited it: Hana Sato")
        assert isinstance(seen.app.screen, OfferScreen)
        await seen.pilot.press("escape", "j", "i")
        await shows(seen, "hidden by Canvas", "the assignment: Final project")
        await seen.pilot.press("enter")
        await shows(seen, "assignment Final project", "students whom Canvas hides")
        await on_line(seen, "12:00:55")
        await seen.pilot.press("i")
        assert "no student, or Canvas hides it" in seen.front()


async def test_redacted_nobody_is_named(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS, redact=True) as seen:
        await seen.pilot.press("i")
        await shows(seen, "student Student ", "8 changes")
        await on_line(seen, "12:00:07")
        await seen.pilot.press("w")
        await shows(seen, "grader Grader ", "17 changes")
        assert not any(word in seen.front() for word in ("Lima", "Sato", "Biology", "#", "Quiz"))


async def test_what_the_watch_does_not_show_is_not_gone_to(tmp_path: Path) -> None:
    old = graded(7, at=NOON - 86_400_000, key="audit:old")
    scope = During(NOON - 3_600_000, None)
    async with session(tmp_path, *EVENTS[:1], scope=scope) as seen:
        seen.journal.record(batch([old]))
        await seen.pilot.press("i")
        await shows(seen, "2 changes")
        await on_line(seen, "2026-11-01")
        await seen.pilot.press("enter")
        assert "begin one with --since 2026-11-01" in said(seen)
        assert investigating(seen) is not None


class Canvas:
    """A Canvas that refuses all courses at once, and tells what is older when it is let."""

    def __init__(self) -> None:
        self.url = ""
        self.go = asyncio.Event()
        self.held = asyncio.Event()

    async def answer(self, request: Request) -> Answer:
        if request.path.endswith("/users/self"):
            return json_answer({"id": 3})
        if not request.path.endswith("/courses/565/students/40"):
            refused = {"status": "unauthorized", "errors": [{"message": "not authorized"}]}
            return json_answer(refused, status=401)
        before = request.params.get("end_time")
        all_of_it = request.params.get("start_time", "") <= iso_second(NOON - 3_600_000)
        if before is None and "page" not in request.params:
            rows = [row(n, NOON - n * 60_000, course=565, student=40) for n in range(3)]
            answer = json_answer(page(*rows))
            link = f'<{self.url}{request.path}?page=bookmark:2>; rel="next"'
            return replace(answer, headers={"Link": link}) if all_of_it else answer
        if before is not None and not all_of_it:
            return json_answer(page())
        self.held.set()
        await self.go.wait()
        return json_answer(page(row(9, NOON - 9 * 60_000, course=565, student=40)))


def archive(url: str, journal: Journal) -> Archive:
    def make(targets: Targets, since: int, until: int | None) -> Source:
        return AuditSource(
            url,
            SecretStr("token"),
            targets,
            since=since,
            until=until,
            poll_interval=30.0,
            journal=journal,
            clock=lambda: NOW,
        )

    return Archive(make, journal)


def let_read(seen: Session, url: str) -> None:
    """Give the running app a Canvas to read back from."""
    setup: WatchSetup = replace(seen.app.setup, backfill=archive(url, seen.journal))
    seen.app.setup = setup


async def test_more_is_read_back_at_once_and_what_is_refused_is_said(tmp_path: Path) -> None:
    canvas = Canvas()
    canvas.go.set()
    async with Wire(canvas.answer) as wire, session(tmp_path, *EVENTS) as seen:
        canvas.url = wire.url
        let_read(seen, wire.url)
        await seen.pilot.press("i")
        await shows(seen, "read to the end", "12 changes:")
        text = said(seen)
        assert "4 changes, back to 2025-09-01" in text
        assert "Not seen: courses other than the one course known here" in text
        assert "2026-11-02 12:45 in Biology 101" in text
        await seen.pilot.press("G")
        await shows(seen, "14 months", "hide their students")


async def test_a_reading_is_stopped_by_its_key_and_by_leaving(tmp_path: Path) -> None:
    canvas = Canvas()
    async with Wire(canvas.answer) as wire, session(tmp_path, *EVENTS) as seen:
        canvas.url = wire.url
        let_read(seen, wire.url)
        await seen.pilot.press("i")
        await shows(seen, "3 changes, back to 2026-11-02 11:58", "r stops reading")
        await seen.pilot.press("r")
        await shows(seen, "stopped: what was read stays", "11 changes:", "r reads back")
        canvas.held.clear()
        await seen.pilot.press("r")
        await canvas.held.wait()
        workers = [each for each in seen.app.workers if each.name == "reading back"]
        await seen.pilot.press("escape")
        await seen.until(lambda: all(each.is_finished for each in workers))
        covered = seen.journal.covered(Feed.AUDIT, "grades of course 565, student 40")
        assert [each.start for each in covered] == [NOON - 60_000 * 2 + 1000]
