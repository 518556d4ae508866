"""What a relay that does not serve says instead, and what to do about it; pure."""

from __future__ import annotations

import ssl

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidProxy,
    InvalidStatus,
    ProxyError,
)

from tui.events.outcome import excerpt
from tui.events.relay_wire import Close, Refusal, stays_closed
from tui.events.text import clean, redact_secrets
from tui.sources.network import cause
from tui.sources.relay.address import RelayAddress
from tui.sources.source import Outcome
from tui.sources.tls import distrust

_CURSORS = {Refusal.CURSOR_TOO_OLD, Refusal.EPOCH_CHANGED, Refusal.CURSOR_IN_FUTURE}
_WORDS_SHOWN = 160


class CursorRefused(Exception):
    """The relay does not go on where the cursor stands; ``floor``: where it could begin."""

    def __init__(self, refusal: Refusal, floor: int | None) -> None:
        super().__init__(refusal.value)
        self.refusal, self.floor = refusal, floor


class RelayFault(Exception):
    """The relay does not serve; ``str()`` is one line that says what to do."""

    def __init__(self, words: str, outcome: Outcome = Outcome.UNREACHABLE) -> None:
        super().__init__(words)
        self.outcome = outcome

    @property
    def lasting(self) -> bool:
        """Trying again alone will not help."""
        return self.outcome is not Outcome.UNREACHABLE


class _Answer(BaseModel):
    """The JSON body of a refusal."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    error: str
    message: str = ""
    floor: int | None = Field(default=None, strict=True, ge=0, lt=10**18)


def refusal_of(wrong: Exception, address: RelayAddress, *, token: bool) -> Exception:
    """The fault that ended the opening of a connection, as :class:`CursorRefused` or
    :class:`RelayFault`; ``token``: one was sent."""
    host = address.host
    match wrong:
        case InvalidStatus():
            return _refused(wrong, address, token=token)
        case TimeoutError():
            return RelayFault(f"{host} does not answer")
        case ssl.SSLError():
            why = distrust(wrong)
            return RelayFault(f"cannot reach {host}: {why.what}; {why.remedy}")
        case InvalidProxy() | ProxyError():
            return RelayFault(f"cannot reach {host} through the proxy: {shown(str(wrong))}")
        case InvalidMessage() | EOFError():
            return RelayFault(f"{host} broke off, or does not speak HTTP")
        case OSError():
            words = cause(wrong) or shown(wrong.strerror or str(wrong))
            return RelayFault(f"cannot reach {host}: {words}")
        case InvalidHandshake():
            return no_relay(address, shown(str(wrong)))
        case _:
            return RelayFault(f"cannot open {address}: {shown(str(wrong))}")


def _refused(wrong: InvalidStatus, address: RelayAddress, *, token: bool) -> Exception:
    response = wrong.response
    status = response.status_code
    answer = _answer(bytes(response.body or b""))
    name = None if answer is None else answer.error
    said = f" ({shown(answer.message)})" if answer is not None and answer.message else ""
    if answer is not None and name in {one.value for one in _CURSORS}:
        return CursorRefused(Refusal(name), answer.floor)
    if 300 <= status < 400:
        where = shown(response.headers.get("Location", "elsewhere"))
        return RelayFault(
            f"{address.host} sends on to {where}: not followed, since the token goes to no other "
            "host; if that is your relay, give it as --relay-url",
            Outcome.USAGE,
        )
    match status:
        case 400 if answer is not None:
            return RelayFault(
                f"the relay does not take this subscription: {shown(answer.error)}{said}",
                Outcome.USAGE,
            )
        case 401:
            return RelayFault(_unauthorized(token), Outcome.REFUSED)
        case 403:
            return RelayFault(
                f"the relay refuses: its token may not see what is asked for{said}; name the "
                "courses it is for, or ask who runs the relay",
                Outcome.REFUSED,
            )
        case 408 | 425 | 429:
            return RelayFault(f"the relay asks to wait ({status}){said}")
        case _ if status >= 500:
            return RelayFault(f"the relay has a fault ({status}){said}: it may pass")
        case _:
            return no_relay(address, f"it answers {status}{_looks(bytes(response.body or b''))}")


def no_relay(address: RelayAddress, why: str) -> RelayFault:
    """Somebody answers there, and it is something else."""
    return RelayFault(f"{address} is no relay: {why}; check --relay-url", Outcome.USAGE)


def _unauthorized(token: bool) -> str:
    if token:
        return (
            "the relay does not accept this token (401): ask who runs it for a new one, and renew "
            "GRADEWATCH_RELAY_TOKEN or relay.token_file"
        )
    return (
        "the relay asks for a token (401): set GRADEWATCH_RELAY_TOKEN, or relay.token_file in the "
        "configuration"
    )


def _answer(body: bytes) -> _Answer | None:
    try:
        return _Answer.model_validate_json(body)
    except ValidationError:
        return None


def _looks(body: bytes) -> str:
    beginning = body[:200].lstrip().lower()
    if beginning.startswith((b"<!doctype", b"<html")):
        return " with a web page"
    return f": {shown(body[:200].decode('utf-8', 'replace'))}" if beginning else ""


def closed_words(closed: ConnectionClosed, complaint: str) -> str:
    """Why an open connection ended; ``complaint`` is what the relay said before."""
    if complaint:
        return f"the relay closed: {complaint}"
    code = None if closed.rcvd is None else closed.rcvd.code
    if closed.rcvd is None or code is None:
        return "the connection broke off"
    said = f": {shown(closed.rcvd.reason)}" if closed.rcvd.reason else ""
    if code == Close.SHUTDOWN:
        return "the relay shuts down or starts anew"
    if stays_closed(code):
        return f"the relay closed for good ({code}){said}; ask who runs it"
    return f"the relay closed ({code}){said}"


def shown(text: str) -> str:
    """Words of others, safe to show and short."""
    return clean(redact_secrets(excerpt(text)))[:_WORDS_SHOWN]
