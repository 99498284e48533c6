"""One form for one thing: the ARNs of functions, aliases and versions, however they are written."""

from __future__ import annotations

import pytest

from faaslint.graph import Graph
from faaslint.graph.identity import canonical, qualified_arn
from faaslint.model.value import Known, Pattern, Reference, Unknown

from .making import Ref, cloudformation, resource, terraform


def stack() -> Graph:
    return cloudformation(
        resource("AWS::Lambda::Function", "Fn", FunctionName="orders"),
        resource("AWS::Lambda::Version", "Version", FunctionName=Ref("Fn")),
        resource(
            "AWS::Lambda::Alias", "Live", Name="live", FunctionName=Ref("Fn"), FunctionVersion=Ref("Version", "Version")
        ),
    )


def end(pattern: Pattern | None) -> object:
    """What follows the account in an ARN."""
    assert pattern is not None
    return pattern.parts[6:] if len(pattern.parts) > 7 else pattern.parts[-1]


def test_a_function_is_called_by_its_own_arn_or_with_what_the_caller_writes_after_it() -> None:
    graph = stack()
    function = graph.nodes["Fn"]
    assert end(qualified_arn(graph, function)) == ":function:orders"
    assert end(qualified_arn(graph, function, Known(None))) == ":function:orders"
    assert end(qualified_arn(graph, function, Known("$LATEST"))) == ":function:orders:$LATEST"


def test_a_qualifier_that_is_not_known_stays_a_hole() -> None:
    graph = stack()
    found = qualified_arn(graph, graph.nodes["Fn"], Unknown("a stage variable"))
    assert found is not None
    assert isinstance(found.parts[-1], Unknown)
    assert found.parts[-2] == ":function:orders:"


def test_an_alias_is_its_functions_arn_with_its_name() -> None:
    graph = stack()
    assert end(qualified_arn(graph, graph.nodes["Live"])) == ":function:orders:live"


def test_a_version_is_its_functions_arn_with_a_number_that_is_not_known() -> None:
    graph = stack()
    assert end(qualified_arn(graph, graph.nodes["Version"])) == (":function:orders:", Reference("Version", "version"))


@pytest.mark.parametrize("attribute", ["Ref", "AliasArn"])
def test_a_reference_to_an_alias_means_the_same_as_its_arn(attribute: str) -> None:
    graph = stack()
    assert canonical(graph, Reference("Live", attribute)) == qualified_arn(graph, graph.nodes["Live"])


def test_terraform_names_an_alias_by_its_arn() -> None:
    graph = terraform(
        resource("aws_lambda_function", "aws_lambda_function.fn", function_name="orders"),
        resource(
            "aws_lambda_alias",
            "aws_lambda_alias.live",
            name="live",
            function_name=Ref("aws_lambda_function.fn", "function_name"),
            function_version="3",
        ),
    )
    alias = graph.nodes["aws_lambda_alias.live"]
    assert canonical(graph, Reference(alias.id, "arn")) == qualified_arn(graph, alias)
    assert canonical(graph, Reference(alias.id, "function_version")) == Reference(alias.id, "function_version")
