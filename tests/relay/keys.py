"""Keys, key sets, tokens true and forged, and a server of key sets that can fail."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.events.wire import Json
from tests.relay.posting import b64, served


def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The same key for the same name."""
    return _made(name, bits)


@cache
def _made(_name: str, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def jwk(kid: str | None, name: str | None = None, bits: int = 2048, **more: object) -> Json:
    """The public half of a key as a key set lists it."""
    public = rsa_key(name or kid or "", bits).public_key()
    entry: Json = {**RSAAlgorithm.to_jwk(public, as_dict=True), "use": "sig", "alg": "RS256"}
    entry.pop("key_ops", None)
    return entry | ({} if kid is None else {"kid": kid}) | more


def ec_jwk(kid: str) -> Json:
    return {**ECAlgorithm.to_jwk(ec_key().public_key(), as_dict=True), "kid": kid}


def public_forms(name: str) -> dict[str, bytes]:
    """All the ways in which a public key is written down: each may be tried as a secret."""
    public = rsa_key(name).public_key()
    spki, pkcs1 = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.PublicFormat.PKCS1
    pem, der = serialization.Encoding.PEM, serialization.Encoding.DER
    entry = jwk(name)
    return {
        "pem": public.public_bytes(pem, spki),
        "pem without its last newline": public.public_bytes(pem, spki).strip(),
        "pkcs1 pem": public.public_bytes(pem, pkcs1),
        "der": public.public_bytes(der, spki),
        "pkcs1 der": public.public_bytes(der, pkcs1),
        "jwk": json.dumps(entry).encode(),
        "modulus": str(entry["n"]).encode(),
        "nothing": b"",
    }


def signed(
    claims: Mapping[str, object] | bytes,
    kid: str | None = "now",
    name: str = "now",
    *,
    header: Json | None = None,
) -> str:
    """A token signed with RS256, whatever its header says."""
    head = {"typ": "JWT", "alg": "RS256"} | ({} if kid is None else {"kid": kid}) | (header or {})
    text = f"{b64(head)}.{b64(claims)}"
    signature = rsa_key(name).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{text}.{b64(signature)}"


def keyed_hash(claims: Mapping[str, object], secret: bytes, kid: str = "now") -> str:
    """A token signed with HS256."""
    text = f"{b64({'typ': 'JWT', 'alg': 'HS256', 'kid': kid})}.{b64(claims)}"
    return f"{text}.{b64(hmac.digest(secret, text.encode(), hashlib.sha256))}"


@dataclass
class KeyServer:
    """Serves a key set over HTTP."""

    keys: list[Json] = field(default_factory=list[Json])
    status: int = 200
    content: bytes | None = None
    """What is answered instead of the keys."""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    asked: int = 0
    held: asyncio.Event | None = None
    url: str = ""

    async def answer(self, _request: Request) -> Response:
        self.asked += 1
        if self.held is not None:
            await self.held.wait()
        content = self.content
        if content is None:
            content = json.dumps({"keys": self.keys}).encode()
        return Response(content, self.status, self.headers)


@asynccontextmanager
async def key_server(*keys: Json) -> AsyncGenerator[KeyServer]:
    server = KeyServer(list(keys))
    async with served(Route("/jwks", server.answer)) as address:
        server.url = f"{address}/jwks"
        yield server
