"""What SDK calls need, and on which resource."""

from __future__ import annotations

import pytest

from faaslint.iam import actions, calls, sdk, store
from faaslint.iam.calls import Need, needs_of
from faaslint.iam.grants import Grants
from faaslint.iam.match import Answer
from faaslint.model.guard import ALWAYS, atom
from faaslint.model.value import (
    Branch,
    Choice,
    Environment,
    Fields,
    Item,
    Items,
    Known,
    Leaf,
    Open,
    Pattern,
    Payload,
    Reference,
    Unknown,
    Value,
)

from .policies import allow, statements_of

PROD = atom("IsProd")


def mapping(**entries: object) -> Known:
    return Known(Fields({name: value_of(entry) for name, entry in entries.items()}))


def listing(*entries: object) -> Known:
    return Known(Items(tuple(Item(value_of(entry)) for entry in entries)))


def value_of(content: object) -> Value:
    if isinstance(content, (Known, Unknown, Choice)):
        return content
    assert content is None or isinstance(content, (str, int, bool, Reference, Environment, Pattern))
    return Known(content)


def certain(service: str, operation: str, high_level: str = "", **arguments: object) -> dict[str, list[str | None]]:
    """Return the certain needs: action → resources as text, holes as ``${…}``."""
    given = {name: value_of(content) for name, content in arguments.items()}
    found: dict[str, list[str | None]] = {}
    for need in needs_of(service, operation, given, high_level).required:
        if need.certain:
            found.setdefault(need.action, []).append(shown(need.resource))
    return found


def perhaps(service: str, operation: str, **arguments: object) -> set[str]:
    given = {name: value_of(content) for name, content in arguments.items()}
    return {need.action for need in needs_of(service, operation, given).required if not need.certain}


def shown(leaf: Leaf | None) -> str | None:
    if leaf is None:
        return None
    if isinstance(leaf, Unknown):
        return "${" + (leaf.symbol or "…") + "}"
    text = str(Pattern((leaf.value,))) if isinstance(leaf.value, Reference) else str(leaf.value)
    return text.replace("arn:${AWS::Partition}:", "").replace(":${AWS::Region}:${AWS::AccountId}:", ":::")


# --- which action -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "operation", "expected"),
    [
        ("dynamodb", "put_item", {"dynamodb:PutItem"}),
        ("dynamodb", "transact_get_items", {"dynamodb:GetItem"}),
        ("sqs", "send_message_batch", {"sqs:SendMessage"}),
        ("sns", "publish_batch", {"sns:Publish"}),
        ("lambda", "invoke", {"lambda:InvokeFunction"}),
        ("stepfunctions", "start_execution", {"states:StartExecution"}),
        ("s3", "list_objects_v2", {"s3:ListBucket"}),
        ("s3", "head_object", {"s3:GetObject"}),
        ("s3", "list_buckets", {"s3:ListAllMyBuckets"}),
        ("kms", "re_encrypt", {"kms:ReEncryptFrom", "kms:ReEncryptTo"}),
        ("bedrock-runtime", "converse", {"bedrock:InvokeModel"}),
        ("apigatewaymanagementapi", "post_to_connection", {"execute-api:ManageConnections"}),
        ("apigateway", "get_rest_api", {"apigateway:GET"}),
        ("apigatewayv2", "delete_api", {"apigateway:DELETE"}),
        ("cloudwatch", "put_metric_data", {"cloudwatch:PutMetricData"}),
        ("ses", "send_email", {"ses:SendEmail"}),
        ("dynamodbstreams", "get_records", {"dynamodb:GetRecords"}),
    ],
)
def test_an_operation_needs_its_actions(service: str, operation: str, expected: set[str]) -> None:
    assert set(certain(service, operation)) == expected
    assert set(calls.actions_of(service, operation)) == expected


def test_whoever_began_an_upload_may_stop_it() -> None:
    for operation, action in (
        ("abort_multipart_upload", "s3:AbortMultipartUpload"),
        ("list_parts", "s3:ListMultipartUploadParts"),
    ):
        assert certain("s3", operation) == {}
        assert action in perhaps("s3", operation)


@pytest.mark.parametrize(
    ("service", "operation"),
    [("cognito-idp", "sign_up"), ("sts", "get_caller_identity"), ("cognito-idp", "initiate_auth"), ("s3", "get_paginator")],
)
def test_some_calls_need_no_permission(service: str, operation: str) -> None:
    needs = needs_of(service, operation, {})
    assert needs.permissionless
    assert needs.known
    assert needs.required == ()


