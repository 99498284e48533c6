"""FL324 exclusive-attachment."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import Node, Role
from faaslint.model.read import elements
from faaslint.model.span import Location
from faaslint.model.value import Unknown, branches, is_absent

from .granted import functions_with, listed

WHOLE_ACCOUNT = "aws_iam_policy_attachment"
SEPARATE = "aws_iam_role_policy_attachment"


@rule(
    id="FL324",
    name="exclusive-attachment",
    level=Level.WARNING,
    visits=Role,
    formats=("terraform", "terraform-plan"),
    references=("https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_policy_attachment",),
)
def exclusive_attachment(role: Role, graph: Graph, context: Context) -> Iterator[Answer]:
    """An attachment of a policy removes the attachments of others.

    What it does
    Looks for `aws_iam_policy_attachment` on the roles of functions, and for a role that lists `managed_policy_arns` while
    `aws_iam_role_policy_attachment` attaches further policies to it.

    Why it matters
    `aws_iam_policy_attachment` owns all attachments of its policy in the account: every apply detaches it from the roles of
    other stacks. `managed_policy_arns` owns all attachments of its role: every apply detaches what was attached separately,
    so that permissions come and go.

    How to fix
    Use `aws_iam_role_policy_attachment` alone, one for each policy and role.

    What it can't know
    Attachments outside the project.

    Sources
    - https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_policy_attachment
    - https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role
    """
    functions = functions_with(role, graph)
    if not functions:
        yield INAPPLICABLE
        return
    separate: list[Node] = []
    for edge in graph.into(role, EdgeKind.DEPENDS_ON):
        if edge.source.type == WHOLE_ACCOUNT:
            yield claim(
                edge.source,
                "",
                f"'{edge.source.name}' detaches its policy from every other role of the account; use {SEPARATE} instead.",
                at=edge.source.here(),
                related=[Location(role.span, f"the role '{role.name}'")],
            )
        elif edge.source.type == SEPARATE:
            separate.append(edge.source)
    if is_absent(role.managed_policies) or not separate:
        return
    names = listed([repr(one.name) for one in separate])
    for guard, leaf in branches(role.managed_policies):
        if isinstance(leaf, Unknown):
            yield withheld(leaf, role)
        elif any(True for _ in elements(leaf)):
            yield claim(
                role,
                "managed_policies",
                f"Role '{role.name}' lists managed_policy_arns, which detaches what {names} attaches; use one of the two.",
                value=leaf,
                at=role.at("managed_policies"),
                related=[Location(one.span, "a separate attachment") for one in separate],
                guard=guard,
            )
