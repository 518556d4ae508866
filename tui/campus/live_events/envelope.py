"""The metadata of a live event: who asked for what, from where, in which course.

The fields are those of the documentation's payload examples; ids are global (canvas-facts §7.1).
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.campus.live_events.desks import desk
from tui.campus.people import dice
from tui.campus.school import ROOT_ACCOUNT, Course, School
from tui.events.ids import IDS_PER_SHARD
from tui.events.times import iso

HOST = "oxana.example.edu"
ROOT_UUID = "VicYj3cu5BIFpoZhDVU4DZumnlBrWi1grgJEzADs"
"""The school's, by which a receiver tells its own events from another school's."""
RECALCULATION = "Enrollment.recompute_due_dates_and_scores"
SIS_IMPORT = "SisBatch.process_all_for_account"
_MASQUERADES = 0.02
"""The share of requests that an admin makes in somebody's name."""
_LEAKS = 0.01
"""The share whose address carries an access token, as in Canvas's own documentation."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A web request: ``path`` begins with a slash; ``request_id`` is its UUID."""

    user: int
    request: int
    request_id: str
    path: str
    referrer: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Job:
    """Background work: Canvas tells neither a user nor a request."""

    id: int
    tag: str


def global_id(school: School, number: int) -> str:
    """An id as text that means the same everywhere; a visitor's is global already."""
    return str(number if number >= IDS_PER_SHARD else school.shard * IDS_PER_SHARD + number)


def metadata(
    school: School, seed: int, name: str, at: int, course: Course, by: Asked | Job
) -> dict[str, object]:
    """The metadata of event ``name`` at ``at`` (UTC ms) in the context of ``course``."""
    common: dict[str, object] = {
        "event_name": name,
        "event_time": iso(at),
        "producer": "canvas",
        "root_account_id": global_id(school, ROOT_ACCOUNT),
        "root_account_uuid": ROOT_UUID,
        "root_account_lti_guid": f"{ROOT_UUID}.{HOST}",
        "context_type": "Course",
        "context_id": global_id(school, course.id),
        "context_account_id": global_id(school, course.account),
        "context_sis_source_id": course.sis_id,
    }
    if isinstance(by, Job):
        return common | {"job_id": str(by.id), "job_tag": by.tag, "hostname": HOST}
    chance = dice(f"{seed}:request:{by.request}").random()
    person = school.people[by.user]
    place = desk(seed, by.user, by.request)
    asked: dict[str, object] = {
        "user_id": global_id(school, by.user),
        "user_login": person.login,
        "user_account_id": global_id(school, ROOT_ACCOUNT),
        "user_sis_id": person.sis_id,
        "context_role": _role(course, by.user),
        "request_id": by.request_id,
        "session_id": place.session_id,
        "hostname": HOST,
        "http_method": by.method,
        "client_ip": place.client_ip,
        "user_agent": place.user_agent,
        "url": f"https://{HOST}{by.path}{_leak(school, by.path, chance)}",
        "referrer": f"https://{HOST}{by.referrer}",
        "time_zone": place.time_zone,
    }
    admin = min(school.admins)
    if chance < _MASQUERADES and by.user != admin:
        asked["real_user_id"] = global_id(school, admin)
    return common | asked


def _leak(school: School, path: str, chance: float) -> str:
    if chance <= 1 - _LEAKS:
        return ""
    return f"{'&' if '?' in path else '?'}access_token={school.shard}~{chance:.16f}"


def _role(course: Course, user: int) -> str | None:
    if user in course.teachers:
        return "TeacherEnrollment"
    if any(each.user == user for each in course.assistants):
        return "TaEnrollment"
    return "StudentEnrollment" if user in course.students else None
