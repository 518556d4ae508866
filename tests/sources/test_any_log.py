"""Any log, cut into pages in any of the ways servers do, is read whole or said not to be."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.setting import NOON, Desk
from tests.sources.wire import Answer, Request, Wire, json_answer, page, row
from tui.events.times import parse_time
from tui.sources.source import SourceFailed
from tui.sources.targets import Targets

COURSE = Targets(courses=("5",), course_events=False)
WAYS = ("row", "time", "time or later", "none")


@dataclass
class Log:
    """A server of its own making: ``seconds`` (ascending) are the rows' ages before noon."""

    seconds: list[int]
    hidden: set[int]
    """Rows that are filtered out after paging, by their number."""
    size: int
    way: str
    """How a bookmark works: by row, by time (strictly older), by time (ties again), not at all."""

    def rows(self) -> list[tuple[int, int]]:
        """(number, UTC ms), newest first; the number is the order of insertion."""
        pairs = [(number, NOON - age * 1000) for number, age in enumerate(self.seconds)]
        return sorted(pairs, key=lambda pair: (-pair[1], -pair[0]))

    def answer(self, request: Request) -> Answer:
        if request.path != "/api/v1/audit/grade_change/courses/5":
            return json_answer({"errors": []}, status=404)
        rows = [pair for pair in self.rows() if self._within(pair[1], request.params)]
        rows = self._from(rows, request.params.get("page"))
        shown, rest = rows[: self.size], rows[self.size :]
        visible = [row(number, at) for number, at in shown if number not in self.hidden]
        if rest:
            number, at = shown[-1]
            bounds = "&".join(
                f"{name}={text}" for name, text in request.params.items() if name.endswith("_time")
            )
            link = f"{request.path}?{bounds}&page={at}.{number}&per_page={self.size}"
            return json_answer(page(*visible), Link=f'<{link}>; rel="next"')
        return json_answer(page(*visible))

    def _within(self, at: int, params: Mapping[str, str]) -> bool:
        end = params.get("end_time")
        return parse_time(params["start_time"]) <= at and (end is None or at <= parse_time(end))

    def _from(self, rows: list[tuple[int, int]], mark: str | None) -> list[tuple[int, int]]:
        if mark is None or self.way == "none":
            return rows
        at, number = (int(part) for part in mark.split("."))
        if self.way == "row":
            return [one for one in rows if (one[1], one[0]) < (at, number)]
        if self.way == "time":
            return [one for one in rows if one[1] < at]
        return [one for one in rows if one[1] <= at]


logs = st.builds(
    Log,
    seconds=st.lists(st.integers(1, 400).map(lambda age: age // 3), max_size=40),
    hidden=st.sets(st.integers(0, 40)),
    size=st.integers(1, 7),
    way=st.sampled_from(WAYS),
)


async def read(log: Log) -> None:
    desk = Desk()
    async with Wire(log.answer) as canvas:
        source = desk.audit(canvas.url, "token", COURSE)
        said = ""
        try:
            await desk.once(source)
        except SourceFailed as failed:
            said = str(failed)
        assert not said or "cannot be read whole" in said or "without showing a row" in said
        assert len(canvas.requests) < 500
    visible = {number: at for number, at in log.rows() if number not in log.hidden}
    found = desk.found()
    assert len(found) == len(set(found))
    assert set(found) <= {f"audit:row-{number}" for number in visible}
    stretches = desk.journal.reader().coverage()
    for number, at in visible.items():
        covered = any(one.start <= at < one.end for one in stretches)
        assert f"audit:row-{number}" in found or not covered
    if log.way == "row" and len(visible) == len(log.seconds):
        assert not said
    if not said:
        assert len(found) == len(visible)
    desk.journal.close()


@settings(max_examples=80, deadline=None)
@given(log=logs)
def test_what_is_said_to_be_verified_is_there(log: Log) -> None:
    asyncio.run(read(log))
