"""The tokens file as it is now: looked at again and again while the relay runs."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

from tui.relay.ingest.private_file import version_of
from tui.relay.tokens import BadTokens, Grants, read_tokens

GONE_S = 5.0
"""Seconds after which a file that is gone means that nobody may subscribe: an editor that writes a
new file has it back by then."""
SAY_AGAIN_S = 60.0
_LOG = logging.getLogger("gradewatch.relay")


class TokensFile:
    """The tokens, read again whenever the file, its content or its rights change.

    Invariant: a file that cannot be used (broken, open to others, not ours) leaves the last good
    tokens, and is an error in the log each minute for as long as it lasts; a file that is gone for
    :data:`GONE_S` takes all tokens away. ``clock`` is monotonic, in seconds.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises :class:`~tui.relay.tokens.BadTokens`."""
        self._path = path
        self._clock = clock
        self._version, self._grants = read_tokens(path)
        self._why: str | None = None
        self._tried = self._version, 0.0
        """What could not be read, and when."""
        self._said_at = 0.0
        self._gone_since: float | None = None

    @property
    def grants(self) -> Grants:
        """As the file says now."""
        self._look()
        return self._grants

    @property
    def stale(self) -> bool:
        """Whether the file cannot be used now."""
        self._look()
        return self._why is not None

    def _look(self) -> None:
        try:
            version = version_of(os.stat(self._path))
            self._gone_since = None
            if self._why is None and version == self._version:
                return
            now = self._clock()
            if self._why is not None and version == self._tried[0] and now - self._tried[1] < 1:
                return  # anybody can ask for a subscription: that is no reason to read a file
            self._tried = version, now
            self._version, self._grants = read_tokens(self._path)
            self._mended()
        except FileNotFoundError:
            self._gone()
        except BadTokens as wrong:
            self._say(f"{wrong}; until then its last good state counts")
        except OSError as wrong:
            why = f"cannot read the tokens file {self._path}: {wrong.strerror}"
            self._say(f"{why}; until then its last good state counts")

    def _gone(self) -> None:
        now = self._clock()
        if self._gone_since is None:
            self._gone_since = now
        if now - self._gone_since < GONE_S:
            self._say(f"the tokens file {self._path} is gone: in a moment nobody may subscribe")
            return
        if self._grants.entries:
            self._grants = Grants()
        self._say(f"the tokens file {self._path} is gone: nobody may subscribe")

    def _say(self, why: str) -> None:
        now = self._clock()
        if why != self._why or now - self._said_at >= SAY_AGAIN_S:
            self._why, self._said_at = why, now
            _LOG.error("the tokens file cannot be used", extra={"why": why})

    def _mended(self) -> None:
        if self._why is not None:
            self._why = None
            _LOG.info("the tokens file can be used again")
