"""Suppressions: ``# faaslint: ignore[FL302] reason`` in source text, and entries of ``Metadata``.

``ignore-file`` near the top of a file, or the metadata of a whole template, stand for every finding in the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from ..model.span import Span
from ..model.value import Fields, Items, Known, Value, innermost
from .comments import comments_in

MARK: Final = "faaslint:"
"""What every suppression comment contains."""

_DIRECTIVE: Final = r"(?:#|//)[ \t]*faaslint:[ \t]*ignore(?P<file>-file)?\b(?:[ \t]*\[(?P<ids>[^\]]*)\])?(?P<reason>.*)"
FILE_LINES: Final = 10
"""In which of its first lines a file may say what is suppressed in all of it: where a reader of the file looks."""

_UNKNOWN_PLACE: Final = Span("", 1, 1, 1, 1)


class Suppression(NamedTuple):
    """A comment that suppresses rules on one line.

    ``span`` is the comment's own, ``line`` the line that it covers: its own, or, for a comment alone on its line, the
    first line below that is no comment; 0 for the whole file, and -1 where it asks for that too far down. ``ids`` are rule
    ids (upper case) or rule names, each once; none where the comment names no rule, and then it suppresses nothing.
    ``reason`` is what follows: it may be empty, and is None where metadata don't tell it. ``within`` limits the suppression
    to a part of the line, for code of which several lines stand in one line of the file.
    """

    span: Span
    line: int
    ids: tuple[str, ...]
    reason: str | None
    within: Span | None = None

    def covers(self, line: int) -> bool:
        """Return whether a finding whose first location begins on ``line`` is meant."""
        return self.line in (line, 0)


class ResourceSuppression(NamedTuple):
    """An entry of ``Metadata`` that suppresses one rule for the whole resource, or for a template.

    ``span`` is where the rule is named. ``id`` is a rule id (upper case) or a rule name. ``reason`` is empty where there is
    none, and None where it can't be known.
    """

    span: Span
    resource: str
    id: str
    reason: str | None


def read_suppressions(text: str, path: str) -> tuple[Suppression, ...]:
    """Return the suppression comments of a file, in the order of the text.

    Comments are ``#`` in YAML, HCL and Python, and ``//`` in HCL, JavaScript and TypeScript; JSON has none.
    In YAML, a comment of inline code counts.
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
                line=_covered(asked["file"], alone, comment.line, below),
                ids=_words(asked["ids"] or ""),
                reason=reason.strip(" \t:-–—"),
            )
        )
    return tuple(found)


def in_code(text: str, lines: Sequence[Span]) -> tuple[Suppression, ...]:
    """Return the suppressions in source text that is embedded in another file. ``lines`` say where its lines stand there."""
    found: list[Suppression] = []
    for one in read_suppressions(text, "inline.py"):
        if 0 < one.line <= len(lines) and one.span.line <= len(lines):
            covered = lines[one.line - 1]
            found.append(one._replace(span=lines[one.span.line - 1], line=covered.line, within=covered))
    return tuple(found)


def _covered(whole_file: str | None, alone: bool, line: int, below: Sequence[int]) -> int:
    if whole_file:
        return 0 if alone and line <= FILE_LINES else -1
    return below[line] if alone else line


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
        stated = _entry(item.value, "reason")
        reason = None if stated is not None and not isinstance(stated, Known) else _text(stated).strip()
        span = innermost(named) or innermost(item.value) or innermost(listed) or _UNKNOWN_PLACE
        found += (ResourceSuppression(span, resource, word, reason) for word in _words(_text(named)))
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
