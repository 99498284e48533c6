"""FL605 no-egress."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.networks import rules_of
from faaslint.model.facts import Found, Handler, Reachable
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, Node, SecurityGroup, Subnet
from faaslint.model.read import boolean_of
from faaslint.model.span import Location
from faaslint.model.value import branches

from .endpoints import Reach, endpoint_for, public_host
from .placed import Member, Placement, is_empty, members, placements
from .routes import Way, Ways, ways_of


class Need(NamedTuple):
    """A call that leaves the VPC: an SDK client's service, or a host of the internet."""

    call: Node
    service: str
    host: str


@rule(id="FL605", name="no-egress", level=Level.ERROR, visits=Function, supersedes=("FL604",))
def no_egress(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's code calls out of its VPC, and no way leads there.

    What it does
    Looks at a function with source that calls AWS's APIs or the internet, and at the routes of its subnets. Ways out are
    a NAT gateway or instance, a transit, virtual private or peering gateway, the endpoint of a firewall or load balancer,
    an egress-only gateway for a dual-stack function, and, for one AWS service, a VPC endpoint. An internet gateway is
    none: a function's interfaces have no public address. In Terraform it also checks (a warning) that the function's
    security groups have an egress rule: the provider takes the rule away that lets everything out.

    Why it matters
    The call hangs until the client's or the function's timeout.

    How to fix
    Route the subnets' traffic through a NAT gateway that is in a public subnet, add VPC endpoints for the services that the
    code calls, or take the function out of the VPC.

    What it can't know
    Subnets, route tables and endpoints of other projects, routes of a VPC's main table that the project does not have,
    source in languages other than Python, and calls whose service is computed.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
    - https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    - https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group
    """
    asked = False
    for placement in placements(function):
        if is_empty(placement.subnets):
            continue
        asked = True
        yield from _blocked(function, graph, placement)
        for guard, handler in graph.handlers_of(function):
            both = placement.guard & guard
            if both.satisfiable() and handler.found is Found.YES:
                yield from _stranded(function, graph, placement, handler, both)
            elif both.satisfiable() and handler.found is Found.UNKNOWN:
                yield Withheld(handler.why or "the handler's code can't be known", handler.span)
    if not asked:
        yield INAPPLICABLE


def _stranded(function: Function, graph: Graph, placement: Placement, handler: Handler, guard: Guard) -> Iterator[Answer]:
    needs = list(_needs(handler))
    if not needs:
        return
    dual_stack = any(boolean_of(leaf) is not False for _, leaf in branches(function.dual_stack))
    listed, openness = members(graph, placement.subnets, Subnet)
    unknown: Withheld | None = None
    if openness is not None:
        unknown = Withheld(openness.why, function.at("subnets", placement.subnets).span)
    for member in listed:
        subnet = member.node
        if not isinstance(subnet, Subnet):
            why = "a subnet of the function is not in this project"
            unknown = unknown or Withheld(why, function.at("subnets", member.leaf).span)
            continue
        ways = ways_of(graph, subnet, dual_stack=dual_stack)
        if any(way is Way.OUT for _, _, way in ways.found):
            continue
        if ways.openness is not None or any(way is Way.UNKNOWN for _, _, way in ways.found):
            why = ways.openness.why if ways.openness is not None else "where a route leads can't be known"
            unknown = unknown or Withheld(why, subnet.span)
            continue
        for need in needs:
            reach = endpoint_for(graph, need.service, subnet, ways.routing.table) if need.service else Reach.NO
            if reach is Reach.NO:
                yield _claim(function, handler, member, ways, need, guard & member.guard)
                return
            if reach is Reach.MAYBE:
                unknown = unknown or Withheld("whether an endpoint serves it can't be known", need.call.span)
    if unknown is not None:
        yield unknown


def _needs(handler: Handler) -> Iterator[Need]:
    for call in handler.calls:
        if call.reachable is Reachable.YES and not call.own_endpoint:
            yield Need(call, call.service, "")
    for request in handler.network:
        host = public_host(request.url) if request.reachable is Reachable.YES else ""
        if host:
            yield Need(request, "", host)


def _claim(function: Function, handler: Handler, member: Member, ways: Ways, need: Need, guard: Guard) -> Answer:
    subnet = member.node
    assert isinstance(subnet, Subnet)
    gateway = next((route for _, route, way in ways.found if way is Way.INTERNET_GATEWAY), None)
    what = f"the API of {need.service}" if need.service else need.host
    remedy = (
        f"add a VPC endpoint for {need.service}, or route through a NAT gateway"
        if need.service
        else ("route its traffic through a NAT gateway")
    )
    missing = "its internet gateway does nothing for functions" if gateway is not None else "it has no route out"
    table = ways.routing.table
    return claim(
        function,
        "subnets",
        f"Function '{function.name}' calls {what} from subnet '{subnet.name}', but {missing}; {remedy}.",
        at=need.call.here(),
        related=(
            Location(function.at("subnets", member.leaf).span, f"in subnet '{subnet.name}'"),
            *((Location(gateway.span, "the route to the internet gateway"),) if gateway is not None else ()),
            *((Location(table.span, "the subnet's route table"),) if table is not None else ()),
        ),
        route=(
            Location(function.span, f"function '{function.name}'"),
            Location(handler.span, "its handler"),
            Location(need.call.span, "the call"),
        ),
        guard=guard,
    )


def _blocked(function: Function, graph: Graph, placement: Placement) -> Iterator[Answer]:
    """Terraform's security groups let nothing out unless a rule says so."""
    if not graph.kind.startswith("terraform"):
        return
    listed, openness = members(graph, placement.groups, SecurityGroup)
    if not listed or openness is not None:
        return
    groups: list[SecurityGroup] = []
    for member in listed:
        if not isinstance(member.node, SecurityGroup):
            return
        found = rules_of(graph, member.node, "egress")
        if found.rules or found.openness is not None:
            return
        groups.append(member.node)
    names = ", ".join(f"'{group.name}'" for group in groups)
    yield claim(
        function,
        "security_groups",
        f"Function '{function.name}' can't send anything: its security groups ({names}) have no egress rule, and "
        "Terraform takes AWS's own away; add one.",
        value=placement.groups,
        related=tuple(Location(group.span, f"security group '{group.name}'") for group in groups),
        level=Level.WARNING,
        guard=placement.guard,
    )
