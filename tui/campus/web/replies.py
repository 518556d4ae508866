"""What Canvas answers besides data: the bodies of canvas-facts §1.5."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.campus.warts import Warts


@dataclass(frozen=True, slots=True)
class Reply:
    """``body`` is data, or text when ``media`` is not JSON; ``rows`` were read to find it."""

    body: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    media: str = "application/json"
    rows: int = 0


class Refusal(Exception):
    """The request ends here with another reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def unauthenticated() -> Refusal:
    """No token, a revoked one, or one that never was."""
    return Refusal(
        Reply(
            {
                "status": "unauthenticated",
                "errors": [{"message": "user authorization required"}],
            },
            401,
            {"WWW-Authenticate": 'Bearer realm="canvas-lms"'},
        )
    )


def not_allowed(warts: Warts) -> Refusal:
    """A valid token whose user may not do this: 401 or 403, by a flag of the site."""
    message = "user not authorized to perform that action"
    body = {"status": "unauthorized", "errors": [{"message": message}]}
    return Refusal(Reply(body, warts.not_allowed_status))


def not_found() -> Refusal:
    body = {"errors": [{"message": "The specified resource does not exist."}]}
    return Refusal(Reply(body, 404))


def no_such_route() -> Refusal:
    """An old server: it has no such audit route."""
    body = {
        "status": "not_found",
        "errors": [{"message": "The specified resource does not exist."}],
        "error_report_id": 1047,
    }
    return Refusal(Reply(body, 404))


def no_condition() -> Refusal:
    """The advanced query without any id: a body without ``errors``."""
    return Refusal(Reply({"message": "Must specify at least one query condition"}, 400))


def throttled(warts: Warts) -> Reply:
    """Plain text, no request cost, no Retry-After."""
    words = "Forbidden" if warts.throttle_status == 403 else "Too Many Requests"
    return Reply(
        f"{warts.throttle_status} {words} (Rate Limit Exceeded)\n",
        warts.throttle_status,
        {"X-Rate-Limit-Remaining": "0.0"},
        "text/plain; charset=utf-8",
    )


def server_error() -> Reply:
    body = {"errors": [{"message": "An error occurred.", "error_code": "internal_server_error"}]}
    return Reply(body, 500)


def bad_gateway() -> Reply:
    page = (
        "<!DOCTYPE html><html><head><title>502</title></head><body><h1>502 Bad Gateway</h1></body>"
    )
    return Reply(page + "</html>", 502, media="text/html")
