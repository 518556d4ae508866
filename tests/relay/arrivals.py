"""Arrivals for the logs, and strategies that draw them."""

from __future__ import annotations

from hypothesis import strategies as st

from tui.events.event import Kind
from tui.events.ids import IDS_PER_SHARD, CanvasId
from tui.relay.event_log import Arrival

NOON = 1_795_000_000_000
"""UTC ms."""
HOUR = 3_600_000


def arrival(number: int, *, at: int = NOON, size: int = 0) -> Arrival:
    """The same number, the same event."""
    return Arrival(
        key=f"live:{number:064x}",
        kind=Kind.GRADE,
        course=CanvasId.of(565),
        home_shard=10,
        received_at=at,
        event=f'{{"body":{{"submission_id":"{number}","grade":"é"}},"x":"{"x" * size}"}}',
    )


def arrivals(count: int, first: int = 0, *, at: int = NOON) -> list[Arrival]:
    return [arrival(number, at=at) for number in range(first, first + count)]


_LINES = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=60)
_COURSES = st.builds(CanvasId, st.integers(0, 2**63 - 1), st.integers(0, IDS_PER_SHARD - 1))
any_arrival = st.builds(
    Arrival,
    key=st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
    kind=st.sampled_from(Kind),
    course=st.none() | _COURSES,
    home_shard=st.integers(0, 2**63 - 1),
    received_at=st.integers(0, 2**50),
    event=_LINES,
)
