"""YAML text → tree: values, spans, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from faaslint.model.span import Span
from faaslint.source.limits import NESTING
from faaslint.source.tree import Mapping, ParseFailure, Scalar, Sequence, Tree
from faaslint.source.yaml import parse_yaml


def parse(text: str) -> Tree:
    return parse_yaml(text, "t.yaml")


def plain(tree: Tree) -> Any:
    if isinstance(tree, Scalar):
        return tree.value
    if isinstance(tree, Sequence):
        return [plain(item) for item in tree.items]
    return {key.value: plain(value) for key, value in tree.entries}


def entry(tree: Tree, *names: str | int) -> Tree:
    for name in names:
        if isinstance(name, int):
            assert isinstance(tree, Sequence)
            tree = tree.items[name]
        else:
            assert isinstance(tree, Mapping)
            found = tree.get(name)
            assert found is not None, name
            tree = found
    return tree


def scalar(tree: Tree, *names: str | int) -> Scalar:
    found = entry(tree, *names)
    assert isinstance(found, Scalar)
    return found


def at(line: int, column: int, end_line: int, end_column: int) -> Span:
    return Span("t.yaml", line, column, end_line, end_column)


def failure(text: str) -> ParseFailure:
    with pytest.raises(ParseFailure) as caught:
        parse(text)
    return caught.value


texts = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029\ufeff\ufffe\uffff"),
    max_size=12,
)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)


@given(document=documents, flow=st.booleans(), unicode=st.booleans())
@settings(deadline=None)
def test_every_document_that_pyyaml_writes_is_read_as_pyyaml_reads_it(document: Any, flow: bool, unicode: bool) -> None:
    text = yaml.safe_dump(document, default_flow_style=flow, allow_unicode=unicode, sort_keys=False)
    assert plain(parse(text)) == yaml.safe_load(text)


WORDS = """
0 -0 7 -12 +3 1_000 0x1F 0b101 017 010 08 1:30 -1:30 190:20:30.15 1.5 -1.5e+3 1.e+2 .5 1e3 1. 123456789012
yes No ON off true False TRUE yEs y n ~ null Null NULL nUll = << . - _1 + -x 0x 0b 1__0
"""


@pytest.mark.parametrize("word", WORDS.split())
def test_plain_words_mean_what_they_mean_in_yaml_1_1(word: str) -> None:
    ours = entry(parse(f"k: [{word}]"), "k", 0)
    if word in ("=", "<<"):  # PyYAML has types of its own for these two, which mean nothing as a value
        assert plain(ours) == word
        return
    theirs = yaml.safe_load(f"k: [{word}]")["k"][0]
    assert plain(ours) == theirs
    assert type(plain(ours)) is type(theirs)


@pytest.mark.parametrize("word", ["2012-10-17", "2001-12-14t21:59:43.10-05:00", ".inf", "-.INF", ".nan", "9" * 5000])
def test_dates_infinities_and_endless_numbers_stay_text(word: str) -> None:
    assert plain(entry(parse(f"k: {word}"), "k")) == word


def test_quoted_words_and_keys_are_always_text() -> None:
    assert plain(parse("on: 'on'\nNO: \"12\"\n1: x\n")) == {"on": "on", "NO": "12", "1": "x"}


def test_standard_tags_say_what_a_word_is() -> None:
    tree = parse("a: !!str 12\nb: !!int '12'\nc: !!float 3\nd: !!bool 'yes'\ne: !!null ''\n")
    assert plain(tree) == {"a": "12", "b": 12, "c": 3.0, "d": True, "e": None}
    assert entry(tree, "a").tag == ""


def test_short_functions_keep_their_tag_and_their_text() -> None:
    tree = parse("a: !Ref 12\nb: !GetAtt [A, Arn]\nc: !Transform {Name: X}\n")
    assert [entry(tree, name).tag for name in "abc"] == ["!Ref", "!GetAtt", "!Transform"]
    assert plain(entry(tree, "a")) == "12"


def test_spans_count_lines_and_code_points_from_one() -> None:
    tree = parse("näme: wért\nlist:\n  - 'ein 🚀 text'\n  - !Sub x${y}\n\n# later\nnext: {a: 1}\n")
    assert isinstance(tree, Mapping)
    assert tree.entries[0][0].span == at(1, 1, 1, 5)
    assert entry(tree, "näme").span == at(1, 7, 1, 11)
    assert entry(tree, "list", 0).span == at(3, 5, 3, 17)
    assert entry(tree, "list", 1).span == at(4, 5, 4, 15)
    assert entry(tree, "list").span == at(3, 3, 4, 15)
    assert entry(tree, "next").span == at(7, 7, 7, 13)
    assert tree.span == at(1, 1, 7, 13)


def test_a_scalar_keeps_its_own_spelling() -> None:
    tree = parse("a: 0x10\nb: 'it''s'\n")
    assert [scalar(tree, "a").text, scalar(tree, "b").text] == ["0x10", "'it''s'"]


def test_unusual_line_breaks_do_not_move_what_follows() -> None:
    tree = parse("a: 'x\u2028y'\nb: 1\n")
    assert entry(tree, "b").span == at(2, 4, 2, 5)


BLOCK = """\
code: !Sub |
    import os

      deeper é
    last
after: x
folded: >-
  one
  two
keep: |+
  a

end: |2
   b
