"""Every resource type that a serverless project is made of becomes a typed node, with the same attributes in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from faaslint.graph.build.project import build_graph
from faaslint.graph.build.table import CLOUDFORMATION, TERRAFORM, Kind, at_path
from faaslint.graph.build.tables import kinds, kinds_by_type
from faaslint.load.resource import Loaded, Resource
from faaslint.model.nodes import Node
from faaslint.model.read import elements
from faaslint.model.record import field_names
from faaslint.model.span import Span
from faaslint.model.value import Fields, Known, Unknown, Value

from .making import value

TYPES = [
    "AWS::Lambda::Function",
    "Function",
    "aws_lambda_function",
    "Function",
    "AWS::Lambda::Version",
    "Version",
    "aws_lambda_provisioned_concurrency_config",
    "ProvisionedConcurrency",
    "AWS::Lambda::Alias",
    "Alias",
    "aws_lambda_alias",
    "Alias",
    "AWS::Lambda::Permission",
    "Permission",
    "aws_lambda_permission",
    "Permission",
    "AWS::Lambda::ResourcePolicy",
    "ResourcePolicy",
    "aws_sqs_queue_redrive_policy",
    "QueueRedrive",
    "AWS::Lambda::Url",
    "FunctionUrl",
    "aws_lambda_function_url",
    "FunctionUrl",
    "AWS::Lambda::EventSourceMapping",
    "EventSourceMapping",
    "aws_lambda_event_source_mapping",
    "EventSourceMapping",
    "AWS::Lambda::EventInvokeConfig",
    "InvokeConfig",
    "aws_lambda_function_event_invoke_config",
    "InvokeConfig",
    "AWS::Lambda::LayerVersion",
    "Layer",
    "aws_lambda_layer_version",
    "Layer",
    "AWS::Lambda::LayerVersionPermission",
    "LayerPermission",
    "aws_lambda_layer_version_permission",
    "LayerPermission",
    "AWS::Lambda::CodeSigningConfig",
    "CodeSigning",
    "aws_lambda_code_signing_config",
    "CodeSigning",
    "AWS::Lambda::CapacityProvider",
    "CapacityProvider",
    "aws_lambda_capacity_provider",
    "CapacityProvider",
    "AWS::IAM::Role",
    "Role",
    "aws_iam_role",
    "Role",
    "AWS::IAM::Policy",
    "Policy",
    "aws_iam_role_policy",
    "Policy",
    "AWS::IAM::ManagedPolicy",
    "Policy",
    "aws_iam_policy",
    "Policy",
    "AWS::IAM::RolePolicy",
    "Policy",
    "aws_sqs_queue_policy",
    "ResourcePolicy",
    "AWS::SQS::Queue",
    "Queue",
    "aws_sqs_queue",
    "Queue",
    "AWS::SQS::QueuePolicy",
    "ResourcePolicy",
    "aws_s3_bucket_policy",
    "ResourcePolicy",
    "AWS::SNS::Topic",
    "Topic",
    "aws_sns_topic",
    "Topic",
    "AWS::SNS::Subscription",
    "Subscription",
    "aws_sns_topic_subscription",
    "Subscription",
    "AWS::SNS::TopicPolicy",
    "ResourcePolicy",
    "aws_sns_topic_policy",
    "ResourcePolicy",
    "AWS::DynamoDB::Table",
    "Table",
    "aws_dynamodb_table",
    "Table",
    "AWS::DynamoDB::GlobalTable",
    "Table",
    "aws_s3_bucket_notification",
    "BucketNotifications",
    "AWS::Kinesis::Stream",
    "Stream",
    "aws_kinesis_stream",
    "Stream",
    "AWS::Kinesis::StreamConsumer",
    "Stream",
    "aws_kinesis_stream_consumer",
    "Stream",
    "AWS::MSK::Cluster",
    "Broker",
    "aws_msk_cluster",
    "Broker",
    "AWS::MSK::ServerlessCluster",
    "Broker",
    "aws_msk_serverless_cluster",
    "Broker",
    "AWS::AmazonMQ::Broker",
    "Broker",
    "aws_mq_broker",
    "Broker",
    "AWS::DocDB::DBCluster",
    "Broker",
    "aws_docdb_cluster",
    "Broker",
    "AWS::S3::Bucket",
    "Bucket",
    "aws_s3_bucket",
    "Bucket",
    "AWS::S3::BucketPolicy",
    "ResourcePolicy",
    "aws_s3_bucket_server_side_encryption_configuration",
    "BucketEncryption",
    "AWS::Events::EventBus",
    "Bus",
    "aws_cloudwatch_event_bus",
    "Bus",
    "AWS::Events::Rule",
    "EventRule",
    "aws_cloudwatch_event_rule",
    "EventRule",
    "AWS::Events::EventBusPolicy",
    "ResourcePolicy",
    "aws_cloudwatch_event_target",
    "EventTarget",
    "AWS::Scheduler::Schedule",
    "Schedule",
    "aws_scheduler_schedule",
    "Schedule",
    "AWS::Pipes::Pipe",
    "Pipe",
    "aws_pipes_pipe",
    "Pipe",
    "AWS::StepFunctions::StateMachine",
    "StateMachine",
    "aws_sfn_state_machine",
    "StateMachine",
    "AWS::ApiGateway::RestApi",
    "Api",
    "aws_api_gateway_rest_api",
    "Api",
    "AWS::ApiGateway::Resource",
    "ApiResource",
    "aws_api_gateway_resource",
    "ApiResource",
    "AWS::ApiGateway::Method",
    "Route",
    "aws_api_gateway_method",
    "Route",
    "AWS::ApiGateway::Authorizer",
    "Authorizer",
    "aws_api_gateway_integration",
    "Integration",
    "AWS::ApiGateway::Stage",
    "Stage",
    "aws_api_gateway_stage",
    "Stage",
    "AWS::ApiGateway::Deployment",
    "ApiDeployment",
    "aws_api_gateway_deployment",
    "ApiDeployment",
    "AWS::ApiGatewayV2::Api",
    "Api",
    "aws_apigatewayv2_api",
    "Api",
    "AWS::ApiGatewayV2::Route",
    "Route",
    "aws_apigatewayv2_route",
    "Route",
    "AWS::ApiGatewayV2::Integration",
    "Integration",
    "aws_apigatewayv2_integration",
    "Integration",
    "AWS::ApiGatewayV2::Authorizer",
    "Authorizer",
    "aws_apigatewayv2_authorizer",
    "Authorizer",
    "AWS::ApiGatewayV2::Stage",
    "Stage",
    "aws_apigatewayv2_stage",
    "Stage",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "LoadBalancerTarget",
    "aws_lb_target_group",
    "LoadBalancerTarget",
    "AWS::ElasticLoadBalancingV2::Listener",
    "Listener",
    "aws_alb_listener",
    "Listener",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "LoadBalancer",
    "aws_alb_target_group_attachment",
    "TargetAttachment",
    "AWS::Cognito::UserPool",
    "UserPool",
    "aws_cognito_user_pool",
    "UserPool",
    "AWS::IoT::TopicRule",
    "IotRule",
    "aws_iot_topic_rule",
    "IotRule",
    "AWS::Logs::LogGroup",
    "LogGroup",
    "aws_cloudwatch_log_group",
    "LogGroup",
    "AWS::Logs::SubscriptionFilter",
    "LogSubscription",
    "aws_cloudwatch_log_subscription_filter",
    "LogSubscription",
    "AWS::SES::ReceiptRule",
    "ReceiptRule",
    "aws_ses_receipt_rule",
    "ReceiptRule",
    "AWS::Config::ConfigRule",
    "Caller",
    "aws_config_config_rule",
    "Caller",
    "AWS::CodePipeline::Pipeline",
    "Pipeline",
    "aws_codepipeline",
    "Pipeline",
    "AWS::CodeCommit::Repository",
    "Repository",
    "aws_codecommit_trigger",
    "Caller",
    "AWS::KinesisFirehose::DeliveryStream",
    "DeliveryStream",
    "aws_kinesis_firehose_delivery_stream",
    "DeliveryStream",
    "AWS::AppSync::DataSource",
    "Caller",
    "aws_appsync_datasource",
    "Caller",
    "AWS::CloudFront::Distribution",
    "Distribution",
    "aws_cloudfront_distribution",
    "Distribution",
    "AWS::CloudFront::Function",
    "CloudFrontFunction",
    "aws_cloudfront_function",
    "CloudFrontFunction",
    "AWS::EC2::VPC",
    "Vpc",
    "aws_vpc",
    "Vpc",
    "AWS::EC2::Subnet",
    "Subnet",
    "aws_subnet",
    "Subnet",
    "AWS::EC2::RouteTable",
    "RouteTable",
    "aws_route_table",
    "RouteTable",
    "AWS::EC2::Route",
    "NetworkRoute",
    "aws_route",
    "NetworkRoute",
    "AWS::EC2::SubnetRouteTableAssociation",
    "SubnetAssociation",
    "aws_route_table_association",
    "SubnetAssociation",
    "AWS::EC2::NatGateway",
    "Gateway",
    "aws_nat_gateway",
    "Gateway",
    "AWS::EC2::InternetGateway",
    "Gateway",
    "aws_internet_gateway",
    "Gateway",
    "AWS::EC2::EgressOnlyInternetGateway",
    "Gateway",
    "aws_egress_only_internet_gateway",
    "Gateway",
    "AWS::EC2::TransitGateway",
    "Gateway",
    "aws_ec2_transit_gateway",
    "Gateway",
    "AWS::EC2::VPNGateway",
    "Gateway",
    "aws_vpn_gateway",
    "Gateway",
    "AWS::EC2::VPCPeeringConnection",
    "Peering",
    "aws_vpc_peering_connection",
    "Peering",
    "AWS::EC2::VPCEndpoint",
    "VpcEndpoint",
    "aws_vpc_endpoint",
    "VpcEndpoint",
    "AWS::EC2::SecurityGroup",
    "SecurityGroup",
    "aws_security_group",
    "SecurityGroup",
    "AWS::EC2::SecurityGroupIngress",
    "SecurityRule",
    "aws_security_group_rule",
    "SecurityRule",
    "AWS::EC2::SecurityGroupEgress",
    "SecurityRule",
    "aws_vpc_security_group_egress_rule",
    "SecurityRule",
    "AWS::RDS::DBInstance",
    "Database",
    "aws_db_instance",
    "Database",
    "AWS::RDS::DBCluster",
    "Database",
    "aws_rds_cluster",
    "Database",
    "AWS::RDS::DBProxy",
    "Proxy",
    "aws_db_proxy",
    "Proxy",
    "AWS::ElastiCache::ReplicationGroup",
    "Database",
    "aws_elasticache_replication_group",
    "Database",
    "AWS::EFS::FileSystem",
    "FileSystem",
    "aws_efs_file_system",
    "FileSystem",
    "AWS::EFS::AccessPoint",
    "AccessPoint",
    "aws_efs_access_point",
    "AccessPoint",
    "AWS::EFS::MountTarget",
    "MountTarget",
    "aws_efs_mount_target",
    "MountTarget",
    "AWS::KMS::Key",
    "Key",
    "aws_kms_key",
    "Key",
    "AWS::KMS::Alias",
    "KeyAlias",
    "aws_kms_alias",
    "KeyAlias",
    "AWS::SecretsManager::Secret",
    "Secret",
    "aws_secretsmanager_secret",
    "Secret",
    "AWS::SecretsManager::RotationSchedule",
    "SecretRotation",
    "aws_secretsmanager_secret_rotation",
    "SecretRotation",
    "AWS::SecretsManager::ResourcePolicy",
    "ResourcePolicy",
    "aws_secretsmanager_secret_policy",
    "ResourcePolicy",
    "AWS::SSM::Parameter",
    "Parameter",
    "aws_ssm_parameter",
    "Parameter",
    "AWS::CodeDeploy::DeploymentGroup",
    "Deployment",
    "aws_codedeploy_deployment_group",
    "Deployment",
    "Custom::Anything",
    "CustomResource",
    "aws_lb_listener",
    "Listener",
]


def pairs() -> Iterator[tuple[str, str]]:
    return zip(TYPES[::2], TYPES[1::2], strict=True)


def made(type_name: str, properties: object) -> Node:
    content = value(properties)
    assert isinstance(content, Known)
    assert isinstance(content.value, Fields)
    resource = Resource(address="It", type=type_name, span=Span("t", 1, 1, 1, 2), properties=content.value)
    kind = "cloudformation" if "::" in type_name else "terraform"
    return build_graph(Loaded(root="t", kind=kind, resources=[resource])).nodes["It"]


@pytest.mark.parametrize(("type_name", "class_name"), list(pairs()))
def test_every_type_becomes_its_node(type_name: str, class_name: str) -> None:
    assert made(type_name, {}).kind == class_name


def test_a_type_that_the_model_does_not_know_stays_a_plain_node() -> None:
    assert made("AWS::Glue::Job", {"Name": "x"}).kind == "Plain"


def columns(kind: Kind) -> list[tuple[str, int]]:
    return [(name, CLOUDFORMATION) for name in kind.cloudformation.split()] + [
        (name, TERRAFORM) for name in kind.terraform.split()
    ]


def put(tree: dict[str, Any], path: str, content: object) -> None:
    """Set what stands at a path; a list on the way gets one element."""
    *above, last = path.replace("{}", "").split(".")
    for name in above:
        is_list = name.endswith("[]")
        name = name.removesuffix("[]")
        following = tree.setdefault(name, [{}] if is_list else {})
        tree = following[0] if isinstance(following, list) else following
    tree.setdefault(last, content)


def filled(paths: list[tuple[str, str]]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    # Longer paths first: a shorter one that names the whole block of another is filled by it.
    for attribute, path in sorted(paths, key=lambda pair: -len(pair[1])):
        if path and path != ".":
            put(tree, path.removeprefix("/"), f"<{attribute}>")
    return tree


def texts(found: Value) -> set[str]:
    return {str(leaf.value) for _, leaf in elements(found) if isinstance(leaf, Known)}


ROWS = [pytest.param(kind, name, column, id=name) for kind in kinds() for name, column in columns(kind)]


@pytest.mark.parametrize(("kind", "type_name", "column"), ROWS)
def test_every_attribute_of_the_table_is_read(kind: Kind, type_name: str, column: int) -> None:
    """Each property set to a text of its own comes out where the table says it belongs."""
    paths = [(attribute, row[column]) for attribute, row in kind.attributes.items()]
    node = made(type_name, filled(paths))
    assert type(node) is kind.node
    for attribute, path in paths:
        found = getattr(node, attribute)
        assert not isinstance(found, Unknown), attribute
        shared = sum(other == path for _, other in paths) > 1
        if path and not shared and not path.endswith("{}"):
            whole = any(other != path and other.startswith(f"{path}.") for _, other in paths)
            assert whole or f"<{attribute}>" in texts(found), attribute


@pytest.mark.parametrize(
    "kind",
    [kind for kind in kinds() if kind.cloudformation and kind.terraform],
    ids=lambda kind: f"{kind.cloudformation} {kind.terraform}",
)
def test_both_languages_give_equal_attributes(kind: Kind) -> None:
    """The same content under each provider's names makes the same node."""
    alone = {row[0]: attribute for attribute, row in kind.attributes.items()}
    shared = {row[0] for attribute, row in kind.attributes.items() if alone[row[0]] != attribute}
    both = {name: row for name, row in kind.attributes.items() if row[0] and row[1] and row[0] not in shared}
    nodes = [
        made(name, filled([(attribute, row[column]) for attribute, row in both.items()])) for name, column in columns(kind)
    ]
    plain = [
        attribute
        for attribute, row in both.items()
        if not any(other[0] != row[0] and other[0].startswith(row[0].replace("{}", "") + ".") for other in both.values())
    ]
    for attribute in plain:
        assert len({frozenset(texts(getattr(node, attribute))) for node in nodes}) == 1, attribute


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: f"{kind.node.__name__} {kind.cloudformation} {kind.terraform}")
def test_rows_name_attributes_that_the_node_has(kind: Kind) -> None:
    names = set(field_names(kind.node))
    assert {*kind.attributes, *kind.constants} <= names
    for part in kind.parts:
        assert {*part.attributes, *part.constants, part.owner} <= set(field_names(part.node))


def test_no_type_is_in_two_rows() -> None:
    assert [name for name, rows in kinds_by_type().items() if len(rows) > 1] == []


class TestPaths:
    def test_a_block_is_stepped_into(self) -> None:
        assert at_path(value({"vpc_config": [{"subnet_ids": ["s"]}]}), "vpc_config.subnet_ids") == value(["s"])

    def test_the_whole_block_is_its_only_one(self) -> None:
        assert at_path(value({"cors": [{"a": 1}]}), "cors{}") == value({"a": 1})
        assert at_path(value({"cors": []}), "cors{}") == Known(None)

    def test_one_property_of_each_element(self) -> None:
        found = at_path(value({"filter": [{"pattern": "a"}, {"pattern": "b"}]}), "filter[].pattern")
        assert found == value(["a", "b"])

    def test_a_list_that_is_not_known_stays_unknown(self) -> None:
        found = at_path(value({"filter": Unknown("why")}), "filter[].pattern")
        assert isinstance(found, Unknown)

    def test_an_absent_list_is_absent(self) -> None:
        assert at_path(value({}), "filter[].pattern") == Known(None)
