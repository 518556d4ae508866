"""How a Canvas can differ from the best one, and what can go wrong on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tui.campus.people import dice


class Fault(StrEnum):
    """What befalls one request."""

    THROTTLE = "throttle"
    """The throttle's answer, whatever the bucket says."""
    ERROR_500 = "error_500"
    """A JSON 500."""
    HTML = "html"
    """An HTML 502, as a proxy sends it."""
    DISCONNECT = "disconnect"
    """Half of the body, then the connection is cut."""
    VANISH = "vanish"
    """The connection is cut before any answer."""
    SLOW = "slow"
    """The answer comes ``Faults.slow_s`` later."""
    RESTART = "restart"
    """The bookmark is not understood: page one again."""
    EMPTY_PAGE = "empty_page"
    """No rows, and a ``next`` that leads to them."""
    FOREIGN_LINK = "foreign_link"
    """The Link header points to ``Faults.foreign``."""
    REDIRECT = "redirect"
    """302 to ``Faults.foreign``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Which requests meet which fault: by their number, else by chance.

    Only requests whose path contains ``path`` count; the first is number 0.
    """

    script: Mapping[int, Fault] = field(default_factory=dict[int, Fault])
    chances: Mapping[Fault, float] = field(default_factory=dict[Fault, float])
    """Probabilities, together at most 1."""
    seed: int = 0
    path: str = "/audit/"
    slow_s: float = 0.2
    foreign: str = "http://canvas.example.net"

    def of(self, number: int) -> Fault | None:
        """What befalls request ``number``: always the same."""
        if number in self.script:
            return self.script[number]
        chance = dice(f"{self.seed}:fault:{number}").random()
        for fault, share in self.chances.items():
            if chance < share:
                return fault
            chance -= share
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Warts:
    """One Canvas's ways; the defaults are a modern hosted one."""

    old_bookmarks: bool = False
    """Bookmarks of a time alone: what shares the second of a page's last row is lost."""
    max_per_page: int = 100
    """50 on older servers."""
    not_allowed_status: int = 401
    """403 where ``api_auth_error_updates`` is on."""
    throttle_status: int = 403
    """429 on hosted Canvas since October 2025."""
    high_water: float = 600.0
    maximum: float = 800.0
    leak: float = 10.0
    """Units a second."""
    upfront: float = 50.0
    """Charged while a request runs."""
    cost: float = 0.05
    """Of any request; ``row_cost`` is added for each row of its answer."""
    row_cost: float = 0.002
    string_ids: bool = False
    """Ids as text although nobody asked for it."""
    old_shape: bool = False
    """As very old servers: no excusal, points or anonymity; student and grader as integers."""
    decimal_comma: bool = False
    """The caller's locale: overrides read ``85,5%``."""
    request_id: bool = False
    """Rows carry ``request_id``, as the documentation says."""
    page_views: bool = False
    """Self-hosted: ``links.page_view`` is the request's id, and ``linked.page_views`` is filled."""
    advanced_query: bool = True
    undocumented: bool = True
    """The course-scoped combinations that Gradebook History uses."""
    course_log: bool = True
    string_event_data: bool = False
    """``event_data`` as JSON text, as the documentation shows it."""
    skew_ms: int = 0
    """The server's clock minus the campus's, in the Date header."""
    slow_s: float = 0.0
    """Every answer comes so much later."""
    faults: Faults = Faults()
