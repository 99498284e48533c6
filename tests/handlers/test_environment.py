"""Environment variables: what is read, what must be there, what the source sets itself."""

from __future__ import annotations

import pytest

from faaslint.model.facts import EnvironmentRead

from .programs import analyse, plain, reads


def only(program: str) -> EnvironmentRead:
    (read,) = analyse(program + "\ndef handler(event, context): ...\n").reads
    return read


@pytest.mark.parametrize(
    "program",
    [
        "import os\nA = os.environ['A']",
        "import os as system\nA = system.environ['A']",
        "from os import environ\nA = environ['A']",
        "from os import environ as env\nA = env['A']",
        "import os\nfor name in ('A',):\n    os.environ[name]",
        "import os\ndef need(name):\n    return os.environ[name]\nA = need('A')",
        "import os\nA = os.environ.__getitem__('A')",
        "import os\nA = os.environ.pop('A')",
    ],
)
def test_a_subscript_requires_the_variable(program: str) -> None:
    read = only(program)
    assert (plain(read.variable), read.required, read.has_default) == ("A", True, False)


@pytest.mark.parametrize(
    ("program", "has_default"),
    [
        ("import os\nA = os.environ.get('A')", False),
        ("import os\nA = os.getenv('A')", False),
        ("from os import getenv\nA = getenv('A')", False),
        ("import os\nA = os.environ.get('A', None)", False),
        ("import os\nA = os.environ.get('A', 'a')", True),
        ("import os\nA = os.getenv('A', default='a')", True),
        ("import os\nA = os.getenv('A') or 'a'", True),
        ("import os\nos.environ.setdefault('A', 'a')", True),
    ],
)
def test_a_get_does_not(program: str, has_default: bool) -> None:
    read = only(program)
    assert (read.name, read.required, read.has_default) == ("A", False, has_default)


@pytest.mark.parametrize(
    "program",
    [
        "if 'A' in os.environ:\n    os.environ['A']",
        "if 'A' not in os.environ:\n    raise SystemExit\nos.environ['A']",
        "try:\n    os.environ['A']\nexcept KeyError:\n    pass",
        "try:\n    os.environ['A']\nexcept (ValueError, LookupError):\n    pass",
        "try:\n    os.environ['A']\nexcept Exception:\n    pass",
        "import contextlib\nwith contextlib.suppress(KeyError):\n    os.environ['A']",
        "os.environ['A'] if 'A' in os.environ else 'a'",
        "if all(name in os.environ for name in ('A', 'B')):\n    os.environ['A']",
        "if os.environ.get('LOCAL'):\n    os.environ['A']",
        "local = os.environ.get('STAGE', 'dev') == 'dev'\nif not local:\n    os.environ['A']",
        "os.environ['A'] if os.getenv('LOCAL') else 'a'",
    ],
)
def test_a_read_that_expects_the_variable_to_be_missing_requires_nothing(program: str) -> None:
    found = reads(f"import os\n{program}\ndef handler(event, context): ...\n")
    assert (found["A"].required, found["A"].guarded) == (False, True)


def test_catching_something_else_is_no_guard() -> None:
    assert only("import os\ntry:\n    os.environ['A']\nexcept ValueError:\n    pass").required


def test_a_guard_may_stand_around_the_call() -> None:
    program = """
        import os
        def table():
            return os.environ["TABLE"]
        def bucket():
            return os.environ["BUCKET"]
        def handler(event, context):
            try:
                table()
                bucket()
            except Exception:
                return None
            return bucket()
    """
    found = reads(program)
    assert (found["TABLE"].required, found["TABLE"].guarded) == (False, True)
    assert found["BUCKET"].required


@pytest.mark.parametrize(
    ("use", "column"),
    [
        ("int(A)", 5),
        ("json.loads(A)", 12),
        ("'prefix-' + A", 13),
        ("A.split(',')", 1),
        ("A[0]", 1),
        ("boto3.resource('dynamodb').Table(A)", 34),
        ("boto3.client('s3').list_objects(Bucket=A)", 40),
    ],
)
def test_none_fails_where_it_is_certain_to(use: str, column: int) -> None:
    read = only(f"import boto3, json, os\nA = os.environ.get('A')\n{use}")
    assert read.none_used_at is not None
    assert (read.none_used_at.line, read.none_used_at.column) == (3, column)


@pytest.mark.parametrize(
    "use",
    [
        "print(A)",
        "f'{A}'",
        "A == 'x'",
        "if A:\n    int(A)",
        "if not A:\n    raise ValueError\nint(A)",
        "if A is None:\n    A = '1'\nint(A)",
        "assert A\nint(A)",
        "int(A) if A else 0",
        "try:\n    int(A)\nexcept TypeError:\n    pass",
        "A and int(A)",
        "if not all([A]):\n    raise ValueError\nint(A)",
    ],
)
def test_none_that_is_expected_or_does_no_harm_is_not_reported(use: str) -> None:
    assert only(f"import os\nA = os.environ.get('A')\n{use}").none_used_at is None


def test_what_the_source_sets_is_told() -> None:
    found = analyse(
        """
        import os
        os.environ["A"] = "1"
        os.environ.setdefault("B", "2")
        os.environ.update({"C": "3"}, D="4")
        os.putenv("E", "5")
        def handler(event, context): ...
        """
    )
    assert found.environment_set == {"A", "B", "C", "D", "E"}
    assert found.environment_set_openness is None


@pytest.mark.parametrize(
    "program",
    [
        "os.environ.update(load())",
        "os.environ[name()] = '1'",
        "os.environ |= load()",
        "from dotenv import load_dotenv\nload_dotenv()",
        "exec(text)",
    ],
)
def test_variables_may_be_set_in_ways_that_are_not_followed(program: str) -> None:
    found = analyse(f"import os\ntext = load = name = input\n{program}\ndef handler(event, context): ...\n")
    assert found.environment_set_openness is not None
    assert found.environment_openness is not None


@pytest.mark.parametrize(
    "program",
    [
        "dict(os.environ)",
        "{**os.environ}",
        "for name in os.environ: ...",
        "os.environ.items()",
        "os.environ[input()]",
        "import pydantic_settings",
        "import unheard_of",
    ],
)
def test_variables_may_be_read_in_ways_that_are_not_followed(program: str) -> None:
    found = analyse(f"import os\n{program}\ndef handler(event, context): ...\n")
    assert found.environment_openness is not None
    assert found.environment_set_openness is None


def test_a_computed_name_is_unknown_and_requires_nothing() -> None:
    (read,) = analyse("import os\ndef handler(event, context):\n    os.environ[event['name']]\n").reads
    assert plain(read.variable) == "?"
    assert not read.required


def test_reads_that_nothing_reaches_are_marked() -> None:
    found = reads("import os\ndef never():\n    os.environ['A']\ndef handler(event, context): ...\n")
    assert found["A"].reachable.value == "no"
