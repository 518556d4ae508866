"""Who may post: anybody who reaches the port, who has the secret, whom Canvas's keys vouch for."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tui.events.fields import Unreadable, parsed_json
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

    async def document(self, body: bytes) -> object:
        """The JSON value that the body is, or is signed for.

        Raises :class:`Malformed`, :class:`Unauthorized` and
        :class:`~tui.relay.ingest.not_taken.KeysUnavailable`.
        """
        try:
            text = body.decode(json.detect_encoding(body))
        except UnicodeDecodeError:
            raise Malformed("neither UTF-8 nor another form of Unicode") from None
        token = compact_token(text)
        if self._signature is not None:
            if token is None:
                raise Unauthorized("not signed, and --jwks is set")
            return await self._signature.event(token)
        if token is not None:
            raise Malformed("signed, and no --jwks is set")
        try:
            return parsed_json(text)
        except Unreadable as wrong:
            raise Malformed(str(wrong)) from None
