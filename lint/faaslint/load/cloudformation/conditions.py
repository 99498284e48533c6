"""The conditions of a template, as guards over what a deployment decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...model.guard import ALWAYS, NEVER, Guard, TooManyCombinations, atom
from ...model.span import Span
from ...model.value import Leaf, Pattern, Reference, Unknown, jointly
from ...source.tree import Mapping, Scalar, Sequence, Tree
from .parameters import equals
from .text import scalar_text

if TYPE_CHECKING:
    from .evaluate import Evaluator

CHAIN_LIMIT: Final = 100
"""Longest chain of conditions that name one another. Real templates have two or three links."""

_SHORT: Final = {
    "!And": "Fn::And",
    "!Or": "Fn::Or",
    "!Not": "Fn::Not",
    "!Equals": "Fn::Equals",
    "!Condition": "Condition",
}


class Conditions:
    """Named conditions, read when first asked for."""

    def __init__(self, section: Tree | None, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._scope = evaluator.scope
        self._trees: dict[str, Tree] = {}
        self._keys: dict[str, Span] = {}
        self._guards: dict[str, Guard] = {}
        self._open: set[str] = set()
        if isinstance(section, Mapping):
            self.declare(section)

    def declare(self, section: Mapping) -> None:
        """Take in the conditions of a section."""
        for key, tree in section.entries:
            self._trees[str(key.value)] = tree
            self._keys[str(key.value)] = key.span

    def read_all(self) -> None:
        """Read every condition in the order of the template."""
        for name in [one for one in self._trees if not one.startswith("Fn::ForEach::")]:
            self.named(name, self._keys[name])

    def named(self, name: str, where: Span) -> Guard:
        """Return the guard of a condition that ``where`` asks for."""
        guard = self._guards.get(name)
        if guard is not None:
            return guard
        tree = self._trees.get(name)
        if tree is None:
            self._evaluator.problem(where, f"there is no condition '{name}' in this template")
            guard = atom(self._scope + name)
        elif name in self._open:
            self._evaluator.problem(self._keys[name], f"the condition '{name}' depends on itself")
            return atom(self._scope + name)
        elif len(self._open) > CHAIN_LIMIT:
            return atom(self._scope + name)
        else:
            self._open.add(name)
            try:
                guard = self.formula(tree).named(self._scope + name)
            except TooManyCombinations:
                guard = atom(self._scope + name)
            self._open.discard(name)
        self._guards[name] = guard
        return guard

    def formula(self, tree: Tree) -> Guard:
        """Return the guard that a condition function amounts to. May raise TooManyCombinations."""
        function, argument = self._function(tree)
        if function == "Condition" and isinstance(argument, Scalar) and isinstance(argument.value, str):
            return self.named(argument.value, argument.span)
        items = argument.items if isinstance(argument, Sequence) else None
        if items is not None and function == "Fn::Equals" and len(items) == 2:
            return self._equal(items[0], items[1], tree.span)
        if items is not None and function == "Fn::Not" and len(items) == 1:
            return ~self.formula(items[0])
        if items and function in ("Fn::And", "Fn::Or"):
            result = ALWAYS if function == "Fn::And" else NEVER
            for item in items:
                inner = self.formula(item)
                result = result & inner if function == "Fn::And" else result | inner
            return result
        self._evaluator.problem(
            tree.span, "a condition was expected here: Fn::Equals, Fn::And, Fn::Or, Fn::Not or the name of another one"
        )
        return atom(f"the condition at line {tree.span.line}{self._of()}")

    def _function(self, tree: Tree) -> tuple[str, Tree | None]:
        if tree.tag in _SHORT:
            return _SHORT[tree.tag], tree
        if isinstance(tree, Mapping) and len(tree.entries) == 1:
            key, argument = tree.entries[0]
            return str(key.value), argument
        return "", None

    def _equal(self, left: Tree, right: Tree, where: Span) -> Guard:
        first = self._evaluator.free_value(left)
        second = self._evaluator.free_value(right)
        result = NEVER
        for guard, (one, other) in jointly(first, second):
            same = self._same(one, other, where)
            result = result | (guard & same)
        return result

    def _of(self) -> str:
        return f" of {self._scope[:-1]}" if self._scope else ""

    def _same(self, left: Leaf, right: Leaf, where: Span) -> Guard:
        texts = scalar_text(left), scalar_text(right)
        if texts[0] is not None and texts[1] is not None:
            return ALWAYS if texts[0] == texts[1] else NEVER
        names = self._name(left), self._name(right)
        if names[0] is not None and names[1] is not None:
            return ALWAYS if names[0] == names[1] else atom(" == ".join(sorted((names[0], names[1]))))
        if names[0] is not None and texts[1] is not None:
            return equals(names[0], texts[1])
        if names[1] is not None and texts[0] is not None:
            return equals(names[1], texts[0])
        return atom(f"the test at line {where.line}, column {where.column}{self._of()}")

    def _name(self, leaf: Leaf) -> str | None:
        """Return what to call something unknown, None where two of the name may differ."""
        if isinstance(leaf, Unknown):
            return leaf.symbol.removeprefix("parameter ") if leaf.symbol else None
        if isinstance(leaf.value, Reference):
            return self._evaluator.called(leaf.value)
        if not isinstance(leaf.value, Pattern):
            return None
        text = self._evaluator.called_text(leaf.value)
        # A hole without a name is shown as "…": two such texts need not be equal.
        return None if "…" in text else text
