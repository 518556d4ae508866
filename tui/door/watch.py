"""``gradewatch watch``: the app."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from tui import locations
from tui.config import Settings
from tui.door.archive import archive_of
from tui.door.desk import (
    canvas_url,
    forget_old,
    journal_location,
    load_config,
    relay_address,
    targets_of,
    typed_zone,
    wall_clock,
    zone_of,
)
from tui.door.exits import ExitCode, Stop
from tui.door.feeds import feeds_of
from tui.door.filters import filter_of, keep_filter, readable
from tui.door.keys import check_keys, keys_of, losses_notice
from tui.door.options import Asked
from tui.query.ast import Or
from tui.rules.attention import Attention
from tui.sources.audit_api.client import Turn


def run_watch(asked: Asked) -> int:
    """Watch until the person leaves; the exit code."""
    from tui.app.run import open_or_offer, run_app
    from tui.app.setup import WatchSetup

    if asked.replay == "-":
        raise Stop("watch reads keys from the standard input: use --replay FILE, or `tail`")
    found = load_config(asked)
    check_keys(found)  # what is wrong is said before a journal is made
    settings = found.settings
    location, now = journal_location(asked, settings), wall_clock()
    targets_of(asked)
    relay_address(settings)
    filter_of(asked, settings.filters, now=now, zone=typed_zone(settings))
    opened = open_or_offer(location, now=wall_clock)
    if opened is None:
        return ExitCode.USAGE
    journal, notice = opened
    filters = readable(settings.filters)
    try:
        turn = Turn()
        feeds = feeds_of(asked, settings, journal, now=now, patient=True, turn=turn)
        forget_old(journal, settings, now=now)
        return run_app(
            WatchSetup(
                journal=journal,
                sources=feeds.sources,
                since=feeds.window.since or 0,
                until=feeds.window.until,
                now=wall_clock,
                scope=Or() if feeds.known_scope is None else feeds.known_scope,
                resolve=feeds.scope if feeds.known_scope is None else None,
                backfill=archive_of(asked, settings, journal, turn),
                filter=asked.filter or "",
                named_filters=filters,
                save_filter=partial(keep_filter, asked.config or locations.config_file()),
                attention=Attention.of(settings.rules, typed_zone(settings)),
                telling=settings.rules,
                one_course=_one_course(asked),
                canvas_url=None if settings.canvas.url is None else canvas_url(settings),
                zone=zone_of(settings),
                newest=settings.ui.newest,
                totals=settings.ui.totals,
                groups=settings.ui.groups,
                redact=settings.ui.redact,
                keys=keys_of(settings.keys),
                mouse=settings.ui.mouse,
                low_bandwidth=settings.ui.low_bandwidth,
                theme=settings.ui.theme,
                state_dir=locations.state_dir(),
                notice=_notices(notice, settings, filters),
            )
        )
    finally:
        journal.close()


def _one_course(asked: Asked) -> bool:
    return len(asked.courses) == 1 and not asked.accounts


def _notices(journal: str, settings: Settings, filters: Mapping[str, str]) -> str:
    """What to know about this run; a kept filter is not named, since its name may be a person's."""
    left_out = len(settings.filters) - len(filters)
    unread = f"unreadable kept filters: {left_out} (see doctor)" if left_out else ""
    return " · ".join(each for each in (journal, unread, losses_notice(settings.keys)) if each)
