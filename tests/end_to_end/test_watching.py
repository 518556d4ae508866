"""A TA's hour at 80×24: what is typed, and what is then on screen."""

from __future__ import annotations

import signal

from tests.end_to_end.conftest import Desk

ESCAPE, ENTER = "\x1b", "\r"


def shown_rows(screen: str, name: str) -> int:
    return sum(name in line for line in screen.splitlines())


def test_rows_appear_as_grades_change(desk: Desk) -> None:
    ada = next(user for user in desk.hand.course().students if desk.name_of(user) == "Ada Okafor")
    midterm = desk.hand.course().assignments[5]
    with desk.watch() as terminal:
        terminal.wait_for("matching")
        desk.hand.give(midterm, ada, 77)
        terminal.wait_for(lambda screen: "Ada O" in screen and "77" in screen)


def test_a_name_typed_in_the_bar_narrows_stored_and_arriving_rows(desk: Desk) -> None:
    students = {desk.name_of(user): user for user in desk.hand.course().students}
    midterm = desk.hand.course().assignments[5]
    desk.hand.give(midterm, students["Ada Okafor"], 70)
    desk.hand.give(midterm, students["Noah Phillips"], 60)
    with desk.watch() as terminal:
        terminal.wait_for(lambda screen: "Noah P" in screen and "Ada O" in screen)
        terminal.type("f\tokafor")
        terminal.wait_for(lambda screen: "Ada O" in screen and "Noah P" not in screen)
        desk.hand.give(midterm, students["Noah Phillips"], 61)
        desk.hand.give(midterm, students["Ada Okafor"], 71)
        screen = terminal.wait_for(lambda screen: "70 → 71" in screen)
        assert "Noah P" not in screen
        terminal.type(ESCAPE)
        terminal.pump(0.5)
        terminal.type("F")
        terminal.wait_for(lambda screen: "60 → 61" in screen and "70 → 71" in screen)
        terminal.type("F")
        terminal.wait_for(lambda screen: "Noah P" not in screen and "70 → 71" in screen)


def test_enter_shows_before_and_after_and_the_links_lead_on(desk: Desk) -> None:
    students = {desk.name_of(user): user for user in desk.hand.course().students}
    midterm, essay = desk.hand.course().assignments[5], desk.hand.course().assignments[2]
    desk.hand.give(essay, students["Ada Okafor"], 55)
    desk.hand.give(midterm, students["Noah Phillips"], 60)
    desk.hand.give(midterm, students["Ada Okafor"], 70)
    desk.hand.give(midterm, students["Ada Okafor"], 83)
    with desk.watch() as terminal:
        terminal.wait_for("70 → 83")
        terminal.type(ENTER)
        terminal.wait_for(lambda s: "before" in s and "after" in s and "points possible" in s)
        terminal.type("3")
        terminal.wait_for(lambda screen: screen.count("70") >= 2)
        terminal.type("2")
        terminal.wait_for("#188")
        terminal.type("\tjjj")
        terminal.pump(0.3)
        terminal.type(ENTER)
        terminal.wait_for(lambda screen: "Noah P" not in screen and "Ada O" in screen)


def test_moving_away_holds_and_g_follows_again(desk: Desk) -> None:
    students = {desk.name_of(user): user for user in desk.hand.course().students}
    midterm = desk.hand.course().assignments[5]
    with desk.watch() as terminal:
        terminal.wait_for("following")
        terminal.type("jj")
        terminal.wait_for("held")
        desk.hand.give(midterm, students["Ada Okafor"], 91)
        screen = terminal.wait_for("+1 new")
        assert "Ada O" not in screen.splitlines()[1]
        terminal.type("g")
        terminal.wait_for(lambda screen: "following" in screen and "91" in screen)


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
        terminal.wait_for("Attendance")
        terminal.type("q")
        terminal.wait_for_end()
    desk.server.stop()
    with desk.watch() as terminal:
        terminal.wait_for(lambda screen: "Attendance" in screen and "cannot reach" in screen)


def assert_terminal_is_restored(sent: bytes) -> None:
    """Each mode that was switched is switched back, and last of all."""
    for mode in (b"1049", b"1000", b"1002", b"1003", b"1006", b"2004", b"1004"):
        on, off = sent.rfind(b"\x1b[?" + mode + b"h"), sent.rfind(b"\x1b[?" + mode + b"l")
        assert off >= on, f"mode {mode.decode()} is left on"
    assert sent.rfind(b"\x1b[?25h") > sent.rfind(b"\x1b[?25l"), "the cursor is left hidden"
