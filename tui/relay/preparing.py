"""What is made of the options before the relay listens: each fault is one line."""

from __future__ import annotations

import stat
import time
from collections.abc import Coroutine, Generator
from importlib.util import find_spec
from pathlib import Path

from tui.relay.access import Access
from tui.relay.event_log import EventLog
from tui.relay.file_log.file_log import FileLog
from tui.relay.file_log.folder import Unfit
from tui.relay.ingest.intake import Intake
from tui.relay.ingest.jwks import Jwks
from tui.relay.ingest.nats import run_nats_ingest
from tui.relay.ingest.proof import Proof
from tui.relay.ingest.secret import IngestSecret
from tui.relay.ingest.signature import Signature
from tui.relay.ingest.sqs import QueuePlace, run_sqs
from tui.relay.jetstream_log import JetStreamLog
from tui.relay.listening import CannotServe, RelayAddress, check_certificate
from tui.relay.logs import RELAY_LOG
from tui.relay.nats_address import check_nats
from tui.relay.options import RelayOptions
from tui.relay.tokens import BadTokens
from tui.relay.tokens_file import TokensFile


def wall_clock() -> int:
    """UTC milliseconds."""
    return time.time_ns() // 1_000_000


def check(options: RelayOptions) -> None:
    """Raises :class:`CannotServe` for options that contradict each other or lead nowhere."""
    if (options.tls_cert is None) != (options.tls_key is None):
        raise CannotServe("--tls-cert and --tls-key go together")
    if options.tls_cert is not None and options.tls_key is not None:
        check_certificate(options.tls_cert, options.tls_key)
        _check_private(options.tls_key)
    if options.nats is not None:
        try:
            check_nats(options.nats)
        except ValueError as wrong:
            raise CannotServe(f"--nats: {wrong}") from None
    if options.sqs is not None:
        try:
            QueuePlace.of(options.sqs)
        except ValueError as wrong:
            raise CannotServe(f"--sqs: {wrong}") from None
        if find_spec("aiobotocore") is None:
            raise CannotServe("--sqs needs more than is installed: pip install 'gradewatch[sqs]'")


def _check_private(key: Path) -> None:
    """A group may read it, as some systems have it; not everybody."""
    if key.stat().st_mode & stat.S_IRWXO:
        raise CannotServe(f"--tls-key: everybody may read {key}: chmod 600 it")


def access_of(options: RelayOptions) -> Access:
    """Who may subscribe; raises :class:`CannotServe`."""
    if options.tokens is None:
        return Access(None)

    try:
        return Access(TokensFile(options.tokens))
    except BadTokens as wrong:
        raise CannotServe(f"--tokens: {wrong}") from None


def proof_of(options: RelayOptions) -> tuple[Proof, Jwks | None]:
    """What a post must show, and the keys for it; raises :class:`CannotServe`."""
    secret_file = options.ingest_secret_file
    try:
        jwks = None if options.jwks is None else Jwks(options.jwks)
        if jwks is not None:
            jwks.check_file()
    except OSError as wrong:
        raise CannotServe(f"--jwks: cannot read {options.jwks}: {wrong.strerror}") from None
    except ValueError as wrong:
        raise CannotServe(f"--jwks: {wrong}") from None
    try:
        secret = None if secret_file is None else IngestSecret(secret_file)
    except OSError as wrong:
        words = f"--ingest-secret-file: cannot read {secret_file}: {wrong.strerror}"
        raise CannotServe(words) from None
    except ValueError as wrong:
        raise CannotServe(f"--ingest-secret-file: {wrong}") from None
    signature = None if jwks is None else Signature(jwks, clock=wall_clock)
    return Proof(signature=signature, secret=secret), jwks


async def open_log(options: RelayOptions) -> EventLog:
    """The log; raises :class:`CannotServe` and :class:`~tui.relay.event_log.LogUnavailable`."""
    if options.open_log is not None:
        return await options.open_log(options)
    if options.nats is not None:
        return await JetStreamLog.open(options.nats, retention_s=options.retention_s)
    if options.data is None:
        raise CannotServe("the log needs a place: --data or --nats")
    try:
        return await FileLog.open(options.data, retention_s=options.retention_s, clock=wall_clock)
    except Unfit as wrong:
        raise CannotServe(f"--data: {wrong}") from None


def ways_in(
    options: RelayOptions, intake: Intake, jwks: Jwks | None
) -> Generator[Coroutine[object, object, None]]:
    """What takes events beside the webhook, for ever, and what the webhook needs before."""
    if jwks is not None:
        yield jwks.begin()
    if options.sqs is not None:
        yield run_sqs(options.sqs, intake)
    if options.nats is not None:
        yield run_nats_ingest(options.nats, intake)


def warn(options: RelayOptions, address: RelayAddress) -> None:
    """Log what leaves a door open."""
    if options.jwks is not None and options.account_uuid is None:
        RELAY_LOG.warning("Canvas signs the events of all schools alike: set --account-uuid too")
    if address.loopback:
        return
    if options.jwks is None and options.ingest_secret_file is None:
        RELAY_LOG.warning(
            "anybody who reaches this port may post events: "
            "set --jwks and --account-uuid, or --ingest-secret-file"
        )
    if not address.tls:
        RELAY_LOG.warning(
            "tokens and events travel in the clear: set --tls-cert and --tls-key, "
            "or let a proxy on this machine speak TLS"
        )
