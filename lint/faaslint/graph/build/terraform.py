"""The AWS provider's resource types as nodes and wiring. Property names are the provider's own."""

from __future__ import annotations

from typing import Any, Final

from ...load.resource import Resource
from ...model import nodes
from ...model.read import field, openness
from ...model.value import CLOSED, Fields, Known, branches
from .table import Row, Wire


def _function(resource: Resource) -> dict[str, Any]:
    return {"code": resource.code, "region": resource.region}


def _layer(resource: Resource) -> dict[str, Any]:
    return {"code": resource.code}


def _weights(resource: Resource) -> dict[str, Any]:
    """``additional_version_weights`` is a map of version to weight, where CloudFormation has a list of pairs."""
    mapping = field(Known(resource.properties), "routing_config.additional_version_weights")
    weights: list[nodes.VersionWeight] = []
    unknown = openness(mapping)
    for guard, leaf in branches(mapping):
        if isinstance(leaf, Known) and isinstance(leaf.value, Fields):
            # Versions are often references, so they are kept as keys that are no text; then nothing else may be added.
            unknown = unknown or (None if leaf.value.computed else leaf.value.openness)
            weights += [nodes.VersionWeight(version, weight, guard) for version, weight in leaf.value.computed]
            weights += [
                nodes.VersionWeight(
                    Known(version, (leaf.value.keys[version],) if version in leaf.value.keys else leaf.trail), weight, guard
                )
                for version, weight in leaf.value.values.items()
            ]
    return {"weights": tuple(weights), "weights_openness": unknown or CLOSED}


def _http_api(resource: Resource) -> dict[str, Any]:
    protocol = field(Known(resource.properties), "protocol_type")
    text = protocol.value if isinstance(protocol, Known) and isinstance(protocol.value, str) else "HTTP"
    return {"protocol": text.upper()}


FUNCTION: Final = {
    "function_name": "function_name",
    "runtime": "runtime",
    "handler": "handler",
    "memory": "memory_size",
    "timeout": "timeout",
    "role": "role",
    "environment": "environment.variables",
    "kms_key": "kms_key_arn",
    "layers": "layers",
    "vpc": "vpc_config",
    "subnets": "vpc_config.subnet_ids",
    "security_groups": "vpc_config.security_group_ids",
    "dead_letter": "dead_letter_config.target_arn",
    "tracing": "tracing_config.mode",
    "package_type": "package_type",
    "reserved_concurrency": "reserved_concurrent_executions",
    "ephemeral_storage": "ephemeral_storage.size",
    "architectures": "architectures",
    "snap_start": "snap_start.apply_on",
    "file_systems": "file_system_config",
    "log_group": "logging_config.log_group",
    "capacity_provider": "capacity_provider_config",
    "durable": "durable_config",
}

