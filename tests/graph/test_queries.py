"""The questions that rules ask of policies, networks, bindings and order."""

from __future__ import annotations

from typing import Any

import pytest

from faaslint.graph import Graph
from faaslint.graph.networks import members_of, routing_of, rules_of
from faaslint.graph.queries import (
    associations_beside,
    bindings_of,
    depends,
    functions_bound_to,
    provisioned_of,
    statements_naming,
    statements_on,
)
from faaslint.load.resource import Resource
from faaslint.model.edges import EdgeKind
from faaslint.model.nodes import (
    BucketNotification,
    CloudFrontFunctionAssociation,
    EdgeAssociation,
    EventTarget,
    Function,
    Role,
    SecurityGroup,
    Subnet,
)
from faaslint.model.value import CLOSED, Known, Reference, Unknown

from .making import Ref, Text, cloudformation, resource, terraform


def c(kind: str, address: str = "It", /, **properties: Any) -> Resource:
    return resource(f"AWS::{kind}", address, **properties)


def t(kind: str, address: str = "it", /, **properties: Any) -> Resource:
    return resource(f"aws_{kind}", address, **properties)


def document(**statement: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", **statement}]}


class TestResourcePolicies:
    @pytest.mark.parametrize(
        "graph",
        [
            pytest.param(
                cloudformation(
                    c("SQS::Queue", "Q"), c("SQS::QueuePolicy", Queues=[Ref("Q")], PolicyDocument=document(Principal="*"))
                ),
                id="cloudformation",
            ),
            pytest.param(
                terraform(
                    t("sqs_queue", "Q"), t("sqs_queue_policy", queue_url=Ref("Q", "id"), policy=document(Principal="*"))
                ),
                id="terraform",
            ),
            pytest.param(terraform(t("sqs_queue", "Q", policy=document(Principal="*"))), id="inside the queue"),
        ],
    )
    def test_the_statements_on_a_queue(self, graph: Graph) -> None:
        found = statements_on(graph, graph.nodes["Q"])
        assert [statement.actions for _, _, statement in found.statements] == [Known("*")]
        assert found.openness is CLOSED

    def test_a_policy_that_can_not_be_read_leaves_them_open(self) -> None:
        graph = terraform(t("sqs_queue", "Q"), t("sqs_queue_policy", queue_url=Ref("Q", "id"), policy=Unknown("why")))
        assert statements_on(graph, graph.nodes["Q"]).openness is not CLOSED

    def test_a_policy_on_an_unknown_queue_may_be_on_this_one_but_not_on_a_topic(self) -> None:
        graph = terraform(
            t("sqs_queue", "Q"),
            t("sns_topic", "T"),
            t("sqs_queue_policy", queue_url=Unknown("why"), policy=document(Principal="*")),
        )
        assert statements_on(graph, graph.nodes["Q"]).openness is not CLOSED
        assert statements_on(graph, graph.nodes["T"]).openness is CLOSED

    @pytest.mark.parametrize(
        "principal",
        [
            pytest.param(Ref("Role", "Arn"), id="by reference"),
            pytest.param("arn:aws:iam::111122223333:role/worker", id="by literal ARN"),
            pytest.param(Text("arn:aws:iam::", Unknown("account"), ":role/worker"), id="by an ARN with an unknown account"),
        ],
    )
    def test_the_statements_that_name_a_role(self, principal: object) -> None:
        graph = cloudformation(
            c("IAM::Role", "Role", RoleName="worker", AssumeRolePolicyDocument=document()),
            c("KMS::Key", "K", KeyPolicy=document(Principal={"AWS": principal})),
        )
        found = statements_naming(graph, graph.all(Role)[0])
        assert len(found.statements) == 1

    def test_a_bus_policy_of_cloudformation_is_one_statement(self) -> None:
        graph = cloudformation(
            c("Events::EventBus", "B", Name="orders"),
            c(
                "Events::EventBusPolicy",
                EventBusName=Ref("B"),
                Statement={"Effect": "Allow", "Principal": "*", "Action": "x"},
            ),
        )
        assert len(statements_on(graph, graph.nodes["B"]).statements) == 1


class TestNetworks:
    @pytest.mark.parametrize(
        "graph",
        [
            pytest.param(
                cloudformation(
                    c("EC2::Subnet", "S", VpcId=Ref("V")),
                    c("EC2::RouteTable", "R", VpcId=Ref("V")),
                    c("EC2::Route", RouteTableId=Ref("R"), DestinationCidrBlock="0.0.0.0/0", NatGatewayId=Ref("N")),
                    c("EC2::SubnetRouteTableAssociation", "A", SubnetId=Ref("S"), RouteTableId=Ref("R")),
                    c("EC2::NatGateway", "N"),
                    c("EC2::VPC", "V"),
                ),
                id="cloudformation",
            ),
            pytest.param(
                terraform(
                    t("vpc", "V"),
                    t("subnet", "S", vpc_id=Ref("V", "id")),
                    t("route_table", "R", route=[{"cidr_block": "0.0.0.0/0", "nat_gateway_id": Ref("N", "id")}]),
                    t("route_table_association", "A", subnet_id=Ref("S", "id"), route_table_id=Ref("R", "id")),
                    t("nat_gateway", "N"),
                ),
                id="terraform, inside the table",
            ),
            pytest.param(
                terraform(
                    t("vpc", "V"),
                    t("subnet", "S", vpc_id=Ref("V", "id")),
                    t("default_route_table", "R", default_route_table_id=Ref("V", "default_route_table_id")),
                    t(
                        "route",
                        route_table_id=Ref("R", "id"),
                        destination_cidr_block="0.0.0.0/0",
                        nat_gateway_id=Ref("N", "id"),
                    ),
                    t("nat_gateway", "N"),
                ),
                id="terraform, the main table",
            ),
        ],
    )
    def test_the_routes_of_a_subnet(self, graph: Graph) -> None:
        found = routing_of(graph, graph.all(Subnet)[0])
        ((_, route),) = found.routes
        assert route.destination == Known("0.0.0.0/0")
        assert isinstance(route.nat_gateway, Known)
        assert isinstance(route.nat_gateway.value, Reference)
        assert route.gateway == Known(None)
        assert found.openness is CLOSED

    def test_a_subnet_on_the_main_table_of_a_plain_vpc_has_routes_that_are_not_known(self) -> None:
        graph = cloudformation(c("EC2::VPC", "V"), c("EC2::Subnet", "S", VpcId=Ref("V")))
        assert routing_of(graph, graph.all(Subnet)[0]).openness is not CLOSED

    @pytest.mark.parametrize(
        "graph",
        [
            pytest.param(
                cloudformation(
                    c(
                        "EC2::SecurityGroup",
                        "G",
                        SecurityGroupIngress=[
                            {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "CidrIp": "10.0.0.0/8"}
                        ],
                    )
                ),
                id="inside, cloudformation",
            ),
            pytest.param(
                terraform(
                    t(
                        "security_group",
                        "G",
                        ingress=[{"protocol": "tcp", "from_port": 5432, "to_port": 5432, "cidr_blocks": ["10.0.0.0/8"]}],
                    )
                ),
                id="inside, terraform",
            ),
            pytest.param(
                cloudformation(
                    c("EC2::SecurityGroup", "G"),
                    c(
                        "EC2::SecurityGroupIngress",
                        GroupId=Ref("G", "GroupId"),
                        IpProtocol="tcp",
                        FromPort=5432,
                        ToPort=5432,
                        CidrIp="10.0.0.0/8",
                    ),
                ),
                id="apart, cloudformation",
            ),
            pytest.param(
                terraform(
                    t("security_group", "G"),
                    t(
                        "security_group_rule",
                        type="ingress",
                        security_group_id=Ref("G", "id"),
                        protocol="tcp",
                        from_port=5432,
                        to_port=5432,
                    ),
                ),
                id="apart, older terraform",
            ),
            pytest.param(
                terraform(
                    t("security_group", "G"),
                    t(
                        "vpc_security_group_ingress_rule",
                        security_group_id=Ref("G", "id"),
                        ip_protocol="tcp",
                        from_port=5432,
                        to_port=5432,
                    ),
                ),
                id="apart, terraform",
            ),
        ],
    )
    def test_the_rules_of_a_security_group(self, graph: Graph) -> None:
        group = graph.all(SecurityGroup)[0]
        ((_, rule),) = rules_of(graph, group, "ingress").rules
        assert (rule.protocol, rule.from_port, rule.to_port) == (Known("tcp"), Known(5432), Known(5432))
        assert rules_of(graph, group, "egress").rules == ()
        assert rules_of(graph, group, "ingress").openness is CLOSED

    def test_a_list_with_an_outsider_is_open(self) -> None:
        graph = cloudformation(c("EC2::Subnet", "S"))
        value = Known(Reference("S", "Ref"))
        assert members_of(graph, value, Subnet).openness is CLOSED
        assert members_of(graph, Known("subnet-0abc"), Subnet).openness is not CLOSED


class TestBindings:
    def test_a_function_is_bound_to_what_its_environment_names(self) -> None:
        graph = cloudformation(
            c("SQS::Queue", "Q", QueueName="failed"),
            c("DynamoDB::Table", "T"),
            c(
                "Lambda::Function",
                "Fn",
                Environment={
                    "Variables": {
                        "QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/111122223333/failed",
                        "TABLE": Ref("T"),
                        "LEVEL": "INFO",
                    }
                },
            ),
        )
        function = graph.all(Function)[0]
        assert [(one.variable, one.resource.id) for one in bindings_of(graph, function)] == [
            ("QUEUE_URL", "Q"),
            ("TABLE", "T"),
        ]
        assert [one.function for one in functions_bound_to(graph, graph.nodes["T"])] == [function]


class TestRelations:
    @pytest.mark.parametrize(
        ("kind", "source", "target", "graph"),
        [
            (EdgeKind.FAILS_TO, "Q", "D", cloudformation(c("SQS::Queue", "D"), c("SQS::Queue", "Q", RedrivePolicy={"deadLetterTargetArn": Ref("D", "Arn")}))),
            (EdgeKind.FAILS_TO, "Q", "D", terraform(t("sqs_queue", "D"), t("sqs_queue", "Q"), t("sqs_queue_redrive_policy", queue_url=Ref("Q", "id"), redrive_policy={"deadLetterTargetArn": Ref("D", "arn")}))),
            (EdgeKind.ENCRYPTED_BY, "B", "K", terraform(t("kms_key", "K"), t("s3_bucket", "B"), t("s3_bucket_server_side_encryption_configuration", bucket=Ref("B", "id"), rule=[{"apply_server_side_encryption_by_default": [{"kms_master_key_id": Ref("K", "arn")}]}]))),
            (EdgeKind.ENCRYPTED_BY, "Q", "K", cloudformation(c("KMS::Key", "K"), c("KMS::Alias", "A", TargetKeyId=Ref("K")), c("SQS::Queue", "Q", KmsMasterKeyId=Ref("A")))),
            (EdgeKind.LOGS_TO, "Fn", "G", terraform(t("lambda_function", "Fn", function_name="orders"), t("cloudwatch_log_group", "G", name="/aws/lambda/orders"))),
            (EdgeKind.LOGS_TO, "Fn", "G", cloudformation(c("Lambda::Function", "Fn"), c("Logs::LogGroup", "G", LogGroupName=Text("/aws/lambda/", Ref("Fn"))))),
            (EdgeKind.MOUNTS, "Fn", "P", cloudformation(c("EFS::AccessPoint", "P"), c("Lambda::Function", "Fn", FileSystemConfigs=[{"Arn": Ref("P", "Arn"), "LocalMountPath": "/mnt/x"}]))),
            (EdgeKind.ROUTES_TO, "L", "G", terraform(t("lb_target_group", "G"), t("lb_listener", "L", default_action=[{"target_group_arn": Ref("G", "arn")}]))),
        ],
    )  # fmt: skip
    def test_what_names_what(self, kind: EdgeKind, source: str, target: str, graph: Graph) -> None:
        assert [edge.target.id for edge in graph.out(graph.nodes[source], kind)] == [target]

    def test_order_follows_references_and_clauses(self) -> None:
        bucket = c("S3::Bucket", "B")
        bucket.depends_on = ("P",)
        graph = cloudformation(bucket, c("Lambda::Permission", "P", FunctionName=Ref("Fn")), c("Lambda::Function", "Fn"))
        assert depends(graph, graph.nodes["B"], graph.nodes["Fn"])
        assert not depends(graph, graph.nodes["Fn"], graph.nodes["B"])


@pytest.mark.parametrize("kind", ["lambda_function_recursion_config", "lambda_runtime_management_config"])
def test_settings_of_a_function_that_stand_apart_point_at_it(kind: str) -> None:
    graph = terraform(t("lambda_function", "Fn", function_name="orders"), t(kind, function_name="orders"))
    assert [edge.target.id for edge in graph.out(graph.nodes["it"], EdgeKind.POINTS_AT)] == ["Fn"]


class TestParts:
    def test_the_filter_of_a_notification_is_the_same_in_both_languages(self) -> None:
        rules = [{"Name": "Prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".csv"}]
        queue = {"Event": "s3:ObjectCreated:*", "Queue": "arn:q", "Filter": {"S3Key": {"Rules": rules}}}
        one = cloudformation(c("S3::Bucket", NotificationConfiguration={"QueueConfigurations": [queue]}))
        block = {"queue_arn": "arn:q", "events": ["s3:ObjectCreated:*"], "filter_prefix": "in/", "filter_suffix": ".csv"}
        other = terraform(t("s3_bucket_notification", bucket="b", queue=[block]))
        for graph in (one, other):
            (found,) = graph.all(BucketNotification)
            assert (found.target_type, found.target, found.prefix, found.suffix) == (
                "queue",
                Known("arn:q"),
                Known("in/"),
                Known(".csv"),
            )

    def test_the_targets_of_a_rule_are_the_same_in_both_languages(self) -> None:
        one = cloudformation(
            c(
                "Events::Rule",
                Targets=[{"Arn": "arn:x", "RetryPolicy": {"MaximumRetryAttempts": 2}, "InputPath": "$.detail"}],
            )
        )
        other = terraform(
            t("cloudwatch_event_target", arn="arn:x", retry_policy=[{"maximum_retry_attempts": 2}], input_path="$.detail")
        )
        for graph in (one, other):
            (found,) = graph.all(EventTarget)
            assert (found.target, found.maximum_retries, found.maximum_age, found.input_path) == (
                Known("arn:x"),
                Known(2),
                Known(86400),
                Known("$.detail"),
            )

    def test_is_enabled_of_older_terraform_is_the_state(self) -> None:
        graph = terraform(t("cloudwatch_event_rule", is_enabled=False))
        assert getattr(graph.nodes["it"], "state") == Known("DISABLED")  # noqa: B009  # the class is not the point

    def test_the_keys_of_a_table_are_the_same_in_both_languages(self) -> None:
        schema = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]
        one = cloudformation(c("DynamoDB::Table", KeySchema=schema)).nodes["It"]
        other = terraform(t("dynamodb_table", hash_key="id", range_key="at")).nodes["it"]
        for node in (one, other):
            assert (node.hash_key, node.range_key) == (Known("id"), Known("at"))  # type: ignore[attr-defined]  # a Table

    def test_associations_of_one_behaviour_stand_beside_each_other(self) -> None:
        behaviour = {
            "LambdaFunctionAssociations": [{"EventType": "viewer-request", "LambdaFunctionARN": "arn:f:1"}],
            "FunctionAssociations": [{"EventType": "viewer-response", "FunctionARN": "arn:g"}],
        }
        other = {"PathPattern": "/x", "FunctionAssociations": [{"EventType": "viewer-request", "FunctionARN": "arn:g"}]}
        graph = cloudformation(
            c("CloudFront::Distribution", DistributionConfig={"DefaultCacheBehavior": behaviour, "CacheBehaviors": [other]})
        )
        (edge,) = graph.all(EdgeAssociation)
        (beside,) = associations_beside(graph, edge)
        assert isinstance(beside, CloudFrontFunctionAssociation)
        assert beside.event_type == Known("viewer-response")


@pytest.mark.parametrize(
    "graph",
    [
        pytest.param(
            cloudformation(
                c("Lambda::Function", "Fn"),
                c(
                    "Lambda::Alias",
                    "Live",
                    FunctionName=Ref("Fn"),
                    Name="live",
                    ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 5},
                ),
            ),
            id="cloudformation",
        ),
        pytest.param(
            terraform(
                t("lambda_function", "Fn", function_name="orders"),
                t("lambda_alias", "Live", function_name=Ref("Fn", "function_name"), name="live"),
                t(
                    "lambda_provisioned_concurrency_config",
                    function_name=Ref("Live", "function_name"),
                    qualifier=Ref("Live", "name"),
                    provisioned_concurrent_executions=5,
                ),
            ),
            id="terraform",
        ),
    ],
)
def test_provisioned_concurrency_is_found_wherever_it_is_written(graph: Graph) -> None:
    (found,) = provisioned_of(graph, graph.all(Function)[0])
    assert found.amount == Known(5)
    assert found.on is graph.nodes["Live"]
