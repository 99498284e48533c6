"""CloudFormation's resource types as nodes and wiring. Property names are the service's own."""

from __future__ import annotations

from typing import Any, Final

from ...load.resource import Resource
from ...model import nodes
from ...model.read import elements, entry, field, openness
from ...model.value import Fields, Known
from .table import Row, Wire


def _function(resource: Resource) -> dict[str, Any]:
    return {"code": resource.code, "region": resource.region}


def _layer(resource: Resource) -> dict[str, Any]:
    return {"code": resource.code}


def _weights(resource: Resource) -> dict[str, Any]:
    listed = field(Known(resource.properties), "RoutingConfig.AdditionalVersionWeights")
    return {
        "weights": tuple(
            nodes.VersionWeight(entry(item, "FunctionVersion"), entry(item, "FunctionWeight"), guard)
            for guard, item in elements(listed)
            if isinstance(item, Known) and isinstance(item.value, Fields)
        ),
        "weights_openness": openness(listed),
    }


def _http_api(resource: Resource) -> dict[str, Any]:
    protocol = field(Known(resource.properties), "ProtocolType")
    text = protocol.value if isinstance(protocol, Known) and isinstance(protocol.value, str) else "HTTP"
    return {"protocol": text.upper()}


def _rest_api(resource: Resource) -> dict[str, Any]:
    return {"protocol": "REST"}


def _target_group(resource: Resource) -> dict[str, Any]:
    return {"inline_targets": "Targets" in resource.properties.values}


FUNCTION_URL: Final = {"function": "TargetFunctionArn", "qualifier": "Qualifier", "auth_type": "AuthType", "cors": "Cors"}

