"""What HCL text is made of: bodies, blocks, attributes and expressions, each with a span.

The classes are plain records. They are compared by identity, so that an expression can key a cache.
"""

from __future__ import annotations

from typing import TypeAlias

from ..model.record import field, record
from ..model.span import Span
from .tree import ParseFailure


@record(frozen=False, eq=False)
class Literal:
    """A number, boolean, null, or a quoted text without holes."""

    value: str | int | float | bool | None
    span: Span


@record(frozen=False, eq=False)
class Text:
    """A stretch of literal text in a template.

    ``lines`` holds, for each line of ``text``, where its first kept character stands. ``verbatim`` says that the columns
    of a line count on from there (heredocs and files; quoted text has escapes).
    """

    text: str
    span: Span
    lines: tuple[Span, ...]
    verbatim: bool = True


@record(frozen=False, eq=False)
class TextChoice:
    """``%{ if test } … %{ else } … %{ endif }`` inside a template."""

    test: Expression
    when_true: tuple[TemplatePart, ...]
    when_false: tuple[TemplatePart, ...]
    span: Span


@record(frozen=False, eq=False)
class TextLoop:
    """``%{ for key, value in collection } … %{ endfor }`` inside a template."""

    key: str
    value: str
    collection: Expression
    parts: tuple[TemplatePart, ...]
    span: Span


@record(frozen=False, eq=False)
class Template:
    """A text with holes, or any heredoc."""

    parts: tuple[TemplatePart, ...]
    span: Span
    heredoc: bool = False


@record(frozen=False, eq=False)
class GetAttribute:
    """``.name`` behind a term."""

    name: str
    span: Span


@record(frozen=False, eq=False)
class GetIndex:
    """``[key]`` behind a term (also the old ``.0``)."""

    key: Expression
    span: Span


@record(frozen=False, eq=False)
class Splat:
    """``[*]`` or ``.*`` behind a term, with the steps that are taken on each element."""

    steps: tuple[Step, ...]
    span: Span


@record(frozen=False, eq=False)
class Traversal:
    """A name and the steps behind it: ``aws_sqs_queue.q[0].arn``."""

    root: str
    steps: tuple[Step, ...]
    span: Span


@record(frozen=False, eq=False)
class Access:
    """Steps behind something that is not a name: ``f(x)[0].id``, ``{…}["a"]``, ``(…).*``."""

    source: Expression
    steps: tuple[Step, ...]
    span: Span


@record(frozen=False, eq=False)
class Call:
    """A function call; ``expanded`` says that the last argument is spread (``f(list...)``)."""

    name: str
    arguments: tuple[Expression, ...]
    expanded: bool
    span: Span


@record(frozen=False, eq=False)
class Conditional:
    """``test ? when_true : when_false``."""

    test: Expression
    when_true: Expression
    when_false: Expression
    span: Span


@record(frozen=False, eq=False)
class Binary:
    """An operator between two operands."""

    operator: str
    left: Expression
    right: Expression
    span: Span


@record(frozen=False, eq=False)
class Unary:
    """``!x`` or ``-x``."""

    operator: str
    operand: Expression
    span: Span


@record(frozen=False, eq=False)
class ForTuple:
    """``[for key, value in collection : result if test]``; ``key`` is empty where only the value is named."""

    key: str
    value: str
    collection: Expression
    result: Expression
    test: Expression | None
    span: Span


@record(frozen=False, eq=False)
class ForObject:
    """``{for key, value in collection : result_key => result if test}``; ``grouped`` stands for ``...``."""

    key: str
    value: str
    collection: Expression
    result_key: Expression
    result: Expression
    grouped: bool
    test: Expression | None
    span: Span


@record(frozen=False, eq=False)
class Tuple:
    """``[a, b]``."""

    items: tuple[Expression, ...]
    span: Span


@record(frozen=False, eq=False)
class Object:
    """``{ key = value }``; a key that is a bare name is a Literal."""

    entries: tuple[tuple[Expression, Expression], ...]
    span: Span


@record(frozen=False, eq=False)
class Paren:
    """An expression in parentheses."""

    inner: Expression
    span: Span


@record(frozen=False, eq=False)
class Malformed:
    """An expression that can't be read; ``message`` says why."""

    message: str
    span: Span


Expression: TypeAlias = (
    Literal
    | Template
    | Traversal
    | Access
    | Call
    | Conditional
    | Binary
    | Unary
    | ForTuple
    | ForObject
    | Tuple
    | Object
    | Paren
    | Malformed
)
TemplatePart: TypeAlias = Text | TextChoice | TextLoop | Expression
Step: TypeAlias = GetAttribute | GetIndex | Splat


@record(frozen=False, eq=False)
class Attribute:
    """``name = expression``; ``key`` is the span of the name."""

    name: str
    key: Span
    expression: Expression


@record(frozen=False, eq=False)
class Label:
    """One label of a block; the span covers the label with its quotes."""

    text: str
    span: Span


@record(frozen=False, eq=False)
class Block:
    """``type "label" { body }``; ``key`` is the span of the type word."""

    type: str
    key: Span
    labels: tuple[Label, ...]
    body: Body
    span: Span


@record(frozen=False, eq=False)
class Body:
    """Attributes by name, and blocks in the order of the text.

    ``broken`` is set where a part of this body, or of one inside it, could not be read. ``problems`` (only on the body of
    a whole file) are the syntax errors, each with what was expected.
    """

    attributes: dict[str, Attribute]
    blocks: tuple[Block, ...]
    span: Span
    broken: Span | None = None
    problems: tuple[ParseFailure, ...] = field(default=())

    def of_type(self, *types: str) -> list[Block]:
        """Return the blocks of these types, in order."""
        return [block for block in self.blocks if block.type in types]
