"""SAM policy templates that grant exactly what a function needs on one resource."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from ..graph import Graph
from ..iam.actions import expand
from ..iam.templates import policy_template, template_names, template_parameters
from ..model.nodes import Bucket, Bus, Function, Key, Node, Queue, Secret, StateMachine, Stream, Table, Topic
from ..model.read import elements, entry, text_of
from ..model.value import Known, Leaf, Reference, Unknown
from .written import resource_text

PARAMETERS: Final = {
    "TableName": (Table, "Ref"),
    "BucketName": (Bucket, "Ref"),
    "QueueName": (Queue, "QueueName"),
    "TopicName": (Topic, "TopicName"),
    "FunctionName": (Function, "Ref"),
    "StreamName": (Stream, "Ref"),
    "StateMachineName": (StateMachine, "Name"),
    "EventBusName": (Bus, "Ref"),
    "SecretArn": (Secret, "Ref"),
    "KeyId": (Key, "Ref"),
}
"""What the parameter of a template names: a kind of resource, by an attribute."""


def fitting_template(
    node: Node, granted: frozenset[tuple[str, str]], graph: Graph
) -> tuple[str, tuple[tuple[str, Leaf], ...]] | None:
    """Return the template that grants exactly these (action, resource) pairs on a resource, and its arguments.

    Resources are compared as :func:`resource_text` gives them. None where no template fits.
    """
    for name, parameter, actions in _candidates(type(node).__name__):
        if {action for action, _ in granted} != set(actions):
            continue
        argument = Known(Reference(node.id, PARAMETERS[parameter][1]))
        if _pairs(name, parameter, argument, graph) == granted:
            return name, ((parameter, argument),)
    return None


@cache
def _candidates(kind: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return the templates whose one parameter names a kind of resource: name, parameter, actions."""
    found: list[tuple[str, str, tuple[str, ...]]] = []
    for name in template_names():
        parameters = template_parameters(name) or ()
        if len(parameters) != 1 or parameters[0] not in PARAMETERS or PARAMETERS[parameters[0]][0].__name__ != kind:
            continue
        document = policy_template(name, {parameters[0]: Unknown("any")})
        if document is not None:
            actions = {action for action, _ in _statements(document)}
            found.append((name, parameters[0], tuple(sorted(actions))))
    return tuple(sorted(found, key=lambda entry: len(entry[2])))


def _pairs(name: str, parameter: str, argument: Leaf, graph: Graph) -> frozenset[tuple[str, str]]:
    document = policy_template(name, {parameter: argument})
    assert document is not None, "the candidates are templates"
    return frozenset((action, resource_text(leaf, graph).removesuffix("*")) for action, leaf in _statements(document))


def _statements(document: Leaf | object) -> Iterator[tuple[str, Leaf]]:
    """Yield each action of a template's document with each resource, wildcards in actions expanded."""
    assert isinstance(document, Known)
    for _, statement in elements(entry(document, "Statement")):
        for _, action in elements(entry(statement, "Action")):
            for _, resource in elements(entry(statement, "Resource")):
                for one in expand(text_of(action) or "") or (text_of(action) or "",):
                    yield one, resource
