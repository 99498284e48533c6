"""What policies allow: denies before allows, in every branch, and no answer where there is none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faaslint.iam.grants import Grants, coverage
from faaslint.iam.match import Answer
from faaslint.model.guard import ALWAYS, NEVER, atom
from faaslint.model.nodes import Statement
from faaslint.model.record import replace
from faaslint.model.value import (
    Branch,
    Choice,
    Fields,
    Item,
    Items,
    Known,
    Open,
    Pattern,
    Reference,
    Unknown,
    Value,
)

from .policies import SPAN, allow, deny, read, statements_of

BUCKET = Known("arn:aws:s3:::b")
OBJECT = Known("arn:aws:s3:::b/k")
PROD = atom("IsProd")


def grants(*statements: dict[str, object]) -> Grants:
    return Grants(statements_of(*statements), None)


def answer(granted: Grants, action: str = "s3:GetObject", resource: Known | None = OBJECT) -> Answer:
    return granted.allows(action, resource).answer


# --- against the plainest evaluator -----------------------------------------------------------------------------------

words = st.sampled_from(["a", "b", "a*", "*b", "?", "*", "ab", "x"])
lists = st.one_of(words, st.lists(words, min_size=1, max_size=3))


@st.composite
def policy_statements(draw: st.DrawFn) -> dict[str, object]:
    return {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): draw(lists),
        draw(st.sampled_from(["Resource", "Resource", "NotResource"])): draw(lists),
    }


def plainly_covers(listed: object, text: str) -> bool:
    entries = listed if isinstance(listed, list) else [listed]
    return any(re.fullmatch(str(one).replace("*", ".*").replace("?", "."), text) for one in entries)


def plainly_applies(statement: dict[str, object], action: str, resource: str) -> bool:
    acts = (
        plainly_covers(statement["Action"], action)
        if "Action" in statement
        else not plainly_covers(statement["NotAction"], action)
    )
    reaches = (
        plainly_covers(statement["Resource"], resource)
        if "Resource" in statement
        else not plainly_covers(statement["NotResource"], resource)
    )
    return acts and reaches


@given(
    st.lists(policy_statements(), max_size=4), st.sampled_from(["a", "b", "ab", "x"]), st.sampled_from(["a", "b", "ab", "y"])
)
def test_known_policies_are_decided_as_the_plainest_evaluator_does(
    statements: list[dict[str, object]], action: str, resource: str
) -> None:
    applying = {str(one["Effect"]) for one in statements if plainly_applies(one, action, resource)}
    expected = Answer.YES if applying == {"Allow"} else Answer.NO
    verdict = grants(*statements).allows(action, Known(resource))
    assert verdict.answer is expected
    assert verdict.without == (NEVER if expected is Answer.YES else ALWAYS)


@given(st.lists(policy_statements(), max_size=4), st.sampled_from(["a", "b", "ab", "x"]))
def test_nothing_is_allowed_on_something_and_yet_on_nothing(statements: list[dict[str, object]], action: str) -> None:
    granted = grants(*statements)
    if granted.allows(action, None).answer is Answer.NO:
        assert all(granted.allows(action, Known(resource)).answer is Answer.NO for resource in ("a", "b", "ab", "y"))


@given(st.lists(policy_statements(), max_size=3), st.lists(policy_statements(), max_size=3), st.sampled_from(["a", "ab"]))
def test_a_boundary_is_an_intersection(own: list[dict[str, object]], limit: list[dict[str, object]], action: str) -> None:
    both = Grants(statements_of(*own), None, boundary=grants(*limit))
    expected = {grants(*own).allows(action, Known("a")).answer, grants(*limit).allows(action, Known("a")).answer}
    assert both.allows(action, Known("a")).answer is (Answer.YES if expected == {Answer.YES} else Answer.NO)


# --- the rules, one by one --------------------------------------------------------------------------------------------


def test_no_statement_allows_nothing() -> None:
    verdict = Grants((), None).allows("s3:GetObject", OBJECT)
    assert (verdict.answer, verdict.statement) == (Answer.NO, None)


def test_an_allow_allows_and_is_named() -> None:
    statements = statements_of(allow("sqs:*"), allow(["s3:Get*"], "arn:aws:s3:::b/*"))
    verdict = Grants(statements, None).allows("s3:GetObject", OBJECT)
    assert (verdict.answer, verdict.statement, verdict.conditional) == (Answer.YES, statements[1], False)


def test_an_explicit_deny_removes_an_allow() -> None:
    statements = statements_of(allow("s3:*"), deny("s3:GetObject", "arn:aws:s3:::b/*"))
    verdict = Grants(statements, None).allows("s3:GetObject", OBJECT)
    assert (verdict.answer, verdict.statement) == (Answer.NO, statements[1])
    assert answer(grants(allow("s3:*"), deny("s3:GetObject", "arn:aws:s3:::c/*"))) is Answer.YES


def test_a_deny_with_a_condition_only_may() -> None:
    denied = deny("s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    assert answer(grants(allow("s3:*"), denied)) is Answer.MAYBE


def test_an_allow_with_a_condition_is_a_conditional_grant() -> None:
    conditional = allow("s3:*", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}})
    verdict = grants(conditional).allows("s3:GetObject", OBJECT)
    assert (verdict.answer, verdict.conditional) == (Answer.YES, True)
    assert not grants(conditional, allow("s3:GetObject")).allows("s3:GetObject", OBJECT).conditional


def test_allow_with_not_action_allows_the_rest() -> None:
    rest = {"Effect": "Allow", "NotAction": ["iam:*", "s3:Put*"], "Resource": "*"}
    assert answer(grants(rest)) is Answer.YES
    assert answer(grants(rest), "s3:PutObject") is Answer.NO
    assert answer(grants(rest), "iam:PassRole") is Answer.NO


def test_deny_with_not_action_denies_all_but() -> None:
    but = {"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"}
    assert answer(grants(allow("*"), but)) is Answer.YES
    assert answer(grants(allow("*"), but), "sqs:SendMessage") is Answer.NO


def test_allow_with_not_resource_allows_elsewhere() -> None:
    elsewhere = {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::b/*"}
    assert answer(grants(elsewhere)) is Answer.NO
    assert answer(grants(elsewhere), resource=Known("arn:aws:s3:::c/k")) is Answer.YES
    assert answer(grants(elsewhere), resource=None) is Answer.YES
    assert answer(grants({"Effect": "Allow", "Action": "s3:*", "NotResource": "*"}), resource=None) is Answer.NO


def test_a_bucket_is_not_its_objects() -> None:
    assert answer(grants(allow("s3:*", "arn:aws:s3:::b"))) is Answer.NO
    assert answer(grants(allow("s3:*", "arn:aws:s3:::b/*")), "s3:ListBucket", BUCKET) is Answer.NO


def test_an_action_without_resources_is_granted_on_a_star_only() -> None:
    everything = Known("*")
    assert answer(grants(allow("s3:ListAllMyBuckets", "arn:aws:s3:::b")), "s3:ListAllMyBuckets", everything) is Answer.NO
    # Some services ask for all of their own instead.
    assert answer(grants(allow("s3:ListAllMyBuckets", "arn:aws:s3:::*")), "s3:ListAllMyBuckets", everything) is Answer.MAYBE
    assert answer(grants(allow("s3:ListAllMyBuckets")), "s3:ListAllMyBuckets", everything) is Answer.YES


def test_on_something_asks_for_any_resource() -> None:
    assert answer(grants(allow("s3:GetObject", "arn:aws:s3:::b/*")), resource=None) is Answer.YES
    assert answer(grants(allow("s3:PutObject")), resource=None) is Answer.NO
    assert answer(grants(allow("s3:*"), deny("s3:*")), resource=None) is Answer.NO
    assert answer(grants(allow("s3:*"), deny("s3:*", "arn:aws:s3:::c/*")), resource=None) is not Answer.NO


# --- what is not known ------------------------------------------------------------------------------------------------


def test_an_open_list_is_at_best_a_maybe() -> None:
    unread = Open("an attached policy is not here")
    verdict = Grants((), unread).allows("s3:GetObject", OBJECT)
    assert verdict.answer is Answer.MAYBE
    assert unread.why in verdict.why
    assert answer(Grants(statements_of(allow("s3:*")), unread)) is Answer.YES


def test_a_known_deny_holds_in_an_open_list() -> None:
    denied = Grants(statements_of(deny("s3:*")), Open("an attached policy is not here"))
    assert denied.allows("s3:GetObject", OBJECT).answer is Answer.NO


@pytest.mark.parametrize(
    "unknown",
    [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "UNKNOWN"},
        {"Effect": "Allow", "Action": "UNKNOWN", "Resource": "*"},
        {"Effect": "UNKNOWN", "Action": "s3:GetObject", "Resource": "*"},
        {"Effect": "Allow", "Action": ["sqs:SendMessage", "UNKNOWN"], "Resource": "*"},
        {"Effect": "allow", "Action": "s3:GetObject", "Resource": "*"},
        {"Action": "s3:GetObject", "Resource": "*"},
    ],
)
def test_an_unknown_part_may_allow(unknown: dict[str, object]) -> None:
    assert answer(Grants(made_unknown(statements_of(unknown)), None)) is Answer.MAYBE


def test_an_unknown_effect_may_also_deny() -> None:
    (either,) = made_unknown(statements_of({"Effect": "UNKNOWN", "Action": "s3:*", "Resource": "*"}))
    assert answer(Grants((*statements_of(allow("s3:*")), either), None)) is Answer.MAYBE


def made_unknown(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Put an Unknown for each text UNKNOWN."""

    def change(value: Value) -> Value:
        if value == Known("UNKNOWN"):
            return Unknown("a parameter")
        if isinstance(value, Known) and isinstance(value.value, Items):
            return Known(Items(tuple(Item(change(item.value)) for item in value.value.items)))
        return value

    names = ("effect", "actions", "resources")
    return tuple(replace(one, **{name: change(getattr(one, name)) for name in names}) for one in statements)


