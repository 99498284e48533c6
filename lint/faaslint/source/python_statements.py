"""The statements of Python source as typed nodes; see :mod:`.python_syntax`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ..model.record import record
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


@record(frozen=False, eq=False)
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


@record(frozen=False, eq=False)
class ClassDefinition(Syntax):
    """``class name(arguments)``."""

    name: str
    name_start: int
    arguments: tuple[Argument, ...]
    decorators: tuple[Expression, ...]
    body: tuple[Statement, ...]


@record(frozen=False, eq=False)
class Assignment(Syntax):
    """``targets[0] = targets[1] = value``."""

    targets: tuple[Expression, ...]
    value: Expression


@record(frozen=False, eq=False)
class Declaration(Syntax):
    """``target: type`` without a value."""

    target: Expression


@record(frozen=False, eq=False)
class Augmented(Syntax):
    """``target += value``; ``operator`` without the ``=``."""

    target: Expression
    operator: str
    value: Expression


@record(frozen=False, eq=False)
class Evaluate(Syntax):
    """An expression on its own."""

    value: Expression


@record(frozen=False, eq=False)
class Return(Syntax):
    """``return value``."""

    value: Expression | None


@record(frozen=False, eq=False)
class Raise(Syntax):
    """``raise values``."""

    values: tuple[Expression, ...]


@record(frozen=False, eq=False)
class Leave(Syntax):
    """``break`` or ``continue``."""


@record(frozen=False, eq=False)
class Assert(Syntax):
    """``assert values``; the first is the test."""

    values: tuple[Expression, ...]


@record(frozen=False, eq=False)
class Delete(Syntax):
    """``del targets``."""

    targets: tuple[Expression, ...]


@record(frozen=False, eq=False)
class Scope(Syntax):
    """``global`` or ``nonlocal``."""

    kind: str
    names: tuple[str, ...]


@record(frozen=False, eq=False)
class If(Syntax):
    """``if``, ``elif`` and ``else`` (a test of None)."""

    branches: tuple[tuple[Expression | None, tuple[Statement, ...]], ...]


@record(frozen=False, eq=False)
class For(Syntax):
    """``for target in source``."""

    target: Expression
    source: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@record(frozen=False, eq=False)
class While(Syntax):
    """``while test``."""

    test: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@record(frozen=False, eq=False)
class With(Syntax):
    """``with value as target, …``."""

    items: tuple[tuple[Expression, Expression | None], ...]
    body: tuple[Statement, ...]


@record(frozen=False, eq=False)
class Except(Syntax):
    """One ``except`` clause; ``kind`` is None for a bare one."""

    kind: Expression | None
    name: str
    body: tuple[Statement, ...]


@record(frozen=False, eq=False)
class Try(Syntax):
    """``try`` with all its clauses."""

    body: tuple[Statement, ...]
    handlers: tuple[Except, ...]
    otherwise: tuple[Statement, ...]
    final: tuple[Statement, ...]


@record(frozen=False, eq=False)
class Match(Syntax):
    """``match subject``; a case is (names it may bind, guard, body)."""

    subject: Expression
    cases: tuple[tuple[tuple[str, ...], Expression | None, tuple[Statement, ...]], ...]


@record(frozen=False, eq=False)
class Import(Syntax):
    """``import path as alias``; each entry is (dotted path, alias or "")."""

    names: tuple[tuple[str, str], ...]


@record(frozen=False, eq=False)
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
