"""What one connection brings, gathered into what is committed together; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tui.events.event import Feed, Name, Rejected, Sighting
from tui.events.relay_wire import Cursor
from tui.journal.records import Batch, Gap, RelayCursor, Stretch
from tui.sources.relay.frames import Broken, Hello, Info, Told
from tui.sources.relay.interest import Interest

CAUGHT_UP, PROGRESS = "caught_up", "progress"
MARGIN_MS = 5_000
"""What counts as listened to ends so much before the last sign of life. A relay stamps an event
before it is on disk and tells it afterwards, several relays of one log in no order, and clocks
that are less than two seconds apart pass for equal: an event of just now may still come. Were the
relay's log lost now, a gap without this margin would begin after the events that it lost."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What is listened to; ``relay`` names relay and interest: the key of the cursor."""

    relay: str
    origin: str
    """Where rejected frames came from, in words."""
    interest: Interest

    @property
    def target(self) -> str:
        return self.interest.words


@dataclass(frozen=True, slots=True)
class Lost:
    """From ``start`` (UTC ms) on something may be missing; when it ends is not known yet.

    It is where what was surely listened to ends: :data:`MARGIN_MS` before the last sign of life.
    """

    start: int
    reason: str


@dataclass(slots=True)
class _Part:
    """Documents of one home shard: what is local in them means one Canvas."""

    home_shard: int
    sightings: list[Sighting]
    names: list[Name]
    rejected: list[Rejected]


class Catch:
    """Takes the frames of one connection in turn and gives batches.

    ``listened`` (UTC ms): up to when the stream was surely listened to (see :data:`MARGIN_MS`) and
    goes on without a hole; None where this connection begins anew. ``lost`` is told with what ends
    it.
    """

    def __init__(
        self, subscription: Subscription, *, listened: int | None, lost: Lost | None
    ) -> None:
        self._subscription, self._lost = subscription, lost
        self.listened = listened
        self.caught_up = False
        self.hello: Hello | None = None
        self.fruitful = False
        """A frame has been taken."""
        self._position: int | None = None
        self._told_to = listened
        self._told_cursor: tuple[int, int] | None = None
        self._gaps: list[Gap] = []
        self._parts: list[_Part] = []
        self.size = 0
        """Documents that are not in a batch yet."""

    def greet(self, hello: Hello, position: int, now: int) -> None:
        """The relay's own greeting; events from ``position`` on are to follow."""
        self.hello, self._position, self.caught_up = hello, position, False
        if position >= hello.head:
            self.at_head(now)

    def go_bare(self, now: int) -> None:
        """No greeting: a relay of another kind, whose events have no past and no place."""
        self.at_head(now)

    def at_head(self, now: int) -> None:
        """Nothing is left to come but what is new."""
        self.caught_up = True
        self.alive(now)

    def alive(self, now: int) -> None:
        """A sign of life; it is listening only if nothing older is still to come."""
        if self.caught_up:
            self._hear(now)

    @property
    def position(self) -> int | None:
        """The sequence number that comes next; None where there are none."""
        return self._position

    @property
    def behind(self) -> int | None:
        """Sequence numbers that are still to come; None at the head."""
        if self.hello is None or self._position is None or self.caught_up:
            return None
        return self.hello.head - self._position

    def take(self, frame: Told | Broken | Info, now: int) -> None:
        """Note one frame."""
        self.fruitful = True
        match frame:
            case Told(decoded, seq, received_at):
                may_show = self._subscription.interest.may_show
                wanted = [one for one in decoded.sightings if may_show(one.event)]
                if wanted or decoded.rejected:
                    part = self._part(decoded.home_shard)
                    part.sightings += wanted
                    part.names += decoded.names if wanted else ()
                    part.rejected += decoded.rejected
                self._hear(now if received_at is None else min(received_at, now))
                self._advance(seq, 1, now)
            case Broken(rejected, seq):
                self._part(0).rejected.append(rejected)
                self._advance(seq, 1, now)
            case Info(info=name, seq=seq):
                if name in {CAUGHT_UP, PROGRESS}:
                    self._advance(seq, 0, now)
                if name == CAUGHT_UP:
                    self.at_head(now)
        self.size += 1

    def _advance(self, seq: int | None, step: int, now: int) -> None:
        if seq is None or self.hello is None or self._position is None:
            return
        self._position = max(self._position, seq + step)
        if not self.caught_up and self._position >= self.hello.head:
            self.at_head(now)

    def _hear(self, at: int) -> None:
        if self._lost is not None:
            if at <= self._lost.start:
                return
            self._gaps.append(
                Gap(
                    Feed.LIVE,
                    self._subscription.target,
                    self._lost.start,
                    at,
                    self._lost.reason,
                )
            )
            self._lost, self.listened, self._told_to = None, at, None
        self.listened = at if self.listened is None else max(self.listened, at - MARGIN_MS)
        if self._told_to is None:
            self._told_to = self.listened

    def _part(self, home_shard: int) -> _Part:
        last = self._parts[-1] if self._parts else None
        if last is None or (home_shard and last.home_shard not in (0, home_shard)):
            last = _Part(home_shard, [], [], [])
            self._parts.append(last)
        last.home_shard = last.home_shard or home_shard
        return last

    def batches(self, now: int) -> Sequence[Batch]:
        """What is to be committed since the last call, the cursor and coverage with the last."""
        cursor, covered, gaps = self._cursor(), self._covered(now), tuple(self._gaps)
        parts, self._parts, self._gaps, self.size = self._parts, [], [], 0
        if not parts and (cursor is not None or covered or gaps):
            parts = [_Part(0, [], [], [])]
        batches = [
            Batch(
                sightings=tuple(part.sightings),
                names=tuple(part.names),
                rejected=tuple(part.rejected),
                origin=self._subscription.origin,
                home_shard=part.home_shard,
            )
            for part in parts
        ]
        if batches:
            batches[-1] = replace(batches[-1], covered=covered, cursor=cursor, gaps=gaps)
        return batches

    def _cursor(self) -> RelayCursor | None:
        """Where to go on, if it has moved; never beyond a hole that has not been told yet."""
        if self.hello is None or self._position is None:
            return None
        if self._lost is not None or self.listened is None:
            return None
        moved = (self._position, self.listened)
        if moved == self._told_cursor:
            return None
        self._told_cursor = moved
        place = Cursor(self.hello.epoch, self._position)
        return RelayCursor(self._subscription.relay, place, self.listened)

    def _covered(self, now: int) -> tuple[Stretch, ...]:
        if self._told_to is None or self.listened is None or self.listened <= self._told_to:
            return ()
        stretch = Stretch(Feed.LIVE, self._subscription.target, self._told_to, self.listened, now)
        self._told_to = self.listened
        return (stretch,)
