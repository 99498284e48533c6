"""Functions that look at expressions and not only at their values: ``try``, ``can``, and those of sensitive values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ....model.guard import ALWAYS, NEVER, Guard
from ....model.value import Known, Unknown, Value, branches
from ....source import hcl_nodes as hcl
from ..kinds import hidden, is_hidden, revealed
from ..leaves import Failed, failed, known, select, unknown, via
from ..scope import Scope

if TYPE_CHECKING:
    from ..evaluate import Evaluator


def _try(evaluator: Evaluator, call: hcl.Call, scope: Scope) -> Value:
    """Return the first argument that does not fail, branch by branch."""
    found: list[tuple[Guard, Value]] = []
    rest = ALWAYS
    scope = scope.asking()
    for argument in call.arguments:
        failing = NEVER
        for guard, leaf in branches(evaluator.evaluate(argument, scope)):
            if isinstance(leaf, Failed):
                failing = failing | guard
            else:
                found.append((rest & guard, leaf))
        rest = rest & failing
        if not rest.satisfiable():
            break
    else:
        found.append((rest, failed("every argument of try fails", call.span)))
    return select(found, call.span)


def _can(evaluator: Evaluator, call: hcl.Call, scope: Scope) -> Value:
    """Return whether the argument does not fail."""
    if not call.arguments:
        return failed("can needs an argument", call.span)
    found: list[tuple[Guard, Value]] = []
    for guard, leaf in branches(evaluator.evaluate(call.arguments[0], scope.asking())):
        unsure = isinstance(leaf, Unknown) and not isinstance(leaf, Failed)
        found.append((guard, leaf if unsure else known(not isinstance(leaf, Failed), call.span, [leaf])))
    return select(found, call.span)


def _sensitive(evaluator: Evaluator, call: hcl.Call, scope: Scope) -> Value:
    if len(call.arguments) != 1:
        return failed("sensitive needs an argument", call.span)
    evaluator.session.has_secrets = True
    return hidden(evaluator.evaluate(call.arguments[0], scope), call.span)


def _nonsensitive(evaluator: Evaluator, call: hcl.Call, scope: Scope) -> Value:
    """Return the value: the configuration says that it may be seen. Numbers that were hidden are not known any more."""
    if len(call.arguments) != 1:
        return failed("nonsensitive needs an argument", call.span)
    return via(revealed(evaluator.evaluate(call.arguments[0], scope)), call.span)


def _issensitive(evaluator: Evaluator, call: hcl.Call, scope: Scope) -> Value:
    if len(call.arguments) != 1:
        return failed("issensitive needs an argument", call.span)
    value = evaluator.evaluate(call.arguments[0], scope)
    if not is_hidden(value) and not isinstance(value, Known):
        return unknown("the value is known only when Terraform runs", call.span)
    return known(is_hidden(value), call.span)


SPECIAL_FORMS: Final[dict[str, Callable[[Evaluator, hcl.Call, Scope], Value]]] = {
    "try": _try,
    "can": _can,
    "sensitive": _sensitive,
    "nonsensitive": _nonsensitive,
    "issensitive": _issensitive,
}
