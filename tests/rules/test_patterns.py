"""What the services refuse in a pattern that picks events."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faaslint.model.value import Fields, Item, Items, Known, Pattern, Reference, Unknown
from faaslint_rules.events.patterns import HOLE, NotJson, fields_of, plain, problems

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(DOCUMENTS)
def test_any_json_is_read_and_judged(document: object) -> None:
    pattern = plain(Known(json.dumps(document)))
    found = [one.words for one in problems(pattern)]
    assert bool(found) or isinstance(pattern, dict)


@given(st.dictionaries(st.text(max_size=8).filter(lambda name: name != "$or"), st.lists(st.text(), min_size=1), max_size=4))
def test_lists_of_values_are_good(document: dict[str, list[str]]) -> None:
    pattern = plain(Known(json.dumps(document)))
    assert list(problems(pattern)) == []
    assert set(fields_of(pattern)) == set(document)


@pytest.mark.parametrize("text", ["", "{", "{'a': ['b']}", '{"a": [b]}'])
def test_what_is_no_json_is_said_so(text: str) -> None:
    with pytest.raises(NotJson):
        plain(Known(text))


def test_a_text_of_endless_brackets_is_left_alone() -> None:
    assert plain(Known("[" * 90_000)) is HOLE


def test_what_can_not_be_known_is_no_mistake() -> None:
    hole = Known(Pattern(("a", Reference("Table", "Arn"))))
    listed = Known(Items((Item(hole), Item(Unknown("set at deployment")))))
    pattern = plain(Known(Fields({"resources": listed, "source": Unknown("set at deployment")})))
    assert list(problems(pattern)) == []


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"a": "b"}, "text where a list"),
        ({"a": {"b": 1}}, "'a.b' is a number"),
        ({"a": []}, "empty list"),
        ({"a": [["b"]]}, "a list inside its list"),
        ({"a": [{"near": "b"}]}, "the operator 'near'"),
        ({"a": [{"prefix": "b", "suffix": "c"}]}, "2 operators"),
        ({"$or": [{"a": "b"}]}, "'a' is text"),
        ({"$or": "b"}, "not a list of patterns"),
    ],
)
def test_each_mistake_is_named(document: object, said: str) -> None:
    assert said in " ".join(one.words for one in problems(plain(Known(json.dumps(document)))))
