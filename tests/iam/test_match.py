"""Matching against what anybody would write first: a regular expression over every short text."""

from __future__ import annotations

import re
import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faaslint.iam.match import LONGEST, Answer, action_matches, resource_matches, text_matches
from faaslint.model.value import Environment, Known, Leaf, Pattern, Payload, Reference, Unknown, join_text

TEXTS = ["".join(letters) for length in range(5) for letters in product("ab", repeat=length)]
FILLINGS = ("", "a", "b", "ab")
HOLES = (Reference("A", "Arn"), Unknown("x", "X"), Environment("E"))

patterns = st.text("ab*?", max_size=6)
holed = st.lists(st.one_of(st.text("ab*?", min_size=1, max_size=3), st.sampled_from(HOLES)), min_size=1, max_size=4)


@pytest.mark.parametrize("pattern", ["", "/index/*", ":*"])
def test_the_end_of_an_arn_may_be_a_whole_one_where_it_is_deployed(pattern: str) -> None:
    arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
    assert resource_matches(Known(pattern), Known(arn)) is Answer.MAYBE


def plainly(pattern: str, text: str) -> bool:
    translated = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(translated, text, re.DOTALL) is not None


def leaf(parts: list[str | Reference | Unknown | Environment]) -> Leaf:
    return join_text(part if isinstance(part, Unknown) else Known(part) for part in parts)


def filled(parts: list[str | Reference | Unknown | Environment], filling: dict[object, str]) -> str:
    return "".join(part if isinstance(part, str) else filling[part] for part in parts)


@given(patterns, st.text("ab", max_size=6))
def test_text_matches_as_a_regular_expression_does(pattern: str, text: str) -> None:
    assert text_matches(pattern, text) == plainly(pattern, text)


@given(patterns, st.text("ab", max_size=6))
def test_a_resource_without_holes_has_a_certain_answer(pattern: str, text: str) -> None:
    expected = Answer.YES if plainly(pattern, text) else Answer.NO
    assert resource_matches(Known(pattern), Known(text)) is expected


@settings(max_examples=300)
@given(holed, holed)
def test_answers_about_two_patterns_hold_for_every_text(
    left: list[str | Reference | Unknown | Environment], right: list[str | Reference | Unknown | Environment]
) -> None:
    answer = resource_matches(leaf(left), leaf(right))
    if answer is Answer.MAYBE or leaf(right) == Known("*"):
        return
    for contents in product(FILLINGS, repeat=len(HOLES)):
        filling = dict(zip(HOLES, contents, strict=True))
        mine, other = filled(left, filling), filled(right, filling)
        for text in TEXTS:
            if plainly(other, text):
                assert plainly(mine, text) == (answer is Answer.YES), (mine, other, text)


@given(holed)
def test_a_pattern_with_a_star_at_both_ends_never_certainly_misses_what_has_its_text(
    parts: list[str | Reference | Unknown | Environment],
) -> None:
    assert resource_matches(leaf(["*", *parts, "*"]), leaf(parts)) is not Answer.NO


@pytest.mark.parametrize(
    ("pattern", "action", "answer"),
    [
        ("s3:GetObject", "s3:GetObject", Answer.YES),
        ("S3:GETOBJECT", "s3:GetObject", Answer.YES),
        ("s3:Get?bject", "s3:GetObject", Answer.YES),
        ("s3:*Object", "s3:GetObject", Answer.YES),
        ("s*:Get*", "s3:GetObject", Answer.YES),
        ("*", "s3:GetObject", Answer.YES),
        ("s3:GetObject", "s3:GetObjectAcl", Answer.NO),
        ("s3:GetObject?", "s3:GetObject", Answer.NO),
        ("s3", "s3:GetObject", Answer.NO),
        ("", "s3:GetObject", Answer.NO),
    ],
)
def test_actions(pattern: str, action: str, answer: Answer) -> None:
    assert action_matches(Known(pattern), action) is answer


