"""Sums in words."""

from __future__ import annotations

from tui.report.inquiry.tally import Tally
from tui.report.words import delta_words


def tally_words(tally: Tally) -> str:
    """``8 changes: 2 first grades, 6 regrades · 5 up, 1 down, net +4``; what is 0 is left out."""
    parts = [
        (tally.firsts, count_words(tally.firsts, "first grade")),
        (tally.regrades, count_words(tally.regrades, "regrade")),
        (tally.overrides, count_words(tally.overrides, "override")),
        (tally.excused, f"{tally.excused:,} excused"),
        (tally.automatic, f"{tally.automatic:,} automatic"),
    ]
    kinds = [words for count, words in parts if count]
    changes = count_words(tally.changes, "change")
    if kinds and tally.others:
        kinds.append(count_words(tally.others, "other"))
    said = f"{changes}: {', '.join(kinds)}" if kinds else ""
    if len(kinds) == 1 and any(count == tally.changes for count, _ in parts):
        said = kinds[0]
    moves = [
        words
        for count, words in (
            (tally.raised, f"{tally.raised:,} up"),
            (tally.lowered, f"{tally.lowered:,} down"),
            (tally.net, f"net {delta_words(round(tally.net, 6))}"),
        )
        if count
    ]
    return " · ".join(filter(None, (said or changes, ", ".join(moves))))


def count_words(count: int, thing: str) -> str:
    """``1 change``, ``1,200 changes``."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