ROWS: Final[dict[str, Row]] = {
    "aws_lambda_function": Row(
        nodes.Function,
        FUNCTION,
        {"memory": 128, "timeout": 3, "package_type": "Zip", "ephemeral_storage": 512, "tracing": "PassThrough"},
        _function,
        frozenset({"vpc", "capacity_provider", "durable"}),
    ),
    "aws_lambda_alias": Row(
        nodes.Alias,
        {
            "alias_name": "name",
            "function": "function_name",
            "version": "function_version",
            "routing": "routing_config.additional_version_weights",
        },
        {},
        _weights,
    ),
    # What a plan's prior state says of the version that is published now.
    "faaslint:recorded_version": Row(
        nodes.Version,
        {
            "function": "function",
            "number": "number",
            "recorded_role": "role",
            "recorded_dead_letter": "dead_letter",
        },
    ),
    "aws_lambda_permission": Row(
        nodes.Permission,
        {
            "function": "function_name",
            "action": "action",
            "principal": "principal",
            "qualifier": "qualifier",
            "source_arn": "source_arn",
            "source_account": "source_account",
            "organization": "principal_org_id",
            "event_source_token": "event_source_token",
            "function_url_auth_type": "function_url_auth_type",
            "invoked_via_function_url": "invoked_via_function_url",
        },
    ),
    "aws_lambda_function_url": Row(
        nodes.FunctionUrl,
        {"function": "function_name", "qualifier": "qualifier", "auth_type": "authorization_type", "cors": "cors"},
        blocks=frozenset({"cors"}),
    ),
    "aws_lambda_event_source_mapping": Row(
        nodes.EventSourceMapping,
        {
            "function": "function_name",
            "source": "event_source_arn",
            "batch_size": "batch_size",
            "batching_window": "maximum_batching_window_in_seconds",
            "enabled": "enabled",
            "starting_position": "starting_position",
            "response_types": "function_response_types",
            "maximum_concurrency": "scaling_config.maximum_concurrency",
            "filters": "filter_criteria.filter",
            "on_failure": "destination_config.on_failure.destination_arn",
            "kms_key": "kms_key_arn",
            "self_managed": "self_managed_event_source",
            "access_configurations": "source_access_configuration",
        },
        {"batching_window": 0},
        blocks=frozenset({"self_managed"}),
    ),
    "aws_lambda_function_event_invoke_config": Row(
        nodes.InvokeConfig,
        {
            "function": "function_name",
            "qualifier": "qualifier",
            "on_failure": "destination_config.on_failure.destination",
            "on_success": "destination_config.on_success.destination",
            "maximum_retries": "maximum_retry_attempts",
            "maximum_age": "maximum_event_age_in_seconds",
        },
    ),
    "aws_lambda_layer_version": Row(
        nodes.Layer,
        {"layer_name": "layer_name", "runtimes": "compatible_runtimes", "architectures": "compatible_architectures"},
        {},
        _layer,
    ),
    "aws_sqs_queue": Row(
        nodes.Queue,
        {
            "queue_name": "name",
            "visibility_timeout": "visibility_timeout_seconds",
            "fifo": "fifo_queue",
            "redrive": "redrive_policy",
            "kms_key": "kms_master_key_id",
        },
        {"visibility_timeout": 30, "fifo": False},
    ),
    "aws_sns_topic": Row(
        nodes.Topic, {"topic_name": "name", "fifo": "fifo_topic", "kms_key": "kms_master_key_id"}, {"fifo": False}
    ),
    "aws_kinesis_stream": Row(nodes.Stream, {"stream_name": "name", "kms_key": "kms_key_id"}),
    "aws_kinesis_stream_consumer": Row(nodes.Stream, {"stream_name": "name", "consumer_of": "stream_arn"}),
    "aws_dynamodb_table": Row(
        nodes.Table,
        {
            "table_name": "name",
            "stream_view": "stream_view_type",
            "kms_key": "server_side_encryption.kms_key_arn",
        },
    ),
    "aws_s3_bucket": Row(nodes.Bucket, {"bucket_name": "bucket"}),
    "aws_cloudwatch_event_bus": Row(nodes.Bus, {"bus_name": "name"}),
    "aws_cloudwatch_event_rule": Row(
        nodes.EventRule,
        {"rule_name": "name", "pattern": "event_pattern", "schedule": "schedule_expression", "state": "state"},
    ),
    "aws_scheduler_schedule": Row(nodes.Schedule, {"expression": "schedule_expression"}),
    "aws_api_gateway_rest_api": Row(nodes.Api, {"api_name": "name"}),
    "aws_apigatewayv2_api": Row(nodes.Api, {"api_name": "name"}, {}, _http_api),
    "aws_api_gateway_integration": Row(
        nodes.Route,
        {
            "api": "rest_api_id",
            "method": "http_method",
            "integration_type": "type",
            "uri": "uri",
            "credentials": "credentials",
        },
    ),
    "aws_apigatewayv2_integration": Row(
        nodes.Route,
        {
            "api": "api_id",
            "integration_type": "integration_type",
            "uri": "integration_uri",
            "credentials": "credentials_arn",
        },
    ),
    "aws_api_gateway_authorizer": Row(
        nodes.Authorizer, {"api": "rest_api_id", "uri": "authorizer_uri", "credentials": "authorizer_credentials"}
    ),
    "aws_apigatewayv2_authorizer": Row(
        nodes.Authorizer, {"api": "api_id", "uri": "authorizer_uri", "credentials": "authorizer_credentials_arn"}
    ),
    "aws_cognito_user_pool": Row(nodes.UserPool),
    "aws_lb_target_group": Row(nodes.LoadBalancerTarget),
    "aws_alb_target_group": Row(nodes.LoadBalancerTarget),
    "aws_sfn_state_machine": Row(nodes.StateMachine, {"role": "role_arn", "definition": "definition"}),
    "aws_cloudwatch_log_group": Row(nodes.LogGroup, {"group_name": "name", "retention": "retention_in_days"}),
    "aws_kms_key": Row(nodes.Key, {"policy": "policy"}),
    "aws_secretsmanager_secret": Row(nodes.Secret, {"secret_name": "name", "kms_key": "kms_key_id"}),
    "aws_vpc": Row(nodes.Vpc, {"cidr": "cidr_block"}),
    "aws_subnet": Row(nodes.Subnet, {"cidr": "cidr_block", "vpc": "vpc_id", "zone": "availability_zone"}),
    "aws_security_group": Row(nodes.SecurityGroup, {"vpc": "vpc_id"}),
    "aws_cloudfront_distribution": Row(nodes.Distribution),
}