ROWS: Final[dict[str, Row]] = {
    "AWS::Lambda::Function": Row(
        nodes.Function,
        {
            "function_name": "FunctionName",
            "runtime": "Runtime",
            "handler": "Handler",
            "memory": "MemorySize",
            "timeout": "Timeout",
            "role": "Role",
            "environment": "Environment.Variables",
            "kms_key": "KmsKeyArn",
            "layers": "Layers",
            "vpc": "VpcConfig",
            "subnets": "VpcConfig.SubnetIds",
            "security_groups": "VpcConfig.SecurityGroupIds",
            "dead_letter": "DeadLetterConfig.TargetArn",
            "tracing": "TracingConfig.Mode",
            "package_type": "PackageType",
            "reserved_concurrency": "ReservedConcurrentExecutions",
            "ephemeral_storage": "EphemeralStorage.Size",
            "architectures": "Architectures",
            "snap_start": "SnapStart.ApplyOn",
            "file_systems": "FileSystemConfigs",
            "log_group": "LoggingConfig.LogGroup",
            "capacity_provider": "CapacityProviderConfig",
            "durable": "DurableConfig",
        },
        {"memory": 128, "timeout": 3, "package_type": "Zip", "ephemeral_storage": 512, "tracing": "PassThrough"},
        _function,
    ),
    "AWS::Lambda::Version": Row(
        nodes.Version,
        {
            "function": "FunctionName",
            "provisioned_concurrency": "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions",
        },
    ),
    "AWS::Lambda::Alias": Row(
        nodes.Alias,
        {
            "alias_name": "Name",
            "function": "FunctionName",
            "version": "FunctionVersion",
            "routing": "RoutingConfig.AdditionalVersionWeights",
            "provisioned_concurrency": "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions",
        },
        {},
        _weights,
    ),
    "AWS::Lambda::Permission": Row(
        nodes.Permission,
        {
            "function": "FunctionName",
            "action": "Action",
            "principal": "Principal",
            "source_arn": "SourceArn",
            "source_account": "SourceAccount",
            "organization": "PrincipalOrgID",
            "event_source_token": "EventSourceToken",
            "function_url_auth_type": "FunctionUrlAuthType",
            "invoked_via_function_url": "InvokedViaFunctionUrl",
        },
    ),
    "AWS::Lambda::Url": Row(nodes.FunctionUrl, FUNCTION_URL),
    "AWS::Lambda::EventSourceMapping": Row(
        nodes.EventSourceMapping,
        {
            "function": "FunctionName",
            "source": "EventSourceArn",
            "batch_size": "BatchSize",
            "batching_window": "MaximumBatchingWindowInSeconds",
            "enabled": "Enabled",
            "starting_position": "StartingPosition",
            "response_types": "FunctionResponseTypes",
            "maximum_concurrency": "ScalingConfig.MaximumConcurrency",
            "filters": "FilterCriteria.Filters",
            "on_failure": "DestinationConfig.OnFailure.Destination",
            "kms_key": "KmsKeyArn",
            "self_managed": "SelfManagedEventSource",
            "access_configurations": "SourceAccessConfigurations",
        },
        {"batching_window": 0},
    ),
    "AWS::Lambda::EventInvokeConfig": Row(
        nodes.InvokeConfig,
        {
            "function": "FunctionName",
            "qualifier": "Qualifier",
            "on_failure": "DestinationConfig.OnFailure.Destination",
            "on_success": "DestinationConfig.OnSuccess.Destination",
            "maximum_retries": "MaximumRetryAttempts",
            "maximum_age": "MaximumEventAgeInSeconds",
        },
    ),
    "AWS::Lambda::LayerVersion": Row(
        nodes.Layer,
        {"layer_name": "LayerName", "runtimes": "CompatibleRuntimes", "architectures": "CompatibleArchitectures"},
        {},
        _layer,
    ),
    "AWS::SQS::Queue": Row(
        nodes.Queue,
        {
            "queue_name": "QueueName",
            "visibility_timeout": "VisibilityTimeout",
            "fifo": "FifoQueue",
            "redrive": "RedrivePolicy",
            "kms_key": "KmsMasterKeyId",
        },
        {"visibility_timeout": 30, "fifo": False},
    ),
    "AWS::SNS::Topic": Row(
        nodes.Topic, {"topic_name": "TopicName", "fifo": "FifoTopic", "kms_key": "KmsMasterKeyId"}, {"fifo": False}
    ),
    "AWS::Kinesis::Stream": Row(nodes.Stream, {"stream_name": "Name", "kms_key": "StreamEncryption.KeyId"}),
    "AWS::Kinesis::StreamConsumer": Row(nodes.Stream, {"stream_name": "ConsumerName", "consumer_of": "StreamARN"}),
    "AWS::DynamoDB::Table": Row(
        nodes.Table,
        {
            "table_name": "TableName",
            "stream_view": "StreamSpecification.StreamViewType",
            "kms_key": "SSESpecification.KMSMasterKeyId",
        },
    ),
    "AWS::DynamoDB::GlobalTable": Row(
        nodes.Table, {"table_name": "TableName", "stream_view": "StreamSpecification.StreamViewType"}
    ),
    "AWS::S3::Bucket": Row(nodes.Bucket, {"bucket_name": "BucketName"}),
    "AWS::Events::EventBus": Row(nodes.Bus, {"bus_name": "Name"}),
    "AWS::Events::Rule": Row(
        nodes.EventRule,
        {"rule_name": "Name", "pattern": "EventPattern", "schedule": "ScheduleExpression", "state": "State"},
    ),
    "AWS::Scheduler::Schedule": Row(nodes.Schedule, {"expression": "ScheduleExpression"}),
    "AWS::ApiGateway::RestApi": Row(nodes.Api, {"api_name": "Name"}, {}, _rest_api),
    "AWS::ApiGatewayV2::Api": Row(nodes.Api, {"api_name": "Name"}, {}, _http_api),
    "AWS::ApiGateway::Method": Row(
        nodes.Route,
        {
            "api": "RestApiId",
            "method": "HttpMethod",
            "integration_type": "Integration.Type",
            "uri": "Integration.Uri",
            "credentials": "Integration.Credentials",
        },
    ),
    "AWS::ApiGatewayV2::Integration": Row(
        nodes.Route,
        {
            "api": "ApiId",
            "integration_type": "IntegrationType",
            "uri": "IntegrationUri",
            "credentials": "CredentialsArn",
        },
    ),
    "AWS::ApiGateway::Authorizer": Row(
        nodes.Authorizer, {"api": "RestApiId", "uri": "AuthorizerUri", "credentials": "AuthorizerCredentials"}
    ),
    "AWS::ApiGatewayV2::Authorizer": Row(
        nodes.Authorizer, {"api": "ApiId", "uri": "AuthorizerUri", "credentials": "AuthorizerCredentialsArn"}
    ),
    "AWS::Cognito::UserPool": Row(nodes.UserPool),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Row(nodes.LoadBalancerTarget, {}, {}, _target_group),
    "AWS::StepFunctions::StateMachine": Row(nodes.StateMachine, {"role": "RoleArn", "definition": "DefinitionString"}),
    "AWS::Logs::LogGroup": Row(nodes.LogGroup, {"group_name": "LogGroupName", "retention": "RetentionInDays"}),
    "AWS::KMS::Key": Row(nodes.Key, {"policy": "KeyPolicy"}),
    "AWS::SecretsManager::Secret": Row(nodes.Secret, {"secret_name": "Name", "kms_key": "KmsKeyId"}),
    "AWS::EC2::VPC": Row(nodes.Vpc, {"cidr": "CidrBlock"}),
    "AWS::EC2::Subnet": Row(nodes.Subnet, {"cidr": "CidrBlock", "vpc": "VpcId", "zone": "AvailabilityZone"}),
    "AWS::EC2::SecurityGroup": Row(nodes.SecurityGroup, {"vpc": "VpcId"}),
    "AWS::CloudFront::Distribution": Row(nodes.Distribution),
}

