"""The serverless types that are neither functions nor APIs: tables, layers, state machines, applications."""

from __future__ import annotations

from typing import Final

from ...model.span import Span
from ...model.value import ABSENT, Fields, Known, Reference, is_absent
from ..cloudformation.text import known_text
from .code import layer_code
from .make import Content, fields, made
from .role import trust
from .serverless import CODE, Serverless, combine_tags, each, mapping_of, stored, tag_list

_ATTRIBUTE_TYPES: Final = {"String": "S", "Number": "N", "Binary": "B"}


def transform_table(source: Serverless) -> None:
    """SimpleTable: a table with one key."""
    key = mapping_of(source.get("PrimaryKey"))
    span = source.key("PrimaryKey")
    name: Content = key.get("Name") if key is not None else "id"
    kind: Content = "S"
    if key is not None:
        kind = _ATTRIBUTE_TYPES.get(known_text(key.get("Type")) or "String", "S")
    attribute = made({"AttributeName": name, "AttributeType": kind}, span)
    throughput = source.get("ProvisionedThroughput")
    source.add(
        source.name,
        "AWS::DynamoDB::Table",
        {
            "TableName": source.get("TableName"),
            "AttributeDefinitions": [attribute],
            "KeySchema": [made({"AttributeName": name, "KeyType": "HASH"}, span)],
            "ProvisionedThroughput": throughput,
            "BillingMode": "PAY_PER_REQUEST" if is_absent(throughput) else ABSENT,
            "SSESpecification": source.get("SSESpecification"),
            "PointInTimeRecoverySpecification": source.get("PointInTimeRecoverySpecification"),
            "Tags": tag_list(source.get("Tags")),
        },
        is_own=True,
    )


def transform_layer(source: Serverless) -> None:
    """LayerVersion: the same under other names. The transform adds a hash to its logical id; here it keeps its name."""
    content = source.get("ContentUri")
    spellings = {"Content": "ContentUri"}
    properties: dict[str, Content] = {
        "LayerName": source.name if is_absent(source.get("LayerName")) else source.get("LayerName"),
        "Content": stored(content, CODE),
        **{
            name: source.get(name)
            for name in ("CompatibleRuntimes", "CompatibleArchitectures", "Description", "LicenseInfo")
        },
    }
    made_fields = fields(properties, source.span, source.properties.openness)
    keys = {name: source.properties.keys.get(spellings.get(name, name), span) for name, span in made_fields.keys.items()}
    layer = source.add(
        source.name,
        "AWS::Lambda::LayerVersion",
        Fields(made_fields.values, keys, made_fields.openness),
        is_own=True,
        spellings=spellings,
    )
    layer.code = layer_code(source, content)


def transform_application(source: Serverless) -> None:
    """Application: a nested stack."""
    place = source.get("Location")
    source.add(
        source.name,
        "AWS::CloudFormation::Stack",
        {
            "TemplateURL": place if known_text(place) is not None else ABSENT,
            "Parameters": source.get("Parameters"),
            "Tags": tag_list(source.get("Tags")),
            "NotificationARNs": source.get("NotificationARNs"),
            "TimeoutInMinutes": source.get("TimeoutInMinutes"),
        },
        is_own=True,
        spellings={"TemplateURL": "Location"},
    )


def transform_capacity_provider(source: Serverless) -> None:
    """CapacityProvider: the same under other names, and the role that runs the instances."""
    role = source.get("OperatorRole")
    if is_absent(role):
        address = f"{source.name}OperatorRole"
        managed: list[Content] = [f"arn:{source.partition}:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator"]
        source.add(
            address,
            "AWS::IAM::Role",
            {"AssumeRolePolicyDocument": trust("lambda.amazonaws.com"), "ManagedPolicyArns": managed},
        )
        role = Known(Reference(address, "Arn"), (source.span,))
    requirements = each(source.get("InstanceRequirements"), _renamed_types)
    network = mapping_of(source.get("VpcConfig"))
    logging = source.get("LoggingConfig")
    source.add(
        source.name,
        "AWS::Lambda::CapacityProvider",
        {
            "CapacityProviderName": source.get("CapacityProviderName"),
            "VpcConfig": source.get("VpcConfig")
            if network is None
            else {name: network.get(name) for name in ("SubnetIds", "SecurityGroupIds")},
            "PermissionsConfig": {"CapacityProviderOperatorRoleArn": role},
            "InstanceRequirements": requirements,
            "CapacityProviderScalingConfig": each(source.get("ScalingConfig"), _scaling),
            "KmsKeyArn": source.get("KmsKeyArn"),
            "TelemetryConfig": ABSENT if is_absent(logging) else {"LoggingConfig": logging},
            "PropagateTags": each(source.get("ManagedResourceTags"), _propagated),
            "Tags": tag_list(source.get("Tags")),
        },
        is_own=True,
        spellings={
            "PermissionsConfig.CapacityProviderOperatorRoleArn": "OperatorRole",
            "CapacityProviderScalingConfig": "ScalingConfig",
        },
    )
    combine_tags(source)


def _renamed_types(entry: Fields, span: Span) -> Fields:
    names = {
        "Architectures": "Architectures",
        "AllowedTypes": "AllowedInstanceTypes",
        "ExcludedTypes": "ExcludedInstanceTypes",
    }
    return fields({ours: entry.get(theirs) for theirs, ours in names.items()}, span)


def _scaling(entry: Fields, span: Span) -> Fields:
    target = entry.get("AverageCPUUtilization")
    policy: Content = {"PredefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization", "TargetValue": target}
    is_manual = not is_absent(target)
    content: dict[str, Content] = {
        "MaxVCpuCount": entry.get("MaxVCpuCount"),
        "ScalingMode": "Manual" if is_manual else "Auto",
        "ScalingPolicies": [policy] if is_manual else ABSENT,
    }
    return fields(content, span)


def _propagated(entry: Fields, span: Span) -> Fields:
    tags = entry.get("Tags")
    return fields({} if is_absent(tags) else {"Mode": "Explicit", "ExplicitTags": tag_list(tags)}, span)


def keep(source: Serverless) -> None:
    """A type that the transform knows and this program does not model: it stays as it is written."""
    source.add(source.name, source.type, source.properties, is_own=True)
