"""Why something that was sent is not taken; each is one answer of ``POST /v1/events``."""

from __future__ import annotations

from typing import ClassVar


class NotTaken(Exception):
    """``str()`` says why in words that hold nothing of what was sent."""

    status: ClassVar[int]
    """The HTTP status that says it."""


class Malformed(NotTaken):
    """No live event can be read in it: sending it again does not help."""

    status = 400


class Unauthorized(NotTaken):
    """The sender did not prove that it may post."""

    status = 401


class ForeignSchool(NotTaken):
    """An event of another root account: Canvas signs those of all schools with the same keys."""

    status = 403


class TooLarge(NotTaken):
    """More than a live event can be."""

    status = 413


class KeysUnavailable(NotTaken):
    """Who sent it cannot be found out now: sending it again may help."""

    status = 503
