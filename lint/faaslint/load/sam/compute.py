"""Serverless types that run code elsewhere: web functions, MicroVM images, and how those reach a network."""

from __future__ import annotations

from typing import Final

from ...model.span import Span
from ...model.value import ABSENT, Fields, Item, Items, Known, Reference, Unknown, Value, is_absent
from ..cloudformation.text import known_text
from .make import Content, fields, text
from .role import trust
from .serverless import Serverless, combine_tags, each, mapping_of, stored, tag_list

NAME_BUDGET: Final = 55
"""How much of its logical id the name of a web function keeps (characters): 64 may be its length, and a suffix follows."""

TIMEOUT: Final = 30
"""Seconds that a web function has for a request where nothing else is said."""

_BASIC: Final = "service-role/AWSLambdaBasicExecutionRole"


def transform_web_function(source: Serverless) -> None:
    """WebFunction: the function, its revision and endpoint, and a role."""
    written = source.get("FunctionName")
    # The transform takes the part of the stack's identifier that makes it unique.
    suffix = Unknown("the stack's identifier depends on the deployment", "AWS::StackId split at '/'[2] split at '-'[0]")
    name = text(source.span, f"{source.name[:NAME_BUDGET]}-", suffix) if is_absent(written) else written
    role = source.get("ExecutionRoleArn")
    if is_absent(role):
        properties: dict[str, Content] = {
            "AssumeRolePolicyDocument": trust("lambda.amazonaws.com"),
            "ManagedPolicyArns": [f"arn:{source.partition}:iam::aws:policy/{_BASIC}"],
            "Tags": tag_list(source.get("Tags")),
        }
        source.add(f"{source.name}Role", "AWS::IAM::Role", properties)
        role = Known(Reference(f"{source.name}Role", "Arn"), (source.span,))
    tags = tag_list(source.get("Tags"))
    source.add(source.name, "AWS::Lambda::WebFunction", {"FunctionName": name, "Tags": tags}, is_own=True)
    revision, logging = f"{source.name}Revision", source.get("LoggingConfig")
    timeout = source.get("Timeout")
    code = stored(source.get("CodeUri"), ("Bucket", "Key", "VersionId"))
    service: Content = {
        "ExecutionRoleArn": role,
        "EnvironmentVariables": _environment(source),
        "TelemetryConfig": ABSENT if is_absent(logging) else {"LoggingConfig": logging},
        "MaxConcurrencyPerEnvironment": source.get("MaxConcurrencyPerEnvironment"),
        "EgressNetworkConnectorArn": source.get("EgressNetworkConnectorArn"),
        "TimeoutSeconds": TIMEOUT if is_absent(timeout) else timeout,
    }
    source.add(
        revision,
        "AWS::Lambda::WebFunctionRevision",
        {
            "FunctionName": name,
            "Description": source.get("RevisionDescription"),
            "KmsKeyArn": source.get("KmsKeyArn"),
            "BuildConfig": {"CodeConfig": {"S3Object": code}, "RuntimeConfig": {"Runtime": source.get("Runtime")}},
            "ServiceConfig": service,
        },
        depends_on=(source.name,),
    )
    called, kind = source.get("EndpointName"), source.get("EndpointType")
    source.add(
        f"{source.name}Endpoint",
        "AWS::Lambda::WebFunctionEndpoint",
        {
            "FunctionName": name,
            "EndpointName": "prod" if is_absent(called) else called,
            "EndpointType": "HomeRegion" if is_absent(kind) else kind,
            "AuthType": source.get("AuthType"),
            "RevisionWeights": _weights(source.get("RevisionWeights"), revision),
            "Regions": _regions(source.get("ReplicaRegions")),
            "Description": source.get("EndpointDescription"),
            "ScalingConfig": source.get("ScalingConfig"),
            "ThrottleConfig": source.get("ThrottleConfig"),
        },
        depends_on=(source.name, revision),
    )


def _environment(source: Serverless) -> Value:
    written, entry = source.get("EnvironmentVariables"), source.get("EntryPoint")
    if is_absent(entry):
        return written
    before = mapping_of(written) or Fields({})
    span = source.key("EntryPoint")
    name = "AWS_LAMBDA_NODEJS_ENTRYPOINT"
    return Known(Fields({**before.values, name: entry}, {**before.keys, name: span}, before.openness), (span,))


def _weights(value: Value, revision: str) -> Content:
    listed = mapping_of(value)
    if listed is None:
        newest: Content = [{"RevisionId": Reference(revision, "RevisionId"), "Weight": 100}]
        return newest if is_absent(value) else value
    return [{"RevisionId": name, "Weight": weight} for name, weight in listed.values.items()]


