"""Fields for when."""

from __future__ import annotations

from abc import abstractmethod
from datetime import tzinfo

from tui.events.times import to_datetime
from tui.query.ast import During, Filter
from tui.query.language.fault import Misread
from tui.query.language.field import Field, Here, Value
from tui.query.language.quoting import quote
from tui.query.span import TAKEN, SpanError, parse_moment, parse_span

TIMES = "2026-11-01, 2026-11-01T14:30, 14:30, today, yesterday, -2h or -3d"


class When(Field):
    """A field whose values are times."""

    takes = TIMES
    values = ("today", "yesterday", "-1h", "-2h", "-1d", "-3d")

    def read(self, value: Value, here: Here) -> Filter:
        if not value.text.strip():
            raise Misread("no time", self.takes)
        try:
            tree = self._during(value.text, here)
            for bound in (tree.start, tree.end):
                if bound is not None:
                    to_datetime(bound).astimezone(here.zone)  # the calendar's first and last days
        except SpanError as wrong:
            raise Misread(str(wrong).removesuffix(f" (taken: {TAKEN})"), self.takes) from wrong
        except OverflowError:
            raise Misread("beyond the calendar", self.takes) from None
        if tree == During():
            raise Misread("a range of nothing", self.takes)
        return tree

    @abstractmethod
    def _during(self, text: str, here: Here) -> During:
        """What the text means; raises :class:`SpanError` and ``OverflowError``."""


class Since(When):
    """``since:``."""

    name = "since"
    words = "from then on"
    examples = ("since:-2h", "since:yesterday", 'since:"2026-11-01 14:30"')

    def _during(self, text: str, here: Here) -> During:
        if ".." in text:
            raise Misread("a range where one time is asked for; did you mean at:?", self.takes)
        return During(parse_moment(text, now_ms=here.now_ms, zone=here.zone))

    def write(self, tree: Filter, zone: tzinfo) -> str | None:
        if isinstance(tree, During) and tree.start is not None and tree.end is None:
            return f"since:{moment(tree.start, zone)}"
        return None


class Until(When):
    """``until:``; a day counts whole."""

    name = "until"
    words = "up to then; a day counts whole"
    examples = ("until:2026-11-03", "until:14:30")

    def _during(self, text: str, here: Here) -> During:
        if ".." in text:
            raise Misread("a range where one time is asked for; did you mean at:?", self.takes)
        return parse_span(f"..{text}", now_ms=here.now_ms, zone=here.zone)

    def write(self, tree: Filter, zone: tzinfo) -> str | None:
        if isinstance(tree, During) and tree.start is None and tree.end is not None:
            return f"until:{moment(tree.end, zone)}"
        return None


class At(When):
    """``at:``; as wide as what was typed is exact, or a range."""

    name = "at"
    words = "within a day, a minute, a second, or a range of times"
    takes = f"{TIMES}, or a range such as 2026-11-01..2026-11-03"
    examples = ("at:yesterday", "at:14:30", "at:2026-11-01..2026-11-03")

    def _during(self, text: str, here: Here) -> During:
        return parse_span(text, now_ms=here.now_ms, zone=here.zone)

    def write(self, tree: Filter, zone: tzinfo) -> str | None:
        if isinstance(tree, During) and tree.start is not None and tree.end is not None:
            return f"at:{quote(f'{moment(tree.start, zone)}..{moment(tree.end, zone)}')}"
        return None


def moment(ms: int, zone: tzinfo) -> str:
    """The shortest text that names this moment in ``zone``, whether it begins or ends a span."""
    local = to_datetime(ms).astimezone(zone).replace(tzinfo=None)
    for exact in ("minutes", "seconds"):
        text = local.isoformat(timespec=exact)
        if _means(text, ms, zone):
            return text
    return f"{to_datetime(ms).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def _means(text: str, ms: int, zone: tzinfo) -> bool:
    try:
        ends = parse_span(f"..{text}", now_ms=0, zone=zone).end
        return parse_moment(text, now_ms=0, zone=zone) == ms == ends
    except (SpanError, OverflowError):
        return False
