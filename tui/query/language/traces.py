"""Fields for what a web request left on an event that was seen live."""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import ClassVar

from tui.query.ast import Carries, Filter, Trace
from tui.query.language.fault import Misread
from tui.query.language.field import Field, Here, Value, shown
from tui.query.language.quoting import quote

_ADDRESS = re.compile(r"[0-9a-fA-F.:]+")


class TraceField(Field):
    """A part of what is known of the request."""

    trace: ClassVar[Trace]

    def read(self, value: Value, here: Here) -> Filter:
        del here
        if not value.text.strip():
            raise Misread(f"no {self.name}", self.takes)
        return Carries(self.trace, value.text)

    def write(self, tree: Filter, zone: tzinfo) -> str | None:
        del zone
        if isinstance(tree, Carries) and tree.trace is self.trace:
            return f"{self.name}:{quote(tree.text)}"
        return None


class Ip(TraceField):
    """``ip:``; the whole address, or whole parts that it begins with."""

    name = "ip"
    trace = Trace.IP
    words = "the address of the request, or the whole parts it begins with"
    takes = "an address such as 192.0.2.7, or how it begins: 192.0 or 2001:db8"
    examples = ("ip:192.0.2.7", "ip:192.0", "ip:2001:db8:")

    def read(self, value: Value, here: Here) -> Filter:
        if value.text.strip() and _ADDRESS.fullmatch(value.text) is None:
            raise Misread(f"no address: {shown(value.text)}", self.takes)
        return super().read(value, here)


class Agent(TraceField):
    """``agent:``."""

    name = "agent"
    trace = Trace.AGENT
    words = "a part of what the browser or program calls itself"
    takes = "a part of the user agent such as firefox"
    examples = ("agent:firefox", 'agent:"python-requests/2"')


class Request(TraceField):
    """``request:``."""

    name = "request"
    trace = Trace.REQUEST
    words = "the request's id or its page view's, whole"
    takes = "the whole id of a request or a page view"
    examples = ("request:1dd7e1a4-5e16-4e5a-8b1f-0a2f2a9f0f51",)
