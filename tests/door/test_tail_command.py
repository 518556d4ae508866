"""``gradewatch tail`` and ``export`` as other programs use them: contracts §1 and §2."""

from __future__ import annotations

import csv
import io
import json
import signal
import stat
from pathlib import Path

import pytest

from tests.door.conftest import PATIENCE, Canvas, Shell, part
from tests.sources.wire import page, row

PAYLOADS = Path(__file__).parent.parent / "events" / "payloads"


def test_once_prints_every_change_of_the_window_once_oldest_first(
    admin: Shell, canvas: Canvas
) -> None:
    canvas.hand.bulk(int(canvas.course), 250)
    ended = admin.run("tail", "--once", "--format", "ndjson", "--course", canvas.course)
    assert (ended.code, ended.err) == (0, "")
    assert len(ended.keys) == len(set(ended.keys))
    assert set(ended.keys) == canvas.true_keys()
    times = [str(event["at"]) for event in ended.events]
    assert times == sorted(times)


def test_what_is_not_asked_for_is_not_printed(admin: Shell, canvas: Canvas) -> None:
    grades = admin.run("tail", "--once", "--course", canvas.course, "--no-course-events")
    assert {event["kind"] for event in grades.events} <= {"grade", "override"}
    student = next(filter(None, (part(event, "student") for event in grades.events)))
    one = admin.run("tail", "--once", "--course", canvas.course, "--student", str(student["id"]))
    assert one.events == [event for event in grades.events if event["student"] == student]
    none = admin.run("tail", "--once", "--course", canvas.course, "--since", "-1s")
    assert (none.code, none.events) == (0, [])
    some = admin.run("tail", "--once", "--course", canvas.course, "-n", "3")
    assert len(some.events) == 3


def test_a_second_run_tells_what_came_late_and_all_else_again(admin: Shell, canvas: Canvas) -> None:
    first = admin.run("tail", "--once", "--course", canvas.course)
    course = canvas.hand.course()
    canvas.hand.give(course.assignments[0], course.students[0], 3)
    second = admin.run("tail", "--once", "--course", canvas.course)
    assert len(second.keys) == len(first.keys) + 1
    assert set(second.keys) == canvas.true_keys()


def test_following_prints_new_changes_until_interrupted(admin: Shell, canvas: Canvas) -> None:
    with admin.start("tail", "--course", canvas.course, "--poll-interval", "1") as tail:
        assert tail.stdout is not None
        seen = {json.loads(tail.stdout.readline())["key"] for _ in canvas.true_keys()}
        course = canvas.hand.course()
        canvas.hand.give(course.assignments[1], course.students[2], 4)
        seen.add(json.loads(tail.stdout.readline())["key"])
        tail.send_signal(signal.SIGINT)
        rest, words = tail.communicate(timeout=PATIENCE)
    assert tail.returncode == 130
    assert seen == canvas.true_keys()
    assert (rest, words) == ("", "")


def test_a_closed_pipe_ends_it_quietly(admin: Shell, canvas: Canvas) -> None:
    with admin.start("tail", "--course", canvas.course, "--poll-interval", "1") as tail:
        assert tail.stdout is not None
        assert tail.stderr is not None
        tail.stdout.readline()
        tail.stdout.close()
        assert tail.wait(timeout=PATIENCE) == 0
        assert tail.stderr.read() == ""


DOCUMENTS = [
    path
    for path in sorted(PAYLOADS.glob("*.json"))
    if not path.stem.endswith(("_links", "_data"))  # parts of documents
]


@pytest.mark.parametrize("once", [[], ["--once"]])
def test_pages_of_one_second_are_replayed_oldest_first(shell: Shell, once: list[str]) -> None:
    rows = [row(number, 1_762_000_000_000) for number in range(1200)]
    file = shell.home / "pages.json"
    pages = [page(*rows[end : end - 100 : -1]) for end in range(1199, 0, -100)]
    file.write_text("".join(json.dumps(one) + "\n" for one in pages))
    ended = shell.run("tail", "--replay", str(file), *once)
    numbers = [int(str(key).removeprefix("audit:row-")) for key in ended.keys]
    assert numbers == sorted(numbers)
    assert len(numbers) > 1000


