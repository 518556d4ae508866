"""The export's dialog: what cannot be written is told there, and the name typed is kept."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from threading import Event

import pytest
from textual.widgets import Input

from tests.app.sitting import EVENTS, Session, session
from tui.app import exporting
from tui.app.screens import ExportScreen, target_of
from tui.journal.reader import Reader
from tui.report.export import replacing


def told(running: Session) -> str:
    """What is in front, without the breaks that a long name makes."""
    return "".join(running.front().split())


async def ask_for(running: Session, name: str) -> ExportScreen:
    await running.pilot.press("e")
    dialog = running.app.screen
    assert isinstance(dialog, ExportScreen)
    dialog.query_one(Input).value = name
    await running.pilot.press("enter")
    return dialog


async def test_a_missing_folder_is_named_and_the_name_typed_can_be_mended(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        name = str(tmp_path / "no" / "out.csv")
        dialog = await ask_for(running, name)
        words = f"thereisnofolder{tmp_path / 'no'}"
        await running.until(lambda: words in told(running))
        assert running.app.screen is dialog
        assert dialog.query_one(Input).value == name
        for leaked in ("rrno", ".out.csv"):
            assert leaked not in told(running)
        (tmp_path / "no").mkdir()
        await running.pilot.press("enter")
        await running.until(lambda: "50 events written" in running.foot())
        assert running.app.screen is not dialog


async def test_a_folder_that_may_not_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_parts: object) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), ".out.csv.x7")

    monkeypatch.setattr(exporting, "export_view", refuse)  # root may write everywhere
    async with session(tmp_path, *EVENTS) as running:
        dialog = await ask_for(running, str(tmp_path / "out.csv"))
        await running.until(lambda: "cannot write there: permission denied" in running.front())
        assert running.app.screen is dialog
        await running.pilot.press("escape")
        await running.until(lambda: running.app.screen is not dialog)


async def test_who_quits_in_the_middle_of_an_export_ends_it_and_no_file_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = Event(), Event()

    def endless(reader: Reader, _where: object, _form: object, path: Path, **_: object) -> int:
        try:
            with replacing(path) as write:
                while True:
                    write("1\n")
                    reader.touch()
                    begun.set()
        finally:
            ended.set()

    monkeypatch.setattr(exporting, "export_view", endless)  # a journal of millions of events
    files = tmp_path / "files"
    files.mkdir()
    async with session(tmp_path, *EVENTS) as running:
        await ask_for(running, str(files / "out.csv"))
        await running.until(begun.is_set)
        running.app.exit()
    assert ended.wait(30)
    assert list(files.iterdir()) == []


async def test_the_time_of_the_filter_on_screen_is_the_window_of_the_report(
    tmp_path: Path,
) -> None:
    async with session(tmp_path, *EVENTS, filter="at:2026-11-02T12:00") as running:
        await ask_for(running, str(tmp_path / "view.md"))
        await running.until((tmp_path / "view.md").exists)
        report = (tmp_path / "view.md").read_text()
        assert (
            "\n- window: 2026-11-02T12:00:00Z (12:00:00 +0000) to "
            "2026-11-02T12:01:00Z (12:01:00 +0000)\n"
        ) in report


def test_names_that_lead_nowhere_are_told_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "there.csv").touch()
    assert target_of(f" {tmp_path}/new.csv ") == (tmp_path / "new.csv", "")
    assert "exists" in target_of(str(tmp_path / "there.csv"))[1]
    assert target_of("~nobody-of-that-name/x.csv")[1] == "there is no folder ~nobody-of-that-name"
    assert "too long" in target_of(str(tmp_path / ("x" * 300 + ".csv")))[1]


async def test_a_name_ending_in_md_writes_a_report_with_its_events_beside_it(
    tmp_path: Path,
) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await ask_for(running, str(tmp_path / "view.md"))
        await running.until(lambda: "50 events written" in running.foot())
        report = (tmp_path / "view.md").read_text()
        assert report.startswith("# Evidence: grade changes and course events\n")
        assert "\n- watched: everything\n" in report
        assert len((tmp_path / "view.ndjson").read_text().splitlines()) == 50


async def test_an_investigation_is_written_as_evidence_about_its_subject(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("i")
        await running.until(lambda: "investigate · student" in running.front())
        await running.until(lambda: "flagged" in running.front())
        await ask_for(running, str(tmp_path / "someone.md"))
        await running.until((tmp_path / "someone.md").exists)
        assert (tmp_path / "someone.md").read_text().startswith("# Evidence: student ")
        await running.until(lambda: "events written to" in running.front())
        assert "investigate · student" in running.front()
