"""Going over a large JSON text: what is wanted becomes a tree, what is not is passed over, and neither hurts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faaslint.source.json_skim import Skim
from faaslint.source.tree import Mapping, ParseFailure, Scalar, Sequence, Tree

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


def plain(tree: Tree) -> Any:
    if isinstance(tree, Mapping):
        return {key.value: plain(value) for key, value in tree.entries}
    if isinstance(tree, Sequence):
        return [plain(item) for item in tree.items]
    return tree.value


def skim(text: str, most: int = 1_000) -> Skim:
    return Skim(text, "plan.json", most)


@given(DOCUMENTS)
def test_a_value_is_what_the_text_says(document: Any) -> None:
    reader = skim(json.dumps(document))
    assert plain(reader.value()) == document
    reader.end()


def test_only_what_is_asked_for_is_kept() -> None:
    reader = skim('{ "a": [1, {"b": 2}], "skipped": {"x": [1, 2, {}]},\n  "c": [3, 4] }')
    found: dict[str, Any] = {}
    for key in reader.members():
        if key == "skipped":
            reader.skip()
        elif key == "c":
            found[key] = [plain(reader.value()) for _ in reader.items()]
        else:
            found[key] = plain(reader.value())
    reader.end()
    assert found == {"a": [1, {"b": 2}], "c": [3, 4]}


def test_the_parts_of_a_value_have_the_place_where_it_begins() -> None:
    reader = skim('{\n  "a":\n    {"b": ["c"]}\n}')
    for _ in reader.members():
        tree = reader.value()
    assert isinstance(tree, Mapping)
    inner = tree.get("b")
    assert isinstance(inner, Sequence)
    assert {(one.span.line, one.span.column) for one in (tree, inner, inner.items[0], tree.entries[0][0])} == {(3, 5)}


def read_members(text: str) -> None:
    reader = skim(text)
    for _ in reader.members():
        reader.value()
    reader.end()


def test_half_of_a_surrogate_pair_is_replaced() -> None:
    tree = skim('"a\\ud800"').value()
    assert isinstance(tree, Scalar)
    assert tree.value == "a\ufffd"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('{"a": 1,\n "b" 2}', 2, "colon"),
        ('{"a": 1\n "b": 2}', 2, "comma"),
        ('{"a": 1}\n{}', 2, "end of the file"),
        ('{"a": ', 1, "value"),
        ('{"a": 1', 1, "comma"),
        ('{"a": NaN}', 1, "as JSON writes it"),
        ("{1: 2}", 1, "double quotes"),
        ("[]", 1, "expected here"),
        ("", 1, "expected here"),
        ('{"a": ' + "[" * 100_000, 1, "nested"),
        ('{"a": ' + "[" * 200 + "]" * 200 + "}", 1, "nested"),
        ('{"a": [' + "1," * 1_000 + "1]}", 1, "more than 1000 values"),
    ],
)
def test_what_is_no_json_or_too_much_is_said_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(ParseFailure, match=message) as caught:
        read_members(text)
    assert caught.value.span.line == line
