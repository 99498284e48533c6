"""Source maps (version 3): from a place in generated JavaScript back to the source that it was made of."""

from __future__ import annotations

import base64
import json
import posixpath
from bisect import bisect_right
from typing import Final, NamedTuple
from urllib.parse import unquote

from ...source.workspace import Unreadable, Workspace

SEGMENT_LIMIT: Final = 500_000
"""Most mappings of one map; a map of a large app has about 20 000."""

TEXT_LIMIT: Final = 4_000_000
"""Longest map that is followed (characters)."""

_DIGITS: Final = {
    letter: value for value, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}
_MARK: Final = "sourceMappingURL="
_DATA: Final = "data:application/json"


class Segment(NamedTuple):
    """A mapping: a column of the generated line (from 0), and the source, line and column (from 0) that it comes of."""

    column: int
    source: int
    line: int
    source_column: int


class SourceMap:
    """A decoded map. ``sources`` are paths of the workspace, None for those outside it."""

    def __init__(self, sources: list[str | None], lines: list[list[Segment]]) -> None:
        self.sources = sources
        self.lines = lines

    def original(self, line: int, column: int) -> tuple[str, int, int] | None:
        """Return the path, line and column (all from 1) that a place of the generated text comes of, None if none."""
        if not 1 <= line <= len(self.lines):
            return None
        segments = self.lines[line - 1]
        index = bisect_right(segments, column - 1, key=lambda segment: segment.column) - 1
        if index < 0:
            return None
        segment = segments[index]
        path = self.sources[segment.source] if 0 <= segment.source < len(self.sources) else None
        return (path, segment.line + 1, segment.source_column + 1) if path is not None else None


def read_source_map(workspace: Workspace, path: str, text: str) -> SourceMap | None:
    """Return the map that a JavaScript file names at its end: inline, or in a file beside it. None where there is none."""
    _, found, tail = text.rpartition(_MARK)
    if not found:
        return None
    address = tail.split("\n", 1)[0].strip().removesuffix("*/").strip()
    if address.startswith(_DATA):
        encoding, _, body = address.partition(",")
        if len(body) > TEXT_LIMIT * 2:
            return None
        try:
            content = base64.b64decode(body).decode() if encoding.endswith(";base64") else unquote(body)
        except ValueError:
            return None
        folder = posixpath.dirname(path)
    else:
        place = workspace.join(posixpath.dirname(path), unquote(address))
        if place is None or not workspace.is_file(place):
            return None
        try:
            content = workspace.text(place)
        except Unreadable:
            return None
        folder = posixpath.dirname(place)
    return _decoded(workspace, folder, content) if len(content) <= TEXT_LIMIT else None


def _decoded(workspace: Workspace, folder: str, content: str) -> SourceMap | None:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("version") != 3:
        return None
    sources, mappings, root = document.get("sources"), document.get("mappings"), document.get("sourceRoot") or ""
    if not isinstance(sources, list) or not isinstance(mappings, str) or not isinstance(root, str):
        return None
    paths = [workspace.join(folder, posixpath.join(root, source)) if isinstance(source, str) else None for source in sources]
    lines = _lines(mappings)
    return SourceMap(paths, lines) if lines is not None else None


def _lines(mappings: str) -> list[list[Segment]] | None:
    """Decode the mappings; None where they are malformed or too many."""
    lines: list[list[Segment]] = []
    source = line = source_column = count = 0
    for group in mappings.split(";"):
        segments: list[Segment] = []
        column = 0
        for text in group.split(",") if group else ():
            count += 1
            numbers = _numbers(text)
            if numbers is None or count > SEGMENT_LIMIT:
                return None
            column += numbers[0]
            if len(numbers) >= 4:
                source += numbers[1]
                line += numbers[2]
                source_column += numbers[3]
                segments.append(Segment(column, source, line, source_column))
        segments.sort()
        lines.append(segments)
    return lines


def _numbers(text: str) -> list[int] | None:
    """Return the numbers of one segment: base 64, five bits a digit, the lowest bit of a number is its sign."""
    found: list[int] = []
    value = shift = 0
    for letter in text:
        digit = _DIGITS.get(letter)
        if digit is None or shift > 30:
            return None
        value |= (digit & 31) << shift
        if digit & 32:
            shift += 5
            continue
        found.append(-(value >> 1) if value & 1 else value >> 1)
        value = shift = 0
    return found if found and not shift else None
