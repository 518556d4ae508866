"""What Canvas does not tell, of what a report is about; pure."""

from __future__ import annotations

from collections.abc import Iterator

from tui.events.event import Kind
from tui.query.ast import Role
from tui.report.evidence.findings import Findings
from tui.report.inquiry.asking import limits_of_the_log
from tui.report.inquiry.subject import Subject
from tui.report.words import MAYBE_SHORT
from tui.sources.audit_api.backfill import KEPT_MONTHS


def limit_words(subject: Subject | None, found: Findings) -> Iterator[str]:
    """What nobody is told who asks for such changes: a sentence each, without names and ids."""
    role = None if subject is None else subject.role
    kinds = {topic.kind for topic in found.parts}
    yield (
        "The audit log returns grades and no scores. A grade that reads the same before and after "
        f"({MAYBE_SHORT}) may be a changed score, and the log does not tell by how much."
    )
    yield "Its times are whole seconds: it does not tell which change within a second was first."
    yield (
        "Posting or hiding grades, and new points possible that leave a score as it is, have no "
        "row in it: only a relay tells of them."
    )
    yield "Canvas can lose a row of it without a trace: good evidence, no proof of completeness."
    if role is not Role.STUDENT:
        yield (
            "While an assignment hides its students the audit log names none of them: such changes "
            "are here without a student."
        )
    if role is Role.GRADER:
        yield "Grades that nobody gave by hand (quizzes, tools, policies) are under no grader."
    if role in (None, Role.COURSE) or Kind.COURSE in kinds:
        yield (
            "Edits of a course are told to admins of the root account only: where another token "
            "asked, there are none."
        )
    if role is not Role.ASSIGNMENT:
        yield (
            "Overrides of final grades are told for a course only where it allows them, and never "
            "of which grading period they are."
        )
    yield (
        "In a course, a token that is limited to sections is shown only the students of these "
        "sections."
    )
    if subject is not None:
        yield from limits_of_the_log(subject)
    else:
        yield (
            f"Canvas keeps its audit log for {KEPT_MONTHS} months, unless the school has set "
            "otherwise: what is older may be missing."
        )
