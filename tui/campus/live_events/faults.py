"""What can befall live events on their way: Canvas promises best effort, in no order (§7.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tui.campus.people import dice


class LiveFault(StrEnum):
    """What befalls one event."""

    LOSE = "lose"
    """It is never sent."""
    DELAY = "delay"
    """It is sent later."""
    DUPLICATE = "duplicate"
    """It is sent again after it was acknowledged."""
    REORDER = "reorder"
    """Later ones overtake it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFaults:
    """Which events meet which fault: by their number, else by chance."""

    script: Mapping[int, LiveFault] = field(default_factory=dict[int, LiveFault])
    chances: Mapping[LiveFault, float] = field(default_factory=dict[LiveFault, float])
    """Probabilities, together at most 1."""
    seed: int = 0
    delay_s: float = 0.5
    """A delayed event comes up to so much later."""
    overtakers: int = 2
    """So many events go before one that is reordered,"""
    patience_s: float = 2.0
    """unless they do not come in this time."""

    def of(self, number: int) -> LiveFault | None:
        """What befalls event ``number``: always the same."""
        if number in self.script:
            return self.script[number]
        chance = dice(f"{self.seed}:live:{number}").random()
        for fault, share in self.chances.items():
            if chance < share:
                return fault
            chance -= share
        return None
