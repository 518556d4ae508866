"""From what was asked to what a face needs: settings, window, targets, journal."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tui import locations
from tui.config import Configuration, Settings, Tree, given, load
from tui.door.exits import Stop
from tui.door.options import Asked
from tui.events.ids import CanvasId
from tui.events.times import SECOND
from tui.journal.journal import Journal
from tui.query.span import SpanError, parse_moment, parse_span
from tui.sources.audit_api.origin import BadAddress, Origin, base_address
from tui.sources.relay.address import RelayAddress
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
        ("relay", "url", asked.relay_url),
        ("canvas", "poll_interval", asked.poll_interval),
        ("journal", "path", asked.journal),
        ("ui", "redact", asked.redact),
        ("rules", "profile", asked.profile),
    )
    flags: dict[str, Tree] = {}
    for section, key, value in typed:
        if value is not None:
            flags.setdefault(section, {})[key] = value
    file = asked.config or locations.config_file()
    found = load({**flags}, file, required=asked.config is not None)
    return _own_tokens_only(found)


def _own_tokens_only(found: Configuration) -> Configuration:
    """Without the file's tokens for what the file does not name: another Canvas, another relay."""
    canvas, relay = found.settings.canvas, found.settings.relay
    own_canvas = _foreign(found, "canvas", canvas.url, _canvas_origin)
    own_relay = _foreign(found, "relay", relay.url, _relay_origin)
    if not own_canvas and not own_relay:
        return found
    kept = {
        "canvas": canvas.model_copy(update=own_canvas),
        "relay": relay.model_copy(update=own_relay),
    }
    return replace(found, settings=found.settings.model_copy(update=kept))


def _foreign(
    found: Configuration, section: str, asked: str | None, origin: Callable[[str], Origin]
) -> dict[str, object]:
    """The settings of a section's token that are for another host than the one asked for."""
    file = found.layers[-1]
    own = given(file.tree, f"{section}.url")
    if not isinstance(own, str) or asked is None or _same_host(own, asked, origin):
        return {}
    return {
        key: None if key != "keyring" else False
        for key in ("token_file", "token_command", "keyring")
        if found.origin(f"{section}.{key}") is file
    }


def _same_host(one: str, other: str, origin: Callable[[str], Origin]) -> bool:
    try:
        return origin(one) == origin(other)
    except BadAddress:
        return False


def _canvas_origin(url: str) -> Origin:
    return Origin.of(base_address(url))


def _relay_origin(url: str) -> Origin:
    return RelayAddress.parse(url).origin


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
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return datetime.now(UTC).astimezone().tzinfo or UTC


def canvas_url(settings: Settings) -> str:
    """The address of the Canvas; raises :class:`Stop` where there is none or it may not be used."""
    if settings.canvas.url is None:
        raise Stop(
            "no Canvas to ask: give --canvas-url https://canvas.example.edu, or set canvas.url in "
            f"{locations.config_file()}, or listen to a --relay-url (`gradewatch demo` needs none)"
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


def relay_address(settings: Settings) -> RelayAddress | None:
    """The relay to listen to, if one is named; raises :class:`Stop` if it may not be used."""
    if settings.relay.url is None:
        return None
    try:
        return RelayAddress.parse(settings.relay.url)
    except BadAddress as wrong:
        raise Stop(str(wrong)) from wrong


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

    A relay tells of one Canvas: its events are remembered with that one's, where it is named. A
    replay is not mixed into a Canvas's journal unless one is named.
    """
    path = settings.journal.path
    if path == MEMORY or (asked.replay is not None and path is None):
        return None
    if path is not None:
        return Path(path).expanduser()
    host = canvas_host(settings)
    if host is not None:
        return locations.journal_file(host)
    if (relay := relay_address(settings)) is not None:
        return locations.journal_file(f"relay-{relay.host}")
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
