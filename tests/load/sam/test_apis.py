"""Serverless APIs: bodies with the methods of events, authorizers, stages and permissions."""

from __future__ import annotations

from typing import Any

from faaslint.load.resource import Loaded
from faaslint.model.nodes import Origin
from faaslint.model.value import Known, branches

from ..loading import load, resource, shown, value

URI = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"


def api(events: str, rest: str = "", files: dict[str, str] | None = None) -> Loaded:
    indented = "".join(f"        {line}\n" for line in events.strip().splitlines())
    return load(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        f"      InlineCode: x\n      Events:\n{indented}{rest}",
        files=files,
    )


def operations(loaded: Loaded, address: str) -> dict[tuple[str, str], Any]:
    paths = shown(value(loaded, address, "Body.paths"))
    return {(path, verb): found for path, verbs in paths.items() for verb, found in verbs.items()}


def test_an_event_without_an_api_makes_the_implicit_one() -> None:
    loaded = api("E: {Type: Api, Properties: {Path: '/a/{id}', Method: GET}}")
    assert operations(loaded, "ServerlessRestApi") == {
        ("/a/{id}", "get"): {
            "x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": URI},
        }
    }
    types = {one.address: one.type for one in loaded.resources}
    assert types["ServerlessRestApi"] == "AWS::ApiGateway::RestApi"
    assert types["ServerlessRestApiProdStage"] == "AWS::ApiGateway::Stage"
    assert resource(loaded, "ServerlessRestApi").origin is Origin.SAM
    assert shown(value(loaded, "FEPermissionProd", "SourceArn")) == (
        "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${ServerlessRestApi.Ref}/*/GET/a/*"
    )
    assert resource(loaded, "FEPermissionProd").span.line == 8


def test_any_method_and_the_root() -> None:
    loaded = api("E: {Type: Api, Properties: {Path: /, Method: ANY}}\nG: {Type: Api, Properties: {Path: /x/, Method: post}}")
    assert set(operations(loaded, "ServerlessRestApi")) == {("/", "x-amazon-apigateway-any-method"), ("/x/", "post")}
    arns = [str(shown(value(loaded, f"F{name}PermissionProd", "SourceArn"))) for name in "EG"]
    assert [arn.rsplit("}", 1)[1] for arn in arns] == ["/*/*/", "/*/POST/x"]


EXPLICIT = """\
  A:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      Cors: "'*'"
      Auth:
        DefaultAuthorizer: Token
        Authorizers:
          Token: {FunctionArn: !GetAtt F.Arn}
          Pool: {UserPoolArn: arn}
"""


