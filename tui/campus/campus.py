"""The simulated Canvas without its HTTP face: a school, people at work, tokens, the truth."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tui.campus.ledger import Ledger
from tui.campus.live_events.announcer import Announcer, Ways
from tui.campus.live_events.outbox import Outbox
from tui.campus.live_events.truth import LiveTruth, live_truth
from tui.campus.people import dice
from tui.campus.registrar import Registrar
from tui.campus.scenarios import Scenario
from tui.campus.school import School
from tui.campus.stage import Stage
from tui.campus.truth import Ask, CourseChange, TrueChange, course_truth, grade_truth

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; ``user`` is None when it was revoked."""

    name: str
    text: str
    user: int | None


class Campus:
    """Everything a server or a test asks for. Take ``lock`` to read more than one thing at once."""

    def __init__(
        self, registrar: Registrar, stage: Stage, scenario: Scenario, *, seed: int, turned: bool
    ) -> None:
        self.registrar = registrar
        self.stage = stage
        self.scenario = scenario
        self.tokens: dict[str, Token] = {}
        """By their text."""
        self.outbox = Outbox(registrar.lock)
        """Live events; none before :meth:`announce`."""
        self.announcer: Announcer | None = None
        self.history = registrar.rows
        """How many rows were committed in its past."""
        self._seed = seed
        self._turned = turned
        self._mint_usual()

    @property
    def school(self) -> School:
        return self.registrar.school

    @property
    def ledger(self) -> Ledger:
        return self.registrar.ledger

    @property
    def now(self) -> Callable[[], int]:
        """UTC milliseconds now."""
        return self.registrar.now

    @property
    def lock(self) -> AbstractContextManager[object]:
        return self.registrar.lock

    @property
    def courses(self) -> list[tuple[int, str]]:
        """(id, name) of every course with a class."""
        with self.lock:
            return [(each.id, each.name) for each in self.school.courses.values() if each.students]

    def mint(self, name: str, user: int | None) -> str:
        """A token called ``name`` for a user; the same campus always gives the same text."""
        text = "".join(dice(f"{self._seed}:token:{name}").choices(_LETTERS, k=64))
        token = Token(name, f"{self.school.shard}~{text}", user)
        self.tokens[token.text] = token
        return token.text

    def named(self, name: str) -> str:
        """The text of the token called ``name``."""
        return next(token.text for token in self.tokens.values() if token.name == name)

    @property
    def token(self) -> str:
        """An admin's of the root account."""
        return self.named("admin")

    @property
    def subadmin_token(self) -> str:
        """An admin's of a sub-account, for whom the audit log is closed."""
        return self.named("subadmin")

    @property
    def teacher_token(self) -> str:
        """A teacher's of the first course."""
        return self.named("teacher")

    @property
    def ta_token(self) -> str:
        """A TA's who is limited to one section of the first course."""
        return self.named("ta")

    @property
    def student_token(self) -> str:
        """A student's of the first course."""
        return self.named("student")

    @property
    def revoked_token(self) -> str:
        return self.named("revoked")

    def truth(
        self,
        *,
        course: int | None = None,
        assignment: int | str | None = None,
        student: int | None = None,
        grader: int | None = None,
        start: int | None = None,
        end: int | None = None,
        token: str | None = None,
    ) -> tuple[TrueChange, ...]:
        """The rows that the grade log shows to ``token`` (the admin's if None) by now.

        Newest first. ``assignment`` may be ``override``; ``start`` and ``end`` are UTC ms, both
        inclusive. Nothing for a token that may not ask this.
        """
        ask = Ask(course, assignment, student, grader, start, end)
        with self.lock:
            self.registrar.settle()
            return grade_truth(self.registrar, ask, self.tokens[token or self.token].user)

    def course_truth(
        self,
        *,
        course: int | None = None,
        account: int | None = None,
        start: int | None = None,
        end: int | None = None,
        token: str | None = None,
    ) -> tuple[CourseChange, ...]:
        """The rows that the course log shows, of one course or of one account's courses."""
        with self.lock:
            user = self.tokens[token or self.token].user
            return course_truth(self.registrar, course, account, start, end, user)

    def live_truth(self, *, course: int | None = None) -> tuple[LiveTruth, ...]:
        """Every live event emitted by now, of one course or all, in the order of emission."""
        with self.lock:
            self.registrar.settle()
            return live_truth(self.registrar, self.outbox, course)

    def announce(self, ways: Ways | None = None) -> Outbox:
        """From now on every act emits the live events that Canvas would; where they are."""
        with self.lock:
            self.announcer = Announcer(
                self.registrar, self.outbox, seed=self._seed, ways=ways or Ways()
            )
            self.registrar.witness = self.announcer
            return self.outbox

    def settle(self) -> None:
        """Insert the rows and run the jobs whose time has come."""
        with self.lock:
            self.registrar.settle()

    def begin(self, rate: float) -> None:
        """From now on people act at ``rate`` rows a second, as :mod:`tui.campus.live` lets them."""
        with self.lock:
            now = self.now()
            self.stage.open(rate, now)
            plots = (None if self._turned else self.scenario.past, self.scenario.live)
            for plot in plots if rate > 0 else ():
                if plot is not None:
                    self.stage.cue(plot(self.stage.scene), now)
            self._turned = True

    def _mint_usual(self) -> None:
        school = self.school
        first = min(school.courses.values(), key=lambda course: course.id)
        limited = [each.user for each in first.assistants if each.sections]
        self.mint("admin", min(school.admins))
        self.mint("subadmin", min(school.sub_admins))
        self.mint("teacher", first.teachers[0])
        self.mint("ta", limited[0])
        self.mint("student", first.students[0])
        self.mint("revoked", None)
