"""SAM's policy templates and connector profiles, filled in with the values of a template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ..model.value import (
    Fields,
    Item,
    Items,
    Known,
    Trail,
    Unknown,
    Value,
    choose,
    join_text,
    jointly,
)
from .store import shards

PSEUDO_PARAMETERS: Final = ("AWS::Partition", "AWS::Region", "AWS::AccountId", "AWS::URLSuffix", "AWS::StackName")


def template_names() -> tuple[str, ...]:
    """Return the names of all policy templates, sorted."""
    return tuple(_templates())


def template_parameters(name: str) -> tuple[str, ...] | None:
    """Return the parameters that a policy template takes, None where there is no such template."""
    entry = _templates().get(name)
    return None if entry is None else tuple(entry["parameters"])


def policy_template(name: str, arguments: Mapping[str, Value], trail: Trail = ()) -> Value | None:
    """Return the policy document that a SAM policy template makes of its arguments, None where there is no such template.

    A parameter without an argument is unknown. ``trail`` is where the template is used; the document has no other position.
    """
    entry = _templates().get(name)
    if entry is None:
        return None
    names: dict[str, Value] = {
        parameter: Unknown(f"the parameter {parameter} of {name} is not given") for parameter in entry["parameters"]
    }
    return _document(entry["statement"], {**names, **arguments}, trail)


def _templates() -> dict[str, Any]:
    found: dict[str, Any] = shards("sam").get("templates")
    return found


class ConnectorPolicy(NamedTuple):
    """What a connector makes. ``kind`` is SAM's word for it.

    ``AWS_IAM_ROLE_MANAGED_POLICY`` hangs on the role of the source (``on_source``) or of the destination;
    ``AWS_LAMBDA_PERMISSION``, ``SQS_QUEUE_POLICY`` and ``SNS_TOPIC_POLICY`` on the named resource. ``document`` is the
    policy document, or for a permission the properties of one.
    """

    kind: str
    on_source: bool
    document: Value


def connector_policy(
    source_type: str, destination_type: str, categories: Iterable[str], names: Mapping[str, Value], trail: Trail = ()
) -> ConnectorPolicy | None:
    """Return what a connector between two CloudFormation types makes, None where SAM has no profile for the pair.

    ``categories`` are its permissions (``Read``, ``Write``); ``names`` gives ``Source.Arn``, ``Destination.Arn``,
    ``Source.ResourceId``, ``Destination.Name`` and so on. What is not given is unknown.
    """
    profile = shards("sam").get("connectors").get(source_type, {}).get(destination_type)
    if profile is None:
        return None
    properties = profile["Properties"]
    statements: list[Any] = []
    granted = properties.get("AccessCategories", {})
    wanted = set(categories)
    for category, content in granted.items():
        if category in wanted:
            statements += _statements(content)
    on_source = bool(properties.get("SourcePolicy", False))
    return ConnectorPolicy(profile["Type"], on_source, _document(statements, names, trail))


def _statements(content: Any) -> list[Any]:
    """A permission's properties stand for themselves; a policy's category holds its statements."""
    listed = content.get("Statement", content) if isinstance(content, dict) else content
    return listed if isinstance(listed, list) else [listed]


def _document(statements: object, names: Mapping[str, Value], trail: Trail) -> Value:
    return Known(Fields({"Statement": _fill(statements, names, trail)}), trail)


def _fill(content: object, names: Mapping[str, Value], trail: Trail) -> Value:
    """Fill in one part. The depth is that of our own data."""
    if isinstance(content, dict):
        if len(content) == 1:
            ((function, argument),) = content.items()
            if function == "Ref":
                return _named(argument, names)
            if function == "Fn::Sub":
                text, inner = argument if isinstance(argument, list) else (argument, {})
                local = {key: _fill(value, names, trail) for key, value in inner.items()}
                return _substitute(text, {**names, **local}, trail)
        return Known(Fields({key: _fill(value, names, trail) for key, value in content.items()}), trail)
    if isinstance(content, list):
        return Known(Items(tuple(Item(_fill(entry, names, trail)) for entry in content)), trail)
    if isinstance(content, str):
        return _substitute(content, names, trail) if "${AWS::" in content or "%{" in content else Known(content, trail)
    if content is None or isinstance(content, (bool, int, float)):
        return Known(content, trail)
    return Unknown("not a JSON value", trail=trail)


def _named(name: str, names: Mapping[str, Value]) -> Value:
    if name in names:
        return names[name]
    if name in PSEUDO_PARAMETERS:
        return Unknown(f"{name} depends on the deployment", name)
    return Unknown(f"{name} is not given")


def _substitute(text: str, names: Mapping[str, Value], trail: Trail) -> Value:
    parts = [Known(part) if plain else _named(part, names) for plain, part in _split(text)]
    return choose(((guard, join_text((Known("", trail), *leaves))) for guard, leaves in jointly(*parts)), trail)


def _split(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the parts of a text with placeholders ``${Name}`` or ``%{Name}``: whether plain, and the text or name."""
    rest = text
    while True:
        places = [place for place in (rest.find("${"), rest.find("%{")) if place >= 0]
        if not places:
            yield True, rest
            return
        start = min(places)
        name, closed, following = rest[start + 2 :].partition("}")
        if not closed:
            yield True, rest
            return
        yield True, rest[:start]
        yield False, name
        rest = following
