"""``POST /v1/events`` as contracts §5 promises it, over real HTTP."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.events.wire import document, grade_row, payload
from tests.relay.posting import (
    SCHOOL,
    URL,
    GatedLog,
    Relay,
    b64,
    caliper,
    gated_log,
    grade_change,
    relay,
    until,
)
from tui.events.decode import decode
from tui.events.fields import as_list
from tui.relay.ingest.intake import IngestCounts

DOCUMENTED = {204, 400, 401, 403, 413, 503}


class TestTaken:
    @pytest.mark.parametrize(
        "name", ["live_grade_change", "live_grade_override", "caliper_grade_event"]
    )
    async def test_an_event_is_in_the_log_when_it_is_answered(
        self, name: str, open_relay: Relay
    ) -> None:
        reply = await open_relay.post(payload(name))
        assert (reply.status_code, reply.content) == (204, b"")
        assert await open_relay.log.keys() == [decode(payload(name)).sightings[0].event.key]

    async def test_kinesis_calls_the_metadata_attributes(self, open_relay: Relay) -> None:
        event = grade_change()
        reply = await open_relay.post({"attributes": event["metadata"], "body": event["body"]})
        assert reply.status_code == 204

    @pytest.mark.parametrize(
        "content_type",
        ["application/json", "text/plain", "application/x-www-form-urlencoded", "", "no/such; =="],
    )
    async def test_the_content_type_says_nothing(
        self, content_type: str, open_relay: Relay
    ) -> None:
        headers = {"Content-Type": content_type} if content_type else {}
        assert (await open_relay.post(grade_change(), headers)).status_code == 204

    async def test_a_duplicate_is_welcome_and_stored_once(self, open_relay: Relay) -> None:
        statuses = [(await open_relay.post(grade_change())).status_code for _ in range(3)]
        assert statuses == [204, 204, 204]
        assert len(await open_relay.log.keys()) == 1
        assert open_relay.intake.counts == IngestCounts(taken=1, duplicates=2)

    async def test_many_at_once_are_all_kept(self, open_relay: Relay) -> None:
        posts = (open_relay.post(grade_change(number % 40)) for number in range(120))
        replies = await asyncio.gather(*posts)
        assert {reply.status_code for reply in replies} == {204}
        assert open_relay.intake.counts == IngestCounts(taken=40, duplicates=80)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
    async def test_every_form_of_unicode_is_read(self, encoding: str, open_relay: Relay) -> None:
        text = json.dumps(grade_change(assignment="Prüfung"), ensure_ascii=False)
        assert (await open_relay.post(text.encode(encoding))).status_code == 204
        (arrival,) = await open_relay.log.arrivals()
        assert "Prüfung" in arrival.event

    async def test_quoted_as_json_text(self, open_relay: Relay) -> None:
        assert (await open_relay.post(json.dumps(grade_change()))).status_code == 204

    async def test_of_a_key_that_comes_twice_the_last_counts(self, log: GatedLog) -> None:
        text = json.dumps(grade_change())
        foreign = json.dumps(grade_change(root_account_uuid="another")["metadata"])
        async with relay(log, account_uuid=SCHOOL) as found:
            twice = text[:-1] + f', "metadata": {foreign}}}'
            assert (await found.post(twice)).status_code == 403
            assert (await found.post(f'{{"metadata": {foreign}, {text[1:]}')).status_code == 204

    @pytest.mark.parametrize("number", ["NaN", "1e999", "-Infinity", "Infinity", "-1e400"])
    async def test_what_json_does_not_have_is_malformed(
        self, number: str, open_relay: Relay
    ) -> None:
        text = json.dumps(grade_change()).replace('"x"', number)
        for body in (text, json.dumps(text)):
            reply = await open_relay.post(body)
            assert (reply.status_code, reply.json()["error"]) == (400, "text that is not JSON")
        assert await open_relay.log.keys() == []

    async def test_an_array_is_malformed_whatever_is_in_it(self, open_relay: Relay) -> None:
        events = [grade_change(number) for number in range(2)]
        for body in (events, [*events, {"x": 1}], events[:1], [], json.dumps(events)):
            reply = await open_relay.post(body if isinstance(body, list) else json.dumps(body))
            assert reply.status_code == 400
            assert "one live event at a time" in reply.json()["error"]
        assert await open_relay.log.keys() == []

    async def test_of_an_envelope_the_readable_part(self, open_relay: Relay) -> None:
        envelope = caliper(events=2)
        envelope["data"] = [{"type": "GradeEvent"}, *(as_list(envelope["data"]) or [])[:1]]
        assert (await open_relay.post(envelope)).status_code == 204
        assert open_relay.intake.counts == IngestCounts(taken=1, unreadable=1)


MALFORMED: list[bytes] = [
    b"",
    b" \n ",
    b"\xef\xbb\xbf",
    b"hello",
    b"null",
    b"{}",
    b"[]",
    b'"',
    b'"hello"',
    b"\xff\xfe\xfd",
    b"\x00" * 1000,
    b"\xed\xa0\x80",
    json.dumps(grade_change()).encode()[:-1],
    json.dumps(grade_change()).encode() + b"x",
    json.dumps({"metadata": {"event_name": "x"}, "body": {}}).encode(),
    json.dumps(grade_change(event_time="yesterday")).encode(),
    json.dumps(document(grade_row())).encode(),
    b"[" * 500_000,
    b'{"a":' * 100_000,
    b'"' + b"\\" * 900_000 + b'"',
    b"[" + b"9" * 1_000_000 + b"]",
    b"[1e999999999]",
    b"[" + b"[]," * 300_000 + b"[]]",
    b'{"metadata":{"event_name":"x","event_time":"2026-03-02T10:00:00Z"},"body":{"a":'
    + b"[" * 500
    + b"]" * 500
    + b"}}",
    b"a=1&b=2",
]


class TestRefused:
    @pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body[:20]))
    async def test_what_is_no_live_event_is_400(self, body: bytes, open_relay: Relay) -> None:
        reply = await open_relay.post(body)
        assert reply.status_code == 400
        assert set(reply.json()) == {"error"}
        assert open_relay.intake.counts == IngestCounts(malformed=1)
        assert open_relay.log.calls == 0

    async def test_a_signed_event_that_nobody_can_verify(self, open_relay: Relay) -> None:
        token = ".".join([b64({"alg": "RS256", "kid": "1"}), b64(grade_change()), b64(b"x" * 256)])
        for body in (token, f'"{token}"', f'\n "{token}" \r\n'):
            reply = await open_relay.post(body)
            assert (reply.status_code, reply.json()) == (
                400,
                {"error": "signed, and no --jwks is set"},
            )

    async def test_another_schools_event_is_403(self, log: GatedLog) -> None:
        async with relay(log, account_uuid=SCHOOL) as found:
            reply = await found.post(grade_change(root_account_uuid="another"))
            assert reply.status_code == 403
            assert (await found.post(grade_change())).status_code == 204
            assert found.intake.counts == IngestCounts(taken=1, foreign=1)

    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
    async def test_only_posts_are_taken(self, method: str, open_relay: Relay) -> None:
        reply = await open_relay.http.request(method, URL)
        assert reply.status_code == 405
        assert reply.headers["Allow"] == "POST"

    @pytest.mark.parametrize("encoding", ["gzip", "GZIP", "br", "identity, gzip"])
    async def test_a_packed_body_is_refused_in_words(
        self, encoding: str, open_relay: Relay
    ) -> None:
        body = gzip.compress(json.dumps(grade_change()).encode())
        reply = await open_relay.post(body, {"Content-Encoding": encoding})
        assert reply.status_code == 400
        assert "Content-Encoding" in reply.json()["error"]

    async def test_nothing_of_the_body_is_repeated_or_logged(
        self, open_relay: Relay, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG, "gradewatch.relay"):
            reply = await open_relay.post({"metadata": {"event_name": "Oxana"}, "body": "Oxana"})
        (record,) = caplog.records
        assert "Oxana" not in reply.text + str(record.__dict__)
        assert record.__dict__["status"] == 400


class TestLog:
    async def test_one_that_is_away_is_503_and_asks_to_come_again(self, open_relay: Relay) -> None:
        open_relay.log.away = True
        reply = await open_relay.post(grade_change())
        assert reply.status_code == 503
        assert int(reply.headers["Retry-After"]) > 0
        assert open_relay.intake.counts == IngestCounts(unavailable=1)
        open_relay.log.away = False
        assert (await open_relay.post(grade_change())).status_code == 204

    async def test_nothing_is_answered_before_the_log_has_it(self, open_relay: Relay) -> None:
        log = open_relay.log
        log.held = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            posts = [tasks.create_task(open_relay.post(grade_change(n))) for n in range(5)]
            await until(lambda: log.waiting == 5)
            assert not any(post.done() for post in posts)
            log.held.set()
        assert {post.result().status_code for post in posts} == {204}

    async def test_who_goes_away_while_waiting_loses_nothing(self, open_relay: Relay) -> None:
        log = open_relay.log
        log.held = asyncio.Event()
        post = asyncio.ensure_future(open_relay.post(grade_change()))
        await until(lambda: log.waiting == 1)
        post.cancel()
        await asyncio.wait([post])
        log.held.set()
        await until(lambda: log.head == 2)
        assert (await open_relay.post(grade_change())).status_code == 204
        assert open_relay.intake.counts == IngestCounts(taken=1, duplicates=1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(
                ["metadata", "body", "attributes", "data", "events", "Body", "raw", "key"]
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
METADATA = st.dictionaries(
    st.sampled_from(["event_name", "event_time", "root_account_id", "root_account_uuid"]),
    st.sampled_from(["2026-03-02T10:00:00Z", "21070000000000001", SCHOOL, "x"]) | JSON,
)
NEARLY = st.fixed_dictionaries({"metadata": METADATA, "body": JSON}).map(json.dumps)
TOKENS = st.lists(
    st.binary(max_size=60).map(b64) | st.just(b64({"alg": "RS256", "kid": "1"})),
    min_size=3,
    max_size=5,
).map(".".join)


@pytest.mark.parametrize("account_uuid", [None, SCHOOL])
async def test_whatever_comes_is_answered_as_documented(
    account_uuid: str | None, tmp_path: Path
) -> None:
    bodies: list[bytes] = []

    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.binary(max_size=300)
        | JSON.map(json.dumps).map(str.encode)
        | NEARLY.map(str.encode)
        | TOKENS.map(str.encode)
    )
    def collect(body: bytes) -> None:
        bodies.append(body)

    collect()
    async with gated_log(tmp_path) as log, relay(log, account_uuid=account_uuid) as found:
        for body in bodies:
            reply = await found.post(body)
            assert reply.status_code in DOCUMENTED, body
            assert (reply.status_code == 204) == (reply.content == b""), body
