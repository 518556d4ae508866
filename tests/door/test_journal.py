"""``journal info``, ``import`` and ``purge``: what is remembered, and how it is forgotten."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.door.conftest import Canvas, Shell
from tui.door.journal import duration_words, info_lines, size_words
from tui.events.event import Feed
from tui.journal.journal import Journal
from tui.journal.records import Batch, Stretch

PAYLOADS = [
    path
    for path in sorted((Path(__file__).parents[1] / "events" / "payloads").glob("*.json"))
    if not path.stem.endswith(("_links", "_data"))  # parts of documents
]
AUDIT = next(path for path in PAYLOADS if path.name == "grade_change_log.json")
HOUR = 3_600_000
NOON = 1_762_000_000_000 - 1_762_000_000_000 % 86_400_000 + 12 * HOUR


def info(shell: Shell, *options: str) -> str:
    ended = shell.run("journal", "info", *options)
    assert ended.code == 0, ended.err
    assert ended.err == ""
    return ended.out


def count(text: str, what: str) -> int:
    """The number that stands after a heading."""
    found = re.search(rf"^{what} +([\d,]+)", text, re.MULTILINE)
    assert found is not None, text
    return int(found[1].replace(",", ""))


def test_every_wire_format_is_imported_and_known_the_second_time(shell: Shell) -> None:
    files = [str(path) for path in PAYLOADS]
    first = shell.run("journal", "import", *files)
    assert first.code == 0
    assert first.out == ""
    lines = first.err.splitlines()
    assert [line.split(": ")[1] for line in lines[:-1]] == files
    assert all("0 set aside" in line for line in lines[:-1])
    events = count(info(shell), "events")
    assert events >= len(files)
    assert "journal.sqlite3" in lines[-1]
    second = shell.run("journal", "import", *files)
    assert all("0 new events" in line for line in second.err.splitlines()[:-1])
    assert count(info(shell), "events") == events


def test_the_standard_input_is_imported_and_what_is_broken_is_told(shell: Shell) -> None:
    document = json.dumps(json.loads(AUDIT.read_text(encoding="utf-8")))
    ended = shell.run("journal", "import", "-", given=f'{document}\n{{"x": 1}}\n{{"y": \n')
    assert ended.code == 0
    said = ended.err.splitlines()
    assert re.search(r"standard input: \d+ new events?, 0 changed, 0 known, 2 set aside", said[0])
    assert "neither an audit document nor a live event" in ended.err
    text = info(shell)
    assert count(text, "set aside") == 2
    assert "neither an audit document nor a live event" in text


def test_an_empty_page_is_ordinary_and_what_is_no_event_is_not(shell: Shell) -> None:
    document = json.loads(AUDIT.read_text(encoding="utf-8")) | {"events": []}
    ended = shell.run("journal", "import", "-", given=json.dumps(document))
    assert (ended.code, ended.err.count("0 new events")) == (0, 1)
    broken = shell.run("journal", "import", "-", given='{"x": 1}')
    assert broken.code == 2
    assert "none of it is an event of Canvas" in broken.err


def test_a_missing_file_is_one_line_and_nothing_is_imported(shell: Shell) -> None:
    ended = shell.run("journal", "import", str(AUDIT), "/no/such.json")
    assert ended.code == 2
    assert "/no/such.json" in ended.line
    assert not list(shell.home.rglob("*.sqlite3"))
    folder = shell.run("journal", "import", str(shell.home))
    assert folder.code == 2
    assert folder.line


def test_what_was_polled_is_told_with_its_coverage(admin: Shell, canvas: Canvas) -> None:
    tail = admin.run("tail", "--once", "--course", canvas.course)
    text = info(admin)
    assert count(text, "events") == len(tail.events)
    assert f"verified     grades of course {canvas.course} (audit)" in text
    assert re.search(r"^  read +20\d\d-", text, re.MULTILINE)
    assert f"_{canvas.server.port}.sqlite3" in text
    assert count(text, "names") > 0
    alone = Shell(admin.home)
    assert info(alone) == text, "without a Canvas the only journal is meant"


def test_gaps_are_told_in_words() -> None:
    journal = Journal.open(None, now=lambda: NOON)
    spans = [(NOON, NOON + HOUR), (NOON + HOUR + 480_000, NOON + 3 * HOUR)]
    covered = tuple(
        Stretch(Feed.AUDIT, "grades of course 5", start, end, NOON) for start, end in spans
    )
    journal.record(Batch(origin="test", covered=covered))
    lines = list(info_lines(journal.reader().info(), None))
    journal.close()
    place = lines.index("verified     grades of course 5 (audit)")
    assert [line[:10] for line in lines[place + 1 :]] == ["  read    ", "  no data ", "  read    "]
    assert lines[place + 2].endswith("(8 min)")


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (1, "1 s"),
        (119_000, "119 s"),
        (120_000, "2 min"),
        (7 * HOUR, "7 h"),
        (72 * HOUR, "3 days"),
    ],
)
def test_a_duration_is_said_in_its_largest_whole_unit(ms: int, words: str) -> None:
    assert duration_words(ms) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 KiB"), (1, "1 KiB"), (1 << 20, "1.0 MiB"), (3 << 29, "1.5 GiB")],
)
def test_a_size_is_said_in_a_unit_people_use(size: int, words: str) -> None:
    assert size_words(size) == words


def test_a_purge_forgets_what_is_older_and_says_how_much(shell: Shell) -> None:
    shell.run("journal", "import", *[str(path) for path in PAYLOADS])
    events = count(info(shell), "events")
    some = shell.run("journal", "purge", "--before", "2015-01-01")
    found = re.search(r"deleted (\d+) events? before 2015-01-01 00:00:00 \+0000", some.line)
    assert found is not None, some.line
    purged = int(found[1])
    assert 0 < purged < events
    assert count(info(shell), "events") == events - purged
    rest = shell.run("journal", "purge", "--before", "today")
    assert f"deleted {events - purged} event" in rest.line
    assert "no events" in info(shell)


def test_the_time_of_a_purge_is_read_in_the_zone_of_the_settings(shell: Shell) -> None:
    shell.configure('[ui]\ntime_zone = "Europe/Berlin"\n')
    ended = shell.run("journal", "purge", "--before", "2026-07-01")
    assert ended.code == 0
    assert "deleted 0 events before 2026-07-01 00:00:00 +0200" in ended.line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("info",), "no journal yet"),
        (("info", "--journal", ":memory:"), "--journal PATH"),
        (("import", str(AUDIT), "--journal", ":memory:"), "--journal PATH"),
        (("purge", "--before", "soon"), "--before"),
        (("purge",), "--before"),
        (("import",), "FILE"),
    ],
)
def test_what_cannot_be_done_is_one_line(shell: Shell, words: tuple[str, ...], said: str) -> None:
    ended = shell.run("journal", *words)
    assert ended.code == 2
    assert said in ended.line
    assert not list(shell.home.rglob("*.sqlite3"))


def test_what_is_no_journal_is_said_and_left_as_it_is(shell: Shell) -> None:
    path = shell.home / "notes"
    path.write_text("dear diary " * 500)
    before = path.read_bytes()
    for words in (("info",), ("import", str(AUDIT)), ("purge", "--before", "today")):
        ended = shell.run("journal", *words, "--journal", str(path))
        assert ended.code == 2
        assert str(path) in ended.line
    assert path.read_bytes() == before


def test_of_several_journals_one_has_to_be_named(shell: Shell) -> None:
    for host in ("a.example", "b.example"):
        options = ("--canvas-url", f"https://{host}")
        assert shell.run("journal", "import", str(AUDIT), *options).code == 0
        assert f"journal-{host}.sqlite3" in info(shell, *options)
    ended = shell.run("journal", "info")
    assert ended.code == 2
    assert "journal-a.example.sqlite3, journal-b.example.sqlite3" in ended.line


def test_an_export_says_in_words_why_a_file_cannot_be_written(shell: Shell) -> None:
    shell.run("journal", "import", str(AUDIT))
    nowhere = shell.home / "nowhere" / "out.csv"
    ended = shell.run("export", "--output", str(nowhere))
    assert (ended.code, ended.line) == (
        2,
        f"gradewatch: {nowhere}: there is no folder {nowhere.parent}",
    )
