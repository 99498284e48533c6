"""The page of the graph's nodes and edges, from the model's docstrings and the tables of resource types."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from pathlib import Path

from faaslint.graph import Graph, networks, queries, resolve
from faaslint.graph.build.access import STANDALONE
from faaslint.graph.build.tables import kinds
from faaslint.graph.build.tables.policies import IDENTITIES, INSIDE
from faaslint.model import nodes
from faaslint.model.node import Node
from faaslint.model.record import field_names

MODEL = Path(__file__).parents[1] / "lint" / "faaslint" / "model"
ELSEWHERE = {
    "Role": "`AWS::IAM::Role`, `aws_iam_role`",
    "Policy": ", ".join(
        [
            *(f"`{name}`" for name in (*STANDALONE, *(one for one, row in IDENTITIES.items() if row.holder or row.managed))),
            *(f"inside `{name}`" for name, row in IDENTITIES.items() if not row.holder and not row.managed),
            "`data.aws_iam_policy_document` that nothing uses",
        ]
    ),
}
"""Kinds that are not in the tables."""


INTRODUCTION = """\
# The graph: nodes and edges

<!-- Made by tools/docs.py from the model and the tables of resource types. -->

`faaslint graph --format json` writes one document with `nodes` and `edges`. A node has `id`, `kind`, `name`, `path`,
`line` and `attributes`; an edge has `source`, `target`, `kind` and `attributes`. An attribute that can't be known is
`{"unknown": why}`, one that depends on a condition `{"choice": [{"when", "value"}]}`. What is not set is left out.
"""


def graph_page() -> str:
    """Return the page as Markdown."""
    common = set(field_names(Node))
    lines = [
        *INTRODUCTION.splitlines(),
        "",
        "## Nodes",
        "",
        "| kind | what it is | resource types | attributes |",
        "|---|---|---|---|",
    ]
    types: dict[str, list[str]] = {}
    for kind in kinds():
        names = [
            name for name in (*kind.cloudformation.split(), *kind.terraform.split()) if not name.startswith("faaslint:")
        ]
        types.setdefault(kind.node.__name__, []).extend(names)
        for part in kind.parts:
            inside = f"inside {', '.join(f'`{name}`' for name in names[:2])}"
            known = types.setdefault(part.node.__name__, [])
            if inside not in known:
                known.append(inside)
    types["ResourcePolicy"] += [f"inside `{name}`" for name in INSIDE]
    classes = [
        value for value in vars(nodes).values() if isinstance(value, type) and issubclass(value, Node) and value is not Node
    ]
    for node in sorted(classes, key=lambda one: one.__name__):
        summary = " ".join((node.__doc__ or "").split("\n\n")[0].split())
        where = ELSEWHERE.get(node.__name__) or ", ".join(
            name if name.startswith("inside") else f"`{name}`" for name in types.get(node.__name__, ())
        )
        attributes = ", ".join(f"`{name}`" for name in field_names(node) if name not in common)
        lines.append(f"| {node.__name__} | {summary.replace('|', '/')} | {where} | {attributes} |")
    lines += ["", "## Edges", "", "| kind | from what to what |", "|---|---|"]
    lines += [f"| {name} | {meaning} |" for name, meaning in _members("EdgeKind")]
    lines += [
        "",
        "## Questions",
        "",
        "Rules ask the graph by name; a pack of your own may, too.",
        "",
        "| question | answer |",
        "|---|---|",
    ]
    lines += [f"| `{signature}` | {answer} |" for signature, answer in _questions()]
    return "\n".join(lines) + "\n"


def _questions() -> list[tuple[str, str]]:
    """Return the methods of the graph and the functions of the query modules, with their first sentence."""
    building = {"add", "replace", "connect", "remember_callees", "remember_roles", "add_unread", "to_networkx"}
    methods = [one for name, one in vars(Graph).items() if not name.startswith("_") and name not in building]
    found = [one for one in methods if inspect.isfunction(one)]
    for module in (queries, networks, resolve):
        found += [
            one
            for name, one in vars(module).items()
            if inspect.isfunction(one) and one.__module__ == module.__name__ and not name.startswith("_")
        ]
    return [(_signature(one), " ".join((one.__doc__ or "").split("\n\n")[0].split()).replace("|", "/")) for one in found]


def _signature(function: Callable[..., object]) -> str:
    names = [name for name in inspect.signature(function).parameters if name != "self"]
    module = "" if function.__qualname__.startswith("Graph.") else f"{function.__module__.removeprefix('faaslint.')}."
    shown = function.__qualname__.replace("Graph.", "graph.") if not module else f"{module}{function.__name__}"
    return f"{shown}({', '.join(names)})"


def _members(enumeration: str) -> list[tuple[str, str]]:
    """Return the members of an enumeration of the edges with their docstrings, which only the source has."""
    tree = ast.parse((MODEL / "edges.py").read_text(encoding="utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == enumeration)
    found: list[tuple[str, str]] = []
    for statement in body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            found.append((statement.targets[0].id, ""))
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and found:
            found[-1] = (found[-1][0], " ".join(str(statement.value.value).split()))
    return found
