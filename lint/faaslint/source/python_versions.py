"""Forms of the language that only newer versions of Python understand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from tree_sitter import Node, Query, QueryCursor

_SUSPECTS: Final = (
    rb"(?m)^\s*(?:match\b[^=\n]*:|except\s*\*|except\s+[\w.]+\s*,|type\s+\w+\s*(?:=|\[)|(?:async\s+)?def\s+\w+\s*\["
    rb"|class\s+\w+\s*\[)|\b[tT][rR]?['\"]"
    rb"|\b(?:[fF][rR]?|[rR][fF])(?:\"(?:[^\"\n{]|\{[^\"{}\n\\]*\})*\{[^}\n\"\\]*[\"\\]"
    rb"|'(?:[^'\n{]|\{[^'{}\n\\]*\})*\{[^}\n'\\]*['\\])"
)
"""What such a form looks like as text; only where it matches is the tree looked at."""

_FORMS: Final = """
(match_statement) @match
(type_alias_statement) @alias
(type_parameter) @parameter
(except_clause) @except
(string_start) @template
(interpolation) @hole
"""


class NewSyntax(NamedTuple):
    """A form that needs a version of Python: where it stands (byte offsets), what it is, the first version with it."""

    start: int
    end: int
    what: str
    since: tuple[int, int]


@cache
def _suspects() -> re.Pattern[bytes]:
    return re.compile(_SUSPECTS)


def new_syntax(content: bytes) -> Iterator[NewSyntax]:
    """Yield the forms in a source that Python 3.8 does not understand, in order; none for most sources, at once."""
    if _suspects().search(content) is None:
        return
    from .python import syntax_of  # python imports this module's neighbours at its top

    root, language = syntax_of(content)
    found: list[NewSyntax] = []
    for name, nodes in QueryCursor(Query(language, _FORMS)).captures(root).items():
        found += (one for node in nodes if (one := _judge(name, node)) is not None)
    yield from sorted(found)


def _judge(name: str, node: Node) -> NewSyntax | None:
    if name == "match":
        return NewSyntax(node.start_byte, node.start_byte + 5, "a 'match' statement", (3, 10))
    if name == "alias":
        return NewSyntax(node.start_byte, node.end_byte, "a 'type' statement", (3, 12))
    if name == "parameter":
        if node.parent is not None and node.parent.type in ("function_definition", "class_definition"):
            return NewSyntax(node.start_byte, node.end_byte, "a type parameter list", (3, 12))
        return None
    if name == "template":
        prefix = (node.text or b"").rstrip(b"'\"").lower()
        return NewSyntax(node.start_byte, node.end_byte, "a template string", (3, 14)) if b"t" in prefix else None
    if name == "hole":
        return _in_hole(node)
    end = node.start_byte + 6
    if any(child.type in ("*", "except*") for child in node.children):
        return NewSyntax(node.start_byte, end, "an 'except*' clause", (3, 11))
    if len(node.children_by_field_name("value")) > 1:
        return NewSyntax(node.start_byte, end, "an 'except' clause of several types without brackets", (3, 14))
    return None


def _in_hole(hole: Node) -> NewSyntax | None:
    """Judge a hole of a formatted string: before 3.12 it took neither the quotes of the string nor a backslash."""
    start = hole.parent.children[0] if hole.parent is not None and hole.parent.children else None
    opened = (start.text or b"") if start is not None else b""
    quotes = opened.lstrip(b"fFrR")
    pending = [child for child in hole.children if child.type != "format_specifier"]
    while pending:
        node = pending.pop()
        if node.type == "string_start" and (node.text or b"").lstrip(b"bBfFrRuU") == quotes:
            return NewSyntax(hole.start_byte, hole.end_byte, "the quotes of a formatted string inside its braces", (3, 12))
        if node.type == "escape_sequence" or (node.type == "string_content" and b"\\" in (node.text or b"")):
            return NewSyntax(hole.start_byte, hole.end_byte, "a backslash inside the braces of a formatted string", (3, 12))
        pending += node.children
    return None
