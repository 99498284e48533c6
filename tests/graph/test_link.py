"""What belongs together is joined, however the files spell it."""

from __future__ import annotations

import pytest

from faaslint.model.edges import EdgeKind
from faaslint.model.guard import atom
from faaslint.model.nodes import Alias, External, Function, Permission, Role, Version
from faaslint.model.value import CLOSED, Branch, Choice, Known, Reference, Unknown

from .making import Ref, Text, cloudformation, resource, terraform

REGION = Unknown("depends on the deployment", "AWS::Region")
FUNCTION = resource("AWS::Lambda::Function", "Fn", FunctionName="orders", Role=Ref("Role", "Arn"))
ALIAS = resource("AWS::Lambda::Alias", "Live", Name="live", FunctionName=Ref("Fn"), FunctionVersion=Ref("V1", "Version"))
VERSION = resource("AWS::Lambda::Version", "V1", FunctionName=Ref("Fn"))


@pytest.mark.parametrize(
    ("spelling", "target", "qualifier"),
    [
        pytest.param(Ref("Fn"), "Fn", None, id="by its name"),
        pytest.param(Ref("Fn", "Arn"), "Fn", None, id="by its ARN"),
        pytest.param("orders", "Fn", None, id="by its literal name"),
        pytest.param("orders:live", "Live", "live", id="by literal name and alias"),
        pytest.param("orders:7", "Fn", "7", id="by literal name and version"),
        pytest.param("arn:aws:lambda:eu-west-1:111122223333:function:orders", "Fn", None, id="by its literal ARN"),
        pytest.param("111122223333:function:orders:live", "Live", "live", id="by a partial ARN"),
        pytest.param(Text(Ref("Fn", "Arn"), ":live"), "Live", "live", id="an ARN with the alias after it"),
        pytest.param(Text(Ref("Fn", "Arn"), ":", REGION), "Fn", REGION, id="an ARN with an unknown qualifier"),
        pytest.param(Ref("Live"), "Live", None, id="an alias"),
        pytest.param(Ref("V1"), "V1", None, id="a version"),
        pytest.param(
            Text("arn:aws:apigateway:", REGION, ":lambda:path/2015-03-31/functions/", Ref("Fn", "Arn"), "/invocations"),
            "Fn",
            None,
            id="an API's invoke ARN",
        ),
        pytest.param(
            Text("arn:aws:apigateway:", REGION, ":lambda:path/2015-03-31/functions/", Ref("Fn", "Arn"), ":live/invocations"),
            "Live",
            "live",
            id="an invoke ARN of the alias",
        ),
    ],
)
def test_what_a_permission_names(spelling: object, target: str, qualifier: object) -> None:
    graph = cloudformation(
        FUNCTION,
        ALIAS,
        VERSION,
        resource("AWS::Lambda::Permission", "P", FunctionName=spelling, Principal="s3.amazonaws.com"),
    )
    (callee,) = graph.callees(graph.nodes["P"])
    assert callee.node is graph.nodes[target]
    written = callee.qualifier.value if isinstance(callee.qualifier, Known) else callee.qualifier
    assert written == qualifier


def test_a_function_of_another_stack_is_external() -> None:
    graph = cloudformation(
        resource("AWS::Lambda::Permission", "P", FunctionName="elsewhere", Principal="s3.amazonaws.com"), FUNCTION
    )
    (callee,) = graph.callees(graph.nodes["P"])
    assert isinstance(callee.node, External)
    assert graph.permissions_on(graph.all(Function)[0]) == ()
    assert graph.permissions_unknown() is CLOSED


def test_a_permission_for_an_unknown_function_leaves_the_list_open() -> None:
    graph = cloudformation(
        resource("AWS::Lambda::Permission", "P", FunctionName=Unknown("set at deployment"), Principal="s3.amazonaws.com"),
        FUNCTION,
    )
    assert graph.permissions_unknown() is not CLOSED


