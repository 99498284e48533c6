"""The serverless types that are neither functions nor APIs: tables, layers, state machines, applications."""

from __future__ import annotations

from typing import Final

from ...model.span import Span
from ...model.value import ABSENT, Fields, Known, Reference, Value, is_absent
from ..cloudformation.text import known_text
from .code import layer_code
from .function import tag_list
from .gateway import Gateways
from .make import Content, fields, made, pseudo, text
from .openapi import Method
from .role import Policies, add_role, managed_arn, trust
from .serverless import Serverless, mapping_of

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
        "Content": content,
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


def transform_state_machine(source: Serverless, gateways: Gateways) -> None:
    """StateMachine: the machine, its role, and what starts it."""
    definition = source.get("Definition")
    place = source.get("DefinitionUri")
    properties: dict[str, Content] = {
        "StateMachineName": source.get("Name"),
        "StateMachineType": source.get("Type"),
        "DefinitionSubstitutions": source.get("DefinitionSubstitutions"),
        "LoggingConfiguration": source.get("Logging"),
        "TracingConfiguration": source.get("Tracing"),
        "Tags": tag_list(source.get("Tags")),
    }
    spellings = {
        "StateMachineName": "Name",
        "StateMachineType": "Type",
        "LoggingConfiguration": "Logging",
        "TracingConfiguration": "Tracing",
    }
    if is_absent(definition) and not is_absent(place):
        spellings["Definition"] = "DefinitionUri"
        location = known_text(place)
        tree = source.template.include(location) if location is not None else None
        if tree is not None:
            properties["Definition"] = source.template.evaluator.value(tree)
        else:
            properties["DefinitionS3Location"] = place
    else:
        properties["Definition"] = definition
    role = source.get("Role")
    generates = is_absent(role)
    properties["RoleArn"] = Known(Reference(f"{source.name}Role", "Arn"), (source.span,)) if generates else role
    spellings["RoleArn"] = "Role"
    made_fields = fields(properties, source.span, source.properties.openness)
    keys = {name: source.properties.keys.get(spellings.get(name, name), span) for name, span in made_fields.keys.items()}
    source.add(
        source.name,
        "AWS::StepFunctions::StateMachine",
        Fields(made_fields.values, keys, made_fields.openness),
        is_own=True,
        spellings=spellings,
    )
    if generates:
        policies = Policies(f"{source.name}Role")
        if not is_absent(source.get("Tracing")):
            policies.attach("AWSXrayWriteOnlyAccess", source.key("Tracing"))
        policies.read(source.get("Policies"))
        add_role(source, f"{source.name}Role", "states.amazonaws.com", policies, source.span)
    events = mapping_of(source.get("Events"))
    if events is not None:
        for name, value in events.values.items():
            event = mapping_of(value)
            if event is not None:
                _add_event(source, name, event, events.keys.get(name, source.span), gateways)


