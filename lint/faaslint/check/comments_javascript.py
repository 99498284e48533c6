"""Where the comments of JavaScript and TypeScript source are, told apart from the same characters inside texts.

Line by line, in time linear in the text. Whether a slash begins a regular expression is told by what stands before it, as
editors do; where that is wrong, the mistake ends with the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_TOKEN = r"//|/\*|[\"'`/]|\$\{|[{}]"
_CLOSING = {
    '"': r'[^"\\]*+(?:\\.[^"\\]*+)*+"',
    "'": r"[^'\\]*+(?:\\.[^'\\]*+)*+'",
    "/": r"(?:[^/\\\[]|\\.|\[(?:[^\]\\]|\\.)*+\])++/",
}
_BEFORE_EXPRESSION = frozenset("(,=:[!&|?{};+-*%~^<>")
_WORDS_BEFORE_EXPRESSION = ("return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do")


def comment_starts(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the line (from 1) and the index in it of each comment to the line's end."""
    token = re.compile(_TOKEN)
    closing = {quote: re.compile(pattern) for quote, pattern in _CLOSING.items()}
    template = re.compile(r"[^`\\$]*+(?:(?:\\.|\\$|\$(?!\{))[^`\\$]*+)*+")
    in_comment = False
    holes: list[int] = []  # The braces that are open in each hole of a template text; a text is open while it is -1.
    for number, line in enumerate(lines, 1):
        at = 0
        while True:
            if in_comment:
                end = line.find("*/", at)
                if end < 0:
                    break
                at, in_comment = end + 2, False
            if holes and holes[-1] == -1:
                inside = template.match(line, at)
                at = inside.end() if inside is not None else at
                if at >= len(line):
                    break
                if line[at] == "`":
                    holes.pop()
                    at += 1
                else:
                    holes[-1] = 0
                    at += 2
                continue
            found = token.search(line, at)
            if found is None:
                break
            at = found.end()
            text = found[0]
            if text == "//":
                yield number, found.start()
                break
            if text == "/*":
                in_comment = True
            elif text == "`":
                holes.append(-1)
            elif text == "{" and holes:
                holes[-1] += 1
            elif text == "}" and holes:
                # The brace that closes a hole leads back into its text.
                holes[-1] -= 1
            elif text in closing and (text != "/" or _begins_expression(line, found.start())):
                end_of_text = closing[text].match(line, at)
                if end_of_text is None:
                    break
                at = end_of_text.end()


def _begins_expression(line: str, at: int) -> bool:
    """Return whether a slash at an index begins a regular expression, and does not divide."""
    before = line[:at].rstrip()
    return not before or before[-1] in _BEFORE_EXPRESSION or before.endswith(_WORDS_BEFORE_EXPRESSION)
