"""A command that is told to end leaves nothing half written behind."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tui.door.ending import ended_as_by_ctrl_c
from tui.report.export import replacing


def _write_half(path: Path, ending: signal.Signals) -> None:
    with ended_as_by_ctrl_c(), replacing(path) as write:
        write("half of it")
        os.kill(os.getpid(), ending)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_what_is_half_written_goes_and_what_was_there_stays(
    tmp_path: Path, ending: signal.Signals
) -> None:
    path = tmp_path / "grades.csv"
    path.write_text("before")
    with pytest.raises(KeyboardInterrupt):
        _write_half(path, ending)
    assert [each.name for each in tmp_path.iterdir()] == ["grades.csv"]
    assert path.read_text() == "before"
    assert signal.getsignal(ending) is signal.SIG_DFL


def test_who_ignores_a_lost_terminal_goes_on_ignoring_it() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ended_as_by_ctrl_c():
            os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