def _add_event(source: Serverless, name: str, event: Fields, span: Span, gateways: Gateways) -> None:
    """Add what starts a state machine. Each starter calls with a role of its own."""
    kind = known_text(event.get("Type"))
    properties = mapping_of(event.get("Properties")) or Fields({})
    address = source.name + name
    machine: Value = Known(Reference(source.name, "Ref"), (span,))
    services = {
        "Schedule": "events.amazonaws.com",
        "EventBridgeRule": "events.amazonaws.com",
        "CloudWatchEvent": "events.amazonaws.com",
        "ScheduleV2": "scheduler.amazonaws.com",
        "Api": "apigateway.amazonaws.com",
    }
    if kind not in services:
        return
    role: Value = properties.get("RoleArn")
    if is_absent(role):
        statement: Content = {"Action": "states:StartExecution", "Effect": "Allow", "Resource": machine}
        policy: Content = {
            "PolicyName": f"{address}RoleStartExecutionPolicy" if kind != "ScheduleV2" else f"{address}StartExecutionPolicy",
            "PolicyDocument": {"Statement": [statement]},
        }
        source.add(
            f"{address}Role",
            "AWS::IAM::Role",
            {"AssumeRolePolicyDocument": trust(services[kind]), "Policies": [policy]},
            span,
        )
        role = Known(Reference(f"{address}Role", "Arn"), (span,))
    target: dict[str, Content] = {"Arn": machine, "RoleArn": role, "Input": properties.get("Input")}
    if kind == "ScheduleV2":
        target["DeadLetterConfig"] = properties.get("DeadLetterConfig")
        expression = properties.get("ScheduleExpression")
        source.add(address, "AWS::Scheduler::Schedule", {"ScheduleExpression": expression, "Target": target}, span)
    elif kind == "Api":
        _add_api_event(source, properties, role, span, gateways)
    else:
        target["Id"] = f"{address}StepFunctionsTarget"
        target["DeadLetterConfig"] = properties.get("DeadLetterConfig")
        source.add(
            address,
            "AWS::Events::Rule",
            {
                "ScheduleExpression": properties.get("Schedule"),
                "EventPattern": properties.get("Pattern"),
                "EventBusName": properties.get("EventBusName"),
                "State": properties.get("State"),
                "Targets": [target],
            },
            span,
        )


def _add_api_event(source: Serverless, properties: Fields, role: Value, span: Span, gateways: Gateways) -> None:
    api = gateways.rest(properties.get("RestApiId"), span)
    if isinstance(api, Known) and isinstance(api.value, Reference):
        uri = text(
            span, "arn:", pseudo("AWS::Partition"), ":apigateway:", pseudo("AWS::Region"), ":states:action/StartExecution"
        )
        method = Method(
            path=properties.get("Path"),
            verb=properties.get("Method"),
            uri=uri,
            timeout=ABSENT,
            auth=properties.get("Auth"),
            payload=ABSENT,
            span=span,
            guard=source.guard,
            type="aws",
            credentials=role,
        )
        gateways.add(api.value.address, method)


def transform_application(source: Serverless) -> None:
    """Application: a nested stack."""
    place = source.get("Location")
    source.add(
        source.name,
        "AWS::CloudFormation::Stack",
        {
            "TemplateURL": place if known_text(place) is not None else ABSENT,
            "Parameters": source.get("Parameters"),
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
        managed: list[Content] = [managed_arn("AWSLambdaManagedEC2ResourceOperator")]
        source.add(
            address,
            "AWS::IAM::Role",
            {"AssumeRolePolicyDocument": trust("lambda.amazonaws.com"), "ManagedPolicyArns": managed},
        )
        role = Known(Reference(address, "Arn"), (source.span,))
    requirements = mapping_of(source.get("InstanceRequirements")) or Fields({})
    source.add(
        source.name,
        "AWS::Lambda::CapacityProvider",
        {
            "CapacityProviderName": source.get("CapacityProviderName"),
            "VpcConfig": source.get("VpcConfig"),
            "PermissionsConfig": {"CapacityProviderOperatorRoleArn": role},
            "InstanceRequirements": {
                "Architectures": requirements.get("Architectures"),
                "AllowedInstanceTypes": requirements.get("AllowedTypes"),
                "ExcludedInstanceTypes": requirements.get("ExcludedTypes"),
            },
            "CapacityProviderScalingConfig": source.get("ScalingConfig"),
            "KmsKeyArn": source.get("KmsKeyArn"),
            "Tags": tag_list(source.get("Tags")),
        },
        is_own=True,
        spellings={
            "PermissionsConfig.CapacityProviderOperatorRoleArn": "OperatorRole",
            "CapacityProviderScalingConfig": "ScalingConfig",
        },
    )


def keep(source: Serverless) -> None:
    """A type that the transform knows and this program does not model: it stays as it is written."""
    source.add(source.name, source.type, source.properties, is_own=True)
