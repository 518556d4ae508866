"""Where the token comes from, in which order, and what is never used or shown."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui import locations
from tui.config import Settings
from tui.door import secrets
from tui.door.exits import ExitCode, Stop
from tui.door.secrets import as_token, canvas_token, hide_secrets, read_token_file

HOST = "canvas.example.edu"
TOKEN = "7~abcdefABCDEF0123456789abcdefABCDEF0123456789abcdefABCDEF01234567"
BACKEND = """
import time
from keyring.backend import KeyringBackend
class Kept(KeyringBackend):
    priority = 1
    def get_password(self, service, username):
        return {PASSWORDS}.get((service, username))
    def set_password(self, service, username, password): ...
    def delete_password(self, service, username): ...
class Hanging(Kept):
    def get_password(self, service, username):
        time.sleep(600)
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, in which nothing is set."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("GRADEWATCH_CANVAS_TOKEN", raising=False)
    return tmp_path


def settings(**canvas: object) -> Settings:
    return Settings.model_validate({"canvas": canvas})


def found(asked: Settings, host: str = HOST) -> str:
    return canvas_token(asked, host).get_secret_value()


def refused(asked: Settings, host: str = HOST) -> str:
    """The one line that says why there is no token."""
    with pytest.raises(Stop) as stopped:
        canvas_token(asked, host)
    line = str(stopped.value)
    assert stopped.value.code is ExitCode.USAGE
    assert "\n" not in line
    assert TOKEN not in line
    return line


def kept(path: Path, text: str = TOKEN + "\n", mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def python(program: str) -> str:
    """A token command that runs a Python program."""
    return f"{sys.executable} -c '{program}'"


def test_the_nearest_place_wins(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = kept(home / "named", "from-file")
    left = kept(locations.token_file(HOST), "from-login")
    command = python('print("from-command")')
    monkeypatch.setenv("GRADEWATCH_CANVAS_TOKEN", " from-environment\n")
    assert found(settings(token_file=named, token_command=command)) == "from-environment"
    monkeypatch.delenv("GRADEWATCH_CANVAS_TOKEN")
    assert found(settings(token_file=named, token_command=command)) == "from-file"
    assert found(settings(token_command=command)) == "from-login"
    left.unlink()
    assert found(settings(token_command=command, keyring=True)) == "from-command"


def test_an_empty_variable_is_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADEWATCH_CANVAS_TOKEN", "  ")
    assert "no token" in refused(settings())


def test_what_login_left_serves_its_own_host_only() -> None:
    kept(locations.token_file(HOST))
    assert found(settings()) == TOKEN
    assert HOST in locations.token_file(HOST).name
    for other in ("canvas.example.com", f"{HOST}:8443"):
        line = refused(settings(url=f"https://{other}"), other)
        assert f"gradewatch login --canvas-url https://{other}" in line


def test_a_file_named_with_a_tilde_is_at_home(home: Path) -> None:
    kept(home / "secret")
    assert found(settings(token_file="~/secret")) == TOKEN


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o777])
def test_a_file_that_others_may_touch_is_refused(home: Path, mode: int) -> None:
    file = kept(home / "my token", mode=mode)
    line = refused(settings(token_file=file))
    assert f"chmod 600 '{file}'" in line


def test_a_refused_file_is_not_passed_over(home: Path) -> None:
    kept(locations.token_file(HOST), "from-login")
    line = refused(settings(token_file=home / "gone", token_command=python('print("x")')))
    assert str(home / "gone") in line
    assert "No such file" in line


def test_somebody_elses_file_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = kept(home / "token")
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    assert "somebody else" in refused(settings(token_file=file))


def test_what_is_no_ordinary_file_is_refused_at_once(home: Path) -> None:
    os.mkfifo(home / "pipe", 0o600)
    (home / "folder").mkdir(mode=0o700)
    for name in ("pipe", "folder"):
        assert "no ordinary file" in refused(settings(token_file=home / name))


@pytest.mark.parametrize("text", ["", " \n", "two words", "t\x1boken", "tökén", "x" * 5000, "a\nb"])
def test_a_file_without_a_token_is_refused_without_showing_it(home: Path, text: str) -> None:
    file = kept(home / "token", text)
    line = refused(settings(token_file=file))
    assert str(file) in line
    assert not text.strip() or text not in line


