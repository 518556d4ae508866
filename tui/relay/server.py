"""The relay, running: its log, its ways in, its subscribers, and how it ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager

from tui.relay.audience import Audience
from tui.relay.crowd import Crowd, most_connections
from tui.relay.event_log import EventLog
from tui.relay.ingest.intake import Intake
from tui.relay.ingest.webhook import webhook_route
from tui.relay.listening import CannotServe, RelayAddress, listen, raise_file_limit
from tui.relay.logs import RELAY_LOG
from tui.relay.measured_log import MeasuredLog
from tui.relay.metrics import Metrics
from tui.relay.options import RelayOptions
from tui.relay.preparing import access_of, check, open_log, proof_of, wall_clock, warn, ways_in
from tui.relay.site import site
from tui.relay.subscribe import Desk
from tui.relay.web_server import WebServer

__all__ = ["CannotServe", "RelayAddress", "RelayOptions", "serve_relay"]


async def serve_relay(
    options: RelayOptions, *, ready: Callable[[RelayAddress], None], stop: asyncio.Event
) -> None:
    """Serve until ``stop`` is set; then end subscriptions with 1001 and finish what was posted.

    Raises :class:`CannotServe` and :class:`~tui.relay.event_log.LogUnavailable`, both before
    ``ready`` is called.
    """
    check(options)
    raise_file_limit()
    metrics = Metrics()
    access = access_of(options)
    proof, jwks = proof_of(options)
    with _listening(options) as (listening, address):
        async with _log(options) as opened:
            log = MeasuredLog(opened, metrics)
            await access.home.learn_from(log)
            intake = Intake(
                log, account_uuid=options.account_uuid, clock=wall_clock, home=access.home
            )
            audience = Audience(log, access, options.delivery)
            metrics.watch(
                log,
                intake.counts,
                subscribers=lambda: len(audience),
                lag=lambda: audience.lag,
                keys_age=lambda: None if jwks is None else jwks.age_s,
                tokens_stale=lambda: access.stale,
            )
            desk = Desk(log, access, audience, options.delivery, metrics)
            app = site(
                [*desk.routes, webhook_route(intake, proof)],
                log=log,
                access=access,
                metrics=metrics,
                only_loopback_hosts=options.tokens is None,
            )

            def begun() -> None:
                about = {"port": address.port, "tls": address.tls, "epoch": log.epoch}
                RELAY_LOG.info("relay ready", extra=about | {"floor": log.floor, "head": log.head})
                warn(options, address)
                ready(address)

            crowd = Crowd(options.most_connections or most_connections())
            server = WebServer(options, app, listening, crowd=crowd, begun=begun)
            async with asyncio.TaskGroup() as group:
                around = [
                    group.create_task(audience.keep_order(options.sweep_s)),
                    *(group.create_task(way_in) for way_in in ways_in(options, intake, jwks)),
                ]
                await server.run_until(stop)
                for task in around:
                    task.cancel()
    RELAY_LOG.info("relay stopped")


@contextmanager
def _listening(options: RelayOptions) -> Generator[tuple[socket.socket, RelayAddress]]:
    listening = listen(options.host, options.port)
    try:
        host, port = listening.getsockname()[:2]
        address = RelayAddress(host, port, tls=options.tls_cert is not None)
        if options.tokens is None and not address.loopback:
            raise CannotServe(
                f"{host} is not this machine alone: listening there needs --tokens FILE"
            )
        yield listening, address
    finally:
        listening.close()


@asynccontextmanager
async def _log(options: RelayOptions) -> AsyncGenerator[EventLog]:
    log = await open_log(options)
    try:
        yield log
    finally:
        await log.close()
