"""Where tokens come from: never from a flag, never shown, and each for one host only.

The environment comes first, then a file, a command, the keyring. What may not be used is refused
rather than passed over, so that no other token is taken in its place by surprise.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from tui import locations
from tui.config import Settings
from tui.door.exits import Stop
from tui.events.text import clean, redact_secrets

CANVAS_TOKEN = "GRADEWATCH_CANVAS_TOKEN"  # noqa: S105  the name of a variable
RELAY_TOKEN = "GRADEWATCH_RELAY_TOKEN"  # noqa: S105  the name of a variable
"""The environment variables that hold the tokens."""
PATIENCE = 30.0
"""Seconds a token command or a keyring may take: a keyring without a screen can wait for ever."""
LONGEST = 4096
"""Characters of a token at most."""
_SERVICE = "gradewatch"
_WORDS_SHOWN = 200
_TOKEN_LIKE = re.compile(r"\d+~[A-Za-z0-9]{16,}|(?=[A-Za-z_+=-]*\d)[A-Za-z0-9_+=-]{24,}")
"""A Canvas token (``7~…``), or a long word with a digit in it; paths are mostly neither."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO

_NO_CANVAS_ENTRY = "run `gradewatch login --keyring --canvas-url URL`"
_NO_RELAY_ENTRY = "keep it there for the service gradewatch and this name, or use token_file"

# Only these exit codes of the keyring's process mean something; what it prints is not shown.
_NO_EXTRA, _NO_ENTRY, _NO_BACKEND = 3, 4, 5
_KEYRING = f"""
import sys
try:
    import keyring
    from keyring.errors import NoKeyringError
except ImportError:
    sys.exit({_NO_EXTRA})
action, service, host = sys.argv[1:]
try:
    if action == "keep":
        keyring.set_password(service, host, sys.stdin.read())
    else:
        found = keyring.get_password(service, host)
        if found is None:
            sys.exit({_NO_ENTRY})
        sys.stdout.write(found)
except NoKeyringError:
    sys.exit({_NO_BACKEND})
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A token, and where it was found, in words."""

    token: SecretStr
    place: str


def canvas_token(settings: Settings, host: str) -> SecretStr:
    """The token for the Canvas at ``host`` (or ``host:port``); raises :class:`Stop`."""
    return find_token(settings, host).token


def find_token(settings: Settings, host: str) -> Found:
    """The token and its place. Raises :class:`Stop` if there is none or it may not be used."""
    canvas = settings.canvas
    left = locations.token_file(host)
    file = left if canvas.token_file is None and os.path.lexists(left) else canvas.token_file
    command, entry = canvas.token_command, host if canvas.keyring else None
    found = _first_of(CANVAS_TOKEN, file, command, entry, _NO_CANVAS_ENTRY)
    if found is None:
        raise Stop(f"no token for {host}: run {_login(settings)}, or set {CANVAS_TOKEN}")
    return found


def find_relay_token(settings: Settings, host: str) -> Found | None:
    """The relay's token and its place; None where none is named: a relay may ask for none.

    Raises :class:`Stop` if one is named and may not be used.
    """
    relay = settings.relay
    entry = f"relay {host}" if relay.keyring else None
    return _first_of(RELAY_TOKEN, relay.token_file, relay.token_command, entry, _NO_RELAY_ENTRY)


def _first_of(
    variable: str, file: Path | None, command: str | None, entry: str | None, advice: str
) -> Found | None:
    """The token of the first place that is named; ``entry`` is the keyring's."""
    if from_environment := os.environ.get(variable, "").strip():
        return Found(as_token(from_environment, variable), f"the environment's {variable}")
    if file is not None:
        file = file.expanduser()
        return Found(read_token_file(file), str(file))
    if command is not None:
        return Found(_ask_command(command), "token_command")
    if entry is not None:
        return Found(
            as_token(_run_keyring("find", entry, "", advice), "the keyring"), "the keyring"
        )
    return None


