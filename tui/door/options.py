"""The options that several commands share, each declared once, and what was asked with them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Concatenate, ParamSpec

import typer

Course = Annotated[
    list[str] | None,
    typer.Option("--course", metavar="ID", help="A course. Repeatable."),
]
Assignment = Annotated[
    list[str] | None,
    typer.Option(
        "--assignment",
        metavar="ID|override",
        help="An assignment; 'override' is final-grade overrides only. Repeatable.",
    ),
]
Student = Annotated[
    list[str] | None, typer.Option("--student", metavar="ID", help="A student. Repeatable.")
]
Grader = Annotated[
    list[str] | None, typer.Option("--grader", metavar="ID", help="A grader. Repeatable.")
]
Account = Annotated[
    list[str] | None,
    typer.Option("--account", metavar="ID", help="Course events of an account. Repeatable."),
]
NoCourseEvents = Annotated[
    bool, typer.Option("--no-course-events", help="Grades only, no course events.")
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="TIME", help="Begin here: 2026-11-01, 14:30, yesterday, -2h, -3d, …"
    ),
]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="End here.")]
FilterText = Annotated[
    str | None,
    typer.Option(
        "--filter",
        metavar="EXPR",
        help="Only what this lets through: 'student:ada is:regrade', 'delta:>5 -@mine', …",
    ),
]
CanvasUrl = Annotated[
    str | None,
    typer.Option("--canvas-url", metavar="URL", help="The Canvas: https://canvas.example.edu"),
]
RelayUrl = Annotated[
    str | None,
    typer.Option("--relay-url", metavar="URL", help="Live events: wss://relay.example.edu"),
]
Replay = Annotated[
    str | None,
    typer.Option("--replay", metavar="FILE|-", help="Read saved events instead of a Canvas."),
]
JournalPath = Annotated[
    str | None,
    typer.Option("--journal", metavar="PATH|:memory:", help="Where events are remembered."),
]
ConfigPath = Annotated[
    Path | None, typer.Option("--config", metavar="PATH", help="The configuration file.")
]
Redact = Annotated[
    bool | None, typer.Option("--redact", help="Pseudonyms instead of names and ids.")
]
Raw = Annotated[bool, typer.Option("--raw", help="Add the wire's own JSON (ndjson, csv).")]
PollInterval = Annotated[
    float | None,
    typer.Option(
        "--poll-interval", metavar="SECONDS", help="Between two polls; at least 5, 1 on loopback."
    ),
]


Profile = Annotated[
    str | None, typer.Option("--profile", metavar="ta|admin", help="For whom the rules judge.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The common options as they were typed; None and empty: not given."""

    courses: tuple[str, ...] = ()
    assignments: tuple[str, ...] = ()
    students: tuple[str, ...] = ()
    graders: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    course_events: bool = True
    since: str | None = None
    until: str | None = None
    filter: str | None = None
    canvas_url: str | None = None
    relay_url: str | None = None
    replay: str | None = None
    journal: str | None = None
    config: Path | None = None
    redact: bool | None = None
    poll_interval: float | None = None
    profile: str | None = None


WHAT = ("course", "assignment", "student", "grader", "account")
WHEN = ("no_course_events", "since", "until")
WHERE = ("canvas_url", "relay_url")
MEMORY = ("journal", "config")

_SHARED: Mapping[str, object] = {
    "course": Course,
    "assignment": Assignment,
    "student": Student,
    "grader": Grader,
    "account": Account,
    "no_course_events": NoCourseEvents,
    "since": Since,
    "until": Until,
    "filter": FilterText,
    "canvas_url": CanvasUrl,
    "relay_url": RelayUrl,
    "replay": Replay,
    "journal": JournalPath,
    "config": ConfigPath,
    "redact": Redact,
    "poll_interval": PollInterval,
    "profile": Profile,
}
_OWN = ParamSpec("_OWN")


def asks(
    *names: str,
) -> Callable[[Callable[Concatenate[Asked, _OWN], None]], Callable[..., None]]:
    """A command that takes these shared options, as one :class:`Asked`, before its own."""

    def sharing(command: Callable[Concatenate[Asked, _OWN], None]) -> Callable[..., None]:
        _, *own = inspect.signature(command, eval_str=True).parameters.values()

        @wraps(command)
        def with_options(*args: _OWN.args, **typed: _OWN.kwargs) -> None:
            command(_asked({name: typed.pop(name) for name in names}), *args, **typed)

        # what the command line library reads to know a command's options
        vars(with_options)["__signature__"] = inspect.Signature(
            [*(_parameter(name) for name in names), *(each.replace(kind=_KIND) for each in own)]
        )
        return with_options

    return sharing


_KIND = inspect.Parameter.KEYWORD_ONLY


def _parameter(name: str) -> inspect.Parameter:
    default = False if name == "no_course_events" else None
    return inspect.Parameter(name, _KIND, default=default, annotation=_SHARED[name])


def _asked(typed: Mapping[str, Any]) -> Asked:
    return Asked(
        courses=tuple(typed.get("course") or ()),
        assignments=tuple(typed.get("assignment") or ()),
        students=tuple(typed.get("student") or ()),
        graders=tuple(typed.get("grader") or ()),
        accounts=tuple(typed.get("account") or ()),
        course_events=not typed.get("no_course_events"),
        since=typed.get("since"),
        until=typed.get("until"),
        filter=typed.get("filter"),
        canvas_url=typed.get("canvas_url"),
        relay_url=typed.get("relay_url"),
        replay=typed.get("replay"),
        journal=typed.get("journal"),
        config=typed.get("config"),
        redact=typed.get("redact"),
        poll_interval=typed.get("poll_interval"),
        profile=typed.get("profile"),
    )
