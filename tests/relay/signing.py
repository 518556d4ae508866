"""A relay that takes what Canvas signs, and Canvas's keys."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.relay.keys import (
    KeyServer,
    jwk,
    key_server,
)
from tests.relay.posting import (
    NOW,
    SCHOOL,
    GatedLog,
    Relay,
    relay,
)
from tui.relay.ingest.jwks import Jwks
from tui.relay.ingest.proof import Proof
from tui.relay.ingest.signature import Signature


@dataclass
class Canvas:
    """A relay that takes signed events of one school, and Canvas's keys."""

    relay: Relay
    keys: KeyServer
    moment: list[float] = field(default_factory=lambda: [0.0])
    """Monotonic seconds."""

    async def status(self, body: str | bytes) -> int:
        return (await self.relay.post(body)).status_code

    async def refuses(self, token: str, status: int = 401) -> bool:
        """The answer is ``status``, in words without any of the token, and nothing is kept."""
        before = await self.relay.log.keys()
        reply = await self.relay.post(token)
        return (
            reply.status_code == status
            and not any(part in reply.json()["error"] for part in token.split(".") if part)
            and await self.relay.log.keys() == before
        )


@asynccontextmanager
async def signing_canvas(log: GatedLog) -> AsyncGenerator[Canvas]:
    async with key_server(jwk("before"), jwk("now"), jwk("next")) as keys:
        moment = [0.0]
        jwks = Jwks(keys.url, monotonic=lambda: moment[0])
        proof = Proof(signature=Signature(jwks, clock=lambda: NOW))
        async with relay(log, proof, account_uuid=SCHOOL) as found:
            yield Canvas(found, keys, moment)
