"""FL313 broad-managed-policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function, Policy, PolicyKind, Role, Statement
from faaslint.model.read import text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import Known
from faaslint.privilege.needs import FunctionNeeds, needs_together

from .granted import functions_with, listed, named, subject_of, way_to

BROAD: Final = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess", "SystemAdministrator")
"""Policies for people that run an account. Others are told by their names: ``AmazonS3FullAccess``."""

SHOWN: Final = 6


def is_broad_name(name: str) -> bool:
    """Return whether an AWS-managed policy allows a whole service, or all, by its name."""
    last = name.rpartition("/")[2]
    return last in BROAD or last.endswith(("FullAccess", "FullAccess_v2", "_FullAccess"))


def is_broad(statement: Statement) -> bool:
    """Return whether a statement belongs to such a policy."""
    return statement.policy_kind is PolicyKind.AWS and is_broad_name(statement.name.rpartition(" (")[0] or statement.name)


@rule(
    id="FL313",
    name="broad-managed-policy",
    level=Level.WARNING,
    visits=Role,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",),
    cwe=(250, 732),
    security_severity=6.5,
)
def broad_managed_policy(role: Role, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's role has an AWS-managed policy that allows a whole service, or everything.

    What it does
    Names `AdministratorAccess`, `PowerUserAccess`, `IAMFullAccess` and the policies that end in `FullAccess`, attached to
    the role of a function. Where the function's needs are known in full, the message lists the actions that are enough.

    Why it matters
    Such a policy is made for people, not for a program: a mistake in the function's code can delete every table, bucket or
    queue of the account.

    How to fix
    Put the listed actions into a policy of the function's own; `faaslint policy` prints it.

    What it can't know
    Policies outside the project, and what source needs that can't be read. Users and groups are not asked about, as no
    function runs as one.

    Sources
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html
    """
    functions = functions_with(role, graph)
    if not functions:
        yield INAPPLICABLE
        return
    needs: FunctionNeeds | None = None
    spoken = False
    for edge in graph.into(role, EdgeKind.ATTACHED_TO):
        policy = edge.source
        if not isinstance(policy, Policy) or policy.policy_kind is not PolicyKind.AWS or not is_broad_name(policy.name):
            continue
        statement = next(
            (one.target for one in graph.out(policy, EdgeKind.GRANTS) if isinstance(one.target, Statement)), None
        )
        needs = needs if needs is not None else needs_together(functions, graph)
        spoken = True
        subject = subject_of(role, functions)
        yield claim(
            subject,
            "",
            f"{named(subject)} has the managed policy {policy.name.rpartition('/')[2]}"
            f"{_all(functions)}; {_instead(policy, needs, graph)}.",
            at=Place(
                policy.span, "policy_arn" if graph.kind.startswith("terraform") else role.spellings["managed_policies"]
            ),
            related=[Location(function.span, f"the function '{function.name}' has this role") for function in functions],
            route=way_to(role, functions, statement),
            guard=edge.guard,
        )
    if not spoken and role.policies_openness is not None:
        yield Withheld(role.policies_openness.why, role.policies_openness.where)


def _all(functions: list[Function]) -> str:
    return "" if len(functions) == 1 else f" for {len(functions)} functions"


def _instead(policy: Policy, needs: FunctionNeeds, graph: Graph) -> str:
    if needs.openness is not None:
        return "grant only the actions that its code uses"
    services: set[str] | None = set()
    for edge in graph.out(policy, EdgeKind.GRANTS):
        if isinstance(edge.target, Statement) and isinstance(edge.target.actions, Known):
            for text in _actions(edge.target):
                if services is not None:
                    services = None if text == "*" else services | {text.partition(":")[0].lower()}
    concerned = [one for one in needs.required if services is None or one.action.partition(":")[0].lower() in services]
    wanted = sorted({need.action for need in concerned if need.certain})
    perhaps = sorted({need.action for need in concerned} - {*wanted})
    if not concerned:
        return "nothing in its code needs any of it, so detach it"
    if not wanted:
        return f"its code needs at most {listed(perhaps, SHOWN)}, so grant just {'this' if len(perhaps) == 1 else 'these'}"
    beside = f", and perhaps {listed(perhaps, SHOWN)}" if perhaps else ""
    just = "this" if len(wanted) + len(perhaps) == 1 else "these"
    return f"its code needs only {listed(wanted, SHOWN)}{beside}, so grant just {just}"


def _actions(statement: Statement) -> Iterator[str]:
    from faaslint.model.read import elements

    for _, leaf in elements(statement.actions):
        text = text_of(leaf)
        if text is not None:
            yield text
