"""The demo's Canvas is ready when it says so, and lively."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

from tui.campus.demo import Ready, serve, wall_clock
from tui.events.times import parse_time


async def test_the_demo_serves_until_it_is_stopped_and_goes_on_grading() -> None:
    stop, told = asyncio.Event(), asyncio.Queue[Ready]()
    async with asyncio.TaskGroup() as group:
        group.create_task(
            serve("ordinary", seed=1, rate=20, events=500, ready=told.put_nowait, stop=stop)
        )
        ready = await told.get()
        line: dict[str, Any] = json.loads(json.dumps(ready.as_json()))
        assert line["relay_url"] is None
        assert len(line["courses"]) == 4
        headers = {"Authorization": f"Bearer {line['canvas_token']}"}
        async with httpx.AsyncClient(base_url=line["canvas_url"], headers=headers) as http:
            newest = await newest_rows(http, line)
            assert wall_clock() - max(newest.values()) < 60_000
            later = newest
            while later == newest:
                later = await newest_rows(http, line)
        stop.set()


async def newest_rows(http: httpx.AsyncClient, line: dict[str, Any]) -> dict[str, int]:
    newest: dict[str, int] = {}
    for course in line["courses"]:
        path = f"/api/v1/audit/grade_change/courses/{course['id']}"
        event = (await http.get(path)).json()["events"][0]
        newest[event["id"]] = parse_time(event["created_at"])
    return newest