COGNITO_TRIGGERS: Final = (
    "create_auth_challenge",
    "custom_message",
    "define_auth_challenge",
    "post_authentication",
    "post_confirmation",
    "pre_authentication",
    "pre_sign_up",
    "pre_token_generation",
    "user_migration",
    "verify_auth_challenge_response",
)

WIRES: Final[dict[str, tuple[Wire, ...]]] = {
    "aws_cloudwatch_event_target": (Wire("events.amazonaws.com", "arn", role="role_arn"),),
    "aws_sns_topic_subscription": (Wire("sns.amazonaws.com", "endpoint", where=("protocol", "lambda")),),
    "aws_s3_bucket_notification": (Wire("s3.amazonaws.com", "lambda_function_arn", each="lambda_function"),),
    "aws_cloudwatch_log_subscription_filter": (Wire("logs.amazonaws.com", "destination_arn", role="role_arn"),),
    "aws_api_gateway_integration": (Wire("apigateway.amazonaws.com", "uri", role="credentials"),),
    "aws_apigatewayv2_integration": (Wire("apigateway.amazonaws.com", "integration_uri", role="credentials_arn"),),
    "aws_api_gateway_authorizer": (
        Wire("apigateway.amazonaws.com", "authorizer_uri", role="authorizer_credentials", name="authorizer"),
    ),
    "aws_apigatewayv2_authorizer": (
        Wire("apigateway.amazonaws.com", "authorizer_uri", role="authorizer_credentials_arn", name="authorizer"),
    ),
    "aws_cognito_user_pool": tuple(
        Wire("cognito-idp.amazonaws.com", f"lambda_config.{trigger}", name=trigger) for trigger in COGNITO_TRIGGERS
    ),
    "aws_iot_topic_rule": (Wire("iot.amazonaws.com", "function_arn", each="lambda"),),
    "aws_lb_target_group_attachment": (Wire("elasticloadbalancing.amazonaws.com", "target_id"),),
    "aws_alb_target_group_attachment": (Wire("elasticloadbalancing.amazonaws.com", "target_id"),),
    "aws_config_config_rule": (
        Wire("config.amazonaws.com", "source.source_identifier", where=("source.owner", "CUSTOM_LAMBDA")),
    ),
    "aws_secretsmanager_secret_rotation": (Wire("secretsmanager.amazonaws.com", "rotation_lambda_arn"),),
    "aws_ses_receipt_rule": (Wire("ses.amazonaws.com", "function_arn", each="lambda_action"),),
}
"""Push sources that need a permission. What calls with a role of its own (Scheduler, Pipes, Step Functions) is not here."""
