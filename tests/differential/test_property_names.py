"""The properties that the tables read exist: every path of every row is in CloudFormation's own schemas, as cfn-lint has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from faaslint.graph.build.tables import kinds
from faaslint.graph.build.tables.policies import IDENTITIES, INSIDE
from faaslint.load.resource import UPDATE_POLICY

NO_SUCH_PROPERTY = {("AWS::KinesisFirehose::DeliveryStream", "SplunkDestinationConfiguration.RoleARN")}
"""What one of several alike blocks lacks: there it is never set, and reads as absent."""

OF_SAM_ALONE = {("AWS::Lambda::Function", "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions")}
"""What SAM's function has and its transform refuses where no alias is published: read so that a rule can say it."""


def paths() -> Iterator[tuple[str, str]]:
    for kind in kinds():
        for name in kind.cloudformation.split():
            for row in kind.attributes.values():
                # An update policy stands beside the properties.
                if row[0] and not row[0].startswith(UPDATE_POLICY):
                    yield name, row[0]
            for part in kind.parts:
                each = part.each[0]
                if not each:
                    continue
                yield name, each
                inner = [row[0] for row in part.attributes.values()]
                if part.where is not None:
                    inner.append(part.where[0][0])
                for path in inner:
                    if path.startswith("/"):
                        yield name, path[1:]
                    elif path not in ("", "."):
                        yield name, f"{each}.{path}"

    for name, places in INSIDE.items():
        if name.startswith("AWS::"):
            yield from ((name, path) for path in places)
    for name, row in IDENTITIES.items():
        if name.startswith("AWS::"):
            yield from ((name, path) for path in (row.document, row.holder, row.name) if path)


def steps(schema: dict[str, Any], part: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return what a schema says of a property; an empty one says that anything may stand there."""
    while "$ref" in part:
        found: Any = schema
        for key in part["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        part = found
    if "items" in part:
        return steps(schema, part["items"], name)
    if name in part.get("properties", {}):
        return [part["properties"][name]]
    for keyword in ("oneOf", "anyOf", "allOf"):
        for option in part.get(keyword, ()):
            if one := steps(schema, option, name):
                return one
    is_free = "properties" not in part and part.get("type", "object") in (
        "object",
        ["object", "string"],
        ["string", "object"],
        "string",
    )
    return [{}] if is_free else []


@pytest.fixture(scope="module")
def schemas() -> Any:
    from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

    return PROVIDER_SCHEMA_MANAGER


def test_every_path_is_in_the_schema(schemas: Any) -> None:
    missing: set[tuple[str, str]] = set()
    checked = 0
    for type_name, path in paths():
        schema = schemas.get_resource_schema("us-east-1", type_name).schema
        checked += 1
        candidates = [schema]
        for name in path.replace("[]", "").replace("{}", "").split("."):
            candidates = [one for candidate in candidates for one in steps(schema, candidate, name)]
        if not candidates:
            missing.add((type_name, path))
    assert missing == NO_SUCH_PROPERTY | OF_SAM_ALONE
    assert checked > 500