@pytest.mark.parametrize(
    ("service", "operation"), [("s3", "frobnicate"), ("nothing", "get"), ("", ""), ("s3", "upload_files")]
)
def test_nothing_is_said_of_an_unknown_call(service: str, operation: str) -> None:
    assert needs_of(service, operation, {}) == calls.UNKNOWN_CALL


def test_an_operation_that_is_newer_than_the_catalogue_is_assumed() -> None:
    newer = [
        (client, operation)
        for client in ("kinesis", "athena", "dynamodb")
        for operation in sdk.methods(client).values()
        if not actions.is_action(f"{client}:{operation}")
        and operation not in store.document("sdk_calls")["operations"].get(client, {})
        and not calls.is_permissionless(client, operation)
    ]
    assert newer
    for client, operation in newer:
        own = [need for need in needs_of(client, operation, {}).required if need.action == f"{client}:{operation}"]
        assert own == [Need(f"{client}:{operation}", None, certain=False)]


def test_arguments_ask_for_more() -> None:
    assert set(certain("s3", "put_object", Bucket="b", Key="k")) == {"s3:PutObject"}
    assert set(certain("s3", "put_object", Bucket="b", Key="k", ACL="private", Tagging="a=b")) == {
        "s3:PutObject",
        "s3:PutObjectAcl",
        "s3:PutObjectTagging",
    }


def test_a_version_asks_for_another_action_instead() -> None:
    assert set(certain("s3", "get_object", Bucket="b", Key="k", VersionId="v")) == {"s3:GetObjectVersion"}
    assert "s3:GetObject" in perhaps("s3", "get_object", Bucket="b", Key="k", VersionId="v")


def test_arguments_that_are_not_seen_may_ask_for_more() -> None:
    needs = needs_of("s3", "put_object", {"Bucket": Known("b")}, complete=False).required
    assert {need.action for need in needs if not need.certain} >= {"s3:PutObjectAcl", "s3:PutObjectTagging"}


def test_an_argument_of_one_branch_may_ask_for_more() -> None:
    sometimes = Choice((Branch(PROD, Known("private")), Branch(~PROD, Known(None))))
    assert "s3:PutObjectAcl" in perhaps("s3", "put_object", Bucket="b", Key="k", ACL=sometimes)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ('SELECT * FROM "t"', {"dynamodb:PartiQLSelect"}),
        ("  delete from t", {"dynamodb:PartiQLDelete"}),
        (Pattern(("INSERT INTO ", Unknown("table"), " VALUE {}")), {"dynamodb:PartiQLInsert"}),
        (Pattern(("UPDATE", Unknown("rest"))), set()),
        (Unknown("a variable"), set()),
        ("EXISTS(x)", set()),
    ],
)
def test_a_statement_text_needs_the_action_of_its_verb(statement: object, expected: set[str]) -> None:
    assert set(certain("dynamodb", "execute_statement", Statement=statement)) == expected
    assert len(perhaps("dynamodb", "execute_statement", Statement=statement) - {"kms:Decrypt"}) >= (0 if expected else 4)


def test_a_passed_role_may_be_needed() -> None:
    needs = certain("lambda", "create_function", FunctionName="f", Role=Reference("Role", "Arn"))
    assert needs["iam:PassRole"] == ["${Role.Arn}"]


def test_a_customer_key_may_be_needed() -> None:
    assert "kms:Decrypt" in perhaps("sqs", "receive_message")
    assert "kms:Decrypt" not in perhaps("ec2", "describe_instances")


# --- methods that are no operations -----------------------------------------------------------------------------------


def test_transfers_need_what_they_call() -> None:
    assert certain("s3", "upload_file", "upload_file", Bucket="b", Key="k") == {"s3:PutObject": ["s3:::b/k"]}
    assert certain("s3", "download_fileobj", "Object.download_fileobj", Bucket="b", Key="k") == {
        "s3:GetObject": ["s3:::b/k"]
    }
    assert certain("dynamodb", "batch_writer", "batch_writer", TableName="T") == {
        "dynamodb:BatchWriteItem": ["dynamodb:::table/T"]
    }
    assert set(certain("s3", "upload_file", "upload_file", Bucket="b", Key="k", ExtraArgs=mapping(ACL="private"))) == {
        "s3:PutObject",
        "s3:PutObjectAcl",
    }


