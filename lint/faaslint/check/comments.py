"""Where the comments of a source file are, told apart from the same characters inside strings.

Only files that hold a suppression are scanned, line by line and in time linear in the text. A block scalar, and a heredoc,
may hold inline code, so its lines are scanned as source: what looks like a comment there counts as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Comment(NamedTuple):
    """A comment: its line (from 1), the index of its first character in that line, and its text from there on."""

    line: int
    start: int
    text: str


def comments_in(text: str, path: str) -> tuple[list[str], Iterator[Comment]]:
    """Return the lines of a file, without line ends, and its comments. The path's ending tells the language.

    ``.json`` has no comments. What is neither Python, HCL nor JavaScript is read as YAML.
    """
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    ending = path.rsplit("/", 1)[-1].rsplit(".", 1)[-1].lower()
    if ending == "json":
        return lines, iter(())
    if ending in ("py", "pyi"):
        return lines, _in_python(lines)
    if ending in ("tf", "hcl", "tfvars", "tofu"):
        return lines, _in_hcl(lines)
    if ending in ("js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"):
        # Imported when first needed: apps of the CDK alone have findings there.
        from .comments_javascript import comment_starts

        return lines, (Comment(number, start, lines[number - 1][start:]) for number, start in comment_starts(lines))
    return lines, _in_yaml(lines)


_PYTHON_TOKEN = r"\"\"\"|'''|\"|'|#"
_CLOSING = {
    '"': r'[^"\\]*+(?:\\.[^"\\]*+)*+"',
    "'": r"[^'\\]*+(?:\\.[^'\\]*+)*+'",
    '"""': r'(?:\\.|(?!""")[^\\])*+"""',
    "'''": r"(?:\\.|(?!''')[^\\])*+'''",
}
_YAML_CLOSING = {'"': _CLOSING['"'], "'": r"[^']*+(?:''[^']*+)*+'"}


class _Python:
    """A scanner of Python lines; it remembers the triple-quoted text that is open."""

    __slots__ = ("_open", "_token")

    def __init__(self) -> None:
        self._open = ""
        self._token = re.compile(_PYTHON_TOKEN)

    def comment(self, line: str) -> int:
        """Take the next line; return the index of its comment, -1 where it has none."""
        at = 0
        while True:
            if self._open:
                closing = re.compile(_CLOSING[self._open]).match(line, at)
                if closing is None:
                    return -1
                at, self._open = closing.end(), ""
            token = self._token.search(line, at)
            if token is None:
                return -1
            if token[0] == "#":
                return token.start()
            at = token.end()
            if len(token[0]) == 3:
                self._open = token[0]
                continue
            closing = re.compile(_CLOSING[token[0]]).match(line, at)
            if closing is None:
                return -1
            at = closing.end()


def _in_python(lines: Sequence[str]) -> Iterator[Comment]:
    scanner = _Python()
    for number, line in enumerate(lines, 1):
        start = scanner.comment(line)
        if start >= 0:
            yield Comment(number, start, line[start:])


def _in_hcl(lines: Sequence[str]) -> Iterator[Comment]:
    token = re.compile(r'"|#|//|/\*|<<-?(?P<end>[A-Za-z_][\w-]*)[ \t]*$')
    string = re.compile(_CLOSING['"'])
    heredoc = ""
    inside = _Python()
    in_comment = False
    for number, line in enumerate(lines, 1):
        if heredoc:
            if line.strip() == heredoc:
                heredoc = ""
            elif (start := inside.comment(line)) >= 0:
                yield Comment(number, start, line[start:])
            continue
        at = 0
        while True:
            if in_comment:
                end = line.find("*/", at)
                if end < 0:
                    break
                at, in_comment = end + 2, False
            found = token.search(line, at)
            if found is None:
                break
            if found[0] in ("#", "//"):
                yield Comment(number, found.start(), line[found.start() :])
                break
            at = found.end()
            if found[0] == "/*":
                in_comment = True
            elif found[0] == '"':
                # A template that goes on in the next line has opened "${"; the text up to there is over.
                closing = string.match(line, at)
                if closing is None:
                    break
                at = closing.end()
            else:
                heredoc, inside = found["end"], _Python()
                break


class _Yaml:
    """What a YAML line leaves open: a quoted text, brackets, a block scalar below the column of its parent."""

    __slots__ = ("block", "block_indent", "brackets", "parent", "quote")

    def __init__(self) -> None:
        self.quote = ""
        self.brackets = 0
        self.block: _Python | None = None
        self.block_indent = 0
        self.parent = 0


_BLOCK_HEADER = r"[|>](?:[-+]?(?P<indent>[1-9])?[-+]?)[ \t]*(?:[ \t](?P<comment>#.*))?$"
_PLAIN_END = r":(?=[ \t]|$)|[ \t]+(?=#)|$"
_PLAIN_END_IN_BRACKETS = r":(?=[ \t,\[\]{}]|$)|[ \t]+(?=#)|[,\[\]{}]|$"


def _in_yaml(lines: Sequence[str]) -> Iterator[Comment]:
    state = _Yaml()
    for number, line in enumerate(lines, 1):
        start = _block_comment(line, state)
        if start is None:
            start = _yaml_comment(line, state)
        if start >= 0:
            yield Comment(number, start, line[start:])


def _block_comment(line: str, state: _Yaml) -> int | None:
    """Return the comment in a line of a block scalar (-1: none), None where the line belongs to none."""
    if state.block is None:
        return None
    if not line.strip(" \t"):
        return -1
    indent = len(line) - len(line.lstrip(" "))
    if not state.block_indent:
        state.block_indent = max(indent, 1) if indent > state.parent else indent + 1
    if indent < state.block_indent:
        state.block = None
        return None
    return state.block.comment(line)


def _yaml_comment(line: str, state: _Yaml) -> int:
    """Return the index of the comment in a line outside block scalars, -1 where it has none."""
    at, length = 0, len(line)
    parent = 0
    token_start = 0
    if state.quote:
        closing = re.compile(_YAML_CLOSING[state.quote]).match(line)
        if closing is None:
            return -1
        at, state.quote = closing.end(), ""
    while at < length:
        char = line[at]
        if char in " \t":
            at += 1
        elif char == "#" and (at == 0 or line[at - 1] in " \t"):
            return at
        elif char in "\"'":
            token_start = at
            closing = re.compile(_YAML_CLOSING[char]).match(line, at + 1)
            if closing is None:
                state.quote = char
                return -1
            at = closing.end()
        elif char in "[{":
            state.brackets += 1
            at += 1
        elif char in "]}":
            state.brackets = max(0, state.brackets - 1)
            at += 1
        elif char == "," or (char in "-?:" and (at + 1 == length or line[at + 1] in " \t")):
            # A colon makes a key of what stands before it; a dash is itself what a block scalar is indented from.
            parent = token_start if char == ":" else at
            at += 1
        elif char in "!&*":
            while at < length and line[at] not in " \t,[]{}":
                at += 1
        elif char in "|>" and not state.brackets and (header := re.compile(_BLOCK_HEADER).match(line, at)):
            state.block = _Python()
            state.parent = parent
            state.block_indent = parent + int(header["indent"]) if header["indent"] else 0
            return header.start("comment")
        else:
            token_start = at
            pattern = _PLAIN_END_IN_BRACKETS if state.brackets else _PLAIN_END
            end = re.compile(pattern).search(line, at + 1)
            assert end is not None  # both patterns match at the end of the line
            # What ended the text is read again as a token of its own; blanks are over.
            at = end.end() if end[0].isspace() else end.start()
    return -1
