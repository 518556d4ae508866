"""Who may subscribe: the tokens file, which has the tokens' hashes and never a token.

One JSON object a line: ``{"name": …, "sha256": …, "courses": […], "metrics": false}``; blank lines
and lines that begin with ``#`` are passed over. A token is 256 random bits, so that its plain
SHA-256 can be neither guessed nor looked up: there is nothing for salt or a slow hash to protect.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from tui.events.ids import CanvasId
from tui.relay.ingest.private_file import Version, version_of
from tui.relay.scope import Scope, course_id

LARGEST = 4 * 1024 * 1024
"""Bytes of a tokens file at most."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class BadTokens(Exception):
    """The tokens file cannot be used; ``str()`` is one line that says what to do."""


def _course_id(text: str) -> str:
    course_id(text)
    return text


class Grant(BaseModel):
    """What one token allows: to subscribe to some courses or all, or only to read the metrics."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    courses: tuple[Annotated[str, AfterValidator(_course_id)], ...] = ()
    """Empty: all."""
    metrics: bool = False
    """It reads ``/metrics``, and no events: who watches the relay need not see grades."""

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Grant:
        if self.metrics and self.courses:
            raise ValueError("a token for the metrics sees no courses")
        return self

    @property
    def scope(self) -> Scope:
        """The events it may see."""
        return Scope.of(CanvasId.parse(each) for each in self.courses)


ANYBODY = Grant(name="anybody", sha256="0" * 64)
"""Who subscribes to a relay that asks for no tokens."""


@dataclass(frozen=True, slots=True)
class Grants:
    """All tokens of a file; names and hashes are unique."""

    entries: tuple[Grant, ...] = ()

    def of(self, token: SecretStr) -> Grant | None:
        """The grant of a token: takes as long whichever it is, or none."""
        offered = _hash(token)
        found: Grant | None = None
        for entry in self.entries:
            if hmac.compare_digest(entry.sha256, offered):
                found = entry
        return found

    def still(self, grant: Grant) -> bool:
        """Whether a grant is unchanged in the file."""
        return grant in self.entries

    def has(self, sha256: str) -> bool:
        """Whether a token is in the file, whatever it now allows."""
        return any(entry.sha256 == sha256 for entry in self.entries)


def add_token(
    path: Path, name: str, courses: tuple[str, ...] = (), *, metrics: bool = False
) -> SecretStr:
    """Make a token, keep its hash in the file (made if it is not there), and return the token.

    Raises :class:`BadTokens`: the name is taken, an id is none, or the file cannot be used.
    """
    token = SecretStr(secrets.token_urlsafe(32))
    try:
        grant = Grant(name=name, sha256=_hash(token), courses=courses, metrics=metrics)
    except ValidationError as wrong:
        raise BadTokens(_why_no_grant(wrong)) from None
    descriptor = _open_or_create(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        content = _read_private(path, descriptor)
        if any(entry.name == name for entry in _parse(path, content).entries):
            raise BadTokens(f"{path} has a token named {name} already: choose another name")
        line = grant.model_dump_json().encode() + b"\n"
        gap = b"" if not content or content.endswith(b"\n") else b"\n"
        os.write(descriptor, gap + line)
        os.fsync(descriptor)
    except OSError as wrong:
        raise BadTokens(f"cannot write the tokens file {path}: {wrong.strerror}") from None
    finally:
        os.close(descriptor)
    return token


def _hash(token: SecretStr) -> str:
    return hashlib.sha256(token.get_secret_value().encode("utf-8", "surrogateescape")).hexdigest()


def read_tokens(path: Path) -> tuple[Version, Grants]:
    """The grants, and the version of the very file they were read from.

    Raises :class:`BadTokens`.
    """
    try:
        # without O_NONBLOCK the opening of a pipe would wait for its writer
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as wrong:
        raise BadTokens(f"cannot read the tokens file {path}: {wrong.strerror}") from None
    try:
        status = os.fstat(descriptor)
        return version_of(status), _parse(path, _read_private(path, descriptor))
    except OSError as wrong:
        raise BadTokens(f"cannot read the tokens file {path}: {wrong.strerror}") from None
    finally:
        os.close(descriptor)


def _open_or_create(path: Path) -> int:
    """Open for appending; made for its owner alone if it is not there."""
    flags = os.O_RDWR | os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        return os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    except OSError as wrong:
        raise BadTokens(f"cannot make the tokens file {path}: {wrong.strerror}") from None
    try:
        return os.open(path, flags)
    except OSError as wrong:
        raise BadTokens(f"cannot write the tokens file {path}: {wrong.strerror}") from None


def _read_private(path: Path, descriptor: int) -> bytes:
    """All of a file that nobody else may read or write, looked up on the open descriptor."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise BadTokens(f"the tokens file {path} is no ordinary file")
    if status.st_uid != os.geteuid():
        raise BadTokens(f"the tokens file {path} belongs to somebody else: make one of your own")
    if status.st_mode & _OTHERS:
        raise BadTokens(f"others may read the tokens file {path}: chmod 600 it")
    if status.st_size > LARGEST:
        raise BadTokens(f"the tokens file {path} is over {LARGEST // 1024} KiB")
    content = b""
    while len(content) <= LARGEST and (piece := os.pread(descriptor, LARGEST, len(content))):
        content += piece
    return content


def _parse(path: Path, content: bytes) -> Grants:
    entries: list[Grant] = []
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith(b"#"):
            continue
        try:
            entries.append(Grant.model_validate_json(line))
        except ValidationError:
            raise BadTokens(f"line {number} of the tokens file {path} is no token") from None
    for what in ("name", "sha256"):
        values = [getattr(entry, what) for entry in entries]
        if len(set(values)) < len(values):
            raise BadTokens(f"the tokens file {path} has a {what} twice")
    return Grants(tuple(entries))


def _why_no_grant(wrong: ValidationError) -> str:
    match wrong.errors()[0]["loc"]:
        case ("name", *_):
            return "a token's name is letters, digits and . _ @ -, at most 64"
        case ("courses", *_):
            return "a course is a Canvas id: 565, 21070000000000565 or 2107~565"
        case _:
            return "a token for the metrics sees no courses: leave out one of --metrics, --course"
