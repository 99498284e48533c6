"""JSON documents that a template holds as text: policies, state machines, patterns. They are read where they stand.

Each part of such a document gets its place in the template's file, also where the text is put together of pieces and of
values that only the deployment knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ...model.span import Span
from ...model.value import Fields, Item, Items, Known, Value
from ...source.tree import Mapping, ParseFailure, Scalar, Sequence, Tree
from .text import concatenate

if TYPE_CHECKING:
    from .evaluate import Evaluator

LENGTH: Final = 250_000
"""Longest text (characters) that is read as a document: no policy is as long, and of state machines only the largest."""

_WORK: Final = 4
"""How many characters of a document count as one part of a template."""

_OPEN, _CLOSE = "\ue000", "\ue001"
"""Around the number of a value that stands in the text."""
_HOLE: Final = f"{_OPEN}(\\d+){_CLOSE}"
_ESCAPES: Final = {"n": 2, "t": 2, '"': 2, "\\": 2, "/": 2, "r": 2, "b": 2, "f": 2, "u": 6, "x": 4, "U": 10}
"""How many characters of a quoted text make one, by the letter behind the backslash."""


class _Text:
    """The text of a document: its characters, where each of them stands, and the values in between."""

    def __init__(self, evaluator: Evaluator, span: Span) -> None:
        self.evaluator = evaluator
        self.span = span
        self.pieces: list[str] = []
        self.places: list[tuple[int, int]] = []
        self.path = span.path
        self.holes: list[Value] = []

    def write(self, scalar: Scalar, start: int, end: int, places: list[tuple[int, int]]) -> None:
        self.pieces.append(str(scalar.value)[start:end])
        self.places += places[start:end]

    def hole(self, value: Value, span: Span) -> None:
        mark = f"{_OPEN}{len(self.holes)}{_CLOSE}"
        self.pieces.append(mark)
        self.places += [(span.line, span.column)] * len(mark)
        self.holes.append(value)

    def add(self, tree: Tree) -> bool:
        """Take in a part of the text; False where it is none."""
        function, argument = _function(tree)
        if not function and isinstance(tree, Scalar) and isinstance(tree.value, str):
            if not self._may_read(tree.value):
                return False
            self.write(tree, 0, len(tree.value), places_of(tree))
        elif function == "Fn::Sub" and argument is not None:
            return self._sub(argument, tree.span)
        elif function == "Fn::Join" and argument is not None:
            return self._join(argument)
        else:
            self.hole(self.evaluator.value(tree), tree.span)
        return True

    def _may_read(self, text: str) -> bool:
        return len(self.places) + len(text) <= LENGTH and self.evaluator.spend(len(text) // _WORK)

    def _sub(self, argument: Tree, span: Span) -> bool:
        from .functions import HOLE, hole

        template = argument
        variables: dict[str, Value] = {}
        if isinstance(argument, Sequence) and len(argument.items) == 2 and isinstance(argument.items[1], Mapping):
            template = argument.items[0]
            variables = {str(key.value): self.evaluator.value(tree) for key, tree in argument.items[1].entries}
        if not isinstance(template, Scalar) or not isinstance(template.value, str) or template.tag:
            return False
        if not self._may_read(template.value):
            return False
        places = places_of(template)
        end = 0
        for match in re.finditer(HOLE, template.value):
            self.write(template, end, match.start(), places)
            line, column = places[match.start()]
            self.hole(hole(self.evaluator, match, variables, span), span._replace(line=line, column=column))
            end = match.end()
        self.write(template, end, len(template.value), places)
        return True

    def _join(self, argument: Tree) -> bool:
        if not isinstance(argument, Sequence) or len(argument.items) != 2:
            return False
        delimiter, listed = argument.items
        if not isinstance(delimiter, Scalar) or not isinstance(delimiter.value, str) or not isinstance(listed, Sequence):
            return False
        if delimiter.tag or listed.tag:
            return False
        for number, member in enumerate(listed.items):
            if number:
                self.pieces.append(delimiter.value)
                self.places += [(member.span.line, member.span.column)] * len(delimiter.value)
            if not self.add(member):
                return False
        return True


def document(evaluator: Evaluator, tree: Tree) -> Value | None:
    """Return the document that a text holds, with the place of each of its parts; None where it is not JSON text."""
    function, argument = _function(tree)
    if function not in ("", "Fn::Sub", "Fn::Join") or (not function and not isinstance(tree, Scalar)):
        return None
    first: Tree | None = argument if function else tree
    while isinstance(first, Sequence) and first.items:
        first = first.items[0] if function == "Fn::Sub" else first.items[-1]
        function = "Fn::Sub"
    if not isinstance(first, Scalar) or not isinstance(first.value, str) or not first.value.lstrip().startswith(("{", "[")):
        return None
    text = _Text(evaluator, tree.span)
    if not text.add(tree):
        return None
    joined = "".join(text.pieces)
    # Imported when first needed: most templates hold no such document.
    from ...source.json import parse_json

    try:
        parsed = parse_json(joined, tree.span.path, [])
    except ParseFailure:
        return None
    starts = [0, *(match.end() for match in re.finditer("\n", joined))]
    return _Reader(text, starts).value(parsed)


class _Reader:
    def __init__(self, text: _Text, starts: list[int]) -> None:
        self._text = text
        self._starts = starts

    def value(self, tree: Tree) -> Value:
        """Return the value of a part. Its depth is bounded by the JSON reader."""
        where = self._where(tree.span)
        if isinstance(tree, Scalar):
            if isinstance(tree.value, str):
                parts = list(self._parts(tree.value, where))
                if len(parts) == 1 and isinstance(parts[0], Known):
                    return Known(parts[0].value, (where, *parts[0].trail[1:]), parts[0].provenance)
                return concatenate(parts, (where,), self._text.evaluator.budget) if parts else Known("", (where,))
            return Known(tree.value, (where,))
        if isinstance(tree, Sequence):
            return Known(Items(tuple(Item(self.value(item)) for item in tree.items)), (where,))
        values = {str(key.value): self.value(member) for key, member in tree.entries}
        return Known(Fields(values, {str(key.value): self._where(key.span) for key, _ in tree.entries}), (where,))

    def _parts(self, text: str, where: Span) -> Iterator[Value]:
        end = 0
        for match in re.finditer(_HOLE, text):
            if match.start() > end:
                yield self._text.evaluator.value(Scalar(text[end : match.start()], where))
            yield self._text.holes[int(match[1])]
            end = match.end()
        if end < len(text):
            yield self._text.evaluator.value(Scalar(text[end:], where))

    def _where(self, span: Span) -> Span:
        places = self._text.places
        start = min(self._starts[span.line - 1] + span.column - 1, len(places) - 1)
        end = min(max(start, self._starts[span.end_line - 1] + span.end_column - 2), len(places) - 1)
        (line, column), (end_line, end_column) = places[start], places[end]
        if (end_line, end_column) < (line, column):
            end_line, end_column = line, column
        return Span(self._text.path, line, column, end_line, end_column + 1)


def places_of(scalar: Scalar) -> list[tuple[int, int]]:
    """Return (line, column) of each character of a text, by comparing it with how the file spells it.

    Quotes, indentation, folded lines and escapes are passed over.
    """
    value, source = str(scalar.value), scalar.text
    line, column = scalar.span.line, scalar.span.column
    opening = re.match(r"(?:!\S*\s+)?(['\"]?)", source)
    at = opening.end() if opening is not None else 0
    quoted = opening is not None and opening[1] == '"'
    line, column = (
        line + source.count("\n", 0, at),
        column + at if "\n" not in source[:at] else at - source.rfind("\n", 0, at),
    )
    places: list[tuple[int, int]] = []
    if scalar.lines:
        # Everything before the first line of the block is its header.
        first = scalar.lines[0]
        at = _after_lines(source, first.line - line)
        line, column = first.line, 1
    for character in value:
        while at < len(source):
            found = source[at]
            if quoted and found == "\\":
                break
            if found == character or (character in " \n" and found in "\r\n"):
                break
            at += 1
            line, column = (line + 1, 1) if found == "\n" else (line, column + 1)
        places.append((line, column))
        if at >= len(source):
            continue
        length = _ESCAPES.get(source[at + 1 : at + 2], 2) if quoted and source[at] == "\\" else 1
        if source[at] == "\n":
            line, column = line + 1, 1
        else:
            column += length
        at += length
    return places


def _after_lines(source: str, count: int) -> int:
    at = 0
    for _ in range(count):
        at = source.find("\n", at) + 1
    return at


def _function(tree: Tree) -> tuple[str, Tree | None]:
    if tree.tag in ("!Sub", "!Join"):
        from .evaluate import untagged

        return "Fn::" + tree.tag[1:], untagged(tree)
    if tree.tag:
        return tree.tag, None
    if isinstance(tree, Mapping) and len(tree.entries) == 1 and str(tree.entries[0][0].value) in ("Fn::Sub", "Fn::Join"):
        return str(tree.entries[0][0].value), tree.entries[0][1]
    return "", None
