"""A school's worth of grade changes, the same for the same seed, for the journal's benchmarks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from tui.events.event import Event, Feed, GradeState, Kind, Name, Sighting, Thing
from tui.events.ids import CanvasId
from tui.events.text import safe_json

FIRST = (
    "Ada", "Alan", "Barbara", "Claude", "Dana", "Edsger", "Frances", "Grace", "Hedy", "Ivan",
    "John", "Katherine", "Leslie", "Margaret", "Niklaus", "Olga", "Peter", "Radia", "Sophie",
    "Tim", "Ursula", "Vint", "Wendy", "Xenia", "Yukihiro", "Zoë", "José", "María", "Jürgen",
)  # fmt: skip
LAST = (
    "Abadi", "Backus", "Cerf", "Dijkstra", "Eckert", "Floyd", "Goldberg", "Hopper", "Iverson",
    "Johnson", "Knuth", "Lamport", "Milner", "Naur", "Ousterhout", "Perlis", "Quine", "Ritchie",
    "Sutherland", "Thompson", "Ullman", "Valiant", "Wirth", "Xu", "Yao", "Zuse",
)  # fmt: skip
SUBJECTS = (
    "Biology", "Chemistry", "History", "Mathematics", "Music", "Philosophy", "Physics", "Rhetoric",
)  # fmt: skip

BEGIN = 1_760_000_000_000
YEAR_MS = 365 * 86_400_000


@dataclass(frozen=True, slots=True)
class School:
    """Ids: courses 1…, students 100,001…, graders 900,001…, assignments course × 100 + 1…."""

    courses: int = 200
    students: int = 30_000
    graders: int = 800
    assignments: int = 25
    enrolled: int = 4
    """Courses a student is in."""
    seed: int = 1
    cohorts: dict[int, list[int]] = field(default_factory=dict[int, list[int]])

    def __post_init__(self) -> None:
        random = Random(self.seed)  # noqa: S311  a benchmark's data
        for student in range(self.students):
            for course in random.sample(range(self.courses), self.enrolled):
                self.cohorts.setdefault(course, []).append(100_001 + student)

    def names(self) -> tuple[Name, ...]:
        return (
            *(
                Name(Thing.COURSE, CanvasId(0, 1 + n), f"{SUBJECTS[n % 8]} {100 + n}")
                for n in range(self.courses)
            ),
            *(
                Name(Thing.ASSIGNMENT, CanvasId(0, (1 + n) * 100 + 1 + m), f"Homework {1 + m}")
                for n in range(self.courses)
                for m in range(self.assignments)
            ),
            *(Name(Thing.USER, CanvasId(0, 100_001 + n), _person(n)) for n in range(self.students)),
            *(
                Name(Thing.USER, CanvasId(0, 900_001 + n), f"Prof. {_person(n + 50_000)}")
                for n in range(self.graders)
            ),
        )

    def sightings(self, events: int) -> Iterator[Sighting]:
        """Oldest first; the first half of the courses ended before the other half began."""
        random = Random(self.seed + 1)  # noqa: S311  a benchmark's data
        half = self.courses // 2
        for n in range(events):
            late = n * 2 >= events
            course = random.randrange(half) + (half if late else 0) if half else 0
            assignment = (1 + course) * 100 + 1 + random.randrange(self.assignments)
            points = random.randrange(0, 41) / 4
            # each course has its own graders, so that a course and a grader may never meet
            grader = 900_001 + (course * 4 + random.randrange(4)) % self.graders
            event = Event(
                key=f"audit:{random.getrandbits(128):032x}",
                kind=Kind.GRADE,
                type="grade_change",
                at=BEGIN + n * YEAR_MS // events // 1000 * 1000,
                seen_by=(Feed.AUDIT,),
                course=CanvasId(0, 1 + course),
                assignment=CanvasId(0, assignment),
                student=CanvasId(0, random.choice(self.cohorts[course])),
                grader=CanvasId(0, grader),
                before=GradeState(grade=None, points_possible=10.0, excused=False),
                after=GradeState(grade=f"{points:g}", points_possible=10.0, excused=False),
                version=1,
            )
            yield Sighting(event, _raw(event))


def _person(n: int) -> str:
    first, last = FIRST[n % len(FIRST)], LAST[n // len(FIRST) % len(LAST)]
    return f"{first} {last} {n}"


def _raw(event: Event) -> str:
    links = {
        "course": event.course and event.course.local,
        "student": str(event.student),
        "grader": str(event.grader),
        "page_view": None,
        "assignment": event.assignment and event.assignment.local,
    }
    return safe_json(
        {
            "id": event.key.removeprefix("audit:"),
            "created_at": event.at,
            "event_type": event.type,
            "grade_before": event.before.grade,
            "grade_after": event.after.grade,
            "excused_before": False,
            "excused_after": False,
            "graded_anonymously": False,
            "points_possible_before": 10.0,
            "points_possible_after": 10.0,
            "version_number": 1,
            "links": links,
        }
    )
