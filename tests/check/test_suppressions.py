"""Which comments and metadata entries suppress which rules where."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faaslint.check.suppressions import ResourceSuppression, Suppression, from_metadata, in_code, read_suppressions
from faaslint.model.span import Span
from faaslint.model.value import ABSENT, Fields, Item, Items, Known, Open, Unknown, Value


def read(text: str, path: str = "template.yaml") -> list[tuple[int, tuple[str, ...], str]]:
    return [(one.line, one.ids, one.reason) for one in read_suppressions(text, path)]


def test_a_comment_at_the_end_of_a_line_covers_that_line() -> None:
    text = "Memory: 1\nTimeout: 3  # faaslint: ignore[FL102] a batch job\n"
    assert read_suppressions(text, "template.yaml") == (
        Suppression(Span("template.yaml", 2, 13, 2, 50), 2, ("FL102",), "a batch job"),
    )
    assert [read_suppressions(text, "t.yaml")[0].covers(line) for line in (1, 2, 3)] == [False, True, False]


def test_a_comment_alone_covers_the_next_line_that_is_no_comment() -> None:
    text = """\
Properties:
  # faaslint: ignore[FL101] measured
  # the job needs it
  MemorySize: 64
  Timeout: 900
"""
    assert read(text) == [(4, ("FL101",), "measured")]


def test_a_comment_above_an_empty_line_or_at_the_end_covers_no_code() -> None:
    assert read("# faaslint: ignore[FL101]\n\nMemorySize: 64\n") == [(2, ("FL101",), "")]
    assert read("MemorySize: 64\n# faaslint: ignore[FL101]") == [(3, ("FL101",), "")]


@pytest.mark.parametrize(
    ("comment", "ids", "reason"),
    [
        pytest.param("# faaslint: ignore[FL302,FL101] both", ("FL302", "FL101"), "both", id="several ids"),
        pytest.param("#faaslint:ignore[ fl302 , FL302 ]", ("FL302",), "", id="no blanks, small letters, twice"),
        pytest.param("# faaslint: ignore[missing-permission]", ("missing-permission",), "", id="a rule's name"),
        pytest.param("# faaslint: ignore[FL302]: a reason", ("FL302",), "a reason", id="a colon before the reason"),
        pytest.param("# faaslint: ignore[FL302] see #12", ("FL302",), "see #12", id="a number in the reason"),
        pytest.param("# faaslint: ignore[FL302] why  # nosec", ("FL302",), "why", id="another tool after it"),
        pytest.param("# nosec  # faaslint: ignore[FL302] why", ("FL302",), "why", id="another tool before it"),
        pytest.param("# faaslint: ignore", (), "", id="no rule at all suppresses nothing"),
        pytest.param("# faaslint: ignore[]", (), "", id="an empty list suppresses nothing"),
        pytest.param("# faaslint: ignore FL302", (), "FL302", id="an id without brackets suppresses nothing"),
    ],
)
def test_what_a_comment_says(comment: str, ids: tuple[str, ...], reason: str) -> None:
    assert read(f"Timeout: 3 {comment}\n") == [(1, ids, reason)]


@pytest.mark.parametrize(
    "comment", ["# faaslint: ignored[FL1]", "# faaslint ignore[FL101]", "# see faaslint: ignore[FL101]"]
)
def test_other_comments_say_nothing(comment: str) -> None:
    assert read(f"Timeout: 3 {comment}\n") == []


@pytest.mark.parametrize(
    "line",
    [
        pytest.param('Description: "use # faaslint: ignore[FL101] here"', id="double quotes"),
        pytest.param("Description: 'it''s # faaslint: ignore[FL101]'", id="single quotes"),
        pytest.param('Description: "a\n  # faaslint: ignore[FL101]\n  b"', id="quotes over lines"),
        pytest.param("Description: 'a\n  # faaslint: ignore[FL101]\n  b'", id="single quotes over lines"),
        pytest.param("Description: a# faaslint: ignore[FL101]", id="no blank before the sign"),
        pytest.param('Tags: [a, "# faaslint: ignore[FL101]"]', id="in brackets"),
        pytest.param('Tags: {a: "}", b: "# faaslint: ignore[FL101]"}', id="in braces"),
        pytest.param('- "# faaslint: ignore[FL101]": x', id="in a key"),
        pytest.param('A: !Sub "# faaslint: ignore[FL101]"', id="after a tag"),
        pytest.param('A: &b "\\" # faaslint: ignore[FL101]"', id="after an escaped quote"),
    ],
)
def test_yaml_text_is_no_comment(line: str) -> None:
    assert read(line + "\n") == []


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Description: don't  # faaslint: ignore[FL101]", id="an apostrophe in plain text"),
        pytest.param('Description: 3" wide  # faaslint: ignore[FL101]', id="a quote in plain text"),
        pytest.param('Description: "a" # faaslint: ignore[FL101]', id="after a closed quote"),
        pytest.param("A: [\"x\", 'y']\t# faaslint: ignore[FL101]", id="after brackets and a tab"),
        pytest.param("A: !GetAtt B.Arn # faaslint: ignore[FL101]", id="after a tag"),
        pytest.param("A: !If [C, x, 'y'] # faaslint: ignore[FL101]", id="after a tagged list"),
        pytest.param("A: | # faaslint: ignore[FL101]\n  text", id="after a block scalar's sign"),
        pytest.param("A: b # it's \"so # faaslint: ignore[FL101]", id="quotes inside the comment"),
    ],
)
def test_yaml_comments_after_anything(line: str) -> None:
    assert read(line + "\n") == [(1, ("FL101",), "")]


def test_near_the_top_a_comment_may_speak_for_the_whole_file() -> None:
    text = "# faaslint: ignore-file[FL302] granted elsewhere\nA: 1\n"
    (found,) = read_suppressions(text, "template.yaml")
    assert (found.line, found.ids, found.reason) == (0, ("FL302",), "granted elsewhere")
    assert found.covers(1)
    assert found.covers(900)


@pytest.mark.parametrize(
    "text", ["A: 1  # faaslint: ignore-file[FL302] why\n", "A: 1\n" * 10 + "# faaslint: ignore-file[FL302] why\n"]
)
def test_elsewhere_it_speaks_for_nothing(text: str) -> None:
    (found,) = read_suppressions(text, "template.yaml")
    assert not any(found.covers(line) for line in range(1, 20))


def test_a_comment_in_embedded_code_stands_where_the_code_stands() -> None:
    lines = (Span("t.json", 7, 10, 7, 20), Span("t.json", 7, 22, 7, 60), Span("t.json", 7, 62, 7, 70))
    (found,) = in_code("import os\n# faaslint: ignore[FL302] why\nos.x()\n", lines)
    assert (found.span, found.line, found.within) == (lines[1], 7, lines[2])


INLINE = """\
Resources:
  Orders:
    Properties:
      InlineCode: |
        import boto3
        TABLE = "# faaslint: ignore[FL801]"
        TEXT = '''
        # faaslint: ignore[FL802]
        '''

        def handler(event, context):
            # faaslint: ignore[FL302] granted by the account
            boto3.client("s3").list_buckets()  # faaslint: ignore[FL804]
      # faaslint: ignore[FL101] below the block
      MemorySize: 64
      Steps:
        - >-
          # faaslint: ignore[FL001] text
        - |2
            # faaslint: ignore[FL003] indented by two
        - '# faaslint: ignore[FL004]'
      Empty: |
      Timeout: 3 # faaslint: ignore[FL102]
