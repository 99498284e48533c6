"""FL324 exclusive-attachment."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import PolicyAttachment, Role
from faaslint.model.read import elements, openness
from faaslint.model.span import Location
from faaslint.model.value import Known, Unknown, branches, is_absent

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
    Looks for `aws_iam_policy_attachment` on the roles of functions, for a role that lists `managed_policy_arns` while
    `aws_iam_role_policy_attachment` attaches further policies to it, and for `aws_iam_role_policy_attachments_exclusive`
    that leaves out what is attached so.

    Why it matters
    `aws_iam_policy_attachment` owns all attachments of its policy in the account: every apply detaches it from the roles of
    other stacks. `managed_policy_arns` and the exclusive attachments own all attachments of their role: every apply detaches
    what was attached separately, so that permissions come and go.

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
    separate: list[PolicyAttachment] = []
    exclusive: list[PolicyAttachment] = []
    for edge in graph.into(role, EdgeKind.DEPENDS_ON):
        if edge.source.type == WHOLE_ACCOUNT:
            yield claim(
                edge.source,
                "",
                f"'{edge.source.name}' detaches its policy from every other role of the account; use {SEPARATE} instead.",
                at=edge.source.here(),
                related=[Location(role.span, f"the role '{role.name}'")],
            )
        elif isinstance(edge.source, PolicyAttachment):
            (exclusive if edge.source.exclusive else separate).append(edge.source)
    for one in exclusive:
        yield from _left_out(one, separate, role)
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


def _left_out(exclusive: PolicyAttachment, separate: list[PolicyAttachment], role: Role) -> Iterator[Answer]:
    """Say which separate attachments the list of the exclusive ones leaves out."""
    listed_ones = [leaf for _, leaf in elements(exclusive.policies)]
    unlisted = openness(exclusive.policies)
    unknown = next((leaf for leaf in listed_ones if isinstance(leaf, Unknown)), None)
    if not separate:
        return
    if unlisted is not None:
        yield Withheld(unlisted.why, unlisted.where or exclusive.span)
        return
    if unknown is not None:
        yield withheld(unknown, exclusive)
        return
    kept = [leaf.value for leaf in listed_ones if isinstance(leaf, Known)]
    gone = [
        one
        for one in separate
        if any(isinstance(leaf, Known) and leaf.value not in kept for _, leaf in elements(one.policies))
    ]
    if gone:
        names = listed([repr(one.name) for one in gone])
        yield claim(
            exclusive,
            "policies",
            f"'{exclusive.name}' leaves out what {names} attaches to role '{role.name}', and detaches it; list all policies "
            "of the role there.",
            at=exclusive.at("policies"),
            related=[Location(one.span, "a separate attachment") for one in gone],
            guard=exclusive.guard,
        )
