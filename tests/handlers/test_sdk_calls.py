"""Which AWS APIs a handler calls, with which arguments: followed by data flow, never by a method's name."""

from __future__ import annotations

import pytest

from .programs import analyse, calls, plain, told


@pytest.mark.parametrize(
    ("imports", "client"),
    [
        ("import boto3", "boto3.client('s3')"),
        ("import boto3 as b", "b.client('s3')"),
        ("from boto3 import client", "client('s3')"),
        ("from boto3 import client as make", "make(service_name='s3')"),
        ("import boto3", "boto3.Session().client('s3')"),
        ("import boto3", "boto3.session.Session().client('s3')"),
        ("from boto3.session import Session", "Session().client('s3')"),
        ("import botocore.session", "botocore.session.get_session().create_client('s3')"),
        ("import boto3", "getattr(boto3, 'client')('s3')"),
        ("import boto3\nNAME = 's' + '3'", "boto3.client(NAME)"),
    ],
)
def test_a_client_is_a_client_however_it_is_made(imports: str, client: str) -> None:
    program = f"{imports}\ndef handler(event, context):\n    c = {client}\n    c.list_buckets()\n"
    assert calls(program) == ["s3.list_buckets()"]


@pytest.mark.parametrize(
    "program",
    [
        """
        import boto3
        s3 = boto3.client("s3")
        def handler(event, context):
            s3.delete_object(Bucket="b", Key="k")
        """,
        """
        import boto3
        s3 = None
        def handler(event, context):
            global s3
            if s3 is None:
                s3 = boto3.client("s3")
            s3.delete_object(Bucket="b", Key="k")
        """,
        """
        import boto3
        from functools import lru_cache
        @lru_cache(maxsize=None)
        def client():
            return boto3.client("s3")
        def handler(event, context):
            client().delete_object(Bucket="b", Key="k")
        """,
        """
        import boto3
        class Store:
            s3 = boto3.client("s3")
            def drop(self, key):
                self.s3.delete_object(Bucket="b", Key=key)
        def handler(event, context):
            Store().drop("k")
        """,
        """
        import boto3
        class Store:
            def __init__(self, client):
                self._client = client
            @property
            def client(self):
                return self._client
            def drop(self, key):
                self.client.delete_object(Bucket="b", Key=key)
        def handler(event, context):
            Store(boto3.client("s3")).drop(key="k")
        """,
        """
        import boto3
        from dataclasses import dataclass
        @dataclass
        class Store:
            bucket: str
            client: object
        def handler(event, context):
            store = Store("b", boto3.client("s3"))
            store.client.delete_object(Bucket=store.bucket, Key="k")
        """,
        """
        import boto3
        def drop(key, client=boto3.client("s3")):
            client.delete_object(Bucket="b", Key=key)
        def handler(event, context):
            drop("k")
        """,
        """
        import boto3
        CLIENTS = {name: boto3.client(name) for name in ("s3",)}
        def handler(event, context):
            CLIENTS["s3"].delete_object(Bucket="b", Key="k")
        """,
        """
        import boto3
        cache = {}
        def client(name):
            if name not in cache:
                cache[name] = boto3.client(name)
            return cache[name]
        def handler(event, context):
            client("s3").delete_object(Bucket="b", Key="k")
        """,
        """
        import boto3
        def with_client(service):
            def decorate(function):
                def wrapper(event, context):
                    return function(event, context, boto3.client(service))
                return wrapper
            return decorate
        @with_client("s3")
        def handler(event, context, client):
            client.delete_object(Bucket="b", Key="k")
        """,
        """
        import boto3
        from contextlib import contextmanager
        @contextmanager
        def connected():
            yield boto3.client("s3")
        def handler(event, context):
            with connected() as client:
                client.delete_object(Bucket="b", Key="k")
        """,
        """
        import boto3
        class Connected:
            def __enter__(self):
                return boto3.client("s3")
            def __exit__(self, *error): ...
        def handler(event, context):
            with Connected() as client:
                client.delete_object(Bucket="b", Key="k")
        """,
        """
        import boto3, functools
        def handler(event, context):
            drop = functools.partial(boto3.client("s3").delete_object, Bucket="b")
            drop(Key="k")
        """,
        """
        import boto3
        from concurrent.futures import ThreadPoolExecutor
        def drop(client, key):
            client.delete_object(Bucket="b", Key=key)
        def handler(event, context):
            with ThreadPoolExecutor() as pool:
                pool.submit(drop, boto3.client("s3"), "k")
        """,
        """
        import boto3, threading
        def drop(client, key):
            client.delete_object(Bucket="b", Key=key)
        def handler(event, context):
            threading.Thread(target=drop, args=(boto3.client("s3"),), kwargs={"key": "k"}).start()
        """,
        """
        import boto3
        def handler(event, context):
            (lambda client: client.delete_object(Bucket="b", Key="k"))(boto3.client("s3"))
        """,
        """
        import boto3
        def handler(event, context):
            for name, client in {"one": boto3.client("s3")}.items():
                client.delete_object(Bucket="b", Key="k")
        """,
        """
        import asyncio, boto3
        async def drop(client):
            client.delete_object(Bucket="b", Key="k")
        def handler(event, context):
            asyncio.run(drop(boto3.client("s3")))
        """,
        """
        import boto3
        def handler(event, context):
            found = None
            for _ in event:
                if _:
                    found = boto3.client("s3")
                    break
            found.delete_object(Bucket="b", Key="k")
        """,
    ],
)
def test_a_client_is_followed_to_where_it_is_used(program: str) -> None:
    assert calls(program) == ["s3.delete_object(Bucket=b, Key=k)"]


