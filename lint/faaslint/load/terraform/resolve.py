"""Names and the steps behind them: variables, locals, modules, resources, data sources; attributes, indexes, splats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...model.guard import ALWAYS, Guard
from ...model.span import Span
from ...model.value import Fields, Item, Items, Known, Leaf, Provenance, Reference, Unknown, Value, choose
from ...source import hcl_nodes as hcl
from .kinds import SetItems
from .leaves import Failed, failed, lift, text_of, unknown, unknown_number, via, whole_of
from .operators import symbol_of
from .scope import Expansion, Key, Scope, key_text

if TYPE_CHECKING:
    from .evaluate import Evaluator

POSITIONS = 64
"""Longest list with uncertain elements in which a position is still looked up."""


def resolve(evaluator: Evaluator, traversal: hcl.Traversal, scope: Scope) -> tuple[Value, int]:
    """Return what the beginning of a traversal names, and how many of its steps that took."""
    root, steps, span = traversal.root, traversal.steps, traversal.span
    bound = scope.names.get(root)
    if bound is not None:
        return bound, 0
    first = _name(steps, 0)
    module = scope.module
    if root in ("each", "count", "self"):
        return unknown(f"'{root}' stands outside a block that binds it", span), len(steps)
    if first is None:
        return unknown(f"'{root}' is not a name that can be read here", span), len(steps)
    if root == "var":
        from .modules import variable

        assumed = scope.assumed.get(first)
        return (assumed if assumed is not None else variable(evaluator, module, first, span)), 1
    if root == "local":
        from .modules import local

        return local(evaluator, module, first, scope, span), 1
    if root == "path":
        return Known(module.path if first == "module" else ".", (span,)), 1
    if root == "terraform" and first == "workspace" and evaluator.session.workspace_name:
        return Known(evaluator.session.workspace_name, (span,), Provenance.GIVEN), 1
    if root == "terraform":
        return unknown("it is known only when Terraform runs", span, f"terraform.{first}"), 1
    if root == "module":
        return _module(evaluator, first, steps, scope, span)
    prefix = f"{root}." if root in ("data", "ephemeral") else ""
    kind = first if prefix else root
    name = _name(steps, 1) if prefix else first
    if name is None:
        return unknown(f"all of {prefix}{kind} is read at once", span), len(steps)
    key, used = f"{prefix}{kind}.{name}", 2 if prefix else 1
    if key not in module.configuration.resources:
        rest = "".join(f".{step.name}" for step in steps[used:] if isinstance(step, hcl.GetAttribute))
        symbol = module.within(key) + rest
        return unknown(f"{key} is not declared in this module", span, symbol), len(steps)
    from .resources import expansion

    return _instances(evaluator, expansion(evaluator, module, key), module.within(key), steps, used, scope, span)


def _name(steps: Sequence[hcl.Step], place: int) -> str | None:
    if place < len(steps):
        step = steps[place]
        if isinstance(step, hcl.GetAttribute):
            return step.name
        if isinstance(step, hcl.GetIndex) and isinstance(step.key, hcl.Literal) and isinstance(step.key.value, str):
            return step.key.value
    return None


def _instances(
    evaluator: Evaluator,
    expansion: Expansion,
    address: str,
    steps: Sequence[hcl.Step],
    used: int,
    scope: Scope,
    span: Span,
) -> tuple[Value, int]:
    """Return the resource, or the instance of it, that a traversal names."""
    if not expansion.many:
        return Known(Reference(address, ""), (span,)), used
    following = steps[used] if used < len(steps) else None
    if isinstance(following, hcl.GetIndex):
        key = evaluator.operand(following.key, scope)
        return lift(lambda leaves: _instance(expansion, address, leaves[0], scope, span), [key], span), used + 1
    if isinstance(following, hcl.GetAttribute):
        if (
            isinstance(expansion.instances[0].key if expansion.instances else None, str)
            and following.name in expansion.by_key
        ):
            return Known(Reference(address + key_text(following.name), ""), (span,)), used + 1
        # Written for a single resource: Terraform refuses it for several, and means the one there is.
        if len(expansion.instances) == 1:
            return Known(Reference(address + key_text(expansion.instances[0].key), ""), (span,)), used
        return failed(f"{address} has several instances, so an index is needed", span), len(steps)
    members = [
        (instance, Known(Reference(address + key_text(instance.key), ""), (span,))) for instance in expansion.instances
    ]
    if members and all(isinstance(instance.key, str) for instance, _ in members):
        values = {str(instance.key): _guarded(instance.guard, value) for instance, value in members}
        return Known(Fields(values), (span,)), used
    openness = unknown_number(address, span) if expansion.unknown else None
    return Known(Items(tuple(Item(value, instance.guard) for instance, value in members), openness), (span,)), used


def _guarded(guard: Guard, value: Value) -> Value:
    return value if guard.always else choose([(guard, value), (~guard, Known(None))])


def _instance(expansion: Expansion, address: str, key: Leaf, scope: Scope, span: Span) -> Value:
    if expansion.unknown:
        return Known(Reference(address, ""), (span,))
    found = instance_key(expansion, key)
    if found is not None:
        reference = Known(Reference(address + key_text(found), ""), (span,))
        guard = expansion.by_key[found].guard
        if scope.trying and not guard.always:
            # Elsewhere the reference says that the instance is there; ``try`` asks whether it is.
            return choose([(guard, reference), (~guard, failed(f"{address} may have no instance", span))])
        return reference
    if isinstance(key, Unknown) or text_of(key) is None or expansion.symbolic:
        if len(expansion.instances) == 1:
            return Known(Reference(address + key_text(expansion.instances[0].key), ""), (span,))
        return unknown(f"which instance of {address} is meant is not known", span)
    return failed(f"{address} has no instance {text_of(key)}", span)


def instance_key(expansion: Expansion, key: Leaf) -> Key:
    """Return the key of an instance as its expansion spells it, None where there is no such instance."""
    text, number = text_of(key), whole_of(key)
    if number is not None and number in expansion.by_key:
        return number
    return text if text is not None and text in expansion.by_key else None


def _module(evaluator: Evaluator, name: str, steps: Sequence[hcl.Step], scope: Scope, span: Span) -> tuple[Value, int]:
    from .modules import call_expansion, output, outputs

    module = scope.module
    if name not in module.configuration.calls:
        return unknown(f"module '{name}' is not declared in this module", span, module.within(f"module.{name}")), len(steps)
    expansion = call_expansion(evaluator, module, name)
    used = 1
    if not expansion.many or expansion.unknown:
        if expansion.many and used < len(steps) and isinstance(steps[used], hcl.GetIndex):
            used += 1
        instances = expansion.instances[:1]
    elif used < len(steps) and isinstance(steps[used], hcl.GetIndex):
        step = steps[used]
        assert isinstance(step, hcl.GetIndex)
        key = evaluator.operand(step.key, scope)
        leaf = key if isinstance(key, (Known, Unknown)) else unknown("the index depends on a condition", span)
        found = instance_key(expansion, leaf)
        if found is None:
            missing = isinstance(leaf, Known) and text_of(leaf) is not None
            why = f"module '{name}' has no such instance" if missing else f"which instance of module '{name}' is not known"
            return (failed(why, span) if missing else unknown(why, span)), len(steps)
        instances = [expansion.by_key[found]]
        used += 1
    else:
        values = [(instance, outputs(evaluator, module, name, instance, span)) for instance in expansion.instances]
        if values and all(isinstance(instance.key, str) for instance, _ in values):
            return Known(Fields({str(one.key): _guarded(one.guard, value) for one, value in values}), (span,)), used
        return Known(Items(tuple(Item(value, one.guard) for one, value in values)), (span,)), used
    if not instances:
        return failed(f"module '{name}' has no instance", span), len(steps)
    wanted = _name(steps, used)
    if wanted is None:
        return outputs(evaluator, module, name, instances[0], span), used
    return output(evaluator, module, name, instances[0], wanted, span), used + 1


# Steps


def apply_steps(evaluator: Evaluator, value: Value, steps: Sequence[hcl.Step], scope: Scope, span: Span) -> Value:
    """Follow attributes, indexes and splats from a value."""
    for step in steps:
        value = _step(evaluator, value, step, scope, span)
    return value


def _step(evaluator: Evaluator, value: Value, step: hcl.Step, scope: Scope, span: Span) -> Value:
    if isinstance(step, hcl.GetAttribute):
        return lift(lambda leaves: get_attribute(evaluator, leaves[0], step.name, span), [value], span)
    if isinstance(step, hcl.GetIndex):
        key = evaluator.operand(step.key, scope)
        return lift(lambda leaves: get_index(evaluator, leaves[0], leaves[1], span), [value, key], span)
    return lift(lambda leaves: _splat(evaluator, leaves[0], step.steps, scope, span), [value], span)


def get_attribute(evaluator: Evaluator, leaf: Leaf, name: str, span: Span) -> Value:
    """Return an attribute of a mapping, or a reference to an attribute of a resource."""
    if isinstance(leaf, Failed):
        return leaf
    if isinstance(leaf, Unknown):
        return Unknown(leaf.why, f"{leaf.symbol}.{name}" if leaf.symbol else None, leaf.trail)
    content = leaf.value
    if isinstance(content, Fields):
        if name in content.values:
            return content.values[name]
        if content.openness is not None:
            return unknown(content.openness.why, span)
        return failed(f"there is no attribute '{name}'", span)
    if isinstance(content, Reference):
        if content.attribute:
            return Known(Reference(content.address, f"{content.attribute}.{name}"), leaf.trail, leaf.provenance)
        from .resources import attribute

        return attribute(evaluator, content.address, name, span)
    return failed(f"a value without attributes stands before '.{name}'", span)


def get_index(evaluator: Evaluator, leaf: Leaf, key: Leaf, span: Span) -> Value:
    """Return an element of a list or mapping."""
    name, number = text_of(key), whole_of(key)
    if isinstance(leaf, Failed):
        return leaf
    if isinstance(leaf, Unknown):
        mark = symbol_of(key)
        return Unknown(leaf.why, f"{leaf.symbol}[{mark}]" if leaf.symbol and mark else None, leaf.trail)
    content = leaf.value
    if isinstance(content, Reference):
        if name is None:
            return unknown("the index is known only after deployment", span)
        if not content.attribute:
            return get_attribute(evaluator, leaf, name, span) if number is None else leaf
        return Known(Reference(content.address, f"{content.attribute}.{name}"), leaf.trail, leaf.provenance)
    if isinstance(content, Fields):
        if name is None:
            return unknown("the key is known only after deployment", span)
        return get_attribute(evaluator, leaf, name, span)
    if isinstance(content, SetItems):
        if all(isinstance(item.value, Known) and text_of(item.value) is not None for item in content.items):
            return failed("the elements of a set have no positions", span)
        return unknown("the order of the elements is not known", span)
    if isinstance(content, Items):
        if number is None:
            certain = isinstance(key, Known) and isinstance(key.value, (str, float))
            return (
                failed("the index is no whole number", span)
                if certain
                else unknown("the index is known only after deployment", span)
            )
        return element(content, number, span)
    return failed("a value without elements stands before an index", span)


def element(items: Items, number: int, span: Span) -> Value:
    """Return the element at a position, a choice where elements before it are there in some branches only."""
    certain = items.openness is None and all(item.guard.always for item in items.items)
    if certain:
        if 0 <= number < len(items.items):
            return items.items[number].value
        return failed(f"there is no element {number}", span)
    if items.openness is not None or len(items.items) > POSITIONS or number < 0:
        return unknown(items.openness.why if items.openness is not None else "the position is not certain", span)
    found: list[tuple[Guard, Value]] = []
    reached: dict[int, Guard] = {0: ALWAYS}
    for item in items.items:
        following: dict[int, Guard] = {}
        for count, guard in reached.items():
            present = guard & item.guard
            if count == number:
                found.append((present, item.value))
            elif present.satisfiable():
                following[count + 1] = following[count + 1] | present if count + 1 in following else present
            absent = guard & ~item.guard
            if absent.satisfiable():
                following[count] = following[count] | absent if count in following else absent
        reached = following
    found += [(guard, failed(f"there is no element {number}", span)) for guard in reached.values()]
    return choose(found, (span,))


def _splat(evaluator: Evaluator, leaf: Leaf, steps: Sequence[hcl.Step], scope: Scope, span: Span) -> Value:
    if isinstance(leaf, Failed):
        return leaf
    if isinstance(leaf, Unknown):
        return Unknown(leaf.why, f"{leaf.symbol}[*]" if leaf.symbol and not steps else None, leaf.trail)
    content = leaf.value
    if content is None:
        return Known(Items(()), (span,), leaf.provenance)
    if isinstance(content, Items):
        items = tuple(
            Item(apply_steps(evaluator, via(item.value, span), steps, scope, span), item.guard) for item in content.items
        )
        return evaluator.sized(Known(Items(items, content.openness), (span,), leaf.provenance))
    if isinstance(content, Reference) and content.attribute:
        return unknown("the list is known only after deployment", span)
    return Known(Items((Item(apply_steps(evaluator, leaf, steps, scope, span)),)), (span,), leaf.provenance)
