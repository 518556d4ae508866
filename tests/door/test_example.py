"""``config.example.toml`` explains every setting, and says what its default is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from tui.app.keymap import COMMANDS
from tui.config import Settings

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
_DEFAULT = re.compile(r"^#(?=\w+ = )", re.MULTILINE)
_INSTEAD = re.compile(r"^#   (?=\w+ = )", re.MULTILINE)


def text() -> str:
    return EXAMPLE.read_text(encoding="utf-8")


def settings() -> Iterator[tuple[str, str, str]]:
    """Section, key, documentation."""
    for section, field in Settings.model_fields.items():
        if isinstance(field.default, BaseModel):
            for key, inner in type(field.default).model_fields.items():
                yield section, key, inner.description or ""


def section_text(section: str) -> str:
    return text().partition(f"[{section}]\n")[2].partition("\n[")[0]


def test_as_it_stands_it_changes_nothing() -> None:
    assert Settings.model_validate(tomllib.loads(text())) == Settings.model_validate({})


def test_every_setting_that_has_a_default_is_there_with_it() -> None:
    bare = _DEFAULT.sub("", text())
    assert Settings.model_validate(tomllib.loads(bare)) == Settings.model_validate({})
    shown = tomllib.loads(bare)
    for section, key, _ in settings():
        default = getattr(Settings.model_fields[section].default, key)
        assert (key in shown[section]) == (default is not None), f"{section}.{key}"


def test_the_others_are_there_as_an_example_that_would_be_taken() -> None:
    shown = tomllib.loads(_INSTEAD.sub("", _DEFAULT.sub("", text())))
    taken = Settings.model_validate(shown)
    for section, key, _ in settings():
        assert key in shown[section], f"{section}.{key}"
        assert getattr(getattr(taken, section), key) is not None
    assert set(taken.keys) <= {command.action for command in COMMANDS}
    assert taken.keys


def test_every_setting_and_section_is_explained_in_its_own_words() -> None:
    for section, key, words in settings():
        assert words, f"{section}.{key} has no documentation"
        assert f"# {words}\n#" in section_text(section), f"{section}.{key}"
    for section, field in Settings.model_fields.items():
        said = type(field.default).__doc__ if isinstance(field.default, BaseModel) else None
        begun = (said or field.description or "").strip()
        plain = re.sub(r"\n# ?", " ", section_text(section))
        assert begun.replace("``", "`") in plain, section


def test_every_action_that_a_key_can_be_given_is_named() -> None:
    plain = re.sub(r"\n# ?", " ", section_text("keys"))
    for command in COMMANDS:
        assert re.search(rf"\b{command.action}\b", plain), command.action


def test_no_line_is_wider_than_the_screen_of_a_code_review() -> None:
    assert max(len(line) for line in text().splitlines()) <= 100
