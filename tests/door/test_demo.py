"""``gradewatch demo --headless``: both feeds for real, from one line."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import websockets
from websockets.exceptions import InvalidStatus

from tests.door.conftest import PATIENCE, Shell


@contextmanager
def demo(shell: Shell, *words: str) -> Generator[dict[str, Any]]:
    """A demo that runs: its line."""
    with shell.start("demo", "--headless", *words) as process:
        try:
            assert process.stdout is not None
            line: dict[str, Any] = json.loads(process.stdout.readline())
            yield line
        finally:
            process.send_signal(signal.SIGTERM)
            out, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (0, "")


def id_of(party: dict[str, str] | None) -> str | None:
    return None if party is None else party["id"]


def test_its_line_has_all_that_a_client_needs(shell: Shell) -> None:
    with demo(shell, "--events", "50") as line:
        assert set(line) == {"canvas_url", "canvas_token", "relay_url", "relay_token", "courses"}
        assert line["relay_url"].startswith("ws://127.0.0.1:")
        for course in line["courses"]:
            assert set(course) == {"id", "name"}
        with httpx.Client() as http:
            url = line["relay_url"].replace("ws:", "http:")
            assert http.get(f"{url}/healthz").status_code == 200
            assert http.post(f"{url}/v1/events", json={}).status_code == 401


async def test_a_grade_that_is_posted_comes_out_of_the_relay_and_is_a_row_of_the_log(
    shell: Shell,
) -> None:
    with demo(shell, "--events", "50", "--rate", "20") as line:
        bearer = {"Authorization": f"Bearer {line['relay_token']}"}
        url = f"{line['relay_url']}/v1/subscribe?kind=grade"
        async with websockets.connect(url, additional_headers=bearer) as relay:
            assert json.loads(await relay.recv())["type"] == "hello"
            body: dict[str, Any] = {}
            metadata: dict[str, Any] = {}
            while body.get("grade") == body.get("old_grade"):
                frame = json.loads(await relay.recv())
                if frame["type"] == "event":
                    body, metadata = frame["event"]["body"], frame["event"]["metadata"]
        course = int(metadata["context_id"]) % 10**13
        canvas = {"Authorization": f"Bearer {line['canvas_token']}"}
        async with httpx.AsyncClient(headers=canvas, base_url=line["canvas_url"]) as http:
            path = f"/api/v1/audit/grade_change/courses/{course}?per_page=100"
            rows = (await http.get(path)).json()["events"]
        same = [
            row
            for row in rows
            if (row["grade_before"], row["grade_after"]) == (body["old_grade"], body["grade"])
            and row["links"].get("assignment") == int(body["assignment_id"]) % 10**13
        ]
        assert same


async def test_who_has_no_token_is_refused_and_the_end_is_told(shell: Shell) -> None:
    with demo(shell, "--events", "20") as line:
        url = f"{line['relay_url']}/v1/subscribe"
        with pytest.raises(InvalidStatus, match="401"):
            await websockets.connect(url)
        bearer = {"Authorization": f"Bearer {line['relay_token']}"}
        relay = await websockets.connect(url, additional_headers=bearer)
    async with asyncio.timeout(PATIENCE):
        await relay.wait_closed()
    assert relay.close_code == 1001


def test_each_change_is_shown_unconfirmed_and_then_confirmed_once(shell: Shell) -> None:
    with demo(shell, "--events", "20", "--rate", "2") as line:
        shell.variables |= {
            "GRADEWATCH_CANVAS_URL": line["canvas_url"],
            "GRADEWATCH_CANVAS_TOKEN": line["canvas_token"],
            "GRADEWATCH_RELAY_URL": line["relay_url"],
            "GRADEWATCH_RELAY_TOKEN": line["relay_token"],
        }
        courses = [word for course in line["courses"] for word in ("--course", course["id"])]
        words = ("tail", *courses, "--journal", ":memory:", "--poll-interval", "3")
        told: list[dict[str, Any]] = []
        confirmed = 0
        with shell.start(*words, "--since", "-1s") as tail:
            assert tail.stdout is not None
            for text in tail.stdout:
                event = json.loads(text)
                if event["kind"] != "grade":
                    continue
                told.append(event)
                waiting = {each["key"] for each in told if "unconfirmed" in each["flags"]}
                confirmed += event.get("live_key") in waiting
                if confirmed == 5:
                    break
            tail.kill()
            tail.communicate()
    keys = [event["key"] for event in told]
    assert len(keys) == len(set(keys))
    place = {event["key"]: number for number, event in enumerate(told)}
    pairs = [event for event in told if event.get("live_key")]
    lives = [event["live_key"] for event in pairs]
    assert len(lives) == len(set(lives))
    for after in pairs:
        assert after["key"].startswith("audit:")
        assert after["seen_by"] == ["audit", "live"]
        assert "unconfirmed" not in after["flags"]
        if after["live_key"] in place:
            before = told[place[after["live_key"]]]
            assert place[before["key"]] < place[after["key"]]
            assert "unconfirmed" in before["flags"]
            parties = {"course", "assignment", "student", "grader"}
            if "hidden_student" in after["flags"]:  # told only until the log says that it is hidden
                parties.remove("student")
            for part in parties:
                assert id_of(before[part]) in (None, id_of(after[part]))
            assert before["after"]["grade"] == after["after"]["grade"]
            assert before["client_ip"] == after["client_ip"]


def test_a_scenario_that_is_none_is_refused_before_anything_starts(shell: Shell) -> None:
    ended = shell.run("demo", "--headless", "--scenario", "party")
    assert ended.code == 2
    assert "no scenario 'party'" in ended.line
