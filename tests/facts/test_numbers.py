"""The numbers that rules compare with, each as AWS's pages give it."""

from __future__ import annotations

import pytest

from faaslint.facts import alias_rules, api, defaults, edge, event_sources, limits, store, vpc


def test_memory_has_bounds_by_profile_and_kind_of_function() -> None:
    assert limits.memory() == (128, 10240, 1)
    assert limits.memory(capacity_provider=True) == (2048, 32768, 1)
    older = limits.memory("2019")
    assert older == (128, 3008, 64)
    assert older.allows(192)
    assert not older.allows(200)
    assert not older.allows(3072)


def test_timeouts_are_longer_with_a_capacity_provider() -> None:
    assert (limits.timeout().minimum, limits.timeout().maximum) == (1, 900)
    assert limits.timeout(capacity_provider=True).maximum == 5400


def test_fractions_are_no_memory() -> None:
    assert limits.memory().allows(128.0)
    assert not limits.memory().allows(128.5)


@pytest.mark.parametrize(
    ("name", "allowed"), [("TABLE_1", True), ("a", False), ("_X", False), ("1AB", False), ("A-B", False), ("ÄB", False)]
)
def test_names_of_environment_variables(name: str, allowed: bool) -> None:
    assert limits.is_environment_key(name) is allowed


def test_inline_code_is_for_node_and_python() -> None:
    assert limits.takes_inline_code("python3.13")
    assert limits.takes_inline_code("nodejs22.x")
    assert not limits.takes_inline_code("java21")


def test_subnets_lose_five_addresses() -> None:
    assert vpc.usable_addresses("10.0.0.0/24") == 251
    assert vpc.usable_addresses("10.0.0.0/28") == 11
    assert vpc.usable_addresses("10.0.0.7/24") == 251
    assert vpc.usable_addresses("10.0.0.0/29") is None
    assert vpc.usable_addresses("10.0.0.0") is None
    assert vpc.usable_addresses("::/64") is None


def test_the_interface_formula_rounds_up() -> None:
    assert vpc.interfaces_by_formula(100, 1536) == 50
    assert vpc.interfaces_by_formula(1, 128) == 1
    assert vpc.interfaces_by_formula(0, 3072) == 0
    assert vpc.interfaces_by_hyperplane(2) == 2


def test_core_actions_of_a_vpc_function_are_documented() -> None:
    assert set(vpc.core_actions()) < set(vpc.documented_actions())


def test_edge_limits_differ_by_event_type() -> None:
    viewer, origin = edge.limits_of("viewer-request"), edge.limits_of("origin-response")
    assert viewer is not None
    assert origin is not None
    assert viewer.memory_mb == 128
    assert not viewer.memory_verified
    assert origin.memory_mb == 10240
    assert edge.limits_of("viewer-requests") is None
    assert edge.is_viewer_event("viewer-response")
    assert edge.is_request_event("origin-request")
    assert not edge.is_request_event("origin-response")


def test_edge_runs_node_and_python_only() -> None:
    assert edge.runs("nodejs22.x") is True
    assert edge.runs("java21") is False
    assert edge.runs("python9.9") is None


def test_apis_wait_for_their_integration() -> None:
    rest, http = api.integration_timeout("REST"), api.integration_timeout("HTTP")
    assert rest is not None
    assert http is not None
    assert (rest.maximum, rest.raisable) == (29000, True)
    assert (http.maximum, http.raisable) == (30000, False)
    assert api.integration_timeout("GRPC") is None


@pytest.mark.parametrize(
    ("arn", "kind"),
    [
        ("arn:aws:sqs:eu-west-1:123456789012:jobs", "sqs"),
        ("arn:aws:kinesis:eu-west-1:123456789012:stream/s/consumer/c:1", "kinesis"),
        ("arn:aws-cn:dynamodb:cn-north-1:123456789012:table/T/stream/2024", "dynamodb"),
        ("arn:aws:sns:eu-west-1:123456789012:t", None),
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/jobs", None),
    ],
)
def test_what_can_be_polled_shows_in_the_arn(arn: str, kind: str | None) -> None:
    assert event_sources.poll_kind_of_arn(arn) == kind


def test_a_stream_may_be_described_in_two_ways() -> None:
    kinesis = event_sources.poll_source("kinesis")
    assert kinesis is not None
    assert ("kinesis:DescribeStream", "kinesis:DescribeStreamSummary") in [need.any_of for need in kinesis.core]
    assert [need.any_of for need in kinesis.consumer_core] == [("kinesis:SubscribeToShard",)]


@pytest.mark.parametrize("source", event_sources.poll_sources().values(), ids=lambda source: source.kind)
def test_core_actions_are_among_the_documented(source: event_sources.PollSource) -> None:
    documented = {action for need in source.documented for action in need.any_of}
    assert all(set(need.any_of) <= documented for need in source.core)
    assert source.batch_default <= source.batch_maximum
    assert source.window_default <= source.window_maximum


def test_visibility_depends_on_timeout_and_window() -> None:
    assert event_sources.recommended_visibility(30, 20) == 200
    assert event_sources.least_visibility(30) == 30


@pytest.mark.parametrize(
    ("principal", "common"),
    [
        ("logs.eu-west-1.amazonaws.com", "logs.amazonaws.com"),
        ("logs.amazonaws.com.cn", "logs.amazonaws.com"),
        ("s3.amazonaws.com", "s3.amazonaws.com"),
        ("alexa-appkit.amazon.com", "alexa-appkit.amazon.com"),
    ],
)
def test_principals_have_a_common_form(principal: str, common: str) -> None:
    assert event_sources.canonical_principal(principal) == common


def test_a_principal_may_name_its_own_resources_only() -> None:
    assert event_sources.principal_may_name("s3.amazonaws.com", "s3") is True
    assert event_sources.principal_may_name("s3.amazonaws.com", "sns") is False
    assert event_sources.principal_may_name("apigateway.amazonaws.com", "execute-api") is True
    assert event_sources.principal_may_name("unheard-of.amazonaws.com", "s3") is None


def test_a_bucket_needs_its_account_named() -> None:
    assert event_sources.push_sources()["bucket"].source_account == "required"
    assert event_sources.push_sources()["schedule"].by_role


def test_destinations_need_an_action_each() -> None:
    assert event_sources.destination_actions("s3")[0] == "s3:PutObject"
    assert event_sources.destination_actions("sqs") == ("sqs:SendMessage",)
    assert event_sources.destination_actions("ec2") == ()
    assert event_sources.dead_letter_action("sns") == "sns:Publish"
    assert event_sources.dead_letter_action("lambda") is None


def test_defaults_are_known_for_both_languages() -> None:
    cloudformation = defaults.cloudformation("AWS::Lambda::Function", "Timeout")
    terraform = defaults.terraform("aws_lambda_function", "timeout")
    assert cloudformation is not None
    assert terraform is not None
    assert cloudformation.value == terraform.value == 3
    assert defaults.terraform("aws_lambda_function", "no_such_argument") is None


def test_alias_rules_say_where_they_were_read() -> None:
    assert alias_rules.rule("max_two_versions").source
    assert alias_rules.is_version_number("12")
    assert not alias_rules.is_version_number("$LATEST")
    assert not alias_rules.is_version_number("")


def test_every_file_says_when_it_was_gathered() -> None:
    for name in ("runtimes", "lambda_quotas", "edge_limits", "api_limits", "alias_rules", "event_sources", "vpc_rules"):
        assert store.retrieved(name) >= "2026-11-21"
