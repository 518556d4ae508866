"""``config.example.toml`` explains every setting, and says what its default is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

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
    for section, model in sections():
        for key, inner in type(model).model_fields.items():
            if not isinstance(inner.default, BaseModel):
                yield section, key, inner.description or ""


def sections() -> Iterator[tuple[str, BaseModel]]:
    """Each with its defaults; a rule's own are within those of the rules."""
    for section, field in Settings.model_fields.items():
        if isinstance(field.default, BaseModel):
            yield section, field.default
            for key, inner in type(field.default).model_fields.items():
                if isinstance(inner.default, BaseModel):
                    yield f"{section}.{key}", inner.default


def at(whole: object, path: str) -> object:
    for part in path.split("."):
        whole = (
            cast(dict[str, object], whole)[part]
            if isinstance(whole, dict)
            else getattr(whole, part)
        )
    return whole


def section_text(section: str) -> str:
    return text().partition(f"[{section}]\n")[2].partition("\n[")[0]


def test_as_it_stands_it_changes_nothing() -> None:
    assert Settings.model_validate(tomllib.loads(text())) == Settings.model_validate({})


def test_every_setting_that_has_a_default_is_there_with_it() -> None:
    bare = _DEFAULT.sub("", text())
    assert Settings.model_validate(tomllib.loads(bare)) == Settings.model_validate({})
    shown = tomllib.loads(bare)
    for section, key, _ in settings():
        default = at(Settings(), f"{section}.{key}")
        there = cast(dict[str, object], at(shown, section))
        assert (key in there) == (default is not None), f"{section}.{key}"


def test_the_others_are_there_as_an_example_that_would_be_taken() -> None:
    shown = tomllib.loads(_INSTEAD.sub("", _DEFAULT.sub("", text())))
    taken = Settings.model_validate(shown)
    for section, key, _ in settings():
        assert key in cast(dict[str, object], at(shown, section)), f"{section}.{key}"
        assert at(taken, f"{section}.{key}") is not None
    assert set(taken.keys) <= {command.action for command in COMMANDS}
    assert taken.keys


def test_every_setting_and_section_is_explained_in_its_own_words() -> None:
    for section, key, words in settings():
        assert words, f"{section}.{key} has no documentation"
        plain = words.replace("\n", "\n# ")
        assert f"# {plain}\n#" in section_text(section), f"{section}.{key}"
    said = {section: type(model).__doc__ or "" for section, model in sections()}
    said |= {
        section: field.description or ""
        for section, field in Settings.model_fields.items()
        if section not in said
    }
    for section, begun in said.items():
        plain = re.sub(r"\n# ?", " ", section_text(section))
        assert " ".join(begun.split()).replace("``", "`") in plain, section


def test_every_action_that_a_key_can_be_given_is_named() -> None:
    plain = re.sub(r"\n# ?", " ", section_text("keys"))
    for command in COMMANDS:
        assert re.search(rf"\b{command.action}\b", plain), command.action


def test_no_line_is_wider_than_the_screen_of_a_code_review() -> None:
    assert max(len(line) for line in text().splitlines()) <= 100
