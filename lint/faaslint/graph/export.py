"""The graph for other tools: JSON, Mermaid, DOT, networkx."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..model.edges import Edge
from ..model.facts import Handler
from ..model.guard import Guard
from ..model.nodes import Node, Plain, Policy
from ..model.read import text_of
from ..model.record import field_names
from ..model.span import Place, Span
from ..model.value import (
    CLOSED,
    Choice,
    Environment,
    Fields,
    Items,
    Known,
    Leaf,
    Open,
    Pattern,
    Reference,
    Sensitive,
    Unknown,
    Value,
)
from .graph import Graph

if TYPE_CHECKING:
    import networkx

HIDDEN = frozenset(
    {"id", "name", "type", "span", "guard", "origin", "spellings", "within", "calls", "reads", "clients", "route"}
)


def shown(value: Value) -> object:
    """Return a value as plain data: an Unknown is ``{"unknown": why}``, a Choice ``{"choice": [...]}``."""
    if isinstance(value, Choice):
        return {"choice": [{"when": branch.guard.label, "value": shown(branch.value)} for branch in value.branches]}
    if isinstance(value, Unknown):
        return {"unknown": value.why}
    content = value.value
    if isinstance(content, Reference):
        return {"reference": content.address, "attribute": content.attribute}
    if isinstance(content, Environment):
        return {"environment": content.name}
    if isinstance(content, Pattern):
        return str(content)
    if isinstance(content, Fields):
        entries: dict[str, object] = {name: shown(entry) for name, entry in content.values.items()}
        if content.openness is not CLOSED:
            entries["…"] = {"unknown": content.openness.why}
        return entries
    if isinstance(content, Items):
        listed: list[object] = [shown(item.value) for item in content.items]
        if content.openness is not CLOSED:
            listed.append({"unknown": content.openness.why})
        return listed
    return str(content) if isinstance(content, Sensitive) else content


def attributes_of(node: Node, path: Callable[[str], str] = str) -> dict[str, object]:
    """Return the attributes of a node that say something, as plain data."""
    found: dict[str, object] = {"type": node.type} if node.type else {}
    if not node.guard.always:
        found["condition"] = node.guard.label
    for name in field_names(type(node)):
        if name in HIDDEN:
            continue
        plain = _plain(getattr(node, name), path)
        if plain not in (None, "", False, [], {}):
            found[name] = plain
    return found


def _plain(content: Any, path: Callable[[str], str]) -> object:
    if isinstance(content, (Known, Unknown, Choice)):
        return shown(content)
    if isinstance(content, Open):
        return {"unknown": content.why}
    if isinstance(content, Guard):
        return content.label
    if isinstance(content, Span):
        return f"{path(content.path)}:{content.line}"
    if isinstance(content, Place):
        return _plain(content.span, path)
    if isinstance(content, Node):
        return content.id
    if isinstance(content, Mapping):
        return {str(name): _plain(entry, path) for name, entry in content.items()}
    if isinstance(content, (tuple, list)):
        return [_plain(item, path) for item in content]
    if isinstance(content, (frozenset, set)):
        return sorted(str(item) for item in content)
    if hasattr(content, "__record_fields__"):
        return {name: _plain(getattr(content, name), path) for name in field_names(type(content))}
    if isinstance(content, (str, int, float, bool)) or content is None:
        return content
    return str(content)


def as_data(graph: Graph) -> dict[str, list[dict[str, object]]]:
    """Return the graph as ``{"nodes": […], "edges": […]}``."""
    return {
        "nodes": [
            {
                "id": node.id,
                "kind": node.kind,
                "name": node.name,
                "path": graph.shown(node.span.path),
                "line": node.span.line,
                "attributes": attributes_of(node, graph.shown),
            }
            for node in graph.nodes.values()
        ],
        "edges": [
            {
                "source": edge.source.id,
                "target": edge.target.id,
                "kind": edge.kind.value,
                "attributes": _edge_attributes(edge, graph.shown),
            }
            for edge in graph.edges()
        ],
    }


def _edge_attributes(edge: Edge, path: Callable[[str], str]) -> dict[str, object]:
    found: dict[str, object] = {}
    if not edge.guard.always:
        found["condition"] = edge.guard.label
    for name in ("principal", "name"):
        if getattr(edge, name):
            found[name] = getattr(edge, name)
    for name in ("weight", "credentials", "qualifier"):
        value: Leaf | None = getattr(edge, name)
        if value is not None and not (isinstance(value, Known) and value.value is None):
            found[name] = shown(value)
    if edge.place is not None:
        found["path"] = path(edge.place.span.path)
        found["line"] = edge.place.span.line
    return found


def to_json(graphs: list[Graph]) -> str:
    """Return one JSON document over the graphs of all projects; ids carry the project where there are several."""
    nodes: list[dict[str, object]] = []
    edges: list[dict[str, object]] = []
    for graph in graphs:
        data = as_data(graph)
        prefix = f"{graph.shown(graph.root)}#" if len(graphs) > 1 else ""
        nodes += [{**node, "id": f"{prefix}{node['id']}"} for node in data["nodes"]]
        edges += [
            {**edge, "source": f"{prefix}{edge['source']}", "target": f"{prefix}{edge['target']}"} for edge in data["edges"]
        ]
    return json.dumps({"nodes": nodes, "edges": edges}, indent=2, ensure_ascii=False) + "\n"


def _drawn(graph: Graph) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Return short names for the nodes worth drawing (those with a relation), and their edges."""
    edges = [edge for edge in graph.edges() if edge.kind.value != "DEPENDS_ON"]
    names: dict[str, str] = {}
    for edge in edges:
        for node in (edge.source, edge.target):
            if not isinstance(node, (Plain, Policy)) or edge.kind.value != "ATTACHED_TO":
                names.setdefault(node.id, f"n{len(names)}")
    return names, [
        (names[edge.source.id], names[edge.target.id], edge.kind.value)
        for edge in edges
        if edge.source.id in names and edge.target.id in names
    ]


