"""What the transform writes that says nothing about the system. Each entry has its reason; everything else must be equal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from faaslint.load.resource import Loaded

_HASHED = re.compile(r"(.+?)([0-9a-f]{10})$")
_HASHED_TYPES = frozenset({"AWS::Lambda::Version", "AWS::Lambda::LayerVersion", "AWS::ApiGateway::Deployment"})

_HASHED_BY_TEXT = (
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGateway::DomainNameV2",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::Route53::RecordSetGroup",
)

MADE_BY_SAM = re.compile(r"^\w+:createdBy$")
"""Tags that say only that SAM made the resource."""

SUBSTITUTION = "definition_substitution_"
"""How the transform calls what it takes out of a state machine's definition."""

DESCRIBING = frozenset(
    (
        "info",
        "responses",
        "tags",
        "definitions",
        "schemas",
        "swagger",
        "openapi",
        "summary",
        "description",
        "parameters",
        "requestBody",
        "consumes",
        "produces",
        "cacheKeyParameters",
        "x-amazon-apigateway-gateway-responses",
        "x-amazon-apigateway-request-validators",
    )
)
"""Parts of an OpenAPI document that describe payloads to people and clients: they route nothing and permit nothing."""


def names_of(ours: Loaded, theirs: Loaded) -> Callable[[str], str]:
    """Return how the translation's logical ids are called in our graph.

    The transform ends the ids of versions, layers and deployments with a hash of their content, so that each change makes
    a new one. We leave the hash out: a finding about a layer must not become a new finding with each change of the layer.
    """
    mine = {one.address for one in ours.resources}
    other = {one.address for one in theirs.resources}
    found: dict[str, str] = {}
    for one in theirs.resources:
        match = _HASHED.match(one.address)
        if match and one.type in _HASHED_TYPES and one.address not in mine:
            found[one.address] = match[1]
    for kind in _HASHED_BY_TEXT:
        # The hash is over the template's own words (``!Sub``, ``!Join``), which a value no longer has.
        left = [one.address for one in ours.resources if one.type == kind and one.address not in other]
        right = [one.address for one in theirs.resources if one.type == kind and one.address not in mine]
        if len(left) == len(right) == 1:
            found[right[0]] = left[0]
    return lambda name: found.get(name, name)


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of resources without what is cosmetic."""
    return {name: {**one, "properties": _properties(one["type"], one["properties"])} for name, one in data.items()}


def _properties(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    found = dict(properties)
    found = _untagged(found, "Tags")
    if kind == "AWS::ApiGateway::Deployment":
        # A hash of the API's definition, in words.
        found.pop("Description", None)
    if kind == "AWS::AppSync::Resolver" and "ctx.prev.result" in str(found.get("Code")):
        # The code that SAM writes for a resolver without any hands on what it is given.
        del found["Code"]
    if kind == "AWS::StepFunctions::StateMachine":
        found = _defined(found)
    if kind == "AWS::IAM::Role" and found.get("Policies") == []:
        # No policy is no policy, however it is written.
        del found["Policies"]
    if "BodyS3Location" in found:
        # We say that nothing is known of a body that is not on disk.
        found.pop("Body", None)
    if isinstance(found.get("Body"), dict):
        found["Body"] = _body(found["Body"])
    return found


def plain_nodes(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of a graph's nodes without what is cosmetic."""
    found: dict[str, Any] = {}
    for name, node in data.items():
        inner = _untagged(node, "tags")
        # What the transform drops is gone in its own translation.
        inner.pop("ignored_policies", None)
        if "body" in inner:
            inner["body"] = _body(inner["body"]) if inner["body"] != {"…": True} else None
        if inner["kind"] == "StateMachine":
            # What is a mapping here is a text there. Its tasks are nodes of their own, and the resources say the same.
            for key in ("definition", "substitutions"):
                inner.pop(key, None)
        found[name] = inner
    return found


def _untagged(content: dict[str, Any], key: str) -> dict[str, Any]:
    found = {name: inner for name, inner in content.items() if name != key}
    tags = content.get(key)
    if isinstance(tags, list):
        tags = {tag["Key"]: tag["Value"] for tag in tags if isinstance(tag, dict) and "Key" in tag}
    if isinstance(tags, dict):
        tags = {name: value for name, value in tags.items() if not MADE_BY_SAM.match(str(name))}
    return {**found, key: tags} if tags else found


def _defined(found: dict[str, Any]) -> dict[str, Any]:
    """We keep a definition as it is written, for its places; the transform makes one text of it, with substitutions."""
    definition = found.pop("DefinitionString", None)
    substitutions = dict(found.pop("DefinitionSubstitutions", None) or {})
    made = {f"${{{name}}}": substitutions.pop(name) for name in list(substitutions) if name.startswith(SUBSTITUTION)}
    if definition is not None:
        content = json.loads(definition) if isinstance(definition, str) else definition
        found["DefinitionString"] = _substituted(content, made)
    return {**found, "DefinitionSubstitutions": substitutions} if substitutions else found


def _substituted(content: Any, made: dict[str, Any]) -> Any:
    if isinstance(content, dict):
        return {name: _substituted(inner, made) for name, inner in content.items()}
    if isinstance(content, list):
        return [_substituted(inner, made) for inner in content]
    return made.get(content, content) if isinstance(content, str) else content


def _unordered(content: Any) -> Any:
    """The transform orders the statements as Python 2.7 ordered the paths in a dictionary; their order says nothing."""
    if isinstance(content, dict):
        return {key: _unordered(inner) for key, inner in content.items()}
    return (
        sorted(map(_unordered, content), key=lambda one: json.dumps(one, sort_keys=True, default=str))
        if isinstance(content, list)
        else content
    )


def _body(content: Any) -> Any:
    if isinstance(content, dict):
        return {
            key: _unordered(inner) if key == "x-amazon-apigateway-policy" else _body(inner)
            for key, inner in content.items()
            if key not in DESCRIBING
        }
    if isinstance(content, list):
        return [_body(inner) for inner in content]
    return content
