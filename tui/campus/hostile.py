"""A campus whose every text attacks: for tests of what reaches a terminal."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from tui.campus.campus import Campus


def hostile(campus: Campus, text: str) -> Campus:
    """Put ``text`` behind every text that the API returns: names, grades, descriptions, sources.

    What is committed later carries it too. Course texts are truncated at 1,000 characters as ever.
    """
    with campus.lock:
        school, ledger = campus.school, campus.ledger
        school.put(
            *(replace(each, name=each.name + text) for each in school.accounts.values()),
            *(replace(each, name=each.name + text) for each in school.assignments.values()),
            *(
                replace(
                    each,
                    name=each.name + text,
                    sortable=each.sortable + text,
                    login=each.login + text,
                    sis_id=None if each.sis_id is None else each.sis_id + text,
                )
                for each in school.people.values()
            ),
            *(
                replace(
                    each,
                    name=each.name + text,
                    code=each.code + text,
                    description=each.description + text,
                    sections=tuple(
                        replace(section, name=section.name + text) for section in each.sections
                    ),
                )
                for each in school.courses.values()
            ),
        )
        ledger.spoil(text)
        ledger.course_rows[:] = [
            replace(
                row,
                source=None if row.source is None else row.source + text,
                data={field: _spoilt(value, text) for field, value in row.data.items()},
            )
            for row in ledger.course_rows
        ]
    return campus


def _spoilt(value: object, text: str) -> object:
    if isinstance(value, str):
        return (value + text)[:1000]
    if isinstance(value, list):
        return [_spoilt(part, text) for part in cast("list[object]", value)]
    return value
