"""A process that does nothing but take a queue's events into a log on disk: it can be killed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.relay.posting import NOW
from tui.relay.file_log.file_log import FileLog
from tui.relay.ingest.intake import Intake
from tui.relay.ingest.nats import run_nats_ingest
from tui.relay.ingest.sqs import run_sqs


async def take(address: str, folder: Path) -> None:
    log = await FileLog.open(folder, retention_s=3600, clock=lambda: NOW)
    intake = Intake(log, clock=lambda: NOW)
    if address.startswith("nats:"):
        await run_nats_ingest(address, intake, ack_wait_s=1)
    else:
        await run_sqs(address, intake, long_poll_s=1)


if __name__ == "__main__":
    asyncio.run(take(sys.argv[1], Path(sys.argv[2])))
