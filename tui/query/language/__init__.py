"""The filter language: what people type to say which events they want.

Terms side by side must all hold; ``OR``, ``NOT`` or a leading ``-``, parentheses; ``field:value``;
a bare word or a "phrase" looks in names, grades, types and ids. The grammar is ``filter.lark``;
each field is a small class that reads its values, writes them back and says what they are.
"""

from tui.query.language.completion import complete, word_start
from tui.query.language.expression import Clause, Expression, parse, prepare
from tui.query.language.fault import FilterError
from tui.query.language.fields import FIELDS
from tui.query.language.manual import Entry, help_entries
from tui.query.language.printing import print_filter
from tui.query.language.quoting import quote

__all__ = [
    "FIELDS",
    "Clause",
    "Entry",
    "Expression",
    "FilterError",
    "complete",
    "help_entries",
    "parse",
    "prepare",
    "print_filter",
    "quote",
    "word_start",
]
