"""Which properties of the serverless types the graph knows: ``docs/sam-properties.md``, written by ``tools/docs.py``.

The list of properties is that of the official transform's own schema. Whether one is modelled is found out: it is taken
out of each template of ``fixtures/differential/sam`` that has it, and if one graph is then another, it is. So the page
can't drift from the code, and a property that no template has is an error.
"""

from __future__ import annotations

import copy
import json
import sys
import typing
from collections.abc import Iterator
from functools import cache
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from faaslint.graph.build.project import build_graph
from faaslint.graph.export import shown
from faaslint.load.cloudformation import load_template
from faaslint.model.edges import EdgeKind
from faaslint.model.guard import Guard
from faaslint.model.record import field_names
from faaslint.model.span import Span
from faaslint.model.value import Choice, Known, Unknown
from faaslint.source.workspace import Workspace

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "sam-properties.md"
CORPUS = ROOT / "fixtures" / "differential" / "sam"
SCHEMA = "samtranslator.internal.schema_source"
TYPES = {
    "Api": "api",
    "Application": "application",
    "CapacityProvider": "capacity_provider",
    "Connector": "connector",
    "Function": "function",
    "GraphQLApi": "graphqlapi",
    "HttpApi": "httpapi",
    "LayerVersion": "layerversion",
    "MicrovmImage": "microvmimage",
    "NetworkConnector": "networkconnector",
    "SimpleTable": "simpletable",
    "StateMachine": "statemachine",
    "WebFunction": "webfunction",
    "WebSocketApi": "websocketapi",
}
CHILD = (
    "Parameters: {Name: {Type: String}}\nResources: {Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Name}}}\n"
)
"""The template of the application that a template of the corpus nests."""

MODELLED, IRRELEVANT, UNSEEN = "modelled", "irrelevant to any rule", "in no template"
EACH = "*"
"""Stands in a path for every entry of a list, or of a mapping whose names the user chooses."""
PREFIX = "AWS::Serverless::"

Location = tuple[str, ...]


class Property(typing.NamedTuple):
    """A property: of a resource type, or of a type of event of one. ``path`` is below that type's ``Properties``."""

    owner: str
    event: str
    path: Location

    @property
    def name(self) -> str:
        return ".".join(self.path)


def _models(annotation: Any) -> Iterator[tuple[Location, Any]]:
    """Yield the models that an annotation may hold, with the steps to them: ``*`` through a list or a mapping."""
    base = import_module(f"{SCHEMA}.common").BaseModel
    if isinstance(annotation, type) and issubclass(annotation, base):
        yield (), annotation
        return
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    step: Location = (EACH,) if origin in (dict, list) else ()
    for argument in inner[-1:] if origin is dict else inner:
        for path, model in _models(argument):
            yield (*step, *path), model


def _fields(model: Any) -> dict[str, Any]:
    """Return the annotations of a model's fields, of either generation of pydantic."""
    hints = typing.get_type_hints(model)
    names = getattr(model, "__fields__", {})
    return {name: hints[name] for name in names if not name.startswith("__")}


def _paths(model: Any, seen: tuple[Any, ...] = ()) -> Iterator[Location]:
    for name, annotation in _fields(model).items():
        yield (name,)
        if name == "Events":
            continue
        for steps, inner in _models(annotation):
            if inner not in seen:
                for rest in _paths(inner, (*seen, inner)):
                    yield (name, *steps, *rest)


def _events(properties: Any) -> Iterator[tuple[str, Any]]:
    """Yield the types of event of a resource type, with the models of their properties."""
    annotation = _fields(properties).get("Events")
    for _, event in _models(annotation) if annotation is not None else ():
        hints = _fields(event)
        names = typing.get_args(hints["Type"])
        models = [model for _, model in _models(hints["Properties"])] if "Properties" in hints else []
        if names and models:
            yield names[0], models[0]


@cache
def listed() -> tuple[Property, ...]:
    """Return every property that the transform's schema has."""
    found: list[Property] = []
    for owner, module in TYPES.items():
        properties = import_module(f"{SCHEMA}.aws_serverless_{module}").Properties
        found += [Property(owner, "", path) for path in dict.fromkeys(_paths(properties))]
        for event, model in _events(properties):
            found += [Property(owner, event, path) for path in dict.fromkeys(_paths(model))]
    return tuple(dict.fromkeys(found))


@cache
def templates() -> tuple[dict[str, Any], ...]:
    """Return the templates of the corpus, with CloudFormation's short forms written out."""
    from samtranslator.yaml_helper import yaml_parse

    texts = [text for path in sorted(CORPUS.rglob("*.yaml")) for text in path.read_text(encoding="utf-8").split("\n---\n")]
    return tuple(yaml_parse(text) for text in texts)


