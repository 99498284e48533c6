"""Whether the handler of a custom resource answers when the resource is deleted, by the form of its source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ...source.python_statements import (
    Assignment,
    For,
    FunctionDefinition,
    If,
    Match,
    Raise,
    Return,
    Statement,
    Try,
    While,
    With,
)
from ...source.python_syntax import (
    Attribute,
    Call,
    Comparison,
    Display,
    Either,
    Expression,
    Literal,
    Name,
    Operation,
    Subscript,
    Syntax,
)
from ...source.python_walk import inside

_KIND: Final = "RequestType"
_DELETION: Final = "Delete"
_ONLY_TELL: Final = frozenset({"print", "pprint", "dumps", "str", "repr", "len", "info", "debug", "warning", "error",
                               "exception", "log", "critical", "get", "dict", "deepcopy", "copy"})  # fmt: skip
"""Calls that get the event and surely answer nobody with it."""


def ignores_deletion(definition: FunctionDefinition) -> bool:
    """Return whether nothing that runs on a deletion gets the event, in a handler that asks what is requested.

    Whatever gets the whole event, or its ResponseURL, is taken to answer. What an ``except`` clause does is not looked at,
    but for what the body raises itself.
    """
    if not definition.parameters or definition.decorators or definition.is_async:
        return False
    walk = _Walk(definition.parameters[0].name, definition.body)
    walk.block(definition.body)
    return walk.decided and not walk.answers


class _Walk:
    """Follows the statements that a deletion may reach."""

    def __init__(self, event: str, body: tuple[Statement, ...]) -> None:
        self.event = event
        self.names: set[str] = set()
        """Names that hold the kind of the request."""
        self.answers = False
        self.decided = False
        for node in inside(body, inner_functions=False):
            if isinstance(node, Assignment) and self._is_kind(node.value):
                self.names.update(target.name for target in node.targets if isinstance(target, Name))

    def block(self, body: tuple[Statement, ...]) -> bool:
        """Follow statements; return whether the end of the block can't be reached."""
        return any(self._statement(statement) for statement in body)

    def _statement(self, node: Statement) -> bool:
        if isinstance(node, If):
            return self._choice(node)
        if isinstance(node, Try):
            ends = self.block(node.body) or self.block(node.otherwise)
            if any(isinstance(one, Raise) for one in inside(node.body, inner_functions=False)):
                for clause in node.handlers:
                    self.block(clause.body)
            return self.block(node.final) or ends
        if isinstance(node, With):
            self._look([value for value, _ in node.items])
            return self.block(node.body)
        if isinstance(node, (For, While, Match)):
            self._look([node])
            return False
        self._look([node])
        return isinstance(node, (Return, Raise))

    def _choice(self, node: If) -> bool:
        ends = True
        for test, body in node.branches:
            truth = True if test is None else self._truth(test)
            if test is not None:
                self.decided = self.decided or truth is not None
                self._look([test])
            if truth is not False:
                ends = self.block(body) and ends
            if truth is True:
                return ends
        return False

    def _look(self, nodes: Iterable[Syntax]) -> None:
        for one in inside(nodes, inner_functions=False):
            if isinstance(one, Subscript) and isinstance(one.index, Literal) and one.index.value == "ResponseURL":
                self.answers = True
            elif isinstance(one, Call) and any(self._is_event(argument.value) for argument in one.arguments):
                name = one.function.name if isinstance(one.function, (Name, Attribute)) else ""
                self.answers = self.answers or name not in _ONLY_TELL
            elif isinstance(one, Call) and any(
                isinstance(argument.value, Literal) and argument.value.value == "ResponseURL" for argument in one.arguments
            ):
                self.answers = True

    def _is_event(self, value: Expression) -> bool:
        return isinstance(value, Name) and value.name == self.event

    def _is_kind(self, value: Expression) -> bool:
        """Return whether an expression is the kind of the request."""
        if isinstance(value, Name):
            return value.name in self.names
        if isinstance(value, Subscript):
            return self._is_event(value.value) and isinstance(value.index, Literal) and value.index.value == _KIND
        if isinstance(value, Call) and isinstance(value.function, Attribute) and value.function.name == "get":
            first = value.arguments[0].value if value.arguments else None
            return self._is_event(value.function.value) and isinstance(first, Literal) and first.value == _KIND
        return False

    def _truth(self, test: Expression) -> bool | None:
        """Return what a test gives on a deletion, None where that can't be known."""
        if isinstance(test, Operation) and test.operator == "not" and len(test.operands) == 1:
            inner = self._truth(test.operands[0])
            return None if inner is None else not inner
        if isinstance(test, Either):
            truths = [self._truth(operand) for operand in test.operands]
            if test.operator == "and":
                return False if False in truths else None if None in truths else True
            return True if True in truths else None if None in truths else False
        if isinstance(test, Comparison) and len(test.operands) == 2:
            left, right = test.operands
            (operator,) = test.operators
            if operator in ("==", "!="):
                other = right if self._is_kind(left) else left if self._is_kind(right) else None
                if isinstance(other, Literal):
                    return (other.value == _DELETION) == (operator == "==")
            if operator in ("in", "not in") and self._is_kind(left) and isinstance(right, Display):
                texts = [one.value for one in right.elements if isinstance(one, Literal)]
                if len(texts) == len(right.elements):
                    return (_DELETION in texts) == (operator == "in")
        return None
