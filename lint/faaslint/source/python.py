"""Python source as typed syntax with exact spans. Nothing is executed, and the Python that runs does not matter."""

from __future__ import annotations

import re
import warnings
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import Final

import tree_sitter_python
from tree_sitter import Language, Node, Parser
from tree_sitter import Tree as SyntaxTree

from ..model.span import Span
from .limits import SOURCE_NESTING
from .python_reader import Reader
from .python_statements import Statement
from .python_syntax import Syntax
from .python_versions import NewSyntax, new_syntax
from .tree import ParseFailure

_OLD: Final = {
    "print_statement": "print is a function in Python 3; write print(…)",
    "exec_statement": "exec is a function in Python 3; write exec(…)",
}
"""What the grammar still knows of Python 2, and what to say of it."""

_MAYBE_OLD: Final = rb"(?m)^[ \t]*(?:print|exec)[ \t]+[^(=\s]|[:;][ \t]*(?:print|exec)[ \t]"
"""What a Python 2 statement looks like; only where it matches is each node looked at."""

_CHAIN: Final = 10_000
"""Longest chain of one operator."""

_EXPLAINED: Final = 1_000_000
"""Longest source (characters) that Python's own parser is asked about."""


@cache
def _language() -> Language:
    return Language(tree_sitter_python.language())


@cache
def _parser() -> Parser:
    return Parser(_language())


def syntax_of(content: bytes) -> tuple[Node, Language]:
    """Return the tree of a source, and the language that queries of it are written in."""
    return _parser().parse(content).root_node, _language()


class Module:
    """A Python source file. Bodies of functions are read when they are first asked for."""

    __slots__ = ("_content", "_lines", "_reader", "_starts", "body", "damaged", "path")

    def __init__(self, path: str, content: bytes, syntax: SyntaxTree, lines: tuple[Span, ...], damaged: bool) -> None:
        self.path = path
        self.damaged = damaged
        """Whether a part of the text was not understood, although Python itself takes it."""
        self._content = content
        self._lines = lines
        self._starts: list[int] = []
        self._reader = Reader(content)
        self.body: tuple[Statement, ...] = self._reader.module(syntax.root_node)

    def span(self, node: Syntax) -> Span:
        """Return the span of a node."""
        return self.span_of(node.start, node.end)

    def first_line(self, node: Syntax) -> Span:
        """Return the span of a node, cut at the end of its first line: it fits into a diff hunk."""
        end = self._content.find(b"\n", node.start, node.end)
        stop = node.end if end < 0 else end
        return self.span_of(node.start, node.start + len(self._content[node.start : stop].rstrip()))

    def span_of(self, start: int, end: int) -> Span:
        """Return the span between two byte offsets; for inline code that is a place in the host file."""
        line, column = self._position(start)
        end_line, end_column = self._position(end)
        if not self._lines:
            return Span(self.path, line, column, end_line, end_column)
        first = self._lines[min(line, len(self._lines)) - 1]
        last = self._lines[min(end_line, len(self._lines)) - 1]
        return Span(first.path, first.line, first.column + column - 1, last.line, last.column + end_column - 1)

    def line(self, offset: int) -> int:
        """Return the number of the line that a byte offset is in."""
        return self._position(offset)[0]

    def mentions(self, text: bytes) -> bool:
        """Return whether a text occurs anywhere in the source."""
        return text in self._content

    def newer_forms(self) -> Iterator[NewSyntax]:
        """Yield the forms of the language that not every supported version of Python understands."""
        return new_syntax(self._content)

    def access_keys(self) -> Iterator[tuple[int, int]]:
        """Yield where texts stand that are AWS access keys; those of AWS's documentation don't count."""
        if b"AKIA" in self._content or b"ASIA" in self._content:
            for found in re.finditer(rb"(?<=['\"])(?:AKIA|ASIA)[A-Z2-7]{16}(?=['\"])", self._content):
                if not found[0].endswith(b"EXAMPLE"):
                    yield found.span()

    def _position(self, offset: int) -> tuple[int, int]:
        starts = self._starts
        if not starts:
            starts.append(0)
            place = self._content.find(b"\n")
            while place >= 0:
                starts.append(place + 1)
                place = self._content.find(b"\n", place + 1)
        row = bisect_right(starts, offset) - 1
        before = self._content[starts[row] : offset]
        column = len(before) if before.isascii() else len(before.decode("utf-8", "replace"))
        return row + 1, column + 1


