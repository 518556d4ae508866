"""What an investigation reads back from: the audit log of the Canvas that is named, if one is."""

from __future__ import annotations

from functools import cache

from pydantic import SecretStr

from tui.config import Settings
from tui.door.desk import DAY_MS, canvas_url, host_of, poll_interval, wall_clock
from tui.door.exits import Stop
from tui.door.options import Asked
from tui.door.secrets import canvas_token
from tui.journal.journal import Journal
from tui.sources.audit_api.backfill import KEPT_MS, Archive
from tui.sources.audit_api.client import Turn
from tui.sources.audit_api.source import AuditSource
from tui.sources.source import Outcome, Source, SourceFailed
from tui.sources.targets import Targets


def archive_of(asked: Asked, settings: Settings, journal: Journal, turn: Turn) -> Archive | None:
    """The audit log to read back from; None where no Canvas is named, and for a replay.

    Its token is looked for when it is first needed: a relay alone needs none. What the settings
    forget is not read back. ``turn`` is the one of the watch: both use the same token.
    """
    if settings.canvas.url is None or asked.replay is not None:
        return None
    url, days = canvas_url(settings), settings.journal.keep_days

    @cache
    def token() -> SecretStr:
        try:
            return canvas_token(settings, host_of(url))
        except Stop as stop:
            raise SourceFailed(str(stop), Outcome.USAGE) from stop

    def source(targets: Targets, since: int, until: int | None) -> Source:
        return AuditSource(
            url,
            token(),
            targets,
            since=since,
            until=until,
            poll_interval=poll_interval(settings),
            journal=journal,
            clock=wall_clock,
            turn=turn,
        )

    return Archive(source, journal, KEPT_MS if days is None else days * DAY_MS)
