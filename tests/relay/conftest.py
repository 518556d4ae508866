from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.relay.posting import GatedLog, Relay, gated_log, relay
from tests.relay.signing import Canvas, signing_canvas


@pytest.fixture
async def log(tmp_path: Path) -> AsyncGenerator[GatedLog]:
    """A log on disk that a test can make fail."""
    async with gated_log(tmp_path) as log:
        yield log


@pytest.fixture
async def open_relay(log: GatedLog) -> AsyncGenerator[Relay]:
    """It takes events from everybody."""
    async with relay(log) as found:
        yield found


@pytest.fixture
async def canvas(log: GatedLog) -> AsyncGenerator[Canvas]:
    async with signing_canvas(log) as canvas:
        yield canvas