def test_methods_of_other_objects_are_no_calls() -> None:
    assert (
        calls(
            """
            import boto3, requests
            class Bucket:
                def put_object(self, **options): ...
                def delete(self): ...
            def handler(event, context):
                Bucket().put_object(Bucket="b")
                Bucket().delete()
                requests.get("https://example.org").close()
                event["client"].send_message(QueueUrl="q")
                context.publish(TopicArn="t")
            """
        )
        == []
    )


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("dynamodb.Table('t').put_item(Item={'id': 1})", "dynamodb.put_item(Item={'id': 1}, TableName=t)"),
        ("dynamodb.Table(name='t').scan()", "dynamodb.scan(TableName=t)"),
        ("dynamodb.Table('t').item_count", "dynamodb.describe_table(TableName=t) [load]"),
        ("dynamodb.Table('t').batch_writer().__enter__()", "dynamodb.batch_write_item(TableName=t) [batch_writer]"),
        ("dynamodb.Table('t').wait_until_exists()", "dynamodb.describe_table(TableName=t) [table_exists]"),
        ("dynamodb.batch_get_item(RequestItems={'t': {}})", "dynamodb.batch_get_item(RequestItems={'t': {}})"),
        ("dynamodb.Table('t').meta.client.describe_limits()", "dynamodb.describe_limits()"),
        ("s3.Object('b', 'k').get()", "s3.get_object(Bucket=b, Key=k)"),
        ("s3.Bucket('b').Object('k').put(Body='x')", "s3.put_object(Body=x, Bucket=b, Key=k)"),
        ("s3.Bucket('b').upload_file('f', 'k')", "s3.put_object(Bucket=b, Filename=f, Key=k) [upload_file]"),
        ("s3.Object('b', 'k').download_file('f')", "s3.get_object(Bucket=b, Filename=f, Key=k) [download_file]"),
        ("s3.Bucket('b').objects.filter(Prefix='p')", "s3.list_objects(Bucket=b, Prefix=p)"),
        ("list(s3.Bucket('b').objects.all().limit(5))", "s3.list_objects(Bucket=b)"),
        ("sqs.Queue('u').send_message(MessageBody='m')", "sqs.send_message(MessageBody=m, QueueUrl=u)"),
        ("sns.Topic('a').publish(Message='m')", "sns.publish(Message=m, TopicArn=a)"),
        ("s3c.upload_file('f', 'b', 'k')", "s3.put_object(Bucket=b, Filename=f, Key=k) [upload_file]"),
        ("s3c.download_fileobj(Bucket='b', Key='k', Fileobj=event)",
         "s3.get_object(Bucket=b, Fileobj=?, Key=k) [download_fileobj]"),
        ("s3c.copy({'Bucket': 'a'}, 'b', 'k')", "s3.copy_object(Bucket=b, CopySource={'Bucket': 'a'}, Key=k) [copy]"),
        ("s3c.get_paginator('list_objects_v2').paginate(Bucket='b')", "s3.list_objects_v2(Bucket=b)"),
        ("s3c.get_waiter('object_exists').wait(Bucket='b', Key='k')", "s3.head_object(Bucket=b, Key=k) [object_exists]"),
        ("s3c.generate_presigned_url('get_object', Params={'Bucket': 'b', 'Key': 'k'})",
         "s3.get_object(Bucket=b, Key=k) [generate_presigned_url]"),
        ("s3c.generate_presigned_post('b', 'k')", "s3.put_object(Bucket=b, Key=k) [generate_presigned_post]"),
        ("getattr(s3c, 'head_bucket')(Bucket='b')", "s3.head_bucket(Bucket=b)"),
    ],
)  # fmt: skip
def test_the_sdks_own_methods_come_to_operations(expression: str, expected: str) -> None:
    program = f"""
import boto3
dynamodb, s3, sqs, sns = (boto3.resource("dynamodb"), boto3.resource("s3"), boto3.resource("sqs"), boto3.resource("sns"))
s3c = boto3.client("s3")
def handler(event, context):
    {expression}
"""
    assert calls(program) == [expected]


