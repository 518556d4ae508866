"""Canvas ids: a shard and a local number.

Canvas writes the id of one object in several ways: the number local to its shard, the global number
``shard × 10^13 + local``, and ``shard~local``. The audit log answers local ids for its own shard,
Live Events mix both forms, as text. Ids of large shards do not fit a double, nor, from shard
922,337 on, 64 bits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

IDS_PER_SHARD = 10**13
"""Local ids a shard holds (Canvas: ``IDS_PER_SHARD`` of the switchman gem)."""
SHARDS = 2**63
"""More shards than Canvas's own database could number; each part of an id fits 64 bits."""

_NUMBER = re.compile(r"[0-9]{1,40}", re.ASCII)
_SHARD_LOCAL = re.compile(r"([0-9]{1,20})~([0-9]{1,20})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class CanvasId:
    """One Canvas object's id; ``shard`` 0 is the home shard: then ``local`` is what Canvas prints.

    Invariant: both parts are at least 0, ``local`` is below 10^13 and ``shard`` below 2^63.
    """

    shard: int
    local: int

    def __post_init__(self) -> None:
        if not (0 <= self.shard < SHARDS and 0 <= self.local < IDS_PER_SHARD):
            raise ValueError("no Canvas id: its shard or its local number is out of range")

    @classmethod
    def of(cls, number: int) -> CanvasId:
        """The id that Canvas writes as ``number``: local below 10^13, global from there on."""
        return cls(*divmod(number, IDS_PER_SHARD))

    @classmethod
    def parse(cls, text: str) -> CanvasId:
        """Read ``565``, ``21070000000000565`` or ``2107~565``; ``ValueError`` for all else."""
        text = text.strip()
        if _NUMBER.fullmatch(text):
            return cls.of(int(text))
        if (parts := _SHARD_LOCAL.fullmatch(text)) is not None:
            shard, local = int(parts[1]), int(parts[2])
            if local < IDS_PER_SHARD:
                return cls(shard, local)
        raise ValueError(f"no Canvas id: {text[:60]!r} (a number, or SHARD~NUMBER)")

    @property
    def number(self) -> int:
        """The id as one integer: local on the home shard, global elsewhere."""
        return self.shard * IDS_PER_SHARD + self.local

    def seen_from(self, home_shard: int) -> CanvasId:
        """The same id where ``home_shard`` (0 = not known) is home: its objects become local."""
        return CanvasId(0, self.local) if self.shard == home_shard else self

    def may_be(self, other: CanvasId) -> bool:
        """Whether both may mean one object, as long as it is not certain which shard is home."""
        shards = {self.shard, other.shard}
        return self.local == other.local and (len(shards) == 1 or 0 in shards)

    def __str__(self) -> str:
        return str(self.number)
