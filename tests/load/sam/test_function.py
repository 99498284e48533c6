"""AWS::Serverless::Function: what the transform makes of it, and where it says that it comes from."""

from __future__ import annotations

from typing import Any

import pytest

from faaslint.load.resource import POLICY_KIND, Loaded
from faaslint.model.nodes import CodeKind, Origin
from faaslint.model.value import Fields, Items, Known

from ..loading import lines, load, problems, resource, shown, value

HEAD = "Transform: AWS::Serverless-2016-10-31\n"
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def function(
    properties: str, rest: str = "", files: dict[str, str] | None = None, parameters: dict[str, str] | None = None
) -> Loaded:
    indented = "".join(f"      {line}\n" for line in properties.strip().splitlines())
    text = (
        f"{HEAD}Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\n"
        f"      Handler: app.handler\n{indented}{rest}"
    )
    return load(text, parameters, files)


def types(loaded: Loaded) -> dict[str, str]:
    return {one.address: one.type.removeprefix("AWS::") for one in loaded.resources}


def inline(loaded: Loaded, role: str = "FRole") -> list[Any]:
    return list(shown(value(loaded, role, "Policies")))


def test_a_function_gets_a_role_that_lambda_may_assume() -> None:
    loaded = function("InlineCode: x")
    assert loaded.kind == "sam"
    assert types(loaded) == {"F": "Lambda::Function", "FRole": "IAM::Role"}
    assert shown(value(loaded, "F", "Role")) == "<FRole.Arn>"
    assert shown(value(loaded, "FRole", "ManagedPolicyArns")) == [BASIC]
    assert shown(value(loaded, "FRole", "AssumeRolePolicyDocument.Statement.0.Principal")) == {
        "Service": ["lambda.amazonaws.com"]
    }
    own, role = resource(loaded, "F"), resource(loaded, "FRole")
    assert (own.origin, own.written_as) == (Origin.USER, "AWS::Serverless::Function")
    assert (role.origin, role.written_as, role.span) == (Origin.SAM, "AWS::Serverless::Function", own.span)


def test_a_role_of_the_users_own_is_taken_and_none_made() -> None:
    loaded = function("Role: !GetAtt Mine.Arn\nPolicies: [AWSLambda_FullAccess]", "  Mine: {Type: AWS::IAM::Role}\n")
    assert types(loaded) == {"F": "Lambda::Function", "Mine": "IAM::Role"}
    assert shown(value(loaded, "F", "Role")) == "<Mine.Arn>"


def test_a_role_in_one_case_only_is_made_for_the_other() -> None:
    text = "Conditions:\n  C: !Equals [!Ref AWS::Region, x]\n"
    loaded = function("InlineCode: x\nRole: !If [C, 'arn:aws:iam::1:role/r', !Ref AWS::NoValue]", text)
    assert shown(value(loaded, "F", "Role")) == {"C": "arn:aws:iam::1:role/r", "not C": "<FRole.Arn>"}
    assert resource(loaded, "FRole").guard.label == "not C"


def test_features_add_their_policies_to_the_role() -> None:
    loaded = function(
        "InlineCode: x\nTracing: Active\nVpcConfig: {SubnetIds: [s], SecurityGroupIds: [g]}\n"
        "DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Q.Arn}",
        "  Q: {Type: AWS::SQS::Queue}\n",
    )
    assert shown(value(loaded, "FRole", "ManagedPolicyArns")) == [
        BASIC,
        "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",
        "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
    ]
    assert inline(loaded) == [
        {
            "PolicyName": "DeadLetterQueuePolicy",
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{"Action": "sqs:SendMessage", "Resource": "<Q.Arn>", "Effect": "Allow"}],
            },
        }
    ]


def test_properties_are_called_as_the_function_calls_them_and_placed_where_the_user_wrote_them() -> None:
    loaded = function("InlineCode: x\nTracing: Active\nDeadLetterQueue:\n  Type: SNS\n  TargetArn: a")
    own = resource(loaded, "F")
    assert shown(value(loaded, "F", "TracingConfig")) == {"Mode": "Active"}
    assert shown(value(loaded, "F", "DeadLetterConfig")) == {"TargetArn": "a"}
    assert own.spellings["DeadLetterConfig.TargetArn"] == "DeadLetterQueue.TargetArn"
    assert own.spellings["TracingConfig.Mode"] == "Tracing"
    assert own.spellings["Code"] == "InlineCode"
    assert [own.properties.keys[name].line for name in ("Code", "TracingConfig", "DeadLetterConfig")] == [8, 9, 10]
    assert lines(value(loaded, "F", "DeadLetterConfig.TargetArn")) == [12]


