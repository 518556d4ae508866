"""From what was asked to what a face needs: settings, window, targets, journal, sources."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from tui import locations
from tui.config import Configuration, Settings, Tree, given, load
from tui.door.exits import Stop
from tui.door.options import Asked
from tui.door.secrets import canvas_token
from tui.events.ids import CanvasId
from tui.events.times import SECOND
from tui.journal.journal import Journal
from tui.query.ast import Filter
from tui.query.span import SpanError, parse_moment, parse_span
from tui.sources.audit_api.origin import BadAddress, Origin, base_address
from tui.sources.audit_api.source import AuditSource
from tui.sources.replay import ReplaySource
from tui.sources.scope import scope
from tui.sources.source import Source
from tui.sources.targets import OVERRIDE, Targets

MEMORY = ":memory:"
DAY_MS = 86_400_000
_LOCAL_TIME = Path("/etc/localtime")
_LEAST_INTERVAL_S = 5.0
_SIS_OBJECTS = {"--course": "course", "--assignment": "assignment", "--account": "account"}
"""What Canvas calls them; students and graders are users."""
_FOUND_BY_CANVAS = re.compile(r"(?:hex:)?(?:sis_[a-z]+_id|lti_[a-z_]+|uuid):\S+")


def wall_clock() -> int:
    """UTC milliseconds now."""
    return time.time_ns() // 1_000_000


def load_config(asked: Asked) -> Configuration:
    """The settings in force; raises :class:`tui.config.BadConfig`."""
    typed: tuple[tuple[str, str, object], ...] = (
        ("canvas", "url", asked.canvas_url),
        ("canvas", "poll_interval", asked.poll_interval),
        ("journal", "path", asked.journal),
        ("ui", "redact", asked.redact),
    )
    flags: dict[str, Tree] = {}
    for section, key, value in typed:
        if value is not None:
            flags.setdefault(section, {})[key] = value
    file = asked.config or locations.config_file()
    return _own_tokens_only(load({**flags}, file, required=asked.config is not None))


def _own_tokens_only(found: Configuration) -> Configuration:
    """Without the file's token where another Canvas than the file's is asked: it is not for it."""
    file = found.layers[-1]
    own = given(file.tree, "canvas.url")
    asked = found.settings.canvas.url
    if not isinstance(own, str) or asked is None or _same_host(own, asked):
        return found
    foreign = {
        key: None if key != "keyring" else False
        for key in ("token_file", "token_command", "keyring")
        if found.origin(f"canvas.{key}") is file
    }
    canvas = found.settings.canvas.model_copy(update=foreign)
    return replace(found, settings=found.settings.model_copy(update={"canvas": canvas}))


def _same_host(one: str, other: str) -> bool:
    try:
        return Origin.of(base_address(one)) == Origin.of(base_address(other))
    except BadAddress:
        return False


def zone_of(settings: Settings) -> tzinfo | None:
    """The zone times are read and shown in; None is the terminal's own."""
    name = settings.ui.time_zone
    return None if name == "local" else ZoneInfo(name)


def typed_zone(settings: Settings) -> tzinfo:
    """The zone in which times are typed."""
    return zone_of(settings) or _local_zone()


def _local_zone() -> tzinfo:
    """This machine's zone with its clock changes; where they are not known, today's offset."""
    name = os.environ.get("TZ", "").removeprefix(":")
    try:
        if name:
            return ZoneInfo(name)
        with _LOCAL_TIME.open("rb") as rules:
            return ZoneInfo.from_file(rules, "local")
    except (OSError, ValueError):
        return datetime.now(UTC).astimezone().tzinfo or UTC


def canvas_url(settings: Settings) -> str:
    """The address of the Canvas; raises :class:`Stop` where there is none or it may not be used."""
    if settings.canvas.url is None:
        raise Stop(
            "no Canvas to ask: give --canvas-url https://canvas.example.edu, or set canvas.url in "
            f"{locations.config_file()} (`gradewatch demo` needs none)"
        )
    try:
        return str(base_address(settings.canvas.url)).rstrip("/")
    except BadAddress as wrong:
        raise Stop(str(wrong)) from wrong


def canvas_host(settings: Settings) -> str | None:
    """``canvas.example.edu``, or ``host:port``; None where no Canvas is named."""
    if settings.canvas.url is None:
        return None
    return host_of(canvas_url(settings))


def host_of(url: str) -> str:
    """``canvas.example.edu``, or ``host:port`` where the port is not the usual one."""
    origin = Origin.of(base_address(url))
    return str(origin).removeprefix(f"{origin.scheme}://")


def poll_interval(settings: Settings) -> float:
    """Seconds between polls: at least 5, except towards this machine."""
    interval = settings.canvas.poll_interval
    loopback = Origin.of(base_address(canvas_url(settings))).loopback
    if interval < _LEAST_INTERVAL_S and not loopback:
        raise Stop(
            f"--poll-interval {interval:g} would press Canvas: at least {_LEAST_INTERVAL_S:g} "
            "seconds (1 only against this machine)"
        )
    return interval


