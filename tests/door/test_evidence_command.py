"""``export --format markdown``: the report on stdout, or in a file with its events beside it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.app.school import NOON, NOW, graded, journal_of
from tui import cli
from tui.events.event import Feed
from tui.journal.journal import Journal
from tui.journal.records import Batch, Stretch


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "journal.sqlite3"
    journal_of([graded(number) for number in range(28)], path).close()
    return path


def test_a_student_report_is_printed_with_the_sum_of_what_export_prints(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["export", "--journal", str(journal), "--student", "40"]
    assert cli.run([*options, "--format", "markdown"]) == 0
    report = capsys.readouterr().out
    assert cli.run(options) == 0
    events = capsys.readouterr().out
    assert report.startswith("# Evidence: student Ana Lima (#40)\n")
    assert "- student: 40\n" in report
    assert hashlib.sha256(events.encode()).hexdigest() in report


@pytest.mark.parametrize("name", ["ana.md", "ana.MD"])
def test_a_file_named_md_is_a_report_with_its_events_beside_it(
    name: str, journal: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / name
    options = ["--journal", str(journal), "--student", "40", "--output", str(output)]
    assert cli.run(["export", *options]) == 0
    assert f"4 events: the report in {output}, the events in" in capsys.readouterr().err
    assert hashlib.sha256((tmp_path / "ana.ndjson").read_bytes()).hexdigest() in output.read_text()


@pytest.mark.parametrize("kept", ["ana.md", "ana.ndjson"])
def test_a_report_is_written_once(
    kept: str, journal: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["export", "--journal", str(journal), "--output", str(tmp_path / "ana.md")]
    assert cli.run(options) == 0
    noted = (tmp_path / kept).read_bytes()
    for each in {"ana.md", "ana.ndjson"} - {kept}:
        (tmp_path / each).unlink()
    capsys.readouterr()
    assert cli.run(options) == 2
    words = f"gradewatch: {tmp_path / kept} is there already: evidence is not replaced, "
    assert capsys.readouterr().err == f"{words}choose another name\n"
    assert (tmp_path / kept).read_bytes() == noted
    assert sorted(each.name for each in tmp_path.glob("ana.*")) == [kept]


def test_lines_are_written_anew_as_often_as_asked(journal: Path, tmp_path: Path) -> None:
    output = tmp_path / "ana.csv"
    output.write_text("of yesterday")
    assert cli.run(["export", "--journal", str(journal), "--output", str(output)]) == 0
    assert output.read_text().startswith("key,")


def test_an_ending_that_says_no_format_is_refused_unless_one_is_named(
    journal: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["export", "--journal", str(journal), "--output", str(tmp_path / "ana.txt")]
    assert cli.run(options) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "ends in .ndjson, .csv, .md, .markdown, or --format says what it is" in err
    assert not (tmp_path / "ana.txt").exists()
    assert cli.run([*options, "--format", "csv"]) == 0
    assert (tmp_path / "ana.txt").read_text().startswith("key,")


@pytest.mark.parametrize("form", ["ndjson", "csv", "markdown"])
def test_an_export_of_nothing_says_so(
    form: str, journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--journal", str(journal), "--student", "999", "--format", form]
    assert cli.run(["export", *options]) == 0
    assert "gradewatch: 0 events: the journal has none of what was" in capsys.readouterr().err


def test_the_time_of_a_filter_is_the_window_of_the_report(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = Journal.open(journal, now=lambda: NOW)
    opened.record(
        Batch(covered=(Stretch(Feed.AUDIT, "grades of student 40", NOON, NOON + 60_000, NOW),))
    )
    opened.close()
    options = ["--journal", str(journal), "--student", "40", "--format", "markdown"]
    within = ["--filter", "at:2026-11-02T12:00Z..2026-11-02T12:00:30Z"]
    assert cli.run(["export", *options, *within]) == 0
    assert "Every moment of the window is verified.\n" in capsys.readouterr().out
    assert cli.run(["export", *options]) == 0
    assert "**Not verified**" in capsys.readouterr().out


def test_a_report_has_no_raw(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--journal", str(journal), "--format", "markdown", "--raw"]
    assert cli.run(["export", *options]) == 2
    assert "a report has none" in capsys.readouterr().err


def test_a_zone_that_this_machine_does_not_know_is_no_fault(
    journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Nowhere/At_All")
    options = ["--journal", str(journal), "--filter", "at:2026-11-02"]
    assert cli.run(["export", *options]) == 0


def test_ids_of_any_form_name_what_was_read(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = Journal.open(journal, now=lambda: NOW)
    read = Stretch(Feed.AUDIT, "grades of student 40", NOON, NOON + 60_000, NOW)
    opened.record(Batch(home_shard=2107, covered=(read,)))
    opened.close()
    window = ["--since", "2026-11-02T12:00:00Z", "--until", "2026-11-02T12:00:30Z"]
    for student in ("40", "2107~40", "21070000000000040"):
        options = ["--journal", str(journal), "--student", student, *window]
        assert cli.run(["export", "--format", "markdown", *options]) == 0
        report = capsys.readouterr().out
        assert report.startswith("# Evidence: student Ana Lima (#40)\n")
        assert "Every moment of the window is verified.\n" in report
