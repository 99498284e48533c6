"""Run real handlers under moto, note each operation that botocore sends, and compare with the hand labels.

    python tools/watch_handlers.py aws-samples/serverless-patterns=FOLDER [REPOSITORY=FOLDER …] [--packages FOLDER]

What is run, with which events and made-up resources, is in ``watched_handlers.json``; the labels are in
``needed_actions.json``. Each handler runs in a process of its own, without a network: what moto does not know is answered
from the file. Modules that are not installed (``--packages`` names a folder with more) are stand-ins that do nothing.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

HERE = Path(__file__).parent
FAKE = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_XRAY_SDK_ENABLED": "false",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": "watched",
    "POWERTOOLS_METRICS_NAMESPACE": "watched",
}
ACTIONS = {
    "s3:HeadObject": "s3:GetObject",
    "lambda:Invoke": "lambda:InvokeFunction",
    "execute-api:PostToConnection": "execute-api:ManageConnections",
    "iotdata:Publish": "iot:Publish",
    "apigateway:GetDomainNames": "apigateway:GET",
    "apigateway:GetBasePathMappings": "apigateway:GET",
    "apigateway:GetRestApi": "apigateway:GET",
    "apigateway:GetStage": "apigateway:GET",
    "apigateway:GetApi": "apigateway:GET",
    "apigateway:UpdateStage": "apigateway:PATCH",
}
"""Operations whose action has another name, by the name that requests are signed with. Source: AWS's Service
Authorization Reference, read for the handlers that are run."""

UNSEEN = ("iam:PassRole", "rds-db:connect", "lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState")
"""Actions that no operation of the handler's own stands for."""


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a module that does nothing for each one that is not installed."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec:
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = mock.MagicMock(name=spec.name)
        module.__path__ = []
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to do: a stand-in has every name."""


def watch(case: dict[str, Any], folder: Path, packages: list[str]) -> tuple[list[str], list[str]]:
    """Run one handler with all its events. Return the actions of what it sent, and what it raised."""
    # Imported by name, and only here: they bring no types, and the process that compares needs none of them.
    boto3, moto = importlib.import_module("boto3"), importlib.import_module("moto")
    awsrequest = importlib.import_module("botocore.awsrequest")
    handlers = importlib.import_module("botocore.handlers")

    sent: list[str] = []
    raised: list[str] = []
    watching = False

    def note(model: Any, **_: Any) -> Any:
        if not watching:
            return None
        own = f"{model.service_model.signing_name}:{model.name}"
        sent.append(ACTIONS.get(own, own))
        answer = case.get("answers", {}).get(f"{model.service_model.service_name}.{model.name}")
        if answer is None:
            return None
        return awsrequest.AWSResponse("", 200, {}, None), {"ResponseMetadata": {"HTTPStatusCode": 200}, **answer}

    handlers.BUILTIN_HANDLERS.append(("before-call", note))
    file = folder / case["path"]
    sys.path[:0] = [str(file.parent), *(str(folder / one) for one in case.get("more_paths", ()))]
    sys.path += packages
    sys.meta_path.append(StandIns())
    answer = mock.MagicMock(status_code=200)
    answer.json.return_value = case.get("http", {})
    with moto.mock_aws(), mock.patch("requests.sessions.Session.request", return_value=answer):
        for service, operation, arguments in case.get("setup", ()):
            getattr(boto3.client(service), operation)(**arguments)
        watching = True
        spec = importlib.util.spec_from_file_location(file.stem.replace("-", "_"), file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        handler = getattr(module, case["callable"])
        for event in case["events"]:
            try:
                handler(event, mock.MagicMock(function_name="f", memory_limit_in_mb=128, aws_request_id="1"))
            except Exception as error:
                # Whatever a handler raises is told, and the next event is tried.
                raised.append(f"{type(error).__name__}: {str(error)[:90]}")
    return sorted(set(sent)), raised


def in_a_process(case: dict[str, Any], folder: Path, packages: list[str]) -> tuple[list[str], list[str]]:
    """Run one handler in a process of its own."""
    task = json.dumps([case, str(folder), packages])
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1", **FAKE, **case.get("environment", {})}
    run = subprocess.run(
        [sys.executable, __file__, "--one"],
        input=task,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if run.returncode:
        return [], [f"it ended with {run.returncode}: {run.stderr.strip().splitlines()[-1:]}"]
    found: tuple[list[str], list[str]] = json.loads(run.stdout.splitlines()[-1])
    return found


def main() -> int:
    if sys.argv[1:] == ["--one"]:
        case, folder, packages = json.load(sys.stdin)
        print("\n" + json.dumps(watch(case, Path(folder), packages)))
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", metavar="REPOSITORY=FOLDER")
    parser.add_argument("--packages", action="append", default=[])
    options = parser.parse_args()
    folders = {name: Path(folder) for name, _, folder in (one.partition("=") for one in options.corpora)}
    labels = json.loads((HERE / "needed_actions.json").read_text(encoding="utf-8"))["functions"]
    wanted = {(one["corpus"], one["project"], one["function"]): one["needs"] for one in labels}
    agreeing = number = 0
    for case in json.loads((HERE / "watched_handlers.json").read_text(encoding="utf-8"))["handlers"]:
        if case["corpus"] not in folders:
            continue
        label = {one for one in wanted[case["corpus"], case["project"], case["function"]] if one not in UNSEEN}
        seen, raised = in_a_process(case, folders[case["corpus"]], options.packages)
        number, agreeing = number + 1, agreeing + (label == set(seen))
        mark = "=" if label == set(seen) else "≠"
        print(f"{mark} {case['project']} {case['function']}: {', '.join(seen) or 'nothing'}")
        if label != set(seen):
            print(f"    only labelled: {sorted(label - set(seen))}; only seen: {sorted(set(seen) - label)}")
        for line in raised:
            print(f"    raised {line}")
    print(f"{agreeing} of {number} handlers send what their label says")
    return 0


if __name__ == "__main__":
    sys.exit(main())
