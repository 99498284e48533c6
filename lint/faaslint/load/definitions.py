"""Definitions of state machines: their text taken apart, and what ``DefinitionSubstitutions`` puts into it."""

from __future__ import annotations

from typing import Final

from ..iam.policy import parse_document
from ..model.value import Fields, Item, Items, Known, Leaf, Unknown, Value, branches, choose, join_text, jointly

MACHINE: Final = "AWS::StepFunctions::StateMachine"
_PROPERTIES: Final = ("DefinitionString", "Definition")


def defined(properties: Fields) -> Fields:
    """Return a state machine's properties with its definition as a mapping, and the substitutions put in.

    A definition is a text or a mapping, under either name; it is ``DefinitionString`` from here on.
    """
    name = next((one for one in _PROPERTIES if one in properties.values), None)
    if name is None:
        return properties
    written = properties.values[name]
    substitutions = properties.get("DefinitionSubstitutions")
    names = (
        substitutions.value.values if isinstance(substitutions, Known) and isinstance(substitutions.value, Fields) else {}
    )
    definition = choose(
        [(guard, _substituted(_parsed(leaf), {**names})) for guard, leaf in branches(written)], written.trail
    )
    values = {one: value for one, value in properties.values.items() if one not in _PROPERTIES}
    keys = {one: span for one, span in properties.keys.items() if one not in _PROPERTIES}
    if name in properties.keys:
        keys["DefinitionString"] = properties.keys[name]
    return Fields({**values, "DefinitionString": definition}, keys, properties.openness)


def _parsed(leaf: Leaf) -> Leaf:
    parsed = parse_document(leaf)
    # What is no JSON stays what it is: it is for the graph to say so.
    return leaf if isinstance(parsed, Unknown) else parsed


def _substituted(value: Value, names: dict[str, Value]) -> Value:
    """Return a part of a definition with what is put in. Its depth is that of the template, which reading bounds."""
    if not names or not isinstance(value, Known):
        return value
    content = value.value
    if isinstance(content, Fields):
        inner = {name: _substituted(entry, names) for name, entry in content.values.items()}
        return Known(Fields(inner, content.keys, content.openness), value.trail, value.provenance)
    if isinstance(content, Items):
        items = tuple(Item(_substituted(item.value, names), item.guard) for item in content.items)
        return Known(Items(items, content.openness), value.trail, value.provenance)
    return _filled(value, content, names) if isinstance(content, str) and "${" in content else value


def _filled(value: Known, content: str, names: dict[str, Value]) -> Value:
    parts: list[Value] = [Known("", value.trail, value.provenance)]
    rest = content
    while True:
        before, opened, after = rest.partition("${")
        name, closed, following = after.partition("}")
        if not opened or not closed:
            parts.append(Known(rest))
            break
        if name in names:
            parts += [Known(before), names[name]]
        else:
            parts.append(Known(f"{before}${{{name}}}"))
        rest = following
    return choose([(guard, join_text(leaves)) for guard, leaves in jointly(*parts)], value.trail)
