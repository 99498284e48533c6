"""FL321 sensitive-action-unscoped."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.actions import AccessLevel, access_level, expand, matches, supports_resources
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Role
from faaslint.model.span import Location
from faaslint.model.value import is_absent
from faaslint.privilege.grants import grants_of

from .granted import (
    Allowed,
    allowed_by,
    everything_of,
    functions_with,
    listed,
    named,
    subject_of,
    way_to,
    written_by_hand,
)
from .privilege_escalation import open_paths

RETURNING_CREDENTIALS: Final = frozenset(
    action.lower()
    for action in (
        "chime:CreateApiKey",
        "codepipeline:PollForJobs",
        "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
        "connect:GetFederationToken",
        "ecr:GetAuthorizationToken",
        "gamelift:GetComputeAuthToken",
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
        "iam:CreateServiceSpecificCredential",
        "iam:ResetServiceSpecificCredential",
        "iam:UpdateAccessKey",
        "lightsail:DownloadDefaultKeyPair",
        "lightsail:GetInstanceAccessDetails",
        "lightsail:GetRelationalDatabaseMasterUserPassword",
        "rds-db:connect",
        "redshift:GetClusterCredentials",
        "secretsmanager:GetSecretValue",
        "secretsmanager:BatchGetSecretValue",
        "ssm:GetParameter",
        "ssm:GetParameters",
        "ssm:GetParametersByPath",
        "ssm:GetParameterHistory",
        "sts:AssumeRole",
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
        "sts:GetFederationToken",
    )
)
"""Actions whose answer holds credentials, or secrets that serve as such.

Sources: cloudsplaining's list of credentials exposure (MIT); the services' API references.
"""

PASS_ROLE: Final = "iam:passrole"


@cache
def is_sensitive(action: str) -> bool:
    """Return whether an action, perhaps with wildcards, returns credentials or manages permissions on resources."""
    return any(
        one.lower() != PASS_ROLE
        and supports_resources(one)
        and (one.lower() in RETURNING_CREDENTIALS or access_level(one) is AccessLevel.PERMISSIONS)
        for one in expand(action)
    )


@rule(
    id="FL321",
    name="sensitive-action-unscoped",
    level=Level.WARNING,
    visits=Role,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",),
    cwe=(522, 732),
    security_severity=7.0,
)
def sensitive_action_unscoped(role: Role, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's role may read every secret, or change every permission, of a service.

    What it does
    Looks for `Resource: *` beside actions that return credentials or secrets (`secretsmanager:GetSecretValue`,
    `sts:AssumeRole`, `ssm:GetParameter` …) and beside actions that AWS classes as permissions management
    (`lambda:AddPermission`, `s3:PutBucketPolicy` …), in statements without a condition. `iam:PassRole` is FL317's, `*` and
    `service:*` are FL304's, and what lets the code give itself further permissions is FL306's.

    Why it matters
    Whoever gets control of the function's code gets the other secrets of the account as well, or gives others access.

    How to fix
    Name the secrets, parameters, roles or resources that the code works on.

    What it can't know
    Policies that are not in the project.

    Sources
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    - https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
    """
    functions = functions_with(role, graph)
    if not functions:
        yield INAPPLICABLE
        return
    if role.policies_openness is not None:
        yield Withheld(role.policies_openness.why, role.policies_openness.where)
    for guard, statement in graph.statements_of(role):
        everything = everything_of(statement)
        if everything is None or not written_by_hand(statement) or not is_absent(statement.condition):
            continue
        found: list[Allowed] = []
        for allowed in allowed_by(statement, guard):
            if isinstance(allowed, Withheld):
                yield allowed
                continue
            own = not allowed.action.endswith(":*") and allowed.action.strip("*:")
            if own and is_sensitive(allowed.action) and not _escalates(allowed, role, graph):
                found.append(allowed)
        if found:
            subject = subject_of(role, functions)
            yield claim(
                subject,
                "",
                f"{named(subject)} may do {listed([one.action for one in found])} on every resource of the account, "
                f"{_effect(found)}; name the resources that its code works on.",
                at=statement.at("resources", everything),
                related=[Location(one.span, f"the function '{one.name}' has this role") for one in functions],
                route=way_to(role, functions, statement),
                guard=found[0].guard,
            )


def _escalates(allowed: Allowed, role: Role, graph: Graph) -> bool:
    """Whether the action opens a way to further permissions: the worse news, which FL306 gives."""
    return any(
        allowed.statement in path.statements and any(matches(allowed.action, action) for action in path.path.actions)
        for path in open_paths(grants_of(role, graph))
    )


def _effect(found: list[Allowed]) -> str:
    credentials = any(one.lower() in RETURNING_CREDENTIALS for allowed in found for one in expand(allowed.action))
    return "which gives out credentials or secrets" if credentials else "which changes who may use them"
