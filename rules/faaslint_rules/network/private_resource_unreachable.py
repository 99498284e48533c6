"""FL609 private-resource-unreachable."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.networks import rules_of
from faaslint.graph.queries import Binding, bindings_of
from faaslint.graph.resolve import resolved
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, GatewayAttachment, Peering, SecurityGroup, SecurityRule, Subnet
from faaslint.model.read import boolean_of, elements, integer_of, openness, text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Unknown, Value, branches, jointly

from .placed import VpcIdentity, is_empty, vpc_identity
from .private import RESOURCES, Resource, addresses_of, is_private, port_of, vpcs_of


@rule(id="FL609", name="private-resource-unreachable", level=Level.ERROR, visits=Function)
def private_resource_unreachable(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function is told the address of a private resource that it can't reach.

    What it does
    Looks at environment variables that hold the address of a database, cache, broker or proxy of the project that is not
    public. The function must have a VPC, and the same one (errors); and where all rules of the resource's security groups
    are known, one of them must let the function's security groups or subnets reach its port (a warning).

    Why it matters
    A function outside the resource's VPC can't resolve or reach its address: connections hang until they time out.

    How to fix
    Configure the function with subnets of the resource's VPC, and add an ingress rule for the function's security group to
    the resource's security group.

    What it can't know
    Networks of other projects, peering and transit gateways that join two VPCs (it is silent where the project has any), and
    whether the function uses the variable.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    - https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.Scenarios.html
    """
    asked = False
    spoken: set[str] = set()
    for binding in bindings_of(graph, function):
        resource = binding.resource
        if not isinstance(resource, RESOURCES) or resource.id in spoken or not addresses_of(function, binding):
            continue
        private = is_private(graph, resource)
        if private is False:
            continue
        asked = True
        spoken.add(resource.id)
        if private is None:
            yield Withheld("whether the resource is public can't be known", resource.span)
            continue
        yield from _judge(function, graph, binding, resource)
    if not asked:
        yield INAPPLICABLE


def _judge(function: Function, graph: Graph, binding: Binding, resource: Resource) -> Iterator[Answer]:
    given = function.guard & binding.guard & resource.guard
    values = (function.vpc, function.subnets, function.security_groups, function.capacity_provider)
    for guard, (vpc, subnets, groups, provider) in jointly(*values, given=given):
        if isinstance(provider, Unknown) or provider.value is not None:
            yield Withheld("the network of a capacity provider is another one", function.at("capacity_provider").span)
        elif isinstance(vpc, Unknown):
            yield Withheld(vpc.why, function.at("vpc").span)
        elif isinstance(subnets, Unknown) and not _are_known(graph, groups):
            yield Withheld(subnets.why, function.at("vpc").span)
        elif vpc.value is None or (is_empty(subnets) and is_empty(groups)):
            yield _claim(
                function,
                binding,
                resource,
                f"Function '{function.name}' is told the address of '{resource.name}' in {binding.variable}, but has no "
                "VPC and can't reach it; configure it with subnets of the resource's VPC.",
                guard,
            )
        else:
            yield from _inside(function, graph, binding, resource, guard, subnets, groups)


def _inside(
    function: Function, graph: Graph, binding: Binding, resource: Resource, guard: Guard, subnets: Value, groups: Value
) -> Iterator[Answer]:
    # A function's security groups are of the VPC of its subnets.
    inside = [one for value, kind in ((subnets, Subnet), (groups, SecurityGroup)) for _, one in resolved(graph, value, kind)]
    placed = [
        found
        for one in inside
        if isinstance(one, (Subnet, SecurityGroup)) and (found := vpc_identity(graph, one)) is not None
    ]
    there = list(vpcs_of(graph, resource))
    joined = bool(graph.all(Peering)) or any(
        not (isinstance(one.transit_gateway, Known) and one.transit_gateway.value is None)
        for one in graph.all(GatewayAttachment)
    )
    if placed and there and all(_apart(mine, theirs) for mine in placed for theirs in there):
        if joined:
            yield Withheld("two VPCs may be joined", binding.place.span)
            return
        yield _claim(
            function,
            binding,
            resource,
            f"Function '{function.name}' is told the address of '{resource.name}' in {binding.variable}, but is in "
            "another VPC and can't reach it; use subnets of the resource's VPC.",
            guard,
        )
        return
    yield from _filtered(function, graph, binding, resource, guard, subnets, groups)


