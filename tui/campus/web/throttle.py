"""Canvas's leaky bucket: one per token, charged up front and settled afterwards."""

from __future__ import annotations

from tui.campus.warts import Warts


class Bucket:
    """``level`` leaks with time (UTC ms); a request is refused at the high-water mark."""

    def __init__(self, warts: Warts, now: int) -> None:
        self._warts = warts
        self.level = 0.0
        self._at = now

    def admit(self, now: int) -> bool:
        """Charge a request, if the bucket is not full."""
        self._drain(now)
        if self.level >= self._warts.high_water:
            return False
        self._add(self._warts.upfront)
        return True

    def settle(self, cost: float, now: int) -> None:
        """The request is over: give back the charge, take its real cost."""
        self._drain(now)
        self._add(cost - self._warts.upfront)

    @property
    def remaining(self) -> float:
        return self._warts.high_water - self.level

    def _drain(self, now: int) -> None:
        leaked = self._warts.leak * max(0, now - self._at) / 1000
        self.level = max(0.0, self.level - leaked)
        self._at = now

    def _add(self, amount: float) -> None:
        self.level = max(0.0, min(self._warts.maximum, self.level + amount))
