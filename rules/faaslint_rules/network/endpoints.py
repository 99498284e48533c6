"""VPC endpoints: which of them serve the API that an SDK client calls, and which hosts are on the internet."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from faaslint.graph import Graph
from faaslint.graph.networks import vpc_of
from faaslint.graph.resolve import resolved
from faaslint.model.nodes import EndpointRoute, Node, RouteTable, Subnet, VpcEndpoint
from faaslint.model.read import elements, known_text_parts, openness, text_of
from faaslint.model.value import Known, Unknown, Value, branches

ENDPOINT_NAMES: Final = {
    "apigatewaymanagementapi": ("execute-api",),
    "cloudwatch": ("monitoring",),
    "ecr": ("ecr.api",),
    "efs": ("elasticfilesystem",),
    "elbv2": ("elasticloadbalancing",),
    "emr": ("elasticmapreduce",),
    "es": ("es",),
    "firehose": ("kinesis-firehose",),
    "kinesis": ("kinesis-streams",),
    "stepfunctions": ("states", "sync-states"),
    "timestream-write": ("timestream.ingest",),
    "timestream-query": ("timestream.query",),
}
"""What an endpoint's service is called where that is not the SDK's name of the client."""

GLOBAL: Final = frozenset({"iam", "route53", "cloudfront", "organizations", "account", "support", "ce"})
"""Services without VPC endpoints that the SDK always reaches over the internet."""


class Reach(StrEnum):
    """Whether an endpoint serves an API."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


def endpoint_for(graph: Graph, service: str, subnet: Subnet, table: RouteTable | None) -> Reach:
    """Return whether an endpoint of the project serves an SDK client's calls from a subnet."""
    if graph.openness is not None:
        return Reach.MAYBE
    best = Reach.NO
    for endpoint in graph.all(VpcEndpoint):
        serves = _serves(endpoint, service)
        if serves is Reach.NO:
            continue
        reaches = _reaches(graph, endpoint, subnet, table)
        if serves is Reach.YES and reaches is Reach.YES:
            return Reach.YES
        if reaches is not Reach.NO:
            best = Reach.MAYBE
    return best


def _serves(endpoint: VpcEndpoint, service: str) -> Reach:
    names = ENDPOINT_NAMES.get(service, (service,))
    answers: set[Reach] = set()
    for _, leaf in branches(endpoint.service):
        text = known_text_parts(leaf)
        if text is None or "\0" in text.rpartition(".")[2]:
            answers.add(Reach.MAYBE)
        elif any(text.endswith(f".{name}") for name in names):
            answers.add(Reach.YES)
        else:
            # The endpoint of another service: unless it is called like this one, in some way that the table does not have.
            answers.add(Reach.MAYBE if service in text else Reach.NO)
    return answers.pop() if len(answers) == 1 else Reach.MAYBE


def _reaches(graph: Graph, endpoint: VpcEndpoint, subnet: Subnet, table: RouteTable | None) -> Reach:
    """An interface endpoint serves its whole VPC by its private name, a gateway endpoint the route tables that it names."""
    kinds = {text_of(leaf) for _, leaf in branches(endpoint.endpoint_type)}
    if kinds != {"Gateway"}:
        here = [vpc for _, vpc in vpc_of(graph, subnet)]
        there = [vpc for _, vpc in vpc_of(graph, endpoint)]
        if all(isinstance(one, Node) for one in (*here, *there)):
            return Reach.YES if here == there else Reach.NO
        return Reach.MAYBE
    tables = [one for _, one in resolved(graph, endpoint.route_tables, RouteTable)]
    for association in graph.all(EndpointRoute):
        of = [one for _, one in resolved(graph, association.endpoint, VpcEndpoint)]
        if endpoint in of:
            tables += [one for _, one in resolved(graph, association.table, RouteTable)]
        elif any(isinstance(one, Unknown) for one in of):
            return Reach.MAYBE
    if table is not None and table in tables:
        return Reach.YES
    complete = openness(endpoint.route_tables) is None and all(isinstance(one, RouteTable) for one in tables)
    return Reach.NO if complete and table is not None else Reach.MAYBE


def public_host(url: Value) -> str:
    """Return the host of an address on the internet; empty where it is private, computed or no address."""
    for _, leaf in elements(url):
        text = known_text_parts(leaf) if isinstance(leaf, Known) else None
        if text is None or "://" not in text:
            continue
        host = text.split("://", 1)[1].split("/", 1)[0].rpartition("@")[2].partition(":")[0]
        labels = host.split(".")
        if "\0" in host or len(labels) < 2 or labels[-1] in PRIVATE_ENDINGS or labels[-1].isdigit():
            continue
        if host.endswith(".amazonaws.com"):
            # The regional name of an AWS service may be an endpoint's.
            continue
        return host
    return ""


PRIVATE_ENDINGS: Final = frozenset({"internal", "local", "localhost", "lan", "corp", "home", "test", "example", "invalid"})
