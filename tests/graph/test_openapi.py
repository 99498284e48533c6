"""The routes, authorizers and requirements that an API's OpenAPI body declares."""

from __future__ import annotations

from typing import Any

import pytest

from faaslint.graph import Graph
from faaslint.graph.queries import event_bridge_of, triggers
from faaslint.model.nodes import Authorizer, Bucket, Function, Route
from faaslint.model.value import Known, Provenance, Unknown

from .making import Ref, Text, cloudformation, resource, terraform

INVOKE = Text("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/", Ref("Fn", "Arn"), "/invocations")
INTEGRATION = {"x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": INVOKE}}
SCHEMES = {
    "asked": {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": INVOKE},
    },
    "signed": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"},
    "pool": {"type": "apiKey", "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": ["arn:p"]}},
    "token": {"type": "oauth2", "x-amazon-apigateway-authorizer": {"type": "jwt"}},
    "key": {"type": "apiKey", "name": "X-API-Key", "in": "header"},
}


def api(operation: dict[str, Any], **body: Any) -> Graph:
    document = {"openapi": "3.0.1", "paths": {"/orders": {"post": {**INTEGRATION, **operation}}}, **body}
    return cloudformation(
        resource("AWS::Lambda::Function", "Fn"), resource("AWS::ApiGateway::RestApi", "Api", Body=document)
    )


def route(graph: Graph) -> Route:
    (found,) = graph.all(Route)
    return found


@pytest.mark.parametrize(
    ("security", "authorization", "key"),
    [
        pytest.param([{"asked": []}], "CUSTOM", False, id="a Lambda authorizer"),
        pytest.param([{"signed": []}], "AWS_IAM", False, id="IAM"),
        pytest.param([{"pool": []}], "COGNITO_USER_POOLS", False, id="a user pool"),
        pytest.param([{"token": []}], "JWT", False, id="a JWT"),
        pytest.param([{"key": []}], "NONE", True, id="an API key"),
        pytest.param([{"asked": [], "key": []}], "CUSTOM", True, id="an authorizer and a key"),
        pytest.param([{"NONE": []}], "NONE", False, id="none, on purpose"),
        pytest.param([], "NONE", False, id="an empty list"),
    ],
)
@pytest.mark.parametrize("place", ["components", "securityDefinitions"])
def test_what_an_operation_requires(security: object, authorization: str, key: bool, place: str) -> None:
    schemes = {"securitySchemes": SCHEMES} if place == "components" else SCHEMES
    found = route(api({"security": security}, **{place: schemes}))
    assert (found.authorization, found.api_key_required) == (Known(authorization), Known(key))


def test_the_body_speaks_for_operations_that_say_nothing() -> None:
    found = route(api({}, security=[{"signed": []}], components={"securitySchemes": SCHEMES}))
    assert found.authorization == Known("AWS_IAM")


def test_without_a_word_there_is_no_authorization_by_default() -> None:
    found = route(api({}))
    assert isinstance(found.authorization, Known)
    assert (found.authorization.value, found.authorization.provenance) == ("NONE", Provenance.SERVICE)


def test_a_scheme_that_is_not_declared_here_is_unknown() -> None:
    assert isinstance(route(api({"security": [{"elsewhere": []}]})).authorization, Unknown)


def test_an_authorizer_of_the_body_calls_its_function() -> None:
    graph = api({"security": [{"asked": []}]}, components={"securitySchemes": SCHEMES})
    called = {one.source.kind: one.kind for one in triggers(graph, graph.all(Function)[0])}
    assert called == {"Route": "rest-api", "Authorizer": "authorizer"}
    assert {one.name for one in graph.all(Authorizer)} == {"Api asked", "Api pool", "Api token"}


class TestEventBridge:
    def test_a_bucket_of_cloudformation_says_it_itself(self) -> None:
        graph = cloudformation(resource("AWS::S3::Bucket", "B", NotificationConfiguration={"EventBridgeConfiguration": {}}))
        assert event_bridge_of(graph, graph.all(Bucket)[0]) == Known(True)

    def test_in_terraform_the_notifications_say_it(self) -> None:
        graph = terraform(
            resource("aws_s3_bucket", "b"),
            resource("aws_s3_bucket_notification", "n", bucket=Ref("b", "id"), eventbridge=True),
        )
        assert event_bridge_of(graph, graph.all(Bucket)[0]) == Known(True)

    def test_where_nothing_says_it_the_bucket_does_not(self) -> None:
        graph = terraform(resource("aws_s3_bucket", "b"))
        assert event_bridge_of(graph, graph.all(Bucket)[0]) == Known(False)

    def test_notifications_of_an_unknown_bucket_may_be_of_this_one(self) -> None:
        graph = terraform(
            resource("aws_s3_bucket", "b"),
            resource("aws_s3_bucket_notification", "n", bucket=Unknown("why"), eventbridge=True),
        )
        assert isinstance(event_bridge_of(graph, graph.all(Bucket)[0]), Unknown)
