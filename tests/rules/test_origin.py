"""Where a grader grades from, as far as live events tell it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.given import ASSISTANT, HOUR, TEACHER, given, only, said, together
from tui.events.attention import Rule
from tui.events.event import Flag
from tui.rules.case import Case

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15"


def live(at: int, address: str | None, agent: str | None = FIREFOX, **parts: object) -> Case:
    case = given(at, "4", "9", live=True, actor=TEACHER, client_ip=address, user_agent=agent)
    return replace(case, **parts)


def usual(count: int = 10) -> list[Case]:
    """From two addresses and with one program."""
    return [live(n - 20, f"192.0.2.{n % 2}") for n in range(count)]


def test_a_new_address_is_told_without_being_shown() -> None:
    assert only(said(Rule.NEW_ORIGIN, usual(), live(HOUR, "198.51.100.7"))) == (
        "a new address; this grader's 10 earlier gradings seen live came from 2 addresses and 1 "
        "program"
    )


def test_a_new_program_is_told() -> None:
    why = only(said(Rule.NEW_ORIGIN, usual(), live(HOUR, "192.0.2.1", SAFARI)))
    assert why.startswith("a new browser or program; this grader's 10 earlier")


def test_both_may_be_new() -> None:
    why = only(said(Rule.NEW_ORIGIN, usual(), live(HOUR, "198.51.100.7", SAFARI)))
    assert why.startswith("a new address and a new browser or program; ")


def test_it_is_new_once() -> None:
    again = [live(HOUR, "198.51.100.7"), live(2 * HOUR, "198.51.100.7")]
    assert list(said(Rule.NEW_ORIGIN, usual(), again)) == [10]


def test_an_import_from_a_new_address_is_of_one_moment() -> None:
    imported = together([live(HOUR, "198.51.100.7", student=None) for _ in range(6)])
    assert len(said(Rule.NEW_ORIGIN, usual(), imported)) == 6


@pytest.mark.parametrize(
    "case",
    [
        live(HOUR, "192.0.2.0", FIREFOX.replace("140", "141")),
        live(HOUR, "198.51.100.7", flags=Flag.MASQUERADE),
        live(HOUR, "198.51.100.7", actor=ASSISTANT),
        live(HOUR, "198.51.100.7", grader=ASSISTANT, actor=ASSISTANT),
        live(HOUR, "198.51.100.7", grader=None, flags=Flag.AUTOMATIC),
        live(HOUR, None, None),
        given(HOUR, "4", "9"),
    ],
    ids=[
        "an update",
        "somebody else's address",
        "another's request",
        "another grader",
        "a quiz",
        "a job",
        "from the log alone",
    ],
)
def test_what_is_no_new_origin(case: Case) -> None:
    assert not said(Rule.NEW_ORIGIN, usual(), case)


def test_it_is_too_early_to_say_before_there_is_a_past() -> None:
    assert not said(Rule.NEW_ORIGIN, usual(9), live(HOUR, "198.51.100.7"))
