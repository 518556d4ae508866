"""Text as the filter language takes it: bare where it may stand so, else in quotes."""

from __future__ import annotations

import re

QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“”", "«": "»", "\u2018": "\u2019"}
"""What opens a quoted text, and what closes it."""

OPENING = "".join(QUOTES)

_BARE = re.compile(rf"""[^\s(){OPENING}][^\s()"]*""")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def quote(value: str) -> str:
    """``value`` as it stands behind a field's colon: quoted where it has blanks or brackets."""
    return value if _BARE.fullmatch(value) else quoted(value)


def quoted(text: str) -> str:
    """``text`` in quotes, whatever it holds."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def unquoted(token: str) -> str:
    """The text of a token in quotes of any kind."""
    return _ESCAPED.sub(r"\1", token[1:-1])
