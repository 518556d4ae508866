"""``--filter``, and filters kept under a name: a mistake is said before anything is done."""

from __future__ import annotations

import json
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.door.filtered_journal import fill
from tests.events.wire import Json, document, grade_row
from tui.cli import run
from tui.door.filters import keep_filter

CONFIG = """# mine
[canvas]
url = "https://canvas.example"  # ours

[filters]   # kept
"night" = 'rule:off_hours'   # at night

[keys]
hold = "h"
"""


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    fill(tmp_path / "journal.sqlite3")
    return tmp_path / "journal.sqlite3"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


@pytest.mark.parametrize("command", ["watch", "tail", "export"])
def test_a_filter_that_nobody_can_read_is_a_usage_error(
    command: str, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new.sqlite3"
    words = [command, "--config", str(config), "--journal", str(path), "--filter", "ada studnet:1"]
    assert run([*words, "--replay", str(config)] if command != "export" else words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "gradewatch: --filter: column 5: no field 'studnet:'; did you mean student:?"
        " (expected: student:, or another field)\n"
    )
    assert not path.exists()


@pytest.mark.parametrize(
    ("kept", "place"),
    [
        ('mine = "ada studnet:1"', "filters.mine: column 5: no field 'studnet:'"),
        ('mine = ""', "filters.mine: column 1: the filter is empty"),
        ('ok = "ada"\nmine = "@nobody"', "filters.mine: column 1: no filter is kept as '@nobody'"),
        ('a = "@b"\nb = "@a"', "filters.a: column 1: in @b, column 1: in @a, column 1: a filter"),
        ('"a b" = "ada"', "filters.'a b': expected a name of letters"),
        ("mine = 5", "filters.mine: expected a valid string"),
    ],
)
def test_a_kept_filter_that_nobody_can_read_is_named_at_the_start(
    kept: str, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f"[filters]\n{kept}\n", encoding="utf-8")
    assert run(["config", "show", "--config", str(config)]) == 2
    assert capsys.readouterr().err.startswith(f"gradewatch: {config}: {place}")


def test_a_variable_keeps_a_filter_too(
    journal: Path,
    config: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = ["--config", str(config)]
    monkeypatch.setenv("GRADEWATCH_FILTERS__MINE", "is:regrade")
    assert run(["config", "show", *words]) == 0
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["filters.mine", "is:regrade", "environment", "variable"] in [each[:4] for each in shown]
    assert ["filters.night", "rule:off_hours", str(config)] in shown
    assert run(["export", *words, "--journal", str(journal), "--filter", "@mine"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_the_options_and_the_filter_both_hold(
    journal: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["export", "--config", str(config), "--journal", str(journal)]
    assert run([*words, "--student", "48", "--filter", "kind:grade"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert run([*words, "--student", "48", "--filter", "is:first", "--since", "2026-11-18"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert run([*words, "--course", "566", "--filter", "ada"]) == 0
    assert capsys.readouterr().out == ""


def test_a_tail_takes_a_filter(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "saved.ndjson"
    links: Json = {"course": 565, "assignment": 12, "student": 48, "grader": 7}
    rows = [grade_row(links, id=f"row-{number}", grade_after=str(number)) for number in range(5)]
    saved.write_text(json.dumps(document(*rows)), encoding="utf-8")
    words = ["tail", "--once", "--config", str(config), "--replay", str(saved)]
    assert run([*words, "--filter", "grader:#7 -after:<3"]) == 0
    keys = [json.loads(line)["key"] for line in capsys.readouterr().out.splitlines()]
    assert sorted(keys) == ["audit:row-3", "audit:row-4"]


def test_a_kept_filter_changes_nothing_else_in_the_file(config: Path) -> None:
    assert keep_filter(config, "mine", 'student:"Ada L" -x') == config
    text = config.read_text(encoding="utf-8")
    assert tomllib.loads(text)["filters"] == {
        "night": "rule:off_hours",
        "mine": 'student:"Ada L" -x',
    }
    lines = [line for line in text.splitlines() if not line.startswith("mine")]
    assert lines == CONFIG.splitlines()
    keep_filter(config, "night", "rule:jump")
    assert "rule:jump" in config.read_text(encoding="utf-8")
    assert "# at night" in config.read_text(encoding="utf-8")
    assert stat.S_IMODE(config.stat().st_mode) == 0o600


def test_the_file_its_folder_and_the_section_are_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    keep_filter(path, "mine", "ada")
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {"filters": {"mine": "ada"}}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]


def test_a_file_that_is_a_link_stays_one(config: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(config)
    keep_filter(link, "mine", "ada")
    assert link.is_symlink()
    assert "mine" in config.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "name", "text", "words"),
    [
        ("", "a b", "ada", "is no name for a filter"),
        ("", "", "ada", "is no name for a filter"),
        ("", "mine", "  ", "there is no filter to keep"),
        ("x = [", "mine", "ada", "is not TOML"),
        ("filters = 5", "mine", "ada", "is no section"),
        ("[[filters]]\na = 1", "mine", "ada", "is no section"),
    ],
)
def test_what_hinders_it_is_one_line_and_the_file_is_as_it_was(
    before: str, name: str, text: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(before, encoding="utf-8")
    with pytest.raises(ValueError, match=words) as found:
        keep_filter(path, name, text)
    assert len(str(found.value).splitlines()) == 1
    assert path.read_text(encoding="utf-8") == before


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="file"):
        keep_filter(tmp_path / "file" / "config.toml", "mine", "ada")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    before=st.sampled_from(
        ["", CONFIG, "[ui]\nmouse = true", 'filters = { a = "x" }\n', 'filters.a = "x"\n[ui]\n']
    ),
    name=st.from_regex(r"[\w.-]{1,9}", fullmatch=True),
    text=st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20).filter(
        lambda text: bool(text.strip())
    ),
)
def test_whatever_is_kept_can_be_read_again(
    before: str, name: str, text: str, tmp_path: Path
) -> None:
    path = tmp_path / "any.toml"
    path.write_text(before, encoding="utf-8")
    keep_filter(path, name, text)
    after = tomllib.loads(path.read_text(encoding="utf-8"))
    expected = tomllib.loads(before)
    expected["filters"] = {**expected.get("filters", {}), name: text}
    assert after == expected
