"""Patterns that pick events: of event source mappings, EventBridge rules and SNS subscriptions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from faaslint.model.read import elements, openness, text_of
from faaslint.model.value import Choice, Fields, Items, Known, Unknown, Value

OPERATORS: Final = frozenset(
    {"prefix", "suffix", "anything-but", "numeric", "exists", "equals-ignore-case", "cidr", "wildcard"}
)
EITHER: Final = "$or"
LONGEST: Final = 100_000
"""The longest text (characters) that is read as a pattern; the services take a few thousand."""

DEEPEST: Final = 40

LIST_BELONGS: Final = "where a list of values belongs"


class Hole:
    """A part of a pattern that can't be known."""


HOLE: Final = Hole()
Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | float | bool | Hole | None"


class NotJson(Exception):
    """A text that should be a pattern is no JSON; the message says why."""


def plain(value: Value, depth: int = 0) -> Plain:
    """Return a pattern as plain data, with holes for what can't be known. Raises NotJson."""
    if isinstance(value, (Unknown, Choice)) or depth > DEEPEST:
        return HOLE
    content = value.value
    if isinstance(content, Fields):
        if content.openness is not None:
            return HOLE
        return {name: plain(one, depth + 1) for name, one in content.values.items()}
    if isinstance(content, Items):
        if openness(value) is not None or any(not item.guard.always for item in content.items):
            return HOLE
        return [plain(item.value, depth + 1) for item in content.items]
    if isinstance(content, str) and depth == 0:
        return _parsed(content)
    if content is None or isinstance(content, (str, int, float, bool)):
        return content
    return HOLE


def _parsed(text: str) -> Plain:
    if len(text) > LONGEST:
        return HOLE
    try:
        parsed: Plain = json.loads(text)
    except ValueError as error:
        raise NotJson(str(error).partition(":")[0].lower()) from None
    except RecursionError:
        return HOLE
    return parsed


class Problem(NamedTuple):
    """What is wrong with a pattern, in words, and the names that lead there."""

    words: str
    path: tuple[str, ...] = ()


def problems(pattern: Plain, path: tuple[str, ...] = (), depth: int = 0) -> Iterator[Problem]:
    """Yield what the services refuse in a pattern."""
    if isinstance(pattern, Hole) or depth > DEEPEST:
        return
    if not isinstance(pattern, dict):
        yield Problem("it is not an object" if not path else f"'{'.'.join(path)}' is not an object", path)
        return
    for name, part in pattern.items():
        here = (*path, name)
        if name == EITHER:
            if isinstance(part, list):
                for one in part:
                    yield from problems(one, path, depth + 1)
            elif not isinstance(part, Hole):
                yield Problem(f"'{'.'.join(here)}' is not a list of patterns", here)
        elif isinstance(part, dict):
            yield from problems(part, here, depth + 1)
        elif isinstance(part, list):
            yield from (Problem(words, here) for words in _leaf_problems(part, ".".join(here)))
        elif not isinstance(part, Hole):
            yield Problem(f"'{'.'.join(here)}' is {_shown(part)} {LIST_BELONGS}", here)


def part_at(value: Value, path: tuple[str, ...]) -> Value:
    """Return the part of a pattern that the names lead to; the pattern itself where they don't lead all the way."""
    part: Value = value
    for name in path:
        if not isinstance(part, Known) or not isinstance(part.value, Fields) or name not in part.value.values:
            return value
        part = part.value.values[name]
    return part


def _leaf_problems(values: list[Plain], path: str) -> Iterator[str]:
    if not values:
        yield f"'{path}' is an empty list"
    for one in values:
        if isinstance(one, list):
            yield f"'{path}' has a list inside its list"
        elif isinstance(one, dict):
            if len(one) != 1:
                yield f"'{path}' has {len(one)} operators in one object"
            elif next(iter(one)) not in OPERATORS:
                yield f"'{path}' has the operator '{next(iter(one))}', which there is not"


def _shown(part: Plain) -> str:
    return (
        "null"
        if part is None
        else "text"
        if isinstance(part, str)
        else "a boolean"
        if isinstance(part, bool)
        else "a number"
    )


def fields_of(pattern: Plain) -> Iterator[str]:
    """Yield the names that stand at the top of a pattern."""
    if isinstance(pattern, dict):
        for name, part in pattern.items():
            if name != EITHER:
                yield name
            elif isinstance(part, list):
                for one in part:
                    yield from fields_of(one)


def count(patterns: Value) -> int | None:
    """Return how many patterns a list surely has, None where that can't be known."""
    if openness(patterns) is not None:
        return None
    return sum(
        1 for guard, leaf in elements(patterns) if guard.always and (text_of(leaf) is not None or isinstance(leaf, Known))
    )
