"""A TA's hour at 80×24: what is typed, and what is then on screen."""

from __future__ import annotations

import signal

from tests.end_to_end.conftest import Desk

ESCAPE, ENTER = "\x1b", "\r"


def first_name(desk: Desk, place: int) -> str:
    return desk.name_of(desk.student(place)).split()[0]


def test_rows_appear_as_grades_change(desk: Desk) -> None:
    with desk.watch() as terminal:
        terminal.wait_for("40 matching")
        desk.hand.give(desk.work, desk.student(0), 7)
        terminal.wait_for(lambda screen: first_name(desk, 0) in screen and "→ 7 " in screen)


def test_a_name_typed_in_the_bar_narrows_stored_and_arriving_rows(desk: Desk) -> None:
    ada, noah = first_name(desk, 0), first_name(desk, 1)
    desk.hand.give(desk.work, desk.student(0), 3)
    desk.hand.give(desk.work, desk.student(1), 4)
    with desk.watch() as terminal:
        terminal.wait_for(lambda screen: ada in screen and noah in screen)
        terminal.type(f"f\t{ada.lower()}")
        terminal.wait_for(lambda screen: ada in screen and noah not in screen)
        desk.hand.give(desk.work, desk.student(1), 5)
        desk.hand.give(desk.work, desk.student(0), 6)
        screen = terminal.wait_for("+3 R")  # the names offered cover the grades
        assert noah not in screen
        assert "4 → 5" not in screen
        terminal.type(ESCAPE)
        terminal.pump(0.5)
        terminal.type("F")
        terminal.wait_for(lambda screen: "4 → 5" in screen and "3 → 6" in screen)
        terminal.type("F")
        terminal.wait_for(lambda screen: noah not in screen and "3 → 6" in screen)


def test_enter_shows_before_and_after_and_the_links_lead_on(desk: Desk) -> None:
    ada, noah = first_name(desk, 0), first_name(desk, 1)
    desk.hand.give(desk.work, desk.student(1), 4)
    desk.hand.give(desk.work, desk.student(0), 3)
    desk.hand.give(desk.work, desk.student(0), 8)
    with desk.watch() as terminal:
        terminal.wait_for("3 → 8")
        terminal.type(ENTER)
        terminal.wait_for(lambda s: "before" in s and "after" in s and "excused" in s)
        terminal.type("3")
        terminal.wait_for(lambda screen: "→ 3  " in screen.split("[3 history]")[-1])
        terminal.type("2")
        links = terminal.wait_for(f"#{desk.student(0)}").splitlines()
        first = next(row for row, line in enumerate(links) if "enter: only" in line)
        student = next(row for row, line in enumerate(links) if f"#{desk.student(0)}" in line)
        terminal.type("j" * (student - first) + ENTER)
        terminal.wait_for(
            lambda screen: noah not in screen and ada in screen and "filter" in screen
        )


def test_moving_away_holds_and_g_follows_again(desk: Desk) -> None:
    with desk.watch() as terminal:
        terminal.wait_for("40 matching")
        terminal.type("jj")
        terminal.wait_for("holding")
        desk.hand.give(desk.work, desk.student(0), 9)
        screen = terminal.wait_for("+1 new")
        assert first_name(desk, 0) not in screen.splitlines()[1]
        terminal.type("g")
        terminal.wait_for(lambda s: "following" in s and first_name(desk, 0) in s.splitlines()[1])


def test_q_leaves_the_terminal_as_it_was(desk: Desk) -> None:
    with desk.watch() as terminal:
        terminal.wait_for("matching")
        terminal.type("q")
        assert terminal.wait_for_end() == 0
        assert_terminal_is_restored(bytes(terminal.received))
        assert b"Traceback" not in terminal.received


def test_a_hang_up_ends_it(desk: Desk) -> None:
    with desk.watch() as terminal:
        terminal.wait_for("matching")
        terminal.hang_up()
        terminal.process.wait(30)


def test_a_termination_leaves_the_terminal_as_it_was(desk: Desk) -> None:
    with desk.watch() as terminal:
        terminal.wait_for("matching")
        terminal.process.send_signal(signal.SIGTERM)
        terminal.wait_for_end()
        assert_terminal_is_restored(bytes(terminal.received))


def test_the_token_is_never_among_the_bytes_sent(desk: Desk) -> None:
    with desk.watch() as terminal:
        terminal.wait_for("matching")
        for keys in (ENTER, "4", "5", "?"):
            terminal.type(keys)
            terminal.pump(0.5)
        assert desk.campus.token.encode() not in terminal.received


def test_it_begins_with_what_the_journal_has_when_canvas_is_gone(desk: Desk) -> None:
    with desk.watch() as terminal:
        terminal.wait_for("40 matching")
        terminal.type("q")
        terminal.wait_for_end()
    desk.server.stop()
    with desk.watch() as terminal:
        terminal.wait_for(lambda screen: "40 matching" in screen and "cannot reach" in screen)


def assert_terminal_is_restored(sent: bytes) -> None:
    """Each mode that was switched is switched back, and last of all."""
    for mode in (b"1049", b"1000", b"1002", b"1003", b"1006", b"2004", b"1004"):
        on, off = sent.rfind(b"\x1b[?" + mode + b"h"), sent.rfind(b"\x1b[?" + mode + b"l")
        assert off >= on, f"mode {mode.decode()} is left on"
    assert sent.rfind(b"\x1b[?25h") > sent.rfind(b"\x1b[?25l"), "the cursor is left hidden"
