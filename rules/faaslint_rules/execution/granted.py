"""What the roles of a function grant, and where a claim about it points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

from faaslint.graph import Graph
from faaslint.graph.identity import canonical
from faaslint.iam.grants import Grants
from faaslint.iam.match import Answer
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import Withheld
from faaslint.model.guard import NEVER, Guard
from faaslint.model.nodes import Function, Key, Node, Permission, Policy, Role, Statement
from faaslint.model.read import known_text_parts
from faaslint.model.record import replace
from faaslint.model.span import Location, Place
from faaslint.model.value import Leaf, Open, Unknown, branches, is_absent


def roles_of(function: Function, graph: Graph) -> Iterator[tuple[Guard, Role | Withheld]]:
    """Yield the execution role of a function in each situation, or why it can't be known."""
    for guard, role in graph.roles_of(function):
        given = guard & function.guard
        if not given.satisfiable():
            continue
        if isinstance(role, Unknown):
            yield given, Withheld(role.why, role.trail[-1] if role.trail else function.span)
        else:
            yield given, role


def grants_of(role: Role, graph: Graph) -> Grants:
    """Return what a role may do, within its permissions boundary."""
    boundary: Grants | None = None
    if not is_absent(role.boundary):
        boundary = Grants(*_boundary(role, graph), canonical=partial(canonical, graph))
    statements = (
        statement if guard == statement.guard else replace(statement, guard=guard)
        for guard, statement in graph.statements_of(role)
    )
    return Grants(statements, role.policies_openness, canonical=partial(canonical, graph), boundary=boundary)


def _boundary(role: Role, graph: Graph) -> tuple[Iterable[Statement], Open | None]:
    named = list(graph.named(role.boundary))
    policy = named[0][1] if len(named) == 1 else None
    if isinstance(policy, Policy):
        edges = graph.out(policy, EdgeKind.GRANTS)
        return [edge.target for edge in edges if isinstance(edge.target, Statement)], policy.openness
    return (), Open("the permissions boundary can't be read", role.at("boundary").span)


def used_at(node: Node, attribute: str, value: Leaf) -> Place:
    """Return where a node itself writes a value that may come from elsewhere: what has to change is beside it, not there."""
    return Place(value.trail[0] if value.trail else node.span, node.spellings.get(attribute, attribute))


class Lack(NamedTuple):
    """When an action is certainly not allowed, and why that can't be known where it can't."""

    guard: Guard
    unknown: Withheld | None = None


def lack_of(grants: Grants, any_of: Iterable[str], resource: Leaf | None, given: Guard) -> Lack:
    """Return when a role lacks every one of some actions on a resource (None: on anything at all)."""
    lacking = given
    why: str | None = None
    for action in any_of:
        verdict = grants.allows(action, resource, given)
        lacking = lacking & (verdict.without if verdict.answer is not Answer.YES else NEVER)
        if verdict.answer is Answer.YES:
            return Lack(NEVER)
        if verdict.answer is Answer.MAYBE:
            why = why or verdict.why
    if lacking.satisfiable():
        return Lack(lacking)
    where = grants.openness.where if grants.openness is not None else None
    return Lack(NEVER, Withheld(why or "a statement may allow it", where))


def nearest(grants: Grants, role: Role, action: str) -> list[Location]:
    """Return the role and the statement nearest to an action, as related locations."""
    found = [Location(role.span, f"the role '{role.name}'")]
    statement = grants.closest(action)
    if statement is not None:
        found.append(Location(statement.span, "the nearest statement of the role"))
    return found


RESOURCE_POLICIES = {
    "s3": ("AWS::S3::BucketPolicy", "aws_s3_bucket_policy", "AWS::S3::AccessPoint", "aws_s3_access_point"),
    "sqs": ("AWS::SQS::QueuePolicy", "AWS::SQS::QueueInlinePolicy", "aws_sqs_queue_policy"),
    "sns": ("AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy", "aws_sns_topic_policy"),
    "kms": (
        "AWS::KMS::Key",
        "AWS::KMS::ReplicaKey",
        "aws_kms_key",
        "aws_kms_key_policy",
        "aws_kms_grant",
        "aws_kms_replica_key",
    ),
    "secretsmanager": ("AWS::SecretsManager::ResourcePolicy", "aws_secretsmanager_secret_policy"),
    "lambda": ("AWS::Lambda::Permission", "AWS::Lambda::ResourcePolicy", "aws_lambda_permission"),
    "dynamodb": ("aws_dynamodb_resource_policy",),
    "kinesis": ("AWS::Kinesis::ResourcePolicy", "aws_kinesis_resource_policy"),
    "events": ("AWS::Events::EventBusPolicy", "aws_cloudwatch_event_bus_policy", "aws_cloudwatch_event_permission"),
}
"""The resource types that can hold a policy of their own, which may let a role in beside the role's own policies."""


def resource_policy(action: str, role: Role, graph: Graph, resource: Node | None = None) -> Withheld | None:
    """Return why a role may be let in by a resource's own policy; None where none of the project can do that.

    ``resource`` is the resource that the action is for, where it is known: a policy of another one does not count.
    """
    types = RESOURCE_POLICIES.get(action.partition(":")[0].lower(), ())
    for node in graph.nodes.values():
        if node.type in types and _may_let_in(node, resource, graph):
            return Withheld(f"the policy '{node.name}' may allow it", node.span)
    if resource is not None and any(target is role for target in graph.depends_on(resource)):
        return Withheld(f"the policy of '{resource.name}' may allow it", resource.span)
    return None


def _may_let_in(policy: Node, resource: Node | None, graph: Graph) -> bool:
    if isinstance(policy, Key) and is_absent(policy.policy):
        # A key without a policy of its own leaves everything to IAM.
        return False
    if isinstance(policy, Permission):
        texts = [known_text_parts(leaf) or "" for _, leaf in branches(policy.principal)]
        return not all(".amazonaws.com" in text or ".amazon.com" in text for text in texts)
    if resource is None or policy is resource:
        return True
    named = [target for target in graph.depends_on(policy) if type(target) is type(resource)]
    return resource in named or (not named and type(policy) is not type(resource))
