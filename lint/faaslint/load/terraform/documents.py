"""JSON documents inside texts: policies in heredocs, files and templates, as structures whose parts keep their places.

A text with holes is a document if it is one whatever stands in the holes. Each hole becomes a private character that the
JSON reader takes for text; afterwards the holes go back in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from ...model.record import field, record
from ...model.span import Span
from ...model.value import (
    Choice,
    Fields,
    Item,
    Items,
    Known,
    Leaf,
    Open,
    Openness,
    Provenance,
    Reference,
    Sensitive,
    Unknown,
    Value,
    branches,
    choose,
)
from ...source.json import parse_json
from ...source.tree import ParseFailure, Scalar, Tree
from ...source.tree import Sequence as List
from .leaves import composed, provenance_of, text_of
from .session import Fragment, Session

_HOLE: Final = re.compile("\ue000([0-9]+)\ue001")
_QUOTES: Final = re.compile(r'\\.|"', re.DOTALL)


class _Segment(NamedTuple):
    """Where a stretch of the generated text comes from: it begins at ``line`` and ``column`` of that text (from 1)."""

    line: int
    column: int
    host: Span
    verbatim: bool


@record(frozen=False)
class _Document:
    """The generated text, its holes, and its way back to the files."""

    pieces: list[str] = field(default_factory=list)
    holes: list[Leaf] = field(default_factory=list)
    segments: list[_Segment] = field(default_factory=list)
    line: int = 1
    column: int = 1
    quoted: bool = False

    def write(self, text: str, spans: Sequence[Span], verbatim: bool) -> None:
        """Add literal text; ``spans`` has one entry a line, or one for all of it."""
        for number, line in enumerate(text.split("\n")):
            if number:
                self.line, self.column = self.line + 1, 1
            self.segments.append(_Segment(self.line, self.column, spans[min(number, len(spans) - 1)], verbatim))
            self.column += len(line)
        self.pieces.append(text)
        if len([mark for mark in _QUOTES.findall(text) if mark == '"']) % 2:
            self.quoted = not self.quoted

    def hole(self, leaf: Leaf, span: Span) -> None:
        """Add a hole."""
        mark = f"\ue000{len(self.holes)}\ue001"
        self.holes.append(leaf)
        mark = mark if self.quoted else f'"{mark}"'
        self.segments.append(_Segment(self.line, self.column, span, False))
        self.column += len(mark)
        self.pieces.append(mark)

    def where(self, span: Span) -> Span:
        """Return the place in the files of a span in the generated text."""
        start = self._at(span.line, span.column)
        end = self._at(span.end_line, max(span.end_column - 1, 1))
        first = start.host.column + span.column - start.column if start.verbatim else start.host.column
        if not end.verbatim:
            return Span(start.host.path, start.host.line, first, end.host.end_line, end.host.end_column)
        return Span(start.host.path, start.host.line, first, end.host.line, end.host.column + span.end_column - end.column)

    def _at(self, line: int, column: int) -> _Segment:
        place = bisect_right(self.segments, (line, column), key=lambda segment: (segment.line, segment.column))
        return self.segments[max(place - 1, 0)]


def structured(session: Session, value: Value) -> Value:
    """Return the document that a text is, where it is JSON of a list or mapping; else the value as it was."""
    if isinstance(value, Choice):
        found = [(guard, structured(session, leaf)) for guard, leaf in branches(value)]
        changed = any(new is not old for (_, new), (_, old) in zip(found, branches(value), strict=True))
        return choose(found, value.trail) if changed else value
    if not isinstance(value, Known) or isinstance(value.value, (Items, Fields, Reference)) or not value.trail:
        return value
    for span in reversed(value.trail):
        fragments = session.layouts.get((span, value.value))
        if fragments is not None:
            break
    else:
        text = value.value
        if not isinstance(text, str) or text[:40].lstrip()[:1] not in ("{", "["):
            return value
        fragments = (Fragment(value, None, value.trail[-1]),)
        span = value.trail[-1]
    document = structured_fragments(list(fragments), span)
    if document is None or not isinstance(document, Known):
        return value
    trail = value.trail if span in value.trail else (*value.trail, span)
    return Known(document.value, trail, value.provenance)


def structured_fragments(fragments: Sequence[Fragment], span: Span) -> Leaf | None:
    """Return the list or mapping that a composed text spells, None where it is no JSON document."""
    if not fragments:
        return None
    first = fragments[0]
    beginning = text_of(first.leaf)
    if beginning is None:
        if len(fragments) == 1 and isinstance(first.leaf, Known) and isinstance(first.leaf.value, (Items, Fields)):
            return first.leaf
        if not (isinstance(first.leaf, Known) and isinstance(first.leaf.value, (Items, Fields))):
            return None
    elif beginning.lstrip()[:1] not in ("{", "["):
        return None
    document = _Document()
    for fragment in fragments:
        text = text_of(fragment.leaf) if not isinstance(fragment.leaf, Unknown) else None
        if fragment.text is not None:
            document.write(fragment.text.text, fragment.text.lines, fragment.text.verbatim)
        elif text is not None and not isinstance(text, Sensitive):
            document.write(text, (fragment.span,), False)
        else:
            document.hole(fragment.leaf, fragment.span)
        if text is not None and "\ue000" in text:
            return None
    # A document that is one hole and white space is what stands in the hole.
    generated = "".join(document.pieces)
    try:
        tree = parse_json(generated, span.path)
    except ParseFailure:
        return None
    value = _value(tree, document, provenance_of(fragment.leaf for fragment in fragments))
    return value if isinstance(value, Known) and isinstance(value.value, (Items, Fields)) else None


def _value(tree: Tree, document: _Document, provenance: Provenance) -> Leaf:
    """Turn a JSON tree into values. Its depth is bounded by the JSON reader."""
    where = document.where(tree.span)
    if isinstance(tree, Scalar):
        if isinstance(tree.value, str) and "\ue000" in tree.value:
            return _filled(tree.value, document, where)
        return Known(tree.value, (where,), provenance)
    if isinstance(tree, List):
        items = tuple(Item(_value(item, document, provenance)) for item in tree.items)
        return Known(Items(items), (where,), provenance)
    values: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    openness: Openness = None
    for key, entry in tree.entries:
        name = str(key.value)
        if "\ue000" in name:
            filled = _filled(name, document, document.where(key.span))
            if not isinstance(filled, Known) or not isinstance(filled.value, str):
                openness = Open("a key is known only after deployment", document.where(key.span))
                continue
            name = filled.value
        values[name] = _value(entry, document, provenance)
        keys[name] = document.where(key.span)
    return Known(Fields(values, keys, openness), (where,), provenance)


def _filled(text: str, document: _Document, where: Span) -> Leaf:
    """Put the holes back into a text."""
    parts: list[Leaf] = []
    done = 0
    for match in _HOLE.finditer(text):
        if match.start() > done:
            parts.append(Known(text[done : match.start()], (where,)))
        parts.append(document.holes[int(match.group(1))])
        done = match.end()
    if done < len(text):
        parts.append(Known(text[done:], (where,)))
    if len(parts) == 1:
        only = parts[0]
        if isinstance(only, Known):
            return Known(only.value, (where, *only.trail), only.provenance)
        return Unknown(only.why, only.symbol, (where, *only.trail))
    return composed(parts, where)


def decode(text: str, path: str) -> Leaf | None:
    """Return what a JSON text says (any kind of value), placed in ``path`` itself; None where it is no JSON."""
    try:
        # A key that is there twice is no mistake to the language: the last one counts.
        tree = parse_json(text, path, [])
    except ParseFailure:
        return None
    document = _Document()
    lines = text.split("\n")
    document.write(text, [Span(path, number + 1, 1, number + 1, 1) for number in range(len(lines))], True)
    return _value(tree, document, Provenance.LITERAL)
