"""All that is wrong in a configuration is found, and only what rests on it is stopped."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.door.conftest import GRADEWATCH, Shell
from tests.door.filtered_journal import fill
from tests.events.wire import document, grade_row
from tests.terminal import Terminal
from tui.cli import run
from tui.config import BadConfig, load

WRONG = """
[colours]
a = 1
[ui]
newest = "left"
thme = "x"
[rules.bursts]
minutes = 3
[filters]
mine = "ada studnet:1"
fine = "ada"
[keys]
sumary = "k"
hold = "s"
mark = 5
"""


def configure(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_doctor_tells_every_mistake_on_a_line_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configure(tmp_path, WRONG)
    assert run(["doctor", "--config", str(config)]) == 2
    begin = f"configuration: {config}: "
    told = [line for line in capsys.readouterr().out.splitlines() if begin in line]
    parts = [
        *("there is no setting colours; there are ", "ui.newest: expected 'top' or 'bottom'"),
        "there is no setting ui.thme; did you mean ui.theme?",
        "there is no setting rules.bursts; did you mean rules.burst?",
        "keys.mark: expected a valid string or a valid list",
        "filters.mine: column 5: no field 'studnet:'",
        "no such key action: sumary; did you mean summary? (known: back, compare, ",
        "hold takes s from summary, which has no key now; keys.summary gives it another",
    ]
    assert len(told) == len(parts)
    assert [part for part in parts if not any(begin + part in line for line in told)] == []
    assert [line[:4] for line in told].count("FAIL") == len(parts) - 1


def test_one_line_says_how_many_more_there_are_and_who_tells_them(tmp_path: Path) -> None:
    with pytest.raises(BadConfig) as bad:
        load({}, configure(tmp_path, WRONG), required=True)
    assert len(bad.value.mistakes) == 5
    assert str(bad.value).endswith(" (and 4 more: `gradewatch doctor` lists them)")


@pytest.mark.parametrize("command", [["doctor"], ["config", "show"], ["watch", "--course", "5"]])
def test_a_key_of_no_action_is_found_before_the_app_is(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configure(tmp_path, "[keys]\nsumary = 'k'\n")
    assert run([*command, "--config", str(config)]) == 2
    said = capsys.readouterr()
    assert f"{config}: no such key action: sumary; did you mean summary?" in said.out + said.err


def test_a_kept_filter_that_nobody_can_read_stops_only_what_asks_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configure(tmp_path, "[filters]\nmine = 'ada studnet:1'\nfine = 'ada'\n")
    fill(tmp_path / "journal.sqlite3")
    saved = tmp_path / "saved.ndjson"
    saved.write_text(json.dumps(document(grade_row())), encoding="utf-8")
    journal = ["--config", str(config), "--journal", str(tmp_path / "journal.sqlite3")]
    assert run(["export", *journal]) == 0
    assert run(["export", *journal, "--filter", "@fine"]) == 0
    assert run(["tail", "--once", "--replay", str(saved), "--config", str(config)]) == 0
    assert run(["rules", "run", *journal]) == 0
    capsys.readouterr()
    assert run(["export", *journal, "--filter", "@mine"]) == 2
    assert "in @mine, column 5: no field 'studnet:'" in capsys.readouterr().err
    assert run(["config", "show", *journal]) == 2


def test_the_app_begins_with_what_the_configuration_took_from_it(
    shell: Shell, tmp_path: Path
) -> None:
    shell.configure("[filters]\nmine = 'ada studnet:1'\n[keys]\nhold = 's'\n")
    saved = tmp_path / "saved.ndjson"
    saved.write_text(json.dumps(document(grade_row())), encoding="utf-8")
    words = [GRADEWATCH, "watch", "--replay", str(saved)]
    with Terminal(words, env=shell.env) as watching:
        text = "unreadable kept filters: 1 (see doctor) · hold takes s from summary"
        watching.wait_for(text)


def test_an_option_given_to_a_group_names_the_command_that_has_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["rules", "--profile", "admin"]) == 2
    said = "No such option: --profile (did you mean `gradewatch rules run`?)"
    assert capsys.readouterr().err == f"gradewatch: {said}\n"
    assert run(["rules", "ran"]) == 2
    assert "(gradewatch rules --help lists what there is)" in capsys.readouterr().err


def test_the_keys_are_looked_at_without_a_screen() -> None:
    look = "import sys, tui.door.keys; sys.exit('textual' in sys.modules)"
    subprocess.run([sys.executable, "-c", look], check=True, timeout=60)