def test_a_permission_on_an_alias_is_one_on_the_function_behind_it() -> None:
    graph = cloudformation(
        FUNCTION, ALIAS, VERSION, resource("AWS::Lambda::Permission", "P", FunctionName=Ref("Live"), Principal="x")
    )
    ((_, permission, callee),) = graph.permissions_on(graph.all(Function)[0])
    assert permission is graph.all(Permission)[0]
    assert callee.node is graph.all(Alias)[0]


def test_the_separate_qualifier_of_terraform_names_the_alias() -> None:
    graph = terraform(
        resource("aws_lambda_function", "f", function_name="orders", publish=True),
        resource(
            "aws_lambda_alias",
            "a",
            name="live",
            function_name=Ref("f", "function_name"),
            function_version=Ref("f", "version"),
        ),
        resource(
            "aws_lambda_permission", "p", function_name=Ref("f", "function_name"), qualifier=Ref("a", "name"), principal="x"
        ),
    )
    (callee,) = graph.callees(graph.nodes["p"])
    assert callee.node is graph.nodes["a"]


class TestVersions:
    def test_a_terraform_function_that_publishes_has_a_version(self) -> None:
        graph = terraform(resource("aws_lambda_function", "f", function_name="orders", publish=True))
        (version,) = graph.all(Version)
        assert [found for _, found in graph.function_behind(version)] == [graph.nodes["f"]]

    def test_one_that_does_not_publish_has_none_and_its_version_is_latest(self) -> None:
        graph = terraform(
            resource("aws_lambda_function", "f", function_name="orders"),
            resource("aws_lambda_permission", "p", function_name=Ref("f", "qualified_arn"), principal="x"),
        )
        assert graph.all(Version) == ()
        (callee,) = graph.callees(graph.nodes["p"])
        assert callee.qualifier == Known("$LATEST")

    def test_both_languages_weights_become_one_shape(self) -> None:
        listed = cloudformation(
            FUNCTION,
            VERSION,
            resource(
                "AWS::Lambda::Alias",
                "A",
                Name="live",
                FunctionName=Ref("Fn"),
                FunctionVersion="1",
                RoutingConfig={"AdditionalVersionWeights": [{"FunctionVersion": "2", "FunctionWeight": 0.1}]},
            ),
        )
        mapped = terraform(
            resource(
                "aws_lambda_alias",
                "a",
                name="live",
                function_name="orders",
                function_version="1",
                routing_config=[{"additional_version_weights": {"2": 0.1}}],
            )
        )
        for graph in (listed, mapped):
            (weight,) = graph.all(Alias)[0].weights
            assert (weight.version, weight.weight) == (Known("2"), Known(0.1))

    def test_an_alias_points_at_the_version_that_it_refers_to(self) -> None:
        graph = cloudformation(FUNCTION, VERSION, ALIAS)
        (edge,) = graph.out(graph.nodes["Live"], EdgeKind.POINTS_AT)
        assert edge.target is graph.nodes["V1"]


