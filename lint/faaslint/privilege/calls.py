"""What the SDK calls of a function need, its environment variables filled in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..graph import Graph
from ..graph.identity import ARNS, SERVICES, canonical
from ..iam.calls import CallNeeds, needs_of
from ..model.facts import Handler, Reachable, SdkCall
from ..model.guard import Guard
from ..model.nodes import Function, Node
from ..model.read import known_text_parts
from ..model.record import replace
from ..model.value import (
    Environment,
    Fields,
    Item,
    Items,
    Known,
    Leaf,
    Pattern,
    Provenance,
    Reference,
    Unknown,
    Value,
    branches,
    choose,
    join_text,
    jointly,
)

DEPTH: Final = 6
"""How deep environment variables are looked for inside an argument; no resource is named deeper."""

_NAMING: Final = ("name", "arn", "url", "id", "bucket")
"""How the names of arguments end that say what a call works on."""

PRESIGNED: Final = "generate_presigned_url"


def calls_of(function: Function, graph: Graph) -> Iterator[tuple[Guard, Handler, SdkCall]]:
    """Yield the SDK calls that a function surely reaches and makes with its own role."""
    for guard, handler in graph.handlers_of(function):
        for call in handler.calls:
            if call.reachable is Reachable.YES and not call.own_credentials:
                yield guard & function.guard, handler, call


def needs_of_call(call: SdkCall, function: Function, graph: Graph) -> CallNeeds:
    """Return what a call takes when this function makes it."""
    arguments = {name: filled(value, function, graph) for name, value in call.arguments.items()}
    # A presigned URL is already told by the operation that it is for, and that operation's own arguments.
    method = "" if call.high_level == PRESIGNED else call.high_level
    return needs_of(call.service, call.operation, arguments, method, complete=call.arguments_complete)


def unset_variable(call: SdkCall, handler: Handler, function: Function, graph: Graph) -> str | None:
    """Return the variable without which a call is not made, where the configuration leaves it empty; None elsewhere.

    The source asks for it before the call, or it names what the call works on.
    Source that several functions share mostly asks for such a variable before it makes the call. One that is always made, or
    with a variable that has to be there, is none of those.
    """
    if call.always:
        return None
    for name in call.given:
        if _is_empty(Environment(name), function, graph):
            return name
    for name, value in call.arguments.items():
        if not name.lower().endswith(_NAMING):
            continue
        contents = [leaf.value if isinstance(leaf, Known) else leaf for _, leaf in branches(value)]
        variables = [content for content in contents if isinstance(content, Environment)]
        empty = all(_is_empty(one, function, graph) if isinstance(one, Environment) else one == "" for one in contents)
        required = any(_requires(handler, one.name) for one in variables)
        if variables and empty and not required:
            return variables[0].name
    return None


def _requires(handler: Handler, name: str) -> bool:
    return any(read.required and isinstance(read.variable, Known) and read.variable.value == name for read in handler.reads)


def _is_empty(variable: Environment, function: Function, graph: Graph) -> bool:
    if variable.name.startswith(("AWS_", "LAMBDA_", "_")):
        # Lambda sets it.
        return False
    # What only the default of a parameter leaves empty, a deployment may set.
    values = [leaf for _, leaf in branches(graph.environment_value(function, variable.name))]
    return all(
        isinstance(leaf, Known) and leaf.value in (None, "") and leaf.provenance is not Provenance.DEFAULT for leaf in values
    )


def filled(value: Value, function: Function, graph: Graph, depth: int = DEPTH) -> Value:
    """Return a value with the function's environment variables and the resources that they name put in."""
    return choose(((guard, _leaf(leaf, function, graph, depth)) for guard, leaf in branches(value)), value.trail)


def _leaf(leaf: Leaf, function: Function, graph: Graph, depth: int) -> Value:
    if isinstance(leaf, Unknown):
        return leaf
    content = leaf.value
    if isinstance(content, Environment):
        return _variable(content, function, graph)
    if isinstance(content, Reference):
        return Known(canonical(graph, content), leaf.trail, leaf.provenance)
    if isinstance(content, Pattern):
        return _text(leaf, content, function, graph)
    if depth == 0:
        return leaf
    if isinstance(content, Items):
        items = tuple(Item(filled(item.value, function, graph, depth - 1), item.guard) for item in content.items)
        return replace(leaf, value=replace(content, items=items))
    if isinstance(content, Fields):
        values = {name: filled(entry, function, graph, depth - 1) for name, entry in content.values.items()}
        return replace(leaf, value=replace(content, values=values))
    return leaf


def _variable(variable: Environment, function: Function, graph: Graph) -> Value:
    def known(leaf: Leaf) -> Leaf:
        if isinstance(leaf, Known) and leaf.value in (None, ""):
            return Unknown(f"the environment variable {variable.name} is not set")
        return Known(canonical(graph, leaf.value), leaf.trail, leaf.provenance) if isinstance(leaf, Known) else leaf

    return choose((guard, known(leaf)) for guard, leaf in branches(graph.environment_value(function, variable.name)))


def _text(leaf: Known, pattern: Pattern, function: Function, graph: Graph) -> Value:
    parts: list[Value] = []
    for part in pattern.parts:
        if isinstance(part, Environment):
            parts.append(_variable(part, function, graph))
        else:
            parts.append(part if isinstance(part, Unknown) else Known(canonical(graph, part)))
    return choose(((guard, join_text(leaves)) for guard, leaves in jointly(*parts)), leaf.trail)


def named_by(resource: Leaf | None, graph: Graph) -> Node | None:
    """Return the resource of the project that an ARN is built around, None where there is none."""
    if not isinstance(resource, Known):
        return None
    content = resource.value
    parts = (content,) if isinstance(content, Reference) else content.parts if isinstance(content, Pattern) else ()
    referred = next((graph.node(part.address) for part in parts if isinstance(part, Reference)), None)
    return referred if referred is not None else _by_text(known_text_parts(resource) or "", graph)


def _by_text(arn: str, graph: Graph) -> Node | None:
    """Return the resource that has the name in an ARN."""
    fields = arn.split(":", 5)
    if len(fields) < 6:
        return None
    for kind in SERVICES.get(fields[2], ()):
        prefix, attribute = ARNS[kind]
        before = next((part for part in reversed(prefix) if isinstance(part, str)), "").lstrip(":").rpartition(":")[2]
        if attribute and fields[5].startswith(before):
            name = fields[5][len(before) :].partition("/")[0].partition(":")[0]
            found = graph.by_name(kind, attribute).get(name)
            if found is not None:
                return found
    return None
