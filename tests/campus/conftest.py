from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.campus.wire import Clock, Wire
from tui.campus.build import build
from tui.campus.hand import Hand
from tui.campus.server import CampusServer


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A campus with a past of 1,500 rows, served."""
    clock = Clock()
    campus = build("ordinary", seed=3, history=1500, now=clock)
    with CampusServer(campus) as server, httpx.Client() as http:
        yield Wire(campus, server, http, clock)


@pytest.fixture
def blank() -> Iterator[Wire]:
    """A campus of one course of forty in which nothing has happened yet, served."""
    clock = Clock()
    campus = build("ordinary", seed=3, history=0, now=clock, courses=1, students=40)
    with CampusServer(campus) as server, httpx.Client() as http:
        yield Wire(campus, server, http, clock)


@pytest.fixture
def hand(blank: Wire) -> Hand:
    """Does things in the blank campus."""
    return Hand(blank.campus)
