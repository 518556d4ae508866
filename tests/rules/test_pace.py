"""Many regrades in a short time, beside this grader's usual most."""

from __future__ import annotations

from tests.rules.given import ASSISTANT, DAY, HOUR, MINUTE, TEACHER, given, said, together
from tui.events.attention import Rule
from tui.events.ids import CanvasId
from tui.rules.case import Case


def regrades(
    count: int, *, start: int = 0, apart: int = 30_000, by: CanvasId = TEACHER
) -> list[Case]:
    """So many regrades by one grader, ``apart`` ms from each other."""
    return [given(start + number * apart, "4", "5", who=number, by=by) for number in range(count)]


def test_a_burst_is_told_beside_the_usual_most() -> None:
    before = regrades(4, start=-5 * DAY)
    whys = said(Rule.BURST, before, regrades(13))
    assert list(whys) == list(range(4, 17)), "all of the burst, and none of before"
    assert set(whys.values()) == {"13 regrades in 6 min; this grader's usual most is 4"}


def test_without_a_past_there_is_nothing_to_compare_with() -> None:
    assert set(said(Rule.BURST, regrades(10)).values()) == {
        "10 regrades in 4 min; this grader has no earlier ones to compare with"
    }


def test_each_regrade_is_told_by_the_busiest_stretch_that_it_is_in() -> None:
    slow = regrades(3, start=-9 * MINUTE, apart=3 * MINUTE)
    whys = said(Rule.BURST, slow, regrades(12, apart=20_000))
    assert list(whys) == list(range(1, 15)), "the first is in no stretch of ten"
    assert set(whys.values()) == {
        "14 regrades in 9 min; this grader has no earlier ones to compare with"
    }


def test_who_always_regrades_so_is_not_told() -> None:
    assert not said(Rule.BURST, regrades(8, start=-5 * DAY), regrades(13))


def test_too_few_in_too_long_a_time_are_no_burst() -> None:
    assert not said(Rule.BURST, regrades(9), regrades(10, start=DAY, apart=2 * MINUTE))


def test_several_graders_are_not_one() -> None:
    assert not said(Rule.BURST, regrades(7), regrades(7, by=ASSISTANT))


def test_an_import_counts_as_one() -> None:
    imported = together(regrades(60, apart=6))
    assert not said(Rule.BURST, imported, regrades(9, start=MINUTE))


def test_a_small_request_counts_as_one_regrade() -> None:
    team = together(regrades(4, apart=2))
    whys = said(Rule.BURST, team, regrades(9, start=MINUTE))
    assert set(whys.values()) == {
        "10 regrades in 5 min; this grader has no earlier ones to compare with"
    }
    assert len(whys) == 13


def test_first_grades_a_quiz_and_a_policy_are_no_burst() -> None:
    first = [given(n * 5000, None, "8", who=n) for n in range(40)]
    quiz = [given(n * 5000, "4", "8", who=n, by=None) for n in range(40)]
    assert not said(Rule.BURST, first, quiz)


def test_at_night_a_ta_may_regrade_a_good_deal_faster() -> None:
    assert not said(Rule.BURST, regrades(24, start=13 * HOUR, apart=5000), profile="ta")
    assert said(Rule.BURST, regrades(25, start=13 * HOUR, apart=5000), profile="ta")


def test_the_limits_are_settings() -> None:
    limits = {"minutes": 1, "regrades": 2}
    assert list(said(Rule.BURST, regrades(2), burst=limits)) == [0, 1]
