"""Tables, layers, state machines, applications, connectors."""

from __future__ import annotations

import pytest

from faaslint.load.resource import POLICY_KIND, Loaded
from faaslint.model.nodes import CodeKind, Origin
from faaslint.model.read import entry
from faaslint.model.value import Fields, Known

from ..loading import load, resource, shown, value


def serverless(resources: str, files: dict[str, str] | None = None) -> Loaded:
    return load("Transform: AWS::Serverless-2016-10-31\nResources:\n" + resources, files=files)


def test_a_simple_table_is_a_table_with_one_key() -> None:
    loaded = serverless(
        "  T:\n    Type: AWS::Serverless::SimpleTable\n    Properties: {PrimaryKey: {Name: pk, Type: Number}}\n"
        "  U: {Type: AWS::Serverless::SimpleTable}\n"
    )
    assert resource(loaded, "T").type == "AWS::DynamoDB::Table"
    assert shown(value(loaded, "T", "KeySchema")) == [{"AttributeName": "pk", "KeyType": "HASH"}]
    assert shown(value(loaded, "T", "AttributeDefinitions")) == [{"AttributeName": "pk", "AttributeType": "N"}]
    assert shown(value(loaded, "U", "KeySchema.0.AttributeName")) == "id"
    assert shown(value(loaded, "U", "BillingMode")) == "PAY_PER_REQUEST"


def test_a_layer_keeps_its_name_and_finds_its_content() -> None:
    loaded = serverless(
        "  L:\n    Type: AWS::Serverless::LayerVersion\n    Metadata: {BuildMethod: python3.13}\n"
        "    Properties: {ContentUri: layer/, CompatibleRuntimes: [python3.13]}\n",
        {"layer/requirements.txt": ""},
    )
    layer = resource(loaded, "L")
    ((_, code),) = layer.code
    assert (layer.type, layer.spellings["Content"]) == ("AWS::Lambda::LayerVersion", "ContentUri")
    assert (code.kind, code.path, code.built) == (CodeKind.FOLDER, "layer", True)


MACHINE = """\
  S:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: machine.asl.json
      Policies: [{LambdaInvokePolicy: {FunctionName: f}}]
      Events:
        Rule: {Type: EventBridgeRule, Properties: {Pattern: {source: [a]}}}
        Later: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}
        Call: {Type: Api, Properties: {Path: /start, Method: post}}
"""


def test_a_definition_may_have_bare_placeholders_where_they_are_filled_in() -> None:
    machine = "  S:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: m.asl.json\n"
    file = {"m.asl.json": '{"StartAt": "A ${B} \\" ${C}", "TimeoutSeconds": ${Limit}, "Comment": "after"}'}
    loaded = serverless(machine + "      DefinitionSubstitutions: {Limit: 5}\n", file)
    definition = resource(loaded, "S").properties.values["DefinitionString"]
    assert shown(entry(definition, "StartAt")) == 'A ${B} " ${C}'
    assert str(shown(entry(definition, "TimeoutSeconds"))).startswith("${")
    comment = entry(definition, "Comment")
    assert (shown(comment), comment.trail[-1].column) == ("after", file["m.asl.json"].index('"after"') + 1)
    assert [problem.message for problem in loaded.problems] == []
    assert serverless(machine, file).problems, "nothing fills them in here, so it is broken"


def test_a_state_machine_gets_its_definition_role_and_starters() -> None:
    loaded = serverless(MACHINE, {"machine.asl.json": '{"StartAt": "A"}'})
    machine = resource(loaded, "S")
    assert machine.type == "AWS::StepFunctions::StateMachine"
    assert shown(value(loaded, "S", "DefinitionString")) == {"StartAt": "A"}
    assert value(loaded, "S", "DefinitionString.StartAt").trail[-1].path == "machine.asl.json"
    assert shown(value(loaded, "S", "RoleArn")) == "<SRole.Arn>"
    assert shown(value(loaded, "SRole", "AssumeRolePolicyDocument.Statement.0.Principal.Service")) == [
        "states.amazonaws.com"
    ]
    assert shown(value(loaded, "SRole", "Policies.0.PolicyDocument.Statement.0.Action")) == ["lambda:InvokeFunction"]
    assert shown(value(loaded, "SRule", "Targets.0"))["RoleArn"] == "<SRuleRole.Arn>"
    assert shown(value(loaded, "SLater", "Target"))["Arn"] == "<S.Ref>"
    integration = value(loaded, "ServerlessRestApi", "Body.paths./start.post.x-amazon-apigateway-integration")
    assert shown(integration)["credentials"] == "<SCallRole.Arn>"


