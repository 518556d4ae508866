"""What is wrong where the grammar cannot go on, in words for whoever typed it."""

from __future__ import annotations

import re

from tui.query.language.fault import FilterError
from tui.query.language.field import cut, shown, suggesting
from tui.query.language.fields import FIELDS, MEANT
from tui.query.language.nearness import nearest
from tui.query.language.quoting import QUOTES, quoted

TERM = 'a term: field:value, a word, a "phrase" or (…)'
_RUN = re.compile(r"[^\s()]+")
_OPERATOR = re.compile(r"(OR|AND|NOT)(?=[\s()]|\Z)")
_TIME = re.compile(r"(\d{4}-\d\d?-\d\d?[Tt])?\d\d?:\d\d(:\d\d\S*)?(\.\.\S*)?")
_IPV6 = re.compile(r"[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){2,7}")
_ADDRESS = re.compile(r"[A-Za-z]+://|[0-9]*:")
_TOKEN = re.compile(
    r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'(?=[\s)]|\Z)|“(?:\\.|[^”\\])*”|«(?:\\.|[^»\\])*»|.',
    re.DOTALL,
)


def complaint(text: str, place: int) -> FilterError:
    """What is wrong with ``text`` at ``place`` (from 0), where no term or bracket can go on."""
    rest = text[place:].lstrip()
    place = len(text) - len(rest)
    if not rest:
        return _unfinished(text)
    if rest[0] == ")":
        return _closing(text, place)
    if (operator := _OPERATOR.match(rest)) is not None:
        return FilterError(place + 1, f"nothing before {operator[0]} to join", TERM)
    if rest[0] == "-":
        return FilterError(place + 1, "'-' with nothing right behind it", "-term, or NOT term")
    if rest[0] in QUOTES:
        return _quote(rest, place)
    run = _RUN.match(rest)
    return _word(run[0] if run else rest[0], text, place)


def unknown_field(name: str, value: str, column: int) -> FilterError:
    """There is no field of this name."""
    wrong, whole = f"no field {shown(f'{name}:')}", f"{name}:{value}"
    if _TIME.fullmatch(whole):
        wrong = f"a time without its field; did you mean at:{whole}?"
        return FilterError(column, wrong, "at:, since: or until: before a time")
    if _IPV6.fullmatch(whole):
        wrong = f"an address without its field; did you mean ip:{whole}?"
        return FilterError(column, wrong, "ip: before an address")
    if _ADDRESS.match(whole):
        return FilterError(column, wrong, f"quotes around text with colons: {quoted(cut(whole))}")
    meant = field_meant(name)
    if meant is None:
        return FilterError(column, wrong, f"one of {' '.join(f'{field}:' for field in FIELDS)}")
    return FilterError(column, suggesting(wrong, f"{meant}:"), f"{meant}:, or another field")


def field_meant(name: str) -> str | None:
    """The field that somebody who typed ``name`` most likely means."""
    folded = name.casefold()
    return MEANT.get(folded) or nearest(folded, FIELDS)


def _unfinished(text: str) -> FilterError:
    end = len(text.rstrip())
    if (before := re.search(r"(?:^|[\s()])(OR|AND|NOT)\s*\Z", text)) is not None:
        return FilterError(end + 1, f"nothing behind {before[1]}", TERM)
    opened = _open_brackets(text)
    if opened:
        return FilterError(opened[-1] + 1, "this parenthesis is never closed", "')'")
    return FilterError(end + 1, "the filter ends too early", TERM)


def _closing(text: str, place: int) -> FilterError:
    if not _open_brackets(text[:place]):
        return FilterError(place + 1, "this parenthesis closes nothing", "a '(' before it")
    before = text[:place].rsplit(maxsplit=1)[-1].lstrip("(")
    behind = f"nothing behind {before}" if before else "nothing in the parentheses"
    return FilterError(place + 1, behind, TERM)


def _open_brackets(text: str) -> list[int]:
    """Where parentheses begin that nothing closes."""
    opened: list[int] = []
    for token in _TOKEN.finditer(text):
        if token[0] == "(":
            opened.append(token.start())
        elif token[0] == ")" and opened:
            opened.pop()
    return opened


def _quote(rest: str, place: int) -> FilterError:
    """A quote that is not closed, or that something stands right behind."""
    closing = QUOTES[rest[0]]
    escaped = False
    for offset, letter in enumerate(rest[1:], 1):
        if letter in closing and not escaped:
            column = place + offset + 2
            return FilterError(column, f"{rest[offset + 1]!r} right behind a quote", "a blank")
        escaped = letter == "\\" and not escaped
    hint = '; an apostrophe goes into double quotes: "O\'Neil"' if rest[0] in "'\u2018" else ""
    return FilterError(place + 1, f"this quote is never closed{hint}", repr(closing[-1]))


def _word(run: str, text: str, place: int) -> FilterError:
    """A run of letters that is no term, at ``place``."""
    field, colon, value = run.partition(":")
    begins = place + len(field) + 1
    following = text[place + len(run) : place + len(run) + 1]
    if run.startswith(":"):
        return FilterError(place + 1, "no field before ':'", "field:value")
    if run == "@":
        return FilterError(place + 2, "no name behind '@'", "@name of a filter that is kept")
    if colon and not value and not following.startswith("("):
        known = FIELDS.get(field.casefold())
        if known is None:
            return unknown_field(field, value, place + 1)
        blank = ", right behind the colon" if text[begins:].strip() else ""
        return FilterError(begins + 1, f"no value for {known.name}:", f"{known.takes}{blank}")
    inside = next((at for at, letter in enumerate(run) if letter == '"'), len(run))
    if inside < len(run) or following == "(":
        what = "a quote" if inside < len(run) else "a parenthesis"
        whole = text[begins if colon else place :].split(maxsplit=1)[0]
        wanted = f"a blank before it, or quotes around all: {quoted(cut(whole))}"
        if colon and not value:
            wanted = FIELDS[field].takes if field in FIELDS else "field:value"
        return FilterError(place + inside + 1, f"{what} within a word", wanted)
    return FilterError(place + 1, f"no term: {shown(run)}", TERM)