@given(st.text())
def test_only_one_printable_word_is_a_token(text: str) -> None:
    word = text.strip()
    if word and len(word) <= 4096 and all("!" <= character <= "~" for character in word):
        assert as_token(text, "here").get_secret_value() == word
    else:
        with pytest.raises(Stop):
            as_token(text, "here")


def test_a_command_is_run_without_a_shell_and_without_input(home: Path) -> None:
    program = "import sys; print(sys.argv[1] + str(len(sys.stdin.read())))"
    command = f"{python(program)} '$HOME;>{home}/x'"
    assert found(settings(token_command=command)) == f"$HOME;>{home}/x0"
    assert not (home / "x").exists()


def test_a_command_that_fails_is_quoted_without_its_secrets() -> None:
    program = f'import sys; print("{TOKEN}"); sys.exit("first\\nno access for {TOKEN} \\x1b[2J")'
    line = refused(settings(token_command=python(program)))
    assert "token_command failed (1): no access for [hidden]" in line
    assert "\x1b" not in line


def test_a_command_that_works_is_not_heard_to_talk(capfd: pytest.CaptureFixture[str]) -> None:
    program = f'import sys; print("{TOKEN}"); print("unlocking", file=sys.stderr)'
    assert found(settings(token_command=python(program))) == TOKEN
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-program --now", "no-such-program: No such file"),
        ("'unfinished", "quotation"),
        ("  ", "empty"),
        ("true", "no token in it"),
        ("echo two words", "is no token"),
    ],
)
def test_a_command_that_gives_no_token_says_why(command: str, said: str) -> None:
    line = refused(settings(token_command=command))
    assert "token_command" in line
    assert said in line


def test_a_command_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "PATIENCE", 0.2)
    assert "within" in refused(settings(token_command="sleep 600"))


def keyring(home: Path, monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
    """Let the keyring be one that holds a token for one host."""
    passwords = repr({("gradewatch", HOST): TOKEN})
    (home / "backend_of_test.py").write_text(BACKEND.replace("{PASSWORDS}", passwords))
    monkeypatch.setenv("PYTHONPATH", str(home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)


def test_the_keyring_holds_a_token_for_each_host(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring(home, monkeypatch, "backend_of_test.Kept")
    assert found(settings(keyring=True)) == TOKEN
    assert "login --keyring" in refused(settings(keyring=True), "canvas.example.com")


def test_a_keyring_that_hangs_is_given_up(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring(home, monkeypatch, "backend_of_test.Hanging")
    monkeypatch.setattr(secrets, "PATIENCE", 1.0)
    assert "token_file" in refused(settings(keyring=True))


def test_a_machine_without_a_keyring_says_what_to_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    assert "no keyring on this machine" in refused(settings(keyring=True))


def test_without_the_extra_it_says_how_to_install_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "keyring").mkdir()
    (home / "keyring" / "__init__.py").write_text("raise ImportError('not installed')")
    monkeypatch.setenv("PYTHONPATH", str(home))
    assert "pip install 'gradewatch[keyring]'" in refused(settings(keyring=True))


def test_a_keyring_module_in_the_current_folder_is_not_run(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "keyring.py").write_text("import pathlib; pathlib.Path('ran').touch()")
    monkeypatch.chdir(home)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    refused(settings(keyring=True))
    assert not (home / "ran").exists()


def test_the_token_cannot_be_printed(home: Path) -> None:
    token = read_token_file(kept(home / "token"))
    assert TOKEN not in f"{token} {token!r} {vars(token).keys()}"


@pytest.mark.parametrize(
    "text",
    [
        f"curl -H 'Authorization: Bearer {TOKEN}'",
        "curl https://x.example/?access_token=abcdefgh",
        f"echo {TOKEN.partition('~')[2]}",
        f"echo {TOKEN}",
    ],
)
def test_what_looks_like_a_token_is_hidden(text: str) -> None:
    shown = hide_secrets(text)
    assert TOKEN.partition("~")[2] not in shown
    assert "abcdefgh" not in shown
    assert shown.partition(" ")[0] == text.partition(" ")[0]


@pytest.mark.parametrize(
    "text", ["pass show canvas/token", "secret-tool lookup service gradewatch"]
)
def test_ordinary_commands_are_shown_as_they_are(text: str) -> None:
    assert hide_secrets(text) == text
