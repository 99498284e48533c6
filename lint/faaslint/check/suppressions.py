"""Suppressions: ``# faaslint: ignore[FL302] reason`` in source text, and entries of a resource's ``Metadata``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from ..model.span import Span
from ..model.value import Fields, Items, Known, Value, innermost
from .comments import comments_in

MARK: Final = "faaslint:"
"""What every suppression comment contains."""

_DIRECTIVE: Final = r"(?:#|//)[ \t]*faaslint:[ \t]*ignore\b(?:[ \t]*\[(?P<ids>[^\]]*)\])?(?P<reason>.*)"
_UNKNOWN_PLACE: Final = Span("", 1, 1, 1, 1)


class Suppression(NamedTuple):
    """A comment that suppresses rules on one line.

    ``span`` is the comment's own, ``line`` the line that it covers: its own, or, for a comment alone on its line, the
    first line below that is no comment. ``ids`` are rule ids (upper case) or rule names, each once; none where the comment
    names no rule, and then it suppresses nothing. ``reason`` is what follows, and may be empty.
    """

    span: Span
    line: int
    ids: tuple[str, ...]
    reason: str

    def covers(self, line: int) -> bool:
        """Return whether a finding whose first location begins on ``line`` is meant."""
        return line == self.line


class ResourceSuppression(NamedTuple):
    """An entry of a resource's ``Metadata`` that suppresses one rule for the whole resource.

    ``span`` is where the rule is named. ``id`` is a rule id (upper case) or a rule name.
    """

    span: Span
    resource: str
    id: str
    reason: str


def read_suppressions(text: str, path: str) -> tuple[Suppression, ...]:
    """Return the suppression comments of a file, in the order of the text.

    Comments are ``#`` in YAML, HCL and Python, and ``//`` in HCL; JSON has none. In YAML, a comment of inline code counts.
    """
    if MARK not in text:
        return ()
    lines, comments = comments_in(text, path)
    found: list[Suppression] = []
    below = _first_code_below(lines)
    directive = re.compile(_DIRECTIVE)
    for comment in comments:
        if MARK not in comment.text:
            continue
        asked = directive.search(comment.text)
        if asked is None:
            continue
        # What follows a second comment sign is said to another tool.
        reason = re.split(r"[ \t](?:#|//)[ \t]", asked["reason"], maxsplit=1)[0]
        start = comment.start + asked.start()
        end = comment.start + asked.start("reason") + len(reason.rstrip())
        alone = not lines[comment.line - 1][: comment.start].strip()
        found.append(
            Suppression(
                span=Span(path, comment.line, start + 1, comment.line, end + 1),
                line=below[comment.line] if alone else comment.line,
                ids=_words(asked["ids"] or ""),
                reason=reason.strip(" \t:-–—"),
            )
        )
    return tuple(found)


def from_metadata(metadata: Value, resource: str) -> tuple[ResourceSuppression, ...]:
    """Return what a resource's ``Metadata`` suppresses: ``faaslint: {ignore: [{id: FL302, reason: …}]}``.

    An entry may also be the bare id. What is unknown, or has another shape, suppresses nothing.
    """
    listed = _entry(_entry(metadata, "faaslint"), "ignore")
    if not (isinstance(listed, Known) and isinstance(listed.value, Items)):
        return ()
    found: list[ResourceSuppression] = []
    for item in listed.value.items:
        named = _entry(item.value, "id") or item.value
        reason = _text(_entry(item.value, "reason"))
        span = innermost(named) or innermost(item.value) or innermost(listed) or _UNKNOWN_PLACE
        found += (ResourceSuppression(span, resource, word, reason.strip()) for word in _words(_text(named)))
    return tuple(found)


def _entry(value: Value | None, name: str) -> Value | None:
    if isinstance(value, Known) and isinstance(value.value, Fields):
        return value.value.values.get(name)
    return None


def _text(value: Value | None) -> str:
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else ""


def _words(text: str) -> tuple[str, ...]:
    """Return the rule ids and names in a comma-separated text; ids in upper case, as they are declared."""
    words = (word.strip() for word in text.split(","))
    return tuple(dict.fromkeys(word if "-" in word else word.upper() for word in words if word))


def _first_code_below(lines: Sequence[str]) -> list[int]:
    """Return, by line number, the first line below that is no comment; past the end of the file the number after the last.

    One pass for the whole file, since each line of it may be a suppression.
    """
    found = [0] * (len(lines) + 1)
    following = len(lines) + 1
    for number in range(len(lines), 0, -1):
        found[number] = following
        if not lines[number - 1].lstrip().startswith(("#", "//")):
            following = number
    return found
