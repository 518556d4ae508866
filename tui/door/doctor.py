"""``gradewatch doctor``: try everything, one line each, with what to do."""

from __future__ import annotations

import asyncio
import locale
import os
import shutil
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from tui import locations
from tui.config import BadConfig, Settings
from tui.door.desk import (
    canvas_host,
    canvas_url,
    journal_location,
    load_config,
    poll_interval,
    targets_of,
    zone_of,
)
from tui.door.exits import ExitCode, Stop
from tui.door.filters import filter_mistakes
from tui.door.findings import Finding, fail, ok, warn
from tui.door.journal import read_info, size_words, span_words
from tui.door.keys import key_losses, key_mistakes
from tui.door.options import Asked
from tui.door.owner import client_for, owner_in, refusal, refusal_code
from tui.door.relay_check import relay_findings
from tui.door.rights import Rights
from tui.door.rules_check import rules_findings
from tui.door.secrets import find_token
from tui.door.speak import show
from tui.journal.faults import JournalFault
from tui.sources.audit_api.client import CanvasClient
from tui.sources.audit_api.replies import Reply, Verdict

_SKEW_MS = 30_000
"""Of the clocks; more makes the ages on screen misleading."""
_FREE_BYTES = 200 << 20
_COLUMNS, _ROWS = 80, 24
_NO_TOKEN = SecretStr("none")
"""Sent to find out whether an address answers at all: no Canvas takes it for a token."""
_UNANSWERED = {Verdict.NETWORK, Verdict.SERVER_ERROR, Verdict.THROTTLED}
_NO_API = {Verdict.NOT_API, Verdict.ELSEWHERE, Verdict.NOT_FOUND, Verdict.BAD_REQUEST}


def doctor(asked: Asked) -> int:
    """Print the findings on stdout; the exit code is the worst of them."""
    report = _Report()
    settings = _configuration(asked, report)
    if settings is not None:
        if settings.canvas.url is None and settings.relay.url is not None:
            report.tell(ok("canvas: none configured: a relay alone"))
        else:
            asyncio.run(_canvas(asked, settings, report))
        for finding in asyncio.run(relay_findings(asked, settings)):
            report.tell(finding)
        _journal(asked, settings, report)
        for finding in rules_findings(settings):
            report.tell(finding)
    _terminal(report)
    return report.worst


@dataclass(slots=True)
class _Report:
    """Prints what is found as soon as it is."""

    worst: ExitCode = field(default=ExitCode.DONE)

    def tell(self, finding: Finding) -> None:
        show(str(finding))
        self.worst = max(self.worst, finding.code)

    def stopped(self, what: str, stop: Stop) -> None:
        self.tell(fail(f"{what}: {stop}", stop.code))


def _configuration(asked: Asked, report: _Report) -> Settings | None:
    """The settings, or None: then nothing that rests on them can be tried."""
    file = asked.config or locations.config_file()
    wrong: tuple[str, ...] = ()
    try:
        found = rest = load_config(asked)
    except BadConfig as bad:
        wrong, found, rest = bad.mistakes, None, bad.rest
    if rest is not None:
        wrong += (*filter_mistakes(rest), *key_mistakes(rest))
    for mistake in wrong:
        report.tell(fail(f"configuration: {mistake}", ExitCode.USAGE))
    if not wrong and file.exists():
        report.tell(ok(f"configuration: {file} is valid"))
    elif not wrong:
        report.tell(ok(f"configuration: no file at {file}: defaults, environment and flags only"))
    if rest is not None:
        for loss in key_losses(rest):
            report.tell(warn(f"configuration: {loss}"))
    return None if found is None else found.settings


async def _canvas(asked: Asked, settings: Settings, report: _Report) -> None:
    try:
        url = canvas_url(settings)
        poll_interval(settings)
    except Stop as stop:
        report.stopped("canvas", stop)
        return
    missing: Stop | None = None
    token, place = _NO_TOKEN, ""
    try:
        found = await asyncio.to_thread(find_token, settings, canvas_host(settings) or url)
        token, place = found.token, found.place
    except Stop as stop:
        missing = stop
    try:
        opened = client_for(url, token)
    except Stop as stop:
        report.stopped("canvas", stop)
        return
    async with opened as client:
        reply = await client.get("users/self")
        if not _address(client, reply, report):
            return
        if missing is not None:
            report.stopped("token", missing)
            return
        await _token(asked, client, reply, place, report)