def test_a_queue_found_by_name_is_asked_for_and_then_used() -> None:
    assert calls(
        """
        import boto3
        def handler(event, context):
            queue = boto3.resource("sqs").get_queue_by_name(QueueName="q")
            queue.send_message(MessageBody="m")
        """
    ) == ["sqs.get_queue_url(QueueName=q)", "sqs.send_message(MessageBody=m, QueueUrl=?)"]


def test_the_objects_of_a_collection_know_their_bucket() -> None:
    assert calls(
        """
        import boto3
        def handler(event, context):
            bucket = boto3.resource("s3").Bucket("b")
            for found in bucket.objects.all():
                found.delete()
            bucket.objects.filter(Prefix="p").delete()
        """
    ) == [
        "s3.list_objects(Bucket=b)",
        "s3.delete_object(Bucket=b, Key=?)",
        "s3.list_objects(Bucket=b, Prefix=p)",
        "s3.delete_objects(Bucket=b)",
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("'a'", "a"),
        ("NAME", "table"),
        ("os.environ['T']", "$T"),
        ("os.environ.get('T')", "$T"),
        ("os.getenv('T', 'other')", "$T"),
        ("os.getenv('T') or 'other'", "$T"),
        ("f'{NAME}-{STAGE}'", "table-$STAGE"),
        ("NAME + '-' + STAGE", "table-$STAGE"),
        ("'%s-%s' % (NAME, STAGE)", "table-$STAGE"),
        ("'{}-{stage}'.format(NAME, stage=STAGE)", "table-$STAGE"),
        ("f'{NAME}/{event}'", "table/?"),
        ("str(STAGE)", "$STAGE"),
        ("SETTINGS['table']", "$STAGE"),
        ("TABLES[0]", "first"),
        ("event['table']", "?"),
        ("STAGE.lower()", "?"),
        ("'a' if event else 'b'", "?"),
        ("pick('x')", "x"),
        ("pick()", "table"),
    ],
)
def test_arguments_are_followed_as_far_as_they_are_known(written: str, expected: str) -> None:
    program = f"""
import boto3, os
NAME = "table"
STAGE = os.environ["STAGE"]
SETTINGS = {{"table": STAGE}}
TABLES = ["first", "second"]
def pick(name=NAME):
    return name
def handler(event, context):
    boto3.client("dynamodb").scan(TableName={written})
"""
    (call,) = analyse(program).calls
    assert plain(call.arguments["TableName"]) == expected


def test_one_call_in_a_helper_is_told_for_each_resource_it_is_used_on() -> None:
    assert calls(
        """
        import boto3
        client = boto3.client("dynamodb")
        def put(table, item):
            client.put_item(TableName=table, Item=item)
        def handler(event, context):
            put("orders", {"a": 1})
            put("customers", {"b": event})
            put("orders", {"c": 3})
        """
    ) == ["dynamodb.put_item(Item=?, TableName=orders)", "dynamodb.put_item(Item={'b': '?'}, TableName=customers)"]