def test_a_copy_reads_its_source_and_writes_its_target() -> None:
    source = mapping(Bucket="from", Key="a/b")
    assert certain("s3", "copy", "copy", CopySource=source, Bucket="to", Key="k") == {
        "s3:GetObject": ["s3:::from/a/b"],
        "s3:PutObject": ["s3:::to/k"],
    }
    assert certain("s3", "copy_object", CopySource="from/a", Bucket="to", Key="k")["s3:GetObject"] == ["s3:::from/a"]
    assert certain("s3", "copy_object", CopySource=Unknown("x"), Bucket="to", Key="k")["s3:GetObject"] == [None]


def test_a_presigned_url_needs_what_its_operation_does() -> None:
    params = mapping(Bucket="b", Key="k")
    method = "generate_presigned_url"
    assert certain("s3", method, method, ClientMethod="get_object", Params=params) == {"s3:GetObject": ["s3:::b/k"]}
    assert needs_of("s3", method, {"ClientMethod": Unknown("x")}, method) == calls.UNKNOWN_CALL


def test_positional_arguments_have_names() -> None:
    assert (sdk.positional("s3", "upload_file") or ())[:3] == ("Filename", "Bucket", "Key")
    assert sdk.positional("s3", "get_object") is None


# --- which resource ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "expected"),
    [
        ("dynamodb", "get_item", {"TableName": "T"}, ["dynamodb:::table/T"]),
        (
            "dynamodb",
            "get_item",
            {"TableName": "arn:aws:dynamodb:eu-west-1:1:table/T"},
            ["arn:aws:dynamodb:eu-west-1:1:table/T"],
        ),
        ("dynamodb", "get_item", {"TableName": Reference("T", "Ref")}, ["dynamodb:::table/${T.Ref}"]),
        ("dynamodb", "get_item", {"TableName": Reference("T", "Arn")}, ["${T.Arn}"]),
        ("dynamodb", "get_item", {"TableName": Pattern((Unknown("e", "env"), "-t"))}, ["dynamodb:::table/${env}-t"]),
        ("dynamodb", "query", {"TableName": "T", "IndexName": "I"}, ["dynamodb:::table/T/index/I"]),
        ("dynamodb", "query", {"TableName": Reference("T", "Arn"), "IndexName": "I"}, ["${T.Arn}/index/I"]),
        ("dynamodb", "batch_get_item", {"RequestItems": mapping(A="", B="")}, ["dynamodb:::table/A", "dynamodb:::table/B"]),
        ("dynamodb", "list_tables", {}, ["*"]),
        ("dynamodb", "get_item", {}, [None]),
        ("s3", "get_object", {"Bucket": "b", "Key": "k"}, ["s3:::b/k"]),
        ("s3", "get_object", {"Bucket": "b"}, ["s3:::b/${…}"]),
        ("s3", "get_object", {"Bucket": "arn:aws:s3:eu-west-1:1:accesspoint/p", "Key": "k"}, [None]),
        ("s3", "list_objects_v2", {"Bucket": "b", "Prefix": "p/"}, ["s3:::b"]),
        ("s3", "list_buckets", {}, ["s3:::${…}"]),
        ("logs", "describe_log_groups", {}, ["logs:::log-group:${…}"]),
        ("sqs", "send_message", {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/12/q"}, ["sqs:eu-west-1:12:q"]),
        ("sqs", "send_message", {"QueueUrl": "https://queue.amazonaws.com/12/q"}, ["sqs:::q"]),
        ("sqs", "send_message", {"QueueUrl": Reference("Q", "Ref")}, ["${Q.Ref}"]),
        ("sqs", "send_message", {"QueueUrl": Pattern(("https://sqs.", Unknown("r"), ".amazonaws.com/12/q"))}, ["sqs:::q"]),
        ("sqs", "send_message", {"QueueUrl": Pattern((Unknown("base"), "q"))}, [None]),
        ("sqs", "send_message", {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/12/"}, [None]),
        ("sqs", "get_queue_url", {"QueueName": "q"}, ["sqs:::q"]),
        ("sns", "publish", {"TopicArn": Reference("T", "Ref")}, ["${T.Ref}"]),
        ("sns", "publish", {"PhoneNumber": "+1"}, [None]),
        ("sns", "publish", {"TopicArn": "not an arn"}, [None]),
        ("lambda", "invoke", {"FunctionName": "f"}, ["lambda:::function:f"]),
        ("lambda", "invoke", {"FunctionName": "f:live"}, ["lambda:::function:f:live"]),
        ("lambda", "invoke", {"FunctionName": "f", "Qualifier": "live"}, ["lambda:::function:f:live"]),
        ("lambda", "invoke", {"FunctionName": "12:function:f"}, ["lambda:${AWS::Region}:12:function:f"]),
        ("lambda", "invoke", {"FunctionName": Reference("F", "Arn")}, ["${F.Arn}"]),
        ("secretsmanager", "get_secret_value", {"SecretId": "db"}, ["secretsmanager:::secret:db-??????"]),
        ("secretsmanager", "get_secret_value", {"SecretId": Reference("S", "Ref")}, ["${S.Ref}"]),
        ("ssm", "get_parameter", {"Name": "/a/b"}, ["ssm:::parameter/a/b"]),
        ("ssm", "get_parameter", {"Name": "a"}, ["ssm:::parameter/a"]),
        ("ssm", "get_parameters", {"Names": listing("/a", "/b")}, ["ssm:::parameter/a", "ssm:::parameter/b"]),
        ("ssm", "get_parameters_by_path", {"Path": "/a"}, ["ssm:::parameter/a*"]),
        ("events", "put_events", {"Entries": listing(mapping(EventBusName="b"))}, ["events:::event-bus/b"]),
        ("events", "put_events", {"Entries": listing(mapping(Source="s"))}, ["events:::event-bus/default"]),
        ("kms", "decrypt", {"KeyId": "alias/k"}, [None]),
        ("kms", "decrypt", {"KeyId": "1234"}, ["kms:::key/1234"]),
        ("kinesis", "put_record", {"StreamName": "s"}, ["kinesis:::stream/s"]),
        ("cloudwatch", "put_metric_data", {"Namespace": "n"}, ["*"]),
        ("xray", "put_trace_segments", {"TraceSegmentDocuments": "n"}, ["*"]),
    ],
)
def test_arguments_name_the_resource(
    service: str, operation: str, arguments: dict[str, object], expected: list[str | None]
) -> None:
    (found,) = certain(service, operation, "", **arguments).values()
    assert found == expected


def test_transactions_name_a_table_for_each_action() -> None:
    items = listing(mapping(Put=mapping(TableName="A")), mapping(Delete=mapping(TableName="B")))
    assert certain("dynamodb", "transact_write_items", TransactItems=items) == {
        "dynamodb:PutItem": ["dynamodb:::table/A"],
        "dynamodb:DeleteItem": ["dynamodb:::table/B"],
    }


def test_a_name_that_depends_on_a_condition_is_a_need_in_each_branch() -> None:
    table = Choice((Branch(PROD, Known("P")), Branch(~PROD, Known("T"))))
    needs = [need for need in needs_of("dynamodb", "get_item", {"TableName": table}).required if need.certain]
    assert [(shown(need.resource), need.guard) for need in needs] == [
        ("dynamodb:::table/P", PROD),
        ("dynamodb:::table/T", ~PROD),
    ]


def test_an_open_list_names_something_more() -> None:
    more = Known(Fields({"A": Known(1)}, openness=Open("a computed key")))
    needs = [need for need in needs_of("dynamodb", "batch_get_item", {"RequestItems": more}).required if need.certain]
    assert [need.guard for need in needs] == [ALWAYS, ALWAYS]
    assert shown(needs[0].resource) == "dynamodb:::table/A"


def test_an_environment_variable_that_is_not_filled_in_may_hold_an_arn() -> None:
    (need, *_) = needs_of("dynamodb", "get_item", {"TableName": Known(Environment("TABLE"))}).required
    granted = Grants(statements_of(allow("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:1:table/T")), None)
    assert granted.allows(need.action, need.resource).answer is Answer.MAYBE


def test_a_reference_that_may_be_a_name_or_an_arn_never_is_a_wrong_resource() -> None:
    for service, operation, argument in (("lambda", "invoke", "FunctionName"), ("kms", "decrypt", "KeyId")):
        reference = Reference("Thing", "Ref")
        need = needs_of(service, operation, {argument: Known(reference)}).required[0]
        (statement,) = statements_of(allow(need.action))
        statement.resources = Known(reference)
        assert Grants([statement], None).allows(need.action, need.resource).answer is not Answer.NO


def test_many_resources_are_not_listed_one_by_one() -> None:
    names = listing(*(f"/p{number}" for number in range(500)))
    needs = needs_of("ssm", "get_parameters", {"Names": names}).required
    assert [need.resource for need in needs if need.certain] == [None]


@pytest.mark.parametrize(
    "odd",
    [
        None,
        True,
        3,
        "",
        "/",
        "::",
        "arn:",
        "https://sqs.<{.amazonaws.com/{/<",
        "{:function:<",
        "alias/",
        Known(Fields({})),
        Known(Items(())),
        Unknown("x"),
    ],
)
def test_odd_arguments_do_no_harm(odd: Payload | Value) -> None:
    for service in store.document("sdk_resources")["types"]:
        for method in list(sdk.methods(service))[:40]:
            given = dict.fromkeys(ARGUMENTS, value_of(odd))
            assert needs_of(service, method, given).known


ARGUMENTS = (
    "TableName",
    "IndexName",
    "RequestItems",
    "TransactItems",
    "Bucket",
    "Key",
    "CopySource",
    "Delete",
    "QueueUrl",
    "TopicArn",
    "FunctionName",
    "Qualifier",
    "SecretId",
    "Name",
    "Names",
    "Path",
    "Entries",
    "KeyId",
    "Statement",
    "VersionId",
)


def test_a_role_that_a_call_hands_to_a_service_is_passed() -> None:
    needs = certain("mediaconvert", "create_job", Role=Reference("Role", "Arn"), Settings=mapping())
    assert needs["iam:PassRole"] == ["${Role.Arn}"]
    assert "iam:PassRole" not in certain("sagemaker", "create_model", ModelName="m")
    assert "iam:PassRole" in certain("sagemaker", "create_model", ModelName="m", ExecutionRoleArn=Reference("Role", "Arn"))


def test_translate_asks_comprehend_only_where_it_has_to_find_the_language() -> None:
    detect = "comprehend:DetectDominantLanguage"
    assert detect in certain("translate", "translate_text", SourceLanguageCode="auto")
    assert detect not in {*certain("translate", "translate_text", SourceLanguageCode="de")}
    assert detect not in perhaps("translate", "translate_text", SourceLanguageCode="de")
    assert detect in perhaps("translate", "translate_text", SourceLanguageCode=Unknown("the event"))


# --- the tables -------------------------------------------------------------------------------------------------------


def test_every_exception_names_operations_and_actions_that_exist() -> None:
    table = store.document("sdk_calls")
    for client, operations in table["operations"].items():
        for operation, entry in operations.items():
            assert sdk.operation_of(client, operation), (client, operation)
            assert entry["source"]
            named = [*entry["actions"], *entry.get("verbs", {}).get("actions", {}).values()]
            for also in entry.get("also", ()):
                assert bool(also.get("perhaps")) != ("set" in also), (client, operation)
                named += also["actions"]
            assert named, (client, operation)
            for action in named:
                assert actions.canonical_action(action) == action, action
    for client, operations in table["no_permission"].items():
        for operation in operations:
            assert sdk.operation_of(client, operation), (client, operation)
    for client, forwarded in table["forwarded"]["services"].items():
        assert sdk.is_client(client)
        assert all(map(actions.is_action, forwarded))
    for client in table["prefixes"]:
        assert sdk.is_client(client), client


def test_every_method_of_its_own_calls_what_exists() -> None:
    for client, methods in store.document("sdk_methods")["methods"].items():
        for method, entry in methods.items():
            assert all(sdk.operation_of(client, call) for call in entry.get("calls", ())), method
            assert all(map(actions.is_action, [*entry.get("actions", ()), *entry.get("perhaps", ())])), method
            if client != "*" and not entry.get("presigned"):
                assert needs_of(client, method, {}, method).required, method


def test_every_resource_of_the_table_is_of_a_type_that_exists() -> None:
    for client, rows in store.document("sdk_resources")["types"].items():
        prefix = sdk.iam_prefix(client)
        own = {kind.name for action in actions.service_actions(prefix) for kind in actions.resource_types(action) or ()}
        passed = {
            kind.name
            for action in ("iam:PassRole", "secretsmanager:GetSecretValue")
            for kind in actions.resource_types(action) or ()
        }
        for kind, template in rows:
            assert not kind or kind in own | passed, (client, kind)
            assert template.startswith(("arn:<partition>:", "{"))
