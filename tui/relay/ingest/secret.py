"""The shared secret that a sender puts into ``Authorization``."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
from pathlib import Path

from tui.relay.ingest.not_taken import KeysUnavailable, Unauthorized
from tui.relay.ingest.private_file import read_file, version_of

LONGEST = 4096
"""Bytes of a secret at most."""
_LOG = logging.getLogger("gradewatch.relay")


class IngestSecret:
    """The secret in a file that nobody else may read; read again when the file changes.

    Invariant: only the secret of the file as it is now opens; while the file may not be used,
    nothing does.
    """

    def __init__(self, file: Path) -> None:
        """Raises ``OSError`` or ``ValueError``, in words, if the file may not be used."""
        self._file = file
        self._version = version_of(os.stat(file))
        self._digest: bytes | None = _digest(_secret(file))

    def check(self, authorization: str | None) -> None:
        """Raises :class:`Unauthorized` unless the header's value is the secret, or Bearer and it.

        Raises :class:`KeysUnavailable` while the file may not be used.
        """
        digest = self._current()
        if authorization is None:
            raise Unauthorized("no Authorization")
        word = authorization.strip()
        if word[:7].lower() == "bearer ":
            word = word[7:].lstrip()
        # of digests, whose length tells nothing of the secret's
        if not hmac.compare_digest(_digest(word.encode("utf-8", "replace")), digest):
            raise Unauthorized("not the secret")

    def _current(self) -> bytes:
        try:
            version = version_of(os.stat(self._file))
            if version != self._version or self._digest is None:
                self._digest = None
                self._digest = _digest(_secret(self._file))
                self._version = version
        except (OSError, ValueError) as wrong:
            self._digest = None
            why = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
            _LOG.error("the ingest secret cannot be read", extra={"why": why})
            raise KeysUnavailable("the relay cannot read its secret now") from None
        return self._digest


def _secret(file: Path) -> bytes:
    secret = read_file(file, LONGEST, secret=True).strip()
    if not secret:
        raise ValueError(f"{file} is empty")
    if not secret.isascii() or not secret.decode("ascii").isprintable() or b" " in secret:
        raise ValueError(f"{file} has no secret: one word of printable ASCII")
    return secret


def _digest(word: bytes) -> bytes:
    return hashlib.sha256(word).digest()
