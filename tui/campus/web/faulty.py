"""The faults that change an answer."""

from __future__ import annotations

from asyncio import Transport
from dataclasses import replace
from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tui.campus.web.desk import Asked
from tui.campus.web.objects import Json
from tui.campus.web.paging import Params, Place, bookmark, last, link, window
from tui.campus.web.replies import Reply

_END_OF_TIME = 253_402_300_799
"""9999-12-31T23:59:59Z, UTC seconds."""


class Cut(Response):
    """A connection cut: before any answer, or in the middle of a body."""

    def __init__(self, request: Request, answer: Response | None = None) -> None:
        super().__init__()
        self._answer = answer
        self._transport = cast("Transport", request.scope["state"]["transport"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        if self._answer is not None:
            await send(
                {
                    "type": "http.response.start",
                    "status": self._answer.status_code,
                    "headers": self._answer.raw_headers,
                }
            )
            half = bytes(self._answer.body)[: len(self._answer.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            self._transport.close()  # after what is written has left
        else:
            self._transport.abort()


def restarted(params: Params) -> Params:
    """The same request without its bookmark."""
    return [pair for pair in params if pair[0] != "page"]


def redirected(foreign: str, path: str) -> Reply:
    return Reply("", 302, {"Location": foreign + path}, "text/html")


def to_elsewhere(reply: Reply, base: str, foreign: str) -> Reply:
    """The same answer, its Link header pointing to another host."""
    moved = reply.headers.get("Link", "").replace(f"<{base}", f"<{foreign}")
    return replace(reply, headers={**reply.headers, "Link": moved})


def emptied(reply: Reply, asked: Asked) -> Reply:
    """A page all of whose rows are filtered away, and a ``next`` that leads to them."""
    body = cast("Json", reply.body)
    frame = window(asked.params, asked.warts.max_per_page)
    place = frame.after or Place(_END_OF_TIME, 2**31)
    pages = {
        "current": "first" if frame.after is None else last(asked.params, "page") or "first",
        "next": bookmark(place),
        "first": "first",
    }
    empty: Json = {**body, "events": [], "linked": {name: [] for name in body["linked"]}}
    headers = {**reply.headers, "Link": link(asked.url, asked.params, pages, frame.per_page)}
    return replace(reply, body=empty, headers=headers)
