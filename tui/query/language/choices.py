"""Fields whose values are fixed words, and the one whose values are the wire's own."""

from __future__ import annotations

from datetime import tzinfo

from tui.events.attention import Rule
from tui.events.event import Kind
from tui.query.ast import Filter, From, Has, OfKind, OfType, Origin, Ruled, Trait
from tui.query.language.fault import Misread
from tui.query.language.field import Field, Here, Value, choice, listed
from tui.query.language.quoting import quote


class KindField(Field):
    """``kind:``; several with commas."""

    name = "kind"
    words = "what sort of change: one kind, or several with commas"
    takes = listed(Kind)
    examples = ("kind:grade", "kind:override,course")
    values = tuple(Kind)

    def read(self, value: Value, here: Here) -> Filter:
        del here
        kinds: list[Kind] = []
        offset = 0
        for part in value.text.split(","):
            kinds.append(Kind(choice(part, self.values, "kind", offset=offset)))
            offset += len(part) + 1
        return OfKind(tuple(dict.fromkeys(kinds)))

    def write(self, tree: Filter, zone: tzinfo) -> str | None:
        del zone
        return f"kind:{','.join(tree.kinds)}" if isinstance(tree, OfKind) and tree.kinds else None


class TypeField(Field):
    """``type:``."""

    name = "type"
    words = "the wire's own event type, whole"
    takes = "an event type such as grade_change or copied_from"
    examples = ("type:grade_change", "type:copied_from")
    values = ("grade_change", "grade_override", "created", "updated", "concluded", "published",
              "copied_from", "copied_to", "reset_from", "reset_to", "corrected")  # fmt: skip

    def read(self, value: Value, here: Here) -> Filter:
        del here
        if not value.text.strip():
            raise Misread("no event type", self.takes)
        return OfType(value.text)

    def write(self, tree: Filter, zone: tzinfo) -> str | None:
        del zone
        return f"type:{quote(tree.text)}" if isinstance(tree, OfType) else None


class SourceField(Field):
    """``source:``."""

    name = "source"
    words = "the feed that reported it (audit, live), or how a course was changed (the others)"
    takes = listed(Origin)
    examples = ("source:audit", "source:sis", "source:live -source:audit")
    values = tuple(Origin)

    def read(self, value: Value, here: Here) -> Filter:
        del here
        return From(Origin(choice(value.text, self.values, "source")))

    def write(self, tree: Filter, zone: tzinfo) -> str | None:
        del zone
        return f"source:{tree.origin}" if isinstance(tree, From) else None


class IsField(Field):
    """``is:``."""

    name = "is"
    words = (
        "what an event is: a regrade, a first grade, hidden, flagged by a rule, marked by you, …"
    )
    takes = listed(Trait)
    examples = ("is:regrade", "is:flagged -is:automatic", "is:marked")
    values = tuple(Trait)

    def read(self, value: Value, here: Here) -> Filter:
        del here
        return Has(Trait(choice(value.text, self.values, "such thing to be")))

    def write(self, tree: Filter, zone: tzinfo) -> str | None:
        del zone
        return f"is:{tree.trait}" if isinstance(tree, Has) else None


class RuleField(Field):
    """``rule:``."""

    name = "rule"
    words = "the attention rule that says: look at this"
    takes = listed(Rule)
    examples = ("rule:jump", "rule:burst OR rule:one_student")
    values = tuple(Rule)

    def read(self, value: Value, here: Here) -> Filter:
        del here
        return Ruled(Rule(choice(value.text, self.values, "rule")))

    def write(self, tree: Filter, zone: tzinfo) -> str | None:
        del zone
        return f"rule:{tree.rule}" if isinstance(tree, Ruled) else None
