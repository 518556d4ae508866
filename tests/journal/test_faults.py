"""Each thing that can be wrong with a journal is one line that says what to do."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.journal.making import NOW, ROOT, a_grade, batch_of
from tui.journal import schema
from tui.journal.faults import (
    CorruptJournal,
    DiskFull,
    JournalBusy,
    JournalFault,
    NewerJournal,
    ReadOnlyFolder,
)
from tui.journal.journal import Journal
from tui.journal.schema import FORMAT
from tui.query.ast import EVERYTHING


def opened(path: Path, *, patience_ms: int = 50) -> Journal:
    return Journal.open(path, now=lambda: NOW, patience_ms=patience_ms)


def assert_one_line(fault: JournalFault, path: Path) -> None:
    words = str(fault)
    assert len(words.splitlines()) == 1
    assert str(path) in words
    assert ":memory:" in words


def test_a_new_journal_is_private_from_its_first_byte(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "journal.sqlite3"
    before = os.umask(0)
    try:
        with closing(opened(path)) as journal:
            journal.record(batch_of(a_grade(1)))
            files = sorted(path.parent.iterdir())
            assert [file.name for file in files] == [
                "journal.sqlite3", "journal.sqlite3-shm", "journal.sqlite3-wal",
            ]  # fmt: skip
            assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
            assert path.parent.stat().st_mode & 0o777 == 0o700
    finally:
        os.umask(before)


def test_a_journal_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    opened(path).close()
    path.chmod(0o644)
    opened(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_exists_keeps_its_permissions(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    opened(tmp_path / "journal.sqlite3").close()
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_a_newer_journal_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    opened(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {FORMAT + 1}")
    with pytest.raises(NewerJournal) as wrong:
        opened(path)
    assert_one_line(wrong.value, path)
    assert "update gradewatch" in str(wrong.value)


def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are my notes, and they are not a database at all\n" * 40)
    path.chmod(0o644)
    with pytest.raises(CorruptJournal) as wrong:
        opened(path)
    assert_one_line(wrong.value, path)
    assert path.stat().st_mode & 0o777 == 0o644
    assert path.read_text().startswith("these are my notes")


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE places (url)")
    content = path.read_bytes()
    with pytest.raises(CorruptJournal):
        opened(path)
    assert path.read_bytes() == content


def test_a_damaged_journal_says_so_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with closing(opened(path)) as journal:
        for number in range(200):
            journal.record(batch_of(a_grade(number)))
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    with (
        pytest.raises(CorruptJournal) as wrong,
        closing(opened(path)) as journal,
        closing(journal.reader()) as reader,
    ):
        list(reader.oldest_first(EVERYTHING))
    assert_one_line(wrong.value, path)


def test_a_journal_that_was_moved_away_is_not_made_again(tmp_path: Path) -> None:
    path = tmp_path / "odd name?#%20.sqlite3"
    with closing(opened(path)) as journal:
        path.rename(tmp_path / "elsewhere")
        with pytest.raises(ReadOnlyFolder) as wrong:
            journal.reader()
        assert_one_line(wrong.value, path)
    assert not path.exists()


def test_an_older_journal_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.sqlite3"
    with closing(opened(path)) as journal:
        journal.record(batch_of(a_grade(1)))
    change = "ALTER TABLE events ADD COLUMN mark INTEGER;\nUPDATE events SET mark = 1;\n"
    monkeypatch.setattr(schema, "FORMAT", FORMAT + 1)
    with monkeypatch.context() as broken:
        broken.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, change + "SELECT wrong;\n"))
        with pytest.raises(JournalFault):
            opened(path)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, change))
    for _ in range(2):
        with closing(opened(path)) as journal, closing(journal.reader()) as reader:
            assert reader.info().schema == FORMAT + 1
            assert reader.count(EVERYTHING) == 1
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT mark FROM events").fetchall() == [(1,)]


def test_an_empty_file_becomes_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.touch(mode=0o644)
    with closing(opened(path)) as journal:
        assert journal.record(batch_of(a_grade(1))).new == 1


def test_a_folder_in_the_file_s_place_is_not_touched(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(ReadOnlyFolder) as wrong:
        opened(tmp_path)
    assert_one_line(wrong.value, tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "journal.sqlite3"
    with pytest.raises(ReadOnlyFolder) as wrong:
        opened(path)
    assert_one_line(wrong.value, path)


def test_a_folder_that_may_not_be_written() -> None:
    with tempfile.TemporaryDirectory() as name, powerless(name):
        path = Path(name) / "journal.sqlite3"
        with pytest.raises(ReadOnlyFolder) as wrong:
            opened(path)
        assert_one_line(wrong.value, path)


def test_a_journal_that_may_not_be_written() -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "journal.sqlite3"
        opened(path).close()
        path.chmod(0o444)
        with powerless(name), pytest.raises(ReadOnlyFolder) as wrong:
            opened(path).record(batch_of(a_grade(1)))
        assert_one_line(wrong.value, path)


def test_a_journal_of_somebody_else() -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "journal.sqlite3"
        opened(path).close()
        path.chmod(0)
        with powerless(name), pytest.raises(ReadOnlyFolder) as wrong:
            opened(path)
        assert_one_line(wrong.value, path)


@contextmanager
def powerless(name: str) -> Generator[None]:
    """Be somebody who may look into the folder ``name`` and not write there."""
    Path(name).chmod(0o555)
    if os.geteuid() != 0:  # permissions bind us as they are
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_journal_locked_for_too_long(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with closing(opened(path)) as journal, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalBusy) as wrong:
            journal.record(batch_of(a_grade(1)))
        assert_one_line(wrong.value, path)
        with closing(journal.reader()) as reader:
            assert reader.count(EVERYTHING) == 0, "reading goes on meanwhile"
        other.execute("ROLLBACK")
        assert journal.record(batch_of(a_grade(1))).new == 1


FULL = """
import resource, signal, sys
from pathlib import Path
from tests.journal.making import NOW, a_grade, batch_of
from tui.journal.faults import JournalFault
from tui.journal.journal import Journal
from tui.query.ast import EVERYTHING
journal = Journal.open(Path(sys.argv[1]), now=lambda: NOW)
journal.record(batch_of(a_grade(0)))
journal._door.db.execute("PRAGMA max_page_count = 60")
recorded = 0
try:
    for number in range(1, 5000):
        journal.record(batch_of(*(a_grade(number * 100 + n) for n in range(100))))
        recorded += 100
except JournalFault as fault:
    print(type(fault).__name__, journal.reader().count(EVERYTHING) == recorded + 1, fault)
"""
"""SQLite's own limit stands for the disk's: the same SQLITE_FULL, without filling a disk."""


def test_a_full_disk_keeps_what_was_recorded_before(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    command = [sys.executable, "-c", FULL, str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert said.startswith(f"{DiskFull.__name__} True ")
    assert str(path) in said
