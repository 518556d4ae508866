"""The tokens file while the relay runs: what is taken away stays away."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import pytest

from tui.relay.tokens import add_token
from tui.relay.tokens_file import GONE_S, SAY_AGAIN_S, TokensFile


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tokens.jsonl"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Why the file could not be used, as often as it was said."""
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    return [str(vars(record)["why"]) for record in errors]


def write(path: Path, text: str, mode: int) -> None:
    """Put a new file in the place of the old one."""
    new = path.with_suffix(".new")
    new.touch(0o600)
    new.write_text(text)
    new.chmod(mode)
    new.replace(path)


def test_a_file_that_changes_is_read_again(path: Path) -> None:
    kim = add_token(path, "kim")
    tokens = TokensFile(path)
    before = tokens.grants
    assert tokens.grants is before
    lee = add_token(path, "lee")
    assert tokens.grants.of(lee) is not None
    write(path, path.read_text().splitlines()[1] + "\n", 0o600)
    assert tokens.grants.of(kim) is None
    assert tokens.grants.of(lee) is not None


def test_a_token_taken_away_in_a_file_too_open_goes_once_its_rights_are_mended(
    path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    kim, bo = add_token(path, "kim"), add_token(path, "bo")
    tokens = TokensFile(path, clock=clock)
    write(path, path.read_text().splitlines()[0] + "\n", 0o644)
    assert tokens.grants.of(bo) is not None
    assert tokens.stale
    assert len(said(caplog)) == 1
    assert "chmod 600" in said(caplog)[0]
    path.chmod(0o600)
    assert tokens.grants.of(bo) is None
    assert tokens.grants.of(kim) is not None
    assert not tokens.stale


def test_new_rights_alone_are_noticed_and_said_each_minute(
    path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    kim = add_token(path, "kim")
    tokens = TokensFile(path, clock=clock)
    path.chmod(0o644)
    for _ in range(3):
        assert tokens.grants.of(kim) is not None
    assert len(said(caplog)) == 1
    clock.now += SAY_AGAIN_S
    assert tokens.stale
    assert len(said(caplog)) == 2
    path.chmod(0o600)
    assert not tokens.stale


def test_a_broken_file_leaves_the_last_good_tokens(
    path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    kim = add_token(path, "kim")
    tokens = TokensFile(path, clock=clock)
    good = path.read_text()
    path.write_text("nonsense\n")
    for _ in range(2):
        assert tokens.grants.of(kim) is not None
    assert ["line 1" in why for why in said(caplog)] == [True]
    path.write_text("\n" + good)
    lee = add_token(path, "lee")
    assert tokens.grants.of(lee) is not None
    assert not tokens.stale


def test_a_file_that_is_gone_takes_all_tokens_away_after_a_moment(
    path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    kim = add_token(path, "kim")
    tokens = TokensFile(path, clock=clock)
    good = path.read_text()
    path.unlink()
    assert tokens.grants.of(kim) is not None
    clock.now += GONE_S
    assert tokens.grants.entries == ()
    assert tokens.stale
    assert [why.endswith("nobody may subscribe") for why in said(caplog)] == [True, True]
    write(path, "nonsense", 0o600)
    assert tokens.grants.entries == ()
    write(path, good, 0o600)
    assert tokens.grants.of(kim) is not None


def test_a_file_that_is_written_anew_takes_nothing_away(path: Path, clock: Clock) -> None:
    kim = add_token(path, "kim")
    tokens = TokensFile(path, clock=clock)
    good = path.read_text()
    for _ in range(3):
        path.unlink()
        assert tokens.grants.of(kim) is not None
        clock.now += GONE_S - 1
        write(path, good, 0o600)
        assert tokens.grants.of(kim) is not None
