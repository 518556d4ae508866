"""What keys do: the one list that the bindings, the help and the palette are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Where(StrEnum):
    """The part of the screen a command belongs to; the value is its heading in the help."""

    TABLE = "table"
    DETAIL = "detail pane"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Command:
    """Something a key does. ``action`` names it in the configuration; ``words`` in the help."""

    action: str
    keys: tuple[str, ...]
    words: str
    where: Where = Where.EVERYWHERE
    palette: bool = True
    """Offered by the palette: moves of the cursor are not."""
    hint: str = ""
    """A word for the foot of the screen, for the few commands that people begin with."""
    roomy: bool = False
    """The hint is given only on a wide screen."""


COMMANDS: tuple[Command, ...] = (
    Command("down", ("down", "j"), "next row down", Where.TABLE, palette=False),
    Command("up", ("up", "k"), "next row up", Where.TABLE, palette=False),
    Command("page_down", ("pagedown",), "a screen down", Where.TABLE, palette=False),
    Command("page_up", ("pageup",), "a screen up", Where.TABLE, palette=False),
    Command("left", ("left",), "scroll to the left", Where.TABLE, palette=False),
    Command("right", ("right",), "scroll to the right", Where.TABLE, palette=False),
    Command("newest", ("g", "home"), "newest event, and follow", Where.TABLE),
    Command("oldest", ("G", "end"), "oldest event", Where.TABLE),
    Command("hold", ("space",), "hold or follow", Where.TABLE),
    Command("detail", ("enter",), "detail pane; on a link: filter by it, on a change: go there"),
    Command("tab_change", ("1",), "detail: the change, before beside after", Where.DETAIL),
    Command("tab_links", ("2",), "detail: course, people, copies", Where.DETAIL),
    Command("tab_history", ("3",), "detail: every change of the same submission", Where.DETAIL),
    Command("tab_request", ("4",), "detail: the request it came with", Where.DETAIL),
    Command("tab_raw", ("5",), "detail: the document it was read from", Where.DETAIL),
    Command("next_pane", ("tab",), "next pane", palette=False),
    Command("previous_pane", ("shift+tab",), "previous pane", palette=False),
    Command("back", ("escape",), "back: close the pane", palette=False),
    Command(
        "filter_line",
        ("/",),
        "filter by an expression: applies as you type",
        hint="find",
        roomy=True,
    ),
    Command("filter_bar", ("f",), "filter by course, student, grader, time", hint="filter"),
    Command("filter_toggle", ("F",), "filter off, and on again"),
    Command("filter_clear", ("ctrl+u",), "empty the filter"),
    Command("totals", ("T",), "totals that Canvas recalculates: shown, or not"),
    Command("groups", ("c",), "changes of one request: one row, or one each"),
    Command(
        "investigate", ("i",), "investigate the student of this row", hint="investigate", roomy=True
    ),
    Command("investigate_grader", (), "investigate the grader of this row"),
    Command("investigate_assignment", (), "investigate the assignment of this row"),
    Command("summary", ("s",), "summary: graders, assignments, rate", hint="summary", roomy=True),
    Command("timeline", ("t",), "timeline of the events shown", hint="timeline", roomy=True),
    Command("mark", ("m",), "mark this row, with a note"),
    Command("compare", ("d",), "compare this event with a marked one"),
    Command("next_flagged", ("n",), "next older flagged event"),
    Command("previous_flagged", ("N",), "next newer flagged event"),
    Command("open", ("o",), "open in Canvas"),
    Command("copy", ("y",), "copy this row or line"),
    Command("export", ("e",), "export this view to a file"),
    Command("redact", ("x",), "redact: names and ids become pseudonyms, and back"),
    Command("palette", ("p", "ctrl+p"), "command palette", palette=False),
    Command("help", ("?", "f1"), "this help", hint="help"),
    Command("quit", ("q", "ctrl+q"), "quit", hint="quit"),
)

_LONG = {
    "?": "question_mark",
    "/": "slash",
    "G": "G",
    "F": "F",
    "N": "N",
    "T": "T",
    "esc": "escape",
    "pgup": "pageup",
    "pgdn": "pagedown",
}
_SHORT = {
    "question_mark": "?",
    "escape": "esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


@dataclass(frozen=True, slots=True)
class Loss:
    """What keys of the configuration leave of an action's default keys."""

    action: str
    lost: Mapping[str, str]
    """The action that took it, by each key lost; never empty."""
    left: tuple[str, ...]


def with_keys(keys: Mapping[str, tuple[str, ...]]) -> tuple[Command, ...]:
    """The commands, with the configuration's keys in place of the default ones.

    A key given to one action is taken from every other. ``ValueError`` names an unknown action.
    """
    if unknown := unknown_actions(keys):
        raise ValueError("; ".join(no_such_action(each) for each in unknown))
    taken = _takers(keys)
    return tuple(
        replace(
            command,
            keys=keys.get(command.action, tuple(key for key in command.keys if key not in taken)),
        )
        for command in COMMANDS
    )


def unknown_actions(keys: Iterable[str]) -> list[str]:
    """Those that no command has, sorted."""
    return sorted(set(keys) - {command.action for command in COMMANDS})


def no_such_action(action: str) -> str:
    """What to say of an action that no command has."""
    from tui.query.language.nearness import nearest  # only where something is wrong

    known = sorted(command.action for command in COMMANDS)
    meant = nearest(action, known)
    words = f"no such key action: {action}" + (f"; did you mean {meant}?" if meant else "")
    return f"{words} (known: {', '.join(known)})"


def losses(keys: Mapping[str, tuple[str, ...]]) -> Iterator[Loss]:
    """The actions that lose a default key to another and have none of their own instead.

    What no command has takes nothing.
    """
    unknown = unknown_actions(keys)
    taken = _takers({action: given for action, given in keys.items() if action not in unknown})
    for command in COMMANDS:
        lost = {key: taken[key] for key in command.keys if key in taken}
        if lost and command.action not in keys:
            yield Loss(command.action, lost, tuple(key for key in command.keys if key not in lost))


def _takers(keys: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The action that each key is given to; a key has two names, and both are here."""
    return {
        name: action
        for action, given in keys.items()
        for key in given
        for name in (key, key_name(key), _SHORT.get(key, key))
    }


def key_name(key: str) -> str:
    """The name Textual has for a key as people write it."""
    return _LONG.get(key, key)


def is_typed(key: str) -> bool:
    """The key writes a character where text is being typed."""
    return len(key) == 1 or key == "space"


def key_words(command: Command) -> str:
    """``↓ j``: the command's keys as people write them."""
    return " ".join(_SHORT.get(key, key) for key in command.keys)


def hints(commands: Iterable[Command], *, roomy: bool) -> str:
    """``f filter · ? help · q quit``: what the foot tells those who begin."""
    return " · ".join(
        f"{key_words(each).split()[0]} {each.hint}"
        for each in commands
        if each.hint and each.keys and (roomy or not each.roomy)
    )