def _regions(value: Value) -> Value:
    """Return the regions of replicas, sorted. A group of regions is more than is known here."""
    entry = mapping_of(value)
    included = value if entry is None else entry.get("IncludeRegions")
    if not (isinstance(included, Known) and isinstance(included.value, Items)):
        return included
    left_out = _texts(entry.get("ExcludeRegions")) if entry is not None else set()
    items = included.value.items
    if any("-" not in (known_text(item.value) or "-") for item in items):
        return Unknown("a group of regions grows over time", trail=included.trail)
    named = {word: item for item in items if (word := known_text(item.value)) is not None and word not in left_out}
    unnamed = tuple(item for item in items if known_text(item.value) is None)
    ordered = tuple(Item(named[word].value) for word in sorted(named))
    return Known(Items((*ordered, *unnamed), included.value.openness), included.trail)


def _texts(value: Value) -> set[str | None]:
    if isinstance(value, Known) and isinstance(value.value, Items):
        return {known_text(item.value) for item in value.value.items}
    return set()


def transform_microvm_image(source: Serverless) -> None:
    """MicrovmImage: the image, and the role that builds it."""
    place = source.get("CodeUri")
    role = source.get("BuildRoleArn")
    if is_absent(role):
        read: Content = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": _objects(source, place)}
        actions: Content = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        write: Content = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        policy: Content = {
            "PolicyName": "MicrovmImageBuildPolicy",
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [read, write]},
        }
        properties: dict[str, Content] = {
            "AssumeRolePolicyDocument": trust("lambda.amazonaws.com"),
            "Policies": [policy],
        }
        source.add(f"{source.name}BuildRole", "AWS::IAM::Role", properties)
        role = Known(Reference(f"{source.name}BuildRole", "Arn"), (source.span,))

    def listed(name: str) -> Content:
        value = source.get(name)
        return [] if is_absent(value) else value

    def mapped(name: str) -> Content:
        value = source.get(name)
        return {} if is_absent(value) else value

    description = source.get("Description")
    source.add(
        source.name,
        "AWS::Lambda::MicrovmImage",
        {
            "Name": source.get("Name"),
            "CodeArtifact": {"Uri": place},
            "BaseImageArn": source.get("BaseImageArn"),
            "BuildRoleArn": role,
            "BaseImageVersion": source.get("BaseImageVersion"),
            "Description": "" if is_absent(description) else description,
            "Tags": tag_list(source.get("Tags")),
            "Logging": mapped("Logging"),
            "EgressNetworkConnectors": listed("EgressNetworkConnectors"),
            "CpuConfigurations": listed("CpuConfigurations"),
            "Resources": listed("Resources"),
            "AdditionalOsCapabilities": listed("AdditionalOsCapabilities"),
            "Hooks": mapped("Hooks"),
            "EnvironmentVariables": _pairs(source.get("EnvironmentVariables")),
        },
        is_own=True,
    )
    combine_tags(source)


def _pairs(value: Value) -> Content:
    return [] if is_absent(value) else tag_list(value)


def _objects(source: Serverless, place: Value) -> Value:
    written = known_text(place)
    bucket = written.removeprefix("s3://").split("/", 1)[0] if written is not None and written.startswith("s3://") else None
    named: Content = bucket or Unknown("the bucket depends on the deployment")
    return text(source.key("CodeUri"), "arn:", source.pseudo("AWS::Partition"), ":s3:::", named, "/*")


def transform_network_connector(source: Serverless) -> None:
    """NetworkConnector: how MicroVMs reach a VPC, and the role that makes their interfaces."""
    role = source.get("OperatorRole")
    if is_absent(role):
        properties: dict[str, Content] = {
            "AssumeRolePolicyDocument": trust("lambda.amazonaws.com"),
            "ManagedPolicyArns": [f"arn:{source.partition}:iam::aws:policy/AWSLambdaNetworkConnectorOperatorPolicy"],
        }
        source.add(f"{source.name}OperatorRole", "AWS::IAM::Role", properties)
        role = Known(Reference(f"{source.name}OperatorRole", "Arn"), (source.span,))
    kinds = source.get("ComputeTypes")

    def with_kinds(entry: Fields, span: Span) -> Fields:
        extra = fields({"AssociatedComputeResourceTypes": ["MicroVm"] if is_absent(kinds) else kinds}, span)
        return Fields({**entry.values, **extra.values}, {**extra.keys, **entry.keys}, entry.openness)

    source.add(
        source.name,
        "AWS::Lambda::NetworkConnector",
        {
            "Name": source.get("Name"),
            "Configuration": {"VpcEgressConfiguration": each(source.get("VpcConfig"), with_kinds)},
            "OperatorRole": role,
            "Tags": tag_list(source.get("Tags")),
        },
        is_own=True,
    )
    combine_tags(source)
