"""What an investigation reads back from: the named Canvas, with its token, as far as is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kept import kept
from tui.config import Settings
from tui.door.archive import archive_of
from tui.door.options import Asked
from tui.journal.journal import Journal
from tui.sources.audit_api.backfill import KEPT_MS, Archive
from tui.sources.audit_api.client import Turn
from tui.sources.source import SourceFailed
from tui.sources.targets import Targets

DAY_MS = 86_400_000
NOW = 1_790_000_000_000
URL = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No token of this machine's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("GRADEWATCH_CANVAS_TOKEN", raising=False)


def archive(asked: Asked | None = None, **sections: dict[str, object]) -> Archive | None:
    journal = kept(Journal.open(None, now=lambda: NOW))
    settings = Settings.model_validate(sections)
    return archive_of(asked or Asked(), settings, journal, Turn())


def test_there_is_none_without_a_canvas_and_for_a_replay() -> None:
    assert archive() is None
    assert archive(relay={"url": "ws://127.0.0.1:9"}) is None
    assert archive(Asked(replay="a file"), canvas={"url": URL}) is None


def test_it_reaches_back_as_far_as_canvas_and_the_settings_keep() -> None:
    unbounded, bounded = (
        archive(canvas={"url": URL}),
        archive(canvas={"url": URL}, journal={"keep_days": 30}),
    )
    assert unbounded is not None
    assert bounded is not None
    assert unbounded.since(NOW) == NOW - KEPT_MS
    assert bounded.since(NOW) == NOW - 30 * DAY_MS


def test_a_token_is_looked_for_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = archive(canvas={"url": URL})
    assert found is not None
    with pytest.raises(SourceFailed, match=r"no token for 127\.0\.0\.1:9"):
        found.make(Targets(students=("7",)), 0, None)
    monkeypatch.setenv("GRADEWATCH_CANVAS_TOKEN", "a-token")
    assert found.make(Targets(students=("7",)), 0, None).name == f"audit log of {URL}"
