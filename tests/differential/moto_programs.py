"""Handler programs of realistic shapes, each with what its role grants and what of that is taken away.

Every program is really run against moto's IAM enforcement. ``needs`` are the IAM actions that it takes; ``lacking`` is the
one that the second role does not have. ``enforced_as`` are the names by which moto asks for an action where these are not
IAM's (it takes the operation's name). ``unenforced`` says why moto does not deny a program whose permission is lacking.
"""

from __future__ import annotations

from typing import NamedTuple

REGION = "eu-west-1"
ACCOUNT = "123456789012"


class Program(NamedTuple):
    """One handler: its files, the event it gets, and its permissions as (action, resource)."""

    name: str
    source: str
    needs: tuple[tuple[str, str], ...] = ()
    lacking: str = ""
    event: dict[str, object] = {}  # noqa: RUF012  # a NamedTuple's default; no test changes it
    files: tuple[tuple[str, str], ...] = ()
    unenforced: str = ""


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


ORDERS = arn("dynamodb", "table/orders")
BY_DAY = arn("dynamodb", "table/orders/index/by-day")
FILES = "arn:aws:s3:::shop-files"
OBJECTS = "arn:aws:s3:::shop-files/*"
JOBS = arn("sqs", "jobs")
NEWS = arn("sns", "news")
CLICKS = arn("kinesis", "stream/clicks")
BUS = arn("events", "event-bus/shop")
SECRET = arn("secretsmanager", "secret:shop/database-??????")
FLOW = arn("states", "stateMachine:flow")
LOGS = arn("logs", "log-group:/shop/audit:*")

ENFORCED_AS = {
    "sqs:SendMessage": ("sqs:SendMessageBatch",),
    "sns:Publish": ("sns:PublishBatch",),
    "s3:GetObject": ("s3:HeadObject",),
    "s3:ListBucket": ("s3:ListObjects", "s3:ListObjectsV2", "s3:HeadBucket"),
    "s3:DeleteObject": ("s3:DeleteObjects",),
    "s3:PutObject": ("s3:CopyObject",),
    "dynamodb:ConditionCheckItem": (),
    "dynamodb:PartiQLSelect": ("dynamodb:ExecuteStatement",),
    "cloudwatch:PutMetricData": ("monitoring:PutMetricData",),
    "ses:SendEmail": ("email:SendEmail",),
}
"""moto asks for the name of the operation, under the name that the request is signed for."""

