"""Libraries that call AWS for their caller: which calls their use comes to."""

from __future__ import annotations

import pytest

from .programs import analyse, told

POWERTOOLS = "aws_lambda_powertools.utilities"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"from {POWERTOOLS}.parameters import get_parameter as p\np('/a', decrypt=True)",
         ["ssm.get_parameter(Name=/a) [get_parameter]"]),
        (f"from {POWERTOOLS} import parameters\nparameters.get_secret(os.environ['S'])",
         ["secretsmanager.get_secret_value(SecretId=$S) [get_secret]"]),
        (f"from {POWERTOOLS}.parameters.ssm import get_parameters\nget_parameters('/a')",
         ["ssm.get_parameters_by_path(Path=/a) [get_parameters]"]),
        (f"from {POWERTOOLS}.parameters import SSMProvider\nSSMProvider(config=1).get('/a')",
         ["ssm.get_parameter(Name=/a) [get]"]),
        (f"from {POWERTOOLS} import parameters\nparameters.DynamoDBProvider(table_name='t').get('a')",
         ["dynamodb.get_item() [get]"]),
        (f"from {POWERTOOLS}.parameters import get_app_config\nget_app_config(name='n', environment='e', application='a')",
         ["appconfigdata.get_latest_configuration(ApplicationIdentifier=a, ConfigurationProfileIdentifier=n, "
          "EnvironmentIdentifier=e) [get_app_config]",
          "appconfigdata.start_configuration_session(ApplicationIdentifier=a, ConfigurationProfileIdentifier=n, "
          "EnvironmentIdentifier=e) [get_app_config]"]),
        (f"from {POWERTOOLS}.idempotency import DynamoDBPersistenceLayer\nDynamoDBPersistenceLayer(table_name=os.environ['T'])",
         [f"dynamodb.{one}(TableName=$T) [DynamoDBPersistenceLayer]"
          for one in ("delete_item", "get_item", "put_item", "update_item")]),
        ("from aws_secretsmanager_caching import SecretCache\nSecretCache().get_secret_string('s')",
         [f"secretsmanager.{one}(SecretId=s) [get_secret_string]" for one in ("describe_secret", "get_secret_value")]),
    ],
)  # fmt: skip
def test_their_calls_are_calls_of_aws(line: str, expected: list[str]) -> None:
    found = analyse(f"import os\n{line}\ndef handler(event, context): ...\n")
    assert sorted(told(call) for call in found.calls) == expected
    assert found.needs_openness is None


CUSTOM_RESOURCE = """\
import boto3
from crhelper import CfnResource
helper = CfnResource(json_logging=False)

@helper.create
@helper.%s
def create(event, context):
    boto3.client("s3").put_object(Bucket="b", Key="k")

def handler(event, context):
    helper(event, context)
"""


def test_a_custom_resource_that_polls_makes_a_rule_that_calls_it_again() -> None:
    at_once = analyse(CUSTOM_RESOURCE % "update")
    assert [told(call) for call in at_once.calls] == ["s3.put_object(Bucket=b, Key=k)"]
    assert at_once.needs_openness is None
    polling = analyse(CUSTOM_RESOURCE % "poll_create")
    assert sorted({f"{call.service}.{call.operation}" for call in polling.calls}) == [
        "events.delete_rule", "events.put_rule", "events.put_targets", "events.remove_targets",
        "lambda.add_permission", "lambda.remove_permission", "s3.put_object",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "module",
    [f"{POWERTOOLS}.batch", f"{POWERTOOLS}.data_classes", "aws_lambda_powertools.event_handler", "aws_xray_sdk.core",
     "aws_durable_execution_sdk_python"],
)  # fmt: skip
def test_parts_that_call_nothing_leave_the_list_closed(module: str) -> None:
    assert analyse(f"import {module}\ndef handler(event, context): ...\n").needs_openness is None


@pytest.mark.parametrize("module", ["pynamodb", "s3fs", "awswrangler", "smart_open", f"{POWERTOOLS}.streaming", "strands"])
def test_parts_that_are_not_modelled_open_the_list(module: str) -> None:
    assert analyse(f"import {module}.x\ndef handler(event, context): ...\n").needs_openness is not None