def places(template: dict[str, Any], wanted: Property) -> Iterator[dict[str, Any]]:
    """Yield each mapping of a template that has the property as its entry."""
    last = wanted.path[-1]
    holders: list[Any] = []
    for resource in template["Resources"].values():
        if resource.get("Type") != PREFIX + wanted.owner:
            continue
        properties = resource.get("Properties") or {}
        if not wanted.event:
            holders.append(properties)
            if wanted.owner == "Connector":
                continue
        for event in (properties.get("Events") or {}).values() if wanted.event else ():
            if event.get("Type") == wanted.event:
                holders.append(event.get("Properties") or {})
    section = (template.get("Globals") or {}).get(wanted.owner)
    if section and not wanted.event:
        holders.append(section)
    if wanted.owner == "Connector":
        for resource in template["Resources"].values():
            holders += [entry.get("Properties") or {} for entry in (resource.get("Connectors") or {}).values()]
    for step in wanted.path[:-1]:
        following: list[Any] = []
        for holder in holders:
            if step == EACH:
                following += holder.values() if isinstance(holder, dict) else holder if isinstance(holder, list) else ()
            elif isinstance(holder, dict) and step in holder:
                following.append(holder[step])
        holders = following
    for holder in holders:
        if isinstance(holder, dict) and last in holder:
            yield holder


def graph_of(template: dict[str, Any]) -> str:
    """Return all that the graph of a template says, without where it stands and what waits for what."""
    workspace = Workspace.in_memory({"template.json": json.dumps(template, default=str), "child.yaml": CHILD})
    graph = build_graph(load_template(workspace, "template.json", {}))
    nodes = {
        node.id: [node.kind, *(_plain(getattr(node, name)) for name in _told(type(node)))] for node in graph.nodes.values()
    }
    edges = [
        [edge.source.id, edge.kind, edge.target.id, edge.guard.label, edge.principal, edge.name, _plain(edge.credentials)]
        for edge in graph.edges()
        if edge.kind is not EdgeKind.DEPENDS_ON
    ]
    return json.dumps([nodes, edges], sort_keys=True, default=str)


@cache
def _told(kind: type) -> tuple[str, ...]:
    return tuple(name for name in field_names(kind) if name not in ("span", "spellings", "name", "origin"))


def _plain(content: Any) -> Any:
    if isinstance(content, (Known, Unknown, Choice)):
        return shown(content)
    if isinstance(content, Guard):
        return content.label
    if isinstance(content, Span):
        return None
    if isinstance(content, (tuple, list)):
        return [_plain(one) for one in content]
    if hasattr(content, "__record_fields__"):
        return [_plain(getattr(content, name)) for name in _told(type(content))]
    return str(content)


@cache
def _whole(index: int) -> str:
    return graph_of(templates()[index])


def verdict(wanted: Property) -> str:
    """Return whether taking the property out of a template of the corpus changes its graph."""
    seen = False
    for index, template in enumerate(templates()):
        if not any(places(template, wanted)):
            continue
        seen = True
        without = copy.deepcopy(template)
        for holder in list(places(without, wanted)):
            holder.pop(wanted.path[-1], None)
        if graph_of(without) != _whole(index):
            return MODELLED
    return IRRELEVANT if seen else UNSEEN


@cache
def verdicts() -> dict[Property, str]:
    """Return the verdict on every property."""
    return {wanted: verdict(wanted) for wanted in listed()}


def page() -> str:
    """Return the page."""
    found = verdicts()
    unseen = [f"{one.owner} {one.event} {one.name}" for one in found if found[one] == UNSEEN]
    if unseen:
        sys.exit("no template of fixtures/differential/sam has " + ", ".join(unseen))
    version = metadata.version("aws-sam-translator")
    counts = {word: sum(1 for one in found.values() if one == word) for word in (MODELLED, IRRELEVANT)}
    lines = [
        "# Properties of the serverless types",
        "",
        "<!-- Made by tools/sam_properties.py (run tools/docs.py). -->",
        "",
        f"Every property in the schema of aws-sam-translator {version}. *Modelled*: without it",
        "the graph that rules look at is another. *Irrelevant to any rule*: it is the same; no rule speaks of it.",
        f"{counts[MODELLED]} are modelled, {counts[IRRELEVANT]} irrelevant. `{EACH}` is each entry of a list or mapping.",
    ]
    for owner in TYPES:
        for event in dict.fromkeys(one.event for one in found if one.owner == owner):
            title = f"{PREFIX}{owner}" + (f": the event {event}" if event else "")
            lines += ["", f"## {title}", "", "| property | |", "|---|---|"]
            lines += [
                f"| `{one.name}` | {word} |" for one, word in found.items() if (one.owner, one.event) == (owner, event)
            ]
    return "\n".join(lines) + "\n"
