"""Modules of the public registry that serverless projects call most, for calls whose module is not on disk.

Each file of ``models/`` says in Terraform's own language what a call makes: the module's documented inputs, the resources
at the addresses that the module gives them, and its outputs. A model is evaluated like a module on disk. It says less
than the module does, so what it makes is open: only what it sets is known.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..configuration import Configuration

MODEL_PATH: Final = "<registry>/"
"""How the paths of models begin in spans: they are no files of the project, and no finding may stand in one."""

_MODELS: Final = {
    "terraform-aws-modules/lambda": "lambda",
    "terraform-aws-modules/lambda//modules/alias": "lambda_alias",
    "terraform-aws-modules/lambda//modules/docker-build": "lambda_docker_build",
    "terraform-aws-modules/eventbridge": "eventbridge",
    "terraform-aws-modules/apigateway-v2": "apigateway_v2",
    "terraform-aws-modules/sqs": "sqs",
    "terraform-aws-modules/sns": "sns",
    "terraform-aws-modules/s3-bucket": "s3_bucket",
    "terraform-aws-modules/s3-bucket//modules/notification": "s3_notification",
    "terraform-aws-modules/dynamodb-table": "dynamodb_table",
    "terraform-aws-modules/step-functions": "step_functions",
    "terraform-aws-modules/vpc": "vpc",
    "cloudposse/lambda-function": "cloudposse_lambda",
}


@cache
def _sources() -> tuple[re.Pattern[str], re.Pattern[str]]:
    inside = r"(?P<inside>//[^?]+?)?/?"
    registry = re.compile(
        rf"(?:registry\.(?:terraform|opentofu)\.(?:io|org)/)?(?P<owner>[\w-]+)/(?P<name>[\w-]+)/aws{inside}$"
    )
    git = re.compile(
        r"(?:git::)?(?:https://|ssh://git@|git@)?github\.com[/:](?P<owner>[\w-]+)/terraform-aws-(?P<name>[\w-]+?)(?:\.git)?"
        rf"{inside}(?:\?.*)?$"
    )
    return registry, git


def model_of(source: str) -> str | None:
    """Return the name of the model for a module's source (of the registry, or of its repository), None for others."""
    if "aws" not in source or source.startswith("."):
        return None
    for pattern in _sources():
        match = pattern.match(source)
        if match is not None:
            return _MODELS.get(f"{match['owner']}/{match['name']}{match['inside'] or ''}")
    return None


@cache
def configuration_of(model: str) -> Configuration:
    """Return what a model declares. Parsed once for a process: nothing changes it."""
    from .reading import read_model

    return read_model(model)


def registry_lambda(source: str) -> bool:
    """Return whether a module source is the registry's Lambda module (without a submodule)."""
    return model_of(source) == "lambda"
