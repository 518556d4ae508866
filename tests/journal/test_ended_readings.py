"""A reading that nobody wants any more ends, wherever it is, and disturbs nothing else."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.journal.making import NOW, a_grade, batch_of
from tui.journal.connect import Door, connect
from tui.journal.faults import ReadingEnded, told
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.query.ast import EVERYTHING, Filter, Mentions, Or

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
SLOW: Filter = Or(tuple(Mentions(f"{number} is nowhere") for number in range(400)))
"""Takes a second for each few thousand events."""


def ask_for_ever(reader: Reader, unwanted: threading.Event) -> None:
    while True:
        reader.until(unwanted).count(SLOW)


def test_a_statement_without_end_ends_when_its_answer_is_not_wanted_any_more() -> None:
    door = Door(connect(None, patience_ms=0), threading.RLock(), None)
    unwanted = threading.Event()

    def endless() -> None:
        with told(None), door.transaction("DEFERRED", unwanted) as db:
            db.execute(ENDLESS).fetchone()

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(endless)
        unwanted.set()
        with pytest.raises(ReadingEnded):
            reading.result()
    with door.transaction("IMMEDIATE") as db:  # what others do goes on as ever
        few = ENDLESS.replace("FROM n)", "FROM n LIMIT 200000)")
        assert db.execute(few).fetchone() == (200_000,)
    door.db.close()


def test_a_question_is_cut_short_and_the_next_one_is_answered(
    journal: Journal, reader: Reader
) -> None:
    journal.record(batch_of(*(a_grade(number) for number in range(1_000))))
    unwanted = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask_for_ever, reader, unwanted)
        unwanted.set()
        with pytest.raises(ReadingEnded):
            asking.result()
    assert reader.count(EVERYTHING) == 1_000
    assert reader.until(threading.Event()).count(EVERYTHING) == 1_000
    journal.record(batch_of(a_grade(1_000)))
    assert reader.count(EVERYTHING) == 1_001


def test_what_is_not_wanted_is_not_begun(reader: Reader) -> None:
    unwanted = threading.Event()
    unwanted.set()
    with pytest.raises(ReadingEnded):
        reader.until(unwanted).touch()
    assert reader.touch() >= 0


def test_a_writer_beside_a_reading_that_ends_is_not_disturbed(
    journal: Journal, reader: Reader
) -> None:
    """In memory both use one connection."""
    journal.record(batch_of(*(a_grade(number) for number in range(500))))
    over = threading.Event()

    def ask() -> int:
        ended = 0
        while not over.is_set():
            unwanted = threading.Event()
            timer = threading.Timer(0.002, unwanted.set)
            timer.start()
            with pytest.raises(ReadingEnded):
                ask_for_ever(reader, unwanted)
            ended += 1
        return ended

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask)
        for number in range(500, 520):
            events = (a_grade(100 * number + each, at=NOW + each) for each in range(50))
            journal.record(batch_of(*events))
        over.set()
        assert asking.result() > 0
    assert reader.count(EVERYTHING) == 500 + 20 * 50
