"""JSON text as a tree with exact spans."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left
from functools import cache
from typing import Final

import tree_sitter_json
from tree_sitter import Language, Node, Parser
from tree_sitter import Tree as SyntaxTree

from ..model.span import Span
from .limits import NESTING, NODES
from .tree import Mapping, ParseFailure, Scalar, Sequence, Tree

EXPECTED: Final = {
    "Expecting ',' delimiter": "a comma or a closing bracket was expected here",
    "Expecting ':' delimiter": "a colon was expected after the key",
    "Expecting property name enclosed in double quotes": "a key in double quotes was expected here",
    "Expecting value": "a value was expected here",
    "Illegal trailing comma before end of object": "a key in double quotes was expected after the comma",
    "Illegal trailing comma before end of array": "a value was expected after the comma",
    "Extra data": "the end of the file was expected here: a JSON file holds one value",
    "Unterminated string starting at": "the text that starts here is never closed",
    "Invalid \\escape": "a backslash stands before a character that can't be escaped; write \\\\ for a backslash",
    "Invalid \\uXXXX escape": "four hexadecimal digits were expected after \\u",
    "Invalid control character at": "a line break or control character stands inside quoted text; write \\n",
}
"""What CPython's decoder says, in the words of this program."""

_POSITIVE_EXPONENT: Final = re.compile(rb"(?<=[0-9])([eE])\+(?=[0-9])")

_CONSTANTS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_json.language()))


class _Positions:
    """Turns the parser's (row, byte) points into spans that count code points."""

    def __init__(self, path: str, content: bytes) -> None:
        self._path = path
        self._lines = None if content.isascii() else content.split(b"\n")
        self._inner: dict[int, list[int]] = {}

    def column(self, row: int, byte: int) -> int:
        """Return the column (from 1) of a byte in a row."""
        if self._lines is None:
            return byte + 1
        inner = self._inner.get(row)
        if inner is None:
            line = self._lines[row] if row < len(self._lines) else b""
            # The bytes that continue a character: as many fewer columns than bytes come before a position.
            inner = [] if line.isascii() else [index for index, value in enumerate(line) if value & 0xC0 == 0x80]
            self._inner[row] = inner
        return byte + 1 - bisect_left(inner, byte)

    def span(self, node: Node) -> Span:
        """Return the span of a node."""
        start, end = node.start_point, node.end_point
        return Span(self._path, start[0] + 1, self.column(*start), end[0] + 1, self.column(*end))


def parse_json(text: str, path: str, repeated: list[ParseFailure] | None = None) -> Tree:
    """Parse a JSON document.

    A key that a mapping repeats is put into ``repeated``, and the last one counts, as JSON readers have it; without such
    a list it is an error like the others. Raises ParseFailure where the text is no JSON or passes a limit.
    """
    content = text.encode("utf-8", "replace")
    syntax = _parser().parse(content)
    if syntax.root_node.has_error and b"+" in content:
        # The grammar does not know `1e+5`. A text of the same shape is parsed instead; values come from the real one.
        syntax = _parser().parse(_POSITIVE_EXPONENT.sub(rb"\g<1>0", content))
    if syntax.root_node.has_error:
        raise _explain(text, path, syntax, _Positions(path, content))
    return _Reader(content, path, syntax, repeated).read()


class _Frame:
    """A list or mapping that is being filled."""

    __slots__ = ("container", "key", "repeats", "seen")

    def __init__(self, container: Sequence | Mapping) -> None:
        self.container = container
        self.key: Scalar | None = None
        self.seen: dict[str, int] = {}
        self.repeats = False


