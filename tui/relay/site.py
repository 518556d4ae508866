"""The relay as a web application: its four addresses, and the guard before them."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from tui.relay.access import Access
from tui.relay.event_log import LogUnavailable
from tui.relay.guard import Guard
from tui.relay.measured_log import MeasuredLog
from tui.relay.metrics import CONTENT_TYPE, Metrics
from tui.relay.refusals import Refused

_NOT_FOUND = JSONResponse({"error": "NotFound", "message": "there is nothing at this path"}, 404)


def site(
    routes: Sequence[BaseRoute],
    *,
    log: MeasuredLog,
    access: Access,
    metrics: Metrics,
    only_loopback_hosts: bool,
) -> ASGIApp:
    """``routes`` and beside them ``/healthz`` and ``/metrics``."""

    async def health(_request: Request) -> Response:
        try:
            await log.check()
        except LogUnavailable:
            return JSONResponse({"status": "unavailable"}, 503)
        # without a tokens file that can be read the relay goes on, and somebody has to come
        status = "degraded" if access.stale else "ok"
        tokens = {"tokens": "cannot be read"} if access.stale else {}
        place = {"epoch": log.epoch, "floor": log.floor, "head": log.head}
        return JSONResponse({"status": status} | tokens | place)

    async def numbers(request: Request) -> Response:
        try:
            access.metrics_reader(request)
        except Refused as refused:
            return refused.response
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    app = Starlette(
        routes=[
            *routes,
            Route("/healthz", health, methods=["GET"]),
            Route("/metrics", numbers, methods=["GET"]),
            WebSocketRoute("/{elsewhere:path}", _no_websocket),
        ],
        exception_handlers={HTTPException: _in_json},
    )
    app.router.redirect_slashes = False
    return Guard(app, metrics=metrics, only_loopback_hosts=only_loopback_hosts)


async def _no_websocket(websocket: WebSocket) -> None:
    await websocket.send_denial_response(_NOT_FOUND)


async def _in_json(_request: Request, wrong: Exception) -> Response:
    if not isinstance(wrong, HTTPException):
        raise wrong
    if wrong.status_code == 404:
        return _NOT_FOUND
    content = {"error": "MethodNotAllowed", "message": wrong.detail}
    return JSONResponse(content, wrong.status_code, wrong.headers)
