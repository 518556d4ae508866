"""The course log: by course and by account, for admins of the root account only."""

from __future__ import annotations

from collections.abc import Callable

from tui.campus.ledger import CourseRow
from tui.campus.web.desk import Asked
from tui.campus.web.documents import course_document
from tui.campus.web.paging import Place, bookmark, link, window
from tui.campus.web.replies import Reply, no_such_route, not_found


def for_course(asked: Asked) -> Reply:
    """Deleted courses answer too."""
    _check(asked)
    course = asked.plain_course(asked.path["course_id"])
    if course is None:
        raise not_found()
    return _answer(asked, lambda row: row.course == course.id)


def for_account(asked: Asked) -> Reply:
    """Courses that were directly in the account when it happened."""
    _check(asked)
    account = asked.account(asked.path["account_id"])
    return _answer(asked, lambda row: row.account == account.id)


def _check(asked: Asked) -> None:
    if not asked.warts.course_log:
        raise no_such_route()
    asked.require_admin()


def _answer(asked: Asked, wanted: Callable[[CourseRow], bool]) -> Reply:
    frame = window(asked.params, asked.warts.max_per_page)
    rows = asked.campus.ledger.course_rows
    place = frame.after
    found: list[tuple[int, CourseRow]] = []
    more = False
    for number in range(len(rows) - 1, -1, -1):
        row = rows[number]
        if (
            (frame.start is not None and row.second * 1000 < frame.start)
            or (frame.end is not None and row.second * 1000 > frame.end)
            or (place is not None and not _older(row.second, number, place))
            or not wanted(row)
        ):
            continue
        if len(found) == frame.per_page:
            more = True
            break
        found.append((number, row))
    pages = {"current": "first" if place is None else bookmark(place)}
    if more:
        end, row = found[-1]
        pages["next"] = bookmark(Place(row.second, None if asked.warts.old_bookmarks else end + 1))
    pages["first"] = "first"
    return Reply(
        course_document(asked, found),
        headers={"Link": link(asked.url, asked.params, pages, frame.per_page)},
        rows=len(found),
    )


def _older(second: int, number: int, place: Place) -> bool:
    if place.row is None:
        return second < place.second
    return (second, number) < (place.second, place.row - 1)
