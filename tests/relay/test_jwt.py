"""Signed events over real HTTP: what Canvas signs is taken, and nothing else is."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from tests.events.wire import Json
from tests.relay.keys import (
    jwk,
    key_server,
    keyed_hash,
    signed,
)
from tests.relay.posting import (
    NOW,
    SCHOOL,
    GatedLog,
    caliper,
    grade_change,
    relay,
)
from tests.relay.signing import Canvas
from tui.relay.ingest.intake import IngestCounts
from tui.relay.ingest.jwks import Jwks
from tui.relay.ingest.proof import Proof
from tui.relay.ingest.secret import IngestSecret
from tui.relay.ingest.signature import Signature

NOW_S = NOW // 1000
MINUTE = 60
EVENT = grade_change()


TIMES: list[Json] = [
    {},
    {"exp": NOW_S + 1, "nbf": NOW_S - 1, "iat": NOW_S - 1},
    {"exp": NOW_S - 29 * MINUTE},
    {"nbf": NOW_S + 29 * MINUTE, "iat": NOW_S + 29 * MINUTE},
    {"exp": NOW_S - 29.5 * MINUTE},
    {"exp": None},
    {"iss": "anybody", "aud": ["anybody"]},
]


class TestTaken:
    @pytest.mark.parametrize("kid", ["before", "now", "next"])
    async def test_each_key_of_the_set_opens(self, kid: str, canvas: Canvas) -> None:
        assert await canvas.status(signed(EVENT, kid, kid)) == 204
        (arrival,) = await canvas.relay.log.arrivals()
        assert json.loads(arrival.event) == EVENT

    FORMS = ("{}", '"{}"', ' "{}"\r\n', "\n{}\n", '" {} "', '"\\"{}\\""')

    @pytest.mark.parametrize("form", FORMS)
    async def test_quoted_or_not(self, form: str, canvas: Canvas) -> None:
        assert await canvas.status(form.format(signed(EVENT))) == 204

    async def test_a_byte_order_mark_before_it(self, canvas: Canvas) -> None:
        assert await canvas.status(b"\xef\xbb\xbf" + signed(EVENT).encode()) == 204

    async def test_caliper(self, canvas: Canvas) -> None:
        assert await canvas.status(signed(caliper(SCHOOL))) == 204

    async def test_the_same_event_signed_again_is_stored_once(self, canvas: Canvas) -> None:
        for kid, issued in (("now", NOW_S - 60), ("next", NOW_S)):
            assert await canvas.status(signed(EVENT | {"iat": issued}, kid, kid)) == 204
        assert canvas.relay.intake.counts == IngestCounts(taken=1, duplicates=1)

    @pytest.mark.parametrize("times", TIMES)
    async def test_within_the_leeway_of_half_an_hour(self, times: Json, canvas: Canvas) -> None:
        assert await canvas.status(signed(EVENT | times)) == 204


PAYLOADS: list[bytes] = [
    b"{}",
    b"[]",
    b"7",
    b"",
    b"\xff",
    b"[" * 100_000,
    b'{"metadata":' * 50_000,
    b'{"x":' + b"9" * 10_000 + b"}",
]


class TestSignedNonsense:
    """Canvas signed it, but there is no event in it: sending it again does not help."""

    @pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: repr(payload[:20]))
    async def test_is_malformed(self, payload: bytes, canvas: Canvas) -> None:
        assert await canvas.refuses(signed(payload), 400)


class TestKeysAway:
    async def test_503_and_not_401_while_there_never_were_any(self, canvas: Canvas) -> None:
        canvas.keys.status = 500
        reply = await canvas.relay.post(signed(EVENT))
        assert reply.status_code == 503
        assert int(reply.headers["Retry-After"]) > 0
        assert canvas.relay.intake.counts == IngestCounts(unavailable=1)

    async def test_what_is_known_is_still_taken(self, canvas: Canvas) -> None:
        assert await canvas.status(signed(EVENT)) == 204
        canvas.keys.status = 500
        canvas.moment[0] = 50_000
        assert await canvas.status(signed(grade_change(1))) == 204
        assert canvas.keys.asked == 2

    async def test_a_name_that_is_not_known_is_503_until_the_set_comes_again(
        self, canvas: Canvas
    ) -> None:
        assert await canvas.status(signed(EVENT)) == 204
        canvas.keys.status = 500
        canvas.moment[0] += 31
        fresh = signed(grade_change(1), "fresh", "fresh")
        assert await canvas.status(fresh) == 503
        canvas.keys.status = 200
        assert await canvas.status(fresh) == 503
        canvas.moment[0] += 31
        assert await canvas.status(fresh) == 401
        canvas.keys.keys.append(jwk("fresh"))
        canvas.moment[0] += 31
        assert await canvas.status(fresh) == 204

    async def test_a_forgery_is_401_even_then(self, canvas: Canvas) -> None:
        canvas.keys.status = 500
        assert await canvas.refuses(keyed_hash(EVENT, b"x"))


class TestBoth:
    async def test_secret_and_signature_are_both_needed(
        self, log: GatedLog, tmp_path: Path
    ) -> None:
        file = tmp_path / "secret"
        file.touch(0o600)
        file.write_text("s3cret")
        async with key_server(jwk("now")) as keys:
            signature = Signature(Jwks(keys.url), clock=lambda: NOW)
            proof = Proof(signature=signature, secret=IngestSecret(file))
            async with relay(log, proof) as found:
                right, wrong = {"Authorization": "Bearer s3cret"}, {"Authorization": "Bearer x"}
                token, forged = signed(EVENT), signed(EVENT, "now", "mallory")
                statuses = [
                    (await found.post(body, headers)).status_code
                    for body in (token, forged, json.dumps(EVENT))
                    for headers in (right, wrong, None)
                ]
        assert statuses == [204, 401, 401, 401, 401, 401, 401, 401, 401]


async def test_nothing_of_a_token_is_logged(
    canvas: Canvas, caplog: pytest.LogCaptureFixture
) -> None:
    tokens = [signed(EVENT, "mallory", "mallory"), keyed_hash(EVENT, b""), signed(b"{}")]
    with caplog.at_level(logging.DEBUG, "gradewatch.relay"):
        for token in tokens:
            await canvas.relay.post(token)
    logged = str([record.__dict__ for record in caplog.records])
    assert "event refused" in logged
    assert not any(part in logged for token in tokens for part in token.split("."))
