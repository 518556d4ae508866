"""Whatever dies, whatever is cut: once all has caught up, the journal is the truth.

``pytest -m campaign tests/campaign`` runs many seeds, ``GRADEWATCH_SEED=17 pytest -m campaign
tests/campaign`` one of them. A run that fails leaves its folder.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.campaign.plan import plan_of
from tests.campaign.run import run

_ONE = os.environ.get("GRADEWATCH_SEED")
SEEDS = range(3, 63) if _ONE is None else [int(_ONE)]


async def campaign(seed: int, steps: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix=f"gradewatch-campaign-{seed}-"))
    plan = plan_of(seed, steps=steps)
    try:
        await run(plan, folder)
    except BaseException as wrong:
        note = f"{plan}\nkept: {folder}\nagain: GRADEWATCH_SEED={seed} pytest -m campaign"
        (folder / "wrong.txt").write_text(f"{wrong!r}\n{note}\n")
        wrong.add_note(note)
        raise
    shutil.rmtree(folder)


@pytest.mark.parametrize("seed", range(3))
async def test_the_journal_is_the_truth_after_kills_and_cuts(seed: int) -> None:
    await campaign(seed, steps=3)


@pytest.mark.campaign
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS)
async def test_many_seeds(seed: int) -> None:
    await campaign(seed, steps=6)
