"""The filters of the configuration, the one asked for with ``--filter``, and keeping a new one."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, MutableMapping
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, cast

from tui.config import Configuration
from tui.door.exits import Stop
from tui.door.options import Asked
from tui.query.ast import EVERYTHING, And, Filter
from tui.query.language import FilterError, parse
from tui.report.export import not_written, replacing

SECTION = "filters"
_NAME = re.compile(r"[\w.-]{1,60}")
_NAMES = "letters, digits, '_', '-' and '.'"


def filter_mistakes(found: Configuration) -> Iterator[str]:
    """One line for each kept filter that nobody can read, or ask for."""
    kept = found.settings.filters
    for name in kept:
        if (wrong := _wrong_with(name, kept)) is not None:
            yield f"{found.place(f'{SECTION}.{name}')}: {SECTION}.{wrong}"


def readable(kept: Mapping[str, str]) -> dict[str, str]:
    """The kept filters that can be asked for."""
    return {name: text for name, text in kept.items() if _wrong_with(name, kept) is None}


def _wrong_with(name: str, kept: Mapping[str, str]) -> str | None:
    if _NAME.fullmatch(name) is None:
        return f"{name!r}: expected a name of {_NAMES}"
    try:
        if not kept[name].strip():
            raise FilterError(1, "the filter is empty", "a filter")
        parse(kept[name], now_ms=0, zone=UTC, named=kept)
    except FilterError as wrong:
        return f"{name}: {wrong}"
    return None


def filter_of(asked: Asked, kept: Mapping[str, str], *, now: int, zone: tzinfo) -> Filter:
    """What ``--filter`` asks for, all events without one; raises :class:`Stop`."""
    if asked.filter is None:
        return EVERYTHING
    try:
        return parse(asked.filter, now_ms=now, zone=zone, named=kept).tree
    except FilterError as wrong:
        raise Stop(f"--filter: {wrong}") from None


def narrowed(scope: Filter, wanted: Filter) -> Filter:
    """What both let through."""
    return scope if wanted == EVERYTHING else And((scope, wanted))


def keep_filter(file: Path, name: str, text: str) -> Path:
    """Write ``name = "text"`` into the configuration's ``[filters]``, and give the file.

    All else in it stays as it is, comments and layout too. The file is replaced whole, mode 0600;
    file, folder and section are made where they are missing. ``ValueError`` says in one line what
    hinders it.
    """
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"{name[:60]!r} is no name for a filter: {_NAMES}")
    if not text.strip():
        raise ValueError("there is no filter to keep")
    try:
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        after = _with_filter(before, name, text)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(file) as write:
            write(after)
    except OSError as wrong:
        if not os.access(file, os.R_OK) and file.exists():
            raise ValueError(f"cannot read {file}: {wrong.strerror}") from None
        raise ValueError(f"{file}: {not_written(wrong, file)}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise ValueError(f"{file} is not TOML: {wrong}") from None
    return file


def _with_filter(before: str, name: str, text: str) -> str:
    import tomlkit

    tomllib.loads(before)  # what is no TOML is told as at the start, not as the editor says it
    document = cast(MutableMapping[str, Any], tomlkit.parse(before))
    if SECTION not in document:
        document[SECTION] = tomlkit.table()
    section = document[SECTION]
    if not isinstance(section, MutableMapping):
        raise ValueError(f"{SECTION} in the configuration is no section")
    cast(MutableMapping[str, Any], section)[name] = text
    after = tomlkit.dumps(document)
    if tomllib.loads(after).get(SECTION, {}).get(name) != text:
        raise ValueError("the configuration is laid out so that no filter can be added to it")
    return after
