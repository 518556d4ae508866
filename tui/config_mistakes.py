"""What is wrong with a configuration: one line for each mistake, with the place and the way out."""

from __future__ import annotations

from typing import cast

from pydantic import BaseModel, ValidationError

from tui.config import Configuration, Layer, Settings, Tree, giving
from tui.query.language.nearness import nearest


def mistakes_of(wrong: ValidationError, layers: tuple[Layer, ...]) -> tuple[str, ...]:
    """One line for each setting that cannot be taken, in the order of the sections."""
    expected: dict[str, list[str]] = {}
    unknown: set[str] = set()
    for error in wrong.errors(include_url=False, include_context=False, include_input=False):
        path = ".".join(_names(error["loc"]))
        words = error["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        said = expected.setdefault(path, [])
        if words not in said:  # of a setting of several kinds each says what it would take
            said.append(words)
        if error["type"] == "extra_forbidden":
            unknown.add(path)
    lines: list[str] = []
    for path, words in expected.items():
        layer = giving(layers, path)
        place = layer.place(path) if layer is not None else "settings"
        if path in unknown:
            lines.append(f"{place}: there is no setting {path}; {_instead(path)}")
        else:
            lines.append(f"{place}: {path}: expected {' or '.join(words)}")
    return tuple(lines)


def rest_of(
    wrong: ValidationError, merged: Tree, layers: tuple[Layer, ...]
) -> Configuration | None:
    """The configuration without what is wrong, if anything remains that can be looked at."""
    for error in wrong.errors(include_url=False, include_context=False, include_input=False):
        merged = _without(merged, _names(error["loc"]))
    try:
        return Configuration(Settings.model_validate(merged), layers)
    except ValidationError:
        return None


def _without(tree: Tree, names: tuple[str, ...]) -> Tree:
    name, *deeper = names
    below = tree.get(name)
    kept = {key: value for key, value in tree.items() if key != name}
    if deeper and isinstance(below, dict):
        return kept | {name: _without(cast(Tree, below), tuple(deeper))}
    return kept


def _names(place: tuple[int | str, ...]) -> tuple[str, ...]:
    """The names of settings in a place: a rule has settings of its own."""
    deep = 3 if place[:1] == ("rules",) and place[1:2] != ("command",) else 2
    return tuple(str(part) for part in place[:deep])


def _instead(path: str) -> str:
    *outer, name = path.split(".")
    if "token" in name or "token" in path.partition(".")[0]:
        return "a token never stands in a file: use token_file, token_command or keyring"
    model = _model_at(outer)
    meant = nearest(name, model.model_fields)
    if meant is not None:
        return f"did you mean {'.'.join((*outer, meant))}?"
    has = f"[{'.'.join(outer)}] has" if outer else "there are"
    return f"{has} {', '.join(model.model_fields)}"


def _model_at(names: list[str]) -> type[BaseModel]:
    model: type[BaseModel] = Settings
    for name in names:
        inner = model.model_fields.get(name)
        if inner is not None and isinstance(inner.default, BaseModel):
            model = type(inner.default)
    return model
