"""The public keys that Canvas signs with: fetched, bounded, kept while they cannot be renewed.

The set lists the previous, the current and the next key and rotates monthly; it is the same for
all schools (grounds: relay-and-risk §1).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import PyJWTError

from tui.events.fields import Unreadable, as_list, as_object, parsed_json
from tui.relay.ingest.addresses import private_address
from tui.relay.ingest.not_taken import KeysUnavailable
from tui.relay.ingest.private_file import read_file

LARGEST = 256 * 1024
"""Bytes of a key set."""
MOST_KEYS = 100
BITS = range(2048, 16_385)
"""Of an RSA key's modulus: fewer can be broken, more cost too much to verify with."""
AT_MOST_EVERY_S = 30.0
"""Seconds between two fetches, whatever is asked for."""
FRESH_S = 3600.0
"""Seconds until keys that are known are fetched again."""
PATIENCE_S = 8.0
"""Seconds a fetch may take: Canvas waits 15 for its answer."""
_LOG = logging.getLogger("gradewatch.relay")
_Keys = Mapping[str, tuple[RSAPublicKey, ...]]


class Jwks:
    """RS256 keys by ``kid``, from an address or a file.

    Invariants: one fetch at a time, and at most one in :data:`AT_MOST_EVERY_S`; a fetch that fails
    leaves the keys as they were.
    """

    def __init__(
        self,
        source: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """``source``: an address (``https``; ``http`` on loopback) or a file; ``ValueError``."""
        self._file: Path | None = None
        if "://" in source:
            private_address(source)
            self._fetch: Callable[[], Awaitable[bytes]] = lambda: _fetch(source, patience_s)
        else:
            self._file = Path(source)
            self._fetch = lambda: asyncio.to_thread(read_file, Path(source), LARGEST)
        self._monotonic = monotonic
        self._keys: _Keys = {}
        self._asked_at: float | None = None
        self._loaded_at: float | None = None
        self._failed = True
        self._fetching = asyncio.Lock()

    def check_file(self) -> None:
        """Read keys that are in a file; ``OSError`` and ``ValueError`` if there are none."""
        if self._file is not None:
            self._keys = _read(read_file(self._file, LARGEST))
            self._failed, self._loaded_at = False, self._monotonic()

    async def begin(self) -> None:
        """Fetch the keys before the first event comes; without them it is tried again then."""
        await self._refresh(lambda: self._loaded_at is not None)
        if self._failed:
            self._asked_at = None

    async def keys(self, kid: str) -> tuple[RSAPublicKey, ...]:
        """The keys of that id; none if Canvas has none.

        Raises :class:`KeysUnavailable` when that cannot be known now.
        """
        if (found := self._keys.get(kid)) is not None:
            if self._stale() and not self._fetching.locked():
                await self._refresh(lambda: not self._stale())
                found = self._keys.get(kid, ())
            return found
        await self._refresh(lambda: kid in self._keys)
        if (found := self._keys.get(kid)) is not None:
            return found
        if self._failed:
            raise KeysUnavailable("the keys that Canvas signs with cannot be fetched now")
        return ()

    @property
    def age_s(self) -> float | None:
        """Seconds since the keys were fetched; None: they never were."""
        return None if self._loaded_at is None else self._monotonic() - self._loaded_at

    def _stale(self) -> bool:
        return self._loaded_at is None or self._monotonic() - self._loaded_at >= FRESH_S

    async def _refresh(self, needless: Callable[[], bool]) -> None:
        """Fetch the keys unless that was done a moment ago, by whomever."""
        async with self._fetching:
            now, before = self._monotonic(), self._asked_at
            if needless() or (before is not None and now - before < AT_MOST_EVERY_S):
                return
            self._asked_at = now
            try:
                keys = _read(await self._fetch())
            except asyncio.CancelledError:
                self._asked_at = before  # nobody knows how it would have ended
                raise
            except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as wrong:
                self._failed = True
                _LOG.warning(
                    "the keys cannot be fetched",
                    extra={"why": _why(wrong), "keys": len(self._keys)},
                )
                return
            self._keys, self._failed, self._loaded_at = keys, False, now
            _LOG.info("keys fetched", extra={"keys": len(keys)})


async def _fetch(url: str, patience_s: float) -> bytes:
    # no proxy and no .netrc: what the environment says does not choose whom we trust
    async with (
        asyncio.timeout(patience_s),
        httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=patience_s) as client,
        client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as response,
    ):
        if response.status_code != 200:
            raise ValueError(f"HTTP {response.status_code}")
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise ValueError("packed, though it was asked for as it is")
        content = bytearray()
        async for chunk in response.aiter_raw():
            content += chunk
            if len(content) > LARGEST:
                raise ValueError(f"more than {LARGEST} bytes")
        return bytes(content)


def _why(wrong: Exception) -> str:
    if isinstance(wrong, OSError):
        return wrong.strerror or type(wrong).__name__
    return str(wrong) if type(wrong) is ValueError else type(wrong).__name__


def _read(content: bytes) -> _Keys:
    """The usable keys of a set; ``ValueError`` for what is no set or has none."""
    try:
        document = as_object(parsed_json(content.decode("utf-8-sig")))
    except (UnicodeDecodeError, Unreadable):
        raise ValueError("no JSON") from None
    listed = as_list((document or {}).get("keys"))
    if listed is None:
        raise ValueError("no set of keys")
    if len(listed) > MOST_KEYS:
        raise ValueError(f"more than {MOST_KEYS} keys")
    keys: dict[str, tuple[RSAPublicKey, ...]] = {}
    for each in listed:
        entry = as_object(each) or {}
        kid, key = entry.get("kid"), _key(entry)
        if isinstance(kid, str) and kid and key is not None:
            keys[kid] = (*keys.get(kid, ()), key)
    if not keys:
        raise ValueError("no RSA key of 2048 bits or more for RS256 with a kid")
    return keys


def _key(entry: Mapping[str, object]) -> RSAPublicKey | None:
    """The key, if it is one for RS256 signatures and nothing else."""
    operations = as_list(entry.get("key_ops"))
    if (
        entry.get("kty") != "RSA"
        or entry.get("use", "sig") != "sig"
        or entry.get("alg", "RS256") != "RS256"
        or (operations is not None and "verify" not in operations)
    ):
        return None
    modulus, exponent = entry.get("n"), entry.get("e")
    if not (isinstance(modulus, str) and isinstance(exponent, str) and len(exponent) < 16):
        return None
    if len(modulus) > BITS.stop // 4:
        return None
    try:
        key = RSAAlgorithm.from_jwk({"kty": "RSA", "n": modulus, "e": exponent})
    except (PyJWTError, ValueError):
        return None
    return key if isinstance(key, RSAPublicKey) and key.key_size in BITS else None
