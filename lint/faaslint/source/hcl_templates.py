"""Literal text of HCL templates: escapes, trim markers, the indentation of heredocs, and where each line stands."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ..model.span import Span
from .hcl_nodes import Text
from .hcl_positions import Positions

_QUOTED_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([$%])\4\{", re.DOTALL)
_HEREDOC_ESCAPE: Final = re.compile(r"([$%])\1\{")
_SIMPLE: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class Raw(NamedTuple):
    """Literal text as the file has it, with the place of its first character (row and byte within the row)."""

    text: str
    row: int
    byte: int


def unescape(text: str) -> str:
    """Return what quoted text means."""
    if "\\" not in text and "{" not in text:
        return text

    def replace(match: re.Match[str]) -> str:
        short, long, simple, sign = match.groups()
        if sign:
            return f"{sign}{{"
        if simple is not None:
            return _SIMPLE.get(simple, simple)
        number = int(short or long, 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number < 0xE000 else "\ufffd"

    return _QUOTED_ESCAPE.sub(replace, text)


def trim_start(raw: Raw, by_line: bool) -> Raw:
    """Drop the white space at the beginning, as ``~}`` before it asks; ``by_line`` (heredocs) to the end of the line."""
    kept = raw.text.lstrip()
    end = raw.text.find("\n")
    if by_line and -1 < end < len(raw.text) - len(kept):
        kept = raw.text[end + 1 :]
    dropped = raw.text[: len(raw.text) - len(kept)]
    if "\n" in dropped:
        return Raw(kept, raw.row + dropped.count("\n"), len(dropped) - dropped.rfind("\n") - 1)
    return Raw(kept, raw.row, raw.byte + len(dropped.encode()))


def trim_end(raw: Raw, by_line: bool) -> Raw:
    """Drop the white space at the end, as ``${~`` behind it asks; ``by_line`` (heredocs) from the beginning of the line."""
    kept = raw.text.rstrip()
    start = raw.text.rfind("\n") + 1
    return raw._replace(text=raw.text[:start] if by_line and start > len(kept) else kept)


def quoted(raw: Raw, positions: Positions) -> Text:
    """Make the text of a quoted template. Its lines stand where the text begins: escapes move what follows."""
    here = positions.at(raw.row, raw.byte)
    text = unescape(raw.text)
    verbatim = len(text) == len(raw.text)
    return Text(text, here, (here,) * (text.count("\n") + 1), verbatim)


def heredoc(raw: Raw, indentation: int, at_line_start: bool, positions: Positions) -> Text:
    """Make the text of a heredoc, without the ``indentation`` that ``<<-`` removes from each line."""
    pieces: list[str] = []
    lines: list[Span] = []
    split = raw.text.split("\n")
    for number, line in enumerate(split):
        byte = raw.byte if number == 0 else 0
        # A line of blanks only stays as it is; the last one here goes on behind a hole.
        empty = number < len(split) - 1 and not line.strip()
        if indentation and (number or at_line_start) and not empty:
            blank = len(line) - len(line.lstrip(" \t"))
            cut = min(indentation, blank)
            line = line[cut:]
            byte += cut
        lines.append(positions.at(raw.row + number, byte))
        pieces.append(line.removesuffix("\r"))
    text = "\n".join(pieces)
    if "{" in text:
        text = _HEREDOC_ESCAPE.sub(lambda match: match.group(1) + "{", text)
    return Text(text, lines[0], tuple(lines))


def common_indentation(content: str) -> int:
    """Return how many blanks every line of a ``<<-`` heredoc begins with; lines without content don't count."""
    widths = [len(line) - len(line.lstrip(" \t")) for line in content.split("\n") if line.strip()]
    return min(widths, default=0)