def test_resources_of_unknown_content_may_fit() -> None:
    table = Pattern(("arn:aws:dynamodb:eu-west-1:1:table/", Reference("Name", "Ref")))
    (statement,) = statements_of(allow("dynamodb:*"))
    granted = Grants([replace(statement, resources=Known(table))], None)
    assert granted.allows("dynamodb:GetItem", Known("arn:aws:dynamodb:eu-west-1:1:table/T")).answer is Answer.MAYBE
    assert granted.allows("dynamodb:GetItem", Known("arn:aws:dynamodb:us-east-1:1:table/T")).answer is Answer.NO


def test_an_unknown_number_of_statements_may_be_none() -> None:
    (statement,) = statements_of(allow("s3:*"))
    assert answer(Grants([replace(statement, unknown_count=True)], None)) is Answer.MAYBE


# --- branches ---------------------------------------------------------------------------------------------------------


def test_a_statement_of_one_branch_allows_in_that_branch() -> None:
    (statement,) = statements_of(allow("s3:*"))
    granted = Grants([replace(statement, guard=PROD)], None)
    verdict = granted.allows("s3:GetObject", OBJECT)
    assert (verdict.answer, verdict.statement, verdict.without) == (Answer.MAYBE, granted.statements[0], ~PROD)
    assert granted.allows("s3:GetObject", OBJECT, PROD).answer is Answer.YES
    assert granted.allows("s3:GetObject", OBJECT, ~PROD).answer is Answer.NO


