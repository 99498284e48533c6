"""FL405 missing-invoke-permission."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import canonical_principal
from faaslint.graph import Graph
from faaslint.iam import match
from faaslint.model.edges import Edge
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import NEVER, Guard
from faaslint.model.nodes import Function, ResourcePolicy
from faaslint.model.span import Location
from faaslint.model.value import Leaf, Unknown, jointly

from .principals import EVERYONE, is_account, lets_invoke, owns, principal_text
from .sources import nodes_in, service_of

RESOURCE_POLICY = "AWS::Lambda::ResourcePolicy"
"""A resource type that sets a function's whole resource policy at once."""


@rule(
    id="FL405",
    name="missing-invoke-permission",
    level=Level.ERROR,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",),
)
def missing_invoke_permission(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A service is wired to a function that nothing lets it call.

    What it does
    Looks at each source that calls a function itself (S3, SNS, EventBridge, API Gateway and its authorizers, Logs, IoT,
    Cognito, load balancers, Config, Secrets Manager rotation, SES) without a role of its own, and checks that some
    permission of the project lets that service call the function, on whatever source, alias or version. All places that wire
    one service to one function make one finding.

    Why it matters
    Some services refuse to be set up without the permission; others are set up, and every one of their calls fails: the
    function never runs, and nothing in its own logs says so.

    How to fix
    Add a permission for the service's principal, with the source as its `SourceArn`.

    What it can't know
    Permissions that something outside the project adds: another stack, a console, a module that is not on disk.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
    """
    wired: dict[str, list[tuple[Guard, Edge]]] = {}
    unknown: list[Answer] = []
    for guard, edge in graph.triggers_of(function):
        if not edge.principal or edge.by_role:
            continue
        for inner, (role,) in jointly(edge.credentials, given=guard & function.guard):
            if isinstance(role, Unknown):
                unknown.append(withheld(role, edge.source))
            elif role.value is None:
                wired.setdefault(canonical_principal(edge.principal), []).append((inner, edge))
    if not wired:
        yield from unknown or (INAPPLICABLE,)
        return
    yield from unknown
    incomplete = graph.permissions_unknown()
    for principal, sources in wired.items():
        allowed, perhaps = _allowed(function, principal, graph)
        lacking = [
            (rest, edge)
            for guard, edge in sources
            if (rest := guard & ~allowed).satisfiable() and not _named_for_another(function, edge, graph)
        ]
        if not lacking:
            continue
        if incomplete is not None:
            yield Withheld(incomplete.why, incomplete.where)
        elif any(node.type == RESOURCE_POLICY for node in graph.all(ResourcePolicy)):
            yield Withheld("a resource policy of the project may let it", function.span)
        elif perhaps is not None:
            yield perhaps
        else:
            yield _claim(function, principal, lacking)


def _allowed(function: Function, principal: str, graph: Graph) -> tuple[Guard, Withheld | None]:
    """When the service surely may call, and why it perhaps may in other cases too."""
    allowed = NEVER
    perhaps: Withheld | None = None
    for guard, permission, _ in graph.permissions_on(function):
        for inner, (who, action) in jointly(permission.principal, permission.action, given=guard & permission.guard):
            covers = lets_invoke(action)
            text = principal_text(who)
            if covers is match.Answer.NO or (text not in (None, principal, EVERYONE) and not is_account(str(text))):
                continue
            if text is None or covers is match.Answer.MAYBE:
                perhaps = perhaps or Withheld(f"the permission '{permission.name}' may let it", permission.span)
            else:
                allowed = allowed | inner
    return allowed, perhaps


def _named_for_another(function: Function, edge: Edge, graph: Graph) -> bool:
    """Whether a permission names the very source, and another service: principal-not-owner-of-source speaks of that."""
    meant = (edge.source, edge.via)
    return any(
        node in meant and lets_invoke(action) is not match.Answer.NO and _is_another(who, arn, graph)
        for _, permission, _ in graph.permissions_on(function)
        for _, (arn, action, who) in jointly(permission.source_arn, permission.action, permission.principal)
        for _, node in nodes_in(graph, arn)
    )


def _is_another(principal: Leaf, source_arn: Leaf, graph: Graph) -> bool:
    text, service = principal_text(principal), service_of(graph, source_arn)
    return text is not None and service is not None and owns(text, service) is False


def _claim(function: Function, principal: str, lacking: list[tuple[Guard, Edge]]) -> Answer:
    guard, edge = lacking[0]
    for other, _ in lacking[1:]:
        guard = guard | other
    return claim(
        function,
        "",
        f"Function '{function.name}' is wired to {principal} here, but no permission lets that service call it; "
        f"add a permission for the principal {principal} with this source as its source ARN.",
        at=edge.place or edge.source.here(),
        related=[
            Location(function.span, "the function that it should call"),
            *(Location(other.place.span, "wired here too") for _, other in lacking[1:] if other.place is not None),
        ],
        route=[
            Location(edge.place.span if edge.place else edge.source.span, f"'{edge.source.name}' calls as {principal}"),
            Location(function.span, f"function '{function.name}'"),
        ],
        guard=guard,
    )
