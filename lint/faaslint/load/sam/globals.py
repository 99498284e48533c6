"""The Globals section: properties that every resource of a type gets."""

from __future__ import annotations

from typing import Final

from ...source.tree import Mapping, Scalar, Sequence, Tree

_PREFIX: Final = "AWS::Serverless::"

SECTIONS: Final = (
    "Api",
    "CapacityProvider",
    "Function",
    "HttpApi",
    "LayerVersion",
    "SimpleTable",
    "StateMachine",
    "WebSocketApi",
)


_REPLACED: Final = ("Architectures",)
"""Lists of which a resource's own stands alone: two architectures make no sense together."""


def global_properties(section: Tree | None, kind: str) -> Mapping | None:
    """Return the global properties of a resource type, None where there are none."""
    found = section.get(kind.removeprefix(_PREFIX)) if isinstance(section, Mapping) else None
    return found if isinstance(found, Mapping) else None


def without_ignored(properties: Mapping, ignored: Tree | None) -> Mapping | None:
    """Return global properties without those that a resource's IgnoreGlobals names."""
    if isinstance(ignored, Scalar) and ignored.value == "*":
        return None
    if isinstance(ignored, Sequence):
        names = {item.value for item in ignored.items if isinstance(item, Scalar)}
        return Mapping([entry for entry in properties.entries if entry[0].value not in names], properties.span)
    return properties


def merged(general: Tree, local: Tree) -> Tree:
    """Return a resource's value over a global one: mappings are merged, lists joined, the local value wins else."""
    if isinstance(general, Mapping) and isinstance(local, Mapping) and not _is_function(general) and not _is_function(local):
        entries: dict[str, tuple[Scalar, Tree]] = {str(key.value): (key, value) for key, value in general.entries}
        for key, value in local.entries:
            name = str(key.value)
            before = entries.get(name)
            joins = before is not None and name not in _REPLACED
            entries[name] = (key, merged(before[1], value) if before is not None and joins else value)
        return Mapping(list(entries.values()), local.span)
    if isinstance(general, Sequence) and isinstance(local, Sequence) and not general.tag and not local.tag:
        return Sequence([*general.items, *local.items], local.span)
    return local


def _is_function(tree: Mapping) -> bool:
    if tree.tag:
        return True
    if len(tree.entries) != 1:
        return False
    name = tree.entries[0][0].value
    return isinstance(name, str) and (name in ("Ref", "Condition") or name.startswith("Fn::"))