def test_the_route_leads_from_the_handler_to_the_call() -> None:
    (call,) = analyse(
        """
        import boto3
        def deep():
            boto3.client("sqs").list_queues()
        def middle():
            deep()
        def handler(event, context):
            middle()
        """
    ).calls
    assert [span.line for span in call.route] == [8, 6]
    assert (call.span.line, call.span.column) == (4, 5)


def test_a_call_over_many_lines_stands_at_its_method() -> None:
    (call,) = analyse(
        """
        import boto3
        def handler(event, context):
            boto3.client(
                "sqs",
            ).list_queues(
                MaxResults=1,
            )
        """
    ).calls
    assert (call.span.line, call.span.column, call.span.end_column) == (6, 7, 18)


@pytest.mark.parametrize(
    "options",
    [
        "aws_access_key_id=key, aws_secret_access_key=secret",
        "aws_session_token=token",
        "config=Config(signature_version=botocore.UNSIGNED)",
        "endpoint_url='http://localhost:4566'",
    ],
)
def test_clients_with_other_credentials_are_told_apart(options: str) -> None:
    program = f"""
import boto3, botocore
from botocore.config import Config
def handler(event, context):
    key = secret = token = event["credentials"]
    boto3.client("s3", {options}).list_buckets()
"""
    (call,) = analyse(program).calls
    assert call.own_credentials


def test_a_session_hands_its_credentials_and_region_on() -> None:
    found = analyse(
        """
        import boto3, os
        def handler(event, context):
            role = boto3.client("sts").assume_role(RoleArn="r", RoleSessionName="s")["Credentials"]
            theirs = boto3.Session(aws_access_key_id=role["AccessKeyId"], region_name="eu-west-1")
            theirs.client("s3").list_buckets()
            here = boto3.Session(region_name=os.environ["AWS_REGION"])
            here.resource("s3").Bucket("b").delete()
        """
    ).calls
    assert [(call.operation, call.own_credentials, call.own_region) for call in found] == [
        ("assume_role", False, False),
        ("list_buckets", True, True),
        ("delete_bucket", False, False),
    ]


def test_known_keyword_arguments_are_spread_and_others_leave_the_list_open() -> None:
    found = analyse(
        """
        import boto3
        def handler(event, context):
            known = {"TableName": "t", "Limit": 5}
            boto3.client("dynamodb").scan(**known)
            boto3.client("dynamodb").query(TableName="t", **event)
        """
    ).calls
    assert [(told(call), call.arguments_complete) for call in found] == [
        ("dynamodb.scan(Limit=5, TableName=t)", True),
        ("dynamodb.query(TableName=t)", False),
    ]


def test_a_method_that_may_belong_to_several_services_is_only_possible() -> None:
    assert calls(
        """
        import boto3
        CLIENTS = {"one": boto3.client("sqs"), "two": boto3.client("sns")}
        def handler(event, context):
            CLIENTS[event["which"]].add_permission(Label="l")
        """
    ) == ["sns.add_permission(Label=l) maybe", "sqs.add_permission(Label=l) maybe"]


def test_constructions_say_where_they_stand() -> None:
    found = analyse(
        """
        import boto3
        table = boto3.resource("dynamodb").Table("t")
        def handler(event, context):
            boto3.client("s3")
        """
    ).clients
    assert [(client.service, client.scope, client.is_resource) for client in found] == [
        ("dynamodb", "module", True),
        ("s3", "handler", False),
    ]


TRACED = """
    import boto3
    {imports}
    s3 = boto3.client("s3")
    @{decorator}
    def drop(key):
        s3.delete_object(Bucket="b", Key=key)
    def handler(event, context):
        s3.get_object(Bucket="b", Key="k")
        {body}
"""
WRAPPERS = [
    ("from aws_lambda_powertools import Tracer\n    tracer = Tracer()", "tracer.capture_method"),
    ("from aws_lambda_powertools import Tracer\n    tracer = Tracer()", "tracer.capture_method(capture_response=False)"),
    ("from aws_xray_sdk.core import xray_recorder", "xray_recorder.capture('drop')"),
    (
        "from aws_lambda_powertools.utilities.idempotency import idempotent_function",
        "idempotent_function(data_keyword_argument='key')",
    ),
]


