"""Who acts when: a number of people at work side by side, so that rows come at a given rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import ceil

from tui.campus.acts import CourseAct
from tui.campus.scene import MEAN_PAUSE_S, Act, Scene

_MOST_PEOPLE = 60
_WAIT_FOR_WORK_S = 2.0
_LOOK_AGAIN_MS = 1000
_LONGEST_LAG_ROWS = 20
"""How many rows a person may lag behind the rate and still catch up."""
_HURRY_ROWS = 5
"""At this lag people do not pause at all."""


@dataclass(slots=True)
class _Place:
    """Somebody at work: one act after the other, ``ms_per_row`` apart in the long run."""

    act: Act | None
    paid: float
    """Until when (ms) this place's share of rows has been delivered."""
    solo: bool = False
    """Performs its act once, at its own speed, whatever the rate."""


class Stage:
    """The people who act. Time moves only by :meth:`move`."""

    def __init__(self, scene: Scene, acts: Sequence[tuple[CourseAct, float]]) -> None:
        self.scene = scene
        self._acts = [act for act, _ in acts]
        self._weights = [weight for _, weight in acts]
        self._queue: list[tuple[int, int, _Place]] = []
        self._order = 0
        self._people = 0
        self._wanted = 0
        self._ms_per_row = 0.0

    @property
    def due(self) -> int | None:
        """When the next move is due; None if nobody acts."""
        return self._queue[0][0] if self._queue else None

    def open(self, rate: float, at: int) -> None:
        """From ``at`` on rows come at ``rate`` a second, on average."""
        self._wanted = 0 if rate <= 0 else min(_MOST_PEOPLE, max(2, ceil(rate * MEAN_PAUSE_S)))
        self._ms_per_row = 1000 * self._wanted / rate if rate > 0 else 0.0
        while self._people < self._wanted:
            start = at + round(self._ms_per_row * self._people / self._wanted)
            self._people += 1
            self._push(start, _Place(None, start))

    def cue(self, act: Act, at: int) -> None:
        """Have ``act`` performed once, beside everything else."""
        self._push(at, _Place(act, at, solo=True))

    def shift(self, ms: int) -> None:
        """Move all that is due in time by ``ms``."""
        for _, _, place in self._queue:
            place.paid += ms
        self._queue = [(due + ms, order, place) for due, order, place in self._queue]
        heapify(self._queue)

    def move(self, at: int | None = None) -> None:
        """The next person makes a move, at ``at`` (None: when it is due)."""
        due, _, place = heappop(self._queue)
        scene = self.scene
        scene.at = due if at is None else at
        if place.act is None:
            place.act = self._choose()
        if place.act is None:
            place.paid = scene.at
            self._push(scene.at + _LOOK_AGAIN_MS, place)
            return
        before = scene.registrar.rows
        pause = next(place.act, None)
        rows = scene.registrar.rows - before
        if place.solo:
            if pause is not None:
                self._push(scene.at + round(1000 * pause), place)
            return
        longest = _LONGEST_LAG_ROWS * self._ms_per_row
        place.paid = max(place.paid, scene.at - longest) + rows * self._ms_per_row
        if pause is not None:
            self._push(scene.at + self._paced(pause, place), place)
        elif self._people > self._wanted:
            self._people -= 1
        else:
            place.act = None
            rest = self._paced(scene.random.uniform(1, _WAIT_FOR_WORK_S), place)
            self._push(max(scene.at + rest, round(place.paid)), place)

    def _paced(self, pause: float, place: _Place) -> int:
        """A pause (s) at this rate, in ms: shorter for who lags behind.

        What machines do in less than a second stays as quick.
        """
        if pause < 1 or not self._ms_per_row:
            return round(1000 * pause)
        lag = (self.scene.at - place.paid) / (_HURRY_ROWS * self._ms_per_row)
        return round(pause * self._ms_per_row / MEAN_PAUSE_S * min(1.0, max(0.02, 1 - lag)))

    def _choose(self) -> Act | None:
        """None while there is no course in which anybody works."""
        if (course := self.scene.course()) is None:
            return None
        (act,) = self.scene.random.choices(self._acts, self._weights)
        return act(self.scene, course)

    def _push(self, due: int, place: _Place) -> None:
        self._order += 1
        heappush(self._queue, (due, self._order, place))
