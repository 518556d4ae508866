"""Fields for what plays a part in an event: a course, an assignment, people."""

from __future__ import annotations

from datetime import tzinfo
from typing import ClassVar

from tui.events.ids import CanvasId
from tui.query.ast import DoneBy, Filter, Is, Resembles, Role
from tui.query.language.fault import Misread
from tui.query.language.field import Field, Here, Value, shown
from tui.query.language.quoting import quote, quoted

_IDS = "an exact id such as #565 or #2107~48, or several: #1,#2"


class Party(Field):
    """The role is played by who is named so, has this id, or, behind ``#``, by exactly these."""

    role: ClassVar[Role]
    takes = "an id, a part of the name, or #ID for exactly that one"

    def read(self, value: Value, here: Here) -> Filter:
        del here
        if value.quoted or not value.text.startswith("#"):
            return self._like(value.text)
        ids: list[CanvasId] = []
        offset = 0
        for part in value.text.split(","):
            if not part.startswith("#"):
                raise Misread(f"no exact id: {shown(part)}", _IDS, offset=offset)
            try:
                ids.append(CanvasId.parse(part[1:]))
            except ValueError:
                raise Misread(f"no exact id: {shown(part)}", _IDS, offset=offset) from None
            offset += len(part) + 1
        return Is(self.role, tuple(dict.fromkeys(ids)))

    def write(self, tree: Filter, zone: tzinfo) -> str | None:
        del zone
        if isinstance(tree, Is) and tree.role is self.role and tree.ids:
            return f"{self.name}:{','.join(f'#{one}' for one in tree.ids)}"
        text = self._text(tree)
        if text is None:
            return None
        return f"{self.name}:{quoted(text) if text.startswith('#') else quote(text)}"

    def _like(self, text: str) -> Filter:
        return Resembles(self.role, text)

    def _text(self, tree: Filter) -> str | None:
        if isinstance(tree, Resembles) and tree.role is self.role:
            return tree.text
        return None


class Course(Party):
    """``course:``."""

    name = "course"
    role = Role.COURSE
    words = "the course, by its id or a part of its name"
    examples = ("course:565", 'course:"bio 101"', "course:#565,#566")


class Assignment(Party):
    """``assignment:``."""

    name = "assignment"
    role = Role.ASSIGNMENT
    words = "the assignment, by its id or a part of its name"
    examples = ('assignment:"essay 1"', "assignment:#12")


class Student(Party):
    """``student:``."""

    name = "student"
    role = Role.STUDENT
    words = 'the student, by id or a part of the name; student:"" is any'
    examples = ("student:ada", "student:2107~48", '-student:""')


class Grader(Party):
    """``grader:``; by name it finds the editor of a course too."""

    name = "grader"
    role = Role.GRADER
    words = "who graded, or who edited the course; by exact id, who graded"
    examples = ("grader:hopper", "grader:#7")

    def _like(self, text: str) -> Filter:
        return DoneBy(text)

    def _text(self, tree: Filter) -> str | None:
        return tree.text if isinstance(tree, DoneBy) else None


class Actor(Party):
    """``actor:``."""

    name = "actor"
    role = Role.ACTOR
    words = "who made the request, where that is told: an editor, a masked user, a tool"
    examples = ("actor:hopper", "actor:#7")
