"""Databases, caches and brokers that are reached over a network: their addresses, their VPC, their ports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from faaslint.facts import databases
from faaslint.graph import Graph
from faaslint.graph.queries import Binding
from faaslint.graph.resolve import resolved
from faaslint.model.nodes import Broker, Database, Function, Proxy, SecurityGroup, Subnet, SubnetGroup
from faaslint.model.read import boolean_of, entry, integer_of, text_of
from faaslint.model.value import Known, Pattern, Reference, Unknown, Value, branches

from .placed import VpcIdentity, vpc_identity

Resource: TypeAlias = Database | Broker | Proxy
"""What may be private."""

RESOURCES: Final = (Database, Broker, Proxy)

PRIVATE_BY_NATURE: Final = frozenset({"elasticache", "memorydb", "neptune"})
"""Families without public addresses."""

BROKER_PORTS: Final = {"documentdb": 27017}


def addresses_of(function: Function, binding: Binding) -> bool:
    """Return whether an environment variable holds an address of the resource, and not its name or ARN."""
    value = entry(function.environment, binding.variable)
    for _, leaf in branches(value):
        content = leaf.value if isinstance(leaf, Known) else None
        parts = content.parts if isinstance(content, Pattern) else (content,)
        for part in parts:
            if isinstance(part, Reference) and part.address == binding.resource.id:
                attribute = part.attribute.lower()
                if any(word in attribute for word in ("endpoint", "address", "bootstrap", "brokers")) and not (
                    attribute.endswith("port")
                ):
                    return True
    return False


def is_private(graph: Graph, resource: Resource) -> bool | None:
    """Return whether a resource is certainly reached from inside its VPC only; None where that can't be known."""
    if isinstance(resource, Proxy):
        return True
    if isinstance(resource, Broker):
        return _not(resource.public, default=True)
    if resource.family in PRIVATE_BY_NATURE:
        return True
    stated = _not(resource.public, default=None)
    if stated is not None:
        return stated
    if resource.family == "rds-cluster":
        members = [
            one for one in graph.all(Database) if any(c is resource for _, c in resolved(graph, one.cluster, Database))
        ]
        answers = {is_private(graph, one) for one in members}
        return answers.pop() if len(answers) == 1 else None
    if resource.family in ("rds", "rds-cluster-instance") and resource.type.startswith("aws_"):
        # The provider's default; CloudFormation's depends on the network.
        return True if isinstance(resource.public, Known) else None
    return None


def _not(public: Value, *, default: bool | None) -> bool | None:
    answers: set[bool | None] = set()
    for _, leaf in branches(public):
        if isinstance(leaf, Unknown):
            return None
        if leaf.value is None:
            answers.add(default)
            continue
        flag = boolean_of(leaf)
        text = text_of(leaf)
        answers.add(
            not flag if flag is not None else text == "DISABLED" if text in ("DISABLED", "SERVICE_PROVIDED_EIPS") else None
        )
    return answers.pop() if len(answers) == 1 else None


def vpcs_of(graph: Graph, resource: Resource) -> Iterator[VpcIdentity]:
    """Yield the VPC of each security group and subnet of a resource, as far as they are known."""
    for _, group in resolved(graph, resource.security_groups, SecurityGroup):
        if isinstance(group, SecurityGroup) and (found := vpc_identity(graph, group)) is not None:
            yield found
    for _, subnet in resolved(graph, resource.subnets, Subnet):
        if isinstance(subnet, Subnet) and (found := vpc_identity(graph, subnet)) is not None:
            yield found
    if isinstance(resource, Proxy):
        return
    for _, listed in resolved(graph, resource.subnet_group, SubnetGroup):
        if isinstance(listed, SubnetGroup):
            for _, subnet in resolved(graph, listed.subnets, Subnet):
                if isinstance(subnet, Subnet) and (found := vpc_identity(graph, subnet)) is not None:
                    yield found


def port_of(resource: Resource) -> int | None:
    """Return the port that a resource listens on, None where it has several or it can't be known."""
    if isinstance(resource, Proxy):
        return None
    if isinstance(resource.port, Unknown):
        return None
    port = integer_of(resource.port) if isinstance(resource.port, Known) else None
    if port is not None:
        return port
    if isinstance(resource, Broker):
        return BROKER_PORTS.get(resource.engine)
    engine = text_of(resource.engine) if isinstance(resource.engine, Known) else None
    absent = isinstance(resource.port, Known) and resource.port.value is None
    return databases.default_port(engine) if engine is not None and absent else None