def _login(settings: Settings) -> str:
    """The command that would keep a token."""
    url = f" --canvas-url {clean(settings.canvas.url)}" if settings.canvas.url else ""
    return f"`gradewatch login{url}`"


def as_token(text: str, place: str) -> SecretStr:
    """``text`` as a token; raises :class:`Stop`, which names the place and never the text."""
    text = text.strip()
    if not text:
        raise Stop(f"{place} has no token in it")
    if not (text.isascii() and text.isprintable()) or " " in text or len(text) > LONGEST:
        raise Stop(
            f"what {place} has is no token: one word of letters and digits, copied from Canvas"
        )
    return SecretStr(text)


def read_token_file(file: Path) -> SecretStr:
    """The token in a file that nobody else may read.

    The rights are looked up on the open file, so that it cannot be exchanged in between.
    """
    try:
        # without O_NONBLOCK the opening of a pipe would wait for its writer
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as wrong:
        raise Stop(f"cannot read the token file {file}: {wrong.strerror}") from None
    try:
        _check_private(file, os.fstat(descriptor))
        content = os.read(descriptor, LONGEST + 1)
    except OSError as wrong:
        raise Stop(f"cannot read the token file {file}: {wrong.strerror}") from None
    finally:
        os.close(descriptor)
    return as_token(content.decode("utf-8", "replace"), f"the token file {file}")


def _check_private(file: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise Stop(f"the token file {file} is no ordinary file")
    if status.st_uid != os.geteuid():
        raise Stop(f"the token file {file} belongs to somebody else: make one of your own")
    if status.st_mode & _OTHERS:
        raise Stop(f"others may read the token file {file}: chmod 600 {shlex.quote(str(file))}")


def keep_in_keyring(host: str, token: SecretStr) -> None:
    """Store the token of ``host`` in the keyring; raises :class:`Stop`."""
    _run_keyring("keep", host, token.get_secret_value())


def hide_secrets(text: str) -> str:
    """``text`` safe to show: without control characters and whatever may be a token."""
    return _TOKEN_LIKE.sub("[hidden]", redact_secrets(clean(text)))


def _ask_command(line: str) -> SecretStr:
    try:
        words = shlex.split(line)
    except ValueError as wrong:
        raise Stop(f"token_command cannot be read: {wrong}") from None
    if not words:
        raise Stop("token_command is empty")
    try:
        done = subprocess.run(  # noqa: S603  the person's own command, without a shell
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Stop(f"token_command gave no token within {PATIENCE:.0f} s") from None
    except (OSError, ValueError) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
        raise Stop(f"token_command cannot be run: {hide_secrets(words[0])}: {why}") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        words_of_it = f": {hide_secrets(said[-1])[:_WORDS_SHOWN]}" if said else ""
        raise Stop(f"token_command failed ({done.returncode}){words_of_it}")
    return as_token(done.stdout.decode("utf-8", "replace"), "the output of token_command")


def _run_keyring(action: str, host: str, given: str, advice: str = "") -> str:
    """What the keyring answers, asked in a process of its own that can be ended."""
    try:
        done = subprocess.run(  # noqa: S603  this Python, on the program text above
            # -P: a keyring.py that lies in the current folder is not imported
            [sys.executable, "-P", "-c", _KEYRING, action, _SERVICE, host],
            input=given.encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Stop(
            f"the keyring did not answer within {PATIENCE:.0f} s (locked, without a screen?): "
            "use token_file instead"
        ) from None
    match done.returncode:
        case 0:
            return done.stdout.decode("utf-8", "replace")
        case code if code == _NO_EXTRA:
            raise Stop("no keyring support here: pip install 'gradewatch[keyring]'")
        case code if code == _NO_ENTRY:
            raise Stop(f"the keyring has no token for {host}: {advice}")
        case code if code == _NO_BACKEND:
            raise Stop("there is no keyring on this machine: use token_file instead")
        case code:
            raise Stop(f"the keyring failed ({code}): use token_file instead")
