"""What a model makes, at the places of the call: nothing of a model's own text is shown to anyone."""

from __future__ import annotations

from ....model.span import Span
from ....model.value import (
    Branch,
    Choice,
    Fields,
    Item,
    Items,
    Known,
    Leaf,
    Open,
    Openness,
    Trail,
    Unknown,
    Value,
)
from ....source import hcl_nodes as hcl
from . import MODEL_PATH


def placed_fields(fields: Fields, call: Span) -> Fields:
    """Return the properties of a model's resource: where the caller wrote them, else at the call; open."""
    values = {name: placed(value, call) for name, value in fields.values.items()}
    keys = {name: value.trail[0] if value.trail else call for name, value in values.items()}
    return Fields(values, keys, Open("the module may set more", call), fields.computed)


def placed(value: Value, call: Span) -> Value:
    """Return a value without the model's own places. Depth is bounded by the evaluator."""
    if isinstance(value, Choice):
        branches = tuple(Branch(branch.guard, _leaf(branch.value, call)) for branch in value.branches)
        return Choice(branches, _trail(value.trail, call))
    return _leaf(value, call)


def _leaf(leaf: Leaf, call: Span) -> Leaf:
    trail = _trail(leaf.trail, call)
    if isinstance(leaf, Unknown):
        return Unknown(leaf.why, leaf.symbol, trail)
    content = leaf.value
    if isinstance(content, Fields):
        values = {name: placed(value, call) for name, value in content.values.items()}
        keys = {name: span if not _ours(span) else call for name, span in content.keys.items()}
        computed = tuple((placed(key, call), placed(value, call)) for key, value in content.computed)
        content = Fields(values, keys, _openness(content.openness, call), computed)
    elif isinstance(content, Items):
        items = tuple(Item(placed(item.value, call), item.guard) for item in content.items)
        content = Items(items, _openness(content.openness, call))
    return Known(content, trail, leaf.provenance)


def _trail(trail: Trail, call: Span) -> Trail:
    kept = tuple(span for span in trail if not _ours(span))
    return kept or (call,)


def _openness(openness: Openness, call: Span) -> Openness:
    if openness is None or openness.where is None or not _ours(openness.where):
        return openness
    return Open(openness.why, call)


def _ours(span: Span) -> bool:
    return span.path.startswith(MODEL_PATH)


def spellings(block: hcl.Block) -> dict[str, str]:
    """Return what the module calls the properties that a resource takes from one input: its path → the input."""
    found: dict[str, str] = {}
    pending: list[tuple[str, hcl.Body]] = [("", block.body)]
    while pending:
        prefix, body = pending.pop()
        for name, attribute in body.attributes.items():
            expression = attribute.expression
            while isinstance(expression, hcl.Conditional):
                expression = expression.when_false
            step = expression.steps[0] if isinstance(expression, hcl.Traversal) and expression.steps else None
            if isinstance(expression, hcl.Traversal) and expression.root == "var" and isinstance(step, hcl.GetAttribute):
                found[prefix + name] = step.name
        for inner in body.blocks:
            if inner.type == "dynamic" and inner.labels:
                pending += [(f"{prefix}{inner.labels[0].text}.", content.body) for content in inner.body.of_type("content")]
            elif inner.type not in ("lifecycle", "content"):
                pending.append((f"{prefix}{inner.type}.", inner.body))
    return found
