"""The policies of resources themselves: queue, topic, bucket, key, secret, layer … Their statements become nodes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ...iam.policy import read_statements
from ...load.resource import Resource
from ...model.edges import Edge, EdgeKind
from ...model.nodes import PolicyKind, ResourcePolicy
from ...model.value import ABSENT, Fields, Item, Items, Known, Reference, Unknown, Value, branches, choose
from ..graph import Graph

INSIDE: Final = {
    "AWS::KMS::Key": "KeyPolicy",
    "AWS::KMS::ReplicaKey": "KeyPolicy",
    "AWS::EFS::FileSystem": "FileSystemPolicy",
    "AWS::ApiGateway::RestApi": "Policy",
    "AWS::EC2::VPCEndpoint": "PolicyDocument",
    "AWS::Events::EventBus": "Policy",
    "AWS::DynamoDB::Table": "ResourcePolicy.PolicyDocument",
    "AWS::Kinesis::Stream": "ResourcePolicy.ResourcePolicy",
    "aws_sqs_queue": "policy",
    "aws_sns_topic": "policy",
    "aws_s3_bucket": "policy",
    "aws_kms_key": "policy",
    "aws_kms_replica_key": "policy",
    "aws_secretsmanager_secret": "policy",
    "aws_api_gateway_rest_api": "policy",
    "aws_vpc_endpoint": "policy",
}
"""Types whose own resource may hold its policy, and where."""


def attach_resource_policies(graph: Graph, resources: Iterable[Resource]) -> None:
    """Read the document of every resource policy, and add those that stand inside the resource they are on."""
    for policy in graph.all(ResourcePolicy):
        _read(graph, policy)
    for resource in resources:
        path = INSIDE.get(resource.type)
        if path is None:
            continue
        document: Value = Known(resource.properties)
        for name in path.split("."):
            document = (
                document.value.get(name) if isinstance(document, Known) and isinstance(document.value, Fields) else ABSENT
            )
        if isinstance(document, Known) and document.value is None:
            continue
        policy = graph.add(
            ResourcePolicy(
                id=f"{resource.address}/policy",
                name=resource.name or resource.address,
                type=resource.written_as or resource.type,
                span=document.trail[-1] if document.trail else resource.span,
                guard=resource.guard,
                origin=resource.origin,
                spellings={"document": path, "resources": ""},
                resources=Known(Reference(resource.address, "id"), (resource.span,)),
                document=document,
            )
        )
        _read(graph, policy)


def _read(graph: Graph, policy: ResourcePolicy) -> None:
    document = policy.document
    if policy.type == "AWS::Events::EventBusPolicy":
        document = _as_document(document)
    statements, policy.openness = read_statements(
        document,
        identifier=policy.id,
        name=policy.name,
        span=policy.span,
        origin=policy.origin,
        policy_kind=PolicyKind.RESOURCE,
        guard=policy.guard,
    )
    for statement in statements:
        graph.add(statement)
        graph.connect(Edge(kind=EdgeKind.GRANTS, source=policy, target=statement, guard=statement.guard))


def _as_document(statement: Value) -> Value:
    """A bus policy of CloudFormation is one statement, without a document around it."""
    return choose(
        (
            guard,
            leaf
            if isinstance(leaf, Unknown) or leaf.value is None
            else Known(Fields({"Statement": Known(Items((Item(leaf),)), leaf.trail)}), leaf.trail),
        )
        for guard, leaf in branches(statement)
    )
