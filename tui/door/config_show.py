"""``gradewatch config show``: every setting, its value and where it comes from."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel

from tui import locations
from tui.config import PREFIX, BadConfig, Configuration, Layer, Settings, given
from tui.door.desk import canvas_host, load_config
from tui.door.exits import Stop
from tui.door.filters import filter_mistakes
from tui.door.keys import key_mistakes
from tui.door.options import Asked
from tui.door.secrets import CANVAS_TOKEN, RELAY_TOKEN, hide_secrets
from tui.door.speak import show
from tui.events.text import clean, redact_secrets
from tui.report.cells import fit, width

_WIDEST_VALUE = 44
"""A longer value pushes the rest of its line to the right, and nobody else's."""
_PATHS = frozenset({"token_file", "path"})
"""Settings whose long words are no tokens."""
_ELSEWHERE = {"canvas": "Canvas", "relay": "relay"}
"""Sections whose tokens are for one host."""


@dataclass(frozen=True, slots=True)
class Line:
    """One setting; all parts are safe to show."""

    name: str
    value: str
    place: str


def config_show(asked: Asked) -> None:
    """Print the settings in force, on stdout; no secret is read, no command is run.

    Raises :class:`tui.config.BadConfig` too where only some commands would find something wrong.
    """
    found = load_config(asked)
    if wrong := [*filter_mistakes(found), *key_mistakes(found)]:
        raise BadConfig(*wrong)
    lines = [*_settings(found), *_token(found.settings), *_relay_token(found.settings)]
    names = max(width(line.name) for line in lines)
    values = max(min(width(line.value), _WIDEST_VALUE) for line in lines)
    for line in lines:
        value = fit(line.value, max(values, width(line.value)))
        show(f"{fit(line.name, names)}  {value}  {line.place}")


def _settings(found: Configuration) -> Iterator[Line]:
    settings = found.settings
    for section in Settings.model_fields:
        values: object = getattr(settings, section)
        if isinstance(values, BaseModel):
            yield from _section(found, section, values)
    for section, entries in (("filters", settings.filters), ("keys", settings.keys)):
        if not entries:
            yield Line(section, "not set", "default")
        for key, value in entries.items():
            name = f"{section}.{key}"
            yield Line(clean(name), _shown(name, value), _place(found, name))


def _section(found: Configuration, section: str, values: BaseModel) -> Iterator[Line]:
    for key in type(values).model_fields:
        value: object = getattr(values, key)
        path = f"{section}.{key}"
        if isinstance(value, BaseModel):
            yield from _section(found, path, value)
        else:
            yield Line(path, _shown(key, value), _place(found, path))


def _place(found: Configuration, path: str) -> str:
    layer = found.origin(path)
    if layer is None:
        return "default"
    place = layer.place(path)
    if layer is found.layers[-1] and _withdrawn(found, layer, path):
        return f"{clean(place)} sets it for another {_ELSEWHERE[path.partition('.')[0]]} only"
    if layer.name != "environment":
        return clean(place)
    if not os.environ.get(place):  # a whole section may stand in one variable, as JSON
        place = PREFIX + path.partition(".")[0].upper()
    return f"environment variable {place}"


def _withdrawn(found: Configuration, layer: Layer, path: str) -> bool:
    """Whether a token of the file is not used, since another host than the file's is asked."""
    section, _, key = path.partition(".")
    if section not in _ELSEWHERE:
        return False
    return bool(given(layer.tree, path)) and not getattr(getattr(found.settings, section), key)


def _shown(key: str, value: object) -> str:
    match value:
        case None:
            return "not set"
        case bool():
            return "true" if value else "false"
        case str() | Path():
            text = clean(redact_secrets(str(value)))
            return text if key in _PATHS else hide_secrets(text)
        case date():
            return value.isoformat()
        case _:
            return hide_secrets(clean(json.dumps(value, ensure_ascii=False)))


def _token(settings: Settings) -> Iterator[Line]:
    """Whether there is a token; its text is not looked at."""
    if os.environ.get(CANVAS_TOKEN):
        yield Line("Canvas token", "set (hidden)", f"environment variable {CANVAS_TOKEN}")
        return
    canvas = settings.canvas
    for key in ("token_file", "token_command", "keyring"):
        if key == "token_command" and canvas.token_file is None and (file := _left(settings)):
            yield Line("Canvas token", "set (hidden)", f"{file} (gradewatch login)")
            return
        if getattr(canvas, key):
            yield Line("Canvas token", "not looked at", f"canvas.{key}")
            return
    yield Line("Canvas token", "not set", f"gradewatch login, or {CANVAS_TOKEN}")


def _relay_token(settings: Settings) -> Iterator[Line]:
    if os.environ.get(RELAY_TOKEN):
        yield Line("relay token", "set (hidden)", f"environment variable {RELAY_TOKEN}")
        return
    for key in ("token_file", "token_command", "keyring"):
        if getattr(settings.relay, key):
            yield Line("relay token", "not looked at", f"relay.{key}")
            return
    yield Line("relay token", "not set", f"relay.token_file, or {RELAY_TOKEN}")


def _left(settings: Settings) -> Path | None:
    """What ``login`` left for this Canvas."""
    try:
        host = canvas_host(settings)
    except Stop:  # a bad address is shown as it is; other commands say what is wrong with it
        return None
    file = None if host is None else locations.token_file(host)
    return file if file is not None and os.path.lexists(file) else None
