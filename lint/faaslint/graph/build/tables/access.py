"""KMS, Secrets Manager, Systems Manager."""

from __future__ import annotations

from typing import Final

from ....model import nodes
from ..table import Kind

KINDS: Final = (
    Kind(
        nodes.PolicyAttachment,
        "",
        "aws_iam_role_policy_attachment",
        {"role": ("", "role"), "policies": ("", "policy_arn")},
    ),
    Kind(
        nodes.PolicyAttachment,
        "",
        "aws_iam_role_policy_attachments_exclusive",
        {"role": ("", "role_name"), "policies": ("", "policy_arns")},
        constants={"exclusive": True},
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
