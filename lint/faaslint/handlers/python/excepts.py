"""``except`` clauses of a handler that catch everything and let it go on as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ...source.python_statements import (
    Assignment,
    Augmented,
    Delete,
    Evaluate,
    Except,
    For,
    FunctionDefinition,
    If,
    Leave,
    Raise,
    Return,
    Statement,
    Try,
    While,
    With,
)
from ...source.python_syntax import Attribute, Await, Bound, Call, Expression, Name, Yield
from ...source.python_walk import inside

_TELLS: Final = frozenset({
    "print", "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "dumps", "str", "repr", "format",
    "format_exc", "print_exc", "type", "get", "isoformat", "now", "utcnow", "add_metric", "put_metric", "put_annotation",
    "put_metadata", "append_keys", "len",
})  # fmt: skip
"""Calls that tell people or make a text, and change nothing."""

_BROAD: Final = frozenset({"Exception", "BaseException"})
REFUSALS: Final = frozenset({"ClientError", "BotoCoreError"})
"""What the SDK raises where AWS refuses a call, or does not answer."""


class Quiet(NamedTuple):
    """A ``try`` whose clause for everything only tells people. ``body`` is where what it guards stands."""

    clause: Except
    body: tuple[int, int]
    whole: bool


def quiet_excepts(definition: FunctionDefinition) -> Iterator[Quiet]:
    """Yield the clauses of a function's own ``try`` statements that catch everything quietly, one for each ``try``.

    Where the function raises anywhere outside what it guards, it may act on the failure later: then there are none.
    """
    found: list[tuple[Try, Except, bool]] = []
    guarded: list[tuple[int, int]] = []
    for statement, whole in _tries(definition.body):
        guarded.append(_range(statement.body))
        for clause in statement.handlers:
            if is_broad(clause.kind):
                quiet = all(_is_quiet(one) for one in clause.body) and not _is_read_later(definition, clause)
                if quiet and not any(_is_raise(one) for one in statement.handlers):
                    found.append((statement, clause, whole))
                break
    for node in inside(definition.body, inner_functions=False):
        if isinstance(node, Raise) and not any(start <= node.start < end for start, end in guarded):
            return
    for statement, clause, whole in found:
        yield Quiet(clause, _range(statement.body), whole)


def _tries(body: tuple[Statement, ...]) -> Iterator[tuple[Try, bool]]:
    """Yield the ``try`` statements of a body, with whether each is all that the body or a loop of it does."""
    pending: list[tuple[tuple[Statement, ...], bool]] = [(body, True)]
    while pending:
        block, outer = pending.pop()
        heavy = [one for one in block if not _is_light(one)]
        for statement in block:
            if isinstance(statement, Try):
                yield statement, outer and heavy == [statement]
                pending.append((statement.body, False))
            elif isinstance(statement, (For, While, With)):
                pending.append((statement.body, outer))
            elif isinstance(statement, If):
                pending += ((branch, False) for _, branch in statement.branches)


def _is_light(statement: Statement) -> bool:
    if isinstance(statement, (Return, Leave)):
        return True
    if isinstance(statement, (Evaluate, Assignment)):
        return not any(isinstance(node, Call) and _name(node.function) not in _TELLS for node in inside([statement]))
    return False


def _range(body: tuple[Statement, ...]) -> tuple[int, int]:
    return (body[0].start, body[-1].end) if body else (0, 0)


def is_broad(kind: Expression | None, names: frozenset[str] = _BROAD) -> bool:
    """Return whether an ``except`` clause catches everything, or something of the given names."""
    if kind is None:
        return True
    elements = getattr(kind, "elements", None)
    if elements is not None:
        return any(is_broad(one, names) for one in elements)
    return isinstance(kind, (Name, Attribute)) and kind.name in names


def _is_raise(clause: Except) -> bool:
    return any(isinstance(node, Raise) for node in inside(clause.body))


def _is_quiet(statement: Statement) -> bool:
    """Return whether a statement leaves no trace but what people read, and the function's answer."""
    if not isinstance(statement, (Evaluate, Return, Leave, If, Assignment)):
        return False
    for node in inside([statement]):
        if isinstance(node, (Raise, Augmented, Delete, Await, Yield, Bound)):
            return False
        if isinstance(node, Assignment) and not all(isinstance(target, Name) for target in node.targets):
            return False
        if isinstance(node, Call) and _name(node.function) not in _TELLS:
            return False
    return True


def _is_read_later(definition: FunctionDefinition, clause: Except) -> bool:
    """Return whether a name that a clause binds is used anywhere outside of it: it may say how things went."""
    bound = {
        target.name
        for node in inside(clause.body)
        if isinstance(node, Assignment)
        for target in node.targets
        if isinstance(target, Name)
    }
    return bool(bound) and any(
        isinstance(node, Name) and node.name in bound and not clause.start <= node.start < clause.end
        for node in inside(definition.body)
    )


def _name(function: Expression) -> str:
    return function.name if isinstance(function, (Name, Attribute)) else ""