PROGRAMS: tuple[Program, ...] = (
    Program(
        "module_client",
        """
import boto3

orders = boto3.client("dynamodb")


def handler(event, context):
    orders.put_item(TableName="orders", Item={"id": {"S": event["id"]}})
""",
        (("dynamodb:PutItem", ORDERS),),
        "dynamodb:PutItem",
        {"id": "1"},
    ),
    Program(
        "table_of_resource",
        """
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["ORDERS"])


def handler(event, context):
    table.put_item(Item={"id": event["id"]})
    return table.get_item(Key={"id": event["id"]})["Item"]
""",
        (("dynamodb:PutItem", ORDERS), ("dynamodb:GetItem", ORDERS)),
        "dynamodb:GetItem",
        {"id": "1"},
    ),
    Program(
        "module_alias",
        """
import boto3 as aws

queue = aws.client("sqs")


def handler(event, context):
    url = queue.get_queue_url(QueueName="jobs")["QueueUrl"]
    queue.send_message(QueueUrl=url, MessageBody="hello")
""",
        (("sqs:GetQueueUrl", JOBS), ("sqs:SendMessage", JOBS)),
        "sqs:SendMessage",
    ),
    Program(
        "imported_function",
        """
from boto3 import client

news = client("sns")


def handler(event, context):
    news.publish(TopicArn="arn:aws:sns:eu-west-1:123456789012:news", Message="hello")
""",
        (("sns:Publish", NEWS),),
        "sns:Publish",
    ),
    Program(
        "session",
        """
import boto3

session = boto3.session.Session(region_name="eu-west-1")
secrets = session.client("secretsmanager")


def handler(event, context):
    return secrets.get_secret_value(SecretId="shop/database")["SecretString"]
""",
        (("secretsmanager:GetSecretValue", SECRET),),
        "secretsmanager:GetSecretValue",
    ),
    Program(
        "class_attribute",
        """
import boto3


class Store:
    table = boto3.resource("dynamodb").Table("orders")

    def save(self, order):
        self.table.put_item(Item=order)

    def raise_price(self, order_id):
        self.table.update_item(
            Key={"id": order_id}, UpdateExpression="SET price = :p", ExpressionAttributeValues={":p": 3}
        )


def handler(event, context):
    store = Store()
    store.save({"id": event["id"]})
    store.raise_price(event["id"])
""",
        (("dynamodb:PutItem", ORDERS), ("dynamodb:UpdateItem", ORDERS)),
        "dynamodb:UpdateItem",
        {"id": "2"},
    ),
    Program(
        "cached_getter",
        """
import functools

import boto3


@functools.cache
def parameters():
    return boto3.client("ssm")


def handler(event, context):
    return parameters().get_parameter(Name="/shop/key")["Parameter"]["Value"]
""",
        (("ssm:GetParameter", arn("ssm", "parameter/shop/key")),),
        "ssm:GetParameter",
    ),
    Program(
        "other_module",
        """
from clients import bus


def handler(event, context):
    bus.put_events(Entries=[{"EventBusName": "shop", "Source": "shop", "DetailType": "sold", "Detail": "{}"}])
""",
        (("events:PutEvents", BUS),),
        "events:PutEvents",
        files=(("clients.py", 'import boto3\n\nbus = boto3.client("events")\n'),),
    ),
    Program(
        "relative_package",
        """
from stock.items import remember


def handler(event, context):
    remember(event["id"])
""",
        (("dynamodb:PutItem", ORDERS),),
        "dynamodb:PutItem",
        {"id": "3"},
        (
            ("stock/__init__.py", ""),
            ("stock/names.py", 'TABLE = "orders"\n'),
            (
                "stock/items.py",
                "import boto3\n\nfrom .names import TABLE\n\ntable = boto3.resource('dynamodb').Table(TABLE)\n\n\n"
                "def remember(key):\n    table.put_item(Item={'id': key})\n",
            ),
        ),
    ),
    Program(
        "dictionary_of_clients",
        """
import boto3

CLIENTS = {"queue": boto3.client("sqs"), "topic": boto3.client("sns")}


def handler(event, context):
    CLIENTS["topic"].publish(TopicArn="arn:aws:sns:eu-west-1:123456789012:news", Message="hello")
""",
        (("sns:Publish", NEWS),),
        "sns:Publish",
    ),
    Program(
        "tuple_of_clients",
        """
import boto3

queue, stream = boto3.client("sqs"), boto3.client("kinesis")


def handler(event, context):
    stream.put_record(StreamName="clicks", Data=b"click", PartitionKey="1")
""",
        (("kinesis:PutRecord", CLICKS),),
        "kinesis:PutRecord",
    ),
    Program(
        "default_argument",
        """
import boto3


def keep(text, files=boto3.client("s3")):
    files.put_object(Bucket="shop-files", Key="notes/today.txt", Body=text)


def handler(event, context):
    keep(event["text"])
""",
        (("s3:PutObject", OBJECTS),),
        "s3:PutObject",
        {"text": "hello"},
    ),
    Program(
        "injected_constructor",
        """
import boto3


class Reader:
    def __init__(self, files, bucket):
        self.files = files
        self.bucket = bucket

    def read(self, key):
        return self.files.get_object(Bucket=self.bucket, Key=key)["Body"].read()


reader = Reader(boto3.client("s3"), "shop-files")


def handler(event, context):
    return reader.read("reports/today.csv").decode()
""",
        (("s3:GetObject", OBJECTS),),
        "s3:GetObject",
    ),
    Program(
        "getattr_of_a_literal",
        """
import boto3


def handler(event, context):
    return getattr(boto3.client("dynamodb"), "describe_table")(TableName="orders")["Table"]["TableStatus"]
""",
        (("dynamodb:DescribeTable", ORDERS),),
        "dynamodb:DescribeTable",
    ),
    Program(
        "paginator",
        """
import boto3

files = boto3.client("s3")


def handler(event, context):
    pages = files.get_paginator("list_objects_v2").paginate(Bucket="shop-files", Prefix="reports/")
    return [one["Key"] for page in pages for one in page.get("Contents", [])]
""",
        (("s3:ListBucket", FILES),),
        "s3:ListBucket",
    ),
    Program(
        "waiter",
        """
import boto3

files = boto3.client("s3")


def handler(event, context):
    files.get_waiter("object_exists").wait(
        Bucket="shop-files", Key="reports/today.csv", WaiterConfig={"Delay": 0, "MaxAttempts": 1}
    )
""",
        (("s3:GetObject", OBJECTS),),
        "s3:GetObject",
    ),
    Program(
        "upload",
        """
import io

import boto3

files = boto3.client("s3")


def handler(event, context):
    files.upload_fileobj(io.BytesIO(b"hello"), "shop-files", "uploads/hello.txt")
""",
        (("s3:PutObject", OBJECTS),),
        "s3:PutObject",
    ),
    Program(
        "download",
        """
import io

import boto3

bucket = boto3.resource("s3").Bucket("shop-files")


def handler(event, context):
    target = io.BytesIO()
    bucket.download_fileobj("reports/today.csv", target)
    return target.getvalue().decode()
""",
        (("s3:GetObject", OBJECTS),),
        "s3:GetObject",
    ),
    Program(
        "delete_a_collection",
        """
import boto3


def handler(event, context):
    for answer in boto3.resource("s3").Bucket("shop-files").objects.filter(Prefix="old/").delete():
        if answer.get("Errors"):
            raise PermissionError(answer["Errors"][0]["Code"])
""",
        (("s3:ListBucket", FILES), ("s3:DeleteObject", OBJECTS)),
        "s3:DeleteObject",
    ),
    Program(
        "batch_writer",
        """
import boto3

table = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    with table.batch_writer() as batch:
        for number in range(3):
            batch.put_item(Item={"id": str(number)})
""",
        (("dynamodb:BatchWriteItem", ORDERS),),
        "dynamodb:BatchWriteItem",
    ),
    Program(
        "query_an_index",
        """
import boto3
from boto3.dynamodb.conditions import Key

table = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    return table.query(IndexName="by-day", KeyConditionExpression=Key("day").eq(event["day"]))["Count"]
""",
        (("dynamodb:Query", BY_DAY),),
        "dynamodb:Query",
        {"day": "2026-01-01"},
    ),
    Program(
        "scan_with_a_paginator",
        """
import boto3


def everything(client):
    for page in client.get_paginator("scan").paginate(TableName="orders"):
        yield from page["Items"]


def handler(event, context):
    return sum(1 for _ in everything(boto3.client("dynamodb")))
""",
        (("dynamodb:Scan", ORDERS),),
        "dynamodb:Scan",
    ),
    Program(
        "partiql",
        """
import boto3


def handler(event, context):
    return boto3.client("dynamodb").execute_statement(Statement="SELECT * FROM orders")["Items"]
""",
        (("dynamodb:PartiQLSelect", ORDERS),),
        "dynamodb:PartiQLSelect",
    ),
    Program(
        "queue_from_the_environment",
        """
import os

import boto3

queue = boto3.client("sqs")


def handler(event, context):
    queue.send_message(QueueUrl=os.environ["JOBS_URL"], MessageBody="hello")
""",
        (("sqs:SendMessage", JOBS),),
        "sqs:SendMessage",
    ),
    Program(
        "send_a_batch",
        """
import os

import boto3


def handler(event, context):
    entries = [{"Id": str(number), "MessageBody": "hello"} for number in range(3)]
    answer = boto3.client("sqs").send_message_batch(QueueUrl=os.environ["JOBS_URL"], Entries=entries)
    return len(answer["Successful"])
""",
        (("sqs:SendMessage", JOBS),),
        "sqs:SendMessage",
    ),
    Program(
        "queue_by_name",
        """
import boto3

queues = boto3.resource("sqs")


def handler(event, context):
    queues.get_queue_by_name(QueueName="jobs").send_message(MessageBody="hello")
""",
        (("sqs:GetQueueUrl", JOBS), ("sqs:SendMessage", JOBS)),
        "sqs:GetQueueUrl",
    ),
    Program(
        "receive_and_delete",
        """
import os

import boto3

URL = os.environ["JOBS_URL"]


def handler(event, context):
    queue = boto3.client("sqs")
    for message in queue.receive_message(QueueUrl=URL, WaitTimeSeconds=0).get("Messages", []):
        queue.delete_message(QueueUrl=URL, ReceiptHandle=message["ReceiptHandle"])
""",
        (("sqs:ReceiveMessage", JOBS), ("sqs:DeleteMessage", JOBS)),
        "sqs:ReceiveMessage",
    ),
    Program(
        "publish_a_batch",
        """
import boto3

topic = boto3.resource("sns").Topic("arn:aws:sns:eu-west-1:123456789012:news")


def handler(event, context):
    topic.meta.client.publish_batch(
        TopicArn=topic.arn, PublishBatchRequestEntries=[{"Id": "1", "Message": "hello"}]
    )
""",
        (("sns:Publish", NEWS),),
        "sns:Publish",
    ),
    Program(
        "parameters_by_path",
        """
import boto3


def handler(event, context):
    answer = boto3.client("ssm").get_parameters_by_path(Path="/shop", Recursive=True)
    return {one["Name"]: one["Value"] for one in answer["Parameters"]}
""",
        (("ssm:GetParametersByPath", arn("ssm", "parameter/shop*")),),
        "ssm:GetParametersByPath",
    ),
    Program(
        "encrypt",
        """
import boto3

keys = boto3.client("kms")


def handler(event, context):
    sealed = keys.encrypt(KeyId="alias/shop", Plaintext=b"hello")["CiphertextBlob"]
    return keys.decrypt(CiphertextBlob=sealed)["Plaintext"].decode()
""",
        (("kms:Encrypt", "*"), ("kms:Decrypt", "*")),
        "kms:Decrypt",
    ),
    Program(
        "start_a_state_machine",
        """
import boto3


def handler(event, context):
    boto3.client("stepfunctions").start_execution(
        stateMachineArn="arn:aws:states:eu-west-1:123456789012:stateMachine:flow", input="{}"
    )
""",
        (("states:StartExecution", FLOW),),
        "states:StartExecution",
    ),
    Program(
        "metrics",
        """
import boto3

metrics = boto3.client("cloudwatch")


def handler(event, context):
    metrics.put_metric_data(Namespace="shop", MetricData=[{"MetricName": "sold", "Value": 1.0}])
""",
        (("cloudwatch:PutMetricData", "*"),),
        "cloudwatch:PutMetricData",
    ),
    Program(
        "mail",
        """
import boto3

mail = boto3.client("ses")


def handler(event, context):
    mail.send_email(
        Source="shop@example.com",
        Destination={"ToAddresses": ["someone@example.com"]},
        Message={"Subject": {"Data": "Sold"}, "Body": {"Text": {"Data": "It is on its way."}}},
    )
""",
        (("ses:SendEmail", "*"),),
        "ses:SendEmail",
    ),
    Program(
        "audit_log",
        """
import time
import uuid

import boto3

logs = boto3.client("logs")


def handler(event, context):
    stream = str(uuid.uuid4())
    logs.create_log_stream(logGroupName="/shop/audit", logStreamName=stream)
    logs.put_log_events(
        logGroupName="/shop/audit",
        logStreamName=stream,
        logEvents=[{"timestamp": int(time.time() * 1000), "message": "sold"}],
    )
""",
        (("logs:CreateLogStream", LOGS), ("logs:PutLogEvents", LOGS)),
        "logs:PutLogEvents",
    ),
    Program(
        "decorator_and_closure",
        """
import boto3


def with_table(name):
    table = boto3.resource("dynamodb").Table(name)

    def decorate(function):
        def inner(event, context):
            return function(event, table)

        return inner

    return decorate


@with_table("orders")
def handler(event, table):
    table.delete_item(Key={"id": event["id"]})
""",
        (("dynamodb:DeleteItem", ORDERS),),
        "dynamodb:DeleteItem",
        {"id": "1"},
    ),
    Program(
        "inheritance",
        """
import boto3


class Repository:
    name = ""

    def __init__(self):
        self.table = boto3.resource("dynamodb").Table(self.name)

    def find(self, key):
        return self.table.get_item(Key={"id": key}).get("Item")


class Orders(Repository):
    name = "orders"


def handler(event, context):
    return Orders().find(event["id"])
""",
        (("dynamodb:GetItem", ORDERS),),
        "dynamodb:GetItem",
        {"id": "1"},
    ),
    Program(
        "value_passed_through_functions",
        """
import boto3

files = boto3.client("s3")


def copy(source, target, bucket):
    files.copy_object(CopySource={"Bucket": bucket, "Key": source}, Bucket=bucket, Key=target)


def handler(event, context):
    copy("reports/today.csv", "archive/today.csv", bucket="shop-files")
""",
        (("s3:GetObject", OBJECTS), ("s3:PutObject", OBJECTS)),
        "s3:PutObject",
    ),
    Program(
        "handled_error",
        """
import boto3

files = boto3.client("s3")


def exists(key):
    try:
        files.head_object(Bucket="shop-files", Key=key)
    except files.exceptions.NoSuchKey:
        return False
    return True


def handler(event, context):
    return exists("reports/today.csv")
""",
        (("s3:GetObject", OBJECTS),),
        "s3:GetObject",
    ),
    Program(
        "who_am_i",
        """
import boto3


def handler(event, context):
    return boto3.client("sts").get_caller_identity()["Account"]
""",
    ),
    Program(
        "presigned_url",
        """
import boto3

files = boto3.client("s3")


def handler(event, context):
    return files.generate_presigned_url("get_object", Params={"Bucket": "shop-files", "Key": "reports/today.csv"})
""",
        (("s3:GetObject", OBJECTS),),
        "s3:GetObject",
        unenforced="a URL is signed without a request; whoever uses it is denied",
    ),
    Program(
        "another_role",
        """
import boto3


def handler(event, context):
    given = boto3.client("sts").assume_role(
        RoleArn="arn:aws:iam::123456789012:role/reader", RoleSessionName="shop"
    )["Credentials"]
    table = boto3.resource(
        "dynamodb",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    ).Table("orders")
    return table.get_item(Key={"id": "1"}).get("Item")
""",
        (("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/reader"),),
        "sts:AssumeRole",
    ),
    Program(
        "look_alike",
        """
import boto3


class Ledger:
    def put_item(self, TableName, Item):
        return {TableName: Item}


def handler(event, context):
    Ledger().put_item(TableName="orders", Item={"id": "1"})
    boto3.client("sqs").list_queues()
""",
        (("sqs:ListQueues", "*"),),
        "sqs:ListQueues",
    ),
    Program(
        "branches",
        """
import boto3

table = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    if event.get("remove"):
        table.delete_item(Key={"id": event["id"]})
    else:
        table.put_item(Item={"id": event["id"]})
""",
        (("dynamodb:PutItem", ORDERS), ("dynamodb:DeleteItem", ORDERS)),
        "dynamodb:PutItem",
        {"id": "5"},
    ),
    Program(
        "tags_and_versions",
        """
import boto3

files = boto3.client("s3")


def handler(event, context):
    files.put_object_tagging(
        Bucket="shop-files", Key="reports/today.csv", Tagging={"TagSet": [{"Key": "seen", "Value": "yes"}]}
    )
    return files.get_object_tagging(Bucket="shop-files", Key="reports/today.csv")["TagSet"]
""",
        (("s3:PutObjectTagging", OBJECTS), ("s3:GetObjectTagging", OBJECTS)),
        "s3:PutObjectTagging",
    ),
)