LAMBDA_PROXY: Final = ("Integration.Type", "AWS_PROXY")

COGNITO_TRIGGERS: Final = (
    "CreateAuthChallenge",
    "CustomMessage",
    "DefineAuthChallenge",
    "PostAuthentication",
    "PostConfirmation",
    "PreAuthentication",
    "PreSignUp",
    "PreTokenGeneration",
    "UserMigration",
    "VerifyAuthChallengeResponse",
)

WIRES: Final[dict[str, tuple[Wire, ...]]] = {
    "AWS::Events::Rule": (Wire("events.amazonaws.com", "Arn", each="Targets", role="RoleArn"),),
    "AWS::SNS::Subscription": (Wire("sns.amazonaws.com", "Endpoint", where=("Protocol", "lambda")),),
    "AWS::SNS::Topic": (Wire("sns.amazonaws.com", "Endpoint", each="Subscription", where=("Protocol", "lambda")),),
    "AWS::S3::Bucket": (Wire("s3.amazonaws.com", "Function", each="NotificationConfiguration.LambdaConfigurations"),),
    "AWS::Logs::SubscriptionFilter": (Wire("logs.amazonaws.com", "DestinationArn", role="RoleArn"),),
    "AWS::ApiGateway::Method": (Wire("apigateway.amazonaws.com", "Integration.Uri", role="Integration.Credentials"),),
    "AWS::ApiGatewayV2::Integration": (Wire("apigateway.amazonaws.com", "IntegrationUri", role="CredentialsArn"),),
    "AWS::ApiGateway::Authorizer": (
        Wire("apigateway.amazonaws.com", "AuthorizerUri", role="AuthorizerCredentials", name="authorizer"),
    ),
    "AWS::ApiGatewayV2::Authorizer": (
        Wire("apigateway.amazonaws.com", "AuthorizerUri", role="AuthorizerCredentialsArn", name="authorizer"),
    ),
    "AWS::Cognito::UserPool": tuple(
        Wire("cognito-idp.amazonaws.com", f"LambdaConfig.{trigger}", name=trigger) for trigger in COGNITO_TRIGGERS
    ),
    "AWS::IoT::TopicRule": (Wire("iot.amazonaws.com", "Lambda.FunctionArn", each="TopicRulePayload.Actions"),),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (Wire("elasticloadbalancing.amazonaws.com", "Id", each="Targets"),),
    "AWS::Config::ConfigRule": (
        Wire("config.amazonaws.com", "Source.SourceIdentifier", where=("Source.Owner", "CUSTOM_LAMBDA")),
    ),
    "AWS::SecretsManager::RotationSchedule": (Wire("secretsmanager.amazonaws.com", "RotationLambdaARN"),),
    "AWS::SES::ReceiptRule": (Wire("ses.amazonaws.com", "LambdaAction.FunctionArn", each="Rule.Actions"),),
}
"""Push sources that need a permission. What calls with a role of its own (Scheduler, Pipes, Step Functions) is not here."""