def _label(node: Node) -> str:
    name = node.name
    if isinstance(node, Handler):
        name = f"{node.path}:{node.callable}" if node.path else node.callable or node.name
    service, operation = getattr(node, "service", ""), getattr(node, "operation", "")
    if service:
        name = f"{service}.{operation}"
    variable = getattr(node, "variable", None)
    if isinstance(variable, Known):
        name = text_of(variable) or name
    return f"{node.kind}\\n{name}"


def to_mermaid(graphs: list[Graph]) -> str:
    """Return the graphs as one Mermaid flowchart."""
    lines = ["flowchart LR"]
    for number, graph in enumerate(graphs):
        names, edges = _drawn(graph)
        lines.append(f'  subgraph g{number}["{_mermaid_text(graph.shown(graph.root))}"]')
        lines += [f'    g{number}{short}["{_mermaid_text(_label(graph.nodes[node]))}"]' for node, short in names.items()]
        lines += [f"    g{number}{source} -->|{kind}| g{number}{target}" for source, target, kind in edges]
        lines.append("  end")
    return "\n".join(lines) + "\n"


def _mermaid_text(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;").replace("\\n", "<br/>")
    )


def to_dot(graphs: list[Graph]) -> str:
    """Return the graphs as one DOT digraph, a cluster a project."""
    lines = ["digraph faaslint {", "  rankdir=LR;", '  node [shape=box, fontname="sans-serif"];']
    for number, graph in enumerate(graphs):
        names, edges = _drawn(graph)
        lines.append(f"  subgraph cluster_{number} {{")
        lines.append(f"    label={_dot_text(graph.shown(graph.root))};")
        lines += [f"    g{number}{short} [label={_dot_text(_label(graph.nodes[node]))}];" for node, short in names.items()]
        lines += [f'    g{number}{source} -> g{number}{target} [label="{kind}"];' for source, target, kind in edges]
        lines.append("  }")
    return "\n".join([*lines, "}"]) + "\n"


def _dot_text(text: str) -> str:
    return (
        '"'
        + text.replace("\\n", "\0").replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\0", "\\n")
        + '"'
    )


def to_networkx(graph: Graph) -> networkx.MultiDiGraph[str]:
    """Return the graph as a networkx MultiDiGraph: nodes by id with ``kind`` and ``name``, edges keyed by kind."""
    import networkx

    made: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for node in graph.nodes.values():
        made.add_node(node.id, kind=node.kind, name=node.name)
    for edge in graph.edges():
        made.add_edge(edge.source.id, edge.target.id, key=edge.kind.value)
    return made
