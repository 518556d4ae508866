"""Signed payloads: JWTs whose claims are the event, and the three keys that check them (§7.2)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import RSAAlgorithm

JWKS_PATH = "/live_events/jwks"
"""Where the simulated Canvas shows its public keys; the real address is another host's."""
_KEPT = 3


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key by its name."""

    kid: str
    private: RSAPrivateKey

    @classmethod
    def make(cls, kid: str) -> Key:
        return cls(kid, generate_private_key(public_exponent=65537, key_size=2048))

    @property
    def public(self) -> Mapping[str, Any]:
        """The public half, as a JWKS lists it."""
        shown = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**shown, "kid": self.kid, "use": "sig", "alg": "RS256"}


class Keys:
    """The previous, the current and the next key; ``jwks`` lists all three."""

    def __init__(self, previous: Key, current: Key, following: Key) -> None:
        self._keys = (previous, current, following)
        self.out = False
        """Whether the address of the keys answers 503."""

    @classmethod
    def make(cls) -> Keys:
        return cls(Key.make("key-1"), Key.make("key-2"), Key.make("key-3"))

    @property
    def previous(self) -> Key:
        return self._keys[0]

    @property
    def current(self) -> Key:
        return self._keys[1]

    @property
    def following(self) -> Key:
        return self._keys[2]

    def rotate(self) -> None:
        """A month has passed: the next key signs, and a new one is announced."""
        _, current, following = self._keys
        number = int(following.kid.removeprefix("key-")) + 1
        self._keys = (current, following, Key.make(f"key-{number}"))

    def jwks(self) -> dict[str, object]:
        """The document at :data:`JWKS_PATH`."""
        return {"keys": [key.public for key in self._keys]}

    def save(self, path: Path) -> None:
        """Write the private keys, for their owner only."""
        kept = {
            key.kid: key.private.private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            ).decode()
            for key in self._keys
        }
        part = path.with_suffix(".part")
        written = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(written, "w", encoding="utf-8") as file:
            json.dump(kept, file)
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> Keys:
        """Read what :meth:`save` wrote; ``ValueError`` if it is something else."""
        kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        keys: list[Key] = []
        for kid, text in kept.items():
            private = load_pem_private_key(text.encode(), None)
            if not isinstance(private, RSAPrivateKey):
                raise ValueError(f"{path}: no RSA key")
            keys.append(Key(kid, private))
        if len(keys) != _KEPT:
            raise ValueError(f"{path}: not three keys")
        return cls(keys[0], keys[1], keys[2])


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with the current key; ``quoted`` puts the JWT in double quotes, as some receive it."""

    keys: Keys
    quoted: bool = False

    def sign(self, text: str) -> str:
        """The JWT of an event."""
        key = self.keys.current
        token = jwt.encode(
            json.loads(text), key.private, algorithm="RS256", headers={"kid": key.kid}
        )
        return f'"{token}"' if self.quoted else token
