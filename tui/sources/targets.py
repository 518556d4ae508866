"""What the user asked to watch."""

from __future__ import annotations

from dataclasses import dataclass

OVERRIDE = "override"
"""In place of an assignment: final-grade overrides only (Canvas takes the same word)."""


@dataclass(frozen=True, slots=True)
class Targets:
    """Ids as typed: numbers, ``shard~local`` or SIS forms such as ``sis_course_id:X``.

    Different kinds are ANDed, the same kind repeated is ORed. ``accounts`` adds the course
    events of those accounts. ``assignments`` may hold the word ``override``.
    """

    courses: tuple[str, ...] = ()
    assignments: tuple[str, ...] = ()
    students: tuple[str, ...] = ()
    graders: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    course_events: bool = True

    @property
    def empty(self) -> bool:
        """Nothing that the audit API could be asked for."""
        return not any((self.courses, self.assignments, self.students, self.graders, self.accounts))
