"""The attention rules of a command that prints: what it prints has been judged."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import tzinfo

from tui.config import Settings
from tui.door.speak import say
from tui.journal.docket import Turn
from tui.journal.journal import Journal
from tui.rules.attention import OTHER_SETTINGS, Attention
from tui.rules.judging import Judge

TOLD_AFTER_S = 2.0
"""So long nobody wonders why nothing is printed."""
PATIENCE_S = 20.0
"""How long another process that judges is waited for, all in all."""
_LOOK_EVERY_S = 0.1


@dataclass(slots=True)
class Judged:
    """Brings what the journal says of its rows up to date whenever it is called.

    It leaves a journal to the settings it is judged by: only the app puts others in their place.
    """

    judge: Judge
    ended: bool = False
    """Nobody waits any more."""
    _told: set[str] = field(default_factory=set[str])
    _waited: float = 0.0

    @classmethod
    def of(cls, journal: Journal, settings: Settings, zone: tzinfo) -> Judged:
        attention = Attention.of(settings.rules, zone)
        return cls(Judge(journal.docket(), attention.rules, attention.name))

    def __call__(self) -> None:
        began = time.monotonic()
        while not self.ended:
            progress = self.judge.step()
            took = time.monotonic() - began
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
                    if took > TOLD_AFTER_S:
                        self._say(f"judging about {progress.left:,} events by the rules first")

    def close(self) -> None:
        self.ended = True
        self.judge.close()

    def _say(self, words: str) -> None:
        if words[:12] not in self._told:
            self._told.add(words[:12])
            say(words)


def judge_first(journal: Journal, settings: Settings, zone: tzinfo) -> None:
    """Bring what the journal says of its rows up to date, once."""
    with closing(Judged.of(journal, settings, zone)) as judged:
        judged()
