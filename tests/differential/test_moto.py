"""FL302 and the minimal policies against moto, which really runs the handlers with the role's policy enforced.

moto compares the name of the operation with the actions of a policy, and for S3 also the resources; for other services it
asks for everything (``*``). So the policies that moto gets name the operations besides, and ``*`` as the resource of other
services than S3: what is compared is actions everywhere, and resources in S3.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import moto
import pytest
from botocore import loaders
from botocore.exceptions import ClientError, WaiterError
from moto.core.authorization import disable_iam_authentication, enable_iam_authentication

from faaslint import api

from .moto_programs import ACCOUNT, ENFORCED_AS, PROGRAMS, REGION, Program

AS_OF = date(2026, 11, 21)
DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError", "403")
ENVIRONMENT = {"ORDERS": "orders", "JOBS_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/jobs"}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}
OPEN_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}
IDS = [program.name for program in PROGRAMS]


def policy(program: Program, *, lacking: bool) -> dict[str, Any]:
    """The policy of a program's role: all that it needs, or all but one action."""
    statements = [
        {"Effect": "Allow", "Action": [action], "Resource": [resource]}
        for action, resource in program.needs
        if not (lacking and action == program.lacking)
    ]
    # A policy needs a statement; this one is no program's business.
    always = {"Effect": "Allow", "Action": ["iam:GetAccountSummary"], "Resource": ["*"]}
    return {"Version": "2012-10-17", "Statement": [*statements, always]}


def logical_id(program: Program) -> str:
    return "".join(word.capitalize() for word in program.name.split("_"))


def project(folder: Path, *, lacking: bool) -> Path:
    """Write one template with a function and a role for each program, and their sources."""
    resources: dict[str, Any] = {
        "Orders": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "orders"}},
        "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}},
    }
    for program in PROGRAMS:
        home = folder / "src" / program.name
        for name, text in (("app.py", program.source.lstrip()), *program.files):
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(text, encoding="utf-8")
        resources[logical_id(program)] = {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "app.handler",
                "CodeUri": f"src/{program.name}/",
                "Timeout": 10,
                "Role": {"Fn::GetAtt": [f"{logical_id(program)}Role", "Arn"]},
                "Environment": {"Variables": {"ORDERS": {"Ref": "Orders"}, "JOBS_URL": {"Ref": "Jobs"}}},
            },
        }
        resources[f"{logical_id(program)}Role"] = {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": TRUST,
                "Policies": [{"PolicyName": "own", "PolicyDocument": policy(program, lacking=lacking)}],
            },
        }
    template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}
    (folder / "template.json").write_text(json.dumps(template), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("complete"), lacking=False)


@pytest.fixture(scope="module")
def lacking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("lacking"), lacking=True)


@cache
def spoken(folder: Path) -> dict[str, list[str]]:
    """Return the messages about missing permissions of each function, by FL302 and by FL316."""
    request = api.Request(paths=(".",), folder=folder, as_of=AS_OF, select=("FL302", "FL316"))
    found: dict[str, list[str]] = {}
    for finding in api.check(request).findings:
        found.setdefault(finding.resource, []).append(finding.message)
    return found


