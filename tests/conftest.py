"""What all tests share: how hard the properties are tried, and that what is open is closed."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.kept import open_now

# By default enough for every change, more in a campaign.
settings.register_profile("change", max_examples=50, deadline=None)
settings.register_profile("campaign", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("GRADEWATCH_PROPERTIES", "change"))


WORKERS_A_CORE = 2
"""Half of the time of a test is waiting: for a process, a socket, a terminal."""


def pytest_xdist_auto_num_workers() -> int:
    """How many tests run beside each other."""
    return min(16, WORKERS_A_CORE * (os.cpu_count() or 1))


@pytest.fixture(autouse=True)
def nothing_stays_open() -> Iterator[None]:
    """Close the journals and readers that the test was given to keep."""
    with open_now:
        yield
