"""Whatever befalls the requests, once the poller has caught up the journal is the record."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from tests.sources.setting import (
    NOON,
    CampusServer,
    Desk,
    first_course,
    grade_many,
    grades_of,
    school,
    true_keys,
)
from tui.campus.warts import Fault, Faults, Warts
from tui.sources.health import State

CHANCES = {
    Fault.THROTTLE: 0.06,
    Fault.ERROR_500: 0.06,
    Fault.HTML: 0.04,
    Fault.DISCONNECT: 0.06,
    Fault.VANISH: 0.06,
    Fault.SLOW: 0.02,
    Fault.RESTART: 0.08,
    Fault.EMPTY_PAGE: 0.08,
    Fault.FOREIGN_LINK: 0.06,
}
fired: Counter[str] = Counter()


async def catch_up(seed: int) -> None:
    """Follow a campus that keeps changing through a server full of faults, until it is quiet."""
    desk = Desk()
    campus = school(desk.time, history=120, seed=seed)
    grade_many(campus, 35, at=NOON - 7_200_000)
    grade_many(campus, 8, at=NOON - 30_000, visible=NOON + 90_000)
    name = f"grades of course {first_course(campus).id}"
    plan = Faults(chances=CHANCES, seed=seed, slow_s=0.01)
    warts = Warts(
        max_per_page=(8, 10, 50)[seed % 3],
        old_bookmarks=seed % 2 == 1,
        throttle_status=(403, 429)[seed % 2],
        faults=plan,
    )
    acts = 0
    quiet_since: int | None = None

    def caught_up() -> bool:
        """Five more acts at the first polls, then quiet for longer than the overlap."""
        nonlocal acts, quiet_since
        desk.time.ms += 50
        live = desk.watch.healths[-1].state is State.LIVE
        if live and acts < 5:
            acts += 1
            grade_many(campus, 4, at=desk.time.ms - 500)
            quiet_since = None
        elif live and quiet_since is None:
            quiet_since = desk.time.ms
        return live and quiet_since is not None and desk.time.ms - quiet_since > 420_000

    async with CampusServer(campus, warts=warts) as server:
        source = desk.audit(server.url, campus.token, grades_of(campus), seed=seed)
        await desk.follow(source, until=caught_up)
        assert all(request.authorized for request in server.requests)
        fired.update(server.fired)
    stretches = [one for one in desk.journal.reader().coverage() if one.target == name]
    assert stretches[0].start == 0
    assert NOON < stretches[-1].end <= desk.time.ms
    gaps = [(below.end, above.start) for below, above in pairwise(stretches)]
    found = desk.found()
    assert len(found) == len(set(found))
    missing = true_keys(campus) - set(found)
    if warts.old_bookmarks:  # of a second full of hidden students it cannot show all
        course = first_course(campus).id
        times = {one.at for one in campus.truth(course=course) if f"audit:{one.id}" in missing}
        assert all(any(start <= at < end for start, end in gaps) for at in times)
        assert not gaps or any("cannot be read whole" in words for words in desk.watch.words())
    else:
        assert (missing, gaps) == (set(), [])
    desk.journal.close()


@pytest.mark.parametrize("seeds", [range(4), range(4, 8), range(8, 12)])
async def test_the_journal_equals_the_record_after_all_faults(seeds: range) -> None:
    fired.clear()
    for seed in seeds:
        await catch_up(seed)
    assert set(fired) == {fault.value for fault in CHANCES}


@pytest.mark.campaign
@pytest.mark.timeout(1800)
async def test_many_seeds() -> None:
    for seed in range(100, 300):
        await catch_up(seed)
    assert set(fired) >= {fault.value for fault in CHANCES}
