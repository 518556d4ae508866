"""``config show``: every setting, its value, its origin, and never a secret."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from tests.door.conftest import Shell
from tui.config import Settings

SECRET = "7~abcdefABCDEF0123456789abcdefABCDEF0123456789abcdefABCDEF01234567"


def shown(shell: Shell, *options: str) -> dict[str, tuple[str, str]]:
    """Setting → (value, origin), as columns that stand under each other."""
    ended = shell.run("config", "show", *options)
    assert ended.code == 0
    assert ended.err == ""
    assert SECRET not in ended.out
    rows = [line.split("  ") for line in ended.out.splitlines()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert {len(row) for row in cells} == {3}
    return {name: (value, origin) for name, value, origin in cells}


def keys_of(model: BaseModel) -> Iterator[str]:
    for key, field in type(model).model_fields.items():
        if isinstance(field.default, BaseModel):
            yield from (f"{key}.{inner}" for inner in keys_of(field.default))
        else:
            yield key


def test_every_setting_is_there_and_a_default_says_so(shell: Shell) -> None:
    found = shown(shell)
    expected = {
        f"{section}.{key}"
        for section, field in Settings.model_fields.items()
        if isinstance(field.default, BaseModel)
        for key in keys_of(field.default)
    }
    tokens = {"Canvas token", "relay token"}
    assert set(found) == expected | {"filters", "keys"} | tokens
    assert {origin for name, (_, origin) in found.items() if name not in tokens} == {"default"}
    assert found["canvas.url"][0] == "not set"
    assert found["ui.mouse"][0] == "true"


def test_each_value_says_which_flag_variable_or_file_gave_it(shell: Shell) -> None:
    path = shell.configure(
        '[canvas]\nurl = "https://file.example"\npoll_interval = 30\n'
        '[ui]\nnewest = "bottom"\nmouse = false\n[keys]\nhold = ["h", "space"]\n'
    )
    shell.variables |= {
        "GRADEWATCH_CANVAS_URL": "https://variable.example",
        "GRADEWATCH_CANVAS__POLL_INTERVAL": "20",
        "GRADEWATCH_JOURNAL": '{"keep_days": 90}',
    }
    found = shown(shell, "--journal", "/data/my journal.sqlite3")
    variable = "environment variable GRADEWATCH_"
    assert found["canvas.url"] == ("https://variable.example", variable + "CANVAS_URL")
    assert found["canvas.poll_interval"] == ("20.0", variable + "CANVAS__POLL_INTERVAL")
    assert found["journal.keep_days"] == ("90", variable + "JOURNAL")
    assert found["journal.path"] == ("/data/my journal.sqlite3", "command line")
    assert found["ui.newest"] == ("bottom", str(path))
    assert found["ui.mouse"] == ("false", str(path))
    assert found["keys.hold"] == ('["h", "space"]', str(path))
    assert shown(shell, "--canvas-url", "https://flag.example")["canvas.url"] == (
        "https://flag.example",
        "command line",
    )


def test_columns_stand_under_each_other(shell: Shell) -> None:
    shell.variables["GRADEWATCH_CANVAS_URL"] = "https://canvas.example.edu"
    lines = shell.run("config", "show").out.splitlines()
    starts = {line.rindex("  ") for line in lines}
    assert len(starts) == 1


def test_no_token_is_shown_wherever_it_stands(shell: Shell) -> None:
    shell.variables["GRADEWATCH_CANVAS_TOKEN"] = SECRET
    url = f"https://x.y/?access_token={SECRET}"
    shell.configure(f'[canvas]\nurl = "{url}"\ntoken_command = "echo {SECRET}"\n')
    found = shown(shell)
    variable = "environment variable GRADEWATCH_CANVAS_TOKEN"
    assert found["Canvas token"] == ("set (hidden)", variable)
    assert found["canvas.token_command"][0] == "echo [hidden]"
    assert found["canvas.url"][0] == "https://x.y/?access_token=[redacted]"
    shell.configure(f'[canvas]\nurl = "https://u:{SECRET}@x.y"\n')
    assert shown(shell)["canvas.url"][0] == "https://[redacted]@x.y"


def test_a_token_of_the_files_canvas_is_not_used_for_another(shell: Shell) -> None:
    own = 'url = "https://own.example"\ntoken_command = "pass show own"\n'
    path = shell.configure(f"[canvas]\n{own}")
    assert shown(shell)["canvas.token_command"] == ("pass show own", str(path))
    other = shown(shell, "--canvas-url", "https://other.example")
    assert other["canvas.token_command"] == ("not set", f"{path} sets it for another Canvas only")


def test_a_token_of_the_files_relay_is_not_used_for_another(shell: Shell) -> None:
    own = 'url = "wss://own.example"\ntoken_command = "pass show own"\n'
    path = shell.configure(f"[relay]\n{own}")
    same = shown(shell, "--relay-url", "wss://own.example:443/v1/subscribe")
    assert same["relay.token_command"] == ("pass show own", str(path))
    assert same["relay token"] == ("not looked at", "relay.token_command")
    other = shown(shell, "--relay-url", "wss://other.example")
    assert other["relay.token_command"] == ("not set", f"{path} sets it for another relay only")
    assert other["relay token"][0] == "not set"
    assert other["Canvas token"][0] == "not set"


def test_characters_that_the_locale_lacks_do_not_end_it(shell: Shell) -> None:
    shell.configure('[canvas]\ntoken_command = "pass show Schlüssel"\n')
    shell.variables |= {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}
    assert shown(shell)["canvas.token_command"][0] == "pass show Schl?ssel"


def test_a_reader_that_leaves_early_is_no_fault(shell: Shell) -> None:
    process = shell.start("config", "show")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 0


def test_the_token_command_is_not_run(shell: Shell) -> None:
    ran = shell.home / "ran"
    shell.configure(f'[canvas]\ntoken_command = "touch {ran}"\n')
    assert shown(shell)["Canvas token"] == ("not looked at", "canvas.token_command")
    assert not ran.exists()


@pytest.mark.parametrize("named", [False, True])
def test_what_login_left_is_named_unless_a_file_is_set(shell: Shell, named: bool) -> None:
    kept = shell.home / "config" / "gradewatch" / "token-canvas.example.edu"
    kept.parent.mkdir(parents=True)
    kept.write_text(SECRET)
    file = 'token_file = "/my/token"\n' if named else ""
    command = 'token_command = "pass show canvas"\n'
    shell.configure(f'[canvas]\nurl = "https://canvas.example.edu"\n{command}{file}')
    value, origin = shown(shell)["Canvas token"]
    if named:
        assert (value, origin) == ("not looked at", "canvas.token_file")
    else:
        assert (value, origin) == ("set (hidden)", f"{kept} (gradewatch login)")


def test_a_wrong_file_is_one_line(shell: Shell) -> None:
    path = shell.configure("[canvas]\nurll = 'x'\n")
    ended = shell.run("config", "show")
    assert ended.code == 2
    assert str(path) in ended.line
