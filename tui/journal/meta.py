"""The journal's few numbers about itself, read and written inside a transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, fields


@dataclass(slots=True)
class Meta:
    """Touches count up by one with all that happens to the journal; several processes share them
    because they are read and written under the write lock."""

    touch: int = 0
    """The newest."""
    names_touch: int = 0
    """When a name was last learnt or changed."""
    purge_touch: int = 0
    """When events were last deleted."""
    home_shard: int = 0
    unsettled: int = 0
    """1: an older format did not pair what is here; see :mod:`tui.journal.settling`."""

    groups: int = 0
    """The newest number of a group."""
    ungrouped: int = 0
    """1: the groups of what is here are not known; see :mod:`tui.journal.grouping`."""

    def next(self) -> int:
        """A touch that nothing has had yet."""
        self.touch += 1
        return self.touch


def read_meta(db: sqlite3.Connection) -> Meta:
    values: dict[str, int] = dict(db.execute("SELECT name, value FROM meta"))
    return Meta(**{field.name: values.get(field.name, 0) for field in fields(Meta)})


def write_meta(db: sqlite3.Connection, meta: Meta) -> None:
    rows = [(field.name, getattr(meta, field.name)) for field in fields(Meta)]
    db.executemany("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", rows)
