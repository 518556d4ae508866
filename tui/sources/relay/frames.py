"""From what a relay sends to what it says; nothing that it sends can raise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tui.events.decode import decode
from tui.events.event import Decoded, Feed, Rejected
from tui.events.fields import Unreadable, as_object, parsed_json
from tui.events.outcome import excerpt
from tui.events.relay_wire import PING_S

_LAST_MS = 253_402_300_799_999
"""The end of the year 9999: later times have no words."""
_BEGINNING = 400
"""Bytes of a broken frame that are looked at for its excerpt."""

Seq = Annotated[int, Field(strict=True, ge=0, lt=10**18)]
Ms = Annotated[int, Field(strict=True, ge=0, le=_LAST_MS)]


class _Frame(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Hello(_Frame):
    """The first frame: what the relay's log holds. ``floor <= head``; ``head`` comes next."""

    type: Literal["hello"]
    epoch: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    floor: Seq
    head: Seq
    ping_s: Annotated[float, Field(gt=0, le=86_400)] = PING_S

    @model_validator(mode="after")
    def _floor_is_below(self) -> Hello:
        if self.floor > self.head:
            raise ValueError("the floor is above the head")
        return self


class Info(_Frame):
    """News of the subscription itself: ``progress`` to ``seq``, ``caught_up``."""

    type: Literal["info"]
    info: str
    seq: Seq | None = None


class Complaint(_Frame):
    """Why the relay is about to close."""

    type: Literal["error"]
    error: str
    message: str = ""


class _EventFrame(_Frame):
    type: Literal["event"]
    seq: Seq
    received_at: Ms
    key: str | None = None
    event: object


class _Numbered(_Frame):
    seq: Seq


@dataclass(frozen=True, slots=True)
class Told:
    """A live event; ``seq`` and ``received_at`` (UTC ms) are None where the relay sends it bare."""

    decoded: Decoded
    seq: int | None = None
    received_at: int | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A frame that says nothing; ``seq``: where it stood, if that could be read."""

    rejected: Rejected
    seq: int | None = None


Frame = Hello | Info | Complaint | Told | Broken


def read_frame(data: bytes) -> Frame:
    """What one message of a relay says."""
    try:
        document = parsed_json(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _broken("a frame that is not text", data[:_BEGINNING])
    except Unreadable as wrong:
        return _broken(f"a frame that is {_without_text(str(wrong))}", data[:_BEGINNING])
    values = as_object(document)
    kind = None if values is None else values.get("type")
    try:
        match kind:
            case "hello":
                return Hello.model_validate(values)
            case "info":
                return Info.model_validate(values)
            case "error":
                return Complaint.model_validate(values)
            case "event":
                return _event(_EventFrame.model_validate(values))
            case _:
                return _bare(document)
    except ValidationError as wrong:
        what = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in what["loc"][:2]) or "as a whole"
        reason = f"a frame ({kind}) that cannot be read: {field}"
        return Broken(Rejected(reason, excerpt(document)), _seq(values))


def _event(frame: _EventFrame) -> Frame:
    decoded = _live_only(decode(frame.event))
    if not decoded.sightings and not decoded.rejected:
        rejected = Rejected("a frame without an event", excerpt(frame.event))
        return Broken(rejected, frame.seq)
    keys = [sighting.event.key for sighting in decoded.sightings]
    if keys and frame.key not in keys:
        odd = Rejected(
            "an event whose key is not the one its relay gave: the event is kept under its own",
            excerpt(frame.event),
        )
        decoded = Decoded(
            decoded.sightings, decoded.names, (*decoded.rejected, odd), decoded.home_shard
        )
    return Told(decoded, frame.seq, frame.received_at)


def _bare(document: object) -> Frame:
    """A frame without our envelope: perhaps the live event itself."""
    decoded = _live_only(decode(document))
    if decoded.sightings:
        return Told(decoded)
    values = as_object(document)
    rejected = Rejected("a frame of a type that is not known", excerpt(document))
    if values is None or not isinstance(values.get("type"), str):
        rejected = next(iter(decoded.rejected), rejected)
    return Broken(rejected, _seq(values))


def _live_only(decoded: Decoded) -> Decoded:
    """A relay must not speak for the audit log, which is the record."""
    live = tuple(one for one in decoded.sightings if one.event.seen_by == (Feed.LIVE,))
    if len(live) == len(decoded.sightings):
        return decoded
    foreign = tuple(
        Rejected("an audit row from a relay, which has no say in the audit log", one.raw[:120])
        for one in decoded.sightings
        if one.event.seen_by != (Feed.LIVE,)
    )
    return Decoded(live, (), (*decoded.rejected, *foreign), decoded.home_shard)


def _seq(values: object) -> int | None:
    try:
        return _Numbered.model_validate(values).seq
    except ValidationError:
        return None


def _broken(reason: str, beginning: bytes) -> Broken:
    return Broken(Rejected(reason, excerpt(beginning.decode("utf-8", "replace"))))


def _without_text(words: str) -> str:
    return words.removeprefix("text that is ")
