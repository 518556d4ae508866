"""Whose request it is and what it names: tokens, rights, and the ids that a path or query takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from tui.campus.campus import Campus
from tui.campus.people import Person
from tui.campus.school import ROOT_ACCOUNT, Account, Assignment, Course
from tui.campus.warts import Warts
from tui.campus.web.paging import Params
from tui.campus.web.replies import not_allowed, not_found
from tui.events.ids import CanvasId

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """One authenticated request; ``base`` is scheme and host, ``url`` has no query."""

    campus: Campus
    warts: Warts
    user: int
    path: Mapping[str, str]
    params: Params
    base: str
    url: str

    @property
    def admin(self) -> bool:
        """Has the audit rights on the root account."""
        return self.user in self.campus.school.admins

    def require_admin(self) -> None:
        if not self.admin:
            raise not_allowed(self.warts)

    def grades(self, course: Course) -> bool:
        """May manage or view all grades of the course."""
        school = self.campus.school
        return (
            self.admin
            or self.user in school.graders(course)
            or self.user in school.promoted.get(course.id, frozenset())
        )

    def number(self, text: str) -> int | None:
        """A numeric id, local, global or ``shard~local``, as this shard writes it."""
        try:
            return CanvasId.parse(text).seen_from(self.campus.school.shard).number
        except ValueError:
            return None

    # the API finder takes SIS forms too; Canvas's plain find does not (canvas-facts §1.4)

    def plain_course(self, text: str) -> Course | None:
        number = self.number(text)
        return None if number is None else self.campus.school.courses.get(number)

    def plain_user(self, text: str) -> Person | None:
        number = self.number(text)
        return None if number is None else self.campus.school.people.get(number)

    def plain_assignment(self, text: str) -> Assignment | None:
        number = self.number(text)
        return None if number is None else self.campus.school.assignments.get(number)

    def course(self, text: str) -> Course:
        """By the API finder; 404 if there is none."""
        kind, value = _sis(text)
        for each in self.campus.school.courses.values():
            by = {"sis_course_id": each.sis_id, "uuid": each.uuid, "lti_context_id": each.uuid}
            if kind in by and by[kind] == value:
                return each
        return _found(self.plain_course(text))

    def person(self, text: str) -> Person:
        if text == "self":
            return self.campus.school.people[self.user]
        kind, value = _sis(text)
        for each in self.campus.school.people.values() if kind else ():
            by = {"sis_user_id": each.sis_id, "sis_login_id": each.login}
            if kind in by and by[kind] == value:
                return each
        return _found(self.plain_user(text))

    def assignment(self, text: str) -> Assignment:
        kind, value = _sis(text)
        for each in self.campus.school.assignments.values() if kind else ():
            if kind == "sis_assignment_id" and each.sis_id == value:
                return each
        return _found(self.plain_assignment(text))

    def account(self, text: str) -> Account:
        accounts = self.campus.school.accounts
        if text == "self":
            return accounts[ROOT_ACCOUNT]
        kind, value = _sis(text)
        for each in accounts.values():
            if kind == "sis_account_id" and each.sis_id == value:
                return each
        number = self.number(text)
        return _found(None if number is None else accounts.get(number))


def _found(thing: T | None) -> T:
    if thing is None:
        raise not_found()
    return thing


def _sis(text: str) -> tuple[str, str]:
    """``sis_course_id:X``, or ``hex:sis_course_id:<X in hex>``, taken apart."""
    kind, colon, value = text.partition(":")
    if kind == "hex" and colon:
        kind, colon, digits = value.partition(":")
        try:
            value = bytes.fromhex(digits).decode()
        except ValueError:
            return "", ""
    return (kind, value) if colon else ("", "")
