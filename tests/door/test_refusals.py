"""What cannot be done ends with one line that says what to do, and the right exit code."""

from __future__ import annotations

import socket

import pytest

from tests.door.conftest import Canvas, Shell
from tui.campus.warts import Fault, Faults, Warts


def test_without_a_configuration_it_says_what_to_set(shell: Shell) -> None:
    for words in (("tail", "--once", "--course", "5"), ("watch", "--course", "5")):
        ended = shell.run(*words)
        assert ended.code == 2
        assert "--canvas-url" in ended.line
        assert "gradewatch demo" in ended.line


def test_without_a_target_it_says_that_there_is_no_feed_of_everything(admin: Shell) -> None:
    for words in (("tail", "--once"), ("watch",), ()):
        ended = admin.run(*words)
        assert ended.code == 2
        assert "Canvas has no" in ended.line
        assert "--course" in ended.line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tail", "--once", "--course", "five"), "--course"),
        (("tail", "--once", "--course", "5", "--since", "soon"), "--since"),
        (("tail", "--once", "--course", "5", "--until", "32:00"), "--until"),
        (("tail", "--once", "--course", "5", "--since", "today", "--until", "-3d"), "--until"),
        (("tail", "--course", "5", "--format", "xml"), "xml"),
        (("tail", "--course", "5", "--colour"), "--colour"),
        (("tail", "--course", "5", "--config", "/no/such.toml"), "/no/such.toml"),
        (("tail", "--replay", "/no/such.json", "--once"), "/no/such.json"),
        (("tail", "--course", "5", "--poll-interval", "0.5"), "poll"),
        (("export", "--since", "never"), "--since"),
        (("sing",), "sing"),
    ],
)
def test_wrong_usage_is_one_line(admin: Shell, words: tuple[str, ...], said: str) -> None:
    ended = admin.run(*words)
    assert ended.code == 2
    assert said in ended.line


def test_canvas_elsewhere_is_never_asked_too_often_nor_without_encryption(shell: Shell) -> None:
    shell.variables["GRADEWATCH_CANVAS_TOKEN"] = "t0ken"
    away = ("tail", "--once", "--course", "5", "--canvas-url", "https://canvas.example.edu")
    often = shell.run(*away, "--poll-interval", "2")
    assert (often.code, "5" in often.line) == (2, True)
    plain = shell.run(
        "tail", "--once", "--course", "5", "--canvas-url", "http://canvas.example.edu"
    )
    assert (plain.code, "https" in plain.line) == (2, True)


def test_a_wrong_token_is_refused(admin: Shell, canvas: Canvas) -> None:
    admin.variables["GRADEWATCH_CANVAS_TOKEN"] = "wr0ng"
    ended = admin.run("tail", "--once", "--course", canvas.course)
    assert ended.code == 3
    assert "token" in ended.line
    assert "wr0ng" not in ended.line


@pytest.mark.parametrize("status", [401, 403])
def test_a_teacher_on_an_admins_query_is_told_what_a_teacher_may(
    admin: Shell, canvas: Canvas, status: int
) -> None:
    canvas.server.warts = Warts(not_allowed_status=status)
    admin.variables["GRADEWATCH_CANVAS_TOKEN"] = canvas.campus.teacher_token
    ended = admin.run("tail", "--once", "--student", str(canvas.hand.course().students[0]))
    assert ended.code == 3
    assert "--course" in ended.line


def test_an_unknown_course_is_said_to_be_unknown(admin: Shell) -> None:
    ended = admin.run("tail", "--once", "--course", "987654")
    assert ended.code in {2, 3}
    assert "987654" in ended.line


def test_no_server_is_unreachable(admin: Shell) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ended = admin.run("tail", "--once", "--course", "5", "--canvas-url", f"http://127.0.0.1:{port}")
    assert ended.code == 4
    assert "127.0.0.1" in ended.line


def test_a_web_page_instead_of_an_answer_is_unreachable(admin: Shell, canvas: Canvas) -> None:
    canvas.server.warts = Warts(faults=Faults(chances={Fault.HTML: 1.0}))
    ended = admin.run("tail", "--once", "--course", canvas.course)
    assert ended.code == 4
    assert len(ended.line) < 400


def test_no_token_says_how_to_log_in(shell: Shell, canvas: Canvas) -> None:
    ended = shell.run("tail", "--once", "--course", "5", "--canvas-url", canvas.url)
    assert ended.code in {2, 3}
    assert "gradewatch login" in ended.line


def test_the_token_is_printed_nowhere(admin: Shell, canvas: Canvas) -> None:
    secret = canvas.campus.token
    runs = [
        admin.run("tail", "--once", "--course", canvas.course, "--raw"),
        admin.run("tail", "--once", "--course", "987654"),
        admin.run("config", "show"),
        admin.run("doctor", "--course", canvas.course),
    ]
    assert [run for run in runs if secret in run.out + run.err] == []
    kept = [file for file in admin.home.rglob("*") if file.is_file()]
    assert [file for file in kept if secret.encode() in file.read_bytes()] == []


def test_watch_without_a_terminal_points_to_tail(admin: Shell, canvas: Canvas) -> None:
    ended = admin.run("watch", "--course", canvas.course)
    assert ended.code == 2
    assert "tail" in ended.line
