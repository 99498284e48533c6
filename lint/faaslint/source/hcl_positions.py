"""From the parser's (row, byte) points to spans that count code points."""

from __future__ import annotations

from tree_sitter import Node, Point

from ..model.span import Span


class Positions:
    """Makes the spans of one text; ``first_row`` is the row of the file at which the text begins."""

    def __init__(self, path: str, content: bytes, first_row: int = 0) -> None:
        self.path = path
        self._first_row = first_row
        self._lines = None if content.isascii() else content.split(b"\n")

    def column(self, row: int, byte: int) -> int:
        """Return the column (from 1) of a byte in a row."""
        if self._lines is None:
            return byte + 1
        line = self._lines[row][:byte] if row < len(self._lines) else b""
        return len(line.decode("utf-8", "replace")) + 1

    def between(self, start: Point, end: Point) -> Span:
        """Return the span between two points."""
        first = self._first_row
        return Span(
            self.path,
            start.row + 1 + first,
            self.column(start.row, start.column),
            end.row + 1 + first,
            self.column(end.row, end.column),
        )

    def at(self, row: int, byte: int) -> Span:
        """Return the empty span at a byte of a row."""
        column = self.column(row, byte)
        return Span(self.path, row + 1 + self._first_row, column, row + 1 + self._first_row, column)

    def of(self, node: Node) -> Span:
        """Return the span of a node."""
        return self.between(node.start_point, node.end_point)
