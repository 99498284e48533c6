"""Functions that have the same code share one analysis, and each gets the facts that it would have got alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from faaslint.api import Request, check, graphs
from faaslint.graph.export import to_json
from faaslint.handlers import Analyser, python
from faaslint.handlers.python.analysis import Analysis
from faaslint.model.facts import Handler, Reachable
from faaslint.model.nodes import Code, CodeKind
from faaslint.model.span import NOWHERE
from faaslint.source.workspace import Workspace

HANDLER = """
import os
import boto3
from shared import store
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
def handler(event, context):
    store(event["Records"][0]["body"])
    table.put_item(Item={"id": event["id"]})
    return {"statusCode": 200}
def other(event, context):
    return table.scan()
"""
FILES = {
    "src/app.py": HANDLER,
    "one/python/shared.py": "import boto3\ndef store(text):\n    boto3.client('sqs').send_message(QueueUrl=text)\n",
    "two/python/shared.py": "import boto3\ndef store(text):\n    boto3.client('sns').publish(Message=text)\n",
}
TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Store:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: ../src
      Layers: [!Ref Shared]
      Environment:
        Variables:
          {variable}: orders
  Shared:
    Type: AWS::Serverless::LayerVersion
    Properties:
      ContentUri: ../{layer}
"""


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have every analysis kept, and return the list of those that are made."""
    made: list[str] = []

    class Counted(Analysis):
        def __init__(self, package: Any, module: Any, name: str) -> None:
            made.append(f"{module.name}.{name}")
            super().__init__(package, module, name)

    monkeypatch.setattr(python, "Analysis", Counted)
    monkeypatch.setattr(python, "_WORTH_KEEPING", 0)
    return made


@pytest.fixture
def analyser() -> Callable[..., Handler]:
    shared = Analyser(Workspace.in_memory(FILES))

    def analyse(identifier: str, handler: str = "app.handler", layer: str = "one", analyser: Any = shared) -> Handler:
        code = Code(CodeKind.FOLDER, path="src", extra_paths=(layer,))
        return analyser.analyse(code, handler, "python3.13", identifier=identifier, place=NOWHERE)

    return analyse


def test_the_same_code_is_analysed_once(analysed: list[str], analyser: Callable[..., Handler]) -> None:
    first, second = analyser("First"), analyser("Second")
    assert analysed == ["app.handler"]
    assert first.id == "First/handler"
    assert second.id == "Second/handler"
    assert [call.id for call in second.calls] == [call.id.replace("First", "Second") for call in first.calls]


def test_each_function_gets_what_it_would_have_got_alone(analysed: list[str], analyser: Callable[..., Handler]) -> None:
    analyser("First")
    shared = analyser("Second")
    separate = analyser("Second", analyser=Analyser(Workspace.in_memory(FILES)))
    assert analysed == ["app.handler"] * 2
    assert repr(shared) == repr(separate)
    assert _reached(shared) == ["dynamodb.put_item", "sqs.send_message"]


def test_another_callable_or_another_layer_is_analysed_anew(analysed: list[str], analyser: Callable[..., Handler]) -> None:
    told = [_reached(analyser("F", **asked)) for asked in ({}, {"handler": "app.other"}, {"layer": "two"})]
    assert told == [["dynamodb.put_item", "sqs.send_message"], ["dynamodb.scan"], ["dynamodb.put_item", "sns.publish"]]
    assert analysed == ["app.handler", "app.other", "app.handler"]


def test_what_is_kept_is_bounded(
    analysed: list[str], analyser: Callable[..., Handler], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(python, "_KEPT_CELLS", 0)
    assert repr(analyser("F").calls) == repr(analyser("F").calls)
    assert analysed == ["app.handler"] * 2


def test_small_analyses_are_not_kept(
    analysed: list[str], analyser: Callable[..., Handler], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(python, "_WORTH_KEEPING", 20_000)
    analyser("First")
    analyser("Second")
    assert analysed == ["app.handler"] * 2


@pytest.mark.parametrize(
    ("first", "second", "analyses"),
    [
        ({"variable": "TABLE", "layer": "one"}, {"variable": "OTHER", "layer": "one"}, 1),
        ({"variable": "TABLE", "layer": "one"}, {"variable": "TABLE", "layer": "two"}, 2),
    ],
    ids=["other environment", "other layer"],
)
def test_roots_that_share_a_handler_are_each_judged_by_what_they_give_it(
    first: dict[str, str], second: dict[str, str], analyses: int, analysed: list[str], tmp_path: Path
) -> None:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    for name, given in (("a", first), ("b", second)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "template.yaml").write_text(TEMPLATE.format(**given))

    def of(*paths: str) -> tuple[set[tuple[str, str, int, str]], list[str]]:
        request = Request(paths=paths, folder=tmp_path, as_of=date(2026, 11, 21))
        found = {(one.rule, one.span.path, one.span.line, one.message) for one in check(request).findings}
        return found, [to_json([graph]) for graph in graphs(request)]

    one, two = of("a"), of("b")
    analysed.clear()
    both = of("a", "b")
    assert len(analysed) == 2 * analyses  # once for the findings, once for the graphs
    assert both == (one[0] | two[0], one[1] + two[1])
    assert one[0] != two[0]


def _reached(handler: Handler) -> list[str]:
    return sorted(call.name for call in handler.calls if call.reachable is Reachable.YES)
