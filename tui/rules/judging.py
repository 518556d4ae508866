"""Applies the rules to the journal: what changed is judged again, and nothing else.

What the journal says of a row is the same in whatever order and in however many pieces the rows
came as if everything were judged at once: every change names the timelines and the time around it
that it concerns (:mod:`tui.rules.stretches`), and these are judged anew from what is there now.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from tui.events.event import Kind
from tui.journal.disturbances import Moment, Party, around
from tui.journal.docket import Changes, Docket, Turn
from tui.journal.hits import Found, Verdict
from tui.journal.timelines import Line, next_party, rows_after, rows_of
from tui.rules.case import Along, AttentionRule
from tui.rules.cases import Cases
from tui.rules.stretches import ALWAYS, EARLIEST, LATEST, Reach, Span, changed_spans, judge
from tui.rules.timeline import Timelines

BITE = 8_000
MANY = 20_000
_QUARTER = 4
LINES: tuple[tuple[Along, Line], ...] = (
    (Along.GRADER, "grader"),
    (Along.COURSE, "course"),
    (Along.SUBMISSION, "student"),
)
_STAGES = 1 + len(LINES)
_ON_LINES = frozenset({Kind.GRADE.value, Kind.OVERRIDE.value, Kind.COURSE.value, ""})


@dataclass(frozen=True, slots=True)
class Progress:
    """What one step did."""

    turn: Turn
    left: int = 0
    """About how many events are still to be judged; 0: none."""
    found: tuple[Found, ...] = ()
    """What rules point at since this step, of events since the time that was asked for."""


class _NotOurTurn(Exception):
    """Another process has taken over."""


@dataclass(slots=True)
class _Place:
    """Where a judging of everything stands."""

    stage: int = 0
    after: Party | None = None
    """The row, grader, course or student that was judged last."""
    start: int | None = None
    """Up to where the next one is judged already."""
    done: int = 0
    """How many rows were judged in this stage."""

    @classmethod
    def read(cls, text: str) -> _Place:
        return cls(**json.loads(text)) if text else cls()

    def text(self) -> str:
        return json.dumps(
            {"stage": self.stage, "after": self.after, "start": self.start, "done": self.done}
        )


@dataclass(slots=True)
class Judge:
    """Judges one journal by some rules; used by one thread at a time.

    ``settings`` names all that the rules' verdicts rest on: a journal is judged by one such name.
    With ``take_over`` a journal that was judged by others is judged anew; without, they stay.
    """

    docket: Docket
    rules: Sequence[AttentionRule]
    settings: str
    take_over: bool = False
    since: int | None = None
    """Of events since this time (UTC ms) each step tells what is found; None: of none."""
    bite: int = BITE
    """Rows that are looked at together, and about how many are judged in one step."""
    many: int = MANY
    """So many new rows, if they are a quarter of all, are judged with all the others, at less cost
    than by themselves."""
    _holder: str = field(default_factory=lambda: uuid4().hex)
    _work: Iterator[list[Found]] | None = None
    _ours: bool = False
    _begun: bool = False
    _left: int = 0
    _whole: int = 0
    _timelines: Timelines = field(init=False)

    def __post_init__(self) -> None:
        self._timelines = Timelines(self.docket)

    def step(self) -> Progress:
        """Judge a part of what is to be judged: some tenths of a second. Raises JournalFault."""
        if self._work is None:
            turn = self._turn()
            if turn is not Turn.OURS:
                return Progress(turn)
            if self._begun and self.docket.idle():
                return Progress(turn)
            self._work = self._works()
        try:
            found = next(self._work)
        except StopIteration:
            self._work = None
            return Progress(Turn.OURS, 0 if self.docket.idle() else max(self._left, 1))
        except _NotOurTurn:
            self._work, self._ours = None, False
            return Progress(Turn.ELSEWHERE)
        except BaseException:
            self._work = None
            raise
        since = self.since
        told = () if since is None else tuple(each for each in found if each.at >= since)
        return Progress(Turn.OURS, max(self._left, 1), told)

    def catch_up(self) -> Turn:
        """Judge all that is to be judged now, without a rest, if it is our turn."""
        while (progress := self.step()).left:
            pass
        return progress.turn

    def close(self) -> None:
        """Let others judge."""
        if self._ours:
            self.docket.release(self._holder)
        self.docket.close()

    def _turn(self) -> Turn:
        standing = self.docket.standing()
        if self._begun and standing.settings != self.settings:
            self._ours = False
            return Turn.OTHER_SETTINGS
        if not self._ours or standing.holder != self._holder:
            taking = self.take_over and not self._begun
            turn = self.docket.claim(self._holder, self.settings, take_over=taking)
            self._ours = turn is Turn.OURS
            return turn
        return Turn.OURS

    def _works(self) -> Iterator[list[Found]]:
        """One round of work, step by step: what came first, else a part of judging everything."""
        if not self._begun:
            self._begun = True
            on = [rule.name for rule in self.rules]
            while (
                more := self.docket.drop_other_rules(self._holder, self.settings, on)
            ) is not None:
                if not more:
                    break
                yield []
            if more is None:
                raise _NotOurTurn
        new, self._whole = self.docket.left()
        if new >= self.many and new * _QUARTER >= self._whole:
            if not self.docket.begin_anew(self._holder, self.settings):
                raise _NotOurTurn
            new = 0
        standing = self.docket.standing()
        place = None if standing.anew is None else _Place.read(standing.anew)
        self._left = new + (0 if place is None else self._left_anew(place))
        changes = self.docket.changes(self.bite)
        if changes:
            yield from self._look_again(changes)
        if place is not None:
            yield from self._anew(place)

    def _left_anew(self, place: _Place) -> int:
        done = place.stage * self._whole + min(place.done, self._whole)
        return self._whole - done // _STAGES

    def _put(
        self,
        verdicts: Sequence[Verdict],
        *,
        settled: Changes | None = None,
        anew: tuple[str | None] | None = None,
    ) -> list[Found]:
        found = self.docket.put(self._holder, self.settings, verdicts, settled=settled, anew=anew)
        if found is None:
            raise _NotOurTurn
        return found

    def _rules(self, along: Along) -> list[AttentionRule]:
        return [rule for rule in self.rules if rule.along is along]

    # What came or changed

    def _look_again(self, changes: Changes) -> Iterator[list[Found]]:
        verdicts: list[Verdict] = []
        weight = 0
        for part, verdict in self._judged_again(changes):
            verdicts += verdict
            weight += part
            if weight >= self.bite:
                yield self._put(verdicts)
                verdicts, weight = [], 0
        yield self._put(verdicts, settled=changes)

    def _judged_again(self, changes: Changes) -> Iterator[tuple[int, list[Verdict]]]:
        """Verdicts of all that the changes concern, each with how many rows were read for it."""
        ids = sorted({each.row for each in changes.moments if each.row is not None})
        for first in range(0, len(ids), self.bite):
            with self.docket.reading() as (db, meta):
                cases = Cases(meta.home_shard).of(db, rows_of(db, ids[first : first + self.bite]))
            yield len(cases), list(judge(self._rules(Along.EVENT), cases, ALWAYS, None))
        for along, line in LINES:
            rules = self._rules(along)
            if not rules:
                continue
            reach = Reach.of(rules)
            for party, spans in self._concerned(line, reach, changes.moments).items():
                for span in spans:
                    for piece, timeline in self._timelines.pieces(
                        line, party, reach.concerned(span), reach, self.bite
                    ):
                        found = (
                            verdict
                            for cases in timeline.parts
                            for verdict in judge(rules, cases, piece, span, older=timeline.older)
                        )
                        yield timeline.rows, list(found)

    def _concerned(
        self, line: Line, reach: Reach, moments: Sequence[Moment]
    ) -> dict[Party, list[Span]]:
        """In which timelines something changed, and when."""
        times: dict[Party, set[int]] = {}
        terms: dict[Party, int] = {}
        for each in self._widened(moments, reach):
            party = {"grader": each.grader, "course": each.course, "student": each.student}[line]
            if party is None or each.kind not in _ON_LINES:
                continue
            times.setdefault(party, set()).add(each.at)
            if line == "course" and each.kind == Kind.COURSE:
                terms[party] = min(each.at, terms.get(party, each.at))
        spans = {party: list(changed_spans(whole, reach)) for party, whole in times.items()}
        for party, start in terms.items():  # a course's terms count for all that comes after
            spans[party].append(Span(start, LATEST))
        return spans

    def _widened(self, moments: Sequence[Moment], reach: Reach) -> Iterator[Moment]:
        for each in moments:
            if not each.everywhere:
                yield each
                continue
            with self.docket.reading() as (db, _):
                found = around(db, each.at, min(each.at + reach.back, LATEST))
            yield from found

    # Everything

    def _anew(self, place: _Place) -> Iterator[list[Found]]:
        verdicts: list[Verdict] = []
        weight = 0
        while weight < self.bite and place.stage < _STAGES:
            part, found = self._anew_part(place)
            weight += part
            verdicts += found
        ended = place.stage == _STAGES
        self._left = max(1, self._left_anew(place))
        yield self._put(verdicts, anew=(None if ended else place.text(),))

    def _anew_part(self, place: _Place) -> tuple[int, list[Verdict]]:
        """Judge the next part, and go on; how many rows were read, and what was said of them."""
        if place.stage == 0:
            with self.docket.reading() as (db, meta):
                rows = rows_after(db, int(place.after or 0), self.bite)
                cases = Cases(meta.home_shard).of(db, rows)
            if not rows:
                place.stage, place.after, place.done = 1, None, 0
                return 0, []
            place.after = rows[-1].id
            place.done += len(rows)
            return len(rows), list(judge(self._rules(Along.EVENT), cases, ALWAYS, None))
        along, line = LINES[place.stage - 1]
        rules = self._rules(along)
        with self.docket.reading() as (db, _):
            party = next_party(db, line, place.after) if rules else None
        if party is None:
            place.stage, place.after, place.start, place.done = place.stage + 1, None, None, 0
            return 0, []
        whole = Span(EARLIEST if place.start is None else place.start, LATEST)
        piece, timeline = next(
            self._timelines.pieces(line, party, whole, Reach.of(rules), self.bite)
        )
        verdicts = [
            verdict
            for cases in timeline.parts
            for verdict in judge(rules, cases, piece, None, older=timeline.older)
        ]
        place.done += timeline.rows
        if piece.end == LATEST:
            place.after, place.start = party, None
        else:
            place.start = piece.end + 1
        return timeline.rows + 1, verdicts
