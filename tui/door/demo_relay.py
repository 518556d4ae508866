"""The demo's relay: the real one, with its log in a folder that goes with the demo."""

from __future__ import annotations

import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from tui.campus.demo import Webhook
from tui.campus.live_events.envelope import ROOT_UUID
from tui.relay.listening import RelayAddress
from tui.relay.server import RelayOptions, serve_relay
from tui.relay.tokens import add_token


@asynccontextmanager
async def relay() -> AsyncGenerator[Webhook]:
    """A relay on a free port of this machine, as one would run it for a school.

    Who posts needs the secret, who subscribes the token; both are made for this run alone.
    """
    with tempfile.TemporaryDirectory(prefix="gradewatch-relay-") as name:
        folder, secret = Path(name), secrets.token_urlsafe(32)
        token = add_token(folder / "tokens", "demo")
        _write(folder / "secret", secret)
        options = RelayOptions(
            data=folder / "log",
            port=0,
            tokens=folder / "tokens",
            account_uuid=ROOT_UUID,
            ingest_secret_file=folder / "secret",
        )
        stop = asyncio.Event()
        begun = asyncio.get_running_loop().create_future()
        async with asyncio.TaskGroup() as group:
            group.create_task(serve_relay(options, ready=begun.set_result, stop=stop))
            address: RelayAddress = await begun
            try:
                yield Webhook(
                    events_url=address.events_url,
                    secret=secret,
                    relay_url=f"ws://127.0.0.1:{address.port}",
                    relay_token=token.get_secret_value(),
                )
            finally:
                stop.set()


def _write(path: Path, secret: str) -> None:
    """For its owner only."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret + "\n")
