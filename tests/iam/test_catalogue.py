"""The tables: actions, managed policies, the SDK, SAM's templates. What is asserted is stable knowledge about AWS."""

from __future__ import annotations

import subprocess
import sys

import pytest

from faaslint.iam import actions, managed, sdk, store
from faaslint.iam.actions import AccessLevel
from faaslint.iam.escalation import PASS_ROLE, escalation_paths
from faaslint.iam.grants import Grants
from faaslint.iam.match import Answer
from faaslint.model.read import elements, text_of
from faaslint.model.value import Known, Pattern, Reference, Unknown

from .policies import read

# --- actions ----------------------------------------------------------------------------------------------------------


def test_actions_exist_whatever_their_case() -> None:
    assert actions.is_action("s3:GetObject")
    assert actions.is_action("S3:getobject")
    assert actions.canonical_action("S3:getobject") == "s3:GetObject"
    assert not actions.is_action("s3:GetObjects")
    assert not actions.is_action("s4:GetObject")
    assert not actions.is_action("")


@pytest.mark.parametrize(
    ("action", "level"),
    [
        ("s3:GetObject", AccessLevel.READ),
        ("s3:ListBucket", AccessLevel.LIST),
        ("s3:PutObject", AccessLevel.WRITE),
        ("lambda:TagResource", AccessLevel.TAGGING),
        ("iam:PutRolePolicy", AccessLevel.PERMISSIONS),
        ("s3:NoSuchThing", None),
    ],
)
def test_actions_have_an_access_level(action: str, level: AccessLevel | None) -> None:
    assert actions.access_level(action) is level


def test_actions_name_their_resources() -> None:
    types = {kind.name: kind.arn for kind in actions.resource_types("dynamodb:Query") or ()}
    assert types["table"] == "arn:*:dynamodb:*:*:table/*"
    assert types["index"] == "arn:*:dynamodb:*:*:table/*/index/*"
    assert actions.supports_resources("s3:ListAllMyBuckets") is False
    assert actions.supports_resources("secretsmanager:GetSecretValue") is True
    assert actions.supports_resources("cloudwatch:PutMetricData") is False
    assert actions.supports_resources("s3:NoSuchThing") is None


@pytest.mark.parametrize(
    ("action", "resource", "fits"),
    [
        ("s3:ListBucket", "arn:aws:s3:::b", Answer.MAYBE),
        ("s3:ListBucket", "arn:aws:s3:::b/*", Answer.NO),
        ("s3:GetObject", "arn:aws:s3:::b", Answer.NO),
        ("s3:GetObject", "arn:aws:s3:::b*", Answer.MAYBE),
        ("sqs:SendMessage", "arn:aws:sns:eu-west-1:1:t", Answer.NO),
        ("ec2:DescribeInstances", "arn:aws:ec2:eu-west-1:1:instance/*", Answer.NO),
        ("ec2:DescribeInstances", "*", Answer.YES),
        # AWS's guides do this, so it has an effect, whatever the reference says.
        ("s3:ListAllMyBuckets", "arn:aws:s3:::*", Answer.MAYBE),
        ("logs:DescribeLogGroups", "arn:aws:logs:eu-west-1:1:log-group:*", Answer.MAYBE),
        ("s3:NoSuchThing", "arn:aws:s3:::b", Answer.MAYBE),
    ],
)
def test_resources_fit_actions(action: str, resource: str, fits: Answer) -> None:
    assert actions.resource_fits(action, Known(resource)) is fits


def test_a_resource_with_a_hole_may_fit() -> None:
    assert actions.resource_fits("s3:ListBucket", Known(Reference("B", "Arn"))) is Answer.MAYBE
    assert actions.resource_fits("s3:ListBucket", Unknown("a parameter")) is Answer.MAYBE
    queue = Known(Pattern(("arn:aws:sqs:", Reference("X", "Ref"), ":1:q")))
    assert actions.resource_fits("s3:ListBucket", queue) is Answer.NO


