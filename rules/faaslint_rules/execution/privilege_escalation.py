"""FL306 privilege-escalation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.escalation import PASS_ROLE, EscalationPath, escalation_paths
from faaslint.iam.grants import Grants
from faaslint.iam.match import Answer as Match
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Origin, PolicyKind, Role, Statement
from faaslint.model.read import elements, known_text_parts, text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, is_absent
from faaslint.privilege.comparison import granted_by, resources_of_statement
from faaslint.privilege.grants import grants_of

from .broad_managed_policy import is_broad
from .granted import functions_with, named, subject_of, way_to

EVERYTHING: Final = Known("*")
MEANS: Final = {
    "identity": "changes who may do what",
    "compute": "takes over what runs with another role",
    "passed-role": "starts something with a role of its choice",
}
BORROWED: Final = "compute"
"""Ways that give the permissions of what happens to run in the account, and not those that the principal chooses."""


class OpenPath(NamedTuple):
    """An escalation path that the role's statements leave open."""

    path: EscalationPath
    statements: tuple[Statement, ...]
    guard: Guard


@rule(
    id="FL306",
    name="privilege-escalation",
    level=Level.ERROR,
    visits=Role,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",),
    cwe=(269,),
    security_severity=8.5,
)
def privilege_escalation(role: Role, graph: Graph, context: Context) -> Iterator[Answer]:
    """The statements of a function's role together let its code give itself further permissions.

    What it does
    Knows 77 combinations of actions with which a principal can gain permissions that nobody granted: it attaches a policy to
    a role, makes access keys for another user, changes code that runs with another role, or starts something with a role of
    its choice (`iam:PassRole` on roles that are not named, with the action that starts it). Speaks if the role's policies
    together allow every action of one, after explicit denies and the permissions boundary, without a condition, and on more
    than named resources. An error where the code can give itself any permission; a warning where it takes over what others
    run (`lambda:UpdateFunctionCode`, `ssm:SendCommand`), as the gain is what that happens to be allowed.

    What AWS-managed administrator policies and `Action: *` open is FL313's and FL304's, what a whole service (`ssm:*`) lets
    it take over is FL304's too, and `sts:AssumeRole` on everything is FL321's.

    Why it matters
    Whoever gets control of the function's code can become administrator of the account.

    How to fix
    Remove one action of the combination, or name the resources that it may be used on.

    What it can't know
    What service control policies of the organisation forbid. Users and groups are not asked about, as no function runs as
    one.

    Sources
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    - https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/
    - https://pathfinding.cloud/
    """
    functions = functions_with(role, graph)
    if not functions:
        yield INAPPLICABLE
        return
    if role.policies_openness is not None:
        yield Withheld(role.policies_openness.why, role.policies_openness.where)
    grants = grants_of(role, graph)
    found = open_paths(grants)
    if not found:
        return
    first = min(found, key=lambda one: one.path.by == BORROWED)
    subject = subject_of(role, functions)
    others = f" ({len(found) - 1} further ways are open)" if len(found) > 1 else ""
    statement = first.statements[-1]
    leaf = next(
        (
            leaf
            for _, leaf in elements(statement.actions)
            if text_of(leaf) is not None and _covers(text_of(leaf) or "", first.path.actions)
        ),
        None,
    )
    yield claim(
        subject,
        "",
        f"{named(subject)} can gain further permissions by {' and '.join(first.path.actions)}, which "
        f"{MEANS[first.path.by]}{others}; remove an action, or name its resources.",
        at=statement.at("actions", leaf) if leaf is not None else statement.here(),
        related=[
            *(Location(one.span, "a statement that takes part in it") for one in first.statements[:-1]),
            *(Location(one.span, f"the function '{one.name}' has this role") for one in functions),
        ],
        route=way_to(role, functions, statement),
        level=Level.WARNING if first.path.by == BORROWED else Level.ERROR,
        guard=first.guard,
    )


def open_paths(grants: Grants) -> list[OpenPath]:
    """Return the escalation paths that the statements of a role leave open."""
    services = {grant.action.partition(":")[0].lower() for grant in granted_by(grants)}
    if any("*" in service or "?" in service for service in services):
        services |= {action.partition(":")[0].lower() for path in escalation_paths() for action in path.actions}
    return [
        one
        for path in escalation_paths()
        if all(action.partition(":")[0].lower() in services for action in path.actions)
        and (one := _open(path, grants)) is not None
    ]


def _covers(pattern: str, actions: tuple[str, ...]) -> bool:
    from faaslint.iam.actions import matches

    return any(matches(pattern, action) for action in actions)


def _open(path: EscalationPath, grants: Grants) -> OpenPath | None:
    statements: list[Statement] = []
    guard: Guard | None = None
    for action in path.actions:
        verdict = grants.allows(action, None)
        if verdict.answer is not Match.YES or verdict.conditional:
            return None
        wide = [one for one in grants.granting(action) if _is_wide(one, action, path) and _is_written(one, action, path)]
        if not wide or (grants.allows(action, EVERYTHING).answer is Match.NO and not _any_pattern(wide)):
            return None
        statements.append(wide[0])
        guard = wide[0].guard if guard is None else guard & wide[0].guard
    if guard is None or not guard.satisfiable():
        return None
    return OpenPath(path, tuple(dict.fromkeys(statements)), guard)


def _is_written(statement: Statement, action: str, path: EscalationPath) -> bool:
    """Whether the escalation is this statement's fault, and not that of a policy or wildcard that others speak of."""
    if is_broad(statement) or statement.policy_kind in (PolicyKind.TEMPLATE, PolicyKind.CONNECTOR, PolicyKind.GENERATED):
        return False
    if statement.origin is Origin.AWS:
        return False
    texts = [text_of(leaf) or "" for _, leaf in elements(statement.actions)]
    if path.by == BORROWED and not any(_covers(text, (action,)) and text.partition(":")[2].strip("*") for text in texts):
        return False
    return all(text.strip("*:") for text in texts)


def _is_wide(statement: Statement, action: str, path: EscalationPath) -> bool:
    """Whether a statement allows an action on more than resources that it names."""
    if not is_absent(statement.condition) or not is_absent(statement.not_actions):
        return False
    texts = [known_text_parts(leaf) or "" for leaf in resources_of_statement(statement)]
    if action == PASS_ROLE or path.by == "passed-role":
        return any(text == "*" or text.endswith((":role/*", ":*")) for text in texts)
    return any(text == "*" or text.endswith(("/*", ":*")) for text in texts)


def _any_pattern(statements: list[Statement]) -> bool:
    return any("*" in (known_text_parts(leaf) or "") for one in statements for leaf in resources_of_statement(one))
