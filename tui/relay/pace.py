"""Whether a subscriber is too slow to be served: far behind, and hardly moving."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TooSlow:
    """Both together, for the whole span, end a subscription (``ConsumerTooSlow``)."""

    behind: int = 100_000
    """More events than these between the subscriber and the head."""
    per_second: float = 5.0
    """Fewer than these passed a second; events that its filter leaves out are passed too."""
    span_s: float = 60.0


TOO_SLOW = TooSlow()


class Pace:
    """One subscriber's progress, looked at now and then."""

    def __init__(self, limits: TooSlow, now: float, position: int) -> None:
        """``now`` is a monotonic clock's, in seconds."""
        self._limits = limits
        self._since = now
        self._from = position

    def too_slow(self, now: float, position: int, head: int) -> bool:
        """Whether it has been too slow for the span up to now."""
        if head - position <= self._limits.behind:
            self._since, self._from = now, position
            return False
        if (span := now - self._since) < self._limits.span_s:
            return False
        slow = position - self._from < self._limits.per_second * span
        self._since, self._from = now, position
        return slow