def test_patterns_expand_to_what_exists() -> None:
    assert actions.expand("s3:Get?bject") == ("s3:GetObject",)
    assert actions.expand("S3:GETOBJECT") == ("s3:GetObject",)
    assert actions.expand("s3:*") == actions.service_actions("s3")
    assert actions.expand("nothing:*") == actions.expand("s3:Nothing*") == actions.expand("") == ()
    assert {"sqs:SendMessage", "sns:Publish"} <= set(actions.expand("s?s:*"))
    everything = actions.expand("*")
    assert len(everything) == len(set(everything)) > 20_000
    assert actions.expand("*:*") == everything
    assert set(actions.expand("*:Get*")) == {one for one in everything if one.partition(":")[2].lower().startswith("get")}


def test_misspelt_actions_have_a_suggestion() -> None:
    assert actions.nearest("s3:GetObjects") == "s3:GetObject"
    assert actions.nearest("s3:GetBucketNotificationConfiguration") == "s3:GetBucketNotification"
    assert actions.nearest("s3:ListObjects") == "s3:ListBucket"
    assert actions.nearest("dynamo:PutItem") == "dynamodb:PutItem"
    assert actions.nearest("lambda:Invoke") is None or actions.is_action(actions.nearest("lambda:Invoke") or "")
    assert actions.nearest("s3:" + "x" * 10_000) is None
    assert actions.nearest("nonsense") is None


def test_dependent_actions_are_kept() -> None:
    assert "iam:PassRole" in actions.dependent_actions("lambda:CreateFunction")
    assert actions.dependent_actions("s3:GetObject") == ()


def test_every_service_can_be_read() -> None:
    for prefix in actions.services():
        for action in actions.service_actions(prefix)[:3]:
            assert actions.access_level(action) is not None
            assert all(kind.arn.startswith("arn:") for kind in actions.resource_types(action) or ())


# --- managed policies -------------------------------------------------------------------------------------------------

BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


@pytest.mark.parametrize(
    "named",
    [
        BASIC,
        BASIC.replace("arn:aws:", "arn:aws-us-gov:"),
        "AWSLambdaBasicExecutionRole",
        "service-role/AWSLambdaBasicExecutionRole",
    ],
)
def test_a_managed_policy_is_found_by_arn_and_by_name(named: str) -> None:
    document = managed.managed_policy(named)
    assert document is not None
    statements, openness = read(document)
    assert openness is None
    granted = {text_of(leaf) for statement in statements for _, leaf in elements(statement.actions)}
    assert granted == {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}


@pytest.mark.parametrize(
    "named",
    [
        "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::123456789012:policy/service-role/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::aws:role/service-role/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::aws",
        "job-function/AWSLambdaBasicExecutionRole",
        "awslambdabasicexecutionrole",
        "NoSuchPolicy",
        "",
    ],
)
def test_what_aws_does_not_manage_is_not_found(named: str) -> None:
    assert managed.managed_policy(named) is None


def test_the_arn_of_a_name() -> None:
    assert managed.policy_arn("AWSLambdaBasicExecutionRole") == BASIC
    assert managed.policy_arn("NoSuchPolicy") is None


def test_an_administrator_may_do_everything() -> None:
    document = managed.managed_policy("AdministratorAccess")
    assert document is not None
    assert Grants(*read(document)).allows("iam:PassRole", Known("arn:aws:iam::1:role/r")).answer is Answer.YES


def test_every_managed_policy_can_be_read() -> None:
    names = store.shards("managed").index["names"]
    assert len(names) > 1500
    for name in names:
        document = managed.managed_policy(name)
        assert document is not None
        statements, openness = read(document)
        assert statements, name
        assert openness is None, name


