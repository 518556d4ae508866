"""What an answer of Canvas means; pure.

Canvas says "not allowed" with 401 or 403 and "slow down" with 403 or 429, so the status alone
decides little: the body and the headers do. Message texts are localised; they are shown, never
matched, except for the throttle's, which is not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import cast

from tui.events.text import clean, redact_secrets
from tui.events.times import parse_time, to_ms

_ANTI_HIJACK = "while(1);"
_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+))*)")
_PARAMETER = re.compile(r";\s*([\w*]+)\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))")
_MESSAGE_LIMIT = 200


class Verdict(StrEnum):
    """What came of a request."""

    OK = "ok"
    THROTTLED = "throttled"
    NOT_ALLOWED = "not allowed"
    """The token is good and its owner lacks the right."""
    UNAUTHENTICATED = "unauthenticated"
    """The token is not accepted."""
    DOUBTFUL = "doubtful"
    """A 401 that does not say which of the two above it is."""
    NOT_FOUND = "not found"
    BAD_REQUEST = "bad request"
    NOT_API = "not the API"
    """A web page, or JSON that no Canvas API answers with."""
    SERVER_ERROR = "server error"
    NETWORK = "network"
    """No answer, or only a part of one."""
    ELSEWHERE = "elsewhere"
    """A redirect to another origin: not followed."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, judged. ``document`` is the parsed JSON of an OK answer, else None."""

    verdict: Verdict
    status: int = 0
    message: str = ""
    """Canvas's own words or the network's, clean and short; of ELSEWHERE the other origin."""
    remedy: str = ""
    """What to do about it, where the message is of a kind that tells."""
    document: object = None
    next_link: str | None = None
    """The ``next`` address as written in the ``Link`` header."""
    remaining: float | None = None
    """``X-Rate-Limit-Remaining``; may be negative."""
    retry_after: float | None = None
    """Seconds to wait, where the server says so (Canvas does not; proxies do)."""
    server_ms: int | None = None
    """The ``Date`` header, UTC ms."""
    address: str = ""
    """The address that answered, after redirects."""


def classify(status: int, headers: Mapping[str, str], body: bytes, *, now: int) -> Reply:
    """Judge an answer; header names in lower case. ``now`` (UTC ms) places a dated Retry-After."""
    document = _json(body)
    verdict = _verdict(status, headers, body, document)
    return Reply(
        verdict,
        status,
        message="" if verdict is Verdict.OK else _message(document),
        document=document if verdict is Verdict.OK else None,
        next_link=next_link(headers.get("link", "")),
        remaining=_number(headers.get("x-rate-limit-remaining")),
        retry_after=_retry_after(headers.get("retry-after"), now),
        server_ms=_date(headers.get("date")),
    )


class _Broken:
    """Stands for a body that is no JSON."""


_BROKEN = _Broken()


def _json(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8-sig", "replace").removeprefix(_ANTI_HIJACK))
    except (ValueError, RecursionError):
        return _BROKEN


def _verdict(status: int, headers: Mapping[str, str], body: bytes, document: object) -> Verdict:
    if status == 429 or (status == 403 and _says_throttled(headers, body, document)):
        return Verdict.THROTTLED
    if status >= 500:
        return Verdict.SERVER_ERROR
    if isinstance(document, _Broken):
        return _without_json(status, headers)
    if status == 401:
        return _unauthorized(headers, document)
    by_status = {403: Verdict.NOT_ALLOWED, 404: Verdict.NOT_FOUND, 410: Verdict.NOT_FOUND}
    if status in by_status:
        return by_status[status]
    if status >= 400:
        return Verdict.BAD_REQUEST
    return Verdict.OK if 200 <= status < 300 else Verdict.NOT_API


def _without_json(status: int, headers: Mapping[str, str]) -> Verdict:
    kind = headers.get("content-type", "").lower()
    if "json" in kind and status < 400:
        return Verdict.SERVER_ERROR  # it began as an answer of the API, and is not whole
    if "html" in kind or status < 400:
        return Verdict.NOT_API
    by_status = {401: Verdict.DOUBTFUL, 403: Verdict.NOT_ALLOWED, 404: Verdict.NOT_FOUND}
    return by_status.get(status, Verdict.BAD_REQUEST)


def _says_throttled(headers: Mapping[str, str], body: bytes, document: object) -> bool:
    """A 403 of the throttle is plain text; one about rights is JSON with ``status``."""
    if b"rate limit exceeded" in body[:2000].lower():
        return True
    plain = headers.get("content-type", "").lower().startswith("text/plain")
    left = _number(headers.get("x-rate-limit-remaining"))
    return plain and isinstance(document, _Broken) and left is not None and left <= 0


def _unauthorized(headers: Mapping[str, str], document: object) -> Verdict:
    said = _field(document, "status")
    if said == "unauthorized":
        return Verdict.NOT_ALLOWED
    if said == "unauthenticated" or "www-authenticate" in headers:
        return Verdict.UNAUTHENTICATED
    return Verdict.DOUBTFUL


def _message(document: object) -> str:
    """The first thing an error body says: ``message``, or a message inside ``errors``."""
    candidates: list[object] = [_field(document, "message")]
    errors = _field(document, "errors")
    if isinstance(errors, list):
        candidates += [_field(error, "message") for error in cast("list[object]", errors)]
        candidates += cast("list[object]", errors)
    elif isinstance(errors, dict):
        candidates += cast("dict[str, object]", errors).values()
    else:
        candidates.append(errors)
    text = next((one for one in candidates if isinstance(one, str) and one.strip()), "")
    return clean(redact_secrets(text.strip()))[:_MESSAGE_LIMIT]


def _field(document: object, key: str) -> object:
    return cast("dict[str, object]", document).get(key) if isinstance(document, dict) else None


def next_link(header: str) -> str | None:
    """The address of ``rel="next"`` in a ``Link`` header, as written."""
    for match in _LINK.finditer(header):
        for name, quoted, bare in _PARAMETER.findall(match[2]):
            if name.lower() == "rel" and "next" in (quoted or bare).lower().split():
                return match[1].strip()
    return None


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else None
    except ValueError:
        return None
    return number if number is not None and abs(number) < 1e12 else None


def _retry_after(text: str | None, now: int) -> float | None:
    seconds = _number(text)
    if seconds is not None:
        return max(0.0, seconds)
    moment = _date(text)
    return None if moment is None else max(0.0, (moment - now) / 1000)


def _date(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return to_ms(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError):
        pass
    try:
        return parse_time(text)
    except ValueError:
        return None
