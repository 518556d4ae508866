"""Forged, stale and foreign tokens over real HTTP: none of them opens, each for its own reason."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from tests.events.wire import Json
from tests.relay.keys import (
    ec_jwk,
    ec_key,
    jwk,
    key_server,
    keyed_hash,
    public_forms,
    rsa_key,
    signed,
)
from tests.relay.posting import (
    NOW,
    SCHOOL,
    b64,
    caliper,
    grade_change,
)
from tests.relay.signing import Canvas
from tui.relay.ingest.intake import LARGEST

NOW_S = NOW // 1000
MINUTE = 60
EVENT = grade_change()


EXPIRED: list[Json] = [
    {"exp": NOW_S - 31 * MINUTE},
    {"exp": 0},
    {"exp": -1},
    {"nbf": NOW_S + 31 * MINUTE},
    {"iat": NOW_S + 31 * MINUTE},
    {"exp": str(NOW_S + 60)},
    {"exp": True},
    {"exp": 10**400},
    {"nbf": []},
]


HEADERS: list[Json] = [
    {"crit": ["b64"], "b64": False},
    {"crit": ["exp"]},
    {"crit": []},
    {"b64": False},
]


HEADS: list[bytes] = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"RS256"',
    b"\xff",
    b"[" * 5000,
    b'{"alg":' * 1000,
    b'{"alg":"RS256","kid":"now","x":' + b"9" * 5000 + b"}",
    b'{"alg":"RS256","kid":"now","x":"' + b"x" * 9000 + b'"}',
]


class TestAttacks:
    @pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "", None])
    async def test_no_algorithm(self, alg: str | None, canvas: Canvas) -> None:
        head = b64({"typ": "JWT", "alg": alg, "kid": "now"})
        assert await canvas.refuses(f"{head}.{b64(EVENT)}.")
        assert await canvas.refuses(f"{head}.{b64(EVENT)}.{b64(b'x' * 256)}")
        assert canvas.keys.asked == 0

    @pytest.mark.parametrize("form", public_forms("now"))
    async def test_hs256_with_the_public_key_as_the_secret(self, form: str, canvas: Canvas) -> None:
        assert await canvas.refuses(keyed_hash(EVENT, public_forms("now")[form]))

    async def test_a_key_that_is_not_in_the_set(self, canvas: Canvas) -> None:
        assert await canvas.refuses(signed(EVENT, "mallory", "mallory"))

    async def test_another_key_under_the_name_of_one_in_the_set(self, canvas: Canvas) -> None:
        assert await canvas.refuses(signed(EVENT, "now", "mallory"))
        assert await canvas.refuses(signed(EVENT, "before", "now"))

    @pytest.mark.parametrize(
        "kid", [None, "", 0, 1, ["now"], {"now": 1}, True, "x" * 600], ids=range(8)
    )
    async def test_no_name_of_a_key(self, kid: object, canvas: Canvas) -> None:
        header: Json = {} if kid is None else {"kid": kid}
        assert await canvas.refuses(signed(EVENT, None, header=header))
        assert canvas.keys.asked == 0

    @pytest.mark.parametrize("kid", ["NOW", " now", "now\x00", "../../etc/passwd", "now' OR 1=1"])
    async def test_nearly_the_name_of_a_key(self, kid: str, canvas: Canvas) -> None:
        assert await canvas.refuses(signed(EVENT, kid))

    @pytest.mark.parametrize("times", EXPIRED)
    async def test_expired_beyond_the_leeway(self, times: Json, canvas: Canvas) -> None:
        assert await canvas.refuses(signed(EVENT | times))

    @pytest.mark.parametrize("uuid", ["another", None, "", SCHOOL + "x"])
    async def test_another_schools_event_though_canvas_signed_it(
        self, uuid: str | None, canvas: Canvas
    ) -> None:
        assert await canvas.refuses(signed(grade_change(root_account_uuid=uuid)), 403)
        assert await canvas.refuses(signed(caliper(uuid)), 403)

    async def test_oversized(self, canvas: Canvas) -> None:
        token = signed(EVENT | {"padding": "x" * LARGEST})
        assert await canvas.refuses(token, 413)

    async def test_a_payload_changed_after_the_signature(self, canvas: Canvas) -> None:
        head, _, signature = signed(EVENT).split(".")
        assert await canvas.refuses(f"{head}.{b64(grade_change(1))}.{signature}")

    async def test_a_header_changed_after_the_signature(self, canvas: Canvas) -> None:
        _, payload, signature = signed(EVENT).split(".")
        head = b64({"alg": "RS256", "kid": "now", "typ": "other"})
        assert await canvas.refuses(f"{head}.{payload}.{signature}")

    @pytest.mark.parametrize("signature", ["", "AA", "A" * 342])
    async def test_a_signature_that_is_none(self, signature: str, canvas: Canvas) -> None:
        head, payload, _ = signed(EVENT).split(".")
        assert await canvas.refuses(f"{head}.{payload}.{signature}")

    async def test_a_key_that_the_token_brings_along(self, canvas: Canvas) -> None:
        async with key_server(jwk("now", "mallory")) as theirs:
            brought: list[Json] = [
                {"jwk": jwk("now", "mallory")},
                {"jku": theirs.url},
                {"x5u": theirs.url},
                {"x5c": ["MIIB"]},
                {"kid": theirs.url},
            ]
            for header in brought:
                kid = str(header.pop("kid", "now"))
                assert await canvas.refuses(signed(EVENT, kid, "mallory", header=header))
            assert theirs.asked == 0

    async def test_what_the_token_brings_along_does_not_matter_when_it_is_true(
        self, canvas: Canvas
    ) -> None:
        token = signed(
            EVENT, header={"jwk": jwk("now", "mallory"), "jku": "https://mallory.test/jwks"}
        )
        assert await canvas.status(token) == 204

    @pytest.mark.parametrize("header", HEADERS)
    async def test_a_header_that_asks_for_more(self, header: Json, canvas: Canvas) -> None:
        assert await canvas.refuses(signed(EVENT, header=header))

    @pytest.mark.parametrize("alg", ["RS384", "RS512", "PS256", "ES256", "HS512", "rs256", "EdDSA"])
    async def test_another_algorithm(self, alg: str, canvas: Canvas) -> None:
        assert await canvas.refuses(signed(EVENT, header={"alg": alg}))

    async def test_another_algorithm_with_the_true_key(self, canvas: Canvas) -> None:
        key = rsa_key("now")
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        for alg, pad, digest in (
            ("RS512", padding.PKCS1v15(), hashes.SHA512()),
            ("PS256", pss, hashes.SHA256()),
            ("RS256", pss, hashes.SHA256()),
            ("RS256", padding.PKCS1v15(), hashes.SHA512()),
        ):
            text = f"{b64({'alg': alg, 'kid': 'now'})}.{b64(EVENT)}"
            assert await canvas.refuses(f"{text}.{b64(key.sign(text.encode(), pad, digest))}")

    async def test_an_elliptic_key_in_the_set_opens_nothing(self, canvas: Canvas) -> None:
        canvas.keys.keys.append(ec_jwk("curve"))
        for alg in ("ES256", "RS256"):
            text = f"{b64({'alg': alg, 'kid': 'curve'})}.{b64(EVENT)}"
            signature = ec_key().sign(text.encode(), ec.ECDSA(hashes.SHA256()))
            assert await canvas.refuses(f"{text}.{b64(signature)}")
        assert await canvas.status(signed(EVENT)) == 204

    async def test_an_encrypted_token(self, canvas: Canvas) -> None:
        head = b64({"alg": "RSA-OAEP", "enc": "A256GCM", "kid": "now"})
        assert await canvas.refuses(".".join([head, b64(b"k"), b64(b"i"), b64(b"c"), b64(b"t")]))
        assert await canvas.refuses(f"{signed(EVENT)}.{b64(b'more')}")

    async def test_the_json_form_of_a_signature(self, canvas: Canvas) -> None:
        head, payload, signature = signed(EVENT).split(".")
        flat = {"protected": head, "payload": payload, "signature": signature}
        assert (await canvas.relay.post(flat)).status_code == 401

    async def test_quoted_beyond_reason(self, canvas: Canvas) -> None:
        text = signed(EVENT)
        for _ in range(10):
            text = json.dumps(text)
        assert await canvas.refuses(text)

    @pytest.mark.parametrize("head", HEADS, ids=lambda head: repr(head[:30]))
    async def test_a_header_that_is_none(self, head: bytes, canvas: Canvas) -> None:
        assert await canvas.refuses(f"{b64(head)}.{b64(EVENT)}.{b64(b'x' * 256)}")

    PLAIN = (json.dumps(EVENT), json.dumps(json.dumps(EVENT)), "", "hello", "1.5", "..", "{}")

    @pytest.mark.parametrize("body", PLAIN)
    async def test_what_is_not_signed(self, body: str, canvas: Canvas) -> None:
        assert await canvas.refuses(body)
