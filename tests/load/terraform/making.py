"""Loading a configuration that a test writes down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faaslint.load.resource import Loaded
from faaslint.load.terraform import load_terraform
from faaslint.model.value import Value
from faaslint.source.workspace import Workspace

from ..loading import shown, value

TABLE = 'resource "aws_dynamodb_table" "t" {\n  name = "orders"\n  read_capacity = 5\n}\n'
QUEUE = 'resource "aws_sqs_queue" "q" {\n  name = "jobs"\n}\n'


def load(
    text: str,
    parameters: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    folder: str = ".",
) -> Loaded:
    """Load one root module, with other files beside it."""
    return load_terraform(Workspace.in_memory({"main.tf": text, **(files or {})}), folder, parameters or {})


def property_of(expression: str, text: str = "", **files: str) -> Value:
    """Return what a resource's property is worth that is set to an expression, in a configuration of ``text``."""
    loaded = load(f'resource "aws_thing" "it" {{\n  it = {expression}\n}}\n{text}', files=files)
    return value(loaded, "aws_thing.it", "it")


def worth(expression: str, text: str = "", **files: str) -> Any:
    """Return that value as plain data."""
    return shown(property_of(expression, text, **files))


def addresses(loaded: Loaded) -> list[str]:
    """Return the addresses of all resources."""
    return [resource.address for resource in loaded.resources]
