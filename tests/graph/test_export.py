"""The graph for other tools: the shape that the README promises, and nothing that is not there."""

from __future__ import annotations

import json
from typing import Any

from faaslint.graph.export import to_dot, to_json, to_mermaid
from faaslint.model.guard import atom
from faaslint.model.value import Branch, Choice, Known, Unknown

from .making import Ref, cloudformation, resource

PRODUCTION = atom("IsProd")


def exported() -> tuple[dict[str, Any], Any]:
    graph = cloudformation(
        resource(
            "AWS::Lambda::Function",
            "Fn",
            Role=Ref("Role", "Arn"),
            MemorySize=Unknown("the parameter Memory is set at deployment"),
            Timeout=Choice((Branch(PRODUCTION, Known(900)), Branch(~PRODUCTION, Known(30)))),
        ),
        resource("AWS::IAM::Role", "Role"),
    )
    return json.loads(to_json([graph])), graph


def test_nodes_and_edges_have_the_promised_fields() -> None:
    data, _ = exported()
    assert set(data) == {"nodes", "edges"}
    assert all(set(node) == {"id", "kind", "name", "path", "line", "attributes"} for node in data["nodes"])
    assert all(set(edge) == {"source", "target", "kind", "attributes"} for edge in data["edges"])
    assert {"source": "Fn", "target": "Role", "kind": "ASSUMES"}.items() <= next(
        edge.items() for edge in data["edges"] if edge["kind"] == "ASSUMES"
    )


def test_what_is_not_known_says_why_and_a_choice_shows_its_branches() -> None:
    data, _ = exported()
    attributes = next(node["attributes"] for node in data["nodes"] if node["id"] == "Fn")
    assert attributes["memory"] == {"unknown": "the parameter Memory is set at deployment"}
    assert attributes["timeout"] == {
        "choice": [{"when": "IsProd", "value": 900}, {"when": "not IsProd", "value": 30}],
    }


def test_edges_end_at_nodes_of_the_graph() -> None:
    data, _ = exported()
    ids = {node["id"] for node in data["nodes"]}
    assert all({edge["source"], edge["target"]} <= ids for edge in data["edges"])


def test_pictures_escape_what_names_contain() -> None:
    graph = cloudformation(
        resource("AWS::Lambda::Function", 'F"n<', Role=Ref("Role", "Arn")), resource("AWS::IAM::Role", "Role")
    )
    assert 'F"n<' not in to_mermaid([graph])
    assert 'F\\"n<' in to_dot([graph])


def test_networkx_gets_every_node_and_edge() -> None:
    _, graph = exported()
    made = graph.to_networkx()
    assert set(made.nodes) == set(graph.nodes)
    assert made.has_edge("Fn", "Role", key="ASSUMES")
