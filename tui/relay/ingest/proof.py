"""Who may post: anybody who reaches the port, who has the secret, whom Canvas's keys vouch for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from tui.relay.ingest.json_text import unquoted
from tui.relay.ingest.not_taken import Malformed, Unauthorized
from tui.relay.ingest.secret import IngestSecret
from tui.relay.ingest.signature import Signature, compact_token


class Proof:
    """What a post must show; with both a signature and a secret set, both.

    Without a signature, plain JSON is taken and a signed event, which nobody could verify, is not.
    """

    def __init__(
        self, *, signature: Signature | None = None, secret: IngestSecret | None = None
    ) -> None:
        self._signature = signature
        self._secret = secret

    def admit(self, authorizations: Sequence[str]) -> None:
        """Before the body is read. ``authorizations``: the values of that header.

        Raises :class:`Unauthorized` and :class:`~tui.relay.ingest.not_taken.KeysUnavailable`.
        """
        if self._secret is None:
            return
        if len(authorizations) > 1:
            raise Unauthorized("more than one Authorization")
        self._secret.check(authorizations[0] if authorizations else None)

    async def document(self, body: bytes, *, large: bool = False) -> object:
        """The JSON value that the body is, or is signed for; ``large``: read beside the event loop.

        Raises :class:`Malformed`, :class:`Unauthorized` and
        :class:`~tui.relay.ingest.not_taken.KeysUnavailable`.
        """
        text, token = await asyncio.to_thread(_text, body) if large else _text(body)
        if self._signature is not None:
            if token is None:
                raise Unauthorized("not signed, and --jwks is set")
            return await self._signature.event(token, large=large)
        if token is not None:
            raise Malformed("signed, and no --jwks is set")
        return await asyncio.to_thread(unquoted, text) if large else unquoted(text)


def _text(body: bytes) -> tuple[str, str | None]:
    """What the body says, and the token that it is, if it is one."""
    try:
        text = body.decode(json.detect_encoding(body))
    except UnicodeDecodeError:
        raise Malformed("neither UTF-8 nor another form of Unicode") from None
    return text, compact_token(text)
