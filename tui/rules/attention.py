"""The rules as the settings have them, and the judging that goes on beside everything else."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo

from tui.journal.docket import Turn
from tui.journal.faults import JournalFault
from tui.journal.journal import Journal
from tui.rules.case import AttentionRule
from tui.rules.catalog import rules_of
from tui.rules.judging import Judge, Progress
from tui.rules.settings import RuleSettings

EDITION = 3
"""Raised when a rule comes to say something else: journals are judged anew then."""
LOOK_EVERY_S = 0.5
"""Between two looks at whether something has come."""
AGAIN_S = 5.0
"""After the journal could not be read or written."""
OTHER_SETTINGS = (
    "this journal is judged by other rule settings: what it says of events stays as it is "
    "(`gradewatch rules run` judges by yours)"
)


@dataclass(frozen=True, slots=True)
class Attention:
    """Rules, and the name of all that their verdicts rest on: a journal is judged by one name."""

    rules: tuple[AttentionRule, ...]
    name: str

    @classmethod
    def of(cls, settings: RuleSettings, zone: tzinfo) -> Attention:
        """``zone`` is that of courses whose own is not told."""
        told = {field: getattr(settings, field) for field in RuleSettings.model_fields}
        text = RuleSettings.model_construct(**told).model_dump_json()
        offsets = [str(zone.utcoffset(datetime(2026, month, 1))) for month in (1, 7)]  # noqa: DTZ001  asked of the zone itself
        whole = json.dumps([EDITION, text, offsets])
        return cls(rules_of(settings, zone), hashlib.sha256(whole.encode()).hexdigest()[:16])


@dataclass(frozen=True, slots=True)
class Judging:
    """How the judging is: what is left, and why it does not go on, in words."""

    progress: Progress
    fault: str = ""

    def words(self) -> str:
        """A few words where there is something to say; else nothing."""
        if self.fault:
            return f"attention rules wait: {self.fault}"
        if self.progress.turn is Turn.OTHER_SETTINGS:
            return "attention rules stopped here: another gradewatch judges by other settings"
        left = self.progress.left
        return f"judging {left:,} more events" if left > 1 else ""


async def keep_judging(
    journal: Journal,
    attention: Attention,
    tell: Callable[[Judging], None],
    *,
    take_over: bool,
    since: int | None = None,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Judge what comes until cancelled, or until another process judges by other settings.

    Runs in a thread of its own, and rests at least as long as it works.
    """
    loop = asyncio.get_running_loop()
    judges: list[Judge] = []

    def step() -> Judging:
        try:
            if not judges:
                judges.append(
                    Judge(
                        journal.docket(),
                        attention.rules,
                        attention.name,
                        take_over=take_over,
                        since=since,
                    )
                )
            return Judging(judges[0].step())
        except JournalFault as fault:
            return Judging(Progress(Turn.ELSEWHERE), str(fault))

    def close() -> None:
        with suppress(JournalFault):
            for judge in judges:
                judge.close()

    with ThreadPoolExecutor(1, thread_name_prefix="judging") as pool:
        try:
            while True:
                began = time.monotonic()
                judging = await loop.run_in_executor(pool, step)
                tell(judging)
                if judging.progress.turn is Turn.OTHER_SETTINGS:
                    return
                took = time.monotonic() - began
                await sleep(_rest(judging, took))
        finally:
            for judge in judges:
                judge.end()  # nobody waits for a step to be whole
            pool.submit(close)


def _rest(judging: Judging, took: float) -> float:
    if judging.progress.turn is not Turn.OURS:
        return AGAIN_S if judging.fault else LOOK_EVERY_S
    return took if judging.progress.left else max(LOOK_EVERY_S, 2 * took)