@pytest.mark.parametrize(("imports", "decorator"), WRAPPERS)
def test_what_only_a_decorator_wraps_is_not_called(imports: str, decorator: str) -> None:
    """A module of helpers is imported for one of them: the others don't run because they are traced."""
    unused = calls(TRACED.format(imports=imports, decorator=decorator, body=""))
    assert next(call for call in unused if "delete_object" in call).endswith(" no")
    used = calls(TRACED.format(imports=imports, decorator=decorator, body="drop('k')"))
    assert "s3.delete_object(Bucket=b, Key=k)" in used


@pytest.mark.parametrize(
    ("imports", "decorator"), [("from tenacity import retry", "retry()"), ("import backoff", "backoff.on_exception()")]
)
def test_what_another_decorator_wraps_may_be_called(imports: str, decorator: str) -> None:
    unused = calls(TRACED.format(imports=imports, decorator=decorator, body=""))
    assert "maybe" in next(call for call in unused if "delete_object" in call)
    used = calls(TRACED.format(imports=imports, decorator=decorator, body="drop('k')"))
    assert "s3.delete_object(Bucket=b, Key=k)" in used


def test_what_a_framework_registers_is_called() -> None:
    imports = "from aws_lambda_powertools.event_handler import APIGatewayRestResolver\n    app = APIGatewayRestResolver()"
    called = calls(
        TRACED.format(imports=imports, decorator="app.delete('/<key>')", body="return app.resolve(event, context)")
    )
    assert not [call for call in called if "maybe" in call]
    assert [call for call in called if "delete_object" in call]


def test_a_call_knows_which_variables_the_source_asks_for_first() -> None:
    handler = analyse(
        """
        import os
        import boto3
        s3 = boto3.client("s3")
        bucket = os.environ.get("BUCKET", "")
        def both():
            s3.list_buckets()
        def one():
            s3.get_object(Bucket=bucket, Key="k")
        def after():
            if not bucket or not os.getenv("KEY"):
                return
            s3.delete_object(Bucket=bucket, Key="k")
        def handler(event, context):
            if bucket:
                both()
            if os.environ.get("OTHER"):
                both()
            if event["go"] and bucket:
                one()
            after()
            if not bucket:
                s3.head_bucket(Bucket="b")
            if os.environ.get("MODE", "fast"):
                s3.list_objects_v2(Bucket="b")
            for key in event["keys"]:
                if not os.environ.get("PREFIX"):
                    continue
                s3.get_object_acl(Bucket="b", Key=key)
            s3.get_bucket_acl(Bucket="b")
        """
    )
    assert {call.operation: call.given for call in handler.calls} == {
        "list_buckets": (),
        "get_object": ("BUCKET",),
        "delete_object": ("BUCKET", "KEY"),
        "head_bucket": (),
        "list_objects_v2": (),
        "get_object_acl": ("PREFIX",),
        "get_bucket_acl": (),
    }


def test_a_session_that_is_made_of_another_may_have_its_credentials() -> None:
    found = analyse(
        """
        import boto3, botocore.session
        def handler(event, context):
            inner = botocore.session.get_session()
            inner._credentials = event["credentials"]
            boto3.Session(botocore_session=inner).client("s3").list_buckets()
        """
    )
    (call,) = found.calls
    assert call.own_credentials
    assert found.needs_openness is not None


def test_a_call_that_may_be_made_with_other_credentials_is_not_always_the_roles() -> None:
    calls = analyse(
        """
        import boto3
        def handler(event, context):
            if event.get("token"):
                client = boto3.client("s3", aws_session_token=event["token"])
            else:
                client = boto3.client("s3")
            client.list_buckets()
            client = boto3.client("s3")
            client.list_buckets()
        """
    ).calls
    assert [(call.own_credentials, call.always) for call in calls] == [(False, False), (True, False), (False, True)]


def test_a_method_that_is_handed_on_tells_its_client_and_name() -> None:
    calls = analyse(
        """
        import boto3
        organization = boto3.client("organizations")
        def pages(method, **arguments):
            client = method.__self__
            yield from client.get_paginator(method.__name__).paginate(**arguments)
        def handler(event, context):
            return [page for page in pages(organization.list_accounts)]
        """
    ).calls
    assert [(call.service, call.operation) for call in calls] == [("organizations", "list_accounts")]