def test_two_branches_make_a_whole() -> None:
    (statement,) = statements_of(allow("s3:*"))
    granted = Grants([replace(statement, guard=PROD), replace(statement, guard=~PROD)], None)
    assert answer(granted) is Answer.YES


def test_a_deny_of_one_branch_removes_in_that_branch() -> None:
    allowing, denying = statements_of(allow("s3:*"), deny("s3:*"))
    granted = Grants([allowing, replace(denying, guard=PROD)], None)
    verdict = granted.allows("s3:GetObject", OBJECT)
    assert (verdict.answer, verdict.without) == (Answer.MAYBE, PROD)


def test_guards_of_list_items_count() -> None:
    (statement,) = statements_of(allow("s3:*"))
    guarded = Known(Items((Item(Known("arn:aws:s3:::b/*"), PROD), Item(Known("arn:aws:s3:::c/*")))))
    verdict = Grants([replace(statement, resources=guarded)], None).allows("s3:GetObject", OBJECT)
    assert (verdict.answer, verdict.without) == (Answer.MAYBE, ~PROD)


def test_an_effect_may_be_chosen() -> None:
    (statement,) = statements_of(allow("s3:*"))
    effect = Choice((Branch(PROD, Known("Allow")), Branch(~PROD, Known("Deny"))))
    granted = Grants([replace(statement, effect=effect)], None)
    assert granted.allows("s3:GetObject", OBJECT, PROD).answer is Answer.YES
    assert granted.allows("s3:GetObject", OBJECT, ~PROD).answer is Answer.NO


def test_too_many_conditions_give_no_answer_instead_of_an_error() -> None:
    (statement,) = statements_of(allow("s3:*"))
    guard = ALWAYS
    for number in range(150):
        guard = guard & atom(f"a{number:03d}")
    wild = [replace(statement, guard=guard & atom(f"b{number:03d}")) for number in range(200)]
    assert answer(Grants(wild, None)) is Answer.MAYBE


# --- for messages -----------------------------------------------------------------------------------------------------


def test_the_closest_statement_allows_the_action_elsewhere_or_is_of_the_service() -> None:
    statements = statements_of(allow("sqs:*"), allow("s3:PutObject"), allow("s3:GetBucketLocation"), deny("s3:GetObject"))
    granted = Grants(statements, None)
    assert granted.closest("s3:GetObject") is statements[2]
    assert granted.closest("sqs:SendMessage") is statements[0]
    assert granted.closest("dynamodb:GetItem") is None


def test_granting_lists_what_allows_an_action_on_something() -> None:
    statements = statements_of(allow("s3:Get*", "arn:aws:s3:::b/*"), deny("s3:*"), allow("s3:*"), allow("sqs:*"))
    assert Grants(statements, None).granting("s3:GetObject") == (statements[0], statements[2])


def test_coverage_is_without_effect_and_condition() -> None:
    (statement,) = statements_of(deny("s3:Get*", "arn:aws:s3:::b/*", Condition={"Null": {"a": "true"}}))
    assert coverage(statement, "s3:GetObject", OBJECT).answer is Answer.YES
    assert coverage(statement, "s3:GetObject", BUCKET).answer is Answer.NO
    assert coverage(statement, "s3:GetObject", Unknown("x")).answer is Answer.MAYBE


def test_a_trust_policy_has_no_resource() -> None:
    trust = Known(
        Fields(
            {
                "Statement": Known(
                    Fields({"Effect": Known("Allow"), "Action": Known("sts:AssumeRole"), "Principal": Known("*")})
                )
            }
        )
    )
    statements, openness = read(trust)
    assert Grants(statements, openness).allows("sts:AssumeRole", None).answer is Answer.YES
    assert statements[0].span == SPAN
