"""Canvas's objects as its API writes them: courses, assignments, users, accounts."""

from __future__ import annotations

from typing import Any

from tui.campus.people import Person, dice
from tui.campus.school import Account, Assignment, Course, Section

Json = dict[str, Any]
_LOREM = (
    "Read the chapter and answer every question in full sentences. Show your work. Partial credit "
    "is given for a correct approach. Late work loses ten percent a day. Cite your sources. "
)


def course_json(course: Course) -> Json:
    return {
        "id": course.id,
        "name": course.name,
        "account_id": course.account,
        "uuid": course.uuid,
        "start_at": course.start_at,
        "end_at": course.conclude_at,
        "grading_standard_id": None,
        "is_public": False,
        "created_at": "2026-06-01T15:04:05Z",
        "course_code": course.code,
        "default_view": "modules",
        "root_account_id": 1,
        "enrollment_term_id": 1,
        "license": "private",
        "grade_passback_setting": None,
        "public_syllabus": False,
        "storage_quota_mb": 500,
        "is_public_to_auth_users": False,
        "homeroom_course": False,
        "course_color": None,
        "friendly_name": None,
        "hide_final_grades": False,
        "apply_assignment_group_weights": False,
        "time_zone": "America/Denver",
        "blueprint": False,
        "sis_course_id": course.sis_id,
        "workflow_state": course.state,
        "restrict_enrollments_to_course_dates": False,
    }


def assignment_json(assignment: Assignment, base: str) -> Json:
    """Heavy, as in Canvas: the description is some kilobytes of HTML."""
    random = dice(assignment.id)
    paragraph = f"<p>{_LOREM * 4}</p>"
    url = f"{base}/courses/{assignment.course}/assignments/{assignment.id}"
    return {
        "id": assignment.id,
        "description": f"<h3>{assignment.name}</h3>" + paragraph * random.randint(2, 6),
        "due_at": f"2026-{random.randint(9, 12):02}-{random.randint(1, 28):02}T05:59:59Z",
        "unlock_at": None,
        "lock_at": None,
        "points_possible": assignment.points,
        "grading_type": str(assignment.grading),
        "assignment_group_id": 400 + assignment.course,
        "grading_standard_id": None,
        "created_at": "2026-06-02T15:04:05Z",
        "updated_at": "2026-06-02T15:04:05Z",
        "peer_reviews": False,
        "automatic_peer_reviews": False,
        "position": assignment.id % 100,
        "grade_group_students_individually": False,
        "anonymous_peer_reviews": False,
        "group_category_id": None,
        "post_to_sis": False,
        "moderated_grading": False,
        "omit_from_final_grade": False,
        "intra_group_peer_reviews": False,
        "anonymous_grading": assignment.anonymous,
        "anonymize_students": assignment.protected,
        "allowed_attempts": -1,
        "course_id": assignment.course,
        "name": assignment.name,
        "submission_types": ["online_quiz"] if assignment.quiz else ["online_upload"],
        "has_submitted_submissions": True,
        "due_date_required": False,
        "max_name_length": 255,
        "is_quiz_assignment": assignment.quiz,
        "muted": assignment.muted,
        "html_url": url,
        "published": not assignment.deleted,
        "sis_assignment_id": assignment.sis_id,
        "workflow_state": "deleted" if assignment.deleted else "published",
    }


def user_json(person: Person, *, sis: bool) -> Json:
    """``sis``: the caller may read SIS ids and logins."""
    shape: Json = {
        "id": person.id,
        "name": person.name,
        "created_at": "2026-05-20T10:00:00Z",
        "sortable_name": person.sortable,
        "short_name": person.name,
    }
    if sis:
        shape |= {
            "sis_user_id": person.sis_id,
            "integration_id": None,
            "sis_import_id": None,
            "login_id": person.login,
        }
    return shape


def account_json(account: Account) -> Json:
    return {
        "id": account.id,
        "name": account.name,
        "workflow_state": "active",
        "parent_account_id": account.parent,
        "root_account_id": None if account.parent is None else 1,
        "uuid": f"account-{account.id}",
        "default_time_zone": "America/Denver",
        "sis_account_id": account.sis_id,
    }


def section_json(section: Section, course: Course) -> Json:
    return {"id": section.id, "name": section.name, "course_id": course.id}
