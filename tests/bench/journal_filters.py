"""How quickly a journal of a million events answers the filter bar.

``python -m tests.bench.journal_filters --events 1000000 [--keep FILE]`` prints, for each filter,
the median and the worst ms for the newest 200 matches, and the ratio of the median to that of the
same question to an empty journal in the same run. ``--keep`` leaves the journal at FILE and uses
it again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.bench.journal_school import BEGIN, YEAR_MS, School
from tui.events.event import Kind
from tui.events.ids import CanvasId
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import Batch, place_of
from tui.query.ast import EVERYTHING, And, During, Filter, Is, Not, OfKind, Or, Resembles, Role

BATCH = 1_000
LIMIT = 200
ROUNDS = 7

_ONE_GRADER = School().names()[-1].text
COURSE, STUDENT, GRADER = Role.COURSE, Role.STUDENT, Role.GRADER


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="gradewatch-bench-") as folder:
        path: Path = options.keep or Path(folder) / "full.sqlite3"
        full = Journal.open(path, now=lambda: BEGIN)
        if full.reader().touch() == 0:
            fill(full, School(), options.events)
        empty = Journal.open(Path(folder) / "empty.sqlite3", now=lambda: BEGIN)
        _report(full.reader(), empty.reader())
        _load_course(empty, "an empty journal")
        if not options.keep:
            _load_course(full, "the full journal")
        full.close()
        empty.close()
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path)
    return parser.parse_args(arguments)


def fill(journal: Journal, school: School, events: int) -> None:
    """Record the events in batches as a source does; the data is made outside the clock."""
    journal.record(Batch(names=school.names()))
    source = school.sightings(events)
    spent, done = 0.0, 0
    while batch := tuple(islice(source, BATCH)):
        begin = perf_counter()
        journal.record(Batch(sightings=batch, place=place_of(BEGIN, done)))
        spent += perf_counter() - begin
        done += len(batch)
    _say(f"{done} events in batches of {BATCH}: {done / spent:.0f} inserts/s")


def _load_course(journal: Journal, where: str) -> None:
    """History of one course, in pages of the audit log: 50,000 changes, 100 a page."""
    school = School(courses=1, students=600, graders=4, assignments=40, seed=2, enrolled=1)
    source, spent, done = school.sightings(50_000), 0.0, 0
    while batch := tuple(islice(source, 100)):
        begin = perf_counter()
        journal.record(Batch(sightings=batch, place=place_of(BEGIN, done)))
        spent += perf_counter() - begin
        done += len(batch)
    _say(f"50,000 changes of one course, in pages of 100, into {where}: {done / spent:.0f}/s")


def _filters() -> Iterator[tuple[str, Filter]]:
    def like(role: Role, text: str) -> Filter:
        return Resembles(role, text)

    def only(role: Role, *ids: int) -> Filter:
        return Is(role, tuple(CanvasId(0, one) for one in ids))

    old = During(BEGIN, BEGIN + YEAR_MS // 100)
    last_day = During(BEGIN + YEAR_MS - 86_400_000)
    yield "everything", EVERYTHING
    yield "course: one letter, nearly all", like(COURSE, "i")
    yield "course: the ended half", only(COURSE, *range(1, 101))
    yield "course: one, ended", only(COURSE, 3)
    yield "course: by number", like(COURSE, "150")
    yield "course: nothing", like(COURSE, "zzz")
    yield "student: one letter, nearly all", like(STUDENT, "a")
    yield "student: one letter, few", like(STUDENT, "q")
    yield "student: one first name", like(STUDENT, "margaret")
    yield "student: one of all", like(STUDENT, "Ada Abadi 0")
    yield "student: by number", like(STUDENT, "100500")
    yield "student: nothing", like(STUDENT, "zzz")
    yield "student: not one letter", Not(like(STUDENT, "a"))
    yield "grader: one letter, all", like(GRADER, "p")
    yield "grader: half, of ended courses", only(GRADER, *range(900_001, 900_401))
    yield "grader: one", like(GRADER, _ONE_GRADER)
    yield "grader: nothing", like(GRADER, "zzz")
    yield "grader: not the letter that all have", Not(like(GRADER, "p"))
    yield "time: the last day", last_day
    yield "time: the first days", old
    yield "time: never", During(BEGIN - 2, BEGIN - 1)
    yield "course i + student a", And((like(COURSE, "i"), like(STUDENT, "a")))
    yield "course m + student one", And((like(COURSE, "m"), like(STUDENT, "Ada Abadi 0")))
    yield "student a + grader p", And((like(STUDENT, "a"), like(GRADER, "p")))
    yield "student a + first days", And((like(STUDENT, "a"), old))
    yield "student q + last day", And((like(STUDENT, "q"), last_day))
    yield "course i + nobody", And((like(COURSE, "i"), like(STUDENT, "zzz")))
    yield "grader p + course ended half", And((like(GRADER, "p"), only(COURSE, *range(1, 101))))
    never = And((only(GRADER, *range(900_001, 900_401)), only(COURSE, *range(101, 201))))
    yield "half the graders + the other courses: nothing", never
    yield "the same + student a", And((never, like(STUDENT, "a")))
    courses = only(COURSE, *range(1, 131))
    graders = only(GRADER, *range(900_001 + 280, 900_001 + 800))
    watched = Or((only(COURSE, 3), And((only(Role.ACCOUNT, 1), OfKind((Kind.COURSE,))))))
    yield "a course, or an account's course events", watched
    yield "the same + student a", And((watched, like(STUDENT, "a")))
    yield "one assignment + grader p", And((only(Role.ASSIGNMENT, 301), like(GRADER, "p")))
    yield "overrides, of which there are none", OfKind((Kind.OVERRIDE,))
    yield "65 % of courses + 65 % of graders, met long ago", And((courses, graders))


def _report(full: Reader, empty: Reader) -> None:
    _say(f"{'newest 200 of':<50} {'median ms':>9} {'worst':>7} {'empty':>7} {'ratio':>6}  found")
    worst = 0.0
    for name, tree in _filters():
        found = len(full.slots(tree, limit=LIMIT))
        times = _timed(lambda tree=tree: full.slots(tree, limit=LIMIT))
        none = median(_timed(lambda tree=tree: empty.slots(tree, limit=LIMIT)))
        worst = max(worst, median(times))
        _say(
            f"{name:<50} {median(times):9.1f} {max(times):7.1f} {none:7.2f}"
            f" {median(times) / none:6.1f}  {found}"
        )
    _say(f"slowest median: {worst:.1f} ms")
    for role, text in ((STUDENT, "a"), (STUDENT, "mar"), (STUDENT, "1005"), (COURSE, "")):
        times = _timed(lambda role=role, text=text: full.suggest(role, text))
        _say(f"suggest {role.value} {text!r}: {median(times):.1f} ms")
    slots = full.slots(EVERYTHING, limit=50)
    times = _timed(lambda: full.stored([slot.id for slot in slots]))
    _say(f"50 visible rows: {median(times):.1f} ms")
    last = full.touch()
    times = _timed(lambda: full.touched(last - 10, Resembles(STUDENT, "a")))
    _say(f"10 arrivals judged: {median(times):.1f} ms")
    times = _timed(lambda: full.count(Resembles(STUDENT, "a")))
    _say(f"count of nearly all: {median(times):.1f} ms")


def _timed(question: Callable[[], object]) -> list[float]:
    """Milliseconds of each round."""
    times: list[float] = []
    for _ in range(ROUNDS):
        begin = perf_counter()
        question()
        times.append((perf_counter() - begin) * 1000)
    return times


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
