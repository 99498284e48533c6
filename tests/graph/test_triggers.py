"""What calls a function: every kind of source, in both languages, with how it calls and as whom."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from faaslint.graph import Graph
from faaslint.graph.queries import Trigger, routes_behind, triggers
from faaslint.load.resource import Resource
from faaslint.model.edges import EdgeKind, Mode
from faaslint.model.nodes import Alias, Function, StateMachine
from faaslint.model.value import CLOSED, Known, Unknown

from .making import Ref, Text, cloudformation, resource, terraform

C_FUNCTION = resource("AWS::Lambda::Function", "Fn", FunctionName="orders")
T_FUNCTION = resource("aws_lambda_function", "Fn", function_name="orders")
C_ARN, T_ARN = Ref("Fn", "Arn"), Ref("Fn", "arn")
T_INVOKE = Ref("Fn", "invoke_arn")
C_INVOKE = Text("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/", C_ARN, "/invocations")
SYNC, ASYNC, POLL = Mode.SYNCHRONOUS, Mode.ASYNCHRONOUS, Mode.POLLING
INVOKE_STATE = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}


class Case(NamedTuple):
    kind: str
    mode: Mode | None
    source: str
    """The class of the node from which the events come."""
    cloudformation: list[Resource]
    terraform: list[Resource]
    principal: str = ""
    by_role: bool = False
    role: str = ""


def case(
    kind: str, mode: Mode | None, source: str, c: list[Resource], t: list[Resource], principal: str = "", **more: Any
) -> Any:
    return pytest.param(Case(kind, mode, source, c, t, principal, **more), id=kind + more.pop("label", ""))


def c(kind: str, address: str = "It", /, **properties: Any) -> Resource:
    return resource(f"AWS::{kind}", address, **properties)


def t(kind: str, address: str = "it", /, **properties: Any) -> Resource:
    return resource(f"aws_{kind}", address, **properties)


CASES = [
    case(
        "event-rule",
        ASYNC,
        "EventRule",
        [c("Events::Rule", Targets=[{"Arn": C_ARN, "Id": "1", "Input": "{}", "DeadLetterConfig": {"Arn": "arn:q"}}])],
        [
            t("cloudwatch_event_rule", "r"),
            t("cloudwatch_event_target", rule=Ref("r", "name"), arn=T_ARN, dead_letter_config=[{"arn": "arn:q"}]),
        ],
        "events.amazonaws.com",
    ),
    case(
        "topic",
        ASYNC,
        "Topic",
        [c("SNS::Topic", "T"), c("SNS::Subscription", Protocol="lambda", Endpoint=C_ARN, TopicArn=Ref("T"))],
        [t("sns_topic", "T"), t("sns_topic_subscription", protocol="lambda", endpoint=T_ARN, topic_arn=Ref("T", "arn"))],
        "sns.amazonaws.com",
    ),
    case(
        "bucket",
        ASYNC,
        "Bucket",
        [
            c(
                "S3::Bucket",
                NotificationConfiguration={"LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": C_ARN}]},
            )
        ],
        [
            t("s3_bucket", "b"),
            t(
                "s3_bucket_notification",
                bucket=Ref("b", "id"),
                lambda_function=[{"lambda_function_arn": T_ARN, "events": ["s3:ObjectCreated:*"]}],
            ),
        ],
        "s3.amazonaws.com",
    ),
    case(
        "rest-api",
        SYNC,
        "*",
        [
            c("ApiGateway::RestApi", "Api"),
            c(
                "ApiGateway::Method",
                RestApiId=Ref("Api"),
                HttpMethod="GET",
                Integration={"Type": "AWS_PROXY", "Uri": C_INVOKE},
            ),
        ],
        [t("api_gateway_rest_api", "Api"), t("api_gateway_integration", rest_api_id=Ref("Api", "id"), uri=T_INVOKE)],
        "apigateway.amazonaws.com",
    ),
    case(
        "rest-api",
        ASYNC,
        "*",
        [
            c("ApiGateway::RestApi", "Api"),
            c(
                "ApiGateway::Method",
                RestApiId=Ref("Api"),
                Integration={
                    "Uri": C_INVOKE,
                    "RequestParameters": {"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
                },
            ),
        ],
        [
            t("api_gateway_rest_api", "Api"),
            t(
                "api_gateway_integration",
                rest_api_id=Ref("Api", "id"),
                uri=T_INVOKE,
                request_parameters={"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
            ),
        ],
        "apigateway.amazonaws.com",
    ),
    case(
        "http-api",
        SYNC,
        "Integration",
        [
            c("ApiGatewayV2::Api", "Api", ProtocolType="HTTP"),
            c("ApiGatewayV2::Integration", ApiId=Ref("Api"), IntegrationUri=C_ARN),
        ],
        [
            t("apigatewayv2_api", "Api", protocol_type="HTTP"),
            t("apigatewayv2_integration", api_id=Ref("Api", "id"), integration_uri=T_INVOKE),
        ],
        "apigateway.amazonaws.com",
    ),
    case(
        "websocket-api",
        SYNC,
        "Integration",
        [
            c("ApiGatewayV2::Api", "Api", ProtocolType="WEBSOCKET"),
            c("ApiGatewayV2::Integration", ApiId=Ref("Api"), IntegrationUri=C_INVOKE),
        ],
        [
            t("apigatewayv2_api", "Api", protocol_type="WEBSOCKET"),
            t("apigatewayv2_integration", api_id=Ref("Api", "id"), integration_uri=T_INVOKE),
        ],
        "apigateway.amazonaws.com",
    ),
    case(
        "authorizer",
        SYNC,
        "Authorizer",
        [c("ApiGateway::Authorizer", AuthorizerUri=C_INVOKE)],
        [t("apigatewayv2_authorizer", authorizer_uri=T_INVOKE)],
        "apigateway.amazonaws.com",
    ),
    case(
        "load-balancer",
        SYNC,
        "LoadBalancerTarget",
        [c("ElasticLoadBalancingV2::TargetGroup", TargetType="lambda", Targets=[{"Id": C_ARN}])],
        [
            t("alb_target_group", "g", target_type="lambda"),
            t("alb_target_group_attachment", target_group_arn=Ref("g", "arn"), target_id=T_ARN),
        ],
        "elasticloadbalancing.amazonaws.com",
    ),
    case(
        "log-subscription",
        ASYNC,
        "LogGroup",
        [c("Logs::LogGroup", "G"), c("Logs::SubscriptionFilter", LogGroupName=Ref("G"), DestinationArn=C_ARN)],
        [
            t("cloudwatch_log_group", "G"),
            t("cloudwatch_log_subscription_filter", log_group_name=Ref("G", "name"), destination_arn=T_ARN),
        ],
        "logs.amazonaws.com",
    ),
    case(
        "user-pool",
        SYNC,
        "UserPool",
        [c("Cognito::UserPool", LambdaConfig={"PreSignUp": C_ARN})],
        [t("cognito_user_pool", lambda_config=[{"pre_sign_up": T_ARN}])],
        "cognito-idp.amazonaws.com",
    ),
    case(
        "iot-rule",
        ASYNC,
        "IotRule",
        [c("IoT::TopicRule", TopicRulePayload={"Sql": "*", "Actions": [{"Lambda": {"FunctionArn": C_ARN}}]})],
        [t("iot_topic_rule", **{"lambda": [{"function_arn": T_ARN}]})],
        "iot.amazonaws.com",
    ),
    case(
        "config-rule",
        ASYNC,
        "Caller",
        [c("Config::ConfigRule", Source={"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": C_ARN})],
        [t("config_config_rule", source=[{"owner": "CUSTOM_LAMBDA", "source_identifier": T_ARN}])],
        "config.amazonaws.com",
    ),
    case(
        "secret-rotation",
        SYNC,
        "Secret",
        [
            c("SecretsManager::Secret", "S"),
            c("SecretsManager::RotationSchedule", SecretId=Ref("S"), RotationLambdaARN=C_ARN),
        ],
        [
            t("secretsmanager_secret", "S"),
            t("secretsmanager_secret_rotation", secret_id=Ref("S", "id"), rotation_lambda_arn=T_ARN),
        ],
        "secretsmanager.amazonaws.com",
    ),
    case(
        "ses-receipt",
        ASYNC,
        "ReceiptRule",
        [c("SES::ReceiptRule", Rule={"Actions": [{"LambdaAction": {"FunctionArn": C_ARN}}]})],
        [t("ses_receipt_rule", lambda_action=[{"function_arn": T_ARN}])],
        "ses.amazonaws.com",
    ),
    case(
        "codecommit",
        ASYNC,
        "Repository",
        [c("CodeCommit::Repository", Triggers=[{"DestinationArn": C_ARN, "Events": ["all"]}])],
        [
            t("codecommit_repository", "r"),
            t("codecommit_trigger", repository_name=Ref("r", "id"), trigger=[{"destination_arn": T_ARN}]),
        ],
        "codecommit.amazonaws.com",
    ),
    case(
        "codepipeline",
        ASYNC,
        "Pipeline",
        [
            c(
                "CodePipeline::Pipeline",
                RoleArn="arn:role",
                Stages=[
                    {
                        "Actions": [
                            {"ActionTypeId": {"Provider": "S3"}, "Configuration": {"FunctionName": "orders"}},
                            {"ActionTypeId": {"Provider": "Lambda"}, "Configuration": {"FunctionName": Ref("Fn")}},
                        ]
                    }
                ],
            )
        ],
        [
            t(
                "codepipeline",
                role_arn="arn:role",
                stage=[{"action": [{"provider": "Lambda", "configuration": {"FunctionName": Ref("Fn", "function_name")}}]}],
            )
        ],
        "codepipeline.amazonaws.com",
        by_role=True,
        role="arn:role",
    ),
    case(
        "schedule",
        ASYNC,
        "Schedule",
        [c("Scheduler::Schedule", Target={"Arn": C_ARN, "RoleArn": "arn:role"})],
        [t("scheduler_schedule", target=[{"arn": T_ARN, "role_arn": "arn:role"}])],
        "scheduler.amazonaws.com",
        by_role=True,
        role="arn:role",
    ),
    case(
        "pipe",
        SYNC,
        "Pipe",
        [c("Pipes::Pipe", Target=C_ARN, RoleArn="arn:role")],
        [t("pipes_pipe", target=T_ARN, role_arn="arn:role")],
        "pipes.amazonaws.com",
        by_role=True,
        role="arn:role",
    ),
    case(
        "pipe",
        ASYNC,
        "Pipe",
        [
            c(
                "Pipes::Pipe",
                Target=C_ARN,
                TargetParameters={"LambdaFunctionParameters": {"InvocationType": "FIRE_AND_FORGET"}},
            )
        ],
        [
            t(
                "pipes_pipe",
                target=T_ARN,
                target_parameters=[{"lambda_function_parameters": [{"invocation_type": "FIRE_AND_FORGET"}]}],
            )
        ],
        "pipes.amazonaws.com",
        by_role=True,
    ),
    case(
        "firehose",
        SYNC,
        "DeliveryStream",
        [
            c(
                "KinesisFirehose::DeliveryStream",
                ExtendedS3DestinationConfiguration={
                    "RoleARN": "arn:role",
                    "ProcessingConfiguration": {
                        "Processors": [
                            {
                                "Parameters": [
                                    {"ParameterName": "NumberOfRetries", "ParameterValue": "2"},
                                    {"ParameterName": "LambdaArn", "ParameterValue": C_ARN},
                                ]
                            }
                        ]
                    },
                },
            )
        ],
        [
            t(
                "kinesis_firehose_delivery_stream",
                extended_s3_configuration=[
                    {
                        "role_arn": "arn:role",
                        "processing_configuration": [
                            {"processors": [{"parameters": [{"parameter_name": "LambdaArn", "parameter_value": T_ARN}]}]}
                        ],
                    }
                ],
            )
        ],
        "firehose.amazonaws.com",
        by_role=True,
        role="arn:role",
    ),
    case(
        "appsync",
        SYNC,
        "Caller",
        [c("AppSync::DataSource", ServiceRoleArn="arn:role", LambdaConfig={"LambdaFunctionArn": C_ARN})],
        [t("appsync_datasource", service_role_arn="arn:role", lambda_config=[{"function_arn": T_ARN}])],
        "appsync.amazonaws.com",
        by_role=True,
        role="arn:role",
    ),
    case(
        "appsync-authorizer",
        SYNC,
        "GraphqlApi",
        [c("AppSync::GraphQLApi", LambdaAuthorizerConfig={"AuthorizerUri": C_ARN})],
        [t("appsync_graphql_api", lambda_authorizer_config=[{"authorizer_uri": T_ARN}])],
        "appsync.amazonaws.com",
    ),
    case(
        "state-machine",
        SYNC,
        "StateMachine",
        [
            c(
                "StepFunctions::StateMachine",
                RoleArn="arn:role",
                Definition={"States": {"Call": {**INVOKE_STATE, "Parameters": {"FunctionName": C_ARN}}}},
            )
        ],
        [
            t(
                "sfn_state_machine",
                role_arn="arn:role",
                definition={"States": {"Call": {**INVOKE_STATE, "Arguments": {"FunctionName": T_ARN}}}},
            )
        ],
        "states.amazonaws.com",
        by_role=True,
        role="arn:role",
    ),
    case(
        "function-url",
        SYNC,
        "FunctionUrl",
        [c("Lambda::Url", TargetFunctionArn=C_ARN, AuthType="NONE")],
        [t("lambda_function_url", function_name=Ref("Fn", "function_name"), authorization_type="NONE")],
    ),
    case(
        "sqs",
        POLL,
        "Queue",
        [c("SQS::Queue", "Q"), c("Lambda::EventSourceMapping", FunctionName=Ref("Fn"), EventSourceArn=Ref("Q", "Arn"))],
        [t("sqs_queue", "Q"), t("lambda_event_source_mapping", function_name=T_ARN, event_source_arn=Ref("Q", "arn"))],
    ),
    case(
        "dynamodb",
        POLL,
        "Table",
        [
            c("DynamoDB::Table", "T"),
            c("Lambda::EventSourceMapping", FunctionName=Ref("Fn"), EventSourceArn=Ref("T", "StreamArn")),
        ],
        [
            t("dynamodb_table", "T"),
            t("lambda_event_source_mapping", function_name=T_ARN, event_source_arn=Ref("T", "stream_arn")),
        ],
    ),
    case(
        "msk",
        POLL,
        "Broker",
        [c("MSK::Cluster", "B"), c("Lambda::EventSourceMapping", FunctionName=Ref("Fn"), EventSourceArn=Ref("B"))],
        [t("msk_cluster", "B"), t("lambda_event_source_mapping", function_name=T_ARN, event_source_arn=Ref("B", "arn"))],
    ),
    case(
        "kinesis",
        POLL,
        "External",
        [
            c(
                "Lambda::EventSourceMapping",
                FunctionName=Ref("Fn"),
                EventSourceArn=Text("arn:aws:kinesis:", Unknown("region"), ":111122223333:stream/clicks"),
            )
        ],
        [
            t(
                "lambda_event_source_mapping",
                function_name=T_ARN,
                event_source_arn="arn:aws:kinesis:eu-west-1:111122223333:stream/clicks",
            )
        ],
    ),
    case(
        "kafka",
        POLL,
        "EventSourceMapping",
        [c("Lambda::EventSourceMapping", FunctionName=Ref("Fn"), SelfManagedEventSource={"Endpoints": {}})],
        [t("lambda_event_source_mapping", function_name=T_ARN, self_managed_event_source=[{"endpoints": {}}])],
    ),
]


def only_trigger(graph: Graph) -> Trigger:
    (found,) = triggers(graph, graph.all(Function)[0])
    return found


@pytest.mark.parametrize("given", CASES)
@pytest.mark.parametrize("language", ["cloudformation", "terraform"])
def test_who_calls_and_how(given: Case, language: str) -> None:
    graph = (
        cloudformation(C_FUNCTION, *given.cloudformation)
        if language == "cloudformation"
        else terraform(T_FUNCTION, *given.terraform)
    )
    found = only_trigger(graph)
    assert (found.kind, found.mode, found.principal, found.by_role) == (
        given.kind,
        given.mode,
        given.principal,
        given.by_role,
    )
    assert given.source in ("*", found.source.kind)
    assert found.role == Known(given.role or None)
    assert found.target is graph.nodes["Fn"]


def test_a_custom_resource_calls_its_service_token() -> None:
    found = only_trigger(cloudformation(C_FUNCTION, resource("Custom::Seed", "It", ServiceToken=C_ARN)))
    assert (found.kind, found.mode, found.by_role) == ("custom-resource", ASYNC, True)


def test_terraform_may_call_a_function_itself() -> None:
    found = only_trigger(terraform(T_FUNCTION, t("lambda_invocation", function_name=Ref("Fn", "function_name"), input="{}")))
    assert (found.kind, found.mode, found.by_role) == ("terraform", SYNC, True)


def test_a_topic_may_hold_its_subscription() -> None:
    found = only_trigger(
        cloudformation(C_FUNCTION, c("SNS::Topic", Subscription=[{"Protocol": "lambda", "Endpoint": C_ARN}]))
    )
    assert (found.kind, found.source.kind, found.via.kind) == ("topic", "Topic", "Subscription")


def test_a_quick_api_calls_its_target() -> None:
    found = only_trigger(cloudformation(C_FUNCTION, c("ApiGatewayV2::Api", ProtocolType="HTTP", Target=C_ARN)))
    assert (found.kind, found.source.kind) == ("http-api", "Api")


def test_the_alias_that_is_called_is_the_target() -> None:
    graph = cloudformation(
        C_FUNCTION,
        c("Lambda::Alias", "Live", Name="live", FunctionName=Ref("Fn"), FunctionVersion="1"),
        c("Events::Rule", Targets=[{"Arn": Ref("Live"), "Id": "1"}]),
    )
    assert isinstance(only_trigger(graph).target, Alias)


def test_what_is_no_function_is_a_delivery() -> None:
    graph = cloudformation(
        c("SQS::Queue", "Q", QueueName="failed"),
        c("Events::Rule", Targets=[{"Arn": Ref("Q", "Arn"), "Id": "1"}]),
        c("SNS::Topic", "T"),
        c("SNS::Subscription", "S", TopicArn=Ref("T"), Protocol="sqs", Endpoint="arn:aws:sqs:eu-west-1:111122223333:failed"),
    )
    edges = graph.into(graph.nodes["Q"], EdgeKind.DELIVERS_TO)
    assert [(edge.source.kind, edge.principal) for edge in edges] == [
        ("EventRule", "events.amazonaws.com"),
        ("Topic", "sns.amazonaws.com"),
    ]


class TestRoutes:
    def test_an_http_route_leads_to_its_integration(self) -> None:
        graph = terraform(
            T_FUNCTION,
            t("apigatewayv2_api", "Api", protocol_type="HTTP"),
            t("apigatewayv2_integration", "I", api_id=Ref("Api", "id"), integration_uri=T_INVOKE),
            t(
                "apigatewayv2_route",
                "R",
                api_id=Ref("Api", "id"),
                route_key="GET /",
                target=Text("integrations/", Ref("I", "id")),
            ),
        )
        ((_, route),) = routes_behind(graph, only_trigger(graph).source)
        assert route is graph.nodes["R"]

    def test_a_rest_method_and_its_integration_belong_together(self) -> None:
        place = {"rest_api_id": Ref("Api", "id"), "resource_id": Ref("P", "id")}
        graph = terraform(
            T_FUNCTION,
            t("api_gateway_rest_api", "Api"),
            t("api_gateway_resource", "P", rest_api_id=Ref("Api", "id"), path_part="orders"),
            t("api_gateway_method", "M", http_method="POST", **place),
            t("api_gateway_integration", "I", http_method=Ref("M", "http_method"), uri=T_INVOKE, **place),
            t("api_gateway_method", "Other", http_method="GET", **place),
        )
        ((_, route),) = routes_behind(graph, only_trigger(graph).source)
        assert route is graph.nodes["M"]

    def test_a_method_with_its_integration_inside_is_its_own_route(self) -> None:
        graph = cloudformation(C_FUNCTION, c("ApiGateway::Method", Integration={"Uri": C_INVOKE}))
        ((_, route),) = routes_behind(graph, only_trigger(graph).source)
        assert route is graph.nodes["It"]


class TestWorkflows:
    def machine(self, definition: object, **more: Any) -> Graph:
        return cloudformation(C_FUNCTION, c("StepFunctions::StateMachine", DefinitionString=definition, **more))

    def test_the_text_of_a_definition_is_read(self) -> None:
        text = json.dumps({"States": {"Call": {"Type": "Task", "Resource": "HERE"}}}).split("HERE")
        found = only_trigger(self.machine(Text(text[0], C_ARN, text[1])))
        assert found.kind == "state-machine"

    def test_states_inside_branches_and_maps_are_found(self) -> None:
        task = {"Type": "Task", "Resource": C_ARN}
        inner = {"M": {"Type": "Map", "ItemProcessor": {"States": {"Deep": task}}}}
        graph = self.machine({"States": {"P": {"Type": "Parallel", "Branches": [{"States": inner}]}}})
        assert only_trigger(graph).via.name == "It"

    def test_substitutions_stand_for_names(self) -> None:
        states = {
            "States": {"Call": {**INVOKE_STATE, "Parameters": {"FunctionName": "${Worker}", "InvocationType": "Event"}}}
        }
        found = only_trigger(self.machine(states, DefinitionSubstitutions={"Worker": C_ARN}))
        assert found.mode is ASYNC

    def test_a_computed_name_calls_nothing_that_is_known(self) -> None:
        states = {"States": {"Call": {**INVOKE_STATE, "Parameters": {"FunctionName.$": "$.name"}}}}
        graph = self.machine(states)
        assert triggers(graph, graph.all(Function)[0]) == ()

    def test_services_are_no_functions(self) -> None:
        states = {"States": {"Send": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage"}}}
        graph = self.machine(states)
        assert triggers(graph, graph.all(Function)[0]) == ()
        assert graph.all(StateMachine)[0].tasks_openness is CLOSED

    def test_a_definition_elsewhere_leaves_the_tasks_open(self) -> None:
        graph = cloudformation(C_FUNCTION, c("StepFunctions::StateMachine", DefinitionS3Location={"Bucket": "b"}))
        assert graph.all(StateMachine)[0].tasks_openness is not CLOSED