class _Reader:
    """Walks the syntax tree with a stack of its own."""

    def __init__(self, content: bytes, path: str, syntax: SyntaxTree, repeated: list[ParseFailure] | None) -> None:
        self._repeated = repeated
        self._content = content
        self._path = path
        self._syntax = syntax
        self._positions = _Positions(path, content)
        self._stack: list[_Frame] = []
        self._root: Tree | None = None

    def read(self) -> Tree:
        """Return the document's one value."""
        cursor = self._syntax.walk()
        count = 0
        if not cursor.goto_first_child():
            raise ParseFailure("the file is empty", Span(self._path, 1, 1, 1, 1))
        while True:
            node = cursor.node
            assert node is not None
            kind = node.type
            if kind in ("object", "array"):
                count += 1
                self._open(node, kind)
                if cursor.goto_first_child():
                    continue
            elif kind == "pair":
                if cursor.goto_first_child():
                    continue
            elif node.is_named:
                count += 1
                self._leaf(node, kind)
            if count > NODES:
                raise ParseFailure(
                    f"the document has more than {NODES} values, which is past what is read", self._positions.span(node)
                )
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    assert self._root is not None
                    return self._root
                left = cursor.node
                if left is not None and left.type in ("object", "array"):
                    self._close()

    def _open(self, node: Node, kind: str) -> None:
        span = self._positions.span(node)
        container: Sequence | Mapping = Mapping([], span) if kind == "object" else Sequence([], span)
        self._place(container)
        if len(self._stack) >= NESTING:
            raise ParseFailure(f"lists and mappings are nested more than {NESTING} deep", span.start())
        self._stack.append(_Frame(container))

    def _close(self) -> None:
        frame = self._stack.pop()
        container = frame.container
        if frame.repeats and isinstance(container, Mapping):
            container.entries = list({str(key.value): (key, value) for key, value in container.entries}.values())

    def _leaf(self, node: Node, kind: str) -> None:
        span = self._positions.span(node)
        if kind == "comment":
            raise ParseFailure("a comment stands here, and JSON has no comments", span)
        text = self._content[node.start_byte : node.end_byte].decode("utf-8", "replace")
        value: str | int | float | bool | None
        if kind == "string":
            value = text[1:-1]
            if "\\" in text:
                value = _unescaped(text, span)
        elif kind == "number":
            value = _number(text, span)
        else:
            value = _CONSTANTS[text]
        scalar = Scalar(value, span, text)
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.key is None and isinstance(frame.container, Mapping):
            self._key(frame, scalar)
        else:
            self._place(scalar)

    def _key(self, frame: _Frame, key: Scalar) -> None:
        if not isinstance(key.value, str):
            raise ParseFailure("a key in double quotes was expected here", key.span)
        first = frame.seen.get(key.value)
        if first is not None:
            failure = ParseFailure(f"the key '{key.value}' is already in this mapping (line {first})", key.span)
            if self._repeated is None:
                raise failure
            self._repeated.append(failure)
            frame.repeats = True
        frame.seen[key.value] = key.span.line
        frame.key = key

    def _place(self, tree: Tree) -> None:
        if not self._stack:
            if self._root is not None:
                raise ParseFailure("the end of the file was expected here: a JSON file holds one value", tree.span.start())
            self._root = tree
            return
        frame = self._stack[-1]
        if isinstance(frame.container, Sequence):
            frame.container.items.append(tree)
        else:
            assert frame.key is not None
            frame.container.entries.append((frame.key, tree))
            frame.key = None


def _unescaped(token: str, span: Span) -> str:
    try:
        value: str = json.loads(token, strict=False)
    except ValueError as error:
        raise ParseFailure(EXPECTED.get(getattr(error, "msg", ""), "the quoted text is not valid JSON"), span) from None
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        # Half of a surrogate pair is legal JSON but no text: no report could be written with it.
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _number(token: str, span: Span) -> str | int | float:
    try:
        value: int | float = json.loads(token)
    except ValueError:
        raise ParseFailure("a number of ordinary length was expected here, as JSON writes it", span) from None
    return token if isinstance(value, float) and not math.isfinite(value) else value


class _NoNumber(Exception):
    """A word that Python's decoder takes for a number, and JSON does not."""


def _refuse(word: str) -> None:
    raise _NoNumber(word)


def _explain(text: str, path: str, syntax: SyntaxTree, positions: _Positions) -> ParseFailure:
    """Return the failure at the first place where the text stops being JSON."""
    try:
        json.loads(text, parse_constant=_refuse)
    except _NoNumber:
        pass
    except json.JSONDecodeError as error:
        line = text.count("\n", 0, error.pos) + 1
        column = error.pos - (text.rfind("\n", 0, error.pos) + 1) + 1
        message = EXPECTED.get(error.msg, "this is not valid JSON")
        return ParseFailure(message, Span(path, line, column, line, column))
    except RecursionError:
        return ParseFailure(f"lists and mappings are nested more than {NESTING} deep", Span(path, 1, 1, 1, 1))
    except ValueError:
        return ParseFailure("a number of ordinary length was expected, as JSON writes it", Span(path, 1, 1, 1, 1))
    return ParseFailure("a value was expected here", positions.span(_first_error(syntax.root_node)).start())


def _first_error(node: Node) -> Node:
    """Return the innermost node that the parser marked first. Its depth is that of a text the decoder has read."""
    while not node.is_error and not node.is_missing:
        inner = next((child for child in node.children if child.has_error), None)
        if inner is None:
            break
        node = inner
    return node
