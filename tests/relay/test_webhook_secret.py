"""The shared secret of ``POST /v1/events``: who has it, who has not, and the file it is in."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.relay.posting import (
    URL,
    GatedLog,
    PlainConnection,
    Relay,
    grade_change,
    relay,
)
from tui.relay.ingest.intake import IngestCounts
from tui.relay.ingest.proof import Proof
from tui.relay.ingest.secret import IngestSecret


class TestSecret:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        file = tmp_path / "secret"
        write(file, "s3cret-word\n")
        return file

    @pytest.fixture
    async def guarded(self, file: Path, log: GatedLog) -> AsyncGenerator[Relay]:
        async with relay(log, Proof(secret=IngestSecret(file))) as found:
            yield found

    @pytest.mark.parametrize(
        "value", ["Bearer s3cret-word", "bearer s3cret-word", "s3cret-word", "Bearer  s3cret-word"]
    )
    async def test_who_has_it_may_post(self, value: str, guarded: Relay) -> None:
        reply = await guarded.post(grade_change(), {"Authorization": value})
        assert reply.status_code == 204

    @pytest.mark.parametrize(
        "value",
        [
            None,
            "",
            "Bearer",
            "s3cret",
            "s3cret-word2",
            "S3CRET-WORD",
            "Basic s3cret-word",
        ],
    )
    async def test_who_has_not_gets_401(self, value: str | None, guarded: Relay) -> None:
        reply = await guarded.post(
            grade_change(), {} if value is None else {"Authorization": value}
        )
        assert reply.status_code == 401
        assert reply.headers["WWW-Authenticate"] == "Bearer"
        assert "s3cret" not in reply.text
        assert guarded.intake.counts == IngestCounts(unauthorized=1)

    async def test_bytes_that_are_no_text_are_no_secret(self, guarded: Relay) -> None:
        async with PlainConnection(guarded) as (reader, writer):
            writer.write(
                b"POST /v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: \xff\xfe\r\n"
                b"Content-Length: 2\r\n\r\n{}"
            )
            assert (await reader.readline()).startswith(b"HTTP/1.1 401 ")

    async def test_two_of_them_are_none(self, guarded: Relay) -> None:
        reply = await guarded.http.post(
            URL,
            json=grade_change(),
            headers=[("Authorization", "s3cret-word"), ("Authorization", "other")],
        )
        assert reply.status_code == 401

    async def test_who_has_not_is_not_listened_to(self, guarded: Relay) -> None:
        async with PlainConnection(guarded) as (reader, writer):
            writer.write(b"POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 401 ")

    async def test_a_new_one_is_in_force_at_once_and_the_old_is_not(
        self, guarded: Relay, file: Path
    ) -> None:
        fresh = file.with_name("fresh")
        write(fresh, "another-word")
        fresh.replace(file)
        replies = [
            await guarded.post(grade_change(), {"Authorization": word})
            for word in ("s3cret-word", "another-word")
        ]
        assert [reply.status_code for reply in replies] == [401, 204]

    async def test_while_its_file_may_not_be_used_nobody_may_post(
        self, guarded: Relay, file: Path
    ) -> None:
        async def statuses() -> set[int]:
            words = ("s3cret-word", "", "x")
            return {
                (await guarded.post(grade_change(), {"Authorization": word})).status_code
                for word in words
            }

        os.chmod(file, 0o644)
        assert await statuses() == {503}
        os.unlink(file)
        assert await statuses() == {503}
        write(file, "")
        assert await statuses() == {503}
        write(file, "s3cret-word")
        assert await statuses() == {204, 401}

    @pytest.mark.parametrize(
        ("content", "mode", "why"),
        [
            ("s3cret", 0o640, "others may read"),
            ("s3cret", 0o604, "others may read"),
            ("\n", 0o600, "empty"),
            ("two words", 0o600, "one word"),
            ("naïve", 0o600, "one word"),
            ("x" * 5000, 0o600, "more than"),
        ],
    )
    def test_a_file_that_may_not_be_used_is_refused_at_the_start(
        self, content: str, mode: int, why: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "other"
        write(file, content)
        file.chmod(mode)
        with pytest.raises(ValueError, match=why) as raised:
            IngestSecret(file)
        assert "s3cret" not in str(raised.value)

    def test_neither_a_pipe_nor_a_folder_is_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe", 0o600)
        with pytest.raises(ValueError, match="no ordinary file"):
            IngestSecret(tmp_path / "pipe")
        with pytest.raises(OSError, match="directory"):
            IngestSecret(tmp_path)
        with pytest.raises(FileNotFoundError):
            IngestSecret(tmp_path / "none")


def write(file: Path, content: str) -> None:
    """A file of our own that nobody else may read."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as opened:
        opened.write(content)
