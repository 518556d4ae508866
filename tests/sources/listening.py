"""A listener to a scripted relay, and what it leaves in the journal."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from pydantic import SecretStr

from tests.sources.scripted_relay import Relay
from tests.sources.setting import Desk
from tui.events.event import Event
from tui.journal.records import Gap, Stretch
from tui.sources.health import State
from tui.sources.relay.address import RelayAddress
from tui.sources.relay.line import Timing
from tui.sources.relay.source import RelaySource
from tui.sources.source import Source
from tui.sources.targets import Targets

QUICK = Timing(open=5, hello=0.5, quiet=0.2, behind=0.1, pong=0.5, gather=0.01, close=0.2)
COURSE = Targets(courses=("565",))
LIVE_565 = "live events of course 565"


class Listener:
    """One journal; its sources are listeners of one relay after another."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.hints: list[Event] = []
        self.asked = 0

    def source(
        self,
        relay: Relay | str,
        targets: Targets = COURSE,
        *,
        token: str | None = None,
        since: int = 0,
        patient: bool = True,
        timing: Timing = QUICK,
    ) -> RelaySource:
        async def numbers() -> Targets:
            return targets

        def ask() -> None:
            self.asked += 1

        return RelaySource(
            RelayAddress.parse(relay if isinstance(relay, str) else relay.url),
            None if token is None else SecretStr(token),
            numbers,
            since=since,
            journal=self.desk.journal,
            clock=self.desk.time.now,
            hint=self.hints.append,
            read_now=ask,
            sleep=self.desk.time.sleep,
            random=Random(1),  # noqa: S311  jitter
            patient=patient,
            timing=timing,
        )

    async def once(self, source: Source) -> None:
        await self.desk.once(source)

    async def follow(self, source: Source, *, until: Callable[[], bool]) -> None:
        await self.desk.follow(source, until=until)

    @property
    def found(self) -> set[str]:
        found = self.desk.found()
        assert len(found) == len(set(found))
        return set(found)

    @property
    def states(self) -> list[State]:
        """The states as they followed each other."""
        seen = [health.state for health in self.desk.watch.healths]
        return [one for at, one in enumerate(seen) if at == 0 or seen[at - 1] is not one]

    @property
    def words(self) -> list[str]:
        return self.desk.watch.words()

    @property
    def gaps(self) -> list[Gap]:
        reader = self.desk.journal.reader()
        return reader.gaps()

    @property
    def listened(self) -> list[Stretch]:
        return self.desk.journal.reader().coverage()

    @property
    def rejections(self) -> dict[str, int]:
        return dict(self.desk.journal.reader().info().rejections)
