"""Regular expressions: those of RE2 that mean the same here and can't run long."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from typing import Final

from ....model.span import Span
from ....model.value import Fields, Leaf
from ....source.limits import TEXT_LENGTH
from ..leaves import LONG_TEXT, as_items, known, text_of, unknown
from .failure import Fails

_REPEATED: Final = re.compile(r"[*+]|\{\d*,?\d*\}")
_FOREIGN: Final = (
    "\\p",
    "\\P",
    "\\C",
    "\\Q",
    "\\Z",
    "(?U",
    "(?P=",
    "(?P>",
    "(?=",
    "(?!",
    "(?<=",
    "(?<!",
    "(?>",
    "(?(",
    "(?#",
)
_MARKS: Final = re.compile(r"\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\$|\(\?<(?![=!])", re.DOTALL)
_POSIX: Final = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": "\\t ",
    "digit": "0-9",
    "lower": "a-z",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\t\\n\\v\\f\\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
SUBJECT: Final = 300
"""Longest text that a regular expression is tried on, and longest expression (characters)."""

WORK: Final = 10_000_000
"""Most steps that a regular expression may take: about a fifth of a second."""


def _translated(pattern: str) -> str | None:
    """Write an RE2 pattern for Python: ``$`` is the end of the text only, classes have POSIX names."""
    several_lines = "m" in "".join(re.findall(r"\(\?([a-z]+)[:)]", pattern))

    def replace(match: re.Match[str]) -> str:
        token = match.group()
        if token == "$":
            return "$" if several_lines else "\\Z"
        if token == "\\z":
            return "\\Z"
        if token == "(?<":
            return "(?P<"
        if token.startswith("["):
            return re.sub(r"\[:(\w+):\]", lambda name: _POSIX.get(name.group(1), "[:"), token)
        return token

    translated = _MARKS.sub(replace, pattern)
    return None if "[:" in translated else translated


def _safe(pattern: str, text: str) -> re.Pattern[str] | None:
    """Compile a pattern that can't run long on a text, None for any other. Raises Fails for what is no pattern."""
    if len(text) > SUBJECT or len(pattern) > SUBJECT or any(mark in pattern for mark in _FOREIGN):
        return None
    if re.search(r"\\[1-9]|[*+?}]\+", pattern):
        return None
    if not _without_overlap(pattern) and _work(pattern, len(text)) > WORK:
        return None
    if re.search(r"\)[*+{]", pattern) or re.search(r"\{\d{4,}", pattern):
        return None
    translated = _translated(pattern)
    if translated is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return re.compile(translated, re.ASCII)
    except (re.error, OverflowError, RecursionError, Warning):
        return None


def _work(pattern: str, length: int) -> int:
    """Return a bound on the steps of a search: each repetition may begin anywhere, each choice may go either way."""
    bare = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?", "x", pattern)
    repetitions = len(_REPEATED.findall(bare))
    choices = bare.count("|") + len(re.findall(r"(?<![*+?}])\?", bare))
    return int((length + 1) ** (repetitions + 1) * 2 ** min(choices, 60)) if repetitions <= 10 else WORK + 1


def _without_overlap(pattern: str) -> bool:
    """Return whether every repetition is of a class that the literal behind it ends: then there is nothing to go back to."""
    rest = re.sub(r"\(\?P?<\w+>|\(\?:", "(", pattern)
    part = r"[\w:/@.-]|\\[./-]|\(|\)|\[\^([:/@.,-])[^\]\\]*\][+*]\)?(?:\1|\$?\Z)"
    return re.fullmatch(rf"\^?(?:{part})*\$?", rest) is not None


def _captured(match: re.Match[str], span: Span, leaves: Sequence[Leaf]) -> Leaf:
    named, count = match.re.groupindex, match.re.groups
    if named:
        if len(named) != count:
            raise Fails("the pattern has groups with and without names")
        return known(Fields({name: known(value, span, leaves) for name, value in match.groupdict().items()}), span, leaves)
    if count:
        return known(as_items(known(value, span, leaves) for value in match.groups()), span, leaves)
    return known(match.group(), span, leaves)


def _arguments(leaves: Sequence[Leaf]) -> tuple[re.Pattern[str], str] | None:
    pattern, text = (text_of(leaf) for leaf in leaves) if len(leaves) == 2 else (None, None)
    compiled = _safe(pattern, text) if pattern is not None and text is not None else None
    return None if compiled is None or text is None else (compiled, text)


def _regex(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    found = _arguments(leaves)
    if found is None:
        return None
    match = found[0].search(found[1])
    if match is None:
        raise Fails("the pattern doesn't match")
    return _captured(match, span, leaves)


def _regexall(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    found = _arguments(leaves)
    if found is None:
        return None
    return known(as_items(_captured(match, span, leaves) for match in found[0].finditer(found[1])), span, leaves)


def _expanded(template: str, match: re.Match[str]) -> str:
    """Return a replacement with ``$1``, ``${name}`` and ``$$`` filled in; a group that is not there is empty."""

    def fill(place: re.Match[str]) -> str:
        name = place.group(1) or place.group(2)
        if name is None:
            return "$"
        if name.isdecimal():
            return (match.group(int(name)) or "") if int(name) <= match.re.groups else ""
        return (match.group(name) or "") if name in match.re.groupindex else ""

    return re.sub(r"\$(?:(\w+)|\{(\w+)\}|\$)", fill, template)


def _replace(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    texts = [text_of(leaf) for leaf in leaves]
    if len(texts) != 3:
        return None
    text, old, new = texts
    if text is None or old is None or new is None:
        return None
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        compiled = _safe(old[1:-1], text)
        if compiled is None or len(new) > SUBJECT:
            return None
        return known(compiled.sub(lambda match: _expanded(new, match), text), span, leaves)
    if len(text) + text.count(old) * len(new) > TEXT_LENGTH:
        return unknown(LONG_TEXT, span)
    return known(text.replace(old, new), span, leaves)


REGEX_FUNCTIONS: Final[dict[str, Callable[[Sequence[Leaf], Span], Leaf | None]]] = {
    "regex": _regex,
    "regexall": _regexall,
    "replace": _replace,
}
