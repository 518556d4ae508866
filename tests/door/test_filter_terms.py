"""Every field, operator and time form of the filter language, on the command line."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.door.filtered_journal import NOW, fill
from tui.cli import run

ALL = "first regrade machine secret final course other"

TERMS: list[tuple[str, str]] = [
    ("", ALL),
    ("  ", ALL),
    # Who: an id, a part of the name, exactly these
    ("course:565", "first regrade final course"),
    ("course:bio", "first regrade final course"),
    ('course:"BIO 101: Genes (new)"', "first regrade final course"),
    ("course:#566", "machine secret"),
    ("course:#566,#570", "machine secret other"),
    ("assignment:12", "first regrade"),
    ("assignment:ESSAY", "first regrade"),
    ("assignment:#13", "secret"),
    ("student:ada", "first regrade"),
    ("student:emile", "machine"),
    ("student:“Émile Zola”", "machine"),
    ("student:2107~50", "final"),
    ("student:21070000000000050", "final"),
    ("student:#2107~50,#49", "machine final"),
    ('student:""', "first regrade machine final"),
    ('-student:""', "secret course other"),
    ("grader:hopper", "first regrade secret"),
    ("grader:o'neil", "course"),
    ("grader:8", "course"),
    ("grader:#7", "first regrade secret"),
    ("grader:#8", ""),
    ("actor:dean", "course"),
    ("actor:9", "final"),
    ("actor:#9,#8", "final course"),
    # What
    ("kind:grade", "first regrade machine secret"),
    ("kind:override", "final"),
    ("kind:course", "course"),
    ("kind:course_score", ""),
    ("kind:other,course", "course other"),
    ("type:copied_from", "course"),
    ("type:GRADE_change", "first regrade machine secret"),
    ("source:audit", "first regrade machine secret course other"),
    ("source:live", "regrade final"),
    ("source:sis", "course"),
    ("source:api", "other"),
    ("source:manual", ""),
    # How much
    ("before:<60", "secret"),
    ("before:<=60", "regrade secret"),
    ("before:60", "regrade"),
    ("before:=70", "final"),
    ('before:"60"', "regrade"),
    ("before:b", "machine"),
    ("before:none", "first course other"),
    ("-before:none", "regrade machine secret final"),
    ("after:>60", "regrade final"),
    ("after:>=60", "first regrade final"),
    ("after:60..70", "first"),
    ("after:60..85.5", "first regrade"),
    ("after:..60", "first secret"),
    ("after:85..", "regrade final"),
    ("after:A-", "machine"),
    ("after:a-", "machine"),
    ("after:none", "course other"),
    ("delta:>0", "regrade final"),
    ("delta:<0", "secret"),
    ("delta:-2", "secret"),
    ("delta:−2", "secret"),
    ("delta:=25.5", "regrade"),
    ("delta:-5..20", "secret final"),
    ("-delta:>0", "first machine secret course other"),
    ("score:>=60", "first regrade"),
    ("score:10", "secret"),
    ("points:100", "regrade"),
    ("points:<100", "first secret"),
    ("percent:75", "first"),
    ("percent:>80%", "regrade final"),
    ("percent:50..75", "first secret"),
    # What it is
    ("is:regrade", "regrade"),
    ("is:first", "first"),
    ("is:automatic", "machine"),
    ("is:excused", "machine"),
    ("is:anonymous", "machine"),
    ("is:hidden", "secret"),
    ("is:override", "final"),
    ("is:masquerade", "final"),
    ("is:unconfirmed", "final"),
    ("is:flagged", "regrade final"),
    ("is:marked", "machine"),
    ("-is:flagged -is:marked", "first secret course other"),
    ("rule:jump", "regrade"),
    ("rule:override", "final"),
    ("rule:fail-to-pass", ""),
    # The request
    ("ip:192.0.2.7", "regrade"),
    ("ip:192.0", "regrade"),
    ("ip:192.0.2.", "regrade"),
    ("ip:19", ""),
    ("ip:2001:DB8:", "final"),
    ("ip:2001:db8::1", "final"),
    ("agent:firefox", "regrade"),
    ('agent:"mozilla/5.0 f"', "regrade"),
    ("request:r-1", "regrade"),
    ("request:p-1", "final"),
    ("request:r", ""),
    # When
    ("since:-2h", "first"),
    ("since:-3h", "first regrade"),
    ("since:-3d", "first regrade machine secret"),
    ("since:-1w", "first regrade machine secret final"),
    ("since:today", "first regrade"),
    ("since:yesterday", "first regrade machine"),
    ("since:2026-11-16", "first regrade machine secret"),
    ("since:2026-11-16T10:00", "first regrade machine secret"),
    ("since:2026-11-16T10:00:01Z", "first regrade machine"),
    ('since:"2026-11-18 09:30:16"', "first"),
    ("since:10:00", "first"),
    ("until:2026-11-03", "course other"),
    ("until:2026-11-03T23:59", "course"),
    ("until:-2h", "regrade machine secret final course other"),
    ("until:10:00", "regrade machine secret final course other"),
    ("at:today", "first regrade"),
    ("at:yesterday", "machine"),
    ("at:2026-11-01", "course"),
    ("at:2026-11-01..2026-11-03", "course other"),
    ("at:2026-11-16..", "first regrade machine secret"),
    ("at:..2026-11-01", "course"),
    ("at:09:30", "regrade"),
    ("at:09:30:15", "regrade"),
    ("at:09:00..10:00", "regrade"),
    ("at:yesterday..today", "first regrade machine"),
    ("at:-3h..-2h", "regrade"),
    ('at:"yesterday 14:30"', "machine"),
    # Words and phrases: names, grades, types, ids
    ("ada", "first regrade"),
    ("ÉMILE", "machine"),
    ('"grace hopper"', "first regrade secret"),
    ("'bio 101'", "first regrade final course"),
    ("565", "first regrade final course"),
    ("2107~50", "final"),
    ("A-", "machine"),
    ("85.5", "regrade"),
    ("copied", "course"),
    ("o'neil", "course"),
    ("nobody", ""),
    # Together
    ("ada is:regrade", "regrade"),
    ("ada AND is:regrade", "regrade"),
    ("is:regrade OR is:marked", "regrade machine"),
    ("is:regrade OR is:marked course:art", "regrade machine"),
    ("(is:regrade OR is:first) -after:60", "regrade"),
    ("NOT kind:grade", "final course other"),
    ("-kind:grade", "final course other"),
    ("-(kind:grade OR kind:course)", "final other"),
    ("NOT (ada OR zola)", "secret final course other"),
    ("--is:regrade", "regrade"),
    ("ada or zola", ""),
    ('-"ada"', "machine secret final course other"),
    ("@flips", "regrade"),
    ("-@ours", "machine secret other"),
    ("@ours @flips", "regrade"),
]  # fmt: skip


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filtered")
    fill(folder / "journal.sqlite3")
    (folder / "config.toml").write_text(
        '[ui]\ntime_zone = "UTC"\n[filters]\nours = "course:bio"\nflips = "@ours is:regrade"\n'
    )
    return folder / "journal.sqlite3"


@pytest.mark.parametrize(("text", "expected"), TERMS, ids=[each[0] for each in TERMS])
def test_exactly_these_are_exported(
    text: str,
    expected: str,
    journal: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: NOW * 1_000_000)
    config = journal.with_name("config.toml")
    code = run(["export", "--journal", str(journal), "--config", str(config), "--filter", text])
    said = capsys.readouterr()
    assert (code, "column" in said.err) == (0, False)
    keys = {json.loads(line)["key"].partition(":")[2] for line in said.out.splitlines()}
    assert keys == set(expected.split())
