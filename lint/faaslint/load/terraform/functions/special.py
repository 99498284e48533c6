"""Functions that look at expressions and not only at their values: ``try`` and ``can``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ....model.guard import ALWAYS, NEVER, Guard
from ....model.value import Unknown, Value, branches
from ....source import hcl_nodes as hcl
from ..leaves import Failed, failed, known, select
from ..scope import Scope

if TYPE_CHECKING:
    from ..evaluate import Evaluator


def _try(evaluator: Evaluator, call: hcl.Call, scope: Scope) -> Value:
    """Return the first argument that does not fail, branch by branch."""
    found: list[tuple[Guard, Value]] = []
    rest = ALWAYS
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
    for guard, leaf in branches(evaluator.evaluate(call.arguments[0], scope)):
        unsure = isinstance(leaf, Unknown) and not isinstance(leaf, Failed)
        found.append((guard, leaf if unsure else known(not isinstance(leaf, Failed), call.span, [leaf])))
    return select(found, call.span)


SPECIAL_FORMS: Final[dict[str, Callable[[Evaluator, hcl.Call, Scope], Value]]] = {"try": _try, "can": _can}
