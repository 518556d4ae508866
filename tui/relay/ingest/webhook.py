"""``POST /v1/events``: one live event a request, answered when it is on disk (contracts §5).

Canvas counts any 2xx within 15 s as success and sends again otherwise, so nothing is said before
the log has it; the content type is not documented and not looked at.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tui.events.fields import as_list
from tui.events.relay_wire import EVENTS_PATH
from tui.relay.event_log import LogUnavailable
from tui.relay.ingest.intake import LARGE_FROM, LARGEST, Intake
from tui.relay.ingest.not_taken import Malformed, NotTaken, TooLarge
from tui.relay.ingest.proof import Proof

PATIENCE_S = 30.0
"""Seconds a body may take to come."""
LINGER_S = 1.0
LINGER = 8 * LARGEST
"""How long, and for how many bytes, a body that is refused is still let come."""
RETRY_S = 30
"""Seconds after which a sender may try again what is unavailable now."""
_Chunks = AsyncGenerator[bytes]
_LOG = logging.getLogger("gradewatch.relay")


def webhook_route(intake: Intake, proof: Proof, *, patience_s: float = PATIENCE_S) -> Route:
    """The route that takes events; what it refuses is counted in ``intake.counts``."""

    async def post(request: Request) -> Response:
        async with aclosing(request.stream()) as chunks:
            try:
                await _take(request, chunks, intake, proof, patience_s)
            except NotTaken as wrong:
                intake.counts.refuse(wrong)
                await _pass_over(chunks)
                return _refusal(wrong.status, str(wrong))
            except LogUnavailable as wrong:
                intake.counts.unavailable += 1
                _LOG.warning("the log is unavailable", extra={"why": str(wrong)})
                return _refusal(503, "the log cannot be written now")
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it
        return Response(status_code=204)

    return Route(EVENTS_PATH, post, methods=["POST"])


async def _take(
    request: Request, chunks: _Chunks, intake: Intake, proof: Proof, patience_s: float
) -> None:
    proof.admit(request.headers.getlist("Authorization"))
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise Malformed("a packed body: send it without Content-Encoding")
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and (len(announced) > 15 or int(announced) > LARGEST):
        raise TooLarge(f"more than {LARGEST} bytes")
    try:
        async with asyncio.timeout(patience_s):
            body = await _body(chunks)
    except TimeoutError:
        raise Malformed("the body did not come to its end") from None
    document = await proof.document(body, large=len(body) > LARGE_FROM)
    if as_list(document) is not None:
        raise Malformed("an array: post one live event at a time")
    await intake.take(document, large=len(body) > LARGE_FROM)


async def _body(chunks: _Chunks) -> bytes:
    """The whole body; one that is too large is not read to its end."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > LARGEST:
            raise TooLarge(f"more than {LARGEST} bytes")
    return bytes(body)


async def _pass_over(chunks: _Chunks) -> None:
    """Let a sender that is still sending come to its end, within limits.

    A connection that is closed with bytes unread is reset, and its answer is lost.
    """
    passed = 0
    with suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(LINGER_S):
            async for chunk in chunks:
                passed += len(chunk)
                if passed > LINGER:
                    return


def _refusal(status: int, reason: str) -> Response:
    _LOG.warning("event refused", extra={"status": status, "why": reason})
    # a body that was not read to its end may follow
    headers = {"Connection": "close"}
    if status == 503:
        headers["Retry-After"] = str(RETRY_S)
    elif status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"error": reason}, status, headers)
