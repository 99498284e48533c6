"""``Fn::FindInMap``: a value of the template's Mappings section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...model.guard import ALWAYS, Guard, TooManyCombinations
from ...model.span import Span
from ...model.value import Known, Leaf, Provenance, Unknown, Value, choose, jointly, through
from ...source.tree import Mapping, Sequence, Tree
from .parameters import equals
from .text import TOO_LARGE, scalar_text

if TYPE_CHECKING:
    from .evaluate import Evaluator

KEY_LIMIT: Final = 16
"""Most keys of a mapping that are followed one by one where the key is not known."""


def find_in_map(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Fn::FindInMap``: a mapping, two keys, and perhaps a default."""
    if not isinstance(argument, Sequence) or len(argument.items) not in (3, 4):
        return evaluator.malformed(span, "Fn::FindInMap takes the name of a mapping and two keys")
    default: Tree | None = None
    if len(argument.items) == 4:
        options = argument.items[3]
        default = options.get("DefaultValue") if isinstance(options, Mapping) else None
    names, first, second = (evaluator.value(item) for item in argument.items[:3])
    alternatives: list[tuple[Guard, Value]] = []
    for guard, (name, top, inner) in jointly(names, first, second):
        alternatives.append((guard, _found(evaluator, name, (top, inner), default, span)))
    return choose(alternatives, (span,))


def _found(evaluator: Evaluator, name: Leaf, keys: tuple[Leaf, Leaf], default: Tree | None, span: Span) -> Value:
    text = scalar_text(name)
    if text is None:
        return Unknown("which mapping is meant depends on the deployment", trail=(span,))
    tree = evaluator.mappings.get(text) if evaluator.mappings is not None else None
    if not isinstance(tree, Mapping):
        if default is not None:
            return through(evaluator.value(default), span)
        return evaluator.malformed(span, f"there is no mapping '{text}' in this template")
    if not evaluator.spend(len(tree.entries) if scalar_text(keys[0]) is None else 1):
        return Unknown(TOO_LARGE, trail=(span,))
    if scalar_text(keys[0]) is None and scalar_text(keys[1]) is None:
        return Unknown("which entry of the mapping is meant depends on the deployment", trail=(span,))
    outcomes: list[tuple[Guard, Value]] = []
    for guard, branch, sure in _entries(tree, keys[0]):
        if not isinstance(branch, Mapping):
            outcomes.append((guard, _missing(evaluator, default, text, span)))
            continue
        for inner_guard, leaf, inner_sure in _entries(branch, keys[1]):
            try:
                both = guard & inner_guard
            except TooManyCombinations:
                return Unknown("too many combinations", trail=(span,))
            if leaf is None:
                outcomes.append((both, _missing(evaluator, default, text, span)))
            else:
                outcomes.append((both, _provenance(through(evaluator.value(leaf), span), sure, inner_sure)))
    if not outcomes:
        return Unknown("which entry of the mapping is meant depends on the deployment", trail=(span,))
    return choose(outcomes, (span,))


def _entries(tree: Mapping, key: Leaf) -> list[tuple[Guard, Tree | None, Provenance]]:
    """Return the entries that a key may mean; none where they are too many to follow."""
    text = scalar_text(key)
    if text is not None:
        assert isinstance(key, Known)
        return [(ALWAYS, tree.get(text), key.provenance)]
    symbol = key.symbol if isinstance(key, Unknown) else None
    if symbol is None or not 1 <= len(tree.entries) <= KEY_LIMIT:
        return []
    name = symbol.removeprefix("parameter ")
    found: list[tuple[Guard, Tree | None, Provenance]] = []
    others = ALWAYS
    for index, (entry, value) in enumerate(tree.entries):
        if index == len(tree.entries) - 1:
            # A key that the mapping lacks can't be deployed, so the last one holds where no other does.
            found.append((others.named(f"{name} == '{entry.value}'"), value, Provenance.LITERAL))
        else:
            guard = equals(name, str(entry.value))
            found.append((guard, value, Provenance.LITERAL))
            others = others & ~guard
    return found


def _missing(evaluator: Evaluator, default: Tree | None, name: str, span: Span) -> Value:
    if default is not None:
        return through(evaluator.value(default), span)
    return Unknown(f"the mapping '{name}' has no such entry", trail=(span,))


def _provenance(value: Value, *keys: Provenance) -> Value:
    """Return a mapped value that is only as sure as the keys that led to it."""
    weakest = next((kind for kind in (Provenance.DEFAULT, Provenance.GIVEN) if kind in keys), None)
    if weakest is None or not isinstance(value, Known):
        return value
    return Known(value.value, value.trail, weakest)
