"""Policies of resources themselves, which may let a role in beside what the role's own policies say."""

from __future__ import annotations

from ..graph import Graph
from ..iam.match import Answer
from ..model.finding import Withheld
from ..model.nodes import Key, Node, Permission, Role
from ..model.read import known_text_parts
from ..model.value import branches, is_absent

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


def lets_in(action: str, role: Role, graph: Graph, resource: Node | None = None) -> Answer:
    """Return whether a resource's own policy lets a role do something: MAYBE where that can't be told."""
    return Answer.NO if resource_policy(action, role, graph, resource) is None else Answer.MAYBE
