"""Whose token it is: the one question every valid token may ask of Canvas."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import cast

from pydantic import SecretStr

from tui.door.desk import wall_clock
from tui.door.exits import ExitCode, Stop
from tui.events.text import clean
from tui.sources.audit_api.client import CanvasClient, Limits
from tui.sources.audit_api.replies import Reply, Verdict
from tui.sources.audit_api.words import general_words
from tui.sources.source import SourceFailed

_PATIENCE = Limits(connect=10.0, silence=20.0, whole=30.0)
"""Somebody sits in front of it and waits."""
_NAME_SHOWN = 80
_CODES = {
    Verdict.UNAUTHENTICATED: ExitCode.REFUSED,
    Verdict.DOUBTFUL: ExitCode.REFUSED,
    Verdict.NOT_ALLOWED: ExitCode.REFUSED,
    Verdict.ELSEWHERE: ExitCode.USAGE,
    Verdict.BAD_REQUEST: ExitCode.USAGE,
}


@dataclass(frozen=True, slots=True)
class Owner:
    """A user of Canvas; the name is clean."""

    id: str
    name: str

    def __str__(self) -> str:
        return f"{self.name or 'a user without a name'} (#{self.id})"


def client_for(url: str, token: SecretStr) -> CanvasClient:
    """A client that gives up sooner than a source does; raises :class:`Stop`."""
    try:
        return CanvasClient(url, token, clock=wall_clock, sleep=asyncio.sleep, limits=_PATIENCE)
    except SourceFailed as failed:
        raise Stop(str(failed), ExitCode(failed.outcome)) from failed


async def owner_of(client: CanvasClient) -> Owner:
    """Whoever the client's token belongs to; raises :class:`Stop`: refused or unreachable."""
    reply = await client.get("users/self")
    owner = owner_in(reply)
    if owner is None:
        raise Stop(refusal(reply, str(client.origin)), refusal_code(reply))
    return owner


def owner_in(reply: Reply) -> Owner | None:
    """The user that an answer of ``users/self`` describes; None if it describes none."""
    document = reply.document
    if reply.verdict is not Verdict.OK or not isinstance(document, dict):
        return None
    fields = cast("dict[str, object]", document)
    number, name = fields.get("id"), fields.get("name")
    if not isinstance(number, int | str):
        return None
    shown = clean(name).strip() if isinstance(name, str) else ""
    return Owner(clean(str(number))[:_NAME_SHOWN], shown[:_NAME_SHOWN])


def refusal(reply: Reply, origin: str) -> str:
    """What an answer of ``users/self`` without a user means, and what to do."""
    if reply.verdict in {Verdict.OK, Verdict.NOT_FOUND}:
        return f"{origin} answers, but not as a Canvas does: check --canvas-url"
    return general_words(reply, origin)


def refusal_code(reply: Reply) -> ExitCode:
    """The exit code that goes with it."""
    return _CODES.get(reply.verdict, ExitCode.UNREACHABLE)
