"""Policies of what is no role: resources, users, groups, organisations, and documents that nothing uses."""

from __future__ import annotations

from typing import Any

import pytest

from faaslint.graph import Graph
from faaslint.graph.build.project import build_graph
from faaslint.graph.build.tables.policies import IDENTITIES, INSIDE
from faaslint.load.resource import Loaded, Resource
from faaslint.model.edges import EdgeKind
from faaslint.model.nodes import Policy, PolicyKind, ResourcePolicy, Statement
from faaslint.model.read import elements, text_of
from faaslint.model.record import replace
from faaslint.model.span import Span
from faaslint.model.value import Item, Items, Known, Value

from .making import Ref, cloudformation, resource, terraform


def document(*actions: str) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Action": [one], "Resource": "*"} for one in actions]}


def actions(graph: Graph) -> list[str | None]:
    return [text_of(leaf) for statement in graph.all(Statement) for _, leaf in elements(statement.actions)]


def holders(graph: Graph) -> list[tuple[str, str]]:
    return [(edge.source.id, edge.target.id) for edge in graph.edges() if edge.kind is EdgeKind.ATTACHED_TO]


def nested(path: str, content: object) -> dict[str, Any]:
    """Return properties with something at a path of the tables."""
    first, _, rest = path.partition(".")
    inner = nested(rest, content) if rest else content
    return {first.removesuffix("[]"): [inner] if first.endswith("[]") else inner}


@pytest.mark.parametrize(("type_name", "path"), [(name, path) for name, paths in INSIDE.items() for path in paths])
def test_a_policy_inside_a_resource_is_on_it(type_name: str, path: str) -> None:
    make = cloudformation if type_name.startswith("AWS::") else terraform
    graph = make(resource(type_name, "it", **nested(path, document("svc:Do"))))
    assert actions(graph) == ["svc:Do"]
    assert [edge.target.id for edge in graph.out(graph.all(ResourcePolicy)[0], EdgeKind.ATTACHED_TO)] == ["it"]


@pytest.mark.parametrize("type_name", list(IDENTITIES))
def test_a_policy_of_an_identity_is_read(type_name: str) -> None:
    make = cloudformation if type_name.startswith("AWS::") else terraform
    row = IDENTITIES[type_name]
    properties = nested(row.document, document("svc:Do"))
    graph = make(
        resource("any", "who"), resource(type_name, "it", **properties, **({row.holder: Ref("who")} if row.holder else {}))
    )
    assert actions(graph) == ["svc:Do"]
    expected = [] if row.managed and not row.holder else ["who" if row.holder else "it"]
    assert [edge.target.id for edge in graph.out(graph.all(Policy)[0], EdgeKind.ATTACHED_TO)] == expected


@pytest.mark.parametrize(
    "graph",
    [
        pytest.param(
            terraform(
                resource("aws_ecr_repository", "R", name="images"),
                resource(
                    "aws_ecr_repository_policy", "P", repository=Ref("R", "name"), policy=document("ecr:BatchGetImage")
                ),
            ),
            id="terraform",
        ),
        pytest.param(
            terraform(
                resource("aws_ecr_repository", "R"),
                resource(
                    "aws_s3control_multi_region_access_point_policy",
                    "P",
                    details=[{"name": Ref("R"), "policy": document("ecr:BatchGetImage")}],
                ),
            ),
            id="inside a block",
        ),
        pytest.param(
            cloudformation(
                resource("AWS::VpcLattice::Service", "R"),
                resource(
                    "AWS::VpcLattice::AuthPolicy",
                    "P",
                    ResourceIdentifier=Ref("R", "Arn"),
                    Policy=document("ecr:BatchGetImage"),
                ),
            ),
            id="cloudformation",
        ),
    ],
)
def test_a_policy_that_stands_apart_is_on_what_it_names(graph: Graph) -> None:
    assert actions(graph) == ["ecr:BatchGetImage"]
    assert holders(graph) == [("P", "R")]


