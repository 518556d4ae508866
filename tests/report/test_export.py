from __future__ import annotations

import csv as csv_reader
import io
import json
import os
import stat
from pathlib import Path

import pytest

from tests.kept import kept
from tests.report.samples import grade_event
from tui.events.event import GradeState, Name, Sighting, Thing
from tui.events.ids import CanvasId
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import Batch
from tui.query.ast import EVERYTHING, Is, Role
from tui.report.export import export_view
from tui.report.format import Format
from tui.report.redact import Redactor

_COUNT = 1234


@pytest.fixture
def reader(journal: Journal) -> Reader:
    return kept(journal.reader())


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """1,234 changes, two students in turn, newest recorded first."""
    made = kept(Journal.open(tmp_path / "journal.sqlite3", now=lambda: 0))
    events = [
        grade_event(
            key=f"audit:{number}",
            at=number * 1000,
            student=CanvasId.of(900 + number % 2),
            after=GradeState(str(number)),
        )
        for number in reversed(range(_COUNT))
    ]
    made.record(
        Batch(
            sightings=tuple(
                Sighting(event, json.dumps({"id": event.key, "big": 21070000000000048}))
                for event in events
            ),
            names=(Name(Thing.USER, CanvasId.of(900), "Zoë"),),
        )
    )
    return made


def test_everything_is_written_oldest_first_into_a_private_file(
    reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "out.ndjson"
    path.write_text("what was there before")
    old = os.umask(0)
    try:
        count = export_view(reader, EVERYTHING, Format.NDJSON, path)
    finally:
        os.umask(old)
    keys = [json.loads(line)["key"] for line in path.read_text().splitlines()]
    assert count == _COUNT
    assert keys == [f"audit:{number}" for number in range(_COUNT)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


def test_a_filter_narrows_it_and_csv_can_be_read_back(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    where = Is(Role.STUDENT, (CanvasId.of(900),))
    count = export_view(reader, where, Format.CSV, path, raw=True)
    rows = list(csv_reader.DictReader(io.StringIO(path.read_text(), newline="")))
    assert count == len(rows) == _COUNT // 2
    assert {row["student_name"] for row in rows} == {"Zoë"}
    assert json.loads(rows[1]["raw"])["big"] == 21070000000000048


def test_redacted_it_tells_neither_names_nor_ids_nor_the_wire(
    journal: Journal, reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "out.ndjson"
    redactor = Redactor(journal)
    export_view(reader, EVERYTHING, Format.NDJSON, path, redactor=redactor, raw=True)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    parties = ("course", "assignment", "student", "grader")
    ids = {line[party]["id"] for line in lines for party in parties}
    assert ids.isdisjoint({"565", "355", "900", "901", "987"})
    assert {line["student"]["name"][:8] for line in lines} == {"Student "}
    assert "Zoë" not in path.read_text()
    assert not any("raw" in line for line in lines)


def test_a_fault_leaves_the_old_file_and_no_half_of_a_new_one(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.ndjson"
    path.write_text("before")

    def fail(_reader: Reader, row: int) -> str:
        raise OSError(28, f"no space left at {row}")

    monkeypatch.setattr(Reader, "raw", fail)
    with pytest.raises(OSError, match="no space"):
        export_view(reader, EVERYTHING, Format.NDJSON, path, raw=True)
    assert path.read_text() == "before"
    assert sorted(file.suffix for file in tmp_path.glob(".*")) == []


def test_a_device_is_written_to_and_a_link_is_followed(reader: Reader, tmp_path: Path) -> None:
    null = Path("/dev/null")
    export_view(reader, EVERYTHING, Format.TEXT, null)
    assert stat.S_ISCHR(null.stat().st_mode)
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("")
    link.symlink_to(real)
    export_view(reader, EVERYTHING, Format.TEXT, link)
    assert link.is_symlink()
    assert len(real.read_text().splitlines()) == _COUNT
