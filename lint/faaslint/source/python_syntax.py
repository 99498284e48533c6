"""The syntax of Python source as typed nodes, just what data flow needs.

``start`` and ``end`` are byte offsets into the module's text; ``Module.span`` of :mod:`.python` turns a node into a Span.
What has no node of its own here (a slice, a type expression) is :class:`Several`, with the expressions inside it.
Nodes compare by identity.
"""

from __future__ import annotations

from typing import TypeAlias

from ..model.record import record


@record(frozen=False, eq=False)
class Syntax:
    """Anything with a place in the text."""

    start: int
    end: int


@record(frozen=False, eq=False)
class Name(Syntax):
    """A name that is read or bound."""

    name: str


@record(frozen=False, eq=False)
class Literal(Syntax):
    """A constant. Bytes and ``...`` are kept as the kind ``other`` with the value None."""

    value: str | int | float | bool | None
    other: bool = False


@record(frozen=False, eq=False)
class Template(Syntax):
    """An f-string (or a run of strings of which one is): texts and expressions in order."""

    parts: tuple[str | Expression, ...]


@record(frozen=False, eq=False)
class Attribute(Syntax):
    """``value.name``; ``name_start`` is where the name begins."""

    value: Expression
    name: str
    name_start: int


@record(frozen=False, eq=False)
class Subscript(Syntax):
    """``value[index]``."""

    value: Expression
    index: Expression


@record(frozen=False, eq=False)
class Argument(Syntax):
    """One argument of a call: ``name`` for ``name=value``, ``stars`` 1 or 2 for ``*value`` and ``**value``."""

    name: str
    stars: int
    value: Expression


@record(frozen=False, eq=False)
class Call(Syntax):
    """``function(arguments)``."""

    function: Expression
    arguments: tuple[Argument, ...]


@record(frozen=False, eq=False)
class Operation(Syntax):
    """A chain of one operator, left to right (``a + b + c``), or a unary one with a single operand."""

    operator: str
    operands: tuple[Expression, ...]


@record(frozen=False, eq=False)
class Either(Syntax):
    """``and`` or ``or`` over its operands."""

    operator: str
    operands: tuple[Expression, ...]


@record(frozen=False, eq=False)
class Comparison(Syntax):
    """``a < b in c``: operators stand between operands."""

    operators: tuple[str, ...]
    operands: tuple[Expression, ...]


@record(frozen=False, eq=False)
class Conditional(Syntax):
    """``then if test else otherwise``."""

    then: Expression
    test: Expression
    otherwise: Expression


@record(frozen=False, eq=False)
class Display(Syntax):
    """A ``list``, ``tuple`` or ``set`` of elements."""

    kind: str
    elements: tuple[Expression, ...]


@record(frozen=False, eq=False)
class Entries(Syntax):
    """A dictionary display; a key of None is ``**value``."""

    entries: tuple[tuple[Expression | None, Expression], ...]


@record(frozen=False, eq=False)
class Comprehension(Syntax):
    """A comprehension or generator: ``results`` has two elements for a ``dict``. A clause is
    (target, source) or (None, test).
    """

    kind: str
    results: tuple[Expression, ...]
    clauses: tuple[tuple[Expression | None, Expression], ...]


@record(frozen=False, eq=False)
class Star(Syntax):
    """``*value`` outside of a call."""

    value: Expression


@record(frozen=False, eq=False)
class Await(Syntax):
    """``await value``."""

    value: Expression


@record(frozen=False, eq=False)
class Yield(Syntax):
    """``yield value`` or ``yield from value`` (``delegates``)."""

    value: Expression | None
    delegates: bool


@record(frozen=False, eq=False)
class Bound(Syntax):
    """``(name := value)``."""

    name: Name
    value: Expression


@record(frozen=False, eq=False)
class Several(Syntax):
    """An expression of another kind, with the expressions that it holds."""

    children: tuple[Expression, ...]


@record(frozen=False, eq=False)
class Parameter(Syntax):
    """A parameter: ``stars`` 1 for ``*rest``, 2 for ``**options``."""

    name: str
    stars: int
    default: Expression | None
    keyword_only: bool


@record(frozen=False, eq=False)
class Lambda(Syntax):
    """``lambda parameters: value``."""

    parameters: tuple[Parameter, ...]
    value: Expression

    @property
    def name(self) -> str:
        """Return what people call it."""
        return "lambda"


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
