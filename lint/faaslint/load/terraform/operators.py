"""The operators of the language, over leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...model.span import Span
from ...model.value import Known, Leaf, Reference, Sensitive, Unknown, describe_part
from .leaves import Failed, boolean_of, equal, failed, known, number_of, text_of, unknown

NUMBER_LIMIT: Final = 1e300
"""Numbers beyond this are not computed: no setting of a cloud has one."""


def unary(operator: str, operand: Leaf, span: Span) -> Leaf:
    """Return ``!operand`` or ``-operand``."""
    if operator == "!":
        truth = boolean_of(operand)
        if truth is not None:
            return known(not truth, span, [operand])
    else:
        number = number_of(operand)
        if number is not None:
            return known(-number, span, [operand])
    return _unresolved(f"{operator}{symbol_of(operand)}", [operand], span)


def binary(operator: str, leaves: Sequence[Leaf], span: Span) -> Leaf:
    """Return ``left operator right``."""
    left, right = leaves
    if operator in ("==", "!="):
        same = equal(left, right)
        if same is not None:
            return known(same is (operator == "=="), span, leaves)
    elif operator in ("&&", "||"):
        decisive = operator == "||"
        truths = [boolean_of(left), boolean_of(right)]
        if decisive in truths:
            return known(decisive, span, [leaf for leaf, truth in zip(leaves, truths, strict=True) if truth is decisive])
        if None not in truths:
            return known(not decisive, span, leaves)
    else:
        first, second = number_of(left), number_of(right)
        if first is not None and second is not None:
            return _arithmetic(operator, first, second, leaves, span)
    return _unresolved(f"{symbol_of(left)} {operator} {symbol_of(right)}", leaves, span)


def _arithmetic(operator: str, first: float, second: float, leaves: Sequence[Leaf], span: Span) -> Leaf:
    if operator == "<":
        return known(first < second, span, leaves)
    if operator == ">":
        return known(first > second, span, leaves)
    if operator == "<=":
        return known(first <= second, span, leaves)
    if operator == ">=":
        return known(first >= second, span, leaves)
    if operator in ("/", "%") and second == 0:
        return unknown("it is divided by zero", span)
    if abs(first) > NUMBER_LIMIT or abs(second) > NUMBER_LIMIT or (operator == "*" and abs(first) > 1e150 < abs(second)):
        return unknown("the number is too large", span)
    result: int | float
    if operator == "+":
        result = first + second
    elif operator == "-":
        result = first - second
    elif operator == "*":
        result = first * second
    elif operator == "/":
        exact = isinstance(first, int) and isinstance(second, int) and first % second == 0
        result = first // second if exact else first / second
    else:
        remainder = abs(first) % abs(second)
        result = remainder if first >= 0 else -remainder
    if isinstance(result, float) and result.is_integer() and abs(result) < 1e15:
        result = int(result)
    return known(result, span, leaves)


def symbol_of(leaf: Leaf) -> str:
    """Return a name for the content of a leaf: equal names, equal content. Empty where there is none."""
    if isinstance(leaf, Unknown):
        return leaf.symbol or ""
    if isinstance(leaf.value, Reference):
        return describe_part(leaf.value)
    text = text_of(leaf)
    if isinstance(text, Sensitive):
        return ""
    return repr(text) if text is not None and len(text) < 100 else ""


def _unresolved(symbol: str, leaves: Sequence[Leaf], span: Span) -> Leaf:
    """Return the Unknown for an operation with operands that are not known."""
    named = all(symbol_of(leaf) for leaf in leaves)
    broken = next((leaf for leaf in leaves if isinstance(leaf, Failed)), None)
    if broken is not None:
        return failed(broken.why, span)
    for leaf in leaves:
        if isinstance(leaf, Unknown):
            return unknown(leaf.why, span, symbol if named and len(symbol) < 300 else None)
    if any(isinstance(leaf, Known) and (leaf.value is None or isinstance(leaf.value, str)) for leaf in leaves):
        return failed("an operand is not of the type that the operator needs", span)
    return unknown("the operands are known only after deployment", span, symbol if named and len(symbol) < 300 else None)
