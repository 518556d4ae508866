"""What attention rules said, put into a journal as the rules put it."""

from __future__ import annotations

from collections.abc import Mapping

from tui.events.attention import Rule
from tui.journal.hits import Verdict
from tui.journal.journal import Journal


def flag(journal: Journal, rule: Rule, whys: Mapping[int, str]) -> None:
    """``rule`` points at these rows, each with its reason."""
    docket = journal.docket()
    docket.claim("a test", "its settings", take_over=True)
    docket.put("a test", "its settings", [Verdict(rule, tuple(whys), dict(whys))])
    docket.close()
