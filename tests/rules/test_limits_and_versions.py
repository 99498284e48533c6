"""What the fixtures can't show: options, the date that a run speaks for, and what a plan records of a version."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from faaslint import api
from faaslint.check.rule import Context
from faaslint.check.run import run_rules
from faaslint.graph import Graph
from faaslint.graph.link import link
from faaslint.model.finding import Finding, Level
from faaslint.model.nodes import Alias, Deployment, Function, Version, VersionWeight
from faaslint.model.span import Span
from faaslint.model.value import Known, Reference, Value
from faaslint_rules.versions.weighted_alias_dead_letter_differs import weighted_alias_dead_letter_differs
from faaslint_rules.versions.weighted_alias_roles_differ import weighted_alias_roles_differ

TODAY = date(2026, 11, 21)

FUNCTION = """
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: {runtime}
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/worker
      MemorySize: {memory}
      Code:
        S3Bucket: artifacts
        S3Key: worker.zip
"""


def findings(
    folder: Path, text: str, rule: str, options: dict[str, str | int | float | bool] | None = None, as_of: date = TODAY
) -> tuple[Finding, ...]:
    (folder / "template.yaml").write_text(text)
    request = api.Request(
        paths=("template.yaml",), folder=folder, as_of=as_of, select=(rule,), rule_options={rule: options or {}}
    )
    return api.check(request).findings


# The memory profile of 2019 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("memory", "refused"), [(128, False), (3008, False), (3072, True), (200, True), (192, False)])
def test_the_profile_of_2019_has_a_lower_maximum_and_steps_of_64(tmp_path: Path, memory: int, refused: bool) -> None:
    text = FUNCTION.format(runtime="nodejs22.x", memory=memory)
    assert not findings(tmp_path, text, "FL101")
    assert bool(findings(tmp_path, text, "FL101", {"memory-profile": "2019"})) is refused


# The date decides about a runtime ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "level"),
    [
        (date(2027, 4, 29), None),
        (date(2027, 4, 30), Level.WARNING),
        (date(2027, 6, 1), Level.ERROR),
        (date(2027, 7, 1), Level.ERROR),
    ],
)
def test_a_runtime_is_judged_as_of_the_date_of_the_run(tmp_path: Path, as_of: date, level: Level | None) -> None:
    text = FUNCTION.format(runtime="nodejs22.x", memory=128)
    spoken = findings(tmp_path, text, "FL113", as_of=as_of)
    assert [finding.level for finding in spoken] == ([] if level is None else [level])


def test_the_message_names_the_date_and_the_successor(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, FUNCTION.format(runtime="nodejs20.x", memory=128), "FL113")
    assert "2026-04-30" in finding.message
    assert "nodejs24.x" in finding.message


# Addresses of subnets ------------------------------------------------------------------------------------------------

NETWORK = """
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Network:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: 10.0.0.0/16
  Small:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Network
      CidrBlock: 10.0.1.0/28
"""

MEMBER = """
  Worker{number}:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/worker
      MemorySize: 3072
      Code:
        S3Bucket: artifacts
        S3Key: worker.zip
      VpcConfig:
        SubnetIds: [!Ref Small]
        SecurityGroupIds: [sg-{group}]
