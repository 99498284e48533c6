"""FL408 orphan-permission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import canonical_principal, push_sources
from faaslint.graph import Graph
from faaslint.graph.queries import api_of, triggers
from faaslint.model import nodes
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function, Node, Origin, Permission
from faaslint.model.span import Location, Place
from faaslint.model.value import Leaf, Unknown, branches, is_absent

from .principals import principal_text
from .sources import is_no_arn, nodes_in
from .wiring import wiring_of

WIRINGS: Final[dict[type[Node], tuple[type[Node], str]]] = {
    nodes.Bucket: (nodes.BucketNotification, "target"),
    nodes.Topic: (nodes.Subscription, "endpoint"),
    nodes.EventRule: (nodes.EventTarget, "target"),
    nodes.Api: (nodes.Integration, "uri"),
    nodes.LogGroup: (nodes.LogSubscription, "target"),
}
"""Kinds of source whose wirings are all read, what states the wiring, and its attribute that names what is called."""


@rule(
    id="FL408",
    name="orphan-permission",
    level=Level.NOTE,
    visits=Permission,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",),
)
def orphan_permission(permission: Permission, graph: Graph, context: Context) -> Iterator[Answer]:
    """A permission lets a source of the project call a function, and nothing wires it to that function.

    What it does
    Looks at permissions whose `SourceArn` names a bucket, topic, rule, API or log group of the same project, and
    checks that the source calls the function somewhere. Where another source of the same service is wired to the function
    without a permission, `permission-for-other-source` speaks instead.

    Why it matters
    It is left over from something that was removed, or the wiring was forgotten: the function never runs for this source.

    How to fix
    Wire the source to the function, or remove the permission.

    What it can't know
    Wirings that are made outside the project, such as a notification that a script or another stack adds.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    """
    if permission.origin is not Origin.USER:
        yield INAPPLICABLE
        return
    functions = [function for _, function, _ in graph.functions_called_by(permission)]
    sources = [
        (leaf, node)
        for _, leaf in branches(permission.source_arn)
        for _, node in nodes_in(graph, leaf)
        if type(node) in WIRINGS and not is_no_arn(graph, leaf)
    ]
    for _, leaf in branches(permission.source_arn):
        if isinstance(leaf, Unknown) and functions:
            yield withheld(leaf, permission)
            return
    if not functions or not sources or not _calls_itself(permission):
        yield INAPPLICABLE
        return
    if graph.openness is not None:
        yield Withheld(graph.openness.why, graph.openness.where)
        return
    for leaf, source in sources:
        for function in functions:
            if not _wired(function, source, permission, graph):
                yield _claim(permission, leaf, source, function)
                return


def _calls_itself(permission: Permission) -> bool:
    known = {name for source in push_sources().values() for name in source.principals if not source.by_role}
    return all((text := principal_text(leaf)) is not None and text in known for _, leaf in branches(permission.principal))


def _wired(function: Function, source: Node, permission: Permission, graph: Graph) -> bool:
    """Whether something of the source's service calls the function, which this permission serves or another rule reports."""
    wiring = wiring_of(function, graph)
    if permission.id in wiring.used or any(one.near.permission is permission for one in wiring.unserved):
        return True
    texts = {principal_text(leaf) for _, leaf in branches(permission.principal)}
    for trigger in triggers(graph, function):
        if trigger.source is source or (not trigger.by_role and canonical_principal(trigger.principal) in texts):
            return True
    return _may_call_unseen(source, graph)


def _may_call_unseen(source: Node, graph: Graph) -> bool:
    """Whether a wiring of the source's kind leads somewhere that is not known."""
    if isinstance(source, nodes.Api) and not (is_absent(source.body) or graph.out(source, EdgeKind.ROUTES_TO)):
        return True
    led = {(edge.via or edge.source).id for edge in graph.edges() if edge.kind in (EdgeKind.TRIGGERS, EdgeKind.DELIVERS_TO)}
    kind, attribute = WIRINGS[type(source)]
    if isinstance(source, nodes.Api) and any(
        route.id not in led and not is_absent(route.uri) and api_of(graph, route) is source
        for route in graph.all(nodes.Route)
    ):
        return True
    return any(node.id not in led and not is_absent(getattr(node, attribute)) for node in graph.all(kind))


def _claim(permission: Permission, leaf: Leaf, source: Node, function: Function) -> Answer:
    return claim(
        permission,
        "source_arn",
        f"Permission '{permission.name}' lets '{source.name}' call '{function.name}', but nothing wires it to that "
        "function; wire it, or remove the permission.",
        at=Place(leaf.trail[0] if leaf.trail else permission.span, permission.spellings["source_arn"]),
        related=[Location(source.span, f"the source '{source.name}'"), Location(function.span, "the function")],
    )
