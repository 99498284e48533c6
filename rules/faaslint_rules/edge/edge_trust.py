"""FL712 edge-trust."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.trust import ASSUME, may_assume
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import EdgeAssociation
from faaslint.model.span import Location
from faaslint.model.value import Unknown

from .associated import functions_of, where_associated

SERVICE = "edgelambda.amazonaws.com"


@rule(id="FL712", name="edge-trust", level=Level.ERROR, visits=EdgeAssociation)
def edge_trust(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """Lambda@Edge can't assume the role of a function that a distribution runs.

    What it does
    Reads the trust policy of each role that an associated function may run as, and checks that it lets
    `edgelambda.amazonaws.com` do `sts:AssumeRole`, beside `lambda.amazonaws.com`. A statement with a condition is taken
    to let it in.

    Why it matters
    CloudFront refuses the association: the function's role must be assumable by `edgelambda.amazonaws.com`. A role that was
    made for an ordinary function, also the one that SAM makes, names `lambda.amazonaws.com` only.

    How to fix
    Add `edgelambda.amazonaws.com` to the principals of the role's trust policy. In SAM, `AssumeRolePolicyDocument` of the
    function sets it.

    What it can't know
    Roles outside the project, and whether a condition of the trust policy holds.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html
    """
    for found in functions_of(association, graph):
        if isinstance(found, Withheld):
            yield found
            continue
        function = found.function
        for given, role in graph.roles_of(function):
            guard = found.guard & given
            if not guard.satisfiable():
                continue
            if isinstance(role, Unknown):
                yield Withheld(role.why, role.trail[-1] if role.trail else function.at("role").span)
                continue
            certain, possible = may_assume(role, SERVICE)
            lacking = guard & role.guard & ~possible
            if lacking.satisfiable() and role.trust_openness is None:
                yield claim(
                    function,
                    "role",
                    f"Function '{function.name}' runs at the edge, but its role's trust policy does not let {SERVICE} "
                    f"assume it; allow {ASSUME} to the service {SERVICE}.",
                    at=next((one.at("principals") for one in role.trust_statements), role.at("trust")),
                    related=(
                        Location(function.at("role").span, "the function's role"),
                        where_associated(association),
                    ),
                    route=(
                        Location(association.at("function").span, f"'{association.name}' runs it at the edge"),
                        Location(function.span, f"function '{function.name}'"),
                        Location(role.span, f"role '{role.name}'"),
                    ),
                    guard=lacking,
                )
            elif (guard & ~certain).satisfiable():
                why = (
                    role.trust_openness.why if role.trust_openness is not None else "the trust policy can't be known in full"
                )
                yield Withheld(why, role.at("trust").span)
