"""What may be claimed while a run is under way, and what may not."""

from __future__ import annotations

from dataclasses import replace

from tests.campaign.honesty import LISTENING_MS, Outage, Sample, dishonesties
from tests.campaign.test_verdict import AT, ROW
from tests.campaign.verdict import Truth
from tui.events.event import Feed
from tui.journal.records import Gap, Stretch

GRADES, LIVE = "grades of course 565", "live events of course 565"
TRUTH = Truth((ROW,), (), ())


def read(start: int, end: int) -> Stretch:
    return Stretch(Feed.AUDIT, GRADES, AT + start, AT + end, AT + end)


def listened(start: int, end: int) -> Stretch:
    return Stretch(Feed.LIVE, LIVE, AT + start, AT + end, AT + end)


def gap(start: int, end: int) -> Gap:
    return Gap(Feed.LIVE, LIVE, AT + start, AT + end, "lost")


def sample(
    *covered: Stretch, keys: tuple[str, ...] = (), gaps: tuple[Gap, ...] = (), at: int = 60_000
) -> Sample:
    return Sample(AT + at, covered, gaps, frozenset(keys))


def found(one: Sample, *outages: Outage, taken: dict[str, int] | None = None) -> int:
    return len(dishonesties(TRUTH, [one], outages, taken or {}, 565))


def test_a_verified_second_holds_its_rows() -> None:
    assert found(sample(read(-9_000, 9_000))) == 1
    assert found(sample(read(-9_000, 9_000), keys=("audit:row-1",))) == 0
    assert found(sample(read(-9_000, 0))) == 0
    late = Truth((replace(ROW, visible=AT + 5_000),), (), ())
    assert dishonesties(late, [sample(read(-9_000, 9_000))], [], {}, 565) == []


def test_what_was_listened_to_is_heard() -> None:
    taken = {"live:1": AT}
    assert found(sample(listened(-9_000, 9_000)), taken=taken) == 1
    assert found(sample(listened(-9_000, 9_000), keys=("live:1",)), taken=taken) == 0
    assert found(sample(listened(-9_000, LISTENING_MS)), taken=taken) == 0


def test_coverage_does_not_grow_while_its_feed_is_cut_off() -> None:
    cut = Outage(Feed.LIVE, AT, AT + 5_000, "refused")
    assert found(sample(listened(-9_000, 100), at=3_000), cut) == 0
    assert found(sample(listened(-9_000, 2_000), at=3_000), cut) == 1
    assert found(sample(listened(-9_000, 2_000), at=100), cut) == 0, "it has only just begun"
    assert found(sample(listened(-9_000, 6_000), at=6_000), cut) == 0, "it is over"
    assert found(sample(read(-9_000, 2_000), keys=("audit:row-1",), at=3_000), cut) == 0


def test_what_was_not_listened_to_is_a_gap() -> None:
    two = (listened(-9_000, 0), listened(5_000, 9_000))
    assert found(sample(*two)) == 1
    assert found(sample(*two, gaps=(gap(1_000, 5_000),))) == 1
    assert found(sample(*two, gaps=(gap(0, 5_000),))) == 0
