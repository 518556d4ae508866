"""Where a grader grades from, as far as live events tell it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from tui.events.attention import Rule
from tui.events.event import Flag
from tui.events.ids import CanvasId
from tui.rules import words
from tui.rules.case import Along, Case
from tui.rules.doing import by_person
from tui.rules.settings import NewOrigin
from tui.rules.window import Window

_VERSION = re.compile(r"[0-9][0-9._]*")


@dataclass(frozen=True, slots=True)
class NewOriginRule:
    """From an address or a program that this grader was not seen with before.

    Where somebody acted as the grader, or a job did it, the address is not the grader's.
    """

    name: ClassVar[Rule] = Rule.NEW_ORIGIN
    along: ClassVar[Along] = Along.GRADER
    ahead_ms: int = field(default=0, init=False)

    bulk: int
    limits: NewOrigin

    @property
    def back_ms(self) -> int:
        return self.limits.days * words.DAY

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        by_grader: dict[CanvasId, list[Case]] = {}
        for case in timeline:
            if case.grader is not None and _told(case) and by_person(case, self.bulk):
                by_grader.setdefault(case.grader, []).append(case)
        for seen in by_grader.values():
            yield from self._new(seen)

    def _new(self, seen: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        earlier = Window(seen, back=self.back_ms, until=1)
        known = _Known()
        for case in seen:
            entered, left = earlier.move(case.at)
            known.add(entered)
            known.drop(left)
            if len(earlier) >= self.limits.gradings and (new := known.new_of(case)):
                yield (
                    case,
                    (
                        f"{new}; this grader's {len(earlier):,} earlier gradings seen live "
                        f"came from {known.told()}"
                    ),
                )


@dataclass(slots=True)
class _Known:
    """How often each address and each program was seen."""

    addresses: Counter[str] = field(default_factory=Counter[str])
    programs: Counter[str] = field(default_factory=Counter[str])

    def add(self, cases: Sequence[Case]) -> None:
        for case in cases:
            if case.client_ip:
                self.addresses[case.client_ip] += 1
            if case.user_agent:
                self.programs[_program(case.user_agent)] += 1

    def drop(self, cases: Sequence[Case]) -> None:
        for case in cases:
            if case.client_ip:
                _less(self.addresses, case.client_ip)
            if case.user_agent:
                _less(self.programs, _program(case.user_agent))

    def new_of(self, case: Case) -> str:
        """What of its origin is new, in words; empty for nothing. What was never told is not."""
        new: list[str] = []
        if case.client_ip and self.addresses and case.client_ip not in self.addresses:
            new.append("a new address")
        if case.user_agent and self.programs and _program(case.user_agent) not in self.programs:
            new.append("a new browser or program")
        return " and ".join(new)

    def told(self) -> str:
        addresses = words.counted(len(self.addresses), "address", "addresses")
        return f"{addresses} and {words.counted(len(self.programs), 'program')}"


def _less(counts: Counter[str], key: str) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]


def _told(case: Case) -> bool:
    own = case.actor is None or case.actor == case.grader
    return own and Flag.MASQUERADE not in case.flags and bool(case.client_ip or case.user_agent)


def _program(agent: str) -> str:
    """Without its version: that a browser updates itself is nothing new."""
    return _VERSION.sub("", agent)
