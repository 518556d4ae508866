"""People acting now: in real time, or as fast as a test's clock runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tui.campus.campus import Campus

Sleep = Callable[[float], Awaitable[None]]
"""Wait for so many seconds."""
_LONGEST_SLEEP_S = 1.0


def act(campus: Campus, until: int | None = None) -> int | None:
    """Make every move that is due, each at "now"; when (UTC ms) the next one is due.

    None if nobody acts any more, as when ``until`` rows are committed.
    """
    with campus.lock:
        while (due := campus.stage.due) is not None and due <= campus.now():
            if until is not None and campus.registrar.rows >= until:
                due = None
                break
            campus.stage.move(campus.now())
        campus.registrar.settle()
        return due


def act_until(campus: Campus, ms: int) -> None:
    """Make every move that is due before ``ms``, each when it is due: for clocks that jump."""
    with campus.lock:
        while (due := campus.stage.due) is not None and due < ms:
            campus.stage.move()
        campus.registrar.settle()


async def live(
    campus: Campus, *, rate: float, until: int | None = None, sleep: Sleep = asyncio.sleep
) -> None:
    """Act at ``rate`` rows a second until cancelled, or ``until`` so many rows are committed."""
    campus.begin(rate)
    while until is None or campus.registrar.rows < until:
        due = act(campus, until)
        wait = _LONGEST_SLEEP_S if due is None else (due - campus.now()) / 1000
        await sleep(min(_LONGEST_SLEEP_S, max(0.0, wait)))
