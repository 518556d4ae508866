"""The journal's tables, and how an older journal becomes a newer one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from tui.journal import disturbances
from tui.journal.codec import Value, change_numbers
from tui.journal.connect import patiently, share
from tui.journal.faults import CorruptJournal, fault, newer

APPLICATION_ID = 0x67725774
"""In the file's header: what tells a journal from any other SQLite file."""

_FIRST = """
CREATE TABLE events (
    id INTEGER PRIMARY KEY,       -- the touch at which it came: never used twice
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    place INTEGER NOT NULL,
    touch INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    -- ids have no type on purpose: whole numbers where 64 bits take them, else text
    account, course, assignment, student, grader, actor, real_actor,
    before_grade TEXT, before_score REAL, before_points REAL,
    before_excused INTEGER, before_posted INTEGER,
    after_grade TEXT, after_score REAL, after_points REAL,
    after_excused INTEGER, after_posted INTEGER,
    delta REAL,
    flags INTEGER NOT NULL,
    links TEXT,
    changes TEXT,
    request_id TEXT, page_view TEXT, client_ip TEXT, user_agent TEXT, url TEXT,
    version,
    current_grade TEXT,
    event_source TEXT,
    revisions INTEGER NOT NULL DEFAULT 0
);
-- The two audit logs number their rows apart: one UUID may stand in both.
CREATE UNIQUE INDEX by_key ON events (key, kind = 'course');
-- Each of the others holds all that a filter reads, so that a filter never visits the wide rows:
-- a filter on a million events is then one walk over some tens of megabytes at worst.
CREATE INDEX by_time ON events
    (at, place, id, kind, course, assignment, student, grader, actor, account);
CREATE INDEX by_course ON events
    (course, at, place, id, kind, assignment, student, grader, actor, account);
CREATE INDEX by_assignment ON events
    (assignment, at, place, id, kind, course, student, grader, actor, account);
CREATE INDEX by_student ON events
    (student, at, place, id, kind, course, assignment, grader, actor, account);
CREATE INDEX by_grader ON events
    (grader, at, place, id, kind, course, assignment, student, actor, account);
CREATE INDEX by_actor ON events (actor, at, place, id);
CREATE INDEX by_touch ON events (touch);

CREATE TABLE raw (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE revisions (
    id INTEGER PRIMARY KEY, event INTEGER NOT NULL, replaced_at INTEGER NOT NULL,
    content TEXT NOT NULL, raw TEXT
);
CREATE INDEX revisions_of ON revisions (event);

CREATE TABLE names (
    thing TEXT NOT NULL, id NOT NULL, text TEXT NOT NULL, folded TEXT NOT NULL,
    PRIMARY KEY (thing, id)
) WITHOUT ROWID;
-- Who played which role how often: what completion offers and what filters are planned by.
CREATE TABLE parties (
    role TEXT NOT NULL, id NOT NULL, count INTEGER NOT NULL, last_at INTEGER NOT NULL,
    PRIMARY KEY (role, id)
) WITHOUT ROWID;
CREATE TABLE unnamed (
    thing TEXT NOT NULL, id NOT NULL, asked INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (asked, thing, id)
) WITHOUT ROWID;
CREATE TABLE aliases (
    thing TEXT NOT NULL, id NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (thing, id), UNIQUE (thing, number)
) WITHOUT ROWID;

CREATE TABLE coverage (
    feed TEXT NOT NULL, target TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    checked_at INTEGER NOT NULL,
    PRIMARY KEY (feed, target, start)
) WITHOUT ROWID;
CREATE TABLE rejected (
    id INTEGER PRIMARY KEY, reason TEXT NOT NULL, excerpt TEXT NOT NULL, origin TEXT NOT NULL,
    seen_at INTEGER NOT NULL
);
CREATE TABLE rejections (reason TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('touch', 0), ('names_touch', 0), ('purge_touch', 0), ('home_shard', 0);
"""

