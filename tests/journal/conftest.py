"""A journal on disk and one in memory: the same behaviour is asked of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journal.making import READ_AT, folder
from tui.journal.journal import Journal
from tui.journal.reader import Reader


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Where syncing takes no time: what a loss of power leaves is not tried here."""
    with folder() as name:
        yield Path(name)


@pytest.fixture(params=["disk", "memory"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    location = tmp_path / "state" / "journal.sqlite3" if request.param == "disk" else None
    journal = Journal.open(location, now=lambda: READ_AT)
    yield journal
    journal.close()


@pytest.fixture
def reader(journal: Journal) -> Iterator[Reader]:
    reader = journal.reader()
    yield reader
    reader.close()