def _address(client: CanvasClient, reply: Reply, report: _Report) -> bool:
    """Whether a Canvas answers."""
    origin = str(client.origin)
    if reply.verdict in _UNANSWERED | _NO_API:
        report.tell(fail(f"canvas: {refusal(reply, origin)}", refusal_code(reply)))
        return False
    skew = client.skew_ms
    if skew is None:
        report.tell(ok(f"canvas: {origin} answers"))
    elif abs(skew) < _SKEW_MS:
        report.tell(ok(f"canvas: {origin} answers; its clock agrees with this one"))
    else:
        way = "ahead of" if skew > 0 else "behind"
        report.tell(
            warn(
                f"canvas: {origin} answers; its clock is {abs(skew) / 1000:.0f} s {way} this "
                "one: set this machine's clock"
            )
        )
    return True


async def _token(
    asked: Asked, client: CanvasClient, reply: Reply, place: str, report: _Report
) -> None:
    owner = owner_in(reply)
    if owner is None:
        words = refusal(reply, str(client.origin))
        report.tell(fail(f"token: from {place}: {words}", refusal_code(reply)))
        return
    left = "" if client.quota is None else f"; request quota left: {client.quota:.0f}"
    report.tell(ok(f"token: from {place}, of {owner}{left}"))
    rights = Rights(client, report.tell)
    try:
        targets = targets_of(asked)
    except Stop as stop:
        report.stopped("rights", stop)
        return
    await (rights.of_whatever(owner) if targets.empty else rights.of_targets(targets))


def _journal(asked: Asked, settings: Settings, report: _Report) -> None:
    try:
        location = journal_location(asked, settings)
    except Stop as stop:
        report.stopped("journal", stop)
        return
    if location is None:
        report.tell(ok("journal: in memory only"))
        return
    if not location.exists():
        report.tell(_journal_to_be(location))
        return
    mode = stat.S_IMODE(location.stat().st_mode)
    try:
        info = read_info(location)
    except JournalFault as fault:
        report.tell(fail(f"journal: {fault}", ExitCode.USAGE))
        return
    report.tell(
        ok(
            f"journal: {location}, {size_words(info.size)}, format {info.schema}, "
            f"{info.events:,} events, {span_words(info, zone_of(settings))}"
        )
    )
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        now = stat.S_IMODE(location.stat().st_mode)
        report.tell(
            warn(f"journal: others could read it (mode {mode:04o}); its mode is {now:04o} now")
        )
    report.tell(_room(location.parent))


def _journal_to_be(location: Path) -> Finding:
    """Whether the journal can be made where it is to be."""
    folder = location.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return fail(
            f"journal: {location} cannot be made: {folder} may not be written; choose another "
            "place with --journal PATH",
            ExitCode.USAGE,
        )
    free = shutil.disk_usage(folder).free
    return ok(f"journal: none yet; it will be {location} ({size_words(free)} free)")


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    if free < _FREE_BYTES:
        return warn(f"journal: only {size_words(free)} free in {folder}: purge, or make room")
    return ok(f"journal: {size_words(free)} free in {folder}")


def _terminal(report: _Report) -> None:
    from tui.app.surroundings import refusal as no_app

    both = sys.stdin.isatty() and sys.stdout.isatty()
    why = no_app(os.environ, terminal=both)
    if why is not None:
        report.tell(warn(f"terminal: {why.removeprefix('gradewatch: ')}"))
    size = _size()
    kind = os.environ.get("TERM") or "not set"
    if size is not None:
        shape = f"terminal: {size.columns}×{size.lines}, TERM {kind}, {_colours(kind)}"
        small = size.columns < _COLUMNS or size.lines < _ROWS
        wish = f"; the app is made for {_COLUMNS}×{_ROWS} and more"
        report.tell(warn(shape + wish) if small else ok(shape))
    charset = locale.getpreferredencoding(do_setlocale=False)
    if charset.replace("-", "").lower() == "utf8":
        report.tell(ok("terminal: the locale's text is UTF-8"))
    else:
        report.tell(
            warn(f"terminal: the locale's text is {charset}: names may break; try LC_ALL=C.UTF-8")
        )


def _size() -> os.terminal_size | None:
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        try:
            return os.get_terminal_size(stream.fileno())
        except (OSError, ValueError):
            continue
    return None


def _colours(kind: str) -> str:
    if os.environ.get("NO_COLOR"):
        return "no colours (NO_COLOR is set)"
    if os.environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return "all colours"
    return "256 colours" if "256" in kind else "16 colours"
