"""The one place that speaks to aiobotocore, which makes its clients at run time, without types."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false
# (for the same reason: neither aiobotocore nor botocore has types)

from __future__ import annotations

import re
from collections.abc import Awaitable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, cast

from tui.events.fields import as_object
from tui.relay.ingest.addresses import private_address

_HOST = re.compile(
    r"sqs(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)"
    r"|([a-z0-9-]+)\.queue\.amazonaws\.com(?:\.cn)?"
)
_OLD_HOST = "queue.amazonaws.com"
_FIRST_REGION = "us-east-1"
"""Of the old host, and where nothing names another: servers like SQS do not care."""
_CONNECT_S = 10


class SqsMissing(Exception):
    """The extra that speaks to SQS is not installed; ``str()`` says what to do."""


class QueueClient(Protocol):
    """What is used of a client of SQS."""

    def receive_message(self, **asked: object) -> Awaitable[Mapping[str, object]]: ...

    def delete_message_batch(self, **asked: object) -> Awaitable[Mapping[str, object]]: ...


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """Where a queue is: in the region its address names, or at a server like SQS."""

    region: str | None
    endpoint: str | None

    @classmethod
    def of(cls, url: str) -> QueuePlace:
        """``ValueError`` for what is neither https nor on this machine."""
        parts = private_address(url)
        host = parts.hostname or ""
        if host == _OLD_HOST:
            return cls(_FIRST_REGION, None)
        if (match := _HOST.fullmatch(host)) is not None:
            return cls(match[1] or match[2], None)
        return cls(None, f"{parts.scheme}://{parts.netloc}")


def connect(
    place: QueuePlace, *, calls: int, patience_s: int
) -> AbstractAsyncContextManager[QueueClient]:
    """A client for so many calls at once, of so many seconds at most.

    Raises :class:`SqsMissing`; to enter it may raise one of :func:`failures`.
    """
    try:
        from aiobotocore.config import AioConfig
        from aiobotocore.session import get_session
    except ImportError:
        raise SqsMissing("no SQS support here: pip install 'gradewatch[sqs]'") from None
    session = get_session()
    config = AioConfig(
        connect_timeout=_CONNECT_S,
        read_timeout=patience_s,
        retries={"total_max_attempts": 1},  # who calls waits and tries again
        max_pool_connections=2 * calls,
    )
    region = place.region or session.get_config_variable("region") or _FIRST_REGION
    client = session.create_client(
        "sqs", region_name=region, endpoint_url=place.endpoint, config=config
    )
    return cast("AbstractAsyncContextManager[QueueClient]", client)


def failures() -> tuple[type[Exception], ...]:
    """What passes by itself, or when somebody mends it: the network, the queue, the rights."""
    from aiohttp import ClientError as HttpError
    from botocore.exceptions import BotoCoreError, ClientError

    return (
        cast("type[Exception]", BotoCoreError),
        cast("type[Exception]", ClientError),
        HttpError,
        OSError,
    )


def kind_of(wrong: Exception) -> str:
    """The code that SQS gave, or what sort of failure it is: never text, which may hold ids."""
    reply = as_object(getattr(wrong, "response", None)) or {}
    code = (as_object(reply.get("Error")) or {}).get("Code")
    return code if isinstance(code, str) else type(wrong).__name__
