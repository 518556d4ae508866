"""Who is asking, and what they may have."""

from __future__ import annotations

import re

from pydantic import SecretStr
from starlette.requests import HTTPConnection

from tui.events.relay_wire import Refusal
from tui.relay.home_shard import HomeShard
from tui.relay.loopback import is_loopback, names_loopback
from tui.relay.refusals import Refused
from tui.relay.tokens import ANYBODY, Grant, Grants
from tui.relay.tokens_file import TokensFile

_FORWARDED = re.compile(r"forwarded|x-forwarded-.*|x-real-ip|via")
"""Headers that proxies add."""


class Access:
    """The tokens, or none: then everybody who reaches this relay (on loopback) sees everything."""

    def __init__(self, tokens: TokensFile | None) -> None:
        self._tokens = tokens
        self.home = HomeShard()
        """Whose local ids are meant by those who ask for a course."""

    @property
    def grants(self) -> Grants | None:
        """As the file says now; None: no tokens are asked for."""
        return None if self._tokens is None else self._tokens.grants

    @property
    def stale(self) -> bool:
        """Whether the tokens file cannot be used now, so that what it said before still holds."""
        return self._tokens is not None and self._tokens.stale

    def subscriber(self, connection: HTTPConnection) -> Grant:
        """The grant of a request to subscribe; raises :class:`Refused`."""
        grants = self.grants
        if grants is None:
            return ANYBODY
        grant = _grant(connection, grants)
        if grant.metrics:
            raise Refused(Refusal.FORBIDDEN, "this token reads the metrics, and no events")
        return grant

    def metrics_reader(self, connection: HTTPConnection) -> None:
        """Raises :class:`Refused` for who may not read the metrics."""
        if _from_here(connection):
            return
        grants = self.grants
        if grants is None or not _grant(connection, grants).metrics:
            raise Refused(Refusal.FORBIDDEN, "the metrics need a token made with --metrics")


def _from_here(connection: HTTPConnection) -> bool:
    """A proxy on this machine makes everybody look near: its headers and the ``Host`` tell it."""
    peer, hosts = connection.client, connection.headers.getlist("host")
    return (
        peer is not None
        and is_loopback(peer.host)
        and len(hosts) == 1
        and names_loopback(hosts[0])
        and not any(_FORWARDED.fullmatch(name) for name in connection.headers)
    )


def _grant(connection: HTTPConnection, grants: Grants) -> Grant:
    offered = connection.headers.getlist("authorization")
    scheme, _, token = offered[0].partition(" ") if len(offered) == 1 else ("", "", "")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused(Refusal.UNAUTHORIZED, "a relay token is needed: Authorization: Bearer …")
    grant = grants.of(SecretStr(token.strip()))
    if grant is None:
        raise Refused(Refusal.UNAUTHORIZED, "this relay does not know the token")
    return grant