def journal_location(asked: Asked, settings: Settings) -> Path | None:
    """Where events are remembered; None is in memory.

    A replay is not mixed into a Canvas's journal unless one is named.
    """
    path = settings.journal.path
    if path == MEMORY or (asked.replay is not None and path is None):
        return None
    if path is not None:
        return Path(path).expanduser()
    host = canvas_host(settings)
    if host is not None:
        return locations.journal_file(host)
    usual = locations.journal_file(None)
    if usual.exists():
        return usual
    others = sorted(usual.parent.glob("journal-*.sqlite3"))
    if len(others) > 1:
        names = ", ".join(other.name for other in others)
        raise Stop(f"several journals are in {usual.parent} ({names}): say which by --journal PATH")
    return others[0] if others else usual


def forget_old(journal: Journal, settings: Settings, *, now: int) -> None:
    """What the settings say is kept no longer leaves the journal."""
    if settings.journal.keep_days is not None:
        journal.purge(now - settings.journal.keep_days * DAY_MS)


def targets_of(asked: Asked) -> Targets:
    """The targets; raises :class:`Stop` at an id nobody can read."""
    for option, ids in (
        ("--course", asked.courses),
        ("--assignment", tuple(one for one in asked.assignments if one != OVERRIDE)),
        ("--student", asked.students),
        ("--grader", asked.graders),
        ("--account", asked.accounts),
    ):
        for typed in ids:
            _check_id(option, typed)
    return Targets(
        courses=asked.courses,
        assignments=asked.assignments,
        students=asked.students,
        graders=asked.graders,
        accounts=asked.accounts,
        course_events=asked.course_events,
    )


def _check_id(option: str, typed: str) -> None:
    if _FOUND_BY_CANVAS.fullmatch(typed):
        return
    try:
        CanvasId.parse(typed)
    except ValueError:
        also = ", or override" if option == "--assignment" else ""
        raise Stop(
            f"{option} {typed[:60]!r} is no id: a number (565), SHARD~NUMBER, or a SIS form such "
            f"as sis_{_SIS_OBJECTS.get(option, 'user')}_id:X{also}"
        ) from None


@dataclass(frozen=True, slots=True)
class Window:
    """UTC ms, ``until`` excluded; None = open."""

    since: int | None
    until: int | None


def window_of(asked: Asked, zone: tzinfo, *, now: int, default_since: int | None) -> Window:
    """The window asked for, floored to the second as the audit log needs it."""
    try:
        since = (
            default_since
            if asked.since is None
            else parse_moment(asked.since, now_ms=now, zone=zone)
        )
    except SpanError as wrong:
        raise Stop(f"--since: {wrong}") from wrong
    until = _end(asked.until, zone, now=now)
    since = None if since is None else since - since % SECOND
    if since is not None and until is not None and until <= since:
        raise Stop("--until is not after --since: the window would be empty")
    return Window(since, until)


def _end(typed: str | None, zone: tzinfo, *, now: int) -> int | None:
    """The end of the window, excluded: a day counts whole, a moment with all of its second.

    The audit log's own bounds are whole seconds, both inclusive.
    """
    if typed is None:
        return None
    try:
        start = parse_moment(typed, now_ms=now, zone=zone)
        end = parse_span(f"..{typed}", now_ms=now, zone=zone).end
    except SpanError as wrong:
        raise Stop(f"--until: {wrong}") from wrong
    return start - start % SECOND + SECOND if end is None or end == start else end


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeds:
    """The sources that were asked for, and what their targets mean over stored events."""

    sources: tuple[Source, ...]
    window: Window
    known_scope: Filter | None
    """None: Canvas has to be asked first what the ids are."""
    scope: Callable[[], Awaitable[Filter]]


def feeds_of(
    asked: Asked, settings: Settings, journal: Journal, *, now: int, patient: bool
) -> Feeds:
    """The audit source, or the replay, that the options name; raises :class:`Stop`."""
    zone, targets = typed_zone(settings), targets_of(asked)
    if asked.replay is not None:
        window = window_of(asked, zone, now=now, default_since=None)
        return _replay(asked.replay, targets, window)
    url = canvas_url(settings)
    if targets.empty:
        raise Stop(
            "nothing to watch: name --course, --assignment, --student, --grader or --account "
            "(Canvas has no feed of all grade changes), or --replay FILE"
        )
    window = window_of(asked, zone, now=now, default_since=now - DAY_MS)
    source = audit_source(url, settings, targets, window, journal, patient=patient)

    async def scope_by_canvas() -> Filter:
        return scope(await source.resolve(), window.since, window.until)

    return Feeds(
        sources=(source,),
        window=window,
        known_scope=_known_scope(targets, window),
        scope=scope_by_canvas,
    )


def audit_source(
    url: str,
    settings: Settings,
    targets: Targets,
    window: Window,
    journal: Journal,
    *,
    patient: bool,
) -> AuditSource:
    """The audit log of the Canvas at ``url``; its token is looked for now."""
    return AuditSource(
        url,
        canvas_token(settings, host_of(url)),
        targets,
        since=window.since or 0,
        until=window.until,
        poll_interval=poll_interval(settings),
        journal=journal,
        clock=wall_clock,
        patient=patient,
    )


def _replay(path: str, targets: Targets, window: Window) -> Feeds:
    known = _known_scope(targets, window)
    if known is None:
        raise Stop("a replay has numeric ids only: give numbers, not SIS forms")

    async def scope_as_typed() -> Filter:
        return known

    return Feeds(
        sources=(ReplaySource(path, clock=wall_clock),),
        window=window,
        known_scope=known,
        scope=scope_as_typed,
    )


def _known_scope(targets: Targets, window: Window) -> Filter | None:
    try:
        return scope(targets, window.since, window.until)
    except ValueError:
        return None
