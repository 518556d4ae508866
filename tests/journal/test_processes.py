"""Several processes use one journal at once, and one of them may die at any moment."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.journal.grouped import all_of, groups_of, read_plainly
from tests.journal.making import NOW, ROOT, a_grade, batch_of, local
from tui.events.event import Thing
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import Slot
from tui.query.ast import EVERYTHING

SIZE = 40


def start(path: Path, name: str, batches: int, size: int = SIZE) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.journal.writing", str(path), name]
    return subprocess.Popen(
        [*command, str(batches), str(size)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )


def test_processes_that_open_a_new_journal_at_once_all_record(tmp_path: Path) -> None:
    path = tmp_path / "new" / "journal.sqlite3"
    writers = [start(path, name, 5) for name in "abcd"]
    touches: list[int] = []
    for writer in writers:
        out, _ = writer.communicate()
        assert writer.returncode == 0
        touches.extend(int(line.split()[2]) for line in out.splitlines())
    assert len(set(touches)) == len(touches), "no two commits end at the same touch"
    with (
        closing(Journal.open(path, now=lambda: NOW)) as journal,
        closing(journal.reader()) as reader,
    ):
        keys = [one.event.key for one in reader.oldest_first(EVERYTHING)]
    assert len(keys) == len(set(keys)) == 4 * 5 * SIZE


def test_two_processes_that_write_a_feed_each_end_in_one_row_per_change(tmp_path: Path) -> None:
    path, count = tmp_path / "journal.sqlite3", 90
    command = [sys.executable, "-m", "tests.journal.writing_one_feed", str(path)]
    writers = [
        subprocess.Popen([*command, feed, str(count)], cwd=ROOT) for feed in ("audit", "live")
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    with (
        closing(Journal.open(path, now=lambda: NOW)) as journal,
        closing(journal.reader()) as reader,
    ):
        rows = all_of(reader)
        groups = set(groups_of(reader).values())
    pairs = [(one.event.key, one.live_key) for one in rows]
    assert sorted(pairs) == sorted((f"audit:{n}", f"live:{n:04}") for n in range(count))
    assert groups == read_plainly(rows) == {frozenset(key for key, _ in pairs)}


def test_a_reader_follows_what_other_processes_record(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with (
        closing(Journal.open(path, now=lambda: NOW)) as journal,
        closing(journal.reader()) as reader,
    ):
        writers = [start(path, name, 10) for name in "ab"]
        have: set[Slot] = set()
        touch, renamed = 0, False
        while any(writer.poll() is None for writer in writers) or touch < reader.touch():
            touches = reader.touched(touch, EVERYTHING)
            assert not have & {one.slot for one in touches.events}, "each comes once"
            have.update(one.slot for one in touches.events if one.matches)
            touch, renamed = touches.touch, renamed or touches.names_changed
        assert [writer.wait() for writer in writers] == [0, 0]
        assert have == set(reader.slots(EVERYTHING, limit=-1))
        assert len(have) == 2 * 10 * SIZE
        assert renamed
        for writer in writers:
            writer.communicate()


def test_killed_while_recording_leaves_whole_batches(tmp_path: Path) -> None:
    path, size = tmp_path / "journal.sqlite3", 500
    committed = 0
    for life in range(4):
        writer = start(path, f"life{life}", 1_000, size)
        assert writer.stdout is not None
        for _ in range(2 + life):
            writer.stdout.readline()
            committed += 1
        writer.kill()
        rest, _ = writer.communicate()
        committed += rest.count("\n")
        with (
            closing(Journal.open(path, now=lambda: NOW)) as journal,
            closing(journal.reader()) as reader,
        ):
            batches: Counter[str] = Counter()
            for one in reader.oldest_first(EVERYTHING):
                batches[one.event.key.rpartition("/")[0]] += 1
            assert set(batches.values()) == {size}
            assert len(batches) >= committed
            committed = len(batches)


def test_threads_record_and_read_at_once(journal: Journal, reader: Reader) -> None:
    batches, wrong = 12, list[BaseException]()

    def write(first: int) -> None:
        try:
            for number in range(batches):
                journal.record(batch_of(a_grade(first + number), a_grade(first + number + 500)))
        except BaseException as fault:  # noqa: BLE001  a thread's fault is the test's
            wrong.append(fault)

    def read() -> None:
        try:
            with closing(journal.reader()) as own:
                for _ in range(batches):
                    found = own.stored([one.id for one in own.slots(EVERYTHING, limit=50)])
                    assert len(found) % 2 == 0, "a batch is seen whole"
        except BaseException as fault:  # noqa: BLE001  a thread's fault is the test's
            wrong.append(fault)

    threads = [threading.Thread(target=write, args=(n * 1000,)) for n in range(2)]
    threads += [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert reader.count(EVERYTHING) == 2 * batches * 2


def test_pseudonyms_are_the_same_in_every_process(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    things = [(Thing.USER, local(number)) for number in (30, 10, 20)]
    with (
        closing(Journal.open(path, now=lambda: NOW)) as one,
        closing(Journal.open(path, now=lambda: NOW)) as other,
    ):
        assert list(one.aliases(things).values()) == [1, 2, 3]
        assert other.aliases(things[::-1]) == one.aliases(things)
        assert other.aliases([(Thing.USER, local(5)), (Thing.COURSE, local(30))]) == {
            (Thing.USER, local(5)): 4,
            (Thing.COURSE, local(30)): 1,
        }