def parse_python(text: str, path: str, lines: tuple[Span, ...] = ()) -> Module:
    """Parse Python 3 source. ``lines`` are the spans of its lines in a host file, for source that stands inside one.

    Raises ParseFailure where the text is no Python 3, or is nested too deeply.
    """
    content = text.encode("utf-8", "replace")
    syntax = _parser().parse(content)
    refused = _refused(syntax, re.search(_MAYBE_OLD, content) is not None)
    damaged = syntax.root_node.has_error
    place: tuple[int, int] | None = None
    message = ""
    if refused is not None:
        place = (refused.start_byte, refused.start_byte)
        message = _OLD.get(refused.type, f"the source is nested more than {SOURCE_NESTING} levels deep")
    elif damaged:
        failure = _second_opinion(text)
        if failure is not None:
            line, message = failure
            offset = _offset_of_line(content, line)
            place = (offset, offset)
    if place is None:
        return Module(path, content, syntax, lines, damaged)
    # Spans only: the tree itself is not read, since it may be too deep.
    blank = Module(path, content, _parser().parse(b""), lines, True)
    raise ParseFailure(message, blank.span_of(*place))


def _refused(syntax: SyntaxTree, maybe_old: bool) -> Node | None:
    """Return the first node that is too deep, or that only Python 2 has; None where all is well."""
    cursor = syntax.walk()
    down, side, up = cursor.goto_first_child, cursor.goto_next_sibling, cursor.goto_parent
    depth = 0
    while True:
        if maybe_old:
            node = cursor.node
            if node is not None and node.type in _OLD:
                return node
        if down():
            depth += 1
            if depth > SOURCE_NESTING:
                return _too_deep(syntax)
            continue
        while not side():
            if not up():
                return None
            depth -= 1


def _too_deep(syntax: SyntaxTree) -> Node | None:
    """Return the first node that is too deep, where ``a + b + c`` counts as one level: the reader unrolls such chains."""
    cursor = syntax.walk()
    depths = [0]
    operators = [""]
    while True:
        if cursor.goto_first_child():
            node = cursor.node
            operator = _operator_of(node)
            continues = operator != "" and operator == operators[-1]
            depths.append(depths[-1] if continues else depths[-1] + 1)
            operators.append(operator)
            if depths[-1] > SOURCE_NESTING or len(depths) > _CHAIN:
                return node
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return None
            depths.pop()
            operators.pop()
        # A sibling is no left operand, so it starts a chain of its own.
        operators[-1] = _operator_of(cursor.node)
        depths[-1] = depths[-2] + 1
        if depths[-1] > SOURCE_NESTING:
            return cursor.node


def _operator_of(node: Node | None) -> str:
    symbol = None
    if node is not None and node.type in ("binary_operator", "boolean_operator"):
        symbol = node.child_by_field_name("operator")
    return symbol.type if symbol is not None else ""


def _second_opinion(text: str) -> tuple[int, str] | None:
    """Return the line and message of a syntax error, None where Python's own parser finds none.

    The grammar may not know the newest syntax; nothing is reported as an error that Python takes.
    """
    if len(text) > _EXPLAINED:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import ast

            ast.parse(text)
    except SyntaxError as error:
        return error.lineno or 1, f"this is not valid Python: {error.msg}"
    except (RecursionError, MemoryError):
        return 1, "the source is nested too deeply"
    except ValueError:
        return 1, "this is not valid Python"
    return None


def _offset_of_line(content: bytes, line: int) -> int:
    offset = 0
    for _ in range(line - 1):
        found = content.find(b"\n", offset)
        if found < 0:
            break
        offset = found + 1
    while content[offset : offset + 1] in (b" ", b"\t"):
        offset += 1
    return offset
