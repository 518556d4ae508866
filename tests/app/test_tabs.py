"""The detail pane's tabs say all that is known, and say what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from tests.app.school import NOON, batch, edited, graded, journal_of
from tui.app.details import Detail, read_detail
from tui.app.lines import Jump, Line, Narrow
from tui.app.tabs import Tab, tab_lines
from tui.events.event import Event, Feed, Flag, GradeState, Kind
from tui.events.ids import CanvasId
from tui.journal.journal import Journal
from tui.journal.records import Labels, Stored
from tui.query.ast import EVERYTHING, Role
from tui.report.redact import Redactor

CANVAS = "https://canvas.example"


def detail_of(*events: Event, redacted: bool = False) -> Detail:
    """The newest event of a journal of these."""
    journal = journal_of(events)
    reader = journal.reader()
    [newest] = reader.slots(EVERYTHING, limit=1)
    detail = read_detail(reader, newest.id, Redactor(journal) if redacted else None)
    journal.close()
    assert detail is not None
    return detail


def lines(tab: Tab, detail: Detail) -> list[Line]:
    return tab_lines(tab, detail, zone=UTC, canvas=CANVAS)


def text(tab: Tab, detail: Detail) -> str:
    return "\n".join(line.text for line in lines(tab, detail))


def live(number: int, **parts: object) -> Event:
    """The live report of the grade change of that number."""
    told: dict[str, object] = {
        "key": f"live:{number:064}",
        "seen_by": (Feed.LIVE,),
        "flags": graded(number).flags | Flag.UNCONFIRMED,
        "request_id": "r-1",
        "client_ip": "192.0.2.7",
        "user_agent": "Firefox",
        "actor": CanvasId.of(981),
        "url": "https://canvas.example/x",
    }
    return replace(graded(number), **(told | parts))


def same(number: int, **parts: object) -> Event:
    """A change of one and the same submission."""
    student, assignment = CanvasId.of(40), CanvasId.of(300)
    return replace(graded(number), student=student, assignment=assignment, **parts)


def test_a_grade_change_shows_before_beside_after() -> None:
    before = GradeState("4", 4.0, 10.0, excused=False, posted=True)
    after = GradeState("5", 5.5, 10.0, excused=False, posted=False)
    shown = text(Tab.CHANGE, detail_of(graded(3, before=before, after=after, current_grade="6")))
    for row in (
        "grade           4              5",
        "score           4              5.5",
        "points possible 10             10",
        "excused         no             no",
        "posted          yes            no",
        "Δ               +1.5",
        "now             6",
        "student         王小明",
        "by              Gil Ro",
        "assignment      Final project, part one",
    ):
        assert row in shown


def test_what_is_not_known_is_said_so_and_an_equal_grade_is_a_caution() -> None:
    shown = text(Tab.CHANGE, detail_of(graded(3, before=GradeState("8"), after=GradeState("8"))))
    assert "score           not told       not told" in shown
    assert "= score may have changed: the audit log does not return scores" in shown


def test_a_course_event_shows_each_field_old_beside_new() -> None:
    shown = text(Tab.CHANGE, detail_of(edited(3)))
    assert "name            Biology 101          Biology 101 (autumn)" in shown
    assert "start at        –                    2026-09-01 00:00:00" in shown


def test_links_lead_on_and_open_in_canvas() -> None:
    found = [line for line in lines(Tab.LINKS, detail_of(graded(3))) if line.act]
    roles = [line.act.pick.role for line in found if isinstance(line.act, Narrow)]
    assert roles == [Role.COURSE, Role.ASSIGNMENT, Role.STUDENT, Role.GRADER]
    assert found[1].text == "assignment      Final project, part one  #303"
    assert found[1].url == f"{CANVAS}/courses/565/assignments/303"
    assert found[2].url == f"{CANVAS}/courses/565/users/43"
    copied = text(Tab.LINKS, detail_of(edited(3)))
    assert "copied from     Biology 100  #560" in copied


def test_a_hidden_student_has_no_link() -> None:
    detail = detail_of(graded(3, student=None, flags=Flag.HIDDEN_STUDENT))
    found = lines(Tab.LINKS, detail)
    assert any("hidden by Canvas" in line.text for line in found)
    assert not any(
        isinstance(line.act, Narrow) and line.act.pick.role is Role.STUDENT for line in found
    )


def test_history_is_every_change_of_the_submission_in_order() -> None:
    detail = detail_of(*(same(each) for each in (9, 2, 5)), graded(1))
    jumps = [line.act for line in lines(Tab.HISTORY, detail) if isinstance(line.act, Jump)]
    assert [jump.slot.at for jump in jumps] == sorted(jump.slot.at for jump in jumps)
    assert len(jumps) == 3
    assert [line.text[0] for line in lines(Tab.HISTORY, detail) if line.act] == [" ", " ", ">"]


def test_a_request_is_told_or_said_to_be_unknown() -> None:
    assert "tells no request" in text(Tab.REQUEST, detail_of(graded(3)))
    told = graded(
        3,
        request_id="r-1",
        client_ip="192.0.2.7",
        user_agent="Firefox",
        actor=CanvasId.of(981),
        real_actor=CanvasId.of(982),
        url="https://canvas.example/x",
    )
    shown = text(Tab.REQUEST, detail_of(told))
    for words in ("r-1", "192.0.2.7", "Firefox", "Iris Vane acted as Hana Sato", "/x"):
        assert words in shown


def test_raw_is_the_document_and_what_it_said_before() -> None:
    hidden = graded(3, student=None, flags=Flag.HIDDEN_STUDENT)
    journal = journal_of([hidden])
    journal.record(batch([graded(3)]))
    reader = journal.reader()
    [newest] = reader.slots(EVERYTHING, limit=1)
    detail = read_detail(reader, newest.id, None)
    journal.close()
    assert detail is not None
    shown = text(Tab.RAW, detail)
    assert '"event_type": "grade_change"' in shown
    assert "student –, now #43" in shown


def test_a_redacted_detail_holds_nobody() -> None:
    events = [same(each, client_ip="192.0.2.7") for each in (3, 5)]
    detail = detail_of(*events, redacted=True)
    everything = "\n".join(text(tab, detail) for tab in Tab)
    for secret in ("Ana", "Gil", "Essay", "Biology", "192.0.2.7", "#40", "11005", CANVAS):
        assert secret not in everything
    assert not any(line.url for tab in Tab for line in lines(tab, detail))
    assert not any(isinstance(line.act, Narrow) for line in lines(Tab.LINKS, detail))
    assert "Student" in everything


REPORT = live(3)


def pair(**parts: object) -> Journal:
    """A journal in which the audit log has confirmed a live report."""
    journal = journal_of([replace(REPORT, **parts)])
    journal.record(batch([replace(graded(3), **parts)]))
    return journal


def detail_in(journal: Journal, key: str, *, redacted: bool = False) -> Detail:
    reader = journal.reader()
    for slot in reader.slots(EVERYTHING, limit=100):
        detail = read_detail(reader, slot.id, Redactor(journal) if redacted else None)
        if detail is not None and key in (detail.stored.event.key, detail.stored.live_key):
            journal.close()
            return detail
    raise AssertionError(key)


def test_a_change_says_how_it_stands_to_the_audit_log() -> None:
    assert "seen by         audit log\n" in text(Tab.CHANGE, detail_of(graded(3))) + "\n"
    unconfirmed = detail_of(REPORT)
    shown = text(Tab.CHANGE, unconfirmed)
    assert "live, unconfirmed since 12:00:03: a hint, not the record" in shown
    assert "the record, has not shown it yet" in shown
    past = tab_lines(Tab.CHANGE, unconfirmed, zone=UTC, canvas=None, read_past=True)
    assert any("was read past this time and has no such row" in line.text for line in past)
    confirmed = text(Tab.CHANGE, detail_in(pair(), REPORT.key))
    assert "audit log and live: confirmed" in confirmed


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        (
            {"before": GradeState("8", 8.0, 10.0), "after": GradeState("8", 8.0, 10.0)},
            "grades posted or hidden",
        ),
        (
            {"before": GradeState("8", 8.0, 10.0), "after": GradeState("8", 8.0, 20.0)},
            "an edit of the points possible",
        ),
        ({"kind": Kind.COURSE_SCORE}, "a total recalculated by Canvas"),
        ({"kind": Kind.OTHER}, "an event of another kind"),
    ],
)
def test_what_is_never_confirmed_says_why(parts: dict[str, object], why: str) -> None:
    shown = text(Tab.CHANGE, detail_of(live(3, flags=Flag(0), **parts)))
    assert "live only, never to be confirmed" in shown
    assert f"{why}" in shown
    assert "the audit log keeps no row of it" in shown


def test_a_request_says_who_from_where_and_what_else_it_did() -> None:
    others = [
        live(each, key=f"live:{each}", request_id="r-1", student=CanvasId.of(40 + each))
        for each in (1, 5)
    ]
    detail = detail_of(live(3, request_id="r-1"), *others, live(9, at=NOON, request_id="r-2"))
    found = lines(Tab.REQUEST, detail)
    shown = "\n".join(line.text for line in found)
    for words in ("192.0.2.7", "Firefox", "actor           Hana Sato", "/x"):
        assert words in shown
    assert "live            live:5" in shown
    assert "3 changes of this request · enter: go there" in shown
    assert "  12:00:01  Bo Chen" in shown
    assert "> 12:00:05  Eve Ng" in shown
    assert "r-2" not in shown
    jumps = [line.act.slot.at for line in found if isinstance(line.act, Jump)]
    assert jumps == [NOON + 1000, NOON + 3000, NOON + 5000]


def test_raw_is_both_documents_each_under_its_key() -> None:
    detail = detail_in(pair(), REPORT.key)
    found = [line.text for line in lines(Tab.RAW, detail)]
    assert found[0] == "audit:00000003"
    assert REPORT.key in found
    assert any(f'"id": "{REPORT.key}"' in line for line in found[found.index(REPORT.key) :])
    shown = text(Tab.REQUEST, detail)
    assert "audit log       audit:00000003" in shown
    assert f"live            {REPORT.key}" in shown


def test_a_hidden_students_live_report_is_withheld_and_says_why() -> None:
    flags = Flag.HIDDEN_STUDENT | Flag.UNPOSTED | Flag.UNCONFIRMED
    stored = Stored(1, 1, 1, live(3, student=None, flags=flags, request_id=None), Labels())
    plain = replace(stored.event, client_ip=None, user_agent=None, url=None)
    detail = Detail(
        stored=replace(stored, event=plain),
        history=(),
        older=0,
        newer=0,
        revisions=(),
        raw=None,
        siblings=(),
        live_raw=None,
        courses={},
        rereads=(),
        other_side=None,
        diffs={},
        redacted=False,
    )
    presumed = "withheld: unposted, and the audit log has not said yet whether Canvas hides"
    assert presumed in text(Tab.CHANGE, detail)
    assert presumed in text(Tab.LINKS, detail)
    assert "withheld while Canvas hides the student" in text(Tab.RAW, detail)
    assert "the request is withheld while Canvas hides the student" in text(Tab.REQUEST, detail)
    seen_by = (Feed.AUDIT, Feed.LIVE)
    told = replace(detail, stored=replace(stored, event=replace(plain, seen_by=seen_by)))
    told = replace(told, stored=replace(told.stored, live_key="live:x"), raw="{}")
    assert "hidden by Canvas: the assignment is anonymous and muted" in text(Tab.CHANGE, told)
    raw = [line.text for line in lines(Tab.RAW, told)]
    assert raw[-2:] == ["live:x", "withheld while Canvas hides the student"]


def test_a_redacted_pair_tells_no_request() -> None:
    journal = pair()
    journal.record(batch([live(4, key="live:other", request_id="r-1")]))
    detail = detail_in(journal, REPORT.key, redacted=True)
    assert detail.siblings
    everything = "\n".join(text(tab, detail) for tab in Tab)
    for secret in ("192.0.2.7", "Firefox", "/x", "r-1", "Sato", "王", "Rao", "event_type"):
        assert secret not in everything


def test_a_row_that_is_gone_has_no_detail() -> None:
    journal = journal_of([graded(1)])
    assert read_detail(journal.reader(), 999, None) is None
    journal.close()
