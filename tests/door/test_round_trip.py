"""An export with the wire's documents, imported elsewhere, is the same journal again."""

from __future__ import annotations

import json
from pathlib import Path

from tests.door.conftest import Shell
from tests.events.test_home import caliper
from tests.events.wire import Json, course_row, document, grade_row, live, override_row
from tui.events.ids import IDS_PER_SHARD

HERE = 2107 * IDS_PER_SHARD


def graded(number: int, *, student: int | None = 48, **row: object) -> Json:
    """An audit row of the second of ``live``'s events."""
    links: Json = {"student": None if student is None else str(student)}
    links["assignment"] = 355 if student is not None else 356
    return grade_row(links, id=f"row-{number}", grade_after=str(number), **row)


def told(number: int, *, student: int = 48, assignment: int = 355, **metadata: object) -> Json:
    """The live report of :func:`graded`."""
    body: Json = {
        "assignment_id": str(HERE + assignment),
        "submission_id": str(HERE + 9000 + student),
        "user_id": str(HERE + student),
        "student_id": str(HERE + student),
        "grader_id": str(HERE + 987),
        "grade": str(number),
        "old_grade": "7",
        "score": float(number),
        "points_possible": 10.0,
        "old_points_possible": 10.0,
        "muted": False,
    }
    return live("grade_change", body, **metadata)


WHOLE: list[Json] = [
    document(graded(5, student=51), graded(4, student=50), graded(3, student=49)),
    told(3, student=49),
    told(4, student=50, request_id="r2"),
    document(graded(8), override_row(id="o"), course_row(id="c")),
    told(8),
    told(9, student=52, request_id="r3"),
    live("submission_updated", {"submission_id": str(HERE + 9), "assignment_id": str(HERE + 355)}),
    live("course_grade_change", {"user_id": "52", "course_id": "565", "current_score": 80.5}),
    live("course_updated", {"course_id": str(HERE + 77), "name": "Elsewhere"}),
    live("enrollment_created", {"user_id": "4"}, root_account_id=str(13 * IDS_PER_SHARD + 1)),
    document(
        grade_row({"assignment": 357, "page_view": "p1"}, id="muted"),
        assignments=[{"id": 357, "name": "Essay", "muted": True}],
        page_views=[
            {
                "id": "p1",
                "remote_ip": "10.0.0.1",
                "user_agent": "Firefox",
                "url": "https://canvas.test/x?access_token=hunter2",
                "links": {"user": 987, "account": 1, "real_user": 5},
            }
        ],
    ),
    document(grade_row({"student": "48"}, id="cal", created_at="2026-03-02T10:00:00Z")),
    caliper(),
]
SECRET: list[Json] = [
    document(graded(6, student=None)),
    told(6, student=777123, assignment=356, request_id="hidden-1"),
    told(7, student=777124, assignment=356, request_id="hidden-2"),
]


def exported(shell: Shell, name: str, *files: Path) -> str:
    """What a new journal says of these files."""
    journal = ("--journal", str(shell.home / name))
    for file in files:
        ended = shell.run("journal", "import", str(file), *journal)
        assert ended.code == 0, ended.err
    ended = shell.run("export", "--raw", *journal)
    assert ended.code == 0
    return ended.out


def written(shell: Shell, name: str, text: str) -> Path:
    file = shell.home / name
    file.write_text(text, encoding="utf-8")
    return file


def lines(documents: list[Json]) -> str:
    return "".join(json.dumps(one) + "\n" for one in documents)


def test_an_export_is_imported_as_the_same_journal(shell: Shell) -> None:
    first = exported(shell, "a", written(shell, "wire", lines(WHOLE)))
    events = [json.loads(line) for line in first.splitlines()]
    assert sum("live_raw" in one for one in events) >= 3
    assert {tuple(one["seen_by"]) for one in events} == {
        ("audit",),
        ("live",),
        ("audit", "live"),
    }
    assert all(("live_raw" in one) == ("live_key" in one) for one in events)
    (muted,) = [one for one in events if one["key"] == "audit:muted"]
    assert {"unposted", "masquerade"} <= set(muted["flags"])
    assert exported(shell, "b", written(shell, "out", first)) == first


def test_what_is_withheld_is_not_in_it_and_is_set_aside_in_words(shell: Shell) -> None:
    first = exported(shell, "a", written(shell, "wire", lines(SECRET)))
    assert "77712" not in first
    assert "live_raw" not in first
    out = written(shell, "out", first)
    ended = shell.run("journal", "import", str(out), "--journal", str(shell.home / "b"))
    assert "an exported line of a hidden student: its raw document is withheld" in ended.err
    again = shell.run("export", "--raw", "--journal", str(shell.home / "b")).out
    assert [json.loads(line)["key"] for line in again.splitlines()] == ["audit:row-6"]
