"""What to say when Canvas does not answer as hoped: what is the matter, and what to do; pure."""

from __future__ import annotations

from tui.sources.audit_api.queries import Log, Query
from tui.sources.audit_api.replies import Reply, Verdict
from tui.sources.source import Outcome

_OUTCOMES = {
    Verdict.NOT_ALLOWED: Outcome.REFUSED,
    Verdict.UNAUTHENTICATED: Outcome.REFUSED,
    Verdict.DOUBTFUL: Outcome.REFUSED,
    Verdict.NOT_FOUND: Outcome.USAGE,
    Verdict.BAD_REQUEST: Outcome.USAGE,
    Verdict.ELSEWHERE: Outcome.USAGE,
}


class QueryFailed(Exception):
    """A query cannot be answered now; ``str()`` says why and what to do."""

    def __init__(self, words: str, outcome: Outcome) -> None:
        super().__init__(words)
        self.outcome = outcome

    @property
    def lasting(self) -> bool:
        """Trying again alone will not help."""
        return self.outcome is not Outcome.UNREACHABLE


def failure(reply: Reply, query: Query, origin: str, *, reached: bool = False) -> QueryFailed:
    """The fault that a reply which is not OK means for a query."""
    outcome = _OUTCOMES.get(reply.verdict, Outcome.UNREACHABLE)
    return QueryFailed(_words(reply, query, origin, reached), outcome)


def _words(reply: Reply, query: Query, origin: str, reached: bool) -> str:
    match reply.verdict:
        case Verdict.NOT_ALLOWED:
            return _refused(query)
        case Verdict.NOT_FOUND if query.log is Log.COURSES:
            return (
                f"no {query.parties} in this Canvas, or it keeps no such log (older ones do not): "
                "check the number; --no-course-events stops asking"
            )
        case Verdict.NOT_FOUND:
            return (
                f"no {query.parties or 'such audit log'} in this Canvas, or this token may not "
                "see it: check the number (it stands in the page's address); a Canvas without an "
                "audit log says the same"
            )
        case _:
            return general_words(reply, origin, reached=reached)


def general_words(reply: Reply, origin: str, *, reached: bool = False) -> str:
    """The line for a reply that says nothing about one query in particular.

    ``reached``: that Canvas has answered before, so its address is right.
    """
    said = f": {reply.message}" if reply.message else ""
    match reply.verdict:
        case Verdict.UNAUTHENTICATED | Verdict.DOUBTFUL:
            return (
                f"Canvas does not accept this token ({reply.status}): create a new one in "
                "Account → Settings and run gradewatch login, or renew GRADEWATCH_CANVAS_TOKEN"
            )
        case Verdict.NOT_ALLOWED:
            return "Canvas refuses: this token may not read that"
        case Verdict.NOT_FOUND:
            return "not in this Canvas, or this token may not see it"
        case Verdict.BAD_REQUEST:
            return f"Canvas cannot answer this query ({reply.status}){said}"
        case Verdict.NOT_API:
            return f"{origin} answers with a web page, not with the API: check --canvas-url"
        case Verdict.SERVER_ERROR:
            return (
                f"Canvas has a fault ({_kind_of_fault(reply)}){said}: it may pass, "
                "so try again later; if it stays, ask who runs this Canvas"
            )
        case Verdict.THROTTLED:
            return "Canvas asks to slow down (its rate limit; programs with one token share it)"
        case Verdict.ELSEWHERE:
            return (
                f"{origin} leads to {reply.message}, refused: the token goes to no other host "
                "(if that is your Canvas, give it as --canvas-url)"
            )
        case Verdict.NETWORK | Verdict.OK:
            doubt = reply.remedy or ("" if reached else "is the address right?")
            return f"cannot reach {origin}{said}{'; ' if doubt else ''}{doubt}"


def _kind_of_fault(reply: Reply) -> str:
    return str(reply.status) if reply.status >= 400 else "an answer that cannot be used"


def _refused(query: Query) -> str:
    if query.log is Log.COURSES:
        return (
            f"Canvas refuses: this token may not read the course log of {query.parties}; "
            "only admins of the root account may (--no-course-events stops asking)"
        )
    if query.course is None:
        return (
            "Canvas refuses: this token may not read the grade log of "
            f"{query.parties or 'overrides'} across the account; a teacher's token needs --course"
        )
    return (
        f"Canvas refuses: this token may not read the grade log of {query.parties}, or it does "
        "not exist; the token's owner must be able to see the course's grades"
    )
