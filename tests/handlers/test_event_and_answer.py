"""What a handler reads of the event and the context, and what it returns."""

from __future__ import annotations

import pytest

from faaslint.model.facts import EventRead, Handler, Shape, ShapeKind

from .programs import analyse


def paths(found: Handler) -> set[str]:
    return {".".join(read.path) for read in found.events}


def read_of(found: Handler, path: str) -> EventRead:
    return next(read for read in found.events if ".".join(read.path) == path)


def told(shape: Shape) -> object:
    """Return a shape as tests write it."""
    if shape.kind is ShapeKind.MAPPING:
        fields: dict[str, object] = {
            name: told(held[0]) if len(held) == 1 else tuple(sorted(map(str, map(told, held))))
            for name, held in shape.fields.items()
        }
        return {**fields, "…": "…"} if shape.openness else fields
    if shape.literal is not None:
        return shape.literal
    return shape.kind.value


def answers(program: str) -> list[object]:
    return [told(one.shape) for one in analyse(program).returns]


@pytest.mark.parametrize(
    ("statement", "path"),
    [
        ("event['body']", "body"),
        ("event.get('a').get('b')", "a.b"),
        ("[r['body'] for r in event['Records']]", "Records.[*].body"),
        ("event['Records'][0]['s3']", "Records.[0].s3"),
        ("for i, r in enumerate(event['Records']): r['key']", "Records.[*].key"),
        ("json.loads(event['body'])['id']", "body.json().id"),
        ("json.loads(base64.b64decode(event['data']).decode())", "data.base64().json()"),
        ("urllib.parse.unquote_plus(event['key'], encoding='utf-8')", "key.unquote()"),
        ("part(event)", "inner"),
        ("(lambda e: e['inner'])(event)", "inner"),
        ("for k, v in event['tags'].items(): v['x']", "tags.[*].x"),
        ("Order(event).total()", "total"),
    ],
)
def test_parts_of_the_event_are_followed_through_the_source(statement: str, path: str) -> None:
    program = f"""
import base64, json, urllib.parse
def part(e): return e['inner']
class Order:
    def __init__(self, data): self.data = data
    def total(self): return self.data['total']
def handler(event, context):
    {statement}
"""
    assert path in paths(analyse(program))


def test_a_read_says_whether_it_can_fail() -> None:
    found = analyse(
        """
    def handler(event, context):
        event['plain']
        event.get('optional')
        event.get('given', 1)
        try:
            event['caught']
        except KeyError:
            pass
    """
    )
    told_reads = {
        read.path[0]: (read.required, read.has_default, read.protected) for read in found.events if len(read.path) == 1
    }
    assert told_reads == {
        "plain": (True, False, False),
        "optional": (False, False, False),
        "given": (False, True, False),
        "caught": (True, False, True),
    }


def test_what_is_asked_for_counts_as_tested() -> None:
    found = analyse(
        """
    def handler(event, context):
        if 'a' in event and event.get('b') and event['c'] is not None:
            pass
        return event['d'] or None
    """
    )
    assert {("a",), ("b",), ("c",), ("d",)} <= found.event_tests


def test_the_event_that_goes_elsewhere_leaves_the_list_open() -> None:
    assert analyse("import framework\ndef handler(event, context): framework.run(event)\n").events_openness is not None
    assert analyse("def handler(event, context): print(event)\n").events_openness is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return {'statusCode': 200, 'body': json.dumps({})}", [{"statusCode": 200, "body": "text"}]),
        ("r = {}\n    r['a'] = 1\n    return r", [{"a": 1}]),
        ("return answer(404)", [{"statusCode": 404, "body": "text"}]),
        ("if event: return 'x'\n    return None", ["x", "nothing"]),
        ("pass", ["nothing"]),
        ("return {**event}", [{"…": "…"}]),
        ("return str(event['a'])", ["text"]),
        ("return datetime.datetime.now()", ["time"]),
        ("return {1, 2}", ["set"]),
        ("return uuid.uuid4()", ["identifier"]),
        ("return (x for x in [])", ["generator"]),
        ("return boto3.client('s3').get_object(Bucket='b', Key='k')['Body']", ["stream"]),
        ("return boto3.resource('s3').Bucket('b')", ["sdk-object"]),
        ("return {'body': event['a'] if event else 'b'}", [{"body": ("b", "unknown")}]),
    ],
)
def test_what_is_returned_has_a_shape(body: str, expected: list[object]) -> None:
    program = f"""
import json, datetime, uuid, boto3
def answer(code): return {{'statusCode': code, 'body': json.dumps(code)}}
def handler(event, context):
    {body}
"""
    assert answers(program) == expected


def test_a_mapping_that_others_may_change_is_not_known_in_full() -> None:
    assert answers("import x\ndef handler(event, context):\n    r = {'a': 1}\n    x.extend(r)\n    return r\n") == [
        {"a": 1, "…": "…"}
    ]


def test_what_a_decorator_may_change_is_not_certain() -> None:
    found = analyse("import x\n@x.wrap\ndef handler(event, context): return event['a']\n")
    assert found.returns_openness is not None
    assert not found.events
    assert found.signature is None


@pytest.mark.parametrize(
    "decorator",
    ["@logger.inject_lambda_context(log_event=True)", "@xray_recorder.capture('x')", "@functools.wraps(len)", "@timed"],
)
def test_decorators_that_pass_everything_on_are_looked_through(decorator: str) -> None:
    found = analyse(
        f"""
    import functools
    from aws_lambda_powertools import Logger
    from aws_xray_sdk.core import xray_recorder
    logger = Logger()
    def timed(f):
        def inner(event, context): return f(event, context)
        return inner
    {decorator}
    def handler(event, context):
        context.function_name
        return event['a']
    """
    )
    assert found.returns_openness is None
    assert paths(found) == {"a"}
    assert [read.path for read in found.contexts] == [("function_name",)]
