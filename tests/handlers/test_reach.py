"""What a handler gets to: through functions, classes, modules and frameworks; what it does not get to."""

from __future__ import annotations

from .programs import analyse, calls

SDK = "import boto3\ns3 = boto3.client('s3')\n"


def test_functions_that_nothing_calls_are_not_reached() -> None:
    assert calls(
        SDK
        + """
def used():
    s3.list_buckets()
def unused():
    s3.delete_bucket(Bucket="b")
def handler(event, context):
    used()
"""
    ) == ["s3.list_buckets()", "s3.delete_bucket(Bucket=b) no"]


def test_every_branch_is_taken_and_what_follows_an_end_is_not() -> None:
    assert calls(
        SDK
        + """
def handler(event, context):
    if event:
        s3.list_buckets()
    elif context:
        s3.head_bucket(Bucket="b")
    else:
        return s3.get_object(Bucket="b", Key="k")
    try:
        s3.put_object(Bucket="b")
    except ValueError:
        s3.copy_object(Bucket="b")
    finally:
        s3.delete_object(Bucket="b")
    while event:
        s3.get_bucket_acl(Bucket="b")
    match event:
        case {"a": value}:
            s3.get_bucket_cors(Bucket="b")
    return None
    s3.delete_bucket(Bucket="b")
"""
    ) == [
        "s3.list_buckets()",
        "s3.head_bucket(Bucket=b)",
        "s3.get_object(Bucket=b, Key=k)",
        "s3.put_object(Bucket=b)",
        "s3.copy_object(Bucket=b)",
        "s3.delete_object(Bucket=b)",
        "s3.get_bucket_acl(Bucket=b)",
        "s3.get_bucket_cors(Bucket=b)",
    ]


def test_a_script_guard_is_never_true_in_lambda() -> None:
    program = SDK + "def handler(event, context): ...\nif __name__ == '__main__':\n    s3.list_buckets()\n"
    assert calls(program) == []


def test_imports_for_type_checkers_are_not_made() -> None:
    program = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import unheard_of\ndef handler(e, c): ...\n"
    assert analyse(program).needs_openness is None


def test_the_package_is_followed_through_its_imports() -> None:
    assert calls(
        {
            "app.py": """
                import lib.tables as tables
                from lib.repository import Repository
                from lib import *
                def handler(event, context):
                    Repository(tables.orders).save(event)
                    announce()
            """,
            "lib/__init__.py": "from .messages import announce\n",
            "lib/tables.py": "import boto3\norders = boto3.resource('dynamodb').Table('orders')\n",
            "lib/messages.py": """
                import boto3
                from . import names
                def announce():
                    boto3.client("sns").publish(TopicArn=names.TOPIC)
            """,
            "lib/names.py": "TOPIC = 'topic'\n",
            "lib/repository.py": """
                class Base:
                    def __init__(self, table):
                        self.table = table
                class Repository(Base):
                    def __init__(self, table):
                        super().__init__(table)
                    def save(self, item):
                        self._put(item)
                    def _put(self, item):
                        self.table.put_item(Item=item)
                    def drop(self):
                        self.table.delete()
            """,
        }
    ) == ["sns.publish(TopicArn=topic)", "dynamodb.put_item(Item=?, TableName=orders)"]


def test_modules_that_import_each_other_come_to_an_end() -> None:
    assert calls(
        {
            "app.py": "import other\nNAME = 'b'\ndef handler(event, context):\n    other.go()\n",
            "other.py": "import app, boto3\ndef go():\n    boto3.client('s3').head_bucket(Bucket=app.NAME)\n",
        }
    ) == ["s3.head_bucket(Bucket=b)"]


def test_routes_of_a_known_framework_are_reached() -> None:
    assert calls(
        SDK
        + """
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
app = APIGatewayRestResolver()
@app.get("/orders")
def orders():
    return s3.list_buckets()
def handler(event, context):
    return app.resolve(event, context)
"""
    ) == ["s3.list_buckets()"]


def test_what_only_something_dynamic_leads_to_is_possible() -> None:
    assert calls(
        SDK
        + """
import framework
@framework.register
def hook():
    s3.list_buckets()
class Visitor:
    def visit_order(self):
        s3.head_bucket(Bucket="order")
class Job:
    def execute(self):
        s3.head_bucket(Bucket="job")
class Page(framework.Page):
    def render(self):
        s3.head_bucket(Bucket="page")
def handler(event, context):
    getattr(Visitor(), f"visit_{event['kind']}")()
    event["job"].execute()
    Page()
"""
    ) == [
        "s3.list_buckets() maybe",
        "s3.head_bucket(Bucket=order) maybe",
        "s3.head_bucket(Bucket=job) maybe",
        "s3.head_bucket(Bucket=page) maybe",
    ]


def test_functions_in_a_table_are_all_reached() -> None:
    assert calls(
        SDK
        + """
def make(event):
    s3.create_bucket(Bucket="b")
def drop(event):
    s3.delete_bucket(Bucket="b")
ACTIONS = {"make": make, "drop": drop}
def handler(event, context):
    ACTIONS[event["action"]](event)
"""
    ) == ["s3.create_bucket(Bucket=b)", "s3.delete_bucket(Bucket=b)"]


def test_functions_that_call_each_other_come_to_an_end() -> None:
    assert calls(
        SDK
        + """
def even(number, path):
    return odd(number - 1, path + "e")
def odd(number, path):
    s3.head_object(Bucket="b", Key="k")
    return even(number - 1, path + "o")
def handler(event, context):
    even(3, "")
"""
    ) == ["s3.head_object(Bucket=b, Key=k)"]


def test_two_objects_of_a_class_keep_their_own_attributes() -> None:
    assert calls(
        """
import boto3
class Store:
    def __init__(self, name):
        self.table = boto3.resource("dynamodb").Table(name)
    def read(self):
        self.table.scan()
    def write(self):
        self.table.put_item(Item={})
def handler(event, context):
    Store("a").read()
    Store("b").write()
"""
    ) == ["dynamodb.scan(TableName=a)", "dynamodb.put_item(Item={}, TableName=b)"]


def test_a_callable_object_can_be_the_handler() -> None:
    assert calls(
        SDK
        + """
class Handler:
    def __call__(self, event, context):
        s3.list_buckets()
handler = Handler()
"""
    ) == ["s3.list_buckets()"]
