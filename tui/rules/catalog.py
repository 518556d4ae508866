"""All rules: as the settings have them, and in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from types import MappingProxyType

from tui.events.attention import Rule
from tui.rules.case import AttentionRule
from tui.rules.chain import FailToPassRule, FlipFlopRule
from tui.rules.favour import OneStudentRule, SkewRule
from tui.rules.hours import OffHoursRule
from tui.rules.origin import NewOriginRule
from tui.rules.pace import BurstRule
from tui.rules.settings import RuleSettings
from tui.rules.single import JumpRule, MasqueradeRule, OverrideRule, RegradeRule, SelfGradeRule
from tui.rules.strangers import UnusualGraderRule
from tui.rules.terms import AfterCutoffRule
from tui.rules.together import WholeClassRule


def rules_of(settings: RuleSettings, zone: tzinfo = UTC) -> tuple[AttentionRule, ...]:
    """The rules that are on, in the order of :class:`Rule`.

    ``zone`` is that of courses whose own is not told, and of dates in the settings.
    """
    told, bulk = settings, settings.bulk
    asked: tuple[tuple[bool, AttentionRule], ...] = (
        (told.regrade.on, RegradeRule(bulk)),
        (told.after_cutoff.on, AfterCutoffRule(bulk, told.after_cutoff, zone)),
        (told.fail_to_pass.on, FailToPassRule(bulk, told.fail_to_pass)),
        (told.jump.on, JumpRule(bulk, told.jump)),
        (told.unusual_grader.on, UnusualGraderRule(bulk, told.unusual_grader)),
        (told.self_grade.on, SelfGradeRule(bulk)),
        (told.masquerade.on, MasqueradeRule(bulk)),
        (told.burst.on, BurstRule(bulk, told.burst)),
        (told.one_student.on, OneStudentRule(bulk, told.one_student)),
        (told.off_hours.on, OffHoursRule(bulk, told.off_hours, zone)),
        (told.new_origin.on, NewOriginRule(bulk, told.new_origin)),
        (told.flip_flop.on, FlipFlopRule(bulk, told.flip_flop)),
        (told.override.on, OverrideRule(bulk)),
        (told.skew.on, SkewRule(bulk, told.skew)),
        (told.whole_class.on, WholeClassRule(bulk, told.whole_class)),
    )
    return tuple(rule for on, rule in asked if on)


@dataclass(frozen=True, slots=True)
class RuleHelp:
    """A rule for people: a few words, and a sentence."""

    rule: Rule
    title: str
    words: str


_HELP: Mapping[Rule, tuple[str, str]] = MappingProxyType(
    {
        Rule.REGRADE: (
            "Regrade",
            "A grade was changed into another, by hand: no quiz, no policy, no import.",
        ),
        Rule.AFTER_CUTOFF: (
            "After the cut-off",
            "Somebody graded after the course was concluded, after its end date, or after the last "
            "day that the settings name.",
        ),
        Rule.FAIL_TO_PASS: (
            "From fail to pass",
            "A failing grade became a passing one, by hand; also one that had been taken away.",
        ),
        Rule.JUMP: (
            "Jump",
            "A grade moved by a large part of the points possible, by hand.",
        ),
        Rule.UNUSUAL_GRADER: (
            "Unusual grader",
            "Somebody graded who hardly ever does in this course, or whose own work is graded "
            "there.",
        ),
        Rule.SELF_GRADE: (
            "Own grade",
            "The grader and the student are the same person.",
        ),
        Rule.MASQUERADE: (
            "Acting as",
            "Somebody acted as the grader, or as the one who changed the course.",
        ),
        Rule.BURST: (
            "Burst",
            "Many regrades by one grader in a short time, more than this grader's usual most; an "
            "import counts as one.",
        ),
        Rule.ONE_STUDENT: (
            "One student",
            "One grader raised one student on several assignments, and hardly anybody else.",
        ),
        Rule.OFF_HOURS: (
            "Off hours",
            "Graded at night, where the course is, by somebody who usually does not.",
        ),
        Rule.NEW_ORIGIN: (
            "New origin",
            "From an address or a program that this grader has not been seen with before.",
        ),
        Rule.FLIP_FLOP: (
            "There and back",
            "A grade was changed and changed back; what was put right at once was a slip.",
        ),
        Rule.OVERRIDE: (
            "Final grade by hand",
            "A final grade was set by hand over the computed one.",
        ),
        Rule.SKEW: (
            "One-sided",
            "A grader's regrades go nearly all upward for a few students, and not for the others.",
        ),
        Rule.WHOLE_CLASS: (
            "Whole class",
            "One request moved the grades of many students of an assignment the same way.",
        ),
    }
)
_LIVE = frozenset({Rule.MASQUERADE, Rule.NEW_ORIGIN})


def rule_help() -> tuple[RuleHelp, ...]:
    """Every rule in words, in the order of :class:`Rule`; what needs the relay says so."""
    return tuple(
        RuleHelp(rule, _HELP[rule][0], _HELP[rule][1] + (" Needs live events." if live else ""))
        for rule, live in ((each, needs_live(each)) for each in Rule)
    )


def needs_live(rule: Rule) -> bool:
    """Whether only live events tell what the rule looks at."""
    return rule in _LIVE


def unheard(settings: RuleSettings) -> str:
    """What the rules that are on cannot see as long as there are no live events; may be empty."""
    deaf = [rule.name for rule in rules_of(settings) if needs_live(rule.name)]
    if not deaf:
        return ""
    need = "needs" if len(deaf) == 1 else "need"
    return f"{' and '.join(deaf)} {need} live events, and there is no relay"