@pytest.mark.parametrize("payload", DOCUMENTS, ids=lambda path: path.stem)
def test_a_replay_prints_the_events_of_every_wire_format(shell: Shell, payload: Path) -> None:
    from_file = shell.run("tail", "--replay", str(payload), "--once")
    piped = shell.run("tail", "--replay", "-", "--once", given=payload.read_text(encoding="utf-8"))
    assert (from_file.code, from_file.err) == (0, "")
    assert len(from_file.events) == 1
    assert piped.events == from_file.events
    assert not (shell.home / "state").exists(), "a replay leaves nothing on disk"


def test_what_is_set_aside_is_told(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson"
    good = (PAYLOADS / "live_grade_change.json").read_text(encoding="utf-8")
    file.write_text(f'{good}\nnot json\n{{"metadata": {{}}}}\n', encoding="utf-8")
    ended = shell.run("tail", "--replay", str(file), "--once")
    assert (ended.code, len(ended.events)) == (0, 1)
    assert ended.err.startswith("gradewatch: 2 set aside: ")


def test_one_unknown_course_costs_the_others_nothing(admin: Shell, canvas: Canvas) -> None:
    ended = admin.run("tail", "--once", "--course", canvas.course, "--course", "999999")
    assert ended.code == 2
    assert set(ended.keys) == canvas.true_keys()
    assert "999999" in ended.err


def test_the_window_ends_with_the_whole_second_it_names(admin: Shell, canvas: Canvas) -> None:
    moment = str(admin.run("tail", "--once", "--course", canvas.course).events[-1]["at"])
    window = ("--since", moment, "--until", moment)
    ended = admin.run("tail", "--once", "--course", canvas.course, *window)
    assert ended.code == 0
    assert [event["at"] for event in ended.events] == [moment] * len(ended.events) != []


def test_output_that_goes_nowhere_is_no_fault_of_ours(admin: Shell, canvas: Canvas) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = admin.run("tail", "--once", "--course", canvas.course, out=full)
    assert done.code == 2
    assert done.err == (
        "gradewatch: cannot write to the standard output: No space left on device\n"
    )


def test_csv_and_text_hold_the_same_events(admin: Shell, canvas: Canvas) -> None:
    words = ("tail", "--once", "--course", canvas.course)
    ndjson = admin.run(*words)
    rows = list(csv.DictReader(io.StringIO(admin.run(*words, "--format", "csv").out)))
    lines = admin.run(*words, "--format", "text").out.splitlines()
    assert [row["key"] for row in rows] == ndjson.keys
    assert len(lines) == len(rows)
    assert all(line[4] == "-" and line[:4].isdigit() for line in lines)


def test_raw_is_printed_only_when_it_is_asked_for(admin: Shell, canvas: Canvas) -> None:
    words = ("tail", "--once", "--course", canvas.course, "--no-course-events")
    assert not any("raw" in event for event in admin.run(*words).events)
    for event in admin.run(*words, "--raw").events:
        assert event["key"] == f"audit:{part(event, 'raw')['id']}"


def test_redacted_output_names_nobody(admin: Shell, canvas: Canvas) -> None:
    words = ("tail", "--once", "--course", canvas.course)
    plain, redacted = admin.run(*words), admin.run(*words, "--redact")
    names = {
        part(event, role)["name"]
        for event in plain.events
        for role in ("course", "assignment", "student", "grader", "actor")
        if "name" in part(event, role)
    }
    assert len(names) > 5
    assert [name for name in names if str(name) in redacted.out] == []
    assert redacted.keys == plain.keys


def test_export_tells_what_tail_remembered_without_asking_canvas(
    admin: Shell, canvas: Canvas
) -> None:
    tailed = admin.run("tail", "--once", "--course", canvas.course)
    asked = len(canvas.server.requests)
    exported = admin.run("export")
    assert exported.code == 0
    assert exported.out == tailed.out
    output = admin.home / "out.csv"
    told = admin.run(
        "export", "--course", canvas.course, "--format", "csv", "--output", str(output)
    )
    rows = list(csv.DictReader(io.StringIO(output.read_text(encoding="utf-8"))))
    assert (told.code, told.out) == (0, "")
    assert [row["key"] for row in rows] == tailed.keys
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert len(canvas.server.requests) == asked


def test_the_journal_is_private_and_belongs_to_one_canvas(admin: Shell, canvas: Canvas) -> None:
    admin.run("tail", "--once", "--course", canvas.course)
    folder = admin.home / "state" / "gradewatch"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    kept = [file for file in folder.iterdir() if file.suffix == ".sqlite3"]
    assert [file.name for file in kept] == [f"journal-127.0.0.1_{canvas.server.port}.sqlite3"]
    assert stat.S_IMODE(kept[0].stat().st_mode) == 0o600