def test_disabled_tracing_is_no_tracing() -> None:
    loaded = function("InlineCode: x\nTracing: Disabled")
    assert shown(value(loaded, "F", "TracingConfig")) is None
    assert shown(value(loaded, "FRole", "ManagedPolicyArns")) == [BASIC]


GLOBALS = """\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Timeout: 30
    MemorySize: 256
    Layers: [a]
    Environment:
      Variables: {SHARED: one, OWN: general}
    VpcConfig: !Ref Vpc
Parameters:
  Vpc: {Type: String}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: x
      MemorySize: 512
      Layers: [b]
      VpcConfig: {SubnetIds: [s]}
      Environment:
        Variables: {OWN: mine}
  G:
    Type: AWS::Serverless::Function
    IgnoreGlobals: [Timeout]
    Properties: {InlineCode: x}
  H:
    Type: AWS::Serverless::Function
    IgnoreGlobals: "*"
    Properties: {InlineCode: x}
"""


def test_globals_merge_mappings_join_lists_and_yield_to_the_function() -> None:
    loaded = load(GLOBALS)
    assert shown(value(loaded, "F", "Environment.Variables")) == {"SHARED": "one", "OWN": "mine"}
    assert shown(value(loaded, "F", "Layers")) == ["a", "b"]
    assert shown(value(loaded, "F", "MemorySize")) == 512
    assert shown(value(loaded, "F", "VpcConfig")) == {"SubnetIds": ["s"]}


def test_a_value_from_globals_stands_in_globals() -> None:
    loaded = load(GLOBALS)
    assert lines(value(loaded, "F", "Timeout")) == [4]
    assert resource(loaded, "F").properties.keys["Timeout"].line == 4
    assert lines(value(loaded, "F", "Environment.Variables.SHARED")) == [8]
    assert lines(value(loaded, "F", "Environment.Variables.OWN")) == [21]


def test_a_function_may_ignore_globals() -> None:
    loaded = load(GLOBALS)
    assert shown(value(loaded, "G", "Timeout")) is None
    assert shown(value(loaded, "G", "MemorySize")) == 256
    assert set(resource(loaded, "H").properties.values) == {"Code", "Role"}


POLICIES = """\
InlineCode: x
Policies:
  - AWSLambdaRole
  - AmazonS3ReadOnlyAccess
  - AWSLambdaBasicExecutionRole
  - arn:aws:iam::111122223333:policy/mine
  - !Ref Managed
  - Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]
  - SQSPollerPolicy: {QueueName: !GetAtt Q.QueueName}
  - !If [C, {Version: '2012-10-17', Statement: {Effect: Deny}}, !Ref AWS::NoValue]
"""
REST = """\
  Managed: {Type: AWS::IAM::ManagedPolicy}
  Q: {Type: AWS::SQS::Queue}
Conditions: {C: !Equals [!Ref AWS::Region, x]}
"""


def test_policies_of_every_kind_come_to_the_role() -> None:
    loaded = function(POLICIES, REST)
    assert shown(value(loaded, "FRole", "ManagedPolicyArns")) == [
        BASIC,
        "arn:aws:iam::aws:policy/service-role/AWSLambdaRole",
        "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
        "arn:aws:iam::111122223333:policy/mine",
        "<Managed.Ref>",
    ]
    written, template, guarded = inline(loaded)
    assert written["PolicyName"] == "FRolePolicy5"
    assert written["PolicyDocument"]["Statement"][0]["Action"] == "s3:GetObject"
    (statement,) = template["PolicyDocument"]["Statement"]
    assert "sqs:ReceiveMessage" in statement["Action"]
    assert "${Q.QueueName}" in str(statement["Resource"])
    assert list(guarded) == ["C"]


def test_each_policy_says_what_it_was_made_of_and_where_it_is_written() -> None:
    listed = value(function(POLICIES, REST), "FRole", "Policies")
    assert isinstance(listed, Known)
    assert isinstance(listed.value, Items)
    kinds, places = [], []
    for item in listed.value.items:
        assert isinstance(item.value, Known)
        assert isinstance(item.value.value, Fields)
        kinds.append(shown(item.value.value.get(POLICY_KIND)))
        document = item.value.value.get("PolicyDocument")
        assert isinstance(document, Known)
        assert isinstance(document.value, Fields)
        places.append(document.value.get("Statement").trail[-1].line)
    assert kinds == ["inline", "sam-template", "inline"]
    assert places == [15, 16, 17]
    assert listed.value.openness is None


