"""When the list of needed calls is complete, and what is said where it is not."""

from __future__ import annotations

import pytest

from .programs import analyse


def why(program: str) -> str | None:
    openness = analyse(program).needs_openness
    return openness.why if openness is not None else None


@pytest.mark.parametrize(
    "module",
    ["json", "urllib.request", "imp", "requests", "pydantic", "yaml", "boto3.dynamodb.conditions", "aws_lambda_powertools.logging",
     "mypy_boto3_s3", "cfnresponse"],
)  # fmt: skip
def test_modules_that_call_no_aws_leave_the_list_closed(module: str) -> None:
    assert why(f"import {module}\ndef handler(event, context): ...\n") is None


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("import unheard_of", "the module 'unheard_of' is not among the sources, and may call AWS"),
        ("from .missing import name", "the module '.missing' is not among the sources"),
        ("from botocore.auth import SigV4Auth", "'botocore.auth.SigV4Auth' calls AWS in ways that are not followed"),
        ("boto3.client(input())", "the service of this client is computed"),
        ("getattr(s3, input())()", "the method of an SDK client is chosen by a computed name"),
        ("s3.get_paginator(input())", "the operation of this call is computed"),
        ("input.client = s3; thing = [].x; thing.client = s3", "an SDK client is stored where it can't be followed"),
        ("requests.post('https://a.b', data=s3)", "an SDK client is passed to 'requests.post', which is not followed"),
        ("queue.Queue().put(s3)", "an SDK client is passed to 'queue.Queue.put', which is not followed"),
        ("subprocess.run(['aws', 's3', 'ls'])", "a process is started, which may call AWS"),
        ("os.system('aws s3 ls')", "a process is started, which may call AWS"),
        ("eval('1')", "source is made and run while the function runs"),
        ("importlib.import_module(input())", "a module is imported by a computed name"),
        ("requests.get('http://localhost:2773/secretsmanager/get')", "the Parameters and Secrets extension is called"),
    ],
)  # fmt: skip
def test_what_is_not_followed_opens_the_list(statement: str, reason: str) -> None:
    program = (
        "import boto3, importlib, os, queue, requests, subprocess\ns3 = boto3.client('s3')\n"
        f"def handler(event, context):\n    {statement}\n"
    )
    assert why(program) == reason


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("getattr(Stopper(), event['action'])()", "a method of the package is chosen by a computed name"),
        ("for kind, on in {Stopper: event['on']}.items(): kind().stop()",
         "functions or classes are the keys of a dictionary, where they are not followed"),
    ],
)  # fmt: skip
def test_what_is_chosen_while_the_function_runs_opens_the_list(statement: str, reason: str) -> None:
    program = (
        "import boto3\nclass Stopper:\n"
        "    def __init__(self):\n        self.ecs = boto3.client('ecs')\n"
        "    def stop(self):\n        self.ecs.list_clusters()\n"
        f"def handler(event, context):\n    {statement}\n"
    )
    assert why(program) == reason


@pytest.mark.parametrize(
    "command",
    ["['rm', '-rf', '/tmp/x']", "'rm -rf /tmp/*'", "['/opt/bin/ffmpeg', '-i', event['file']]", "[sys.executable, '-m', 'pip', 'install', 'x']"],
)  # fmt: skip
def test_a_process_that_surely_calls_no_aws_leaves_the_list_closed(command: str) -> None:
    program = "import subprocess, sys\ndef handler(event, context):\n    subprocess.run(%s)\n"
    assert why(program % command) is None


@pytest.mark.parametrize(
    "command", ["['sh', '-c', 'ls']", "'ls; aws s3 ls'", "[event['program']]", "['python', 'tool.py']", "event", "[]"]
)
def test_any_other_process_may_call_aws(command: str) -> None:
    program = "import subprocess\ndef handler(event, context):\n    subprocess.run(%s)\n"
    assert why(program % command) == "a process is started, which may call AWS"


def test_what_is_logged_is_not_handed_on() -> None:
    program = "import boto3\nfrom aws_lambda_powertools import Logger\nitem = boto3.resource('s3').Object('b', 'k')\n"
    assert why(program + "logger = Logger()\ndef handler(event, context):\n    logger.info(item)\n") is None


def test_an_import_that_stands_in_for_one_that_works_is_left_alone() -> None:
    files = {"schemas.py": "OUTPUT = {}\n"}
    head = "try:\n    from schemas import OUTPUT\nexcept ImportError:\n"
    end = "def handler(event, context): ...\n"
    assert analyse({"app.py": f"{head}    from src.schemas import OUTPUT\n{end}", **files}).needs_openness is None
    other = analyse({"app.py": f"{head}    from src.schemas import INPUT\n{end}", **files}).needs_openness
    assert other is not None
    assert analyse({"app.py": f"{head}    from src.schemas import OUTPUT\n{end}"}).needs_openness is not None


def test_a_file_of_the_package_with_the_name_of_a_library_is_read() -> None:
    program = {"app.py": "import translate\ndef handler(event, context): translate.run()\n"}
    own = "import boto3\ndef run(): boto3.client('translate').translate_text(Text='a')\n"
    assert [call.operation for call in analyse({**program, "translate.py": own}).calls] == ["translate_text"]
    installed = {"translate.py": own, "translate-3.6.dist-info/METADATA": ""}
    assert analyse({**program, **installed}).calls == ()


def test_the_reason_says_where() -> None:
    openness = analyse("def handler(event, context):\n    import unheard_of\n").needs_openness
    assert openness is not None
    assert openness.where is not None
    assert (openness.where.path, openness.where.line) == ("src/app.py", 2)


def test_what_nothing_reaches_opens_nothing() -> None:
    assert why("def never():\n    import unheard_of\ndef handler(event, context): ...\n") is None


def test_a_module_of_the_package_that_is_no_python_opens_the_list() -> None:
    found = analyse({"app.py": "import broken\ndef handler(event, context): ...\n", "broken.py": "def (:\n"})
    assert found.needs_openness is not None
    assert found.needs_openness.why == "the module 'broken' can't be read in full"
    assert found.environment_set_openness is not None


def test_a_name_of_the_package_comes_before_a_package_of_that_name_elsewhere() -> None:
    files = {"app.py": "import unheard_of\ndef handler(event, context): ...\n", "unheard_of.py": ""}
    assert analyse(files).needs_openness is None


def test_the_sdk_that_a_package_brings_itself_is_still_the_sdk() -> None:
    found = analyse(
        {
            "app.py": "import boto3\ndef handler(event, context):\n    boto3.client('s3').list_buckets()\n",
            "boto3/__init__.py": "def client(*args): ...\n",
        }
    )
    assert [call.operation for call in found.calls] == ["list_buckets"]
