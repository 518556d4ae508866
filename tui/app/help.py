"""The pages of the help: made of the commands, the language and the rules, so they cannot lag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tui.app.keymap import Command, Where, key_words
from tui.app.lines import BLANK, Line, head, quiet, wrap
from tui.query.language import Entry, help_entries
from tui.report.words import FLAGS
from tui.rules.catalog import rule_help

_FORM = 14
"""Cells of the forms at the left of the page about filters."""
_WIDE = 74
"""Cells of the pages: what fits a screen of 80 with its frame."""
_FLAG_WORDS = {
    "automatic": "no person graded: a quiz, a tool or a policy",
    "anonymous": "the grader did not see the student's name",
    "hidden_student": "Canvas withholds the student: anonymous and muted",
    "excused": "excused after the change",
    "regrade": "there was a grade before and there is one after",
    "masquerade": "somebody acted as somebody else",
    "override": "a final grade set by hand",
    "unposted": "the student cannot see this grade yet",
    "unconfirmed": "seen live and not (yet) in the audit log",
}
_SEEN = (
    "  audit   the audit log, which is the record",
    "  both    the audit log, and live before or after",
    "  live?   live only: not confirmed (yet) by the audit log",
    "  live    live only, for good: grades posted or hidden, points possible",
    "          edited, totals recalculated by Canvas",
)
_SIGNS = (
    "  >       the selected row",
    "  !       an attention rule points at it: n and N go there and say why",
    "  *       marked: m puts a mark, with a note",
    "  auto    graded by no person;  hidden  a student whom Canvas withholds",
    "  EX      excused;  –  no grade, nobody, nothing known",
    "  =       the grade reads the same: its score may have changed",
    "  ≈       the two numbers differ by less than there is room to show",
    "  12,300+ matching: still being read;  +3 new: came while holding",
    "  123 totals not shown: Canvas recalculates a course's totals after nearly",
    "          each grade; all are kept, and `tail` and `export` print them",
)
_TIME_READ = (
    "  █  #    read in the audit log: what happened is here",
    "  ▒  =    only a relay was listened to: what it told is here",
    "  ·  .    not read, or lost; one moment of it marks the whole cell",
    "  no data 12:01–12:09: a relay lost it, and the audit log has not filled it",
    "  quota   what Canvas lets this token ask for before it slows it down",
)
_LINE_KEYS = (
    ("enter", "keep it, and back to the table"),
    ("esc", "take it back: the filter from before"),
    ("ctrl+u", "empty it"),
    ("tab shift+tab", "take what is offered: the next, the one before"),
    ("↑ ↓", "filters used earlier"),
    ("ctrl+s", "save it in the configuration: @name stands for it"),
)
_BAR_KEYS = (
    ("↑ ↓ enter", "choose a name that is offered and take it"),
    ("tab shift+tab", "next and previous field"),
    ("esc", "back to the table, the filter stays in force"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the help."""

    title: str
    lines: tuple[Line, ...]


def help_pages(commands: Sequence[Command]) -> tuple[Page, ...]:
    """All pages, the keys first."""
    return (
        Page("keys", tuple(key_lines(commands))),
        Page("filter", tuple(filter_lines())),
        Page("rules", tuple(rule_lines())),
        Page("signs", tuple(sign_lines())),
    )


def key_lines(commands: Sequence[Command]) -> Iterator[Line]:
    """Every command with its keys, by the part of the screen."""
    for where in Where:
        yield head(where.value.capitalize())
        yield from _pairs(
            (key_words(each) or "(palette)", each.words) for each in commands if each.where is where
        )
        yield BLANK
    yield head("In the filter line (/)")
    yield from _pairs(_LINE_KEYS)
    yield BLANK
    yield head("In the filter bar (f)")
    yield from _pairs(_BAR_KEYS)


def filter_lines() -> Iterator[Line]:
    """How terms are joined, then every field of the language."""
    yield head("Terms side by side must all hold")
    entries = help_entries()
    fields = [each for each in entries if each.form.endswith(":")]
    for entry in entries:
        if entry not in fields:
            yield from _entry(entry)
    yield BLANK
    yield head("Fields")
    for entry in fields:
        yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[Line]:
    yield from _beside(entry.form, entry.words)
    if entry.values:
        yield from _beside("", ", ".join(map(str, entry.values)))
    if entry.examples:
        yield from map(quiet, _hanging("", " · ".join(entry.examples)))


def rule_lines() -> Iterator[Line]:
    """Every attention rule, and what it looks for."""
    yield head("Attention rules: which changes to look at, never who did wrong")
    yield BLANK
    for each in rule_help():
        yield Line(f"  {each.rule}")
        yield from map(quiet, _hanging("", each.words, indent=4))
    yield BLANK
    yield Line("  is:flagged shows what any of them points at, rule:NAME what one does;")
    yield Line("  thresholds, and which are on: [rules] in the configuration.")


def sign_lines() -> Iterator[Line]:
    """What the letters and signs of the screen mean."""
    yield head("Signs")
    yield from map(Line, _SIGNS)
    yield BLANK
    yield head("Flags")
    yield from (Line(f"  {letter}  {_FLAG_WORDS[name]}") for _, name, letter in FLAGS)
    yield Line("  L  seen live only: the audit log keeps no row of such a change")
    yield BLANK
    yield head("Seen (by whom)")
    yield from map(Line, _SEEN)
    yield BLANK
    yield head("At the foot: the time that is watched, up to now")
    yield from map(Line, _TIME_READ)


def _pairs(pairs: Iterable[tuple[str, str]]) -> Iterator[Line]:
    yield from (Line(f"  {keys:<14} {words}") for keys, words in pairs)


def _beside(form: str, words: str) -> Iterator[Line]:
    yield from map(Line, _hanging(form, words))


def _hanging(form: str, words: str, *, indent: int = _FORM) -> Iterator[str]:
    """``words`` in a column of their own behind ``form``."""
    for number, part in enumerate(wrap(words, _WIDE - indent)):
        label = f"  {form}" if number == 0 else ""
        yield f"{label:<{indent}}{part.strip()}"
