"""The attention rules of a command that prints: what rests on them has been judged."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import tzinfo

from tui.config import Settings
from tui.door.speak import say
from tui.journal.docket import Turn
from tui.journal.journal import Journal
from tui.query.ast import And, Filter, Has, Not, Or, Ruled, Trait
from tui.rules.attention import OTHER_SETTINGS, Attention
from tui.rules.judging import Judge

LITTLE_S = 2.0
"""So long nobody wonders why nothing is printed: what takes longer is left to others, where the
answer does not depend on it."""
EACH_S = 0.5
"""How long is judged, before each further printing, in a journal of which much is left."""
TOLD_EVERY_S = 2.0
PATIENCE_S = 20.0
"""How long another process that judges is waited for, all in all."""
_LOOK_EVERY_S = 0.1


def asks_rules(where: Filter) -> bool:
    """Whether what a filter lets through depends on the attention rules."""
    match where:
        case Ruled() | Has(Trait.FLAGGED):
            return True
        case And(terms) | Or(terms):
            return any(asks_rules(term) for term in terms)
        case Not(term):
            return asks_rules(term)
        case _:
            return False


@dataclass(slots=True)
class Judged:
    """Brings what the journal says of its rows up to date whenever it is called.

    It leaves a journal to the settings it is judged by: only the app puts others in their place.
    """

    judge: Judge
    fully: bool = False
    """However long it takes, since the answer depends on it; else what takes little."""
    little_s: float = LITTLE_S
    ended: bool = False
    """Nobody waits any more."""
    _told: set[str] = field(default_factory=set[str])
    _told_at: float = 0.0
    _waited: float = 0.0

    @classmethod
    def of(cls, journal: Journal, settings: Settings, zone: tzinfo, *, fully: bool) -> Judged:
        attention = Attention.of(settings.rules, zone)
        return cls(Judge(journal.docket(), attention.rules, attention.name), fully)

    def __call__(self) -> None:
        began = self._told_at = time.monotonic()
        while not self.ended:
            progress = self.judge.step()
            now = time.monotonic()
            match progress.turn:
                case Turn.OTHER_SETTINGS:
                    self._say(OTHER_SETTINGS)
                    return
                case Turn.ELSEWHERE:
                    if self._waited > PATIENCE_S or self.judge.docket.idle():
                        return
                    time.sleep(_LOOK_EVERY_S)
                    self._waited += _LOOK_EVERY_S
                case Turn.OURS:
                    if not progress.left:
                        return
                    if not self.fully and now - began > self.little_s:
                        self.little_s = min(self.little_s, EACH_S)
                        self._say(
                            f"{progress.left:,} events are not judged by the attention rules yet: "
                            "`gradewatch watch` judges them, `gradewatch rules run` prints what "
                            "the rules say"
                        )
                        return
                    if now - self._told_at > TOLD_EVERY_S:
                        self._told_at = now
                        say(f"judging by the rules first: {progress.left:,} events to go")

    def end(self) -> None:
        """From another thread, or a signal: nobody waits any more."""
        self.ended = True
        self.judge.end()

    def close(self) -> None:
        self.end()
        self.judge.close()

    def _say(self, words: str) -> None:
        key = words.partition(":")[0].lstrip("0123456789,")
        if key not in self._told:
            self._told.add(key)
            say(words)


def judge_first(journal: Journal, settings: Settings, zone: tzinfo, *, fully: bool) -> None:
    """Bring what the journal says of its rows up to date, once."""
    with closing(Judged.of(journal, settings, zone, fully=fully)) as judged:
        judged()
