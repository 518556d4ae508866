"""The tokens file: hashes only, private, read again when it changes."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from tui.relay.tokens import BadTokens, add_token
from tui.relay.tokens_file import TokensFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tokens.jsonl"


def opened(path: Path) -> TokensFile:
    return TokensFile(path)


def test_a_new_file_is_its_owner_s_alone_and_has_only_the_hash(path: Path) -> None:
    token = add_token(path, "kim", ("565", "2107~12"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert token.get_secret_value() not in text
    assert json.loads(text) == {
        "name": "kim",
        "sha256": hashlib.sha256(token.get_secret_value().encode()).hexdigest(),
        "courses": ["565", "2107~12"],
        "metrics": False,
    }


def test_a_token_has_256_random_bits(path: Path) -> None:
    tokens = {add_token(path, f"n{number}").get_secret_value() for number in range(20)}
    assert len(tokens) == 20
    assert all(len(token) == 43 for token in tokens)


def test_a_token_is_known_by_its_hash_and_nothing_else_is(path: Path) -> None:
    kim, lee = add_token(path, "kim"), add_token(path, "lee", ("565",))
    grants = opened(path).grants
    found = grants.of(lee)
    assert found is not None
    assert (found.name, found.courses) == ("lee", ("565",))
    assert grants.of(kim) is grants.entries[0]
    for stranger in ("", "kim", kim.get_secret_value() + "x", grants.entries[0].sha256, "\udcff"):
        assert grants.of(SecretStr(stranger)) is None


def test_a_name_is_taken_once(path: Path) -> None:
    add_token(path, "kim")
    before = path.read_bytes()
    with pytest.raises(BadTokens, match="named kim already"):
        add_token(path, "kim")
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["", "two words", "-kim", "k\n", "ü", "x" * 65])
def test_a_name_is_one_plain_word(path: Path, name: str) -> None:
    with pytest.raises(BadTokens, match="name"):
        add_token(path, name)
    assert not path.exists()


def test_a_course_is_an_id(path: Path) -> None:
    with pytest.raises(BadTokens, match="Canvas id"):
        add_token(path, "kim", ("BIO101",))


def test_a_token_for_the_metrics_sees_no_courses(path: Path) -> None:
    with pytest.raises(BadTokens, match="metrics"):
        add_token(path, "prometheus", ("565",), metrics=True)


def test_tokens_added_at_the_same_time_are_all_kept(path: Path) -> None:
    path.touch(0o600)
    with ThreadPoolExecutor(8) as pool:
        adding = [pool.submit(add_token, path, f"n{number}") for number in range(40)]
        tokens = [each.result() for each in adding]
    grants = opened(path).grants
    assert all(grants.of(token) is not None for token in tokens)


def test_a_line_without_its_end_is_not_run_together_with_the_next(path: Path) -> None:
    kim = add_token(path, "kim")
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    lee = add_token(path, "lee")
    grants = opened(path).grants
    assert grants.of(kim)
    assert grants.of(lee)


def test_comments_and_blank_lines_are_passed_over(path: Path) -> None:
    kim = add_token(path, "kim")
    path.write_text(f"# the TAs of this term\n\n{path.read_text()}\n")
    assert opened(path).grants.of(kim) is not None


@pytest.mark.parametrize(
    "line",
    [
        "kim",
        "[]",
        "{}",
        '{"name": "kim", "sha256": "short"}',
        '{"name": "kim", "sha256": "%s", "courses": ["BIO"]}' % ("0" * 64),
        '{"name": "kim", "sha256": "%s", "admin": true}' % ("0" * 64),
        '{"name": "kim", "sha256": "%s", "courses": ["1"], "metrics": true}' % ("0" * 64),
    ],
)
def test_a_file_with_a_line_that_is_no_token_is_refused_with_its_number(
    path: Path, line: str
) -> None:
    add_token(path, "lee")
    with path.open("a") as file:
        file.write(line + "\n")
    with pytest.raises(BadTokens, match="line 2"):
        opened(path)


@pytest.mark.parametrize("again", ["name", "sha256"])
def test_a_file_with_a_name_or_a_hash_twice_is_refused(path: Path, again: str) -> None:
    add_token(path, "kim")
    line = json.loads(path.read_text())
    other = line | {"name": "lee", "sha256": "0" * 64} | {again: line[again]}
    path.write_text(f"{json.dumps(line)}\n{json.dumps(other)}\n")
    with pytest.raises(BadTokens, match="twice"):
        opened(path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602])
def test_a_file_that_others_may_read_or_write_is_refused(path: Path, mode: int) -> None:
    add_token(path, "kim")
    path.chmod(mode)
    with pytest.raises(BadTokens, match="chmod 600"):
        opened(path)
    with pytest.raises(BadTokens, match="chmod 600"):
        add_token(path, "lee")


def test_what_is_no_file_is_refused_at_once(path: Path) -> None:
    os.mkfifo(path, 0o600)
    with pytest.raises(BadTokens, match="no ordinary file"):
        opened(path)
    with pytest.raises(BadTokens, match=r"no ordinary file|cannot"):
        add_token(path, "kim")


def test_a_file_that_is_not_there_is_refused(path: Path) -> None:
    with pytest.raises(BadTokens, match="cannot read"):
        opened(path)


def test_no_fault_holds_a_token(path: Path) -> None:
    token = add_token(path, "kim").get_secret_value()
    path.write_text(f'{{"name": "kim", "sha256": "{token}"}}\n')
    with pytest.raises(BadTokens) as wrong:
        opened(path)
    assert token not in str(wrong.value)
    assert wrong.value.__cause__ is None
