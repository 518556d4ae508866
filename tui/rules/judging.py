"""Applies the rules to the journal: what changed is judged again, and nothing else.

What the journal says of a row is the same in whatever order and in however many pieces the rows
came as if everything were judged at once: every change names the timelines and the time around it
that it concerns (:mod:`tui.rules.stretches`), and these are judged anew from what is there now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import uuid4

from tui.journal.docket import Changes, Docket, Turn
from tui.journal.faults import JournalFault
from tui.journal.hits import Found, Verdict
from tui.journal.timelines import Line, next_party, rows_after, rows_of
from tui.rules.bites import Bites
from tui.rules.case import Along, AttentionRule, Case
from tui.rules.cases import Cases
from tui.rules.concern import concerned, unlined
from tui.rules.place import Place
from tui.rules.stretches import ALWAYS, EARLIEST, LATEST, Reach, Span, judge
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
_T = TypeVar("_T")


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


class _Ended(Exception):
    """The judging is to end, in the middle of a step; what is not written is judged again."""


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
    """So many rows are looked at together at most, and judged in one step."""
    many: int = MANY
    """So many new rows, if they are a quarter of all, are judged with all the others, at less cost
    than by themselves."""
    _holder: str = field(default_factory=lambda: uuid4().hex)
    _work: Iterator[list[Found]] | None = None
    _ours: bool = False
    _begun: bool = False
    _ended: bool = False
    _left: int = 0
    _whole: int = 0
    _timelines: Timelines = field(init=False)
    _bites: Bites = field(init=False)

    def __post_init__(self) -> None:
        self._bites = Bites(self.bite)
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
        self._bites.begin()
        try:
            found = next(self._work)
            self._bites.learn()
        except StopIteration:
            self._work = None
            return Progress(Turn.OURS, 0 if self.docket.idle() else max(self._left, 1))
        except _NotOurTurn:
            self._work, self._ours = None, False
            return Progress(Turn.ELSEWHERE)
        except BaseException as wrong:
            self._work = None
            if self._ended and isinstance(wrong, _Ended | JournalFault):
                return Progress(Turn.OURS, max(self._left, 1))
            raise
        since = self.since
        told = () if since is None else tuple(each for each in found if each.at >= since)
        return Progress(Turn.OURS, max(self._left, 1), told)

    def catch_up(self) -> Turn:
        """Judge all that is to be judged now, without a rest, if it is our turn."""
        while (progress := self.step()).left:
            pass
        return progress.turn

    def end(self) -> None:
        """From another thread: let a step that is under way end at once, without its work."""
        self._ended = True
        self.docket.end()

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
        much = new >= self.many and new * _QUARTER >= self._whole
        if much or not self.docket.standing().noting:
            if not self.docket.begin_anew(self._holder, self.settings):
                raise _NotOurTurn
            new = 0
        standing = self.docket.standing()
        place = None if standing.anew is None else Place.read(standing.anew)
        self._left = new + (0 if place is None else self._left_anew(place))
        changes = self.docket.changes(self._bites.rows)
        if changes:
            yield from self._look_again(changes)
        if place is not None:
            yield from self._anew(place)

    def _left_anew(self, place: Place) -> int:
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

    def _alone(self, cases: Sequence[Case]) -> Iterator[Verdict]:
        """What there is to say of cases without their timelines."""
        yield from self._going(judge(self._rules(Along.EVENT), cases, ALWAYS, None))
        yield from unlined([(along, self._rules(along)) for along, _ in LINES], cases)

    def _going(self, things: Iterable[_T]) -> Iterator[_T]:
        """These, until the judging is to end."""
        for thing in things:
            if self._ended:
                raise _Ended
            yield thing

    # What came or changed

    def _look_again(self, changes: Changes) -> Iterator[list[Found]]:
        verdicts: list[Verdict] = []
        for part, verdict in self._judged_again(changes):
            verdicts += verdict
            self._bites.take(part)
            if self._bites.enough:
                yield self._put(verdicts)
                verdicts = []
        yield self._put(verdicts, settled=changes)

    def _judged_again(self, changes: Changes) -> Iterator[tuple[int, list[Verdict]]]:
        """Verdicts of all that the changes concern, each with how many rows were read for it."""
        ids = sorted({each.row for each in changes.moments if each.row is not None})
        while ids:
            some, ids = ids[: self._bites.rows], ids[self._bites.rows :]
            with self.docket.reading() as (db, meta):
                cases = Cases(meta.home_shard).of(db, rows_of(db, some))
            yield len(cases), list(self._alone(cases))
        for along, line in LINES:
            rules = self._rules(along)
            if not rules:
                continue
            reach = Reach.of(rules)
            for party, spans in concerned(self.docket, line, reach, changes.moments).items():
                for span in spans:
                    for piece, timeline in self._timelines.pieces(
                        line, party, reach.concerned(span), reach, self._bites.rows
                    ):
                        found = (
                            verdict
                            for cases in timeline.parts
                            for verdict in judge(rules, cases, piece, span, older=timeline.older)
                        )
                        yield timeline.rows, list(self._going(found))

    # Everything

    def _anew(self, place: Place) -> Iterator[list[Found]]:
        verdicts: list[Verdict] = []
        begun = False
        while place.stage < _STAGES and not (begun and self._bites.enough):
            part, found = self._anew_part(place)
            begun = True
            self._bites.take(part)
            verdicts += found
        ended = place.stage == _STAGES
        self._left = max(1, self._left_anew(place))
        yield self._put(verdicts, anew=(None if ended else place.text(),))

    def _anew_part(self, place: Place) -> tuple[int, list[Verdict]]:
        """Judge the next part, and go on; how many rows were read, and what was said of them."""
        if place.stage == 0:
            with self.docket.reading() as (db, meta):
                rows = rows_after(db, int(place.after or 0), self._bites.rows)
                cases = Cases(meta.home_shard).of(db, rows)
            if not rows:
                place.stage, place.after, place.done = 1, None, 0
                return 0, []
            place.after = rows[-1].id
            place.done += len(rows)
            return len(rows), list(self._alone(cases))
        along, line = LINES[place.stage - 1]
        rules = self._rules(along)
        with self.docket.reading() as (db, _):
            party = next_party(db, line, place.after) if rules else None
        if party is None:
            place.stage, place.after, place.start, place.done = place.stage + 1, None, None, 0
            return 0, []
        whole = Span(EARLIEST if place.start is None else place.start, LATEST)
        piece, timeline = next(
            self._timelines.pieces(line, party, whole, Reach.of(rules), self._bites.rows)
        )
        found = (
            verdict
            for cases in timeline.parts
            for verdict in judge(rules, cases, piece, None, older=timeline.older)
        )
        verdicts = list(self._going(found))
        place.done += timeline.rows
        if piece.end == LATEST:
            place.after, place.start = party, None
        else:
            place.start = piece.end + 1
        return timeline.rows + 1, verdicts
