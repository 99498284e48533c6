"""Rewrites of handler source."""

from __future__ import annotations

from textwrap import dedent

import pytest

from faaslint.fix.codemods import rewritten
from faaslint.fix.plan import Refused
from faaslint.model.finding import Rewrite
from faaslint.model.span import Span


def after(codemod: str, source: str, what: str) -> str:
    """Rewrite what stands where ``what`` first does."""
    text = dedent(source).lstrip("\n")
    offset = text.index(what)
    line, column = text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1
    return rewritten(text, Rewrite(codemod, Span("app.py", line, column, line, column), False))


def test_a_naive_time_becomes_an_aware_one_with_its_import() -> None:
    made = after(
        "aware-time",
        """
        from datetime import datetime  # when

        def handler(event, context):
            return {"at": datetime.utcnow().isoformat()}  # now
        """,
        "datetime.utcnow()",
    )
    assert "from datetime import timezone, datetime  # when" in made
    assert '{"at": datetime.now(timezone.utc).isoformat()}  # now' in made


def test_a_time_of_the_module_needs_no_import() -> None:
    source = "import datetime\n\nx = datetime.datetime.utcfromtimestamp(0)\n"
    assert after("aware-time", source, "datetime.datetime.utc") == (
        "import datetime\n\nx = datetime.datetime.fromtimestamp(0, datetime.timezone.utc)\n"
    )


def test_a_body_that_may_be_null_gets_a_default() -> None:
    made = after("null-guard", 'data = json.loads(event["body"], parse_float=Decimal)  # body\n', "json.loads")
    assert made == 'data = json.loads(event["body"] or "{}", parse_float=Decimal)  # body\n'


def test_a_client_moves_above_its_function_with_its_comments() -> None:
    made = after(
        "client-at-module-level",
        """
        import boto3


        # The way in.
        def handler(event, context):
            # S3
            s3 = boto3.client("s3")
            return s3.list_buckets()
        """,
        "boto3.client",
    )
    assert made == dedent(
        """
        import boto3


        s3 = boto3.client("s3")


        # The way in.
        def handler(event, context):
            return s3.list_buckets()
        """
    ).lstrip("\n")


@pytest.mark.parametrize(
    "body",
    [
        's3 = 1\ndef handler(event, context):\n    s3 = boto3.client("s3")\n',
        'def handler(event, s3):\n    s3 = boto3.client("s3")\n',
        'def handler(event, context):\n    s3 = boto3.client("s3")\n    s3 = wrap(s3)\n',
        'def handler(event, context):\n    self.s3 = boto3.client("s3")\n',
        'def handler(event, context):\n    def inner():\n        s3 = boto3.client("s3")\n',
        'class A:\n    def handler(self):\n        s3 = boto3.client("s3")\n',
        'def handler(event, context):\n    region = "eu-west-1"\n    s3 = boto3.client("s3", region_name=region)\n',
        'def handler(event, context):\n    s3 = boto3.client("s3", region_name=REGION)\nREGION = "eu-west-1"\n',
    ],
    ids=[
        "bound above",
        "a parameter",
        "bound twice",
        "an attribute",
        "in an inner function",
        "in a class",
        "reads a local name",
        "reads what is bound below",
    ],
)
def test_a_client_that_can_not_move_alone_stays(body: str) -> None:
    with pytest.raises(Refused):
        after("client-at-module-level", f"import boto3\n{body}", "boto3.client")


def test_what_a_client_reads_may_be_bound_above() -> None:
    source = (
        "import boto3, os\nregion = os.environ['REGION']\n"
        'def handler(event, context):\n    s3 = boto3.client("s3", region_name=str(region))\n    return s3\n'
    )
    made = after("client-at-module-level", source, "boto3.client")
    assert made.index('s3 = boto3.client("s3", region_name=str(region))') < made.index("def handler")


def test_a_body_that_becomes_empty_passes() -> None:
    source = 'import boto3\ndef warm(event, context):\n    s3 = boto3.client("s3")\n'
    made = after("client-at-module-level", source, "boto3.client")
    assert made.endswith("def warm(event, context):\n    pass\n")


@pytest.mark.parametrize("codemod", ["aware-time", "null-guard", "client-at-module-level"])
def test_what_does_not_stand_there_is_not_rewritten(codemod: str) -> None:
    with pytest.raises(Refused):
        after(codemod, "def handler(event, context):\n    return None\n", "return")


@pytest.mark.parametrize("source", ["(" * 10_000, "def (:\n", "x = " + "[" * 200 + "]" * 200 + "\n"])
def test_hostile_source_is_refused(source: str) -> None:
    with pytest.raises(Refused):
        rewritten(source, Rewrite("null-guard", Span("app.py", 1, 1, 1, 1), False))