def test_an_action_with_a_hole_may_match() -> None:
    prefixed = Known(Pattern(("s3:", Reference("Verb", "Ref"))))
    assert action_matches(prefixed, "s3:GetObject") is Answer.MAYBE
    assert action_matches(prefixed, "sqs:SendMessage") is Answer.NO
    assert action_matches(Unknown("a variable"), "s3:GetObject") is Answer.MAYBE
    assert action_matches(Known(12), "s3:GetObject") is Answer.NO


@given(st.text("abAB*?:", max_size=8), st.text("abAB:", max_size=8))
def test_the_case_of_an_action_does_not_matter(pattern: str, action: str) -> None:
    answer = action_matches(Known(pattern), action)
    assert action_matches(Known(pattern.swapcase()), action) is answer
    assert action_matches(Known(pattern), action.swapcase()) is answer


def test_the_case_of_a_resource_does() -> None:
    assert resource_matches(Known("arn:aws:s3:::Bucket"), Known("arn:aws:s3:::bucket")) is Answer.NO


BUCKET = Reference("Bucket", "Arn")
REGION = Unknown("", "AWS::Region")
PARTITION = Unknown("", "AWS::Partition")
ACCOUNT = Unknown("", "AWS::AccountId")


def queue(name: str | Reference | Unknown, *, partition: object = PARTITION, region: object = REGION) -> Leaf:
    parts = ["arn:", partition, ":sqs:", region, ":", ACCOUNT, ":", name]
    return join_text(part if isinstance(part, Unknown) else Known(part) for part in parts)  # type: ignore[arg-type]  # parts of a text


@pytest.mark.parametrize(
    ("pattern", "wanted", "answer"),
    [
        # A bucket is not its objects, also where nobody knows its name.
        (Known(BUCKET), Known(Pattern((BUCKET, "/key"))), Answer.NO),
        (Known(Pattern((BUCKET, "/*"))), Known(BUCKET), Answer.NO),
        (Known(Pattern((BUCKET, "/*"))), Known(Pattern((BUCKET, "/a/b"))), Answer.YES),
        (Known("arn:aws:s3:::b/*"), Known("arn:aws:s3:::b"), Answer.NO),
        (Known("arn:aws:s3:::b*"), Known("arn:aws:s3:::b/x/y:z"), Answer.YES),
        # Two references may be one thing.
        (Known(Reference("A", "Arn")), Known(Reference("B", "Arn")), Answer.MAYBE),
        (Known("arn:aws:s3:::b"), Known(BUCKET), Answer.MAYBE),
        # A stack knows its partition, whatever it is; two partitions are two.
        (Known("arn:aws:sqs:*:*:q"), queue("q"), Answer.YES),
        (Known("arn:*:sqs:*:*:q"), queue("q"), Answer.YES),
        (Known("arn:aws-cn:sqs:*:*:q"), queue("q"), Answer.YES),
        (Known("arn:aws-cn:sqs:*:*:q"), queue("q", partition="aws"), Answer.NO),
        (queue("q"), queue("q"), Answer.YES),
        (queue("q"), queue("r"), Answer.NO),
        (queue("q"), queue("q", region="us-east-1"), Answer.MAYBE),
        (queue("q", region="eu-west-1"), queue("q", region="us-east-1"), Answer.NO),
        # A wildcard stays within its field.
        (Known("arn:aws:sqs:*:*:q"), Known("arn:aws:sqs:eu-west-1:1:q:q"), Answer.NO),
        (Known("arn:aws:s3:::*"), Known("arn:aws:sqs:eu-west-1:1:q"), Answer.NO),
        (Known("arn:aws:s3*:::b"), Known("arn:aws:s3:::b"), Answer.YES),
        # How an ARN with fewer fields is read is not documented.
        (Known("arn:aws:s3*"), Known("arn:aws:s3:::b"), Answer.MAYBE),
        (Known("arn:aws:sqs:*:q"), queue("q"), Answer.MAYBE),
        (Known("arn:aws:sqs:*:q"), queue("r"), Answer.NO),
        (Known("arn:*:1:q"), queue("q"), Answer.MAYBE),
        # "*" is everything, and all that an action without resources takes.
        (Known("*"), Unknown("anything"), Answer.YES),
        (Known("*"), Known("*"), Answer.YES),
        (Known("**"), Known("*"), Answer.YES),
        (Known("arn:aws:s3:::b"), Known("*"), Answer.NO),
        # Where an action knows no resources, some services ask for all of their own.
        (Known("arn:aws:s3:::*"), Known("*"), Answer.MAYBE),
        (Known(Reference("Param", "Ref")), Known("*"), Answer.MAYBE),
        (Unknown("a variable"), Known("arn:aws:s3:::b"), Answer.MAYBE),
        (Known("arn:aws:s3:::b"), None, Answer.YES),
        # Policy variables are filled in when the request is made; ${*} is a star.
        (Known("arn:aws:s3:::b/${aws:username}/*"), Known("arn:aws:s3:::b/ann/x"), Answer.MAYBE),
        (Known("arn:aws:s3:::b/${aws:username}/*"), Known("arn:aws:s3:::c/ann/x"), Answer.NO),
        (Known("arn:aws:s3:::b/${*}"), Known("arn:aws:s3:::b/x"), Answer.NO),
        (Known("arn:aws:s3:::b/${open"), Known("arn:aws:s3:::b/${open"), Answer.YES),
        # The six characters after a secret's name.
        (
            Known("arn:aws:secretsmanager:*:*:secret:db-??????"),
            Known("arn:aws:secretsmanager:a:1:secret:db-??????"),
            Answer.YES,
        ),
        (Known("arn:aws:secretsmanager:*:*:secret:db"), Known("arn:aws:secretsmanager:a:1:secret:db-??????"), Answer.NO),
        (
            Known("arn:aws:secretsmanager:*:*:secret:db-aB3dE6"),
            Known("arn:aws:secretsmanager:a:1:secret:db-??????"),
            Answer.MAYBE,
        ),
        (Known(True), Known("arn:aws:s3:::b"), Answer.NO),
        (Known(None), Known("arn:aws:s3:::b"), Answer.NO),
    ],
)
def test_resources(pattern: Leaf, wanted: Leaf | None, answer: Answer) -> None:
    assert resource_matches(pattern, wanted) is answer