def test_an_application_is_a_nested_stack() -> None:
    loaded = serverless(
        "  A:\n    Type: AWS::Serverless::Application\n    Properties: {Location: child.yaml}\n", {"child.yaml": ""}
    )
    nested = resource(loaded, "A")
    assert nested.type == "AWS::CloudFormation::Stack"
    assert shown(value(loaded, "A", "TemplateURL")) == "child.yaml"


def test_types_that_are_not_modelled_leave_the_template_open() -> None:
    loaded = serverless("  G: {Type: AWS::Serverless::YoungerThanThis}\n")
    assert resource(loaded, "G").type == "AWS::Serverless::YoungerThanThis"
    assert loaded.open_types


ENDS = """\
  F: {Type: AWS::Serverless::Function, Properties: {InlineCode: x}%s}
  Q: {Type: AWS::SQS::Queue}
  T: {Type: AWS::SNS::Topic}
  D: {Type: AWS::Serverless::SimpleTable}
"""


def connector(source: str, destination: str, permissions: str) -> Loaded:
    written = f"Source: {source}, Destination: {destination}, Permissions: {permissions}"
    return serverless(ENDS % "" + f"  C: {{Type: AWS::Serverless::Connector, Properties: {{{written}}}}}\n")


def test_a_connector_from_a_function_adds_a_policy_to_its_role() -> None:
    loaded = connector("{Id: F}", "{Id: D}", "[Read]")
    policy = resource(loaded, "CPolicy")
    assert policy.type == "AWS::IAM::ManagedPolicy"
    assert policy.origin is Origin.SAM
    assert shown(value(loaded, "CPolicy", "Roles")) == ["<FRole.Ref>"]
    assert "dynamodb:GetItem" in shown(value(loaded, "CPolicy", "PolicyDocument.Statement.0.Action"))
    assert shown(policy.properties.values[POLICY_KIND]) == "sam-connector"
    assert resource(loaded, "FRole").properties.openness is None


def test_connectors_between_services_add_resource_policies_and_permissions() -> None:
    queue = connector("{Id: T}", "{Id: Q}", "[Write]")
    assert shown(value(queue, "CQueuePolicy", "Queues")) == ["<Q.Ref>"]
    call = connector("{Id: T}", "{Id: F}", "[Write]")
    assert shown(value(call, "CWriteLambdaPermission", "FunctionName")) == "<F.Arn>"
    assert shown(value(call, "CWriteLambdaPermission", "Principal")) == "sns.amazonaws.com"


def test_an_embedded_connector_has_its_resource_as_source() -> None:
    embedded = ", Connectors: {ToQueue: {Properties: {Destination: [{Id: Q}, {Id: D}], Permissions: [Write]}}}"
    loaded = serverless(ENDS % embedded)
    assert [one.address for one in loaded.resources if one.type == "AWS::IAM::ManagedPolicy"] == [
        "FToQueuePolicyDestination0",
        "FToQueuePolicyDestination1",
    ]


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param(("{Id: F}", "{Id: F2}", "[Write]"), id="an end that is not there"),
        pytest.param(("{Id: F}", "{Id: D}", "!Ref Nothing"), id="unknown permissions"),
        pytest.param(("{Id: F}", "{Type: AWS::X::Y, Arn: a}", "[Write]"), id="a pair without a profile"),
    ],
)
def test_a_connector_that_can_not_be_followed_leaves_the_roles_at_its_ends_open(ends: tuple[str, str, str]) -> None:
    loaded = connector(*ends)
    properties = resource(loaded, "FRole").properties
    assert isinstance(properties, Fields)
    assert properties.openness is not None
    assert Known(properties) is not None
