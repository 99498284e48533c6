"""Comparing two graphs or two lists of resources, and saying the first difference in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from faaslint.graph import Graph
from faaslint.load.resource import POLICY_KIND, Resource
from faaslint.model.guard import ALWAYS, Guard
from faaslint.model.nodes import Node
from faaslint.model.record import field_names
from faaslint.model.value import Choice, Fields, Items, Known, Open, Pattern, Reference, Unknown, Value, branches

UNCOMPARED = frozenset({"id", "name", "type", "span", "origin", "spellings", "code", "policy_kind"})
"""Of a node: where it stands, who wrote it and as what differ by nature; code is on disk in one form and uploaded in the other;
the kind of a policy says that a template or a connector made it, which the translation no longer shows."""

Names = Callable[[str], str]


class Canonical:
    """Values as plain data that can be compared: no places, references by the other side's names."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def value(self, value: Value, given: Guard = ALWAYS) -> Any:
        """Return a value as it is where ``given`` holds: alternatives by their guards, an unknown by its symbol."""
        leaves = [(guard & given, leaf) for guard, leaf in branches(value) if (guard & given).satisfiable()]
        if len(leaves) != 1:
            return {"choice": {guard: self.value(leaf, guard) for guard, leaf in leaves}}
        leaf = leaves[0][1]
        if isinstance(leaf, Unknown):
            return f"?{leaf.symbol or ''}"
        content = leaf.value
        if isinstance(content, Fields):
            return {
                **{name: self._entry(name, inner, given) for name, inner in content.values.items() if name != POLICY_KIND},
                **({} if content.openness is None else {"…": True}),
            }
        if isinstance(content, Items):
            listed: list[Any] = []
            for item in content.items:
                # An entry that is a choice is as many entries, each there in its own case.
                for guard, entry in branches(item.value):
                    both = item.guard & guard & given
                    if both == given:
                        listed.append(self.value(entry, given))
                    elif both.satisfiable():
                        listed.append({both: self.value(entry, both)})
            return listed if content.openness is None else [*listed, "…"]
        if isinstance(content, Pattern):
            return "".join(self._part(part) for part in content.parts)
        if isinstance(content, Reference):
            return self._part(content)
        return content

    def _entry(self, name: str, value: Value, given: Guard) -> Any:
        return self._operations(value, given) if name == "paths" else self.value(value, given)

    def _operations(self, paths: Value, given: Guard) -> Any:
        """Return the operations of an OpenAPI document: it may say of a path or of its operations when they are there."""
        if not isinstance(paths, Known) or not isinstance(paths.value, Fields):
            return self.value(paths, given)
        found: dict[str, Any] = {} if paths.value.openness is None else {"…": True}
        for path, item in paths.value.values.items():
            for outer, leaf in branches(item):
                if not isinstance(leaf, Known) or not isinstance(leaf.value, Fields):
                    continue
                for verb, operation in leaf.value.values.items():
                    for inner, one in branches(operation):
                        guard = outer & inner & given
                        if guard.satisfiable() and not (isinstance(one, Known) and one.value is None):
                            found.setdefault(f"{verb} {path}", {})[guard] = self.value(one, guard)
        return found

    def _part(self, part: Any) -> str:
        if isinstance(part, Reference):
            return f"<{self.names(part.address)}.{part.attribute}>"
        if isinstance(part, Unknown):
            return f"${{{part.symbol or ''}}}"
        return str(part)

    def any(self, content: Any, given: Guard = ALWAYS) -> Any:
        """Return what a node's attribute holds."""
        if isinstance(content, (Known, Choice, Unknown)):
            return self.value(content, given)
        if isinstance(content, Open):
            return "…"
        if isinstance(content, Node):
            return self.node(content)
        if isinstance(content, (tuple, list)):
            return [self.any(one, given) for one in content]
        if hasattr(content, "__record_fields__"):
            return {name: self.any(getattr(content, name), given) for name in field_names(type(content))}
        return content

    def node(self, node: Node) -> dict[str, Any]:
        """Return all that a node says."""
        found = {
            name: self.any(getattr(node, name), node.guard) for name in field_names(type(node)) if name not in UNCOMPARED
        }
        return {"kind": node.kind, **found}


def graph_data(graph: Graph, names: Names = str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the nodes and edges of a graph as data."""
    canonical = Canonical(names)
    # What is not on disk is called after the place that asks for it, and places differ.
    ids = {node.id: names("missing" if node.kind == "Missing" else node.id) for node in graph.nodes.values()}
    nodes = {ids[node.id]: canonical.node(node) for node in graph.nodes.values()}
    edges: dict[str, Any] = {}
    for edge in graph.edges():
        said = {
            "when": edge.guard,
            "principal": edge.principal,
            "name": edge.name,
            "weight": canonical.value(edge.weight, edge.guard),
            "credentials": canonical.value(edge.credentials, edge.guard),
            "qualifier": canonical.value(edge.qualifier, edge.guard) if edge.qualifier is not None else None,
        }
        key = f"{ids.get(edge.source.id, edge.source.id)} {edge.kind} {ids.get(edge.target.id, edge.target.id)}"
        edges.setdefault(key, []).append(said)
    for listed in edges.values():
        listed.sort(key=words)
    return nodes, edges


def resource_data(resources: list[Resource], names: Names = str) -> dict[str, Any]:
    """Return resources as data."""
    canonical = Canonical(names)
    return {
        names(one.address): {
            "type": one.type,
            "when": one.guard,
            "depends_on": sorted(map(names, one.depends_on)),
            "properties": canonical.value(Known(one.properties), one.guard),
        }
        for one in resources
    }


def words(content: Any) -> str:
    """Return data as a person would write it."""
    if isinstance(content, Guard):
        return content.label or "always"
    if isinstance(content, dict):
        return "{" + ", ".join(f"{words(key)}: {words(inner)}" for key, inner in content.items()) + "}"
    if isinstance(content, (list, tuple)):
        return "[" + ", ".join(map(words, content)) + "]"
    return repr(content)


def differences(ours: Any, theirs: Any, place: str = "") -> Iterator[str]:
    """Yield each difference of two pieces of data: where it is, what we say and what the transform says."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in [*theirs, *(key for key in ours if key not in theirs)]:
            inner = f"{place} → {words(key) if isinstance(key, Guard) else key}" if place else str(key)
            if key not in ours:
                yield f"{inner}: missing in ours; the transform has {words(theirs[key])}"
            elif key not in theirs:
                yield f"{inner}: only in ours: {words(ours[key])}"
            else:
                yield from differences(ours[key], theirs[key], inner)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, f"{place}[{index}]")
    elif ours != theirs or isinstance(ours, bool) is not isinstance(theirs, bool):
        yield f"{place}: ours is {words(ours)}; the transform's is {words(theirs)}"
