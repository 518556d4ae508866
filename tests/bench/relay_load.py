"""Load for the relay's benches: live events, senders, and what the system says of a process."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from time import perf_counter

from tests.campaign.programs import home_env

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
_ENDS = b"\r\n\r\n"


def document(number: int, *, grade: str | None = None) -> bytes:
    """A live grade change of its own, about 1,300 bytes as hosted Canvas sends them."""
    metadata = {
        "client_ip": "203.0.113.7",
        "context_account_id": "21070000000000079",
        "context_id": "21070000000000565",
        "context_role": "TeacherEnrollment",
        "context_type": "Course",
        "event_name": "grade_change",
        "event_time": "2026-11-02T12:00:00.123Z",
        "hostname": "canvas.example.edu",
        "http_method": "POST",
        "producer": "canvas",
        "request_id": f"7e9f1a52-4b83-4c63-a9d1-{os.getpid():06x}{number % 2**24:06x}",
        "root_account_id": "21070000000000001",
        "root_account_lti_guid": "VicYj3cu5BIFpoZhDVU4DZumnlBrWi1grgJEzADs.oregon.canvas.edu",
        "root_account_uuid": "VicYj3cu5BIFpoZhDVU4DZumnlBrWi1grgJEzADs",
        "session_id": "ef686f8ed684abf78cbfa1f6a58112b5",
        "time_zone": "America/New_York",
        "url": "https://canvas.example.edu/courses/565/gradebook/update_submission",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "user_id": "21070000000000987",
        "user_login": "inewton@example.edu",
    }
    body = {
        "assignment_id": "21070000000000355",
        "assignment_name": "Lab report: osmosis",
        "grade": str(number % 100) if grade is None else grade,
        "grader_id": "21070000000000987",
        "grading_complete": True,
        "muted": False,
        "old_grade": None,
        "old_points_possible": 100,
        "old_score": None,
        "points_possible": 100,
        "score": number % 100,
        "student_id": f"2107{48 + number % 500:013}",
        "submission_id": f"2107{11_000 + number:013}",
        "user_id": f"2107{48 + number % 500:013}",
    }
    return json.dumps({"metadata": metadata, "body": body}).encode()


def request(body: bytes) -> bytes:
    """A whole POST of an event."""
    head = f"POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def post_for(port: int, concurrency: int, seconds: float, first: int) -> float:
    """Acknowledged POSTs a second over ``concurrency`` connections, each waiting for its answer."""
    requests = _requests(first)
    acknowledged = 0
    end = perf_counter() + seconds

    async def send() -> None:
        nonlocal acknowledged
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for one in requests:
                if perf_counter() >= end:
                    return
                await _exchange(reader, writer, one)
                acknowledged += 1
        finally:
            writer.close()

    begun = perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(send())
    return acknowledged / (perf_counter() - begun)


async def post_all(port: int, concurrency: int, first: int, number: int) -> None:
    """So many events, each acknowledged when it returns."""
    requests = islice(_requests(first), number)

    async def send() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for one in requests:
                await _exchange(reader, writer, one)
        finally:
            writer.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(send())


def _requests(first: int) -> Iterator[bytes]:
    number = first
    while True:
        yield request(document(number))
        number += 1


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one: bytes) -> None:
    writer.write(one)
    answer = await reader.readuntil(_ENDS)
    if not answer.startswith(b"HTTP/1.1 204"):
        raise SystemExit(f"not acknowledged: {answer[:200]!r}")


def memory(pid: int) -> int:
    """Resident bytes of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def cpu(pid: int) -> float:
    """Seconds of processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def running(
    module: str, words: Sequence[str], folder: Path
) -> Generator[tuple[subprocess.Popen[str], str]]:
    """``python -m module words…``, and the line it says when it is ready."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=home_env(folder, PYTHONWARNINGS="ignore"),
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
