"""One connection from its greeting to its end: frames in, batches out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed

from tui.events.event import Rejected
from tui.events.outcome import excerpt
from tui.events.relay_wire import Cursor, Refusal
from tui.sources.relay.answers import CursorRefused, shown
from tui.sources.relay.catch import Catch
from tui.sources.relay.frames import Broken, Complaint, Frame, Hello, read_frame
from tui.sources.relay.line import Line, Timing
from tui.sources.source import Clock

MOST = 500
"""Documents that are committed together."""


@dataclass
class Session:
    """``asked`` is the cursor the subscription was opened with; ``clock`` is the relay's."""

    line: Line
    asked: Cursor | None
    timing: Timing
    clock: Clock
    complaint: str = ""
    """What the relay said before it closed."""
    hello: Hello | None = None
    catch: Catch | None = None
    _early: list[Frame] = field(default_factory=list[Frame])

    async def greeting(self) -> Hello | None:
        """The relay's hello; None from a relay that has none.

        Raises :class:`CursorRefused` where the hello shows that the cursor means nothing here,
        which an honest relay says before.
        """
        message = await self.line.message_within(self.timing.hello)
        if message is None:
            return None
        frame = read_frame(message)
        if not isinstance(frame, Hello):
            self._early.append(frame)
            return None
        self._check(frame)
        self.hello = frame
        return frame

    def _check(self, hello: Hello) -> None:
        if self.asked is None:
            return
        if hello.epoch != self.asked.epoch:
            raise CursorRefused(Refusal.EPOCH_CHANGED, None)
        if hello.floor > self.asked.seq:
            raise CursorRefused(Refusal.CURSOR_TOO_OLD, hello.floor)
        if hello.head < self.asked.seq:
            raise CursorRefused(Refusal.CURSOR_IN_FUTURE, hello.floor)

    def welcome(self, catch: Catch) -> None:
        """Begin where the hello and the cursor say; without a hello, now."""
        if self.hello is None:
            catch.go_bare(self.clock())
            return
        start = self.hello.head if self.asked is None else self.asked.seq
        catch.greet(self.hello, start, self.clock())

    async def pump(
        self, catch: Catch, commit: Callable[[Catch], Awaitable[None]], *, once: bool
    ) -> None:
        """Take frames and have them committed, until the connection ends.

        With ``once`` until the head is reached. Raises ``ConnectionClosed`` and :class:`Dead`;
        what came before is committed.
        """
        loop, timing = self.line.loop, self.timing
        try:
            for frame in self._early:
                self._take(catch, frame)
            await commit(catch)
            while not (once and catch.caught_up):
                committed = loop.time()
                quiet = timing.quiet if catch.caught_up else timing.behind
                message = await self.line.next_message(quiet, timing.pong)
                if message is None:
                    catch.at_head(self.clock())
                else:
                    self._take(catch, read_frame(message))
                    await self._gather(catch, committed + timing.gather)
                await commit(catch)
        except ConnectionClosed:
            await commit(catch)
            raise

    async def _gather(self, catch: Catch, deadline: float) -> None:
        """What comes until ``deadline`` (the loop's clock), and what is there already."""
        while catch.size < MOST:
            left = max(0.0, deadline - self.line.loop.time())
            message = await self.line.message_within(left)
            if message is None:
                return
            self._take(catch, read_frame(message))

    def _take(self, catch: Catch, frame: Frame) -> None:
        match frame:
            case Hello() if self.hello is None:
                self._check(frame)
                self.hello = frame
                self.welcome(catch)
            case Hello():
                again = Broken(Rejected("a second hello", excerpt(frame.epoch)))
                catch.take(again, self.clock())
            case Complaint(error=error, message=message):
                said = f": {shown(message)}" if message else ""
                self.complaint = f"{shown(error)}{said}"
            case _:
                catch.take(frame, self.clock())
