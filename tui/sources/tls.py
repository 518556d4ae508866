"""Whom the sources trust over TLS, and what a refused certificate means; one answer for both.

The libraries differ: websockets takes the system's authorities, httpx a list of its own. A school
with an authority of its own has it in the system's store, so that is what counts for both.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass

import httpx

from tui.events.text import clean
from tui.sources.source import Outcome, SourceFailed

_FILE, _FOLDER = "SSL_CERT_FILE", "SSL_CERT_DIR"
_NOT_YET, _EXPIRED = 9, 10
_NO_ISSUER = {2, 18, 19, 20, 21}
_OTHER_NAME = {62, 64}
"""OpenSSL's ``X509_V_ERR_*``, for which the module ssl has no names."""
_OLD = {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "VERSION_TOO_LOW"}
_NOT_TLS = {
    "HTTP_REQUEST",
    "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER_FAILURE",
    "UNEXPECTED_MESSAGE",
    "WRONG_VERSION_NUMBER",
}


@dataclass(frozen=True, slots=True)
class Distrust:
    """Why a connection is not safe, and what to do; both are parts of one line."""

    what: str
    remedy: str


def client_context() -> ssl.SSLContext:
    """Checks certificates and host names; TLS 1.2 is the least.

    Trusts the system's authorities, or those that ``SSL_CERT_FILE`` or ``SSL_CERT_DIR`` names; on a
    system without any, the list that comes with httpx. Raises :class:`SourceFailed` where such a
    name leads to nothing: OpenSSL would say nothing and trust nobody.
    """
    for name, is_there in ((_FILE, os.path.isfile), (_FOLDER, os.path.isdir)):
        path = os.environ.get(name)
        if path and not is_there(path):
            raise _unusable(name, path, "there is nothing of that name")
    if file := os.environ.get(_FILE):
        try:
            return ssl.create_default_context(cafile=file, capath=os.environ.get(_FOLDER) or None)
        except OSError as wrong:  # an SSLError is one
            raise _unusable(_FILE, file, "no certificate (PEM) can be read there") from wrong
    known = ssl.get_default_verify_paths()
    if not known.cafile and not known.capath:  # None, whatever the stubs say: none exists
        return httpx.create_ssl_context(trust_env=False)
    return ssl.create_default_context()


def _unusable(name: str, path: str, why: str) -> SourceFailed:
    return SourceFailed(f"{name} names {clean(path)}: {why}", Outcome.USAGE)


def distrust(fault: ssl.SSLError) -> Distrust:
    """What a fault of TLS means."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        return _of_certificate(fault)
    reason = fault.reason or ""
    if reason in _OLD:
        return Distrust("it offers only an outdated TLS", "whoever runs it must allow TLS 1.2")
    if reason in _NOT_TLS:
        return Distrust("it does not speak TLS", "is the port right?")
    said = clean(reason or "it broke off").replace("_", " ").lower()
    return Distrust(f"no TLS connection ({said})", "is the address right?")


def _of_certificate(fault: ssl.SSLCertVerificationError) -> Distrust:
    code, said = fault.verify_code, clean(fault.verify_message)
    if code in _NO_ISSUER:
        return Distrust(
            f"its certificate is not trusted ({said})",
            f"if your school signs its own, name its authority's file in {_FILE}",
        )
    if code == _EXPIRED:
        return Distrust(
            "its certificate has expired",
            "whoever runs it must renew it, unless this machine's clock is wrong",
        )
    if code == _NOT_YET:
        return Distrust("its certificate is not valid yet", "is this machine's clock right?")
    if code in _OTHER_NAME:
        return Distrust(
            "its certificate is for another name", "give the address that it was made for"
        )
    return Distrust(f"its certificate is not trusted ({said})", "ask who runs it")
