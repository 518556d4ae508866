"""Signed events: a JWT whose claims are the event, signed by Canvas with RS256.

The algorithm is pinned, and the key comes from the key set alone: nothing that the token says of
itself (``alg``, ``jwk``, ``jku``, ``x5u``) chooses how it is verified.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.api_jws import PyJWS
from jwt.exceptions import PyJWTError
from jwt.utils import base64url_decode

from tui.events.fields import Unreadable, as_object, parsed_json
from tui.relay.ingest.json_text import read_json
from tui.relay.ingest.jwks import Jwks
from tui.relay.ingest.not_taken import Malformed, Unauthorized

LEEWAY_S = 30 * 60
"""Seconds: a legal retry of Canvas comes up to 20 minutes late."""
_ALGORITHM = "RS256"
_LONGEST_HEADER = 8192
_LONGEST_KID = 512
_COMPACT = re.compile(r"[A-Za-z0-9_=-]*(?:\.[A-Za-z0-9_=-]*){2,4}", re.ASCII)
_QUOTES = 3
"""How many times a token may be quoted as JSON text; receivers found one."""


def compact_token(text: str) -> str | None:
    """The JWT that ``text`` is, without the JSON quotes it may stand in; None: it is none."""
    for _ in range(_QUOTES):
        text = text.strip()
        if not text.startswith('"'):
            break
        try:
            inner = parsed_json(text)
        except Unreadable:
            return None
        if not isinstance(inner, str):
            return None
        text = inner
    return text if _COMPACT.fullmatch(text) else None


class Signature:
    """Verifies tokens; ``clock`` gives UTC milliseconds."""

    def __init__(self, jwks: Jwks, *, clock: Callable[[], int]) -> None:
        self._jwks = jwks
        self._clock = clock
        self._jws = PyJWS(algorithms=[_ALGORITHM])

    async def event(self, token: str, *, large: bool = False) -> Mapping[str, object]:
        """The claims of a token in compact form; what is ``large`` is read beside the event loop.

        Raises :class:`Unauthorized`, :class:`Malformed` for signed words that are no object, and
        :class:`~tui.relay.ingest.not_taken.KeysUnavailable`.
        """
        kid = _key_id(token)
        keys = await self._jwks.keys(kid)
        if not keys:
            raise Unauthorized("signed with a key that is not in the key set")
        claims = (
            await asyncio.to_thread(self._said, token, keys) if large else self._said(token, keys)
        )
        _check_times(claims, self._clock() / 1000)
        return claims

    def _said(self, token: str, keys: tuple[RSAPublicKey, ...]) -> Mapping[str, object]:
        return _claims(self._verified(token, keys))

    def _verified(self, token: str, keys: tuple[RSAPublicKey, ...]) -> bytes:
        for key in keys:
            try:
                complete = self._jws.decode_complete(token, key, algorithms=[_ALGORITHM])
            except (PyJWTError, ValueError, RecursionError):
                continue
            return complete["payload"]
        raise Unauthorized("the signature is wrong")


def _key_id(token: str) -> str:
    """Which key the token names; raises :class:`Unauthorized` for a header we do not take."""
    if token.count(".") != 2:
        raise Unauthorized("encrypted or cut, not signed")
    header = _header(token.partition(".")[0])
    if header.get("alg") != _ALGORITHM:
        raise Unauthorized(f"signed with another algorithm than {_ALGORITHM}")
    if "crit" in header or "b64" in header:
        raise Unauthorized("its header asks for what the relay does not know")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid or len(kid) > _LONGEST_KID:
        raise Unauthorized("signed without naming the key (kid)")
    return kid


def _header(part: str) -> Mapping[str, object]:
    if len(part) > _LONGEST_HEADER:
        raise Unauthorized("its header is too long")
    try:
        header = as_object(json.loads(base64url_decode(part)))
    except (ValueError, RecursionError):
        header = None
    if header is None:
        raise Unauthorized("its header cannot be read")
    return header


def _claims(payload: bytes) -> Mapping[str, object]:
    try:
        claims = as_object(read_json(payload.decode("utf-8")))
    except (UnicodeDecodeError, Malformed):
        claims = None
    if claims is None:
        raise Malformed("signed, and no JSON object")
    return claims


def _check_times(claims: Mapping[str, object], now: float) -> None:
    """``now`` in seconds. A token may have ``exp``, ``nbf`` and ``iat``; it need not."""
    expires = _seconds(claims, "exp")
    if expires is not None and now > expires + LEEWAY_S:
        raise Unauthorized("expired")
    for name in ("nbf", "iat"):
        begins = _seconds(claims, name)
        if begins is not None and now < begins - LEEWAY_S:
            raise Unauthorized("not valid yet")


def _seconds(claims: Mapping[str, object], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            seconds = float(value)
        except OverflowError:
            seconds = math.inf
        if math.isfinite(seconds):
            return seconds
    raise Unauthorized(f"{name} is no time")
