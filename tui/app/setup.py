"""All that the app is started with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from tui.journal.journal import Journal
from tui.query.ast import EVERYTHING, Filter
from tui.rules.attention import Attention
from tui.rules.telling import Rules
from tui.sources.audit_api.backfill import Archive
from tui.sources.source import Clock, Source

NO_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType({})
NO_FILTERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSetup:
    """A watch: where events come from, which are shown, and how. Times are UTC ms."""

    journal: Journal
    sources: tuple[Source, ...]
    since: int
    """Where the window begins."""
    until: int | None = None
    now: Clock
    scope: Filter = EVERYTHING
    """What the targets mean over stored events; every view is within it."""
    resolve: Callable[[], Awaitable[Filter]] | None = None
    """Asks Canvas for the scope where it takes an answer to know it (SIS ids); ``scope`` serves
    until then."""
    filter: str = ""
    """The expression to begin with, in the filter language; it can be changed on screen."""
    named_filters: Mapping[str, str] = field(default_factory=lambda: NO_FILTERS)
    """The filters of the configuration, each an expression by its name: ``@name`` stands for it."""
    save_filter: Callable[[str, str], Path] | None = None
    """Writes a named filter into the configuration file and gives that file; ``ValueError`` says
    in one line what hinders it. It runs in a thread. None: there is no file to write to."""
    backfill: Archive | None = None
    """What an investigation reads back from; None: there is no Canvas to ask."""
    attention: Attention | None = None
    """By which rules what comes is judged; None: nobody judges."""
    telling: Rules = field(default_factory=Rules)
    """How what the rules point at is told while watching."""
    one_course: bool = False
    """All rows are of one course, so its column may stand aside."""
    canvas_url: str | None = None
    """The Canvas that ``o`` opens; None: there is none to open."""
    zone: tzinfo | None = None
    """In which times are shown; None is the terminal's own."""
    newest: Literal["top", "bottom"] = "top"
    totals: bool = False
    """Show a course's recalculated totals from the start."""
    groups: bool = True
    """Show the changes of one request as one row from the start."""
    redact: bool = False
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_KEYS)
    """Keys in place of the default ones, by the name of the action (see :mod:`tui.app.keymap`)."""
    mouse: bool = True
    low_bandwidth: bool = False
    """Repaint once a second instead of twice."""
    theme: Literal["ansi-dark", "ansi-light"] = "ansi-dark"
    """Both use the terminal's own sixteen colours: few bytes, and none where NO_COLOR is set."""
    plain_glyphs: bool = False
    """Draw with ASCII: the terminal's locale is not UTF-8."""
    state_dir: Path | None = None
    """Where the log of a crash goes; None: nowhere."""
    notice: str = ""
    """A line for the start: what the person should know about this run."""