@pytest.mark.parametrize(
    "policies",
    [
        pytest.param("[!Ref Names]", id="a parameter"),
        pytest.param("[{NoSuchPolicy: {}}]", id="a policy template that does not exist"),
        pytest.param("!Ref Names", id="the whole list"),
        pytest.param("[[a]]", id="a list in the list"),
    ],
)
def test_a_policy_that_can_not_be_known_leaves_the_role_open(policies: str) -> None:
    loaded = function(f"InlineCode: x\nPolicies: {policies}", "Parameters: {Names: {Type: String}}\n")
    for name in ("Policies", "ManagedPolicyArns"):
        listed = value(loaded, "FRole", name)
        assert isinstance(listed, Known)
        assert isinstance(listed.value, Items)
        assert listed.value.openness is not None, name


@pytest.mark.parametrize("policies", ["AWSLambdaRole", "[AWSLambdaRole]"])
def test_one_policy_needs_no_list(policies: str) -> None:
    loaded = function(f"InlineCode: x\nPolicies: {policies}")
    assert shown(value(loaded, "FRole", "ManagedPolicyArns"))[1:] == ["arn:aws:iam::aws:policy/service-role/AWSLambdaRole"]
    single = function("InlineCode: x\nPolicies: {Statement: [{Effect: Allow}]}")
    assert [policy["PolicyName"] for policy in inline(single)] == ["FRolePolicy0"]


def test_a_published_alias_and_what_refers_to_it() -> None:
    loaded = function(
        "InlineCode: x\nAutoPublishAlias: live\nProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}\n"
        "Events:\n  S: {Type: SNS, Properties: {Topic: t}}",
        "  R:\n    Type: AWS::X::Y\n    Properties: {A: !Ref F.Alias, V: !GetAtt F.Version.Version, S: !Sub '${F.Alias}'}\n",
    )
    assert shown(value(loaded, "FVersion", "FunctionName")) == "<F.Ref>"
    assert shown(value(loaded, "FAliaslive", "FunctionVersion")) == "<FVersion.Version>"
    assert shown(value(loaded, "FAliaslive", "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions")) == 2
    assert shown(Known(resource(loaded, "R").properties)) == {
        "A": "<FAliaslive.Ref>",
        "V": "<FVersion.Version>",
        "S": "<FAliaslive.Ref>",
    }
    assert shown(value(loaded, "FSPermission", "FunctionName")) == "<FAliaslive.Ref>"
    assert resource(loaded, "FAliaslive").span.line == 9


def test_what_the_transform_generates_may_be_referred_to() -> None:
    loaded = function(
        "InlineCode: x\nFunctionUrlConfig: {AuthType: AWS_IAM}\n"
        "Events:\n  A: {Type: Api, Properties: {Path: /, Method: get}}",
        "  R:\n    Type: AWS::X::Y\n"
        "    Properties: {A: !GetAtt FRole.Arn, U: !GetAtt FUrl.FunctionUrl, I: !Ref ServerlessRestApi}\n",
    )
    assert shown(Known(resource(loaded, "R").properties)) == {
        "A": "<FRole.Arn>",
        "U": "<FUrl.FunctionUrl>",
        "I": "<ServerlessRestApi.Ref>",
    }


def test_a_public_url_gets_both_permissions_and_a_private_one_none() -> None:
    public = function("InlineCode: x\nFunctionUrlConfig:\n  AuthType: NONE")
    assert shown(value(public, "FUrl", "TargetFunctionArn")) == "<F.Ref>"
    assert shown(Known(resource(public, "FUrlPublicPermissions").properties)) == {
        "FunctionName": "<F.Ref>",
        "Principal": "*",
        "Action": "lambda:InvokeFunctionUrl",
        "FunctionUrlAuthType": "NONE",
    }
    assert shown(value(public, "FURLInvokeAllowPublicAccess", "InvokedViaFunctionUrl")) is True
    private = function("InlineCode: x\nFunctionUrlConfig: {AuthType: AWS_IAM}")
    assert [address for address in types(private) if "Permission" in address or "Invoke" in address] == []