class TestRoles:
    ROLE = resource("AWS::IAM::Role", "Role", RoleName="worker", AssumeRolePolicyDocument={"Statement": []})

    @pytest.mark.parametrize(
        "spelling",
        [
            pytest.param(Ref("Role", "Arn"), id="by reference"),
            pytest.param("arn:aws:iam::111122223333:role/worker", id="by literal ARN"),
            pytest.param(Text("arn:aws:iam::", REGION, ":role/worker"), id="by an ARN with holes and its literal name"),
            pytest.param(Text("arn:aws:iam::", REGION, ":role/", Ref("Role")), id="by an ARN built around a reference"),
        ],
    )
    def test_a_function_assumes_its_role(self, spelling: object) -> None:
        graph = cloudformation(resource("AWS::Lambda::Function", "Fn", Role=spelling), self.ROLE)
        ((guard, role),) = graph.roles_of(graph.all(Function)[0])
        assert role is graph.nodes["Role"]
        assert guard.always

    def test_a_role_outside_the_project_is_unknown(self) -> None:
        graph = cloudformation(
            resource("AWS::Lambda::Function", "Fn", Role="arn:aws:iam::111122223333:role/other"), self.ROLE
        )
        ((_, role),) = graph.roles_of(graph.all(Function)[0])
        assert isinstance(role, Unknown)

    def test_a_choice_of_roles_keeps_both_branches(self) -> None:
        production = atom("IsProd")
        choice = Choice(
            (Branch(production, Known(Reference("Role", "Arn"))), Branch(~production, Unknown("another stack's role")))
        )
        graph = cloudformation(resource("AWS::Lambda::Function", "Fn", Role=choice), self.ROLE)
        first, second = graph.roles_of(graph.all(Function)[0])
        assert first == (production, graph.nodes["Role"])
        assert isinstance(second[1], Unknown)

    def test_statements_of_inline_and_separate_policies_come_together(self) -> None:
        document = {"Statement": {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}}
        graph = cloudformation(
            resource("AWS::IAM::Role", "Role", Policies=[{"PolicyName": "inline", "PolicyDocument": document}]),
            resource("AWS::IAM::Policy", "More", PolicyName="more", Roles=[Ref("Role")], PolicyDocument=document),
        )
        assert len(graph.statements_of(graph.all(Role)[0])) == 2
        assert graph.all(Role)[0].policies_openness is CLOSED

    def test_a_managed_policy_of_another_account_leaves_the_list_open(self) -> None:
        graph = cloudformation(
            resource("AWS::IAM::Role", "Role", ManagedPolicyArns=["arn:aws:iam::111122223333:policy/theirs"])
        )
        assert graph.all(Role)[0].policies_openness is not CLOSED

    def test_an_attachment_to_an_unknown_role_may_be_to_any(self) -> None:
        graph = terraform(
            resource("aws_iam_role", "r", name="worker"),
            resource("aws_iam_role_policy", "p", role=Unknown("var.role"), policy={"Statement": []}),
        )
        assert graph.all(Role)[0].policies_openness is not CLOSED

    def test_an_aws_managed_policy_is_read_from_our_tables(self) -> None:
        graph = terraform(
            resource("aws_iam_role", "r", name="worker"),
            resource(
                "aws_iam_role_policy_attachment",
                "a",
                role=Ref("r", "name"),
                policy_arn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
            ),
        )
        role = graph.all(Role)[0]
        assert role.policies_openness is CLOSED
        assert len(graph.statements_of(role)) >= 1


class TestTriggers:
    def test_a_rule_triggers_what_it_targets(self) -> None:
        graph = cloudformation(
            FUNCTION,
            resource("AWS::Events::Rule", "Nightly", Targets=[{"Id": "1", "Arn": Ref("Fn", "Arn")}]),
            resource("AWS::Events::Rule", "ToQueue", Targets=[{"Id": "1", "Arn": Ref("Q", "Arn")}]),
            resource("AWS::SQS::Queue", "Q"),
        )
        ((_, edge),) = graph.triggers_of(graph.all(Function)[0])
        assert edge.source is graph.nodes["Nightly"]
        assert edge.principal == "events.amazonaws.com"

    def test_a_queue_is_polled(self) -> None:
        graph = cloudformation(
            FUNCTION,
            resource("AWS::SQS::Queue", "Q"),
            resource("AWS::Lambda::EventSourceMapping", "M", FunctionName=Ref("Fn"), EventSourceArn=Ref("Q", "Arn")),
        )
        ((_, mapping),) = graph.mappings_of(graph.all(Function)[0])
        ((_, source),) = graph.polled_by(mapping)
        assert source is graph.nodes["Q"]

    def test_an_edge_association_reaches_the_function_through_its_version(self) -> None:
        graph = cloudformation(
            FUNCTION,
            VERSION,
            resource(
                "AWS::CloudFront::Distribution",
                "Site",
                DistributionConfig={
                    "DefaultCacheBehavior": {
                        "LambdaFunctionAssociations": [{"EventType": "viewer-request", "LambdaFunctionARN": Ref("V1")}]
                    }
                },
            ),
        )
        ((_, association, callee),) = graph.edge_associations_of(graph.all(Function)[0])
        assert association.event_type == Known("viewer-request")
        assert callee.node is graph.nodes["V1"]
