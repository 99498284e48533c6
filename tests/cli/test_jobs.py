"""``--jobs``: several processes say what one says, byte for byte, and one that dies takes one project with it."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from faaslint import workers
from faaslint.api import Request, Result, check
from faaslint.cli import main
from faaslint.cli.arguments import parser
from faaslint.report import json, sarif, text

FIXTURES = Path(__file__).parents[2] / "fixtures"

FUNCTION = """
  {name}:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: {code}
      MemorySize: {memory}
"""
TEMPLATE = 'AWSTemplateFormatVersion: "2010-09-09"\nTransform: AWS::Serverless-2016-10-31\nResources:'
HANDLER = """
import os
import boto3
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
def handler(event, context):
    table.put_item(Item=event)  # faaslint: ignore[FL302] granted by the account
    return os.environ["OTHER"]
"""


def template(name: str, code: str, memory: str = "64", more: str = "") -> str:
    return TEMPLATE + FUNCTION.format(name=name, code=code, memory=memory) + more


SHARING = {
    # Two roots deploy one handler: what stands in it is said once, and its suppression belongs to the first.
    "shared/app.py": HANDLER,
    "first/template.yaml": template("First", "../shared"),
    "second/template.yaml": template("Second", "../shared"),
    # Three roots deploy a handler that can't be read: the first tells of it.
    "broken/app.py": "def handler(event, context:\n",
    "third/template.yaml": template("Third", "../broken"),
    "fourth/template.yaml": template("Fourth", "../broken"),
    "fifth/template.yaml": template("Fifth", "../broken"),
    # What one root exports another one imports.
    "network/template.yaml": template(
        "Network", "../shared", "128", "Outputs:\n  Size:\n    Value: '64'\n    Export: {Name: size}\n"
    ),
    "importing/template.yaml": template("Importing", "../shared", "!ImportValue size"),
    # One template nests another, one folder is the module of others.
    "nesting/template.yaml": TEMPLATE
    + "\n  Inner:\n    Type: AWS::Serverless::Application\n    Properties:\n      Location: ../first/template.yaml\n",
    "module/main.tf": 'variable "memory" {}\nresource "aws_lambda_function" "one" {\n  function_name = "one"\n'
    '  role = "arn:aws:iam::111122223333:role/worker"\n  runtime = "nodejs22.x"\n  handler = "index.handler"\n'
    '  s3_bucket = "code"\n  s3_key = "one.zip"\n  memory_size = var.memory\n}\n',
    "live/main.tf": 'module "one" {\n  source = "../module"\n  memory = 64\n}\n',
    "stage/main.tf": 'module "one" {\n  source = "../module"\n  memory = 64\n}\n',
    # What can't be read at all.
    "unreadable/template.yaml": "Resources:\n  A:\n    Type: AWS::SQS::Queue\n   B: {\n",
    "misspelled/main.tf": 'resource "aws_sqs_queue" {\n',
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, files: dict[str, str]) -> None:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8")


def run(jobs: int, *paths: str, packs: tuple[str, ...] = ()) -> Result:
    return check(Request(paths=paths or (".",), as_of=date(2026, 11, 21), jobs=jobs, packs=packs))


def reports(result: Result) -> Iterator[str]:
    yield json.render(result.findings, result.info)
    yield sarif.render(result.findings, result.info)
    yield text.render(result.findings, result.info, colour=False, width=120, show_withheld=True)
    yield str(result.status)


def test_the_fixtures_give_the_same_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES)
    alone, together = run(1, "projects", "rules/limits"), run(3, "projects", "rules/limits")
    assert len(alone.info.projects) > 20
    assert list(reports(together)) == list(reports(alone))


def test_what_roots_share_gives_the_same_reports(folder: Path) -> None:
    write(folder, SHARING)
    shutil.copytree(FIXTURES / "projects/cdk/storefront", folder / "storefront")
    alone, together = run(1), run(2)
    assert list(reports(together)) == list(reports(alone))
    of_broken = [one for one in alone.info.notifications if one.path == "broken/app.py"]
    assert len(of_broken) == 1
    at = {one.project for one in alone.findings if one.rule == "FL101"}
    assert {"importing/template.yaml", "live"} <= at, "the size comes from another root, the module from another folder"
    assert {one.root for one in alone.info.projects} >= {"nesting/template.yaml", "live", "stage", "importing/template.yaml"}
    assert alone.status == 3


def test_a_folder_that_a_plan_covers_is_left_out(folder: Path) -> None:
    shutil.copytree(FIXTURES / "projects/orders", folder / "orders")
    alone, together = run(1), run(2)
    assert "terraform-plan" in {one.kind for one in alone.info.projects}
    assert list(reports(together)) == list(reports(alone))


def test_the_command_line_takes_a_number_of_processes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, SHARING)
    said = []
    for jobs in ("1", "2"):
        status = main(["check", "--as-of", "2026-11-21", "--jobs", jobs, "first", "live"])
        said.append((status, capsys.readouterr()))
    assert said[0] == said[1]
    assert said[0][1].err == ""


@pytest.mark.parametrize("asked", ["0", "-1", "many", "61", ""])
def test_a_number_of_processes_that_makes_no_sense_is_refused(asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--jobs", asked]) == 2
    assert f"'{asked}' is neither 'auto' nor a number from 1 to 60" in capsys.readouterr().err


def test_auto_means_the_processors_that_may_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 3, 5}, raising=False)
    assert parser().parse_args(["check", "--jobs", "auto"]).jobs == 3


def test_a_file_of_parameters_that_is_missing_is_told_as_ever(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, SHARING)
    assert main(["check", "--jobs", "2", "--parameter-file", "missing.json"]) == 2
    assert "the parameter file 'missing.json' can't be read" in capsys.readouterr().err


# A rule pack of which one rule does what no rule should.

PACK = """
import os
from faaslint.check.claims import claim
from faaslint.check.rule import rule
from faaslint.model.finding import Level
from faaslint.model.nodes import Function