def test_destinations_of_asynchronous_calls() -> None:
    loaded = function(
        "InlineCode: x\nEventInvokeConfig:\n  MaximumRetryAttempts: 1\n  DestinationConfig:\n"
        "    OnFailure: {Type: SQS}\n    OnSuccess: {Type: Lambda, Destination: !GetAtt G.Arn}",
        "  G: {Type: AWS::Lambda::Function}\n",
    )
    assert shown(Known(resource(loaded, "FEventInvokeConfig").properties)) == {
        "FunctionName": "<F.Ref>",
        "Qualifier": "$LATEST",
        "DestinationConfig": {
            "OnSuccess": {"Destination": "<G.Arn>"},
            "OnFailure": {"Destination": "<FEventInvokeConfigOnFailureQueue.Arn>"},
        },
        "MaximumRetryAttempts": 1,
    }
    assert types(loaded)["FEventInvokeConfigOnFailureQueue"] == "SQS::Queue"
    assert [(policy["PolicyName"], policy["PolicyDocument"]["Statement"][0]["Action"]) for policy in inline(loaded)] == [
        ("FEventInvokeConfigOnSuccessLambdaPolicy", "lambda:InvokeFunction"),
        ("FEventInvokeConfigOnFailureSQSPolicy", "sqs:SendMessage"),
    ]


@pytest.mark.parametrize(
    ("properties", "kind", "path", "built"),
    [
        pytest.param("CodeUri: src/", CodeKind.FOLDER, "src", False, id="folder"),
        pytest.param("CodeUri: with/", CodeKind.FOLDER, "with", True, id="folder with requirements"),
        pytest.param("CodeUri: src/app.py", CodeKind.FILE, "src/app.py", False, id="file"),
        pytest.param("CodeUri: app.zip", CodeKind.ARCHIVE, "app.zip", False, id="archive"),
        pytest.param("CodeUri: s3://b/k", CodeKind.REMOTE, "", False, id="address"),
        pytest.param("CodeUri: {Bucket: b, Key: k}", CodeKind.REMOTE, "", False, id="bucket"),
        pytest.param("Timeout: 3", CodeKind.FOLDER, ".", False, id="the template's own folder"),
        pytest.param("InlineCode: x\nCodeUri: src/", CodeKind.INLINE, "", False, id="inline code goes first"),
        pytest.param("PackageType: Image\nImageUri: a:b", CodeKind.IMAGE, "", False, id="image"),
    ],
)
def test_where_the_code_is(properties: str, kind: CodeKind, path: str, built: bool) -> None:
    files = {"src/app.py": "", "with/app.py": "", "with/requirements.txt": "", "app.zip": ""}
    ((_, code),) = resource(function(properties, files=files), "F").code
    assert (code.kind, code.path, code.built) == (kind, path, built)


def test_a_build_method_means_that_the_folder_is_not_the_package() -> None:
    text = f"{HEAD}Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildMethod: makefile}}\n"
    loaded = load(text + "    Properties: {Runtime: python3.13, CodeUri: src}\n", files={"src/app.py": ""})
    ((_, code),) = resource(loaded, "F").code
    assert code.built


def test_the_folder_of_an_image_is_known_from_its_metadata() -> None:
    text = f"{HEAD}Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Metadata: {{DockerContext: ./img}}\n"
    loaded = load(text + "    Properties: {PackageType: Image}\n", files={"img/Dockerfile": ""})
    ((_, code),) = resource(loaded, "F").code
    assert (code.kind, code.path) == (CodeKind.IMAGE, "img")


def test_generated_resources_share_the_condition_of_the_function() -> None:
    text = (
        f"{HEAD}Conditions: {{C: !Equals [!Ref AWS::Region, x]}}\nResources:\n  F:\n    Type: AWS::Serverless::Function\n"
        "    Condition: C\n    Properties:\n      InlineCode: x\n      Events: {Q: {Type: SQS, Properties: {Queue: q}}}\n"
    )
    assert {one.address: one.guard.label for one in load(text).resources} == {"F": "C", "FRole": "C", "FQ": "C"}


def test_a_name_that_the_user_has_taken_stays_the_users() -> None:
    loaded = function("InlineCode: x\nAutoPublishAlias: live", "  FVersion: {Type: AWS::SQS::Queue}\n")
    assert types(loaded)["FVersion"] == "SQS::Queue"
    assert types(loaded)["FVersion2"] == "Lambda::Version"


def test_malformed_parts_become_problems_and_the_rest_is_loaded() -> None:
    loaded = function("InlineCode: x\nEvents: [a]", "Globals: {Nope: {}, Api: 3}\n")
    assert [message for _, message in problems(loaded)] == [
        "Events must be a mapping of names to events",
        "'Nope' is no section that Globals may have",
        "the section 'Api' must be a mapping",
    ]
    assert set(types(loaded)) == {"F", "FRole"}
