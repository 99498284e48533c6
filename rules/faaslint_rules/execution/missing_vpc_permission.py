"""FL309 missing-vpc-permission."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import vpc
from faaslint.graph import Graph
from faaslint.iam.grants import Grants
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import NEVER, Guard
from faaslint.model.nodes import Function, Role
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Unknown, jointly
from faaslint.privilege.attached import is_attached
from faaslint.privilege.grants import grants_of, lack_of, roles_of

from .granted import nearest, used_at

MANAGED = "AWSLambdaVPCAccessExecutionRole"


@rule(
    id="FL309",
    name="missing-vpc-permission",
    level=Level.ERROR,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",),
)
def missing_vpc_permission(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function in a VPC has a role that can't make its network interfaces.

    What it does
    Checks, for a function with subnets (or with a security group, which takes subnets), that its role allows
    `ec2:CreateNetworkInterface`, `ec2:DescribeNetworkInterfaces` and `ec2:DeleteNetworkInterface` (error), and
    `ec2:DescribeSubnets`, `ec2:AssignPrivateIpAddresses` and `ec2:UnassignPrivateIpAddresses`, which AWS's own policy adds
    (note). Functions of a capacity provider are left alone:
    their interfaces belong to its instances.

    Why it matters
    Lambda uses the function's role to attach it to the VPC. Without the first three it refuses the function.

    How to fix
    Attach the managed policy `service-role/AWSLambdaVPCAccessExecutionRole`, or allow the actions on `*`.

    What it can't know
    Policies that are not in the project, and roles of other projects.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    - https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html
    """
    asked = False
    values = (function.subnets, function.security_groups, function.capacity_provider)
    for guard, (subnets, groups, provider) in jointly(*values, given=function.guard):
        if isinstance(provider, Known) and provider.value is not None:
            continue
        attached = is_attached(subnets, groups)
        if attached is False:
            continue
        asked = True
        answers = list(_judge(function, graph, guard, subnets))
        unknown = next((leaf for leaf in (provider, subnets) if isinstance(leaf, Unknown)), None)
        if not answers or (attached and not isinstance(provider, Unknown)):
            # A role that allows everything is good, whatever the subnets turn out to be.
            yield from answers
        elif unknown is not None:
            yield withheld(unknown, function)
        else:
            yield Withheld("it can't be known whether there are subnets", function.at("subnets").span)
    if not asked:
        yield INAPPLICABLE


def _judge(function: Function, graph: Graph, given: Guard, subnets: Leaf) -> Iterator[Answer]:
    for guard, role in roles_of(function, graph):
        both = given & guard
        if not both.satisfiable():
            continue
        if isinstance(role, Withheld):
            yield role
            continue
        grants = grants_of(role, graph)
        core = vpc.core_actions()
        answers = list(_lacking(function, role, grants, core, both, subnets, None))
        if not answers:
            rest = tuple(action for action in vpc.documented_actions() if action not in core)
            answers = [
                answer
                for answer in _lacking(function, role, grants, rest, both, subnets, Level.NOTE)
                if not isinstance(answer, Withheld)
            ]
        yield from answers


def _lacking(
    function: Function,
    role: Role,
    grants: Grants,
    actions: tuple[str, ...],
    given: Guard,
    subnets: Leaf,
    level: Level | None,
) -> Iterator[Answer]:
    missing: list[str] = []
    guard = NEVER
    unknown: Withheld | None = None
    for action in actions:
        # On any resource: a policy may name interfaces, subnets and groups, which nobody can tell from here.
        lack = lack_of(grants, (action,), None, given)
        unknown = unknown or lack.unknown
        if lack.guard.satisfiable():
            missing.append(action)
            guard = guard | lack.guard
    if not missing:
        if unknown is not None:
            yield unknown
        return
    yield claim(
        function,
        "subnets",
        f"Function '{function.name}' is in a VPC, but its role does not allow {', '.join(missing)}"
        + (", so Lambda refuses it" if level is None else ", which AWS's own policy for this grants")
        + f"; allow this on *, or attach {MANAGED}.",
        at=used_at(function, "subnets", subnets),
        related=nearest(grants, role, missing[0]),
        route=[Location(function.span, f"function '{function.name}'"), Location(role.span, f"role '{role.name}'")],
        level=level,
        guard=guard,
    )
