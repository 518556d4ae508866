"""Where the relay's token comes from, and to whom it goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.config import Relay, Settings
from tui.door.desk import load_config
from tui.door.exits import Stop
from tui.door.options import Asked
from tui.door.secrets import RELAY_TOKEN, find_relay_token

TOKEN = "gwr_abcdefghijklmnop0123456789"
HOST = "relay.example.edu"


def found(relay: Relay) -> str | None:
    one = find_relay_token(Settings.model_validate({"relay": relay}), HOST)
    return None if one is None else one.token.get_secret_value()


@pytest.fixture
def token_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(RELAY_TOKEN, raising=False)
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n", encoding="ascii")
    file.chmod(0o600)
    return file


def test_none_named_is_none_sent(token_file: Path) -> None:
    assert token_file.exists()
    assert found(Relay()) is None


def test_the_environment_comes_before_the_file_and_that_before_the_command(
    token_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = "echo from-the-command"
    assert found(Relay(token_command=command)) == "from-the-command"
    assert found(Relay(token_file=token_file, token_command=command)) == TOKEN
    monkeypatch.setenv(RELAY_TOKEN, "from-the-environment")
    assert found(Relay(token_file=token_file)) == "from-the-environment"


def test_a_file_that_others_may_read_is_refused(token_file: Path) -> None:
    token_file.chmod(0o640)
    with pytest.raises(Stop, match="chmod 600") as caught:
        found(Relay(token_file=token_file))
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("flag", "used"),
    [
        (None, True),
        ("wss://relay.example.edu/v1/subscribe", True),
        ("wss://relay.example.edu:8443", False),
        ("wss://other.example.edu", False),
    ],
)
def test_the_files_token_is_for_the_files_relay(
    token_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flag: str | None, used: bool
) -> None:
    monkeypatch.delenv("GRADEWATCH_RELAY_URL", raising=False)
    config = tmp_path / "config.toml"
    config.write_text(f'[relay]\nurl = "wss://{HOST}"\ntoken_file = "{token_file}"\n')
    settings = load_config(Asked(config=config, relay_url=flag)).settings
    assert (settings.relay.token_file is not None) is used
