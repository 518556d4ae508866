"""The filter as one expression on screen: its keys, its history, what is saved, what is offered."""

from __future__ import annotations

from pathlib import Path

from textual.events import Key, Paste
from textual.widgets import Input

from tests.app.sitting import EVENTS, Session, session
from tui.app.help import filter_lines
from tui.app.widgets.filterline import pointing
from tui.app.widgets.linelist import LineList
from tui.query.language import FilterError, help_entries


def line(running: Session) -> str:
    return running.app.filter_line.box.value


def under(running: Session) -> str:
    """The lines under the filter, and what is offered."""
    parts = running.app.filter_line.query(LineList)
    shown = [each for each in parts if each.display]
    return "\n".join(
        each.render_line(y).text.rstrip() for each in shown for y in range(each.size.height)
    )


async def typed(running: Session, text: str) -> None:
    """As from a clipboard: one keystroke for all of it."""
    running.app.filter_line.box.post_message(Paste(text))
    await running.until(lambda: line(running).endswith(text))


async def test_it_applies_while_typed_and_enter_keeps_and_esc_takes_back(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("slash", *"lima")
        await running.until(lambda: "of 8 matching" in running.foot())
        await running.pilot.press("enter")
        assert running.app.focused is running.app.table
        assert not running.app.filter_line.display
        assert "filter: lima" in running.foot()
        await running.pilot.press("slash", "ctrl+u", *"chen")
        await running.until(lambda: "filter: chen" in running.foot())
        await running.pilot.press("escape")
        await running.until(lambda: "filter: lima" in running.foot())
        assert running.app.focused is running.app.table
        await running.pilot.press("ctrl+u")
        await running.until(lambda: "of 50 matching" in running.foot())


async def test_a_mistake_is_pointed_at_and_the_last_good_filter_stays(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("slash")
        await typed(running, "lima ")
        await running.until(lambda: "of 8 matching" in running.foot())
        await typed(running, "delta:big")
        await running.until(lambda: "^" in under(running))
        caret, expected = under(running).splitlines()[:2]
        assert caret.index("^") == len("/ lima delta:")
        assert expected.startswith("expected: ")
        assert "of 8 matching" in running.foot()
        assert "last good filter: lima" in running.foot()
        await running.pilot.press("enter")
        assert running.app.focused is running.app.filter_line.box
        await running.pilot.press("ctrl+u", "enter")
        await running.until(lambda: "of 50 matching" in running.foot())


async def test_the_bar_and_the_line_are_two_views_of_one_filter(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS, size=(120, 24)) as running:
        await running.pilot.press("f", "tab", *"lima", "tab", "tab", *"-2h", "enter", "slash")
        await running.until(lambda: line(running) == "student:lima at:-2h ")
        await typed(running, "grader:gil -grader:iris student:ana")
        await running.until(lambda: "of 3 matching" in running.foot())
        await running.pilot.press("enter", "f")
        values = [box.value for box in running.app.filter_bar.query(Input)]
        told = [box.placeholder for box in running.app.filter_bar.query(Input)]
        assert values == ["", "", "gil", "-2h"]
        assert (told[1], told[2]) == ("see /", "see /")
        await running.pilot.press("tab", *"bo", "enter", "slash")
        await running.until(lambda: "student:bo at:-2h" in line(running))
        assert "-grader:iris" in line(running)


async def test_earlier_filters_come_back_with_the_arrows(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        for text in ("lima", "chen"):
            await running.pilot.press("slash", "ctrl+u")
            await typed(running, text)
            await running.pilot.press("enter")
            await running.until(
                lambda text=text: running.journal.reader().past_filters(1) == [text]
            )
        await running.pilot.press("slash", "ctrl+u")
        await running.pilot.pause(0.1)
        await typed(running, "rao")
        await running.pilot.press("up", "up", "up")
        assert line(running) == "lima"
        await running.until(lambda: "filter: lima" in running.foot())
        await running.pilot.press("down", "down", "down")
        assert line(running) == "rao"
        await running.pilot.press("escape", "slash")
        await running.pilot.pause(0.1)
        await running.pilot.press("up")
        assert line(running) == "lima", "the filter in force stands there already"


async def test_fields_names_and_saved_filters_are_offered_and_tab_takes_them(
    tmp_path: Path,
) -> None:
    async with session(tmp_path, *EVENTS, named_filters={"mine": "chen"}) as running:
        await running.pilot.press("slash", *"stu", "tab")
        assert line(running) == "student:"
        await running.pilot.press(*"cel")
        await running.until(lambda: "Céline Öztürk" in under(running))
        await running.pilot.press("tab")
        assert line(running) == 'student:"Céline Öztürk"'
        await running.until(lambda: "of 7 matching" in running.foot())
        await running.pilot.press("ctrl+u", *"is:", "tab", "tab")
        assert line(running) == "is:first"
        await running.pilot.press("shift+tab", "space", *"@m", "tab")
        assert line(running) == "is:regrade @mine"
        await running.pilot.press("escape", "x", "slash", *"student:an")
        await running.pilot.pause(0.2)
        assert "Ana" not in under(running)
        await running.pilot.press("escape")


async def test_a_filter_is_saved_by_a_name_or_the_reason_is_said(tmp_path: Path) -> None:
    saved: dict[str, str] = {}

    def save(name: str, text: str) -> Path:
        if not name.isidentifier():
            raise ValueError("a name has no blanks")
        saved[name] = text
        return tmp_path / "config.toml"

    async with session(tmp_path, *EVENTS, save_filter=save) as running:
        await running.pilot.press("slash", *"lima", "ctrl+s", *"my one", "enter")
        await running.until(lambda: "not saved: a name has no blanks" in running.front())
        assert "my one" in running.front(), "it is there to be mended"
        await running.pilot.press("ctrl+u", *"ana", "enter")
        await running.until(lambda: "saved as @ana" in running.foot())
        assert saved == {"ana": "lima"}
        await running.pilot.press("ctrl+u", *"@ana")
        await running.until(lambda: "filter: @ana" in running.foot())
        await running.until(lambda: "of 8 matching" in running.foot())


async def test_a_redacted_screen_does_not_show_the_filter_in_force(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS, filter="course:biology") as running:
        assert "filter: course:biology" in running.foot()
        await running.pilot.press("x", "slash")
        assert line(running) == ""
        assert "redacted" in under(running)
        await running.pilot.press("enter")
        assert "of 50 matching · received 0 · redacted · filter" in running.foot()
        await running.pilot.press("f")
        assert running.app.filter_bar.query(Input).first().value == ""
        assert "biology" not in running.front()
        await running.pilot.press("escape", "slash")
        await typed(running, "student:ann at:ann")
        await running.until(lambda: "^ this cannot be read" in under(running))


def test_the_caret_stands_under_the_column_beside_above_or_behind_the_words() -> None:
    problem = FilterError(9, "no number: 'x'", "a number")
    assert [each.text for each in pointing(problem, 10, 40)] == [
        "          ^ no number: 'x'",
        "expected: a number",
    ]
    assert pointing(problem, 30, 40)[0].text == "               no number: 'x' ^"
    assert [each.text for each in pointing(problem, 12, 24)][:2] == [
        "            ^",
        "no number: 'x'",
    ]


def test_the_help_tells_every_form_and_field_of_the_language() -> None:
    text = "\n".join(each.text for each in filter_lines())
    for entry in help_entries():
        assert f"  {entry.form} " in text


async def test_enter_keeps_all_that_was_typed_however_fast(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("slash")
        for key in "student:lima":
            running.app.post_message(Key("colon" if key == ":" else key, key))
        running.app.post_message(Key("enter", "\r"))
        await running.until(lambda: not running.app.filter_line.display)
        assert running.app.watching.filter.wanted.text == "student:lima"
