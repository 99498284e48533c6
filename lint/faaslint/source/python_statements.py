"""The statements of Python source as typed nodes; see :mod:`.python_syntax`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from .python_syntax import Argument, Expression, Parameter, Syntax


class Deferred:
    """A body that is read when it is first asked for: most functions of a package are never reached."""

    __slots__ = ("_body", "_read")

    def __init__(self, read: Callable[[], tuple[Statement, ...]]) -> None:
        self._read: Callable[[], tuple[Statement, ...]] | None = read
        self._body: tuple[Statement, ...] = ()

    def get(self) -> tuple[Statement, ...]:
        """Return the statements of the body."""
        if self._read is not None:
            self._body = self._read()
            self._read = None
        return self._body


@dataclass(eq=False, slots=True)
class FunctionDefinition(Syntax):
    """``def name(parameters)``; ``start`` is that of the ``def`` line, decorators stand before it."""

    name: str
    name_start: int
    parameters: tuple[Parameter, ...]
    decorators: tuple[Expression, ...]
    is_async: bool
    contents: Deferred

    @property
    def body(self) -> tuple[Statement, ...]:
        """Return the statements of the body."""
        return self.contents.get()


@dataclass(eq=False, slots=True)
class ClassDefinition(Syntax):
    """``class name(arguments)``."""

    name: str
    name_start: int
    arguments: tuple[Argument, ...]
    decorators: tuple[Expression, ...]
    body: tuple[Statement, ...]


@dataclass(eq=False, slots=True)
class Assignment(Syntax):
    """``targets[0] = targets[1] = value``."""

    targets: tuple[Expression, ...]
    value: Expression


@dataclass(eq=False, slots=True)
class Declaration(Syntax):
    """``target: type`` without a value."""

    target: Expression


@dataclass(eq=False, slots=True)
class Augmented(Syntax):
    """``target += value``; ``operator`` without the ``=``."""

    target: Expression
    operator: str
    value: Expression


@dataclass(eq=False, slots=True)
class Evaluate(Syntax):
    """An expression on its own."""

    value: Expression


@dataclass(eq=False, slots=True)
class Return(Syntax):
    """``return value``."""

    value: Expression | None


@dataclass(eq=False, slots=True)
class Raise(Syntax):
    """``raise values``."""

    values: tuple[Expression, ...]


@dataclass(eq=False, slots=True)
class Leave(Syntax):
    """``break`` or ``continue``."""


@dataclass(eq=False, slots=True)
class Assert(Syntax):
    """``assert values``; the first is the test."""

    values: tuple[Expression, ...]


@dataclass(eq=False, slots=True)
class Delete(Syntax):
    """``del targets``."""

    targets: tuple[Expression, ...]


@dataclass(eq=False, slots=True)
class Scope(Syntax):
    """``global`` or ``nonlocal``."""

    kind: str
    names: tuple[str, ...]


@dataclass(eq=False, slots=True)
class If(Syntax):
    """``if``, ``elif`` and ``else`` (a test of None)."""

    branches: tuple[tuple[Expression | None, tuple[Statement, ...]], ...]


@dataclass(eq=False, slots=True)
class For(Syntax):
    """``for target in source``."""

    target: Expression
    source: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@dataclass(eq=False, slots=True)
class While(Syntax):
    """``while test``."""

    test: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@dataclass(eq=False, slots=True)
class With(Syntax):
    """``with value as target, …``."""

    items: tuple[tuple[Expression, Expression | None], ...]
    body: tuple[Statement, ...]


@dataclass(eq=False, slots=True)
class Except(Syntax):
    """One ``except`` clause; ``kind`` is None for a bare one."""

    kind: Expression | None
    name: str
    body: tuple[Statement, ...]


@dataclass(eq=False, slots=True)
class Try(Syntax):
    """``try`` with all its clauses."""

    body: tuple[Statement, ...]
    handlers: tuple[Except, ...]
    otherwise: tuple[Statement, ...]
    final: tuple[Statement, ...]


@dataclass(eq=False, slots=True)
class Match(Syntax):
    """``match subject``; a case is (names it may bind, guard, body)."""

    subject: Expression
    cases: tuple[tuple[tuple[str, ...], Expression | None, tuple[Statement, ...]], ...]


@dataclass(eq=False, slots=True)
class Import(Syntax):
    """``import path as alias``; each entry is (dotted path, alias or "")."""

    names: tuple[tuple[str, str], ...]


@dataclass(eq=False, slots=True)
class ImportFrom(Syntax):
    """``from ..path import name as alias``; ``level`` counts the dots; ``names`` is None for ``*``."""

    level: int
    path: str
    names: tuple[tuple[str, str], ...] | None


Statement: TypeAlias = (
    Assignment
    | Declaration
    | Augmented
    | Evaluate
    | Return
    | Raise
    | Leave
    | Assert
    | Delete
    | Scope
    | If
    | For
    | While
    | With
    | Try
    | Match
    | Import
    | ImportFrom
    | FunctionDefinition
    | ClassDefinition
)
