"""What is read where the changes of one request are one row: slots with groups, sums of groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tui.journal.reader import Reader
from tui.journal.records import GroupSum, Slot
from tui.query.ast import Filter


def walked(
    reader: Reader, where: Filter, before: Slot | None, limit: int, *, fold: bool
) -> tuple[list[Slot], list[int]]:
    """Slots newest first; with ``fold`` the group of each, 0 for none."""
    if not fold:
        return reader.slots(where, before=before, limit=limit), []
    found = reader.walk(where, before=before, limit=limit)
    return [slot for slot, _ in found], [group or 0 for _, group in found]


def sums_of(
    reader: Reader, groups: Sequence[int], where: Filter | None, beyond: Filter | None
) -> Mapping[int, GroupSum]:
    """What of each group matches, and how many of it there are in ``beyond``, if that is given."""
    if not groups or where is None:
        return {}
    sums = reader.group_sums(groups, where)
    if beyond is None or not sums:
        return sums
    wholes = reader.group_sums(list(sums), beyond)
    return {
        group: replace(each, whole=wholes[group].count if group in wholes else None)
        for group, each in sums.items()
    }
