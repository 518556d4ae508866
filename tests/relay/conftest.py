from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.relay.posting import GatedLog, gated_log


@pytest.fixture
async def log(tmp_path: Path) -> AsyncGenerator[GatedLog]:
    """A log on disk that a test can make fail."""
    async with gated_log(tmp_path) as log:
        yield log
