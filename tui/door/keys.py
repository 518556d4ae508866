"""The keys of the configuration: what nobody can do with them, and what they take from others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tui.app.keymap import Loss, losses, no_such_action, unknown_actions
from tui.config import BadConfig, Configuration

SECTION = "keys"
Keys = Mapping[str, str | list[str]]
"""As the configuration has them, by the action."""


def keys_of(keys: Keys) -> dict[str, tuple[str, ...]]:
    """The keys of each action that has some of its own."""
    return {
        action: (given,) if isinstance(given, str) else tuple(given)
        for action, given in keys.items()
    }


def key_mistakes(found: Configuration) -> Iterator[str]:
    """One line for each action that there is none of."""
    for action in unknown_actions(found.settings.keys):
        yield f"{found.place(f'{SECTION}.{action}')}: {no_such_action(action)}"


def check_keys(found: Configuration) -> None:
    """Raises :class:`BadConfig` if the app could not take the keys."""
    if wrong := list(key_mistakes(found)):
        raise BadConfig(*wrong)


def key_losses(found: Configuration) -> Iterator[str]:
    """One line for each action that lost a key to another without being given one."""
    for loss in losses(keys_of(found.settings.keys)):
        place = found.place(f"{SECTION}.{next(iter(loss.lost.values()))}")
        yield f"{place}: {_taken(loss)}; {SECTION}.{loss.action} gives it another"


def losses_notice(keys: Keys) -> str:
    """The first of them in few words, for the start of the app; empty where nothing is lost."""
    first, *others = [*losses(keys_of(keys))] or [None]
    if first is None:
        return ""
    return _takes(first) + (f" and {len(others)} more" if others else "")


def _taken(loss: Loss) -> str:
    """``hold takes s from summary, which has no key now``."""
    left = f"keeps {' '.join(loss.left)}" if loss.left else "has no key now"
    return f"{_takes(loss)}, which {left}"


def _takes(loss: Loss) -> str:
    taken = ", ".join(f"{taker} takes {key}" for key, taker in loss.lost.items())
    return f"{taken} from {loss.action}"