"""


def test_inline_code_is_source_and_the_yaml_goes_on_after_it() -> None:
    assert [(line, ids) for line, ids, _ in read(INLINE)] == [
        (13, ("FL302",)),
        (13, ("FL804",)),
        (15, ("FL101",)),
        (19, ("FL001",)),
        (21, ("FL003",)),
        (23, ("FL102",)),
    ]


HCL = """\
resource "aws_lambda_function" "orders" {
  # faaslint: ignore[FL101] measured
  memory_size = 64
  timeout     = 3 // faaslint: ignore[FL102] short
  description = "see https://example.com # faaslint: ignore[FL103]" # faaslint: ignore[FL104]
  /* # faaslint: ignore[FL105]
     # faaslint: ignore[FL106] */ runtime = "x" # faaslint: ignore[FL201]
  role = "${lookup(var.roles, "a")}" # faaslint: ignore[FL301]
  // faaslint: ignore[FL302]
  policy = jsonencode(<<-EOT
    print("# faaslint: ignore[FL303]") # faaslint: ignore[FL304]
    EOT
  )
  tags = {} # faaslint: ignore[FL305]
}
"""


def test_hcl_comments_of_both_kinds() -> None:
    assert [(line, ids) for line, ids, _ in read(HCL, "main.tf")] == [
        (3, ("FL101",)),
        (4, ("FL102",)),
        (5, ("FL104",)),
        (7, ("FL201",)),
        (8, ("FL301",)),
        (10, ("FL302",)),
        (11, ("FL304",)),
        (14, ("FL305",)),
    ]


PYTHON = '''\
"""Orders.

