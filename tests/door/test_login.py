"""``login`` tries a token, keeps it where only its owner can read it, and never shows it."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from tests.door.conftest import Canvas, Ended, Shell
from tests.terminal import Terminal
from tui.campus.warts import Fault, Faults, Warts


def log_in(shell: Shell, canvas: Canvas, token: str, *options: str) -> Ended:
    ended = shell.run("login", "--canvas-url", canvas.url, *options, given=token + "\n")
    assert ended.out == ""
    assert not token or token not in ended.err
    return ended


def kept(shell: Shell, canvas: Canvas) -> Path:
    return shell.home / "config" / "gradewatch" / f"token-127.0.0.1_{canvas.server.port}"


def test_a_good_token_is_kept_privately_and_used_from_then_on(shell: Shell, canvas: Canvas) -> None:
    token = canvas.campus.teacher_token
    ended = log_in(shell, canvas, token)
    assert ended.code == 0
    owner = canvas.campus.school.people[canvas.hand.course().teachers[0]].name
    file = kept(shell, canvas)
    assert owner in ended.err
    assert str(file) in ended.err
    assert file.read_text() == token + "\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert os.listdir(file.parent) == [file.name]
    tail = shell.run("tail", "--once", "--course", canvas.course, "--canvas-url", canvas.url)
    assert tail.code == 0
    assert tail.events


def test_a_new_token_takes_the_place_of_the_old_one(shell: Shell, canvas: Canvas) -> None:
    log_in(shell, canvas, canvas.campus.teacher_token)
    kept(shell, canvas).chmod(0o644)
    log_in(shell, canvas, canvas.campus.token)
    file = kept(shell, canvas)
    assert file.read_text().strip() == canvas.campus.token
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_bad_token_is_refused_and_the_old_one_stays(shell: Shell, canvas: Canvas) -> None:
    log_in(shell, canvas, canvas.campus.token)
    for bad in (canvas.campus.revoked_token, "7~unknown"):
        ended = log_in(shell, canvas, bad)
        assert ended.code == 3
        assert "does not accept this token" in ended.line
    assert kept(shell, canvas).read_text().strip() == canvas.campus.token


@pytest.mark.parametrize("given", ["", "  ", "two words", "ä"])
def test_what_is_no_token_is_not_even_sent(shell: Shell, canvas: Canvas, given: str) -> None:
    ended = log_in(shell, canvas, given)
    assert ended.code == 2
    assert ended.line
    assert canvas.server.requests == []


def test_nothing_is_kept_of_a_canvas_that_does_not_answer(shell: Shell, canvas: Canvas) -> None:
    canvas.server.warts = Warts(faults=Faults(path="/users/", chances={Fault.HTML: 1.0}))
    page = log_in(shell, canvas, "t0ken")
    assert (page.code, len(page.err.splitlines())) == (4, 1)
    canvas.server.stop()
    away = log_in(shell, canvas, "t0ken")
    assert away.code == 4
    assert "cannot reach" in away.line
    assert not kept(shell, canvas).exists()


def test_the_token_goes_to_no_other_host_and_never_unencrypted(
    shell: Shell, canvas: Canvas
) -> None:
    canvas.server.warts = Warts(faults=Faults(path="/users/", chances={Fault.REDIRECT: 1.0}))
    led_away = log_in(shell, canvas, "t0ken")
    assert led_away.code == 2
    assert "goes to no other host" in led_away.line
    plain = shell.run("login", "--canvas-url", "http://canvas.example.edu", given="t0ken\n")
    assert plain.code == 2
    assert "https://canvas.example.edu" in plain.line


def test_without_an_address_it_says_how_to_give_one(shell: Shell) -> None:
    ended = shell.run("login", given="t0ken\n")
    assert ended.code == 2
    assert "--canvas-url" in ended.line


def test_it_says_what_would_be_used_instead(shell: Shell, canvas: Canvas) -> None:
    shell.configure('[canvas]\ntoken_file = "/elsewhere/token"\n')
    shell.variables["GRADEWATCH_CANVAS_TOKEN"] = "an0ther"
    ended = log_in(shell, canvas, canvas.campus.token)
    assert ended.code == 0
    assert "GRADEWATCH_CANVAS_TOKEN is set" in ended.err
    assert "/elsewhere/token" in ended.err
    assert "an0ther" not in ended.err


def test_a_place_that_cannot_be_written_is_one_line_and_leaves_nothing(
    shell: Shell, canvas: Canvas
) -> None:
    file = kept(shell, canvas)
    file.mkdir(parents=True)
    ended = log_in(shell, canvas, canvas.campus.token)
    assert ended.code == 2
    assert f"cannot keep the token in {file}" in ended.err.splitlines()[-1]
    assert os.listdir(file.parent) == [file.name]


def test_in_a_terminal_the_token_is_not_shown_while_it_is_typed(
    shell: Shell, canvas: Canvas
) -> None:
    command = str(Path(sys.executable).with_name("gradewatch"))
    token = canvas.campus.token
    with Terminal([command, "login", "--canvas-url", canvas.url], env=shell.env) as terminal:
        terminal.wait_for("not shown")
        terminal.type(token + "\r")
        terminal.wait_for("kept in")
        assert terminal.wait_for_end() == 0
    assert token.encode() not in terminal.received
    assert kept(shell, canvas).read_text().strip() == token


BACKEND = """
import pathlib
from keyring.backend import KeyringBackend
class Filed(KeyringBackend):
    priority = 1
    def file(self, *parts):
        return pathlib.Path(__file__).with_name("-".join(parts).replace(":", "_"))
    def get_password(self, *parts):
        return self.file(*parts).read_text() if self.file(*parts).exists() else None
    def set_password(self, service, username, password):
        self.file(service, username).write_text(password)
    def delete_password(self, *parts): ...
"""


def test_the_keyring_keeps_it_instead_and_no_file_stays(shell: Shell, canvas: Canvas) -> None:
    (shell.home / "backend_of_test.py").write_text(BACKEND)
    shell.variables |= {
        "PYTHONPATH": str(shell.home),
        "PYTHON_KEYRING_BACKEND": "backend_of_test.Filed",
    }
    log_in(shell, canvas, canvas.campus.teacher_token)
    ended = log_in(shell, canvas, canvas.campus.token, "--keyring")
    assert ended.code == 0
    assert "keyring = true" in ended.err
    assert not kept(shell, canvas).exists()
    shell.configure("[canvas]\nkeyring = true\n")
    tail = shell.run("tail", "--once", "--course", canvas.course, "--canvas-url", canvas.url)
    assert tail.code == 0
