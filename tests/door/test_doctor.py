"""``doctor`` tries everything, says each in one line, and ends with the worst as its exit code."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.door.conftest import Canvas, Ended, Shell
from tests.terminal import Terminal
from tui.campus.warts import Fault, Faults, Warts
from tui.journal.schema import FORMAT


def lines(ended: Ended) -> list[str]:
    """What was found; every line begins with how good it is."""
    found = ended.out.splitlines()
    assert ended.err == ""
    assert [line for line in found if line[:5] not in {"ok   ", "warn ", "FAIL "}] == []
    assert (ended.code == 0) == (not [line for line in found if line.startswith("FAIL")])
    return found


def about(ended: Ended, what: str) -> list[str]:
    return [line for line in lines(ended) if line[5:].startswith(what + ":")]


def test_a_teacher_is_told_which_courses_to_watch(admin: Shell, canvas: Canvas) -> None:
    admin.variables["GRADEWATCH_CANVAS_TOKEN"] = canvas.campus.teacher_token
    ended = admin.run("doctor")
    assert ended.code == 0
    assert "no file at" in about(ended, "configuration")[0]
    assert "its clock agrees" in about(ended, "canvas")[0]
    owner = canvas.campus.school.people[canvas.hand.course().teachers[0]]
    assert f"{owner.name} (#{owner.id})" in about(ended, "token")[0]
    *courses, together, account = about(ended, "rights")
    assert courses[0].startswith(f"ok   rights: --course {canvas.course} works (")
    assert "together with --course" in together
    assert account.startswith("warn rights: Canvas refuses")
    assert "no relay configured" in about(ended, "relay")[0]
    assert canvas.campus.teacher_token not in ended.out


def test_an_admin_may_use_every_option(admin: Shell) -> None:
    rights = about(admin.run("doctor"), "rights")
    assert [line[:4] for line in rights] == ["ok  ", "ok  "]
    assert "--student, --grader, --assignment work" in rights[0]
    assert "--account 1 works" in rights[1]


@pytest.mark.parametrize("name", ["student", "subadmin"])
def test_a_token_that_may_read_nothing_is_told_so(admin: Shell, canvas: Canvas, name: str) -> None:
    admin.variables["GRADEWATCH_CANVAS_TOKEN"] = canvas.campus.named(name)
    ended = admin.run("doctor")
    assert ended.code == 3
    assert any("may read no grade log" in line for line in about(ended, "rights"))


def test_targets_are_tried_one_by_one(admin: Shell, canvas: Canvas) -> None:
    course = canvas.hand.course()
    student = str(course.students[0])
    both = admin.run("doctor", "--course", canvas.course, "--account", "1")
    assert [line[:4] for line in about(both, "rights")] == ["ok  "] * 3
    sis = admin.run("doctor", "--course", f"sis_course_id:{course.sis_id}", "--student", student)
    assert about(sis, "rights") == [
        f"ok   rights: grades of course {canvas.course}, student {student} can be read"
    ]
    admin.variables["GRADEWATCH_CANVAS_TOKEN"] = canvas.campus.teacher_token
    own = admin.run("doctor", "--course", canvas.course)
    assert own.code == 0
    assert [line[:4] for line in about(own, "rights")] == ["ok  ", "warn"]
    wide = admin.run("doctor", "--student", student)
    assert wide.code == 3
    assert "needs --course" in about(wide, "rights")[0]


@pytest.mark.parametrize("course", ["987654", "sis_course_id:none", "five"])
def test_a_course_that_is_none_is_said_once(admin: Shell, course: str) -> None:
    ended = admin.run("doctor", "--course", course)
    assert ended.code == 2
    assert len(about(ended, "rights")) == 1
    assert course in about(ended, "rights")[0]


def test_only_a_small_part_of_the_log_is_asked_for(admin: Shell, canvas: Canvas) -> None:
    admin.run("doctor", "--course", canvas.course)
    asked = [dict(one.params) for one in canvas.server.requests if "/audit/" in one.path]
    assert asked
    assert all("start_time" in params for params in asked)


def test_without_a_canvas_or_a_token_it_says_what_to_set(shell: Shell, canvas: Canvas) -> None:
    nothing = shell.run("doctor")
    assert nothing.code == 2
    assert "--canvas-url" in about(nothing, "canvas")[0]
    no_token = shell.run("doctor", "--canvas-url", canvas.url)
    assert no_token.code == 2
    assert about(no_token, "canvas")[0].startswith("ok")
    assert f"gradewatch login --canvas-url {canvas.url}" in about(no_token, "token")[0]


def test_a_refused_token_is_3_and_says_where_it_came_from(admin: Shell, canvas: Canvas) -> None:
    admin.variables["GRADEWATCH_CANVAS_TOKEN"] = canvas.campus.revoked_token
    ended = admin.run("doctor")
    assert ended.code == 3
    assert "GRADEWATCH_CANVAS_TOKEN" in about(ended, "token")[0]
    assert canvas.campus.revoked_token not in ended.out


def test_a_token_file_for_all_to_read_is_told_how_to_mend(shell: Shell, canvas: Canvas) -> None:
    file = shell.home / "token"
    file.write_text(canvas.campus.token)
    file.chmod(0o644)
    shell.configure(f'[canvas]\nurl = "{canvas.url}"\ntoken_file = "{file}"\n')
    ended = shell.run("doctor")
    assert ended.code == 2
    assert f"chmod 600 {file}" in about(ended, "token")[0]
    assert canvas.campus.token not in ended.out


def test_no_server_and_a_web_page_are_4(admin: Shell, canvas: Canvas) -> None:
    canvas.server.warts = Warts(faults=Faults(path="/users/", chances={Fault.HTML: 1.0}))
    assert admin.run("doctor").code == 4
    canvas.server.stop()
    ended = admin.run("doctor")
    assert ended.code == 4
    assert "cannot reach" in about(ended, "canvas")[0]
    assert about(ended, "journal")
    assert about(ended, "terminal")


def test_clocks_that_differ_are_noticed(admin: Shell, canvas: Canvas) -> None:
    canvas.server.warts = Warts(skew_ms=-600_000)
    line = about(admin.run("doctor"), "canvas")[0]
    assert line.startswith("warn")
    assert "s behind this one" in line


def test_a_broken_configuration_is_the_first_line(shell: Shell) -> None:
    path = shell.configure("[canvas]\ntoken = 'verysecret'\n")
    ended = shell.run("doctor")
    assert ended.code == 2
    assert str(path) in about(ended, "configuration")[0]
    assert "verysecret" not in ended.out
    shell.configure("[ui]\nmouse = false\n")
    assert about(shell.run("doctor"), "configuration") == [f"ok   configuration: {path} is valid"]


def test_the_journal_is_measured_and_shut_to_others(admin: Shell, canvas: Canvas) -> None:
    fresh = about(admin.run("doctor"), "journal")
    assert len(fresh) == 1
    assert "none yet" in fresh[0]
    admin.run("tail", "--once", "--course", canvas.course)
    (journal,) = (admin.home / "state" / "gradewatch").glob("journal-*.sqlite3")
    journal.chmod(0o644)
    found = about(admin.run("doctor"), "journal")
    assert f"{journal}, " in found[0]
    assert f"format {FORMAT}" in found[0]
    assert " events, 20" in found[0]
    assert "others could read it (mode 0644)" in found[1]
    assert "free in" in found[2]
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    assert len(about(admin.run("doctor"), "journal")) == 2


def test_a_journal_that_is_none_is_a_failure(shell: Shell) -> None:
    path = shell.home / "notes.sqlite3"
    path.write_text("dear diary, " * 500)
    ended = shell.run("doctor", "--journal", str(path))
    assert ended.code == 2
    assert about(ended, "journal")[0].startswith("FAIL")
    assert about(shell.run("doctor", "--journal", ":memory:"), "journal")[0].startswith("ok")
    under = shell.run("doctor", "--journal", str(path / "x.sqlite3"))
    assert "cannot be made" in about(under, "journal")[0]


def test_a_terminal_is_described(shell: Shell) -> None:
    command = [str(Path(sys.executable).with_name("gradewatch")), "doctor"]
    with Terminal(command, columns=70, rows=20, env=shell.env) as small:
        small.wait_for_end()
        text = small.received.decode()
    assert "warn terminal: 70×20, TERM xterm-256color, all colours" in text
    plain = shell.env | {"TERM": "dumb", "LC_ALL": "POSIX", "PYTHONUTF8": "0", "NO_COLOR": "1"}
    with Terminal(command, columns=100, rows=40, env=plain) as dumb:
        dumb.wait_for_end()
        text = dumb.received.decode(errors="replace")
    assert "cannot show the app" in text
    assert "NO_COLOR" in text


def test_a_canvas_name_that_drives_a_terminal_is_shown_harmless(
    admin: Shell, canvas: Canvas
) -> None:
    admin.variables["GRADEWATCH_CANVAS_TOKEN"] = canvas.campus.teacher_token
    people, teacher = canvas.campus.school.people, canvas.hand.course().teachers[0]
    with canvas.campus.lock:
        people[teacher] = replace(people[teacher], name="Eve\x1b]0;x\x07\n")
    ended = admin.run("doctor")
    assert "Eve␛]0;x" in about(ended, "token")[0]
    assert "\x1b" not in ended.out
    assert os.linesep + "\n" not in ended.out