@cache
def minimal(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the minimal policy of each function, its references filled in as the deployment would."""
    from faaslint.report.policy import document

    deployed = {
        "Orders.Arn": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders",
        "Jobs.Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs",
        "AWS::Partition": "aws",
        "AWS::Region": REGION,
        "AWS::AccountId": ACCOUNT,
    }

    def text(resource: object) -> object:
        if isinstance(resource, str):
            return resource
        assert isinstance(resource, dict)
        ((name, content),) = resource.items()
        whole = (
            "${" + ".".join(content) + "}"
            if name == "Fn::GetAtt"
            else content
            if name == "Fn::Sub"
            else "${" + content + "}"
        )
        for key, value in deployed.items():
            whole = whole.replace("${" + key + "}", value)
        assert "${" not in whole, whole
        return whole

    found = {}
    for privilege, _ in api.privileges(api.Request(paths=(".",), folder=folder, as_of=AS_OF)).functions:
        made = document(privilege.statements, privilege.language)
        for statement in made["Statement"]:
            statement["Resource"] = [text(resource) for resource in statement["Resource"]]
        found[privilege.function] = made
    return found


def for_moto(document: dict[str, Any]) -> str:
    """Return a policy in the terms that moto compares (see the head of this file)."""
    statements = []
    for statement in document["Statement"]:
        for action in statement["Action"]:
            of_s3 = action.startswith("s3:")
            resources = statement["Resource"]
            if action == "s3:DeleteObject":
                # For a deletion of many objects moto asks on the bucket.
                resources = [*resources, *(one.partition("/")[0] for one in resources)]
            statements.append(
                {
                    "Effect": statement["Effect"],
                    "Action": [action, *ENFORCED_AS.get(action, ())],
                    "Resource": resources if of_s3 or action.startswith("sts:") else ["*"],
                }
            )
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture(scope="module")
def cloud() -> Iterator[None]:
    """One account with everything that the programs work on."""
    saved = {name: os.environ.get(name) for name in (*CREDENTIALS, *ENVIRONMENT, "AWS_DEFAULT_REGION")}
    os.environ.update(ENVIRONMENT)
    os.environ["AWS_DEFAULT_REGION"] = REGION
    # Each client reads the description of its service: once for all of them.
    loader = loaders.create_loader()
    with pytest.MonkeyPatch.context() as patch, moto.mock_aws(), disable_iam_authentication():
        patch.setattr(botocore.session, "create_loader", lambda search_path_string=None: loader)
        as_nobody()
        furnish()
        yield
    for name, value in saved.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    boto3.DEFAULT_SESSION = None


CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


def as_nobody() -> None:
    os.environ.update(dict.fromkeys(CREDENTIALS, "testing"))
    boto3.DEFAULT_SESSION = None


def furnish() -> None:
    attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "day")]
    boto3.client("dynamodb").create_table(
        TableName="orders",
        AttributeDefinitions=attributes,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-day",
                "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    files = boto3.client("s3")
    files.create_bucket(Bucket="shop-files", CreateBucketConfiguration={"LocationConstraint": REGION})
    files.put_object(Bucket="shop-files", Key="reports/today.csv", Body=b"a,b")
    queue = boto3.client("sqs")
    url = queue.create_queue(QueueName="jobs")["QueueUrl"]
    queue.send_message(QueueUrl=url, MessageBody="first")
    boto3.client("sns").create_topic(Name="news")
    boto3.client("kinesis").create_stream(StreamName="clicks", ShardCount=1)
    boto3.client("events").create_event_bus(Name="shop")
    boto3.client("secretsmanager").create_secret(Name="shop/database", SecretString="{}")
    boto3.client("ssm").put_parameter(Name="/shop/key", Value="one", Type="String")
    keys = boto3.client("kms")
    keys.create_alias(AliasName="alias/shop", TargetKeyId=keys.create_key()["KeyMetadata"]["KeyId"])
    boto3.client("ses").verify_email_identity(EmailAddress="shop@example.com")
    boto3.client("logs").create_log_group(logGroupName="/shop/audit")
    identity = boto3.client("iam")
    identity.create_role(RoleName="flow", AssumeRolePolicyDocument=json.dumps(OPEN_TRUST))
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    boto3.client("stepfunctions").create_state_machine(
        name="flow", definition=definition, roleArn=f"arn:aws:iam::{ACCOUNT}:role/flow"
    )
    identity.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(OPEN_TRUST))
    allowed = {"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": ["*"]}
    identity.put_role_policy(
        RoleName="reader",
        PolicyName="own",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
    )
    for program in PROGRAMS:
        identity.create_role(RoleName=program.name, AssumeRolePolicyDocument=json.dumps(OPEN_TRUST))


def is_denied(program: Program, document: dict[str, Any], folder: Path) -> bool:
    """Run a program with a policy, and return whether it was denied. Any other failure is the test's."""
    as_nobody()
    if program.name == "delete_a_collection":
        # What an earlier run deleted; an empty collection asks for nothing.
        boto3.client("s3").put_object(Bucket="shop-files", Key="old/a", Body=b"a,b")
    boto3.client("iam").put_role_policy(RoleName=program.name, PolicyName="own", PolicyDocument=for_moto(document))
    given = boto3.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{program.name}", RoleSessionName="program"
    )["Credentials"]
    os.environ["AWS_ACCESS_KEY_ID"] = given["AccessKeyId"]
    os.environ["AWS_SECRET_ACCESS_KEY"] = given["SecretAccessKey"]
    os.environ["AWS_SESSION_TOKEN"] = given["SessionToken"]
    boto3.DEFAULT_SESSION = None
    home = str(folder / "src" / program.name)
    sys.path.insert(0, home)
    importlib.invalidate_caches()
    try:
        with enable_iam_authentication():
            importlib.import_module("app").handler(dict(program.event), None)
    except ClientError as error:
        if error.response["Error"]["Code"] not in DENIED:
            raise
        return True
    except WaiterError as error:
        if "AccessDenied" not in str(error):
            raise
        return True
    except PermissionError:
        return True
    finally:
        sys.path.remove(home)
        for name in [
            name for name, module in sys.modules.items() if (getattr(module, "__file__", "") or "").startswith(home)
        ]:
            del sys.modules[name]
        as_nobody()
    return False


def test_there_are_enough_programs_and_each_says_what_is_lacking() -> None:
    assert len(PROGRAMS) >= 40
    assert all(program.lacking in dict(program.needs) for program in PROGRAMS if program.needs)


@pytest.mark.parametrize("program", PROGRAMS, ids=IDS)
@pytest.mark.usefixtures("cloud")
class TestEveryProgram:
    def test_with_all_that_it_needs_nobody_denies_it(self, program: Program, complete: Path) -> None:
        assert not is_denied(program, policy(program, lacking=False), complete)
        assert logical_id(program) not in spoken(complete)

    def test_what_is_lacking_is_found_by_both(self, program: Program, lacking: Path) -> None:
        denied = is_denied(program, policy(program, lacking=True), lacking)
        messages = spoken(lacking).get(logical_id(program), [])
        if program.unenforced:
            assert not denied
            assert program.lacking in " ".join(messages)
        else:
            assert bool(messages) == denied == bool(program.needs)
            assert all(program.lacking in message for message in messages)

    def test_the_minimal_policy_is_enough(self, program: Program, lacking: Path) -> None:
        assert not is_denied(program, minimal(lacking)[logical_id(program)], lacking)

    def test_the_minimal_policy_grants_the_actions_of_the_program_and_no_others(
        self, program: Program, lacking: Path
    ) -> None:
        made = minimal(lacking)[logical_id(program)]
        granted = {action for statement in made["Statement"] for action in statement["Action"]}
        assert {action for action in granted if not action.startswith("logs:Create") and action != "logs:PutLogEvents"} == {
            action for action, _ in program.needs if not action.startswith("logs:")
        }
