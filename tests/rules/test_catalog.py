"""The settings of the rules, their profiles, and what people read of them."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import BaseModel, ValidationError

from tests.rules.given import COURSE, NOON, TEACHER, student
from tui.events.attention import Rule
from tui.events.event import Change, Event, Feed, Flag, GradeState, Kind, Links
from tui.events.ids import CanvasId
from tui.journal.records import Labels, Stored
from tui.rules.case import Along, Case, Terms
from tui.rules.catalog import needs_live, rule_help, rules_of, unheard
from tui.rules.settings import ADMIN, RuleSettings

QUIET_FOR_TAS = {Rule.REGRADE, Rule.OFF_HOURS, Rule.NEW_ORIGIN}


def admin(**settings: object) -> RuleSettings:
    return RuleSettings.model_validate({"profile": "admin", **settings})


def limits(rule: str) -> BaseModel:
    """The settings of one rule."""
    found = getattr(RuleSettings(), rule)
    assert isinstance(found, BaseModel)
    return found


def test_every_rule_is_there_once_in_its_order() -> None:
    assert [rule.name for rule in rules_of(admin())] == list(Rule)


def test_a_ta_is_spared_the_noisy_ones() -> None:
    assert [rule.name for rule in rules_of(RuleSettings())] == [
        rule for rule in Rule if rule not in QUIET_FOR_TAS
    ]


def test_each_rule_may_be_off() -> None:
    for rule in Rule:
        left = rules_of(admin(**{rule.value: {"on": False}}))
        assert [each.name for each in left] == [each for each in Rule if each is not rule]


def test_what_is_set_stands_over_the_profile() -> None:
    told = admin(jump={"percent": 33.0}, burst={"minutes": 5}, regrade={"on": False})
    assert told.jump.percent == 33.0
    assert (told.burst.minutes, told.burst.regrades) == (5, 10)
    assert not told.regrade.on
    assert RuleSettings().burst.regrades == 25


def test_the_profile_of_admins_sets_what_there_is() -> None:
    for rule, own in ADMIN.items():
        assert set(own) <= set(limits(rule).model_dump())


@pytest.mark.parametrize(
    "wrong",
    [
        {"profile": "teacher"},
        {"burst": {"minutes": 0}},
        {"jump": {"percent": 0}},
        {"jump": {"percent": 101}},
        {"jumps": {}},
        {"off_hours": {"start": 24}},
        {"after_cutoff": {"last_day": "soon"}},
        {"after_cutoff": {"last_day": "9999-12-31"}},
        {"fail_to_pass": {"failing": ["F", " "]}},
        {"skew": {"up_percent": 50}},
        {"jump": 7},
        ["jump"],
    ],
)
def test_limits_that_make_no_sense_are_refused(wrong: object) -> None:
    with pytest.raises(ValidationError):
        RuleSettings.model_validate(wrong)


def test_a_date_may_be_written_as_text() -> None:
    told = RuleSettings.model_validate({"after_cutoff": {"last_day": "2026-12-18"}})
    assert told.after_cutoff.last_day == date(2026, 12, 18)


def test_every_setting_is_documented() -> None:
    for name, field in RuleSettings.model_fields.items():
        if name in {"profile", "bulk"}:
            assert field.description
            continue
        model = type(limits(name))
        assert model.__doc__
        assert all(each.description for each in model.model_fields.values())


def test_how_far_a_rule_looks_follows_its_settings() -> None:
    day = 86_400_000
    rules = {rule.name: rule for rule in rules_of(admin(skew={"days": 3}, burst={"days": 2}))}
    assert (rules[Rule.SKEW].back_ms, rules[Rule.SKEW].ahead_ms) == (3 * day, 0)
    assert rules[Rule.BURST].back_ms == 2 * day + 600_000
    assert rules[Rule.BURST].ahead_ms == 600_000
    assert all(not rule.back_ms for rule in rules.values() if rule.along is Along.EVENT)


def test_each_rule_has_a_title_and_a_sentence() -> None:
    told = rule_help()
    assert [each.rule for each in told] == list(Rule)
    assert len({each.title for each in told}) == len(Rule)
    for each in told:
        assert each.words.endswith(".")
        assert not any(word in each.words.lower() for word in ("fraud", "cheat", "suspicious"))


def test_rules_that_need_live_events_say_so() -> None:
    assert {rule for rule in Rule if needs_live(rule)} == {Rule.MASQUERADE, Rule.NEW_ORIGIN}
    assert unheard(admin()) == ("masquerade and new_origin need live events, and there is no relay")
    assert unheard(RuleSettings()) == "masquerade needs live events, and there is no relay"
    off = RuleSettings.model_validate({"masquerade": {"on": False}})
    assert unheard(off) == ""


def stored(event: Event, group: int | None = None) -> Stored:
    return Stored(id=5, place=6, touch=7, event=event, labels=Labels(), group=group)


def test_a_case_has_what_rules_need_of_an_event() -> None:
    event = Event(
        key="live:1",
        kind=Kind.GRADE,
        type="grade_change",
        at=NOON,
        seen_by=(Feed.AUDIT, Feed.LIVE),
        course=COURSE,
        student=student(1),
        grader=TEACHER,
        before=GradeState("4", 4.0, 10.0),
        after=GradeState("9", 9.0, 10.0, excused=False),
        flags=Flag.REGRADE,
        page_view="p",
    )
    case = Case.of(stored(event, group=3), group_size=12)
    assert (case.id, case.at, case.place, case.order) == (5, NOON, 6, (NOON, 6, 5))
    assert (case.before, case.after, case.delta, case.points_after) == ("4", "9", 5.0, 10.0)
    assert (case.group, case.group_size, case.live, case.request) == (3, 12, True, "p")
    assert Case.of(stored(event)).group_size == 1


def test_a_case_never_tells_a_student_whom_canvas_hides() -> None:
    event = Event(
        key="live:1",
        kind=Kind.GRADE,
        type="grade_change",
        at=NOON,
        seen_by=(Feed.LIVE,),
        student=student(1),
        flags=Flag.HIDDEN_STUDENT,
    )
    assert Case.of(stored(event)).student is None


@pytest.mark.parametrize(
    ("type_", "changes", "terms"),
    [
        ("concluded", {}, Terms(state="completed")),
        ("unconcluded", {}, Terms(state="available")),
        ("updated", {"conclude_at": Change(None, "2026-11-02T12:00:00Z")}, Terms(concludes=NOON)),
        ("updated", {"conclude_at": Change("2026-11-02T12:00:00Z", None)}, Terms(concludes=0)),
        ("updated", {"conclude_at": Change(None, "one day")}, Terms()),
        ("created", {"time_zone": Change(None, "UTC")}, Terms(zone="UTC")),
        ("updated", {"name": Change("a", "b")}, Terms()),
        ("course_created", {"workflow_state": Change(None, "completed")}, Terms("completed")),
    ],
)
def test_course_events_say_when_the_course_ends(
    type_: str, changes: dict[str, Change], terms: Terms
) -> None:
    event = Event(
        key="audit:1",
        kind=Kind.COURSE,
        type=type_,
        at=NOON,
        seen_by=(Feed.AUDIT,),
        course=COURSE,
        changes=changes,
        links=Links(sis_batch=CanvasId.of(8)),
    )
    case = Case.of(stored(event))
    assert case.terms == terms
    assert case.sis_batch == CanvasId.of(8)
