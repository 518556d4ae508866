"""Where things are kept on this machine: one place for all paths (XDG on Linux)."""

from __future__ import annotations

import re
from pathlib import Path

from platformdirs import user_config_path, user_data_path, user_state_path

_NAME = "gradewatch"
_ODD = re.compile(r"[^A-Za-z0-9.-]+")


def config_dir() -> Path:
    """The configuration's folder; may not exist."""
    return user_config_path(_NAME)


def config_file() -> Path:
    """The configuration; may not exist."""
    return config_dir() / "config.toml"


def token_file(host: str) -> Path:
    """Where ``login`` leaves the token of one Canvas: a token never serves another host."""
    return config_dir() / f"token-{_file_part(host)}"


def state_dir() -> Path:
    """The folder of journals and crash logs; may not exist."""
    return user_state_path(_NAME)


def relay_dir() -> Path:
    """The folder of a relay's log; may not exist."""
    return user_data_path(_NAME) / "relay"


def journal_file(host: str | None) -> Path:
    """The journal of one Canvas, ``host`` or ``host:port``: ids of two must never meet.

    None is no Canvas at all: what was imported from files.
    """
    name = "journal" if host is None else f"journal-{_file_part(host)}"
    return state_dir() / f"{name}.sqlite3"


def _file_part(host: str) -> str:
    return _ODD.sub("_", host.lower())
