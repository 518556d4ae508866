"""The one list of commands: complete, without clashes, rebindable."""

from __future__ import annotations

import pytest

from tui.app.app import GradewatchApp
from tui.app.help import key_lines
from tui.app.keymap import COMMANDS, Loss, key_words, losses, with_keys


def test_every_command_is_done_by_the_app_and_no_key_does_two_things() -> None:
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))
    for command in COMMANDS:
        assert callable(getattr(GradewatchApp, f"action_{command.action}"))


def test_the_keys_of_the_contract_are_bound() -> None:
    keys = {key for command in COMMANDS for key in command.keys}
    promised = (
        "up down j k pageup pagedown g G space enter 1 2 3 4 5 tab escape / f F i s t m n N"
        " o y e x p ctrl+p ? q"
    )
    assert set(promised.split()) <= keys


def test_other_keys_take_the_place_of_the_default_ones() -> None:
    commands = {each.action: each for each in with_keys({"quit": ("Q",), "hold": ("f",)})}
    assert commands["quit"].keys == ("Q",)
    assert commands["hold"].keys == ("f",)
    assert commands["filter_bar"].keys == ()
    with pytest.raises(ValueError, match="dance"):
        with_keys({"dance": ("d",)})


def test_an_unknown_action_is_told_with_the_one_that_was_meant_and_all_in_order() -> None:
    known = ", ".join(sorted(command.action for command in COMMANDS))
    with pytest.raises(ValueError, match="sumary; did you mean summary") as wrong:
        with_keys({"sumary": ("k",)})
    assert f"(known: {known})" in str(wrong.value)


def test_what_loses_its_key_to_another_action_is_known() -> None:
    assert list(losses({"hold": ("s",), "quit": ("pgup",), "dance": ("d",)})) == [
        Loss("page_up", {"pageup": "quit"}, ()),
        Loss("summary", {"s": "hold"}, ()),
    ]
    assert list(losses({"help": ("ctrl+p",)})) == [Loss("palette", {"ctrl+p": "help"}, ("p",))]
    assert list(losses({"hold": ("s",), "summary": ("H",)})) == []
    commands = {each.action: each for each in with_keys({"quit": ("pgup", "esc")})}
    assert (commands["page_up"].keys, commands["back"].keys) == ((), ())


def test_the_help_is_made_of_the_commands() -> None:
    text = "\n".join(line.text for line in key_lines(with_keys({"quit": ("Q",)})))
    for command in COMMANDS:
        assert command.words in text
    assert "  Q " in text
    assert key_words(COMMANDS[0]) == "↓ j"
