"""Recorded documents are read from files and pipes, whatever is in them."""

from __future__ import annotations

import asyncio
import json
import os
import random
from pathlib import Path

import pytest

from tests.sources.scripted_relay import change
from tests.sources.setting import NOON, Desk
from tests.sources.wire import page, row
from tui.query.ast import EVERYTHING
from tui.sources.health import State
from tui.sources.replay import ReplaySource
from tui.sources.source import Outcome, SourceFailed


def write(folder: Path, *documents: object, indent: int | None = None) -> str:
    file = folder / "events.json"
    file.write_text("\n".join(json.dumps(one, indent=indent) for one in documents) + "\n")
    return str(file)


@pytest.mark.parametrize("indent", [None, 2])
async def test_every_event_of_a_file_is_there_once(tmp_path: Path, indent: int | None) -> None:
    desk = Desk()
    rows = [row(number, NOON - number * 1000) for number in range(1234)]
    file = write(tmp_path, page(*rows[:200]), *rows[100:], indent=indent)
    await desk.once(ReplaySource(file, clock=desk.time.now))
    assert len(desk.found()) == 1234
    assert max(record.new + record.known for record in desk.watch.records) <= 500
    assert desk.watch.healths[-1].state is State.STOPPED
    assert sum(record.new + record.known for record in desk.watch.records) == 1334


async def test_broken_parts_are_counted_and_do_not_stop_the_rest(tmp_path: Path) -> None:
    desk = Desk()
    file = tmp_path / "events.json"
    good = json.dumps(row(1, NOON)).encode()
    file.write_bytes(b'{"a": \n' + good + b"\n\xff\xfe\x00junk\n[1, 2]\n" + good[:40])
    await desk.once(ReplaySource(str(file), clock=desk.time.now))
    assert desk.found() == ["audit:row-1"]
    info = desk.journal.reader().info()
    assert info.rejected >= 3


async def test_binary_junk_does_no_harm(tmp_path: Path) -> None:
    desk = Desk()
    file = tmp_path / "junk"
    file.write_bytes(random.Random(1).randbytes(700_000))  # noqa: S311  any bytes do
    await desk.once(ReplaySource(str(file), clock=desk.time.now))
    assert desk.found() == []
    assert desk.journal.reader().info().rejected > 100


@pytest.mark.parametrize(("name", "says"), [("missing", "No such file"), (".", "directory")])
async def test_a_file_that_cannot_be_read_is_a_usage_error(
    tmp_path: Path, name: str, says: str
) -> None:
    desk = Desk()
    with pytest.raises(SourceFailed, match=says) as failed:
        await desk.once(ReplaySource(str(tmp_path / name), clock=desk.time.now))
    assert failed.value.outcome is Outcome.USAGE
    assert str(failed.value).startswith("cannot read ")
    assert desk.watch.healths[-1].state is State.STOPPED


async def test_a_pipe_is_followed_as_it_is_written_to() -> None:
    desk = Desk()
    reading, writing = os.pipe()
    source = ReplaySource("-", clock=desk.time.now, stdin=reading)
    lines = [json.dumps(row(number, NOON)) + "\n" for number in range(3)]
    os.write(writing, lines[0].encode())

    def feed() -> bool:
        found = len(desk.found())
        if found == 1:
            os.write(writing, (lines[1] + lines[2][:50]).encode())
        if found == 2:
            os.write(writing, lines[2][50:].encode())
        return found == 3

    try:
        await desk.follow(source, until=feed)
    finally:
        os.close(writing)
        os.close(reading)


async def test_a_pipe_that_ends_ends_the_source() -> None:
    desk = Desk()
    reading, writing = os.pipe()
    os.write(writing, json.dumps(row(1, NOON)).encode())
    os.close(writing)
    try:
        await desk.run(ReplaySource("-", clock=desk.time.now, stdin=reading))
    finally:
        os.close(reading)
    assert desk.found() == ["audit:row-1"]


async def test_a_file_as_standard_input_is_read_too(tmp_path: Path) -> None:
    desk = Desk()
    descriptor = os.open(write(tmp_path, row(1, NOON)), os.O_RDONLY)
    try:
        await desk.once(ReplaySource("-", clock=desk.time.now, stdin=descriptor))
    finally:
        os.close(descriptor)
    assert desk.found() == ["audit:row-1"]


async def test_waiting_for_a_pipe_can_be_cancelled_at_once() -> None:
    desk = Desk()
    reading, writing = os.pipe()
    source = ReplaySource("-", clock=desk.time.now, stdin=reading)
    try:
        await desk.follow(source, until=lambda: bool(desk.watch.healths))
        await asyncio.sleep(0)
    finally:
        os.close(writing)
        os.close(reading)


async def test_what_a_file_shows_is_not_shown_after_a_report_that_it_is_unposted(
    tmp_path: Path,
) -> None:
    """Nobody knows when the file was written: perhaps before the students were hidden again."""
    desk = Desk()
    unposted = json.loads(json.dumps(change(3, at=NOON)))
    unposted["body"] |= {"muted": True, "assignment_id": "21070000000000011"}
    file = write(tmp_path, page(row(1, NOON - 60_000)), unposted)
    await desk.once(ReplaySource(file, clock=desk.time.now))
    shown = {one.event.key[:4]: one.event for one in desk.journal.reader().oldest_first(EVERYTHING)}
    assert shown["audi"].assignment == shown["live"].assignment
    assert shown["audi"].student is not None
    assert shown["live"].student is None
