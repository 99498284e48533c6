"""``count`` and ``for_each``: which instances a block has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...model.guard import ALWAYS, Guard, TooManyCombinations, atom
from ...model.span import Span
from ...model.value import Fields, Items, Known, Provenance, Reference, Sensitive, Unknown, Value, branches
from ...source import hcl_nodes as hcl
from ...source.limits import INSTANCES
from .conditions import assumptions, guard_of
from .leaves import TOO_MANY, text_of, unknown, whole_of
from .render import render
from .scope import Expansion, Instance, Module, Scope

if TYPE_CHECKING:
    from .evaluate import Evaluator


ALL_INSTANCES: Final = 10_000
"""Most instances of all blocks of a root together: far more than one state can hold in practice."""


def expand(evaluator: Evaluator, module: Module, name: str, block: hcl.Block) -> Expansion:
    """Return the instances of a resource, data source or module call (``name`` as references write it); worked out once."""
    found = module.expansions.get(name)
    if found is not None:
        return found
    token = ("expansion", id(module), name)
    session = evaluator.session
    if token in session.active:
        return _uncertain(Scope(module), "the number of instances depends on itself", block.key)
    session.active.add(token)
    session.begin()
    try:
        result = _expand(evaluator, module, name, block)
    except TooManyCombinations:
        result = _uncertain(Scope(module), TOO_MANY, block.key)
    finally:
        session.active.discard(token)
    session.instance_count += len(result.instances)
    module.expansions[name] = result
    return result


def _expand(evaluator: Evaluator, module: Module, name: str, block: hcl.Block) -> Expansion:
    scope = Scope(module)
    count = block.body.attributes.get("count")
    for_each = block.body.attributes.get("for_each")
    address = module.within(name)
    if count is not None:
        scope = assuming(evaluator, count.expression, scope)
        value = evaluator.operand(count.expression, Scope(module))
        return _counted(evaluator, value, scope, count.expression, address)
    if for_each is not None:
        scope = assuming(evaluator, for_each.expression, scope)
        value = evaluator.operand(for_each.expression, Scope(module))
        return _keyed(evaluator, value, scope, for_each.expression, address)
    return Expansion([Instance(None, ALWAYS, scope)])


def assuming(evaluator: Evaluator, expression: hcl.Expression, scope: Scope) -> Scope:
    """Return the scope inside a block that is there only when a test holds: ``count = test ? 1 : 0``.

    ``expression`` is its ``count``, or the ``for_each`` of the block or of a dynamic block.
    """
    while isinstance(expression, hcl.Paren):
        expression = expression.inner
    if isinstance(expression, hcl.Conditional):
        for outcome, other in ((True, expression.when_false), (False, expression.when_true)):
            if _empty(other):
                return scope.assuming(assumptions(evaluator, expression.test, scope, outcome))
    return scope


def _filled(evaluator: Evaluator, expression: hcl.Expression, scope: Scope, words: str) -> Guard:
    """Return when an expression has elements that it lacks by default: a side of a choice only where it is chosen."""
    while isinstance(expression, hcl.Paren):
        expression = expression.inner
    if isinstance(expression, hcl.Conditional):
        test = guard_of(evaluator, expression.test, scope)
        for guard, side, other in (
            (test, expression.when_true, expression.when_false),
            (~test, expression.when_false, expression.when_true),
        ):
            if _empty(other) and not _empty(side):
                return guard & _filled(evaluator, side, scope, words)
    return atom(f"{render(expression, scope)} {words}")


def _empty(expression: hcl.Expression) -> bool:
    if isinstance(expression, hcl.Literal):
        return expression.value == 0
    if isinstance(expression, hcl.Tuple):
        return not expression.items
    return isinstance(expression, hcl.Object) and not expression.entries


def _uncertain(scope: Scope, why: str, span: Span, guard: Guard = ALWAYS, value: Value | None = None) -> Expansion:
    """Return one instance that stands for an unknown number of them."""
    each = Known(Fields({"key": unknown(why, span), "value": value or unknown(why, span)}), (span,))
    count = Known(Fields({"index": unknown(why, span)}), (span,))
    inner = scope.binding({"each": each, "count": count}, "an instance")
    return Expansion([Instance(None, guard, inner)], many=True, unknown=True)


def _too_many(evaluator: Evaluator, scope: Scope, what: str, span: Span) -> Expansion:
    alone = evaluator.session.instance_count < ALL_INSTANCES - INSTANCES
    limit = f"{INSTANCES} instances" if alone else f"{ALL_INSTANCES} instances together with the other blocks"
    evaluator.session.tell(span, f"{what} makes more than {limit}; they are taken as one instance of unknown number")
    return _uncertain(scope, f"there are more than {limit}", span)


def _counted(evaluator: Evaluator, value: Value, scope: Scope, expression: hcl.Expression, address: str) -> Expansion:
    span = expression.span
    guards: dict[int, Guard] = {}
    for guard, leaf in branches(value):
        number = whole_of(leaf)
        if number is None:
            why = leaf.why if isinstance(leaf, Unknown) else "count is known only after deployment"
            return _uncertain(scope, why, span)
        if number > INSTANCES or number + evaluator.session.instance_count > ALL_INSTANCES:
            return _too_many(evaluator, scope, "count", span)
        if number <= 0 and isinstance(leaf, Known) and leaf.provenance is Provenance.DEFAULT and guard.always:
            # Another deployment sets another number, and the resource is there then.
            return _uncertain(scope, "count is 0 by default only", span, _filled(evaluator, expression, scope, "> 0"))
        for index in range(number):
            guards[index] = guards[index] | guard if index in guards else guard
    instances = []
    for index, guard in sorted(guards.items()):
        count = Known(Fields({"index": Known(index, (span,))}), (span,))
        instances.append(Instance(index, guard, scope.binding({"count": count}, f"{address}[{index}]")))
    return Expansion(instances, many=True)


def _keyed(evaluator: Evaluator, value: Value, scope: Scope, expression: hcl.Expression, address: str) -> Expansion:
    span = expression.span
    found: dict[str, tuple[Guard, Value, Value]] = {}
    size = 0
    symbolic = False
    for guard, leaf in branches(value):
        content = leaf.value if isinstance(leaf, Known) else None
        if content is None and isinstance(leaf, Known):
            continue
        if not isinstance(content, (Items, Fields)) or content.openness is not None:
            why = leaf.why if isinstance(leaf, Unknown) else "what for_each runs over is known only after deployment"
            return _uncertain(scope, why, span)
        pairs, _ = evaluator.pairs(leaf, span)
        size += len(pairs)
        if size + evaluator.session.instance_count > ALL_INSTANCES or size > INSTANCES or len(pairs) < _length(content):
            return _too_many(evaluator, scope, "for_each", span)
        if not pairs and isinstance(leaf, Known) and leaf.provenance is Provenance.DEFAULT and guard.always:
            there = _filled(evaluator, expression, scope, "is not empty")
            return _uncertain(scope, "for_each is empty by default only", span, there)
        for inner, key, member in pairs:
            # A set is keyed by its own elements.
            key = member if isinstance(content, Items) else key
            for key_guard, key_leaf in branches(key):
                name = text_of(key_leaf)
                if isinstance(content, Items) and isinstance(key_leaf, Known) and isinstance(key_leaf.value, Reference):
                    # A set of names or ARNs of other resources: each has its own instance, whatever its text will be.
                    symbolic = True
                    name = f"{key_leaf.value.address}.{key_leaf.value.attribute}"
                if name is None or isinstance(name, Sensitive):
                    only = member if len(pairs) == 1 else None
                    return _uncertain(scope, "a key of for_each is known only after deployment", span, value=only)
                both = guard & inner & key_guard
                earlier = found.get(name)
                shown = member if isinstance(content, Fields) else key_leaf
                found[name] = (earlier[0] | both, earlier[1], earlier[2]) if earlier else (both, key_leaf, shown)
    instances = []
    for name, (guard, key, member) in found.items():
        each = Known(Fields({"key": key, "value": member}), (span,))
        instances.append(Instance(name, guard, scope.binding({"each": each}, f'{address}["{name}"]')))
    return Expansion(instances, many=True, symbolic=symbolic)


def _length(content: Items | Fields) -> int:
    return len(content.items) if isinstance(content, Items) else len(content.values)