# faaslint: ignore[FL801] not here
"""
NAME = 'it\\'s # faaslint: ignore[FL802]'
RAW = r"\\\\"  # faaslint: ignore[FL803]
def handler(event, context):
    # faaslint: ignore[FL302] granted elsewhere
    client.put_item(  # faaslint: ignore[FL804]
        Item="""a
        # faaslint: ignore[FL805]
        """)  # faaslint: ignore[FL806]
'''


def test_python_comments() -> None:
    assert [(line, ids) for line, ids, _ in read(PYTHON, "src/app.py")] == [
        (6, ("FL803",)),
        (9, ("FL302",)),
        (9, ("FL804",)),
        (12, ("FL806",)),
    ]


def test_json_has_no_comments() -> None:
    text = '{"a": 1} # faaslint: ignore[FL101]'
    assert read(text, "template.json") == read(text, "main.tf.json") == []


def test_positions_count_code_points_and_windows_line_ends_are_no_part() -> None:
    found = read_suppressions("Ä: \U0001f600 # faaslint: ignore[FL101] gut\r\nB: 1\r\n", "template.yaml")
    assert found[0].span == Span("template.yaml", 1, 6, 1, 35)


@given(
    st.text(alphabet="#/'\"|>-: \n\\[]{}a*<", max_size=60),
    st.sampled_from(["template.yaml", "main.tf", "app.py"]),
)
def test_no_text_hurts_and_every_answer_is_really_there(before: str, path: str) -> None:
    text = before + "\nx # faaslint: ignore[FL101] why\n"
    for one in read_suppressions(text, path):
        line = text.split("\n")[one.span.line - 1]
        assert line[one.span.column - 1 : one.span.end_column - 1] == "# faaslint: ignore[FL101] why"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param("# faaslint: ignore[FL101]\n" * 40_000, "template.yaml", id="nothing but suppressions"),
        pytest.param("[" * 400_000 + "\n# faaslint: ignore[FL101]", "template.yaml", id="brackets"),
        pytest.param('"' + "\\" * 400_001 + "\n# faaslint: ignore[FL101]", "app.py", id="backslashes"),
        pytest.param("'" * 400_001 + "\n# faaslint: ignore[FL101]", "template.yaml", id="apostrophes"),
        pytest.param("<<A " * 100_000 + "\n# faaslint: ignore[FL101]", "main.tf", id="heredocs"),
    ],
)
def test_hostile_text_is_read_in_linear_time(text: str, path: str) -> None:
    began = time.process_time()
    read_suppressions(text, path)
    assert time.process_time() - began < 2


def value(content: object) -> Value:
    if isinstance(content, dict):
        return Known(Fields({name: value(inner) for name, inner in content.items()}))
    if isinstance(content, list):
        return Known(Items(tuple(Item(value(inner)) for inner in content)))
    assert isinstance(content, str)
    return Known(content, (Span("t.json", 7, 3, 7, 10),))


def test_metadata_of_a_resource_suppresses_for_all_of_it() -> None:
    metadata = value({"faaslint": {"ignore": [{"id": "fl302", "reason": "an SCP grants it"}, "FL101"]}})
    place = Span("t.json", 7, 3, 7, 10)
    assert from_metadata(metadata, "Orders") == (
        ResourceSuppression(place, "Orders", "FL302", "an SCP grants it"),
        ResourceSuppression(place, "Orders", "FL101", ""),
    )


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param(ABSENT, id="absent"),
        pytest.param(Unknown("a transform writes it"), id="unknown"),
        pytest.param(value({"cfn-lint": {"ignore": ["FL101"]}}), id="another tool's"),
        pytest.param(value({"faaslint": "ignore"}), id="a text"),
        pytest.param(value({"faaslint": {"ignore": {"id": "FL101"}}}), id="no list"),
        pytest.param(value({"faaslint": {"ignore": [{"reason": "no id"}, ["FL101"], ""]}}), id="entries without id"),
        pytest.param(Known(Fields({}, openness=Open("a transform adds to it"))), id="open"),
    ],
)
def test_metadata_of_another_shape_suppresses_nothing(metadata: Value) -> None:
    assert from_metadata(metadata, "Orders") == ()


def test_a_reason_that_is_not_known_is_not_the_same_as_none() -> None:
    entry = Known(Fields({"id": Known("FL302"), "reason": Unknown("a parameter")}))
    metadata = Known(Fields({"faaslint": Known(Fields({"ignore": Known(Items((Item(entry),)))}))}))
    assert [one.reason for one in from_metadata(metadata, "Orders")] == [None]
