"""The names that a module may bind, whatever branch it takes."""

from __future__ import annotations

from collections.abc import Iterator

from ...source.python import Module
from ...source.python_statements import (
    Assignment,
    Augmented,
    ClassDefinition,
    Declaration,
    Delete,
    For,
    FunctionDefinition,
    If,
    Import,
    ImportFrom,
    Match,
    Statement,
    Try,
    While,
    With,
)
from ...source.python_syntax import Bound, Display, Expression, Name, Star, Syntax

Place = tuple[int, int]


def bound_names(source: Module) -> dict[str, Place]:
    """Return every name that the module's own statements may bind, with its place; ``*`` for those of a star import."""
    found: dict[str, Place] = {}
    pending: list[tuple[Statement, ...]] = [source.body]
    while pending:
        for statement in pending.pop():
            for name, place in _binds(statement):
                found.setdefault(name, place)
            pending += _blocks(statement)
    return found


def _binds(statement: Statement) -> Iterator[tuple[str, Place]]:
    if isinstance(statement, (FunctionDefinition, ClassDefinition)):
        yield statement.name, (statement.name_start, statement.name_start + len(statement.name.encode()))
    elif isinstance(statement, Assignment):
        for target in statement.targets:
            yield from _targets(target)
        yield from _walruses(statement.value)
    elif isinstance(statement, (Augmented, Declaration, For)):
        yield from _targets(statement.target)
    elif isinstance(statement, With):
        for _, alias in statement.items:
            if alias is not None:
                yield from _targets(alias)
    elif isinstance(statement, Try):
        for handler in statement.handlers:
            if handler.name:
                yield handler.name, (handler.start, handler.start)
    elif isinstance(statement, Match):
        for names, _, _ in statement.cases:
            for name in names:
                yield name, _place(statement)
    elif isinstance(statement, Import):
        for module, renamed in statement.names:
            yield renamed or module.partition(".")[0], _place(statement)
    elif isinstance(statement, ImportFrom):
        for name, renamed in statement.names or (("*", ""),):
            yield renamed or name, _place(statement)
    elif isinstance(statement, If):
        for test, _ in statement.branches:
            if test is not None:
                yield from _walruses(test)
    elif isinstance(statement, While):
        yield from _walruses(statement.test)
    elif not isinstance(statement, Delete):
        yield from _walruses(getattr(statement, "value", None))


def _place(node: Syntax) -> Place:
    return node.start, node.end


def _targets(target: Expression) -> Iterator[tuple[str, Place]]:
    pending = [target]
    while pending:
        current = pending.pop()
        if isinstance(current, Name):
            yield current.name, _place(current)
        elif isinstance(current, Display):
            pending += current.elements
        elif isinstance(current, Star):
            pending.append(current.value)


def _walruses(value: Expression | None) -> Iterator[tuple[str, Place]]:
    if isinstance(value, Bound):
        yield value.name.name, _place(value)


def _blocks(statement: Statement) -> Iterator[tuple[Statement, ...]]:
    if isinstance(statement, If):
        for _, body in statement.branches:
            yield body
    elif isinstance(statement, (For, While)):
        yield statement.body
        yield statement.otherwise
    elif isinstance(statement, With):
        yield statement.body
    elif isinstance(statement, Try):
        yield statement.body
        for handler in statement.handlers:
            yield handler.body
        yield statement.otherwise
        yield statement.final
    elif isinstance(statement, Match):
        for _, _, body in statement.cases:
            yield body