def _are_known(graph: Graph, groups: Leaf) -> bool:
    """Return whether all security groups of a function are of the project, and there is one."""
    found = [one for _, one in resolved(graph, groups, SecurityGroup)]
    return bool(found) and openness(groups) is None and all(isinstance(one, SecurityGroup) for one in found)


def _apart(one: VpcIdentity, other: VpcIdentity) -> bool:
    # One of the project and one that is written out may be joined outside: two of the project are what the project shows.
    return one.vpc is not None and other.vpc is not None and one.differs_from(other)


def _filtered(
    function: Function, graph: Graph, binding: Binding, resource: Resource, guard: Guard, subnets: Value, groups: Value
) -> Iterator[Answer]:
    port = port_of(resource)
    theirs = [one for _, one in resolved(graph, resource.security_groups, SecurityGroup)]
    ours = [one for _, one in resolved(graph, groups, SecurityGroup)]
    known = [one for one in theirs if isinstance(one, SecurityGroup)]
    if port is None or not known or len(known) < len(theirs) or openness(resource.security_groups) is not None:
        yield Withheld("the resource's port or security groups can't be known", resource.span)
        return
    if openness(groups) is not None or not all(isinstance(one, SecurityGroup) for one in ours):
        yield Withheld("the function's security groups can't be known", function.at("security_groups").span)
        return
    for group in known:
        found = rules_of(graph, group, "ingress")
        if found.openness is not None:
            yield Withheld(found.openness.why, found.openness.where or group.span)
            return
        for _, one in found.rules:
            if _may_let(graph, one, group, port, ours, subnets):
                return
    names = ", ".join(f"'{group.name}'" for group in known)
    yield _claim(
        function,
        binding,
        resource,
        f"Function '{function.name}' is told the address of '{resource.name}' in {binding.variable}, but no rule of its "
        f"security groups ({names}) lets the function reach port {port}; add an ingress rule for the function's "
        "security group.",
        guard,
        level=Level.WARNING,
    )


def _may_let(
    graph: Graph,
    one: SecurityRule,
    group: SecurityGroup,
    port: int,
    ours: list[SecurityGroup | Unknown | None],
    subnets: Value,
) -> bool:
    """Return whether a rule may let the function reach the port. Whatever is not known may."""
    for _, (protocol, low, high) in jointly(one.protocol, one.from_port, one.to_port):
        text = text_of(protocol)
        if isinstance(protocol, Unknown) or text is None or text in ("-1", "all"):
            break
        if text.lower() not in ("tcp", "6"):
            continue
        first, last = integer_of(low), integer_of(high)
        if first is None or last is None or first <= port <= last:
            break
    else:
        return False
    for _, leaf in branches(one.own_group):
        if isinstance(leaf, Unknown) or (boolean_of(leaf) and group in ours):
            return True
    for _, peer in resolved(graph, one.peers, SecurityGroup):
        if peer in ours or not isinstance(peer, SecurityGroup):
            return True
    if any(True for _ in elements(one.prefix_lists)):
        return True
    cidrs = [leaf for value in (one.cidrs, one.ipv6_cidrs) for _, leaf in elements(value)]
    return any(_overlaps(graph, leaf, subnets) for leaf in cidrs)


def _overlaps(graph: Graph, block: Value, subnets: Value) -> bool:
    from ipaddress import ip_network

    text = text_of(block) if isinstance(block, Known) else None
    if isinstance(subnets, Unknown):
        return True
    for _, subnet in resolved(graph, subnets, Subnet):
        cidr = text_of(subnet.cidr) if isinstance(subnet, Subnet) and isinstance(subnet.cidr, Known) else None
        if text is None or cidr is None:
            return True
        try:
            if ip_network(text, strict=False).overlaps(ip_network(cidr, strict=False)):
                return True
        except (ValueError, TypeError):
            return True
    return False


def _claim(
    function: Function, binding: Binding, resource: Resource, message: str, guard: Guard, level: Level | None = None
) -> Answer:
    return claim(
        function,
        "environment",
        message,
        at=binding.place,
        related=(Location(resource.span, f"'{resource.name}' is private"), Location(function.span, "the function")),
        level=level,
        guard=guard,
    )