_ONE_TRUTH = """
-- What live reports said of changes that the audit log has confirmed: the log's row shows both.
CREATE TABLE partners (
    key TEXT PRIMARY KEY,
    event INTEGER NOT NULL UNIQUE,  -- the audit row, in events
    match TEXT NOT NULL,            -- among which rows its own is looked for
    at INTEGER NOT NULL,
    place INTEGER NOT NULL,
    row INTEGER,                    -- the id it had while it was shown by itself
    request TEXT,
    content TEXT NOT NULL,          -- as it came
    raw TEXT
);
CREATE INDEX partners_by_time ON partners (at);
CREATE INDEX partners_by_match ON partners (match, at);
CREATE INDEX partners_by_request ON partners (request) WHERE request IS NOT NULL;
-- What a row's own report says, where the row shows more than that or less.
CREATE TABLE truths (
    event INTEGER PRIMARY KEY,
    request TEXT,
    content TEXT NOT NULL,
    raw TEXT                        -- NULL: the one in the table raw
);
CREATE INDEX truths_by_request ON truths (request) WHERE request IS NOT NULL;
-- Whether Canvas shows or hides the students of an assignment, by the newest that the log said:
-- hidden or shown; presumed (hidden) where live reports alone have said that it is not posted.
CREATE TABLE secrecy (
    assignment PRIMARY KEY, state TEXT NOT NULL, touch INTEGER NOT NULL,
    course,                         -- NULL: no event has named it yet
    read_at INTEGER,                -- when the log was last seen to show its students
    muted_at INTEGER                -- of when a live report has last said that it is not posted
) WITHOUT ROWID;
CREATE INDEX kept_in ON secrecy (course);
-- Rows that are gone because another one shows their change.
CREATE TABLE moves (
    id INTEGER PRIMARY KEY, old INTEGER NOT NULL, at INTEGER NOT NULL, place INTEGER NOT NULL,
    touch INTEGER NOT NULL, new INTEGER NOT NULL
);
CREATE INDEX moves_by_touch ON moves (touch);
CREATE INDEX moves_by_old ON moves (old);
CREATE INDEX moves_by_new ON moves (new);

CREATE TABLE cursors (relay TEXT PRIMARY KEY, epoch TEXT, seq INTEGER, at INTEGER);
CREATE TABLE gaps (
    id INTEGER PRIMARY KEY, feed TEXT, target TEXT, start INTEGER, "end" INTEGER, reason TEXT,
    UNIQUE (feed, target, start, "end", reason)
);

CREATE INDEX by_request ON events (request_id, at) WHERE request_id IS NOT NULL;
CREATE INDEX by_page_view ON events (page_view, at) WHERE page_view IS NOT NULL;
CREATE INDEX live_only ON events (at, id) WHERE seen = 2;
-- Course totals whose posted score is the same as before: those that may have to be withheld.
CREATE INDEX quiet_totals ON events (course, at)
    WHERE kind = 'course_score' AND before_score IS after_score;

-- A posting or an edit of the points possible: the audit log keeps no row of it.
UPDATE events SET flags = flags & ~256
    WHERE seen = 2 AND kind = 'grade'
    AND before_grade = after_grade AND before_score = after_score;
INSERT INTO secrecy (assignment, state, course, touch)
    SELECT assignment, CASE WHEN student IS NULL THEN 'hidden' ELSE 'shown' END, course, max(touch)
    FROM events WHERE seen & 1 AND kind = 'grade' AND assignment IS NOT NULL
    AND (student IS NOT NULL OR flags & 4) GROUP BY assignment;
INSERT OR IGNORE INTO secrecy (assignment, state, course, touch)
    SELECT assignment, 'presumed', max(course), max(touch) FROM events
    WHERE seen = 2 AND kind = 'grade' AND assignment IS NOT NULL AND after_posted = 0
    GROUP BY assignment;
UPDATE secrecy SET
    read_at = (SELECT max(at) FROM events WHERE assignment = secrecy.assignment AND seen & 1),
    muted_at = (SELECT max(at) FROM events WHERE assignment = secrecy.assignment
        AND seen = 2 AND kind = 'grade' AND after_posted = 0);
INSERT INTO meta VALUES ('unsettled', 1);
"""

