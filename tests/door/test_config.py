"""Where settings come from, which one wins, and what is said when one is wrong."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from tui.config import BadConfig, Configuration, Settings, Tree, load

_PATHS = ("canvas.url", "canvas.poll_interval", "journal.path", "ui.newest", "ui.mouse")
_VALUES: Mapping[str, tuple[object, ...]] = {
    "canvas.url": ("https://a.example", "https://b.example"),
    "canvas.poll_interval": (7.5, 20.0),
    "journal.path": (":memory:", "/x/y.sqlite3"),
    "ui.newest": ("top", "bottom"),
    "ui.mouse": (True, False),
}


def settings(
    *, flags: Tree | None = None, environ: Mapping[str, str] | None = None, file: Path | None = None
) -> Configuration:
    with mock.patch.dict(os.environ, environ or {}, clear=True):
        return load(flags or {}, file or Path("/no/such/config.toml"), required=file is not None)


def value_of(found: Configuration, path: str) -> object:
    section, key = path.split(".")
    return getattr(getattr(found.settings, section), key)


def toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool | float) else f'"{value}"'


_choices = st.fixed_dictionaries(
    {},
    optional={path: st.sampled_from(_VALUES[path]) for path in _PATHS},
)


@given(flags=_choices, environ=_choices, file=_choices)
def test_the_nearest_wins_and_is_named(
    tmp_path_factory: pytest.TempPathFactory,
    flags: dict[str, object],
    environ: dict[str, object],
    file: dict[str, object],
) -> None:
    path = tmp_path_factory.mktemp("config") / "config.toml"
    path.write_text("".join(f"{key} = {toml(value)}\n" for key, value in file.items()))
    tree: Tree = {}
    for key, value in flags.items():
        section, name = key.split(".")
        inner = tree.setdefault(section, {})
        assert isinstance(inner, dict)
        inner[name] = value
    variables = {
        "GRADEWATCH_" + key.replace(".", "__").upper(): str(value) for key, value in environ.items()
    }
    found = settings(flags=tree, environ=variables, file=path)
    for key in _PATHS:
        named = found.origin(key)
        expected = value_of(settings(), key)
        place = None
        for name, layer in ((str(path), file), ("environment", environ), ("command line", flags)):
            if key in layer:
                expected, place = layer[key], name
        assert value_of(found, key) == expected
        assert (named.name if named else None) == place


def test_the_short_variable_of_the_address_works_too() -> None:
    short = {"GRADEWATCH_CANVAS_URL": "https://short.example"}
    found = settings(environ=short)
    assert found.settings.canvas.url == "https://short.example"
    layer = found.origin("canvas.url")
    assert layer is not None
    with mock.patch.dict(os.environ, short, clear=True):
        assert layer.place("canvas.url") == "GRADEWATCH_CANVAS_URL"


def test_variables_that_are_not_ours_or_empty_change_nothing() -> None:
    others = {"UI": "3", "KEYS": "x", "CANVAS": "{}", "GRADEWATCH_UI__MOUSE": ""}
    assert settings(environ=others).settings == settings().settings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[canvas]\nurll = 'x'", ("no setting canvas.urll", "did you mean canvas.url?")),
        ("[canvas]\nshards = 1\n[ui]\ncolour = 'x'", ("did you mean canvas.shard", "(and 1 more")),
        ("[ui]\ncolour = 'x'", ("there is no setting ui.colour; [ui] has", "time_zone")),
        ("[canvas]\ntoken = 'verysecret'", ("canvas.token", "never stands in a file")),
        ("[colours]\na = 1", ("there is no setting colours", "canvas")),
        ("[ui]\nnewest = 'left'", ("ui.newest", "'top' or 'bottom'")),
        ("[ui]\nmouse = 'perhaps'", ("ui.mouse", "boolean")),
        ("[ui]\ntime_zone = 'Europe/Atlantis'", ("ui.time_zone", "Europe/Berlin")),
        ("[canvas]\npoll_interval = 'often'", ("canvas.poll_interval", "number")),
        ("canvas = 3", ("canvas",)),
        ("[canvas", ("not TOML",)),
    ],
)
def test_what_is_wrong_in_the_file_is_one_line_with_file_key_and_what_is_taken(
    tmp_path: Path, text: str, said: tuple[str, ...]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(BadConfig) as bad:
        settings(file=path)
    line = str(bad.value)
    assert "\n" not in line
    assert str(path) in line
    assert [part for part in said if part not in line] == []
    assert "verysecret" not in line


def test_what_is_wrong_in_the_environment_names_the_variable() -> None:
    with pytest.raises(BadConfig, match=r"GRADEWATCH_UI__NEWEST: ui\.newest: expected 'top'"):
        settings(environ={"GRADEWATCH_UI__NEWEST": "left"})


def test_every_setting_is_documented_where_it_is_declared() -> None:
    models: list[type[BaseModel]] = [Settings]
    models += [
        type(field.default)
        for field in Settings.model_fields.values()
        if isinstance(field.default, BaseModel)
    ]
    bare = [
        f"{model.__name__}.{name}"
        for model in models
        for name, field in model.model_fields.items()
        if not field.description and not isinstance(field.default, BaseModel)
    ]
    assert bare == []
