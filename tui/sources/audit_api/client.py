"""One careful HTTP client for one Canvas: one request at a time, the token to its origin only."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from types import TracebackType
from typing import Self

import httpx
from pydantic import SecretStr

from tui.events.text import clean
from tui.sources.audit_api import throttle
from tui.sources.audit_api.origin import BadAddress, Origin, base_address, target
from tui.sources.audit_api.replies import Reply, Verdict, classify
from tui.sources.network import cause
from tui.sources.source import Clock, Outcome, Sleep, SourceFailed
from tui.sources.tls import client_context, distrust

USER_AGENT = f"gradewatch/{version('gradewatch')} (+read-only watcher of the audit log)"
_REDIRECTS = {301, 302, 303, 307, 308}
_MOST_REDIRECTS = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how large an answer may be: seconds and bytes."""

    connect: float = 10.0
    silence: float = 30.0
    """Between two pieces of an answer; a slow audit scan is silent before its first."""
    whole: float = 180.0
    body: int = 48 * 1024 * 1024
    """A page of 100 rows carries whole assignments with their descriptions."""


@dataclass
class Turn:
    """One request at a time, and what is left of the rate limit: shared by all that use a token."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    quota: float | None = None
    """``X-Rate-Limit-Remaining`` as it was told last; None where the server does not say."""


class CanvasClient:
    """GETs below ``/api/v1`` of one Canvas; never raises for what the network or Canvas does.

    Redirects inside the origin are followed by hand; any other address is answered with
    ``Verdict.ELSEWHERE`` and never asked. Raises :class:`SourceFailed` for an address or a token
    that cannot be used at all.
    """

    def __init__(
        self,
        base_url: str,
        token: SecretStr,
        *,
        clock: Clock,
        sleep: Sleep,
        limits: Limits | None = None,
        turn: Turn | None = None,
    ) -> None:
        try:
            self._base = base_address(base_url)
        except BadAddress as bad:
            raise SourceFailed(str(bad), Outcome.USAGE) from bad
        secret = token.get_secret_value().strip()
        if not secret or not secret.isascii() or not secret.isprintable() or " " in secret:
            raise SourceFailed(
                "the Canvas token is empty or has characters no token has: copy it again",
                Outcome.USAGE,
            )
        self.origin = Origin.of(self._base)
        self._token = token
        self._clock, self._sleep = clock, sleep
        self._limits = limits or Limits()
        self._turn = turn or Turn()
        self.skew_ms: int | None = None
        self.reached = False
        """It has answered: the address is right."""
        self._http = httpx.AsyncClient(
            follow_redirects=False,
            verify=client_context() if self.origin.scheme == "https" else True,
            trust_env=not self.origin.loopback,  # a proxy must not see plain loopback requests
            timeout=httpx.Timeout(self._limits.silence, connect=self._limits.connect),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
            limits=httpx.Limits(max_connections=1),
        )

    @property
    def quota(self) -> float | None:
        """See :attr:`Turn.quota`."""
        return self._turn.quota

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def get(self, path: str, params: Sequence[tuple[str, str]] = ()) -> Reply:
        """Ask for ``path`` below ``/api/v1``."""
        url = self._base.copy_with(raw_path=f"{self._base.path.rstrip('/')}/api/v1/{path}".encode())
        return await self._ask(url.copy_merge_params(list(params)) if params else url)

    async def follow(self, link: str, found_at: str) -> Reply:
        """Ask for an address that an answer from ``found_at`` named, unchanged."""
        return await self._lead(httpx.URL(found_at), link)

    async def _lead(self, current: httpx.URL, link: str) -> Reply:
        match target(self._base, current, link):
            case httpx.URL() as url:
                return await self._ask(url)
            case Origin() as other:
                return Reply(Verdict.ELSEWHERE, message=clean(str(other)))
            case None:
                return Reply(Verdict.ELSEWHERE, message="an address that is none")

    async def _ask(self, url: httpx.URL) -> Reply:
        async with self._turn.lock:
            if wait := throttle.pause(self.quota):
                await self._sleep(wait)
            reply = await self._through_redirects(url)
        self.reached = self.reached or reply.verdict is Verdict.OK
        if reply.remaining is not None:
            self._turn.quota = reply.remaining
        if reply.server_ms is not None:
            self.skew_ms = skew(reply.server_ms, self._clock())
        return reply

    async def _through_redirects(self, url: httpx.URL) -> Reply:
        for _ in range(_MOST_REDIRECTS + 1):
            answer = await self._fetch(url)
            if isinstance(answer, Reply):
                return answer
            match target(self._base, url, answer):
                case httpx.URL() as onward:
                    url = onward
                case Origin() as other:
                    return Reply(Verdict.ELSEWHERE, message=clean(str(other)))
                case None:
                    return Reply(Verdict.ELSEWHERE, message="an address that is none")
        return Reply(Verdict.NOT_API, message="redirected in a circle")

    async def _fetch(self, url: httpx.URL) -> Reply | str:
        """The judged answer, or where it redirects to."""
        try:
            async with asyncio.timeout(self._limits.whole), self._opened(url) as response:
                if response.status_code in _REDIRECTS and "location" in response.headers:
                    return response.headers["location"]
                body = await self._body(response)
                if body is None:
                    size = self._limits.body // 1024 // 1024
                    return Reply(Verdict.SERVER_ERROR, message=f"the answer exceeds {size} MiB")
                headers = {name.lower(): value for name, value in response.headers.items()}
                reply = await asyncio.to_thread(
                    classify, response.status_code, headers, body, now=self._clock()
                )
                return replace(reply, address=str(url), message=self._without_token(reply.message))
        except TimeoutError:
            return Reply(Verdict.NETWORK, message="no whole answer in time")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as fault:
            return _no_answer(fault)

    @asynccontextmanager
    async def _opened(self, url: httpx.URL) -> AsyncGenerator[httpx.Response, None]:
        if Origin.of(url) != self.origin or url.userinfo:
            raise AssertionError("the token is for its own origin only")
        headers = {"Authorization": f"Bearer {self._token.get_secret_value().strip()}"}
        async with self._http.stream("GET", url, headers=headers) as response:
            yield response

    def _without_token(self, text: str) -> str:
        """A server may repeat in its complaint what it was given."""
        return text.replace(self._token.get_secret_value().strip(), "[redacted]")

    async def _body(self, response: httpx.Response) -> bytes | None:
        """The whole body, or None if it is larger than any page may be."""
        pieces = bytearray()
        async for piece in response.aiter_bytes():
            pieces += piece
            if len(pieces) > self._limits.body:
                return None
        return bytes(pieces)


def skew(server_ms: int, now: int) -> int:
    """The server's clock minus ours, as far as a ``Date`` of whole seconds shows it (ms)."""
    if server_ms > now:
        return server_ms - now
    return min(0, server_ms + 999 - now)


def _no_answer(fault: BaseException) -> Reply:
    """Why there was no answer, in a few words; never the address, which may hold secrets."""
    if isinstance(fault, httpx.TimeoutException):  # a TLS greeting cut short is not TLS's fault
        return Reply(Verdict.NETWORK, message="no answer in time")
    seen: BaseException | None = fault
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            why = distrust(seen)
            return Reply(Verdict.NETWORK, message=why.what, remedy=why.remedy)
        if isinstance(seen, OSError) and (known := cause(seen)) is not None:
            return Reply(Verdict.NETWORK, message=known)
        seen = seen.__cause__ or seen.__context__
    if isinstance(fault, httpx.RemoteProtocolError):
        return Reply(Verdict.NETWORK, message="the connection broke in the middle of an answer")
    return Reply(Verdict.NETWORK, message="no connection")
