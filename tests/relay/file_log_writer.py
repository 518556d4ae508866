"""A program that appends to a log in files, many at once, and prints what was acknowledged.

``python -m tests.relay.file_log_writer FOLDER FIRST``: numbers from FIRST on; every third is
appended twice at the same time. A line ``number`` for each acknowledged, until it is killed.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from pathlib import Path

from tests.relay.arrivals import NOON, arrival
from tui.relay.file_log.file_log import FileLog

AT_ONCE = 16


async def main(folder: Path, first: int) -> None:
    log = await FileLog.open(folder, retention_s=86_400, clock=lambda: NOON)
    numbers = itertools.count(first)

    async def keep_appending() -> None:
        for number in numbers:
            again = number % 3 == 0
            await asyncio.gather(
                *(log.append([arrival(number, size=number % 5000)]) for _ in range(1 + again))
            )
            # one write a line: what arrives was acknowledged
            os.write(1, f"{number}\n".encode())

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(keep_appending())


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
