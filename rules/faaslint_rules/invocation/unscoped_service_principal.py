"""FL402 unscoped-service-principal."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam import match
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, LoadBalancerTarget, Node, Origin, Permission
from faaslint.model.span import Location, Place
from faaslint.model.value import Leaf, Unknown, jointly

from .principals import is_scoped, is_service, lets_invoke, lets_invoke_by_url, principal_text

LOAD_BALANCER = "elasticloadbalancing.amazonaws.com"
SCOPES = ("source_arn", "source_account", "organization")


@rule(
    id="FL402",
    name="unscoped-service-principal",
    level=Level.WARNING,
    visits=Permission,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",),
    cwe=(441,),
    security_severity=5.5,
)
def unscoped_service_principal(permission: Permission, graph: Graph, context: Context) -> Iterator[Answer]:
    """A permission lets a service call the function for anyone.

    What it does
    Checks that a permission for a service principal (`s3.amazonaws.com`, `events.amazonaws.com` …) names the source that may
    call, its account, or an organisation. It is a note for `elasticloadbalancing.amazonaws.com` where the target group lists
    the function itself: there a `SourceArn` would make the template circular. Permissions that the SAM transform writes and
    those of Alexa (which has tokens instead) are left alone.

    Why it matters
    The service acts for all its customers. Whoever learns the function's ARN can set up a bucket, topic or rule in another
    account that calls this function with data of their own (the confused deputy).

    How to fix
    Set `SourceArn` to the ARN of the bucket, topic, rule or API; for S3 add `SourceAccount`, because a bucket's ARN names no
    account. Where the ARN can't be known, `SourceAccount` alone keeps other accounts out.

    What it can't know
    Whether the function checks the sender itself.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    if permission.origin is not Origin.USER:
        yield INAPPLICABLE
        return
    asked = False
    values = (permission.principal, permission.action, *(getattr(permission, name) for name in SCOPES))
    for guard, (principal, action, *scopes) in jointly(*values, given=permission.guard):
        who = principal_text(principal)
        if who is not None and (not is_service(who) or who.endswith(".amazon.com")):
            continue
        if match.Answer.NO is lets_invoke(action) is lets_invoke_by_url(action):
            continue
        asked = True
        answer = _judge(permission, graph, guard, principal, action, scopes)
        if answer is not None:
            yield answer
    if not asked:
        yield INAPPLICABLE


def _judge(
    permission: Permission, graph: Graph, guard: Guard, principal: Leaf, action: Leaf, scopes: list[Leaf]
) -> Answer | None:
    if any(is_scoped(scope) for scope in scopes):
        return None
    service = principal_text(principal)
    unknown = next((scope for scope in scopes if isinstance(scope, Unknown)), None)
    if service is None:
        return (
            withheld(principal, permission)
            if isinstance(principal, Unknown)
            else Withheld("the principal can't be known", permission.at("principal", principal).span)
        )
    for leaf in (action, unknown):
        if isinstance(leaf, Unknown):
            return withheld(leaf, permission)
    circular = service == LOAD_BALANCER and _listed_by_its_target_group(permission, graph)
    arn, account = (permission.spellings.get(name, name) for name in SCOPES[:2])
    return claim(
        permission,
        "principal",
        f"Permission '{permission.name}' lets {service} call the function for the resources of any account; "
        + (f"set {account} to this account." if circular else f"set {arn}, or at least {account}."),
        at=Place(principal.trail[0] if principal.trail else permission.span, permission.spellings["principal"]),
        related=[
            Location(function.span, f"the function '{function.name}'")
            for _, function, _ in graph.functions_called_by(permission)
        ],
        level=Level.NOTE if circular else None,
        guard=guard,
    )


def _listed_by_its_target_group(permission: Permission, graph: Graph) -> bool:
    """Whether a target group lists the permitted function itself, so that it can only be made after the permission."""
    called = {function for _, function, _ in graph.functions_called_by(permission)}
    return any(
        target.inline_targets
        and (not called or any(called & _behind(graph, edge.target) for edge in graph.out(target, EdgeKind.TRIGGERS)))
        for target in graph.all(LoadBalancerTarget)
    )


def _behind(graph: Graph, node: Node) -> set[Function]:
    return {function for _, function in graph.function_behind(node)}
