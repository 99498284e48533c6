"""The syntax of Python source as typed nodes, just what data flow needs.

``start`` and ``end`` are byte offsets into the module's text; ``Module.span`` of :mod:`.python` turns a node into a Span.
What has no node of its own here (a slice, a type expression) is :class:`Several`, with the expressions inside it.
Nodes compare by identity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(eq=False, slots=True)
class Syntax:
    """Anything with a place in the text."""

    start: int
    end: int


@dataclass(eq=False, slots=True)
class Name(Syntax):
    """A name that is read or bound."""

    name: str


@dataclass(eq=False, slots=True)
class Literal(Syntax):
    """A constant. Bytes and ``...`` are kept as the kind ``other`` with the value None."""

    value: str | int | float | bool | None
    other: bool = False


@dataclass(eq=False, slots=True)
class Template(Syntax):
    """An f-string (or a run of strings of which one is): texts and expressions in order."""

    parts: tuple[str | Expression, ...]


@dataclass(eq=False, slots=True)
class Attribute(Syntax):
    """``value.name``; ``name_start`` is where the name begins."""

    value: Expression
    name: str
    name_start: int


@dataclass(eq=False, slots=True)
class Subscript(Syntax):
    """``value[index]``."""

    value: Expression
    index: Expression


@dataclass(eq=False, slots=True)
class Argument(Syntax):
    """One argument of a call: ``name`` for ``name=value``, ``stars`` 1 or 2 for ``*value`` and ``**value``."""

    name: str
    stars: int
    value: Expression


@dataclass(eq=False, slots=True)
class Call(Syntax):
    """``function(arguments)``."""

    function: Expression
    arguments: tuple[Argument, ...]


@dataclass(eq=False, slots=True)
class Operation(Syntax):
    """A chain of one operator, left to right (``a + b + c``), or a unary one with a single operand."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(eq=False, slots=True)
class Either(Syntax):
    """``and`` or ``or`` over its operands."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(eq=False, slots=True)
class Comparison(Syntax):
    """``a < b in c``: operators stand between operands."""

    operators: tuple[str, ...]
    operands: tuple[Expression, ...]


@dataclass(eq=False, slots=True)
class Conditional(Syntax):
    """``then if test else otherwise``."""

    then: Expression
    test: Expression
    otherwise: Expression


@dataclass(eq=False, slots=True)
class Display(Syntax):
    """A ``list``, ``tuple`` or ``set`` of elements."""

    kind: str
    elements: tuple[Expression, ...]


@dataclass(eq=False, slots=True)
class Entries(Syntax):
    """A dictionary display; a key of None is ``**value``."""

    entries: tuple[tuple[Expression | None, Expression], ...]


@dataclass(eq=False, slots=True)
class Comprehension(Syntax):
    """A comprehension or generator: ``results`` has two elements for a ``dict``. A clause is (target, source) or (None, test)."""

    kind: str
    results: tuple[Expression, ...]
    clauses: tuple[tuple[Expression | None, Expression], ...]


@dataclass(eq=False, slots=True)
class Star(Syntax):
    """``*value`` outside of a call."""

    value: Expression


@dataclass(eq=False, slots=True)
class Await(Syntax):
    """``await value``."""

    value: Expression


@dataclass(eq=False, slots=True)
class Yield(Syntax):
    """``yield value`` or ``yield from value`` (``delegates``)."""

    value: Expression | None
    delegates: bool


@dataclass(eq=False, slots=True)
class Bound(Syntax):
    """``(name := value)``."""

    name: Name
    value: Expression


@dataclass(eq=False, slots=True)
class Several(Syntax):
    """An expression of another kind, with the expressions that it holds."""

    children: tuple[Expression, ...]


@dataclass(eq=False, slots=True)
class Parameter(Syntax):
    """A parameter: ``stars`` 1 for ``*rest``, 2 for ``**options``."""

    name: str
    stars: int
    default: Expression | None
    keyword_only: bool


class _Lazy:
    """A body that is read when it is first asked for: most functions of a package are never reached."""

    __slots__ = ("_body", "_read")

    def __init__(self, read: Callable[[], tuple[Statement, ...]]) -> None:
        self._read: Callable[[], tuple[Statement, ...]] | None = read
        self._body: tuple[Statement, ...] = ()

    def get(self) -> tuple[Statement, ...]:
        if self._read is not None:
            self._body = self._read()
            self._read = None
        return self._body


@dataclass(eq=False, slots=True)
class Lambda(Syntax):
    """``lambda parameters: value``."""

    parameters: tuple[Parameter, ...]
    value: Expression

    @property
    def name(self) -> str:
        """Return what people call it."""
        return "lambda"


@dataclass(eq=False, slots=True)
class FunctionDefinition(Syntax):
    """``def name(parameters)``; ``start`` is that of the ``def`` line, decorators stand before it."""

    name: str
    name_start: int
    parameters: tuple[Parameter, ...]
    decorators: tuple[Expression, ...]
    is_async: bool
    contents: _Lazy

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


Expression: TypeAlias = (
    Name
    | Literal
    | Template
    | Attribute
    | Subscript
    | Call
    | Operation
    | Either
    | Comparison
    | Conditional
    | Display
    | Entries
    | Comprehension
    | Star
    | Await
    | Yield
    | Bound
    | Several
    | Lambda
)
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
