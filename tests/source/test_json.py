"""JSON text → tree: values, spans, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faaslint.model.span import Span
from faaslint.source.json import parse_json
from faaslint.source.limits import NESTING
from faaslint.source.tree import Mapping, ParseFailure, Scalar, Sequence, Tree


def parse(text: str) -> Tree:
    return parse_json(text, "t.json")


def plain(tree: Tree) -> Any:
    if isinstance(tree, Scalar):
        return tree.value
    if isinstance(tree, Sequence):
        return [plain(item) for item in tree.items]
    return {key.value: plain(value) for key, value in tree.entries}


def failure(text: str) -> ParseFailure:
    with pytest.raises(ParseFailure) as caught:
        parse(text)
    return caught.value


texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)


@given(document=documents, ascii_only=st.booleans(), indent=st.sampled_from([None, 0, 2]))
@settings(deadline=None)
def test_every_document_is_read_as_the_standard_library_reads_it(
    document: Any, ascii_only: bool, indent: int | None
) -> None:
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
    assert plain(parse(text)) == json.loads(text)


@given(texts=st.lists(texts.filter(lambda text: "\n" not in text and "\r" not in text), min_size=1, max_size=5))
@settings(deadline=None)
def test_a_span_cuts_the_token_out_of_its_line(texts: list[str]) -> None:
    source = json.dumps(texts, ensure_ascii=False)
    tree = parse(source)
    assert isinstance(tree, Sequence)
    for item, text in zip(tree.items, texts, strict=True):
        assert json.loads(source[item.span.column - 1 : item.span.end_column - 1]) == text


def test_spans_count_lines_and_code_points_from_one() -> None:
    tree = parse('{\n  "schlüssel": "wért", "b": [1,\n 22]\n}\n')
    assert isinstance(tree, Mapping)
    (key, value), (_, items) = tree.entries
    assert key.span == Span("t.json", 2, 3, 2, 14)
    assert value.span == Span("t.json", 2, 16, 2, 22)
    assert items.span == Span("t.json", 2, 29, 3, 5)
    assert tree.span == Span("t.json", 1, 1, 4, 2)


def test_long_keys_and_surrogate_pairs_are_legal() -> None:
    assert plain(parse('{"' + "k" * 2000 + '": "\\ud83d\\ude80"}')) == {"k" * 2000: "🚀"}


def test_half_a_surrogate_pair_becomes_a_character_that_can_be_written() -> None:
    value = plain(parse('"x\\ud800y"'))
    assert value == "x\ufffdy"
    value.encode()


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        pytest.param("", "a value was expected here", 1, 1, id="empty"),
        pytest.param('{"a": 1\n "b": 2}', "a comma or a closing bracket was expected here", 2, 2, id="missing comma"),
        pytest.param('{"a" 1}', "a colon was expected after the key", 1, 6, id="missing colon"),
        pytest.param("{'a': 1}", "a key in double quotes was expected here", 1, 2, id="single quotes"),
        pytest.param('{"a": "x', "the text that starts here is never closed", 1, 7, id="open text"),
        pytest.param('{"a": 1}\n{}', "the end of the file was expected here: a JSON file holds one value", 2, 1, id="two"),
        pytest.param('{"a": 1, // why\n "b": 2}', "a comment stands here, and JSON has no comments", 1, 10, id="comment"),
        pytest.param('{"é": 1,\n "é": 2}', "the key 'é' is already in this mapping (line 1)", 2, 2, id="repeated key"),
        pytest.param("[NaN]", "a value was expected here", 1, 2, id="no number"),
    ],
)
def test_a_failure_says_where_and_what_was_expected(text: str, message: str, line: int, column: int) -> None:
    caught = failure(text)
    expected = "the file is empty" if not text else message
    assert (caught.message, caught.span.line, caught.span.column) == (expected, line, column)


def test_repeated_keys_can_be_gathered_and_the_last_one_counts() -> None:
    repeated: list[ParseFailure] = []
    assert plain(parse_json('{"a": 1, "a": 2}', "t.json", repeated)) == {"a": 2}
    assert [one.message for one in repeated] == ["the key 'a' is already in this mapping (line 1)"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 400_000, id="brackets that never close"),
        pytest.param("[" * 200_000 + "]" * 200_000, id="brackets"),
        pytest.param('{"a":' * 80_000, id="objects that never close"),
        pytest.param("[" * (NESTING + 1) + "]" * (NESTING + 1), id="one more than the limit"),
    ],
)
def test_deep_text_is_refused(text: str) -> None:
    assert "nested more than" in failure(text).message


def test_a_number_of_absurd_length_is_refused() -> None:
    assert "a number of ordinary length was expected" in failure("9" * 100_000).message


def test_a_number_beyond_every_float_stays_text() -> None:
    assert plain(parse("[1e999]")) == ["1e999"]


def test_a_long_line_of_non_ascii_text_takes_linear_time() -> None:
    tree = parse("[" + ",".join(['"é"'] * 60_000) + "]")
    assert isinstance(tree, Sequence)
    assert tree.items[-1].span.column == 60_000 * 4 - 2