_FINDING = """
-- Which changes of one request a row belongs to; NULL: it is no part of a group.
ALTER TABLE events ADD COLUMN grp INTEGER;
-- What filters compare: see change_numbers.
ALTER TABLE events ADD COLUMN before_number REAL;
ALTER TABLE events ADD COLUMN after_number REAL;
ALTER TABLE events ADD COLUMN score_number REAL;
ALTER TABLE events ADD COLUMN points_number REAL;
ALTER TABLE events ADD COLUMN percent_number REAL;
UPDATE events SET
    before_number = change_number(0, before_grade, before_score, before_points,
        after_grade, after_score, after_points),
    after_number = change_number(1, before_grade, before_score, before_points,
        after_grade, after_score, after_points),
    score_number = change_number(2, before_grade, before_score, before_points,
        after_grade, after_score, after_points),
    points_number = change_number(3, before_grade, before_score, before_points,
        after_grade, after_score, after_points),
    percent_number = change_number(4, before_grade, before_score, before_points,
        after_grade, after_score, after_points);

-- What a filter without a party walks, and what sums are made of.
DROP INDEX by_time;
CREATE INDEX by_time ON events
    (at, place, id, kind, course, assignment, student, grader, actor, account,
    seen, flags, delta, grp,
    before_number, after_number, score_number, points_number, percent_number,
    type, before_grade, after_grade, before_score, after_score);
CREATE INDEX by_group ON events (grp, at, place, id, student, assignment, delta)
    WHERE grp IS NOT NULL;

-- A mark is put on a row and follows it: one that the log confirms goes on as another row.
CREATE TABLE marks (
    made_on INTEGER PRIMARY KEY,    -- the row on which it was put
    event INTEGER NOT NULL,         -- the one that shows it
    note TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX marks_of ON marks (event);
-- What the attention rules say of rows.
CREATE TABLE hits (
    event INTEGER NOT NULL, rule TEXT NOT NULL, why TEXT NOT NULL,
    PRIMARY KEY (event, rule)
) WITHOUT ROWID;
CREATE INDEX hits_by_rule ON hits (rule, event);
-- How far the rules have judged, and by which settings.
CREATE TABLE judged (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE past_filters (
    id INTEGER PRIMARY KEY,         -- higher is newer
    text TEXT NOT NULL UNIQUE, used_at INTEGER NOT NULL
);
INSERT INTO meta VALUES ('ungrouped', 1);
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _ONE_TRUTH, _FINDING + disturbances.TABLES)
"""Migration n makes format n+1 of format n; what is released is never edited."""

FORMAT = len(MIGRATIONS)
MANY = 20_000
"""Fewer events are brought to another format before anybody wonders."""


def prepare(db: sqlite3.Connection, path: Path | None, tell: Callable[[str], None]) -> None:
    """Bring an open database to :data:`FORMAT`; a new file gets its tables.

    ``tell`` takes a line about what may take long. Another process that does the same is waited
    for. Raises :class:`NewerJournal`, and :class:`CorruptJournal` for a database of something else,
    which is left as it is.
    """
    found = _format(db, path)
    share(db)
    if found == FORMAT:
        return
    db.create_function("change_number", 7, _change_number, deterministic=True)
    with patiently(db, tell):
        found = _format(db, path)  # again: another process may have been here
        if 0 < found < FORMAT:
            events: int = db.execute("SELECT count(*) FROM events").fetchone()[0]
            if events >= MANY:
                tell(f"bringing the journal to this version's format: {events:,} events, once")
        for number in range(found, FORMAT):
            _run(db, MIGRATIONS[number])
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {FORMAT}")


def _format(db: sqlite3.Connection, path: Path | None) -> int:
    found: int = db.execute("PRAGMA user_version").fetchone()[0]
    application: int = db.execute("PRAGMA application_id").fetchone()[0]
    empty = db.execute("SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)").fetchone()[0]
    if application != APPLICATION_ID and not empty:
        raise fault(CorruptJournal, path)
    if found > FORMAT:
        raise newer(path, found, FORMAT)
    return found


def _change_number(number: int, *sides: Value) -> Value:
    return change_numbers(*sides)[number]


def _run(db: sqlite3.Connection, script: str) -> None:
    """Statement by statement: ``executescript`` would commit the transaction under way."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""
