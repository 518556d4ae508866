"""Sources side by side: one's failure is not the others', and nothing that was read is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.sources.setting import NOON, Desk, Time, Watch
from tui.events.event import Event, Feed, Kind, Sighting
from tui.journal.faults import CorruptJournal, DiskFull, JournalFault
from tui.journal.records import Batch, Recorded
from tui.sources.health import Health, State
from tui.sources.replay import ReplaySource
from tui.sources.source import Outcome, Recorder, SourceFailed
from tui.sources.supervisor import JOURNAL, Supervisor


@dataclass
class Script:
    """A source that records some batches and then ends as it was told."""

    name: str
    batches: int = 1
    end: SourceFailed | None = None

    async def run(self, recorder: Recorder, *, once: bool) -> None:
        del once
        recorder.report(Health(self.name, State.READING))
        for number in range(self.batches):
            event = Event(
                key=f"{self.name}:{number}",
                kind=Kind.GRADE,
                type="grade_change",
                at=NOON,
                seen_by=(Feed.AUDIT,),
            )
            await recorder.record(Batch(sightings=(Sighting(event, "{}"),)))
        if self.end is not None:
            raise self.end


@dataclass
class Disk:
    """A journal whose disk is full for a while."""

    faults: int
    fault: Callable[[str], JournalFault] = DiskFull
    kept: list[Batch] = field(default_factory=list[Batch])

    def record(self, batch: Batch) -> Recorded:
        if self.faults > 0:
            self.faults -= 1
            raise self.fault("no room left to write the journal")
        self.kept.append(batch)
        return Recorded(new=len(batch.sightings))


async def test_one_that_fails_does_not_stop_the_others() -> None:
    desk = Desk()
    refused = SourceFailed("Canvas refuses", Outcome.REFUSED)
    away = SourceFailed("cannot reach it", Outcome.UNREACHABLE)
    for run in (desk.once, desk.run):
        with pytest.raises(SourceFailed) as failed:
            await run(Script("a", end=refused), Script("b", batches=5), Script("c", end=away))
        assert failed.value is away
    assert {key[0] for key in desk.found()} == {"a", "b", "c"}
    assert desk.watch.states("a")[-1] is State.REFUSED
    assert desk.watch.states("c")[-1] is State.STOPPED
    assert "Canvas refuses" in desk.watch.words()


@pytest.mark.parametrize("once", [True, False])
async def test_a_full_disk_is_said_and_waited_for(once: bool) -> None:
    time, watch, disk = Time(), Watch(), Disk(3)
    supervisor = Supervisor([Script("a", 4)], disk, watch, clock=time.now, sleep=time.sleep)
    assert await supervisor.run(once=once) is Outcome.DONE
    assert [batch.sightings[0].event.key for batch in disk.kept] == ["a:0", "a:1", "a:2", "a:3"]
    assert watch.states(JOURNAL) == [State.RETRYING, State.LIVE]
    assert "no room left" in watch.words()[0]
    assert supervisor.health[JOURNAL].state is State.LIVE


async def test_a_disk_that_stays_full_ends_a_single_run() -> None:
    time, watch = Time(), Watch()
    supervisor = Supervisor([Script("a")], Disk(99), watch, clock=time.now, sleep=time.sleep)
    with pytest.raises(DiskFull):
        await supervisor.run(once=True)


async def test_a_corrupt_journal_ends_the_run() -> None:
    time, watch = Time(), Watch()
    disk = Disk(1, CorruptJournal)
    supervisor = Supervisor([Script("a")], disk, watch, clock=time.now, sleep=time.sleep)
    with pytest.raises(CorruptJournal):
        await supervisor.run(once=False)


async def test_the_same_health_is_told_once(tmp_path: Path) -> None:
    desk = Desk()
    empty = tmp_path / "empty"
    empty.write_text("")
    await desk.once(ReplaySource(str(empty), clock=desk.time.now))
    assert [health.state for health in desk.watch.healths] == [State.READING, State.STOPPED]