"""


def test_a_configured_peak_stands_in_where_the_configuration_states_none(tmp_path: Path) -> None:
    text = NETWORK + MEMBER.format(number=1, group=1)
    assert not findings(tmp_path, text, "FL601")
    assert not findings(tmp_path, text, "FL601", {"peak-concurrency": 11})
    (finding,) = findings(tmp_path, text, "FL601", {"peak-concurrency": 12})
    assert finding.level is Level.WARNING
    assert "12 × 3 GB / 3 GB = 12 addresses > 11 usable" in finding.message
    assert "1 shared interface)" in finding.message


def test_functions_that_share_subnets_make_one_finding(tmp_path: Path) -> None:
    text = NETWORK + "".join(MEMBER.format(number=number, group=1) for number in range(6))
    (finding,) = findings(tmp_path, text, "FL601", {"peak-concurrency": 2})
    assert finding.resources == tuple(f"Worker{number}" for number in range(6))
    assert "36 GB of 6 functions / 3 GB = 12 addresses > 11 usable" in finding.message


def test_the_hyperplane_model_counts_sets_of_security_groups(tmp_path: Path) -> None:
    options: dict[str, str | int | float | bool] = {"vpc-model": "hyperplane", "peak-concurrency": 1000}
    fits = NETWORK + "".join(MEMBER.format(number=number, group=number) for number in range(11))
    assert not findings(tmp_path, fits, "FL601", options)
    (finding,) = findings(tmp_path, fits + MEMBER.format(number=11, group=11), "FL601", options)
    assert "12 sets of security groups" in finding.message


# What is recorded of a version -----------------------------------------------------------------------------------------

HERE = Span("main.tf", 1, 1, 1, 2)


def recorded(old_role: str, old_dead_letter: str | None) -> Graph:
    """A function that publishes a version, and an alias that shares its traffic with an older one, which a plan records."""
    graph = Graph("main.tf", "terraform-plan")
    unset = Known(None)
    graph.add(
        Function(
            id="worker",
            name="worker",
            type="aws_lambda_function",
            span=HERE,
            function_name=Known("worker"),
            runtime=Known("nodejs22.x"),
            handler=Known("index.handler"),
            memory=Known(128),
            timeout=Known(3),
            role=Known("arn:aws:iam::123456789012:role/new"),
            environment=unset,
        )
    )
    of_worker: Value = Known(Reference("worker", "arn"))
    graph.add(Version(id="worker:version", name="worker", type="", span=HERE, function=of_worker))
    graph.add(
        Version(
            id="worker:1",
            name="worker:1",
            type="",
            span=HERE,
            function=of_worker,
            number=Known("1"),
            recorded_role=Known(old_role),
            recorded_dead_letter=Known(old_dead_letter),
        )
    )
    graph.add(
        Alias(
            id="live",
            name="live",
            type="aws_lambda_alias",
            span=HERE,
            alias_name=Known("live"),
            function=of_worker,
            version=Known(Reference("worker", "version")),
            weights=(VersionWeight(Known("1"), Known(0.1)),),
            routing=Known("set"),
        )
    )
    link(graph)
    return graph


ROLES = weighted_alias_roles_differ
DEAD_LETTERS = weighted_alias_dead_letter_differs


@pytest.mark.parametrize(
    ("old_role", "old_dead_letter", "spoken"),
    [
        ("arn:aws:iam::123456789012:role/new", None, []),
        ("arn:aws:iam::123456789012:role/old", None, ["FL203"]),
        ("arn:aws:iam::123456789012:role/new", "arn:aws:sqs:eu-west-1:123456789012:failed", ["FL204"]),
    ],
)
def test_a_recorded_version_is_compared_with_the_one_to_be_published(
    old_role: str, old_dead_letter: str | None, spoken: list[str]
) -> None:
    outcome = run_rules(recorded(old_role, old_dead_letter), (ROLES, DEAD_LETTERS), Context(as_of=TODAY), {})
    assert [stated.rule.id for stated in outcome.claims] == spoken
    assert all(tally.withheld == 0 for tally in outcome.tallies.values())
    assert not outcome.notifications


@pytest.mark.parametrize(
    ("configuration", "spoken"),
    [("CodeDeployDefault.LambdaCanary10Percent5Minutes", ["FL203"]), ("CodeDeployDefault.LambdaAllAtOnce", [])],
)
def test_a_gradual_deployment_starts_at_the_version_that_a_plan_records(configuration: str, spoken: list[str]) -> None:
    graph = recorded("arn:aws:iam::123456789012:role/old", None)
    (alias,) = graph.all(Alias)
    alias.weights = ()
    alias.ignored_changes = ("function_version",)
    graph.add(Deployment(id="steps", name="steps", type="", span=HERE, configuration=Known(configuration)))
    outcome = run_rules(graph, (ROLES, DEAD_LETTERS), Context(as_of=TODAY), {})
    assert [stated.rule.id for stated in outcome.claims] == spoken
    assert all("from version 1, which has the execution role" in stated.claim.message for stated in outcome.claims)
