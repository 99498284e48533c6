"""Where something stands in a file."""

from __future__ import annotations

from typing import Final, NamedTuple


class Span(NamedTuple):
    """A stretch of text in one file.

    ``path`` is POSIX and relative to the workspace root. Lines and columns count from 1, columns in Unicode code
    points; ``end_column`` is the column after the last character. A path in angle brackets (``<registry>/…``) is no file of
    the project: nobody could edit it.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def start(self) -> Span:
        """Return the empty span at the beginning of this one."""
        return Span(self.path, self.line, self.column, self.line, self.column)

    @property
    def in_project(self) -> bool:
        """Whether this is a place of the project, where a finding may stand."""
        return not self.path.startswith("<")


NOWHERE: Final = Span("", 1, 1, 1, 1)
"""For what no file of the project says."""


class Place(NamedTuple):
    """A span together with the name of the property that stands there, as the file's own language calls it."""

    span: Span
    property: str


class Location(NamedTuple):
    """A span with a sentence about it: a related location of a finding, or one step of its route."""

    span: Span
    message: str
