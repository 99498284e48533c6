"""KMS, Secrets Manager, Systems Manager, and the policies of resources. Roles and their policies are in ``access``."""

from __future__ import annotations

from typing import Final

from ....model import nodes
from ..table import Kind


def _policy(cloudformation: str, terraform: str, resources: tuple[str, str], document: tuple[str, str]) -> Kind:
    return Kind(nodes.ResourcePolicy, cloudformation, terraform, {"resources": resources, "document": document})


KINDS: Final = (
    _policy("AWS::SQS::QueuePolicy", "aws_sqs_queue_policy", ("Queues", "queue_url"), ("PolicyDocument", "policy")),
    _policy("AWS::SQS::QueueInlinePolicy", "", ("Queue", ""), ("PolicyDocument", "")),
    _policy("AWS::SNS::TopicPolicy", "aws_sns_topic_policy", ("Topics", "arn"), ("PolicyDocument", "policy")),
    _policy("AWS::SNS::TopicInlinePolicy", "", ("TopicArn", ""), ("PolicyDocument", "")),
    _policy("AWS::S3::BucketPolicy", "aws_s3_bucket_policy", ("Bucket", "bucket"), ("PolicyDocument", "policy")),
    _policy("", "aws_kms_key_policy", ("", "key_id"), ("", "policy")),
    _policy(
        "AWS::SecretsManager::ResourcePolicy",
        "aws_secretsmanager_secret_policy",
        ("SecretId", "secret_arn"),
        ("ResourcePolicy", "policy"),
    ),
    _policy(
        "AWS::Kinesis::ResourcePolicy",
        "aws_kinesis_resource_policy",
        ("ResourceArn", "resource_arn"),
        ("ResourcePolicy", "policy"),
    ),
    _policy("", "aws_dynamodb_resource_policy", ("", "resource_arn"), ("", "policy")),
    _policy("", "aws_efs_file_system_policy", ("", "file_system_id"), ("", "policy")),
    _policy("", "aws_api_gateway_rest_api_policy", ("", "rest_api_id"), ("", "policy")),
    _policy("", "aws_cloudwatch_event_bus_policy", ("", "event_bus_name"), ("", "policy")),
    _policy("AWS::Lambda::ResourcePolicy", "", ("ResourceArn", ""), ("PolicyDocument", "")),
    _policy("", "aws_vpc_endpoint_policy", ("", "vpc_endpoint_id"), ("", "policy")),
    Kind(
        nodes.ResourcePolicy,
        "AWS::Events::EventBusPolicy",
        "",
        {"resources": ("EventBusName", ""), "document": ("Statement", "")},
    ),
    Kind(
        nodes.Key,
        "AWS::KMS::Key",
        "aws_kms_key",
        {
            "policy": ("KeyPolicy", "policy"),
            "enabled": ("Enabled", "is_enabled", True),
            "rotation": ("EnableKeyRotation", "enable_key_rotation", False),
            "multi_region": ("MultiRegion", "multi_region", False),
        },
    ),
    Kind(
        nodes.Key,
        "AWS::KMS::ReplicaKey",
        "aws_kms_replica_key",
        {"policy": ("KeyPolicy", "policy"), "enabled": ("Enabled", "enabled", True), "multi_region": ("", "", True)},
    ),
    Kind(
        nodes.KeyAlias,
        "AWS::KMS::Alias",
        "aws_kms_alias",
        {"alias_name": ("AliasName", "name"), "key": ("TargetKeyId", "target_key_id")},
    ),
    Kind(
        nodes.Secret,
        "AWS::SecretsManager::Secret",
        "aws_secretsmanager_secret",
        {"secret_name": ("Name", "name"), "kms_key": ("KmsKeyId", "kms_key_id")},
    ),
    Kind(
        nodes.SecretRotation,
        "AWS::SecretsManager::RotationSchedule",
        "aws_secretsmanager_secret_rotation",
        {"secret": ("SecretId", "secret_id"), "function": ("RotationLambdaARN", "rotation_lambda_arn")},
    ),
    Kind(
        nodes.Parameter,
        "AWS::SSM::Parameter",
        "aws_ssm_parameter",
        {
            "parameter_name": ("Name", "name"),
            "parameter_type": ("Type", "type", "String"),
            "kms_key": ("", "key_id"),
        },
    ),
)
