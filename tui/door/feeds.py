"""The sources that were asked for: the audit log, a relay beside it or alone, or a replay."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tui.config import Settings
from tui.door.desk import (
    DAY_MS,
    Window,
    canvas_url,
    host_of,
    poll_interval,
    relay_address,
    targets_of,
    typed_zone,
    wall_clock,
    window_of,
)
from tui.door.exits import Stop
from tui.door.options import Asked
from tui.door.secrets import canvas_token, find_relay_token
from tui.journal.journal import Journal
from tui.journal.records import Batch
from tui.query.ast import Filter
from tui.sources.audit_api.client import Turn
from tui.sources.audit_api.source import AuditSource
from tui.sources.relay.address import RelayAddress
from tui.sources.relay.source import RelaySource
from tui.sources.replay import ReplaySource
from tui.sources.scope import scope
from tui.sources.source import Source
from tui.sources.targets import Targets


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeds:
    """The sources that were asked for, and what their targets mean over stored events."""

    sources: tuple[Source, ...]
    window: Window
    known_scope: Filter | None
    """None: Canvas has to be asked first what the ids are."""
    scope: Callable[[], Awaitable[Filter]]


def feeds_of(
    asked: Asked,
    settings: Settings,
    journal: Journal,
    *,
    now: int,
    patient: bool,
    turn: Turn | None = None,
) -> Feeds:
    """The sources that the options name; raises :class:`Stop`.

    ``turn`` is shared by all that read the audit log with the same token.

    A relay needs neither targets nor a Canvas; with targets and a Canvas it is listened to beside
    the audit log, and its events make that be asked at once.
    """
    zone, targets = typed_zone(settings), targets_of(asked)
    if asked.replay is not None:
        window = window_of(asked, zone, now=now, default_since=None)
        return _replay(asked.replay, targets, window)
    relay = relay_address(settings)
    if relay is None:
        canvas_url(settings)
        if targets.empty:
            raise Stop(
                "nothing to watch: name --course, --assignment, --student, --grader or --account "
                "(Canvas has no feed of all grade changes), or --relay-url, or --replay FILE"
            )
    window = window_of(asked, zone, now=now, default_since=now - DAY_MS)
    if settings.canvas.shard is not None:
        _settle_home(journal, settings.canvas.shard)
    audit = None
    if settings.canvas.url is not None and not targets.empty:
        url = canvas_url(settings)
        audit = audit_source(url, settings, targets, window, journal, patient=patient, turn=turn)
    known = _known_scope(targets, window)
    if known is None and audit is None:
        raise Stop("a relay has numeric ids only: give numbers, or --canvas-url to look ids up")

    async def numbers() -> Targets:
        return targets if audit is None else await audit.resolve()

    async def scope_of_numbers() -> Filter:
        return scope(await numbers(), window.since, window.until)

    listening: list[Source] = []
    if relay is not None:
        listening = [_relay(relay, settings, numbers, audit, window, journal, patient=patient)]
    return Feeds(
        sources=(*(() if audit is None else (audit,)), *listening),
        window=window,
        known_scope=known,
        scope=scope_of_numbers,
    )


def _relay(
    address: RelayAddress,
    settings: Settings,
    numbers: Callable[[], Awaitable[Targets]],
    audit: AuditSource | None,
    window: Window,
    journal: Journal,
    *,
    patient: bool,
) -> RelaySource:
    """The relay at ``address``; its token is looked for now. What comes hints the audit log."""
    found = find_relay_token(settings, address.host)
    return RelaySource(
        address,
        None if found is None else found.token,
        numbers,
        since=window.since or 0,
        journal=journal,
        clock=wall_clock,
        hint=_ignore if audit is None else audit.hint,
        read_now=_nothing if audit is None else audit.poll_now,
        patient=patient,
    )


def _ignore(_: object) -> None:
    """Nobody to hint."""


def _nothing() -> None:
    """Nobody to ask."""


def audit_source(
    url: str,
    settings: Settings,
    targets: Targets,
    window: Window,
    journal: Journal,
    *,
    patient: bool,
    turn: Turn | None = None,
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
        turn=turn,
    )


async def scope_of_stored(
    targets: Targets, window: Window, settings: Settings, journal: Journal
) -> Filter:
    """What the targets mean over stored events; Canvas is asked where only it knows (SIS forms)."""
    numbers = await numbers_of_stored(targets, window, settings, journal)
    return scope(numbers, window.since, window.until)


async def numbers_of_stored(
    targets: Targets, window: Window, settings: Settings, journal: Journal
) -> Targets:
    """The targets as numbers; Canvas is asked where only it knows (SIS forms)."""
    if _known_scope(targets, window) is not None:
        return targets
    source = audit_source(canvas_url(settings), settings, targets, window, journal, patient=False)
    return await source.resolve()


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


def _settle_home(journal: Journal, shard: int) -> None:
    """The setting says which shard is home, unless the journal holds another school's events."""
    journal.record(Batch(home_shard=shard))
    reader = journal.reader()
    try:
        home = reader.info().home_shard
    finally:
        reader.close()
    if home != shard:
        raise Stop(
            f"canvas.shard is {shard}, and this journal's home shard is {home}, as its first live "
            "event said: name another --journal for this school"
        )
