"""The marks of fixtures: what they may say, and that a wrong one is seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from faaslint import testing

TEMPLATE = """\
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Timeout: 1200  # expect: {mark}
      Role: arn:aws:iam::123456789012:role/worker
      Code: {{S3Bucket: code, S3Key: worker-1.zip}}
"""


def differences(folder: Path, text: str, name: str = "bad_template.yaml") -> list[str]:
    path = folder / "limits" / "timeout_out_of_bounds" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    (fixture,) = testing.fixtures_in(folder)
    return testing.differences(fixture, folder, testing.run(fixture, folder))


@pytest.mark.parametrize("mark", ["FL102", "FL102/error"])
def test_a_mark_names_the_rule_and_may_name_its_level(tmp_path: Path, mark: str) -> None:
    assert differences(tmp_path, TEMPLATE.format(mark=mark)) == []


def test_another_level_than_the_marked_one_is_a_difference(tmp_path: Path) -> None:
    (difference,) = differences(tmp_path, TEMPLATE.format(mark="FL102/note"))
    assert difference.endswith("as error, where note was expected")


def test_a_list_beside_json_may_name_the_level_too(tmp_path: Path) -> None:
    properties = {
        "Runtime": "nodejs22.x",
        "Handler": "index.handler",
        "Timeout": 1200,
        "Role": "arn:aws:iam::123456789012:role/worker",
        "Code": {"S3Bucket": "code", "S3Key": "worker-1.zip"},
    }
    text = json.dumps({"Resources": {"Worker": {"Type": "AWS::Lambda::Function", "Properties": properties}}})
    expected = tmp_path / "limits" / "timeout_out_of_bounds" / "bad_template.json.expect.json"
    expected.parent.mkdir(parents=True)
    one = {"rule": "FL102", "resource": "Worker", "property": "Timeout"}
    expected.write_text(json.dumps([one | {"level": "error"}]), encoding="utf-8")
    assert differences(tmp_path, text, "bad_template.json") == []
    expected.write_text(json.dumps([one | {"level": "warning"}]), encoding="utf-8")
    assert len(differences(tmp_path, text, "bad_template.json")) == 1