class TestUsersAndGroups:
    def test_a_literal_name_leads_to_the_user_or_the_group_of_that_name(self) -> None:
        graph = terraform(
            resource("aws_iam_user", "u", name="ops"),
            resource("aws_iam_group", "g", name="ops"),
            resource("aws_iam_user_policy", "up", user="ops", policy=document("s3:GetObject")),
            resource("aws_iam_group_policy", "gp", group="ops", policy=document("s3:PutObject")),
        )
        assert holders(graph) == [("up", "u"), ("gp", "g")]

    def test_attachments_of_terraform(self) -> None:
        graph = terraform(
            resource("aws_iam_user", "u"),
            resource("aws_iam_group", "g"),
            resource("aws_iam_policy", "p", policy=document("s3:GetObject")),
            resource("aws_iam_user_policy_attachment", "a", user=Ref("u", "name"), policy_arn=Ref("p", "arn")),
            resource("aws_iam_policy_attachment", "b", groups=[Ref("g", "name")], policy_arn=Ref("p", "arn")),
        )
        assert holders(graph) == [("p", "u"), ("p", "g")]

    def test_attachments_of_cloudformation(self) -> None:
        graph = cloudformation(
            resource("AWS::IAM::User", "U", ManagedPolicyArns=[Ref("P")]),
            resource("AWS::IAM::Group", "G"),
            resource("AWS::IAM::ManagedPolicy", "P", Groups=[Ref("G")], PolicyDocument=document("s3:GetObject")),
        )
        assert holders(graph) == [("P", "G"), ("P", "U")]

    def test_several_inline_policies_of_one_user(self) -> None:
        policies = [{"PolicyName": name, "PolicyDocument": document(f"s3:{name}")} for name in ("Get", "Put")]
        graph = cloudformation(resource("AWS::IAM::User", "U", Policies=policies))
        assert actions(graph) == ["s3:Get", "s3:Put"]
        assert [policy.id for policy in graph.all(Policy)] == ["U/policy[0]", "U/policy[1]"]


class TestDocumentsThatNothingUses:
    def graph(self, *documents: Resource, resources: list[Resource] | None = None) -> Graph:
        return build_graph(Loaded(root="t", kind="terraform", resources=resources or [], documents=list(documents)))

    def described(self, address: str, *lines: int) -> Resource:
        """Return a document with a statement on each line; the line is also its action."""
        made = resource("aws_iam_policy_document", address, json=document(*(f"svc:Line{line}" for line in lines)))
        content = made.properties.values["json"]
        assert isinstance(content, Known)
        return replace(made, properties=replace(made.properties, values={"json": placed(content, lines)}))

    def test_it_is_a_policy_of_nobody(self) -> None:
        graph = self.graph(self.described("data.aws_iam_policy_document.d", 3))
        assert actions(graph) == ["svc:Line3"]
        assert [policy.policy_kind for policy in graph.all(Policy)] == [PolicyKind.DOCUMENT]
        assert holders(graph) == []

    def test_one_that_a_policy_has_is_not_there_again(self) -> None:
        one = self.described("data.aws_iam_policy_document.d", 3)
        used = replace(resource("aws_iam_policy", "p"), properties=one.properties)
        used.properties.values["policy"] = one.properties.values["json"]
        assert actions(self.graph(one, resources=[used])) == ["svc:Line3"]

    def test_one_that_another_takes_in_is_there_once(self) -> None:
        part, whole = self.described("d.part", 3), self.described("d.whole", 3, 9)
        graph = self.graph(part, whole)
        assert actions(graph) == ["svc:Line3", "svc:Line9"]
        assert [policy.id for policy in graph.all(Policy)] == ["d.whole"]


def placed(content: Known, lines: tuple[int, ...]) -> Value:
    """Put the statements of a document on lines of a file."""
    listed = content.value.values["Statement"]  # type: ignore[union-attr] # made of a mapping above
    items = []
    for item, line in zip(listed.value.items, lines, strict=True):
        entries = dict(item.value.value.values)
        entries["Action"] = replace(entries["Action"], trail=(Span("main.tf", line, 1, line, 9),))
        items.append(Item(replace(item.value, value=replace(item.value.value, values=entries))))
    whole = {**content.value.values, "Statement": Known(Items(tuple(items)))}  # type: ignore[union-attr] # as above
    return replace(content, value=replace(content.value, values=whole))
