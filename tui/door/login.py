"""``gradewatch login``: try a token, and keep it for its one Canvas."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import os
import secrets
import sys
import warnings
from pathlib import Path

from pydantic import SecretStr

from tui import locations
from tui.config import Settings
from tui.door.desk import canvas_host, canvas_url, load_config
from tui.door.exits import ExitCode, Stop
from tui.door.options import Asked
from tui.door.owner import Owner, client_for, owner_of
from tui.door.secrets import CANVAS_TOKEN, LONGEST, as_token, keep_in_keyring
from tui.door.speak import say

_FILE_MODE, _FOLDER_MODE = 0o600, 0o700


def login(asked: Asked, *, keyring: bool) -> None:
    """Ask for the token, without echo or from a pipe; raises :class:`Stop` if it is no good."""
    settings = load_config(asked).settings
    url = canvas_url(settings)
    host = canvas_host(settings) or url
    token = as_token(_typed(host), "what was given")
    owner = asyncio.run(_try(url, token))
    say(f"this token belongs to {owner} at {host}")
    file = locations.token_file(host)
    if keyring:
        keep_in_keyring(host, token)
        say(f"kept in the keyring, for {host} only")
        _forget(file)
    else:
        keep_in_file(file, token)
        say(f"kept in {file}, which only you can read, for {host} only")
    for remark in _overruled(asked, settings, keyring=keyring):
        say(remark)


async def _try(url: str, token: SecretStr) -> Owner:
    async with client_for(url, token) as client:
        return await owner_of(client)


def _typed(host: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline(LONGEST + 2)
    say(f"a token is made in Canvas under Account → Settings → New Access Token ({host})")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass("Canvas token (not shown): ")
    except getpass.GetPassWarning:
        raise Stop(
            "this terminal cannot hide what is typed: pipe the token in, as in "
            "`gradewatch login < FILE`"
        ) from None
    except EOFError:
        raise Stop("no token was given") from None


def keep_in_file(file: Path, token: SecretStr) -> None:
    """Write the token so that nobody else can read it at any moment; raises :class:`Stop`."""
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        file.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
        try:
            with open(descriptor, "w", encoding="ascii") as opened:
                opened.write(token.get_secret_value() + "\n")
                opened.flush()
                os.fsync(descriptor)
            unfinished.replace(file)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    except OSError as wrong:
        raise Stop(f"cannot keep the token in {file}: {wrong.strerror}", ExitCode.USAGE) from wrong


def _forget(file: Path) -> None:
    """A token kept earlier would be found before the keyring's."""
    with contextlib.suppress(FileNotFoundError):
        try:
            file.unlink()
        except PermissionError as wrong:
            raise Stop(f"remove {file}, or the keyring is never asked: {wrong.strerror}") from wrong
        say(f"removed {file}, where an earlier token was")


def _overruled(asked: Asked, settings: Settings, *, keyring: bool) -> list[str]:
    """Why what was just kept is not what will be used."""
    canvas = settings.canvas
    config = asked.config or locations.config_file()
    remarks: list[str] = []
    if os.environ.get(CANVAS_TOKEN):
        remarks.append(f"but {CANVAS_TOKEN} is set, and is used before it")
    if canvas.token_file is not None:
        remarks.append(f"but canvas.token_file is set, and {canvas.token_file} is used before it")
    if keyring and canvas.token_command is not None:
        remarks.append("but canvas.token_command is set, and is used before it")
    if keyring and not canvas.keyring:
        remarks.append(f"to have it used, set keyring = true under [canvas] in {config}")
    return remarks