# --- the SDK ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("client", "operation", "method"),
    [
        ("dynamodb", "PutItem", "put_item"),
        ("s3", "ListObjectsV2", "list_objects_v2"),
        ("s3", "GetBucketCors", "get_bucket_cors"),
        ("rds", "CreateDBInstance", "create_db_instance"),
        ("storagegateway", "DescribeCachediSCSIVolumes", "describe_cached_iscsi_volumes"),
        ("mturk", "CreateHITWithHITType", "create_hit_with_hit_type"),
        ("socialmessaging", "DeleteWhatsAppMessageMedia", "delete_whatsapp_message_media"),
        ("iot", "ListThingRegistrationTaskReports", "list_thing_registration_task_reports"),
    ],
)
def test_methods_are_spelled_as_the_sdk_spells_them(client: str, operation: str, method: str) -> None:
    assert sdk.methods(client)[method] == operation


def test_a_method_leads_to_its_operation() -> None:
    assert sdk.operation_of("dynamodb", "put_item") == "PutItem"
    assert sdk.operation_of("dynamodb", "PutItem") == "PutItem"
    assert sdk.operation_of("dynamodb", "put_items") is None
    assert sdk.operation_of("nothing", "put_item") is None


def test_paginators_and_waiters() -> None:
    assert sdk.can_paginate("s3", "list_objects_v2")
    assert not sdk.can_paginate("s3", "get_object")
    assert sdk.waiter_operation("s3", "object_exists") == "HeadObject"
    assert sdk.waiter_operation("s3", "nothing_exists") is None


def test_resource_classes() -> None:
    table = sdk.resource_class("dynamodb", "Table")
    service = sdk.resource_class("s3")
    bucket = sdk.resource_class("s3", "Bucket")
    assert table is not None
    assert service is not None
    assert bucket is not None
    assert table.identifiers == ("Name",)
    assert table.methods["put_item"].operation == "PutItem"
    assert table.methods["put_item"].parameters == {"TableName": "=Name"}
    assert table.methods["load"].operation == "DescribeTable"
    assert table.methods["wait_until_exists"].operation == "DescribeTable"
    assert service.children["Bucket"].type == "Bucket"
    assert bucket.collections["objects"].operation == "ListObjects"
    item = sdk.resource_class("s3", bucket.collections["objects"].returns or "")
    assert item is not None
    assert item.batch["delete"] == "DeleteObjects"
    assert sdk.resource_class("s3", "Nothing") is None
    assert sdk.resource_class("lambda") is None


def test_clients_have_an_iam_prefix() -> None:
    assert sdk.iam_prefix("stepfunctions") == "states"
    assert sdk.iam_prefix("bedrock-runtime") == "bedrock"
    assert sdk.iam_prefix("s3") == "s3"
    without_actions = [client for client in sdk.clients() if not actions.is_service(sdk.iam_prefix(client))]
    assert len(without_actions) <= 5, without_actions


def test_operations_mostly_have_an_action_of_their_name() -> None:
    for client in ("sqs", "sns", "dynamodb", "secretsmanager", "stepfunctions", "events", "ssm"):
        prefix = sdk.iam_prefix(client)
        operations = list(sdk.methods(client).values())
        named = sum(actions.is_action(f"{prefix}:{operation}") for operation in operations)
        assert named / len(operations) > 0.8, client


# --- escalation -------------------------------------------------------------------------------------------------------


def test_escalation_paths_are_made_of_actions_that_exist() -> None:
    for path in escalation_paths():
        assert all(map(actions.is_action, path.actions)), path
        assert (path.by == "passed-role") == (path.actions[0] == PASS_ROLE), path


# --- cost -------------------------------------------------------------------------------------------------------------


def test_importing_reads_no_data() -> None:
    program = (
        "import sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == 'open' else None)\n"
        "import faaslint.iam, faaslint.facts\n"
        "from faaslint.iam import actions, calls, escalation, grants, managed, policy, sdk, templates\n"
        "print([name for name in opened if name.endswith(('.shards', '.json'))])\n"
        "print(sorted({'difflib', 'ipaddress', 'boto3', 'botocore', 'yaml'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "[]"]