def test_a_canonical_form_makes_names_and_arns_comparable() -> None:
    def canonical(content: Payload) -> Payload:
        return "arn:aws:sqs:eu-west-1:1:q" if isinstance(content, (Reference, Environment)) else content

    assert resource_matches(Known(Reference("Q", "Arn")), Known(Environment("QUEUE")), canonical) is Answer.YES
    assert resource_matches(Known(Reference("Q", "Arn")), Known("arn:aws:sqs:eu-west-1:1:r"), canonical) is Answer.NO


def test_nameless_unknowns_are_not_the_same() -> None:
    assert resource_matches(Unknown("first"), Unknown("first")) is Answer.MAYBE
    assert resource_matches(Unknown("first", "S"), Unknown("second", "S")) is Answer.YES


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("*a" * 1000 + "b", "a" * 4000),
        ("?*" * 1000, "a" * 4000),
        ("*" + "a?" * 1500 + "*b", "a" * 6000),
        ("a" * 1_000_000, "a" * 1_000_000),
        ("*" * 1_000_000 + "b", "a"),
        ("${" * 500_000, "a"),
        ("${a}" * 2_000, "a" * 8_000),
    ],
)
def test_hostile_patterns_take_no_time(pattern: str, text: str) -> None:
    started = time.process_time()
    resource_matches(Known(pattern), Known(text))
    resource_matches(Known(text), Known(pattern))
    assert time.process_time() - started < 2


def test_what_is_too_long_is_not_decided() -> None:
    assert resource_matches(Known("a" * (LONGEST + 1)), Known("b")) is Answer.MAYBE
    assert action_matches(Known("*" * (LONGEST + 1)), "s3:GetObject") is Answer.MAYBE


def test_private_characters_of_a_text_stand_for_nothing() -> None:
    assert resource_matches(Known("\U0010fff0"), Known("anything")) is Answer.NO
    assert resource_matches(Known("\U00100000"), Unknown("x", "X")) is Answer.MAYBE