"""


def test_a_block_text_knows_where_each_of_its_lines_stands() -> None:
    code = scalar(parse(BLOCK), "code")
    assert code.value == "import os\n\n  deeper é\nlast\n"
    assert code.lines == (at(2, 5, 2, 14), at(3, 1, 3, 1), at(4, 5, 4, 15), at(5, 5, 5, 9))
    assert code.span == at(1, 7, 5, 9)


def test_folded_kept_and_explicitly_indented_blocks() -> None:
    tree = parse(BLOCK)
    lines = {name: scalar(tree, name).lines for name in ("folded", "keep", "end")}
    assert lines["folded"] == (at(8, 3, 8, 6), at(9, 3, 9, 6))
    assert lines["keep"] == (at(11, 3, 11, 4),)
    assert lines["end"] == (at(14, 3, 14, 5),)
    assert plain(entry(tree, "end")) == " b\n"


def test_a_block_under_a_tag_on_the_line_above() -> None:
    block = scalar(parse("a: !Sub\n  |\n    x\n    y\n"), "a")
    assert [span.line for span in block.lines] == [3, 4]


def test_windows_line_ends_are_no_part_of_a_line() -> None:
    block = scalar(parse("a: |\r\n  x\r\n  y\r\nb: 1\r\n"), "a")
    assert block.lines == (at(2, 3, 2, 4), at(3, 3, 3, 4))


def test_merge_keys_add_what_is_not_there() -> None:
    tree = parse("x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  <<: [*x, *y]\n  a: 9\n")
    assert plain(entry(tree, "z")) == {"a": 9, "b": 2, "c": 4}


def test_an_alias_is_the_node_that_it_names() -> None:
    tree = parse("a: &n {k: [1]}\nb: *n\n")
    assert entry(tree, "a") is entry(tree, "b")


def test_an_empty_document_is_a_null() -> None:
    for text in ("", "# nothing\n", "---\n"):
        assert plain(parse(text)) is None


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", "the key 'a' is already in this mapping (line 1)", 3, 1, id="repeated key"),
        pytest.param("a:\n\tb: 1\n", "a tab stands where YAML needs spaces", 2, 1, id="tab"),
        pytest.param("a: @b\n", "text that starts with '@' needs quotes", 1, 4, id="at sign"),
        pytest.param('a: "x\nb: 1\n', "the quoted text that starts here is never closed", 1, 4, id="open quote"),
        pytest.param("a: [1\nb: 2\n", "a comma or ']' was expected here", 2, 2, id="open bracket"),
        pytest.param(
            "a: 1\n---\nb: 2\n", "one document was expected, and a second one begins here", 2, 1, id="two documents"
        ),
        pytest.param("a: *b\n", "the alias *b names nothing above it", 1, 4, id="unknown alias"),
        pytest.param("a: &a [*a]\n", "the alias *a stands inside what it names", 1, 8, id="alias of itself"),
        pytest.param("a: \x01\n", "a control character stands here, which YAML does not allow", 1, 1, id="control"),
        pytest.param("<<: 1\n", "a mapping, or a list of mappings, was expected after '<<'", 1, 1, id="odd merge"),
    ],
)
def test_a_failure_says_where_and_what_was_expected(text: str, message: str, line: int, column: int) -> None:
    caught = failure(text)
    assert (caught.message, caught.span.line, caught.span.column) == (message, line, column)


def test_an_unrendered_template_is_told_apart_from_yaml() -> None:
    assert "'{{' is not YAML unless it is in quotes" in failure("a: {{ cookiecutter.name }}\n").message


def test_repeated_keys_can_be_gathered_and_the_last_one_counts() -> None:
    repeated: list[ParseFailure] = []
    tree = parse_yaml("a: 1\nb: {c: 1, c: 2}\na: 3\n", "t.yaml", repeated)
    assert plain(tree) == {"a": 3, "b": {"c": 2}}
    assert [(one.span.line, one.message) for one in repeated] == [
        (2, "the key 'c' is already in this mapping (line 2)"),
        (3, "the key 'a' is already in this mapping (line 1)"),
    ]


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
CHAIN = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 5000))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[" * 400_000, "nested more than", id="400 000 brackets that never close"),
        pytest.param("[" * 200_000 + "]" * 200_000, "nested more than", id="200 000 brackets"),
        pytest.param("{a: " * 100_000, "nested more than", id="mappings in mappings"),
        pytest.param("- " * 100_000, "nested more than", id="lists in lists"),
        pytest.param("? " * 100_000, "a key was expected", id="mappings as keys"),
        pytest.param(BOMB, "values once its aliases are written out", id="alias bomb"),
        pytest.param(CHAIN, "nested more than", id="aliases that nest"),
    ],
)
def test_hostile_text_is_refused(text: str, message: str) -> None:
    assert message in failure(text).message


def test_nesting_up_to_the_limit_is_read() -> None:
    depth = 0
    tree = parse("[" * NESTING + "]" * NESTING)
    while isinstance(tree, Sequence) and tree.items:
        tree = tree.items[0]
        depth += 1
    assert depth == NESTING - 1


def test_a_number_with_a_fraction_is_finite() -> None:
    value = plain(entry(parse("k: 1.0e+400"), "k"))
    assert value == "1.0e+400"
    assert not isinstance(value, float) or math.isfinite(value)