def test_an_api_of_the_users_own_gets_methods_authorizers_and_preflights() -> None:
    loaded = api(
        "E: {Type: Api, Properties: {Path: /a, Method: get, RestApiId: !Ref A}}\n"
        "O: {Type: Api, Properties: {Path: /b, Method: get, RestApiId: !Ref A, Auth: {Authorizer: NONE}}}",
        EXPLICIT,
    )
    found = operations(loaded, "A")
    assert found["/a", "get"]["security"] == [{"Token": []}]
    assert found["/b", "get"]["security"] == [{"NONE": []}]
    assert found["/a", "options"]["x-amazon-apigateway-integration"]["type"] == "mock"
    assert found["/a", "options"]["security"] == [{"Token": []}]
    schemes = shown(value(loaded, "A", "Body.securityDefinitions"))
    assert schemes["Token"]["x-amazon-apigateway-authorizer"] == {"type": "token", "authorizerUri": URI}
    assert schemes["Pool"]["x-amazon-apigateway-authorizer"] == {"type": "cognito_user_pools", "providerARNs": ["arn"]}
    assert shown(Known(resource(loaded, "ATokenAuthorizerPermission").properties)) == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": "<F.Arn>",
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${A.Ref}/authorizers/*",
    }
    assert shown(value(loaded, "AliveStage", "StageName")) == "live"
    assert "FEPermissionlive" in {one.address for one in loaded.resources}
    own = resource(loaded, "A")
    assert (own.origin, own.written_as) == (Origin.USER, "AWS::Serverless::Api")


BODY = "openapi: '3.0'\npaths: {/own: {get: {x-amazon-apigateway-integration: {type: mock}}}}\n"


def test_a_body_of_the_users_own_stays_and_is_guarded_by_the_default_authorizer() -> None:
    loaded = api(
        "E: {Type: Api, Properties: {Path: /a, Method: get, RestApiId: !Ref A}}",
        EXPLICIT + "      DefinitionUri: ./openapi.yaml\n",
        {"openapi.yaml": BODY},
    )
    found = operations(loaded, "A")
    assert set(found) == {("/own", "get"), ("/own", "options")}
    assert found["/own", "get"]["security"] == [{"Token": []}]
    assert set(shown(value(loaded, "A", "Body.components.securitySchemes"))) == {"Token", "Pool"}
    assert value(loaded, "A", "Body.paths./own").trail[-1].path == "openapi.yaml"


def test_a_body_that_is_not_on_disk_leaves_the_api_open() -> None:
    loaded = api("E: {Type: SQS, Properties: {Queue: q}}", EXPLICIT + "      DefinitionUri: s3://b/k\n")
    body = resource(loaded, "A").properties.values["Body"]
    assert isinstance(body, Known)
    assert getattr(body.value, "openness", None) is not None


def test_merged_definitions_hold_both() -> None:
    loaded = api(
        "E: {Type: Api, Properties: {Path: /a, Method: get, RestApiId: !Ref A}}",
        EXPLICIT + "      MergeDefinitions: true\n      DefinitionUri: ./openapi.yaml\n",
        {"openapi.yaml": BODY},
    )
    assert {path for path, _ in operations(loaded, "A")} == {"/a", "/own"}


HTTP = """\
  H:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: Jwt
        Authorizers:
          Jwt: {JwtConfiguration: {issuer: i, audience: [a]}, IdentitySource: s}
          Own: {FunctionArn: !GetAtt F.Arn, AuthorizerPayloadFormatVersion: '2.0', EnableFunctionDefaultPermissions: true}
          Quiet: {FunctionArn: !GetAtt F.Arn, AuthorizerPayloadFormatVersion: '2.0'}
"""


def test_routes_of_an_http_api() -> None:
    loaded = api(
        "E: {Type: HttpApi, Properties: {Path: /a, Method: POST, ApiId: !Ref H, TimeoutInMillis: 5000}}\n"
        "D: {Type: HttpApi}\n"
        "P: {Type: HttpApi, Properties: {Path: /p, Method: get, ApiId: !Ref H, PayloadFormatVersion: '1.0'}}",
        HTTP,
    )
    found = operations(loaded, "H")
    assert found["/a", "post"] == {
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": URI.replace("arn:aws:", "arn:${AWS::Partition}:"),
            "timeoutInMillis": 5000,
            "payloadFormatVersion": "2.0",
        },
        "security": [{"Jwt": []}],
    }
    assert found["/p", "get"]["x-amazon-apigateway-integration"]["payloadFormatVersion"] == "1.0"
    assert set(operations(loaded, "ServerlessHttpApi")) == {("$default", "x-amazon-apigateway-any-method")}
    assert str(shown(value(loaded, "FDPermission", "SourceArn"))).endswith("${ServerlessHttpApi.Ref}/*/*")
    permissions = {one.address for one in loaded.resources if "Authorizer" in one.address}
    assert permissions == {"HOwnAuthorizerPermission"}
    assert shown(value(loaded, "HApiGatewayDefaultStage", "StageName")) == "$default"


def test_a_method_of_a_conditional_function_is_there_in_that_case() -> None:
    text = """\
Transform: AWS::Serverless-2016-10-31
Conditions: {C: !Equals [!Ref AWS::Region, x]}
Resources:
  F:
    Type: AWS::Serverless::Function
    Condition: C
    Properties: {InlineCode: x, Events: {E: {Type: Api, Properties: {Path: /, Method: get}}}}
"""
    paths = value(load(text), "ServerlessRestApi", "Body.paths./")
    assert [guard.label for guard, _ in branches(paths)] == ["C", "not C"]


def test_globals_reach_the_implicit_api() -> None:
    loaded = api(
        "E: {Type: Api, Properties: {Path: /, Method: get}}",
        "Globals: {Api: {TracingEnabled: true, Cors: \"'*'\", Auth: {ApiKeyRequired: true}}}\n",
    )
    assert shown(value(loaded, "ServerlessRestApiProdStage", "TracingEnabled")) is True
    found = operations(loaded, "ServerlessRestApi")
    assert found["/", "get"]["security"] == [{"api_key": []}]
    assert ("/", "options") in found
