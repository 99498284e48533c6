"""Conditions of Terraform as guards.

A test that reads only defaults stays free, because another deployment may set something else; so both branches are
analysed. Tests of one variable that the language spells differently come out as the same atom.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ...model.guard import ALWAYS, NEVER, Guard, atom
from ...model.value import Known, Provenance, Unknown, Value, branches
from ...source import hcl_nodes as hcl
from .leaves import boolean_of, equal, plain_items, text_of, unknown
from .render import followed, render, symbol
from .scope import Scope

if TYPE_CHECKING:
    from .evaluate import Evaluator

FOLLOWED: Final = 40
"""How many variables and locals a test is followed through."""


def guard_of(evaluator: Evaluator, expression: hcl.Expression, scope: Scope, depth: int = 0) -> Guard:
    """Return when a test is true. Raises TooManyCombinations."""
    value = evaluator.evaluate(expression, scope)
    if isinstance(value, Known) and value.provenance is not Provenance.DEFAULT:
        truth = boolean_of(value)
        if truth is not None:
            return ALWAYS if truth else NEVER
    if depth <= FOLLOWED:
        found = _structural(evaluator, expression, scope, depth)
        if found is not None:
            return found
    return _by_branches(value, expression, scope)


def _by_branches(value: Value, expression: hcl.Expression, scope: Scope) -> Guard:
    result = NEVER
    for guard, leaf in branches(value):
        truth = boolean_of(leaf)
        if truth is None or (isinstance(leaf, Known) and leaf.provenance is Provenance.DEFAULT):
            result = result | (guard & atom(render(expression, scope)))
        elif truth:
            result = result | guard
    return result


def _structural(evaluator: Evaluator, expression: hcl.Expression, scope: Scope, depth: int) -> Guard | None:
    """Return the guard that follows from the form of a test, None where the form says nothing."""
    if isinstance(expression, hcl.Paren):
        return guard_of(evaluator, expression.inner, scope, depth)
    if isinstance(expression, hcl.Unary) and expression.operator == "!":
        return ~guard_of(evaluator, expression.operand, scope, depth + 1)
    if isinstance(expression, hcl.Template) and len(expression.parts) == 1:
        part = expression.parts[0]
        if not isinstance(part, (hcl.Text, hcl.TextChoice, hcl.TextLoop)):
            return guard_of(evaluator, part, scope, depth + 1)
    if isinstance(expression, hcl.Binary):
        if expression.operator in ("&&", "||"):
            left = guard_of(evaluator, expression.left, scope, depth + 1)
            right = guard_of(evaluator, expression.right, scope, depth + 1)
            return left & right if expression.operator == "&&" else left | right
        if expression.operator == "==":
            return _comparison(evaluator, expression, scope, depth)
        if expression.operator == "!=":
            same = _comparison(evaluator, expression, scope, depth)
            return None if same is None else ~same
        return None
    if isinstance(expression, hcl.Conditional):
        test = guard_of(evaluator, expression.test, scope, depth + 1)
        when_true = guard_of(evaluator, expression.when_true, scope, depth + 1)
        when_false = guard_of(evaluator, expression.when_false, scope, depth + 1)
        return (test & when_true) | (~test & when_false)
    if isinstance(expression, hcl.Traversal):
        target = followed(expression, scope)
        if target is not None:
            return guard_of(evaluator, target[0], target[1], depth + 1)
    if isinstance(expression, hcl.Call):
        if expression.name in ("tobool", "nonsensitive", "sensitive") and len(expression.arguments) == 1:
            return guard_of(evaluator, expression.arguments[0], scope, depth + 1)
        if expression.name == "contains" and len(expression.arguments) == 2:
            return _membership(evaluator, expression, scope, depth)
        if expression.name == "try" and expression.arguments:
            first = evaluator.evaluate(expression.arguments[0], scope.asking())
            if not any(isinstance(leaf, Unknown) for _, leaf in branches(first)):
                # It does not fail, so it is what is asked.
                return guard_of(evaluator, expression.arguments[0], scope, depth + 1)
    return None


def _comparison(evaluator: Evaluator, expression: hcl.Binary, scope: Scope, depth: int) -> Guard | None:
    """Return when ``subject == literal`` holds; comparisons of one subject with different literals exclude each other."""
    for subject, other in ((expression.left, expression.right), (expression.right, expression.left)):
        value = evaluator.evaluate(other, scope)
        if not isinstance(value, Known) or value.provenance is Provenance.DEFAULT:
            continue
        if value.value is not None and text_of(value) is None:
            continue
        return _equals(evaluator, subject, value, scope, depth)
    return None


def _equals(evaluator: Evaluator, subject: hcl.Expression, literal: Known, scope: Scope, depth: int) -> Guard | None:
    if isinstance(literal.value, bool):
        guard = guard_of(evaluator, subject, scope, depth + 1)
        return guard if literal.value else ~guard
    value = evaluator.operand(subject, scope)
    free = has_value(symbol(subject, scope), literal)
    result = NEVER
    for guard, leaf in branches(value):
        same = equal(leaf, literal)
        if same is None or (isinstance(leaf, Known) and leaf.provenance is Provenance.DEFAULT):
            result = result | (guard & free)
        elif same:
            result = result | guard
    return result


def has_value(name: str, literal: Known) -> Guard:
    """Return when what is called ``name`` has a plain value."""
    if isinstance(literal.value, bool):
        return atom(name) if literal.value else ~atom(name)
    shown = "null" if literal.value is None else f"'{literal.value}'" if isinstance(literal.value, str) else text_of(literal)
    return atom(f"{name} == {shown}", group=name)


def _membership(evaluator: Evaluator, expression: hcl.Call, scope: Scope, depth: int) -> Guard | None:
    """Return when ``contains([literals], subject)`` holds."""
    collection = evaluator.evaluate(expression.arguments[0], scope)
    members = plain_items(collection) if isinstance(collection, Known) else None
    if (
        members is None
        or len(members) > 20
        or (isinstance(collection, Known) and collection.provenance is Provenance.DEFAULT)
    ):
        return None
    result = NEVER
    for member in members:
        if not isinstance(member, Known) or text_of(member) is None:
            return None
        one = _equals(evaluator, expression.arguments[1], member, scope, depth + 1)
        if one is None:
            return None
        result = result | one
    return result


def assumptions(evaluator: Evaluator, test: hcl.Expression, scope: Scope, outcome: bool) -> dict[str, Value]:
    """Return what a test, once true (or false), says about the variables that it names.

    ``var.x == "a"`` makes the variable ``"a"``. Where a default decides the test the other way, the one variable that the
    test names can't have its default: its value is unknown then.
    """
    test = _behind_locals(test, scope)
    if isinstance(test, hcl.Unary) and test.operator == "!":
        return assumptions(evaluator, test.operand, scope, not outcome)
    if isinstance(test, hcl.Binary):
        if test.operator == ("&&" if outcome else "||"):
            return {
                **assumptions(evaluator, test.left, scope, outcome),
                **assumptions(evaluator, test.right, scope, outcome),
            }
        if test.operator in ("==", "!=") and outcome is (test.operator == "=="):
            for subject, other in ((test.left, test.right), (test.right, test.left)):
                name = _variable(subject)
                value = evaluator.evaluate(other, scope) if name else None
                if name and isinstance(value, Known) and value.provenance is Provenance.LITERAL:
                    return {name: value}
    names = _variables(test)
    if len(names) != 1:
        return {}
    value = evaluator.evaluate(test, scope)
    if not isinstance(value, Known) or value.provenance is not Provenance.DEFAULT or boolean_of(value) in (None, outcome):
        return {}
    (name,) = names
    if _variable(test) == name:
        return {name: Known(outcome, (test.span,))}
    return {name: unknown(f"variable '{name}' has another value than its default then", test.span, f"var.{name}")}


def _behind_locals(test: hcl.Expression, scope: Scope) -> hcl.Expression:
    """Return the test that a local holds: what it says, it says of the variables of the same module."""
    for _ in range(FOLLOWED):
        if isinstance(test, hcl.Paren):
            test = test.inner
        elif isinstance(test, hcl.Traversal) and test.root == "local" and (target := followed(test, scope)) is not None:
            test, scope = target
        else:
            break
    return test


def alternatives(
    evaluator: Evaluator, parts: Sequence[hcl.TemplatePart], scope: Scope
) -> list[tuple[Guard, Sequence[hcl.TemplatePart], Scope]] | None:
    """Return the texts that a template with one choice in it stands for, None where the choice says nothing of the rest.

    In ``"${var.n} ${var.n == 1 ? "day" : "days"}"`` the first hole can't have the default 1 beside ``days``.
    """
    places = [place for place, part in enumerate(parts) if isinstance(part, hcl.Conditional)]
    holes = sum(not isinstance(part, hcl.Text) for part in parts)
    if len(places) != 1 or holes == 1:
        return None
    place = places[0]
    choice = parts[place]
    assert isinstance(choice, hcl.Conditional)
    sides = ((True, choice.when_true), (False, choice.when_false))
    told = [(side, assumptions(evaluator, choice.test, scope, outcome)) for outcome, side in sides]
    guard = guard_of(evaluator, choice.test, scope)
    if not any(assumed for _, assumed in told) or guard.always or not guard.satisfiable():
        return None
    guards = (guard, ~guard)
    return [
        (given, (*parts[:place], side, *parts[place + 1 :]), scope.assuming(assumed))
        for given, (side, assumed) in zip(guards, told, strict=True)
    ]


def _variable(expression: hcl.Expression) -> str | None:
    """Return the name where the expression is just ``var.name``."""
    if isinstance(expression, hcl.Traversal) and expression.root == "var" and len(expression.steps) == 1:
        step = expression.steps[0]
        return step.name if isinstance(step, hcl.GetAttribute) else None
    return None


def _variables(test: hcl.Expression) -> set[str]:
    """Return the variables that a test names."""
    found: set[str] = set()
    pending: list[hcl.Expression] = [test]
    while pending:
        part = pending.pop()
        if isinstance(part, hcl.Traversal):
            if part.root == "var" and part.steps and isinstance(part.steps[0], hcl.GetAttribute):
                found.add(part.steps[0].name)
            elif part.root in ("local", "module", "each"):
                # What these stand for may read any number of variables.
                return set()
        elif isinstance(part, hcl.Binary):
            pending += (part.left, part.right)
        elif isinstance(part, hcl.Unary):
            pending.append(part.operand)
        elif isinstance(part, hcl.Paren):
            pending.append(part.inner)
        elif isinstance(part, hcl.Call):
            pending += part.arguments
        elif not isinstance(part, hcl.Literal):
            return set()
    return found
