"""The settings, where each one came from, and what is wrong with them in one line.

Nearest wins: a flag of the command line, an environment variable (``GRADEWATCH_`` and the
setting's path with ``__``), the file, the default. Each field's docstring is its documentation.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, cast
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings.exceptions import SettingsError

from tui.rules.telling import Rules

PREFIX = "GRADEWATCH_"
ALIASES = {"GRADEWATCH_CANVAS_URL": "canvas.url", "GRADEWATCH_RELAY_URL": "relay.url"}
"""Environment variables without ``__`` that are settings too."""

Tree = dict[str, object]
"""Settings as one layer gives them: section → key → value, and no key that the layer leaves out."""


class BadConfig(Exception):
    """The configuration cannot be used; ``str()`` is one line: where, which key, what is taken.

    ``mistakes`` are all of them, a line each; ``rest`` is the configuration without them, where
    they could be told from the rest.
    """

    def __init__(self, first: str, *others: str, rest: Configuration | None = None) -> None:
        more = f" (and {len(others)} more: `gradewatch doctor` lists them)" if others else ""
        super().__init__(first + more)
        self.mistakes = (first, *others)
        self.rest = rest


def _time_zone(name: str) -> str:
    if name != "local":
        try:
            ZoneInfo(name)
        except (KeyError, OSError, ValueError) as wrong:  # an unknown zone is a KeyError
            raise ValueError("a zone such as Europe/Berlin or UTC, or local") from wrong
    return name


class _Section(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )


class Canvas(_Section):
    """The Canvas to watch, and where its token is kept. The token itself never stands here."""

    url: str | None = None
    """The address of your Canvas. https only, except on this machine."""
    token_file: Path | None = None
    """A file that holds the token; yours, mode 0600. Without it: what `gradewatch login` left."""
    token_command: str | None = None
    """A command that prints the token, run without a shell, for at most 30 seconds."""
    keyring: bool = False
    """Take the token from the keyring (needs `pip install 'gradewatch[keyring]'`)."""
    poll_interval: Annotated[float, Field(ge=1, le=3600)] = 10.0
    """Seconds between two polls; at least 5, or 1 on this machine."""
    shard: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    """The number of this Canvas's shard, for ids such as 2107~48. Without it: a live event says."""


class Relay(_Section):
    """The relay that passes on Live Events, and where its token is kept, never the token itself."""

    url: str | None = None
    """The address of the relay. wss only, except on this machine. Without it: no live events."""
    token_file: Path | None = None
    """A file that holds the relay's token; yours, mode 0600."""
    token_command: str | None = None
    """A command that prints the relay's token, run without a shell, for at most 30 seconds."""
    keyring: bool = False
    """Take the relay's token from the keyring, where it is kept for gradewatch and `relay HOST`."""


class JournalSettings(_Section):
    """The memory on this disk."""

    path: str | None = None
    """The journal's file, or :memory: for nothing on disk. Without it: one file for each Canvas."""
    keep_days: Annotated[int, Field(ge=1)] | None = None
    """Forget events older than so many days when watching begins. Without it: keep them."""


class Ui(_Section):
    """How the app and the text format show things."""

    newest: Literal["top", "bottom"] = "top"
    """Where the newest event stands: top as in Canvas, bottom as in tail -f."""
    theme: Literal["ansi-dark", "ansi-light"] = "ansi-dark"
    """For a dark or a light terminal; both use the terminal's own sixteen colours."""
    mouse: bool = True
    """Whether the app listens to the mouse. Without it the terminal selects text as usual."""
    low_bandwidth: bool = False
    """Paint less often, for slow lines."""
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "local"
    """The zone in which times are read and shown: local, or a name such as Europe/Berlin."""
    totals: bool = False
    """Show the course totals that Canvas recalculates after each grade; `T` in the app does too."""
    groups: bool = True
    """One row for the changes of one request; `c` in the app shows one for each, and back."""
    redact: bool = False
    """Pseudonyms instead of names and ids from the start."""


class Settings(BaseSettings):
    """All settings; see the sections."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )

    canvas: Canvas = Canvas()
    relay: Relay = Relay()
    journal: JournalSettings = JournalSettings()
    ui: Ui = Ui()
    rules: Rules = Rules()
    filters: dict[str, str] = {}
    """Filters under a name: name = "expression". `@name` in a filter stands for it."""
    keys: dict[str, str | list[str]] = {}
    """Keys of the app in place of the default ones: action = "key" or ["key", "key"]."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what :func:`load` merged: it must know which layer gave what."""
        del cls, settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


@dataclass(frozen=True, slots=True)
class Layer:
    """One place settings come from: its name in words, and what it gives."""

    name: str
    tree: Tree

    def place(self, path: str) -> str:
        """Where exactly ``section.key`` is given, in words."""
        if self.name != "environment":
            return self.name
        names = [name for name, setting in ALIASES.items() if setting == path]
        names.append(PREFIX + path.replace(".", "__").upper())
        return next((name for name in names if os.environ.get(name)), names[-1])


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings in force and the layers they were merged from, the nearest first."""

    settings: Settings
    layers: tuple[Layer, ...]

    def origin(self, path: str) -> Layer | None:
        """The layer that gave ``section.key``; None: the default holds."""
        return giving(self.layers, path)

    def place(self, path: str) -> str:
        """Where exactly ``section.key`` is given, in words."""
        layer = self.origin(path)
        return "settings" if layer is None else layer.place(path)


def load(flags: Tree, file: Path, *, required: bool) -> Configuration:
    """Merge flags, environment and file; ``required`` if the file must be there.

    Raises :class:`BadConfig`.
    """
    layers = (
        Layer("command line", flags),
        Layer("environment", _environment()),
        Layer(str(file), _read(file, required=required)),
    )
    merged: Tree = {}
    for layer in reversed(layers):
        merged = _merge(merged, layer.tree)
    try:
        return Configuration(Settings.model_validate(merged), layers)
    except ValidationError as wrong:
        from tui.config_mistakes import mistakes_of, rest_of  # seldom needed, and not at once

        first, *others = mistakes_of(wrong, layers)
        raise BadConfig(first, *others, rest=rest_of(wrong, merged, layers)) from None


def _environment() -> Tree:
    source = EnvSettingsSource(
        Settings,
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        case_sensitive=False,
        env_ignore_empty=True,
    )
    try:
        tree: Tree = source()
    except SettingsError as wrong:
        raise BadConfig(f"environment: {wrong} (expected: JSON)") from None
    for name, path in ALIASES.items():
        section, key = path.split(".")
        if value := os.environ.get(name):
            tree = _merge({section: {key: value}}, tree)
    return tree


def _read(file: Path, *, required: bool) -> Tree:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if required:
            raise BadConfig(f"no configuration at {file}: give --config another path") from None
        return {}
    except OSError as wrong:
        raise BadConfig(f"cannot read {file}: {wrong.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadConfig(f"{file} is not TOML: {wrong}") from None


def _merge(under: Mapping[str, object], over: Mapping[str, object]) -> Tree:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = _merge(cast(Tree, below), cast(Tree, value))
        else:
            merged[key] = value
    return merged


def giving(layers: tuple[Layer, ...], path: str) -> Layer | None:
    """The nearest layer that gives what stands at ``path``."""
    return next((layer for layer in layers if given(layer.tree, path) is not None), None)


def given(tree: Tree, path: str) -> object:
    """What stands at ``section``, ``section.key`` or deeper; None for nothing."""
    section, _, key = path.partition(".")
    found = tree.get(section)
    if not key:
        return found
    return given(cast(Tree, found), key) if isinstance(found, dict) else None
