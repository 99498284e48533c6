"""The source lines of a finding with its span underlined, fit for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from unicodedata import combining, east_asian_width

from ..model.span import Span
from .shown import plain

LINES: Final = 3
"""How many lines of a longer span are shown."""

LEAD: Final = 24
"""How many characters are shown before the span, in a line that is too long to be shown whole."""

SCANNED: Final = 2_000
"""How many characters of a line are looked at from there on: a minified file has lines of a megabyte."""


def excerpt(span: Span, snippet: Sequence[str], width: int) -> Iterator[tuple[int, str, str]]:
    """Yield (line number, source, underline) for the first lines of a span; number 0 stands for lines left out.

    ``snippet`` are the span's lines, ``width`` is in columns; a tab takes four.
    """
    width = max(width, 20)
    last = span.end_line - span.line
    for index, line in enumerate(snippet[: min(LINES, last + 1)]):
        first_column = span.column - 1 if index == 0 else len(line) - len(line.lstrip())
        end_column = span.end_column - 1 if index == last else len(line.rstrip())
        yield (span.line + index, *_marked(line, first_column, end_column, width))
    if min(last + 1, max(len(snippet), 1)) > LINES:
        yield 0, "…", ""


def _marked(line: str, start: int, end: int, width: int) -> tuple[str, str]:
    """Return a line and the marks under ``line[start:end]``, at least one, both cut to ``width`` columns."""
    start = min(max(start, 0), len(line))
    end = min(max(end, start), len(line))
    # The beginning of the line is shown where the span fits beside it, else the line is entered shortly before the span.
    fits = end <= SCANNED and columns(plain(line[:end])) < width
    cut = 0 if fits else max(start - LEAD, 0)
    before = ("…" if cut else "") + plain(line[cut:start])
    inside = plain(line[start : min(end, cut + SCANNED)])
    tail = plain(line[end : cut + SCANNED]).rstrip()
    source = before + inside + tail
    marks = " " * columns(before) + "^" * max(columns(inside), 1)
    return _cut(source, width), marks[:width]


def _cut(text: str, width: int) -> str:
    if columns(text) <= width:
        return text
    taken = 0
    for index, char in enumerate(text):
        taken += _column(char)
        if taken > width - 1:
            return text[:index] + "…"
    return text


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return len(text) if text.isascii() else sum(map(_column, text))


def _column(char: str) -> int:
    if char.isascii():
        return 1
    return 0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1