class Odd(str):
    def __reduce_ex__(self, protocol):
        raise TypeError("this text can't be handed over")

@rule(id="ODD901", name="odd", level=Level.WARNING, visits=Function)
def odd(function, graph, context):
    "Say or do something odd."
    if function.name == "Deadly":
        os._exit(7)
    if function.name == "Odd":
        yield claim(function, "handler", Odd(f"Function '{function.name}' is odd; mend it."))
"""


@pytest.fixture
def pack(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    write(
        folder,
        {
            "site/odd_pack/__init__.py": PACK,
            "site/odd-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n",
            "site/odd-1.0.dist-info/entry_points.txt": "[faaslint.rules]\nodd = odd_pack\n",
        },
    )
    monkeypatch.syspath_prepend(str(folder / "site"))
    return "odd"


@pytest.mark.parametrize("at", [0, 4, 19], ids=["first", "within", "last"])
def test_a_process_that_dies_takes_one_project_with_it(at: int, folder: Path, pack: str) -> None:
    names = [f"project{number:02}" for number in range(20)]
    write(folder, {"shared/app.py": HANDLER} | {f"{name}/template.yaml": template("One", "../shared") for name in names})
    expected = run(1)
    write(folder, {f"{names[at]}/template.yaml": template("Deadly", "../shared")})
    found = run(2, packs=(pack,))
    place = f"{names[at]}/template.yaml"
    told = f"'{place}' could not be analysed: the process that did it ended with status 7; please report it."
    assert [(one.message, one.path) for one in found.info.notifications if one.internal] == [(told, place)]
    assert found.status == 4
    assert [one.root for one in found.info.projects] == [f"{name}/template.yaml" for name in names if name != names[at]]
    # What stands in the shared handler is said for the first project that is left.
    assert _places(found) == [one for one in _places(expected) if one[0] != place]


def _places(result: Result) -> list[tuple[str, str, int]]:
    return [(one.span.path, one.rule, one.span.line) for one in result.findings]


def test_each_process_may_die(folder: Path, pack: str) -> None:
    write(folder, {f"deadly{number}/template.yaml": template("Deadly", "../shared") for number in range(3)})
    found = run(2, packs=(pack,))
    assert [one.path for one in found.info.notifications] == [f"deadly{number}/template.yaml" for number in range(3)]
    assert (found.info.projects, found.findings, found.status) == ((), (), 4)


def test_an_answer_that_cannot_be_handed_over_is_found_again(folder: Path, pack: str) -> None:
    names = ("Odd", "Even")
    write(folder, {f"{name}/template.yaml": template(name, "../shared") for name in names})
    alone, together = run(1, packs=(pack,)), run(2, packs=(pack,))
    assert "Function 'Odd' is odd; mend it." in [one.message for one in alone.findings]
    assert list(reports(together)) == list(reports(alone))


def never_ready(*_: object) -> None:
    """End at once, as a process does in which something that it needs can't be imported."""


@pytest.mark.parametrize("lack", ["not ready", "not started"])
def test_where_no_process_works_this_one_does_it_all(lack: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, SHARING)
    if lack == "not ready":
        monkeypatch.setattr(workers, "_serve", never_ready)
    else:

        def refuse(self: object) -> None:
            raise OSError("no more processes")

        monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refuse)
    assert list(reports(run(2))) == list(reports(run(1)))


def test_an_interrupt_leaves_no_process_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, SHARING)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(workers, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(2)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(("status", "words"), [(3, "status 3"), (-9, "signal SIGKILL"), (-300, "signal 300")])
def test_how_a_process_ended_is_said_in_words(status: int, words: str) -> None:
    assert workers._ending(status) == words
