"""The web application: routes, and everything that happens to a request around its answer."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tui.campus.campus import Campus
from tui.campus.live_events.signing import JWKS_PATH, Keys
from tui.campus.warts import Fault, Warts
from tui.campus.web import courses, grades, lists
from tui.campus.web.desk import Asked
from tui.campus.web.faulty import Cut, emptied, redirected, restarted, to_elsewhere
from tui.campus.web.paging import Params, last
from tui.campus.web.replies import (
    Refusal,
    Reply,
    bad_gateway,
    not_found,
    server_error,
    throttled,
    unauthenticated,
)
from tui.campus.web.throttle import Bucket

_STRING_IDS = "application/json+canvas-string-ids"
_AUDIT = "/api/v1/audit/grade_change"
_MORE = _AUDIT + "/courses/{course_id}"
Action = Callable[[Asked], Reply]

ACTIONS: tuple[tuple[str, Action], ...] = (
    (_AUDIT, grades.advanced),
    (_AUDIT + "/assignments/{assignment_id}", grades.for_assignment),
    (_AUDIT + "/students/{student_id}", grades.for_student),
    (_AUDIT + "/graders/{grader_id}", grades.for_grader),
    (_MORE, grades.for_course),
    (_MORE + "/assignments/{assignment_id}", grades.for_course_and_more),
    (_MORE + "/assignments/{assignment_id}/graders/{grader_id}", grades.for_course_and_more),
    (
        _MORE + "/assignments/{assignment_id}/graders/{grader_id}/students/{student_id}",
        grades.for_course_and_more,
    ),
    (_MORE + "/assignments/{assignment_id}/students/{student_id}", grades.for_course_and_more),
    (_MORE + "/graders/{grader_id}", grades.for_course_and_more),
    (_MORE + "/graders/{grader_id}/students/{student_id}", grades.for_course_and_more),
    (_MORE + "/students/{student_id}", grades.for_course_and_more),
    ("/api/v1/audit/course/courses/{course_id}", courses.for_course),
    ("/api/v1/audit/course/accounts/{account_id}", courses.for_account),
    ("/api/v1/users/{user_id}", lists.user),
    ("/api/v1/courses", lists.courses),
    ("/api/v1/courses/{course_id}", lists.course),
    ("/api/v1/courses/{course_id}/users", lists.users),
    ("/api/v1/courses/{course_id}/sections", lists.sections),
    ("/api/v1/courses/{course_id}/assignments", lists.assignments),
    ("/api/v1/courses/{course_id}/assignments/{assignment_id}", lists.assignment),
    ("/api/v1/accounts/{account_id}", lists.account),
    ("/api/v1/accounts/{account_id}/courses", lists.account_courses),
)


@dataclass(frozen=True, slots=True)
class Logged:
    """A request that came in, and what it got: status 0 if the connection was cut instead."""

    method: str
    path: str
    params: tuple[tuple[str, str], ...]
    status: int
    authorized: bool
    """Whether it carried an Authorization header."""
    user_agent: str
    fault: Fault | None = None


class Site:
    """One Canvas on the web: its buckets, its log, the faults that fired."""

    def __init__(self, campus: Campus, warts: Warts, keys: Keys | None = None) -> None:
        self.campus = campus
        self.keys = keys
        self.warts = warts
        self.requests: list[Logged] = []
        self.fired: Counter[str] = Counter()
        self._buckets: dict[str, Bucket] = {}
        self._counted = 0

    def change(self, warts: Warts) -> None:
        """Other warts, empty buckets, and a fault plan that begins with the next request."""
        with self.campus.lock:
            self.warts = warts
            self._buckets.clear()
            self._counted = 0

    def application(self) -> Starlette:
        routes = [Route(path, self._endpoint(action)) for path, action in ACTIONS]
        if self.keys is not None:
            routes.append(Route(JWKS_PATH, _shown(self.keys)))
        return Starlette(routes=[*routes, Route("/{rest:path}", self._endpoint(_nothing))])

    def _endpoint(self, action: Action) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            fault = self._fault(request.url.path)
            status = 0
            try:
                response = await self._respond(request, action, fault)
                status = 0 if isinstance(response, Cut) else response.status_code
                return response
            finally:
                self.requests.append(
                    Logged(
                        request.method,
                        request.url.path,
                        tuple(request.query_params.multi_items()),
                        status,
                        "authorization" in request.headers,
                        request.headers.get("user-agent", ""),
                        fault,
                    )
                )

        return endpoint

    def _fault(self, path: str) -> Fault | None:
        faults = self.warts.faults
        if faults.path not in path:
            return None
        self._counted += 1
        return faults.of(self._counted - 1)

    def _fire(self, fault: Fault | None) -> None:
        """A fault has really made a difference to a request."""
        if fault is not None:
            self.fired[fault.value] += 1

    async def _respond(self, request: Request, action: Action, fault: Fault | None) -> Response:
        faults = self.warts.faults
        slow = self.warts.slow_s + (faults.slow_s if fault is Fault.SLOW else 0.0)
        if fault is Fault.VANISH:
            self._fire(fault)
            return Cut(request)
        params: Params = request.query_params.multi_items()
        token = _token(request, params)
        bucket = self._buckets.setdefault(token, Bucket(self.warts, self.campus.now()))
        if fault is Fault.THROTTLE:
            self._fire(fault)
            return self._dress(request, throttled(self.warts))
        if not bucket.admit(self.campus.now()):
            return self._dress(request, throttled(self.warts))
        if slow:
            await asyncio.sleep(slow)
        base = f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"
        reply = self._reply(request, action, fault, params, token, base)
        bucket.settle(self.warts.cost + self.warts.row_cost * reply.rows, self.campus.now())
        quota = {
            "X-Request-Cost": f"{self.warts.cost + self.warts.row_cost * reply.rows:.6f}",
            "X-Rate-Limit-Remaining": f"{bucket.remaining:.6f}",
        }
        if fault in (Fault.DISCONNECT, Fault.SLOW):
            self._fire(fault)
        if fault is Fault.FOREIGN_LINK and 'rel="next"' in reply.headers.get("Link", ""):
            self._fire(fault)
            reply = to_elsewhere(reply, base, faults.foreign)
        response = self._dress(request, reply, quota if token else {})
        return Cut(request, response) if fault is Fault.DISCONNECT else response

    def _reply(
        self,
        request: Request,
        action: Action,
        fault: Fault | None,
        params: Params,
        token: str,
        base: str,
    ) -> Reply:
        if fault in (Fault.ERROR_500, Fault.HTML, Fault.REDIRECT):
            self._fire(fault)
            if fault is Fault.REDIRECT:
                return redirected(self.warts.faults.foreign, request.url.path)
            return server_error() if fault is Fault.ERROR_500 else bad_gateway()
        if fault is Fault.RESTART and (last(params, "page") or "").startswith("bookmark:"):
            self._fire(fault)
            params = restarted(params)
        known = self.campus.tokens.get(token)
        try:
            if known is None or known.user is None:
                raise unauthenticated()
            asked = Asked(
                self.campus,
                self.warts,
                known.user,
                cast("Mapping[str, str]", request.path_params),
                params,
                base,
                base + request.url.path,
            )
            with self.campus.lock:
                self.campus.registrar.settle()
                reply = action(asked)
            if fault is Fault.EMPTY_PAGE and request.url.path.startswith("/api/v1/audit/"):
                self._fire(fault)
                reply = emptied(reply, asked)
            return reply
        except Refusal as refusal:
            return refusal.reply

    def _dress(
        self, request: Request, reply: Reply, quota: Mapping[str, str] | None = None
    ) -> Response:
        headers = {
            "Date": formatdate((self.campus.now() + self.warts.skew_ms) / 1000, usegmt=True),
            "X-Request-Context-Id": self.campus.ledger.request_uuid(len(self.requests)),
            **reply.headers,
            **(quota or {}),
        }
        if reply.media != "application/json":
            return Response(str(reply.body), reply.status, headers, reply.media)
        body = reply.body
        if self.warts.string_ids or _STRING_IDS in request.headers.get("accept", ""):
            body = stringified(body)
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return Response(text, reply.status, headers, "application/json; charset=utf-8")


def stringified(value: Any, *, here: bool = False) -> Any:
    """Integers under keys ``id``, ``*_id``, ``ids``, ``*_ids`` as text, at any depth."""
    if isinstance(value, dict):
        found = cast("dict[str, Any]", value)
        return {
            key: stringified(part, here=key in ("id", "ids") or key.endswith(("_id", "_ids")))
            for key, part in found.items()
        }
    if isinstance(value, list):
        return [stringified(part, here=here) for part in cast("list[Any]", value)]
    return str(value) if here and isinstance(value, int) else value


def _shown(keys: Keys) -> Callable[[Request], Response]:
    def endpoint(_: Request) -> Response:
        return Response(status_code=503) if keys.out else JSONResponse(keys.jwks())

    return endpoint


def _token(request: Request, params: Params) -> str:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else last(params, "access_token") or ""


def _nothing(asked: Asked) -> Reply:
    del asked
    raise not_found()
