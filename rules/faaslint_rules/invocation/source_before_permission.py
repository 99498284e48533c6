"""FL419 source-before-permission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import canonical_principal
from faaslint.graph import Graph
from faaslint.graph.queries import Trigger, depends
from faaslint.iam.match import Answer as Covers
from faaslint.model import nodes
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, Node, Origin, Permission
from faaslint.model.span import Location
from faaslint.model.value import jointly

from .principals import EVERYONE, lets_invoke, principal_text
from .sources import names_source
from .wiring import pushed, unknown_permissions

VALIDATING: Final = frozenset({"bucket", "log-subscription", "load-balancer", "secret-rotation", "ses-receipt"})
"""The sources that are refused where they may not call the function yet."""


@rule(
    id="FL419",
    name="source-before-permission",
    level=Level.WARNING,
    visits=Function,
    references=("https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html",),
)
def source_before_permission(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A source may be set up before the permission without which it is refused.

    What it does
    Some sources check when they are set up that they may call the function: notifications of S3, subscriptions of log
    groups, targets of load balancers, rotations of secrets and receipt rules of SES. The rule looks whether each is made
    after a permission for its service: it refers to the permission, or names it in `DependsOn`. It is an error where the two
    need each other, so that neither can be made first.

    Why it matters
    The order is left to chance: some deployments fail ("Unable to validate the following destination configurations"),
    and the next one works. A cycle never deploys.

    How to fix
    Add `DependsOn` (`depends_on`) with the permission to the source. Where that makes a cycle, write the bucket's ARN in the
    permission by its name instead of a reference to the bucket, or leave it to `SourceAccount`.

    What it can't know
    Permissions that are there from an earlier deployment, or made outside the project.

    Sources
    - https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
    - https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html
    - https://repost.aws/knowledge-center/unable-validate-circular-dependency-cloudformation
    """
    spoken: set[str] = set()
    asked = False
    for guard, trigger in pushed(function, graph):
        if trigger.kind not in VALIDATING or (trigger.kind == "bucket" and graph.kind == "cdk"):
            continue
        declared = _declared(trigger, graph)
        permissions = _permissions(function, trigger, guard, graph)
        if declared.origin is not Origin.USER or not permissions or declared.id in spoken:
            continue
        asked = True
        needed: list[Node] = [function, *permissions]
        circle = next((one for one in needed if depends(graph, one, declared) and depends(graph, declared, one)), None)
        if circle is not None:
            spoken.add(declared.id)
            yield _circle(declared, circle, permissions[0], function, guard)
            continue
        if any(one.origin is not Origin.USER or depends(graph, declared, one) for one in permissions):
            continue
        spoken.add(declared.id)
        incomplete = unknown_permissions(graph)
        yield incomplete if incomplete is not None else _too_early(declared, permissions, trigger, function, guard)
    if not asked:
        yield INAPPLICABLE


def _declared(trigger: Trigger, graph: Graph) -> Node:
    """The resource that sets the source up: what states the wiring, or what that is a part of."""
    node: Node = trigger.via
    if isinstance(node, nodes.BucketNotification):
        return next((one for one in graph.all(nodes.BucketNotifications) if _is_part(node, one)), trigger.source)
    if isinstance(node, nodes.TargetAttachment):
        return trigger.source if _is_part(node, trigger.source) else node
    return trigger.source if isinstance(node, nodes.Caller) else node


def _is_part(node: Node, of: Node) -> bool:
    return node.id.startswith(of.id + "/")


def _permissions(function: Function, trigger: Trigger, given: Guard, graph: Graph) -> list[Permission]:
    wanted = canonical_principal(trigger.principal)
    return [
        permission
        for outer, permission, _ in graph.permissions_on(function)
        if any(
            principal_text(who) in (wanted, EVERYONE, None)
            and lets_invoke(action) is not Covers.NO
            and names_source(graph, source, trigger) is not Covers.NO
            for _, (who, action, source) in jointly(
                permission.principal, permission.action, permission.source_arn, given=given & outer & permission.guard
            )
        )
    ]


def _circle(declared: Node, other: Node, permission: Permission, function: Function, guard: Guard) -> Answer:
    what = "function" if other is function else "permission"
    return claim(
        declared,
        "",
        f"'{declared.name}' and the {what} '{other.name}' need each other, so that neither can be made first; name "
        f"'{declared.name}' in the {what} by its text instead of a reference.",
        at=declared.here(),
        related=[
            Location(permission.span, f"the permission '{permission.name}'"),
            Location(function.span, f"the function '{function.name}'"),
        ],
        level=Level.ERROR,
        guard=guard,
    )


def _too_early(declared: Node, permissions: list[Permission], trigger: Trigger, function: Function, guard: Guard) -> Answer:
    clause = "DependsOn" if "::" in permissions[0].type else "depends_on"
    return claim(
        declared,
        "",
        f"'{declared.name}' may be made before the permission '{permissions[0].name}', without which it is refused; "
        f"name the permission in {clause}.",
        at=trigger.place,
        related=[
            *(Location(one.span, f"the permission '{one.name}'") for one in permissions),
            Location(function.span, f"the function '{function.name}'"),
        ],
        guard=guard,
    )
