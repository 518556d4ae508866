"""How far a judging of everything is, as the journal keeps it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tui.journal.disturbances import Party


@dataclass(slots=True)
class Place:
    """Where a judging of everything stands."""

    stage: int = 0
    after: Party | None = None
    """The row, grader, course or student that was judged last."""
    start: int | None = None
    """Up to where the next one is judged already."""
    done: int = 0
    """How many rows were judged in this stage."""

    @classmethod
    def read(cls, text: str) -> Place:
        return cls(**json.loads(text)) if text else cls()

    def text(self) -> str:
        return json.dumps(
            {"stage": self.stage, "after": self.after, "start": self.start, "done": self.done}
        )
