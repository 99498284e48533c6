"""What mending makes of a file's text."""

from __future__ import annotations

from collections.abc import Sequence

from faaslint.fix import plan
from faaslint.model.finding import Edit, Finding, Level, Rewrite
from faaslint.model.span import Span

TEMPLATE = "Resources:\n  Q:\n    Type: 'AWS::SQS::Queue'  # größer\n    VisibilityTimeout: 30\n"


def at(line: int, column: int, end_column: int, path: str = "t.yaml") -> Span:
    return Span(path, line, column, line, end_column)


def finding(edits: Sequence[Edit] = (), rewrites: Sequence[Rewrite] = ()) -> Finding:
    first = [*edits, *rewrites][0].span
    return Finding(
        rule="TST001",
        name="test",
        level=Level.ERROR,
        message="It is wrong.",
        span=first,
        project="t.yaml",
        resource="Q",
        resources=("Q",),
        edits=tuple(edits),
        rewrites=tuple(rewrites),
    )


def mended(*findings: Finding, text: str = TEMPLATE, unsafe: bool = False) -> str:
    changes = plan(findings, lambda path: text, unsafe=unsafe)
    return changes[0].after if changes else text


def test_an_edit_changes_its_place_and_nothing_else() -> None:
    after = mended(finding([Edit(at(4, 24, 26), "360", True)]))
    assert after == TEMPLATE.replace(": 30", ": 360")


def test_columns_count_characters_not_bytes() -> None:
    after = mended(finding([Edit(at(3, 32, 38), "kleiner", True)]))
    assert after == TEMPLATE.replace("größer", "kleiner")


def test_a_text_in_quotes_stays_in_them() -> None:
    assert "'AWS::SNS::Topic'" in mended(finding([Edit(at(3, 11, 28), "AWS::SNS::Topic", True)]))


def test_an_unsafe_edit_waits_to_be_asked_for() -> None:
    unsafe = finding([Edit(at(4, 24, 26), "360", False)])
    assert mended(unsafe) == TEMPLATE
    assert mended(unsafe, unsafe=True) != TEMPLATE


def test_the_edits_of_a_finding_are_made_together_or_not_at_all() -> None:
    beyond = finding([Edit(at(4, 24, 26), "360", True), Edit(at(9, 1, 2), "x", True)])
    assert mended(beyond) == TEMPLATE


def test_of_two_edits_of_one_place_the_first_goes() -> None:
    first, second = finding([Edit(at(4, 24, 26), "360", True)]), finding([Edit(at(4, 24, 26), "720", True)])
    (change,) = plan([first, second], lambda path: TEMPLATE, unsafe=False)
    assert (change.after, change.mended) == (TEMPLATE.replace(": 30", ": 360"), 1)


def test_a_file_that_would_no_longer_parse_is_left_alone() -> None:
    assert mended(finding([Edit(at(4, 24, 26), "[", True)])) == TEMPLATE


def test_line_ends_stay_as_they_are() -> None:
    text = TEMPLATE.replace("\n", "\r\n")
    assert mended(finding([Edit(at(4, 24, 26), "360", True)]), text=text) == text.replace(": 30", ": 360")


def test_of_the_rewrites_of_a_finding_those_that_can_be_made_are_made() -> None:
    source = (
        "import boto3\n\n\ndef handler(event, context):\n"
        '    region = "eu-west-1"\n    s3 = boto3.client("s3", region_name=region)\n    sqs = boto3.client("sqs")\n'
    )
    both = finding(
        rewrites=[
            Rewrite("client-at-module-level", at(6, 10, 22, "a.py"), True),
            Rewrite("client-at-module-level", at(7, 11, 23, "a.py"), True),
        ]
    )
    after = mended(both, text=source)
    assert after.index('sqs = boto3.client("sqs")') < after.index("def handler") < after.index('s3 = boto3.client("s3"')
