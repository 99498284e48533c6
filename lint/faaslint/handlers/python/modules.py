"""What is known of modules that are not in the package: whether they call AWS, and whether they read the environment."""

from __future__ import annotations

import json
import os
from enum import StrEnum
from functools import cache
from typing import Any, Final


class Trust(StrEnum):
    """What a module from outside the package may do behind the handler's back."""

    STANDARD = "standard"
    """It is part of Python."""
    HARMLESS = "harmless"
    """It calls no AWS API with the function's role."""
    SDK = "sdk"
    """It is the AWS SDK, whose calls are followed."""
    CALLS_AWS = "calls"
    """It calls AWS, in ways that are not followed."""
    UNKNOWN = "unknown"


@cache
def document(name: str) -> dict[str, Any]:
    """Return one of the data files beside this module."""
    with open(os.path.join(os.path.dirname(__file__), "data", f"{name}.json"), encoding="utf-8") as stream:
        content: dict[str, Any] = json.load(stream)
    return content


@cache
def names(kind: str) -> frozenset[str]:
    """Return one of the lists of names that the data file of modules holds."""
    return frozenset(name for line in document("modules")[kind] for name in line.split())


_PREFIXES: Final[dict[str, Trust]] = {
    "boto3": Trust.SDK,
    "botocore": Trust.SDK,
    "s3transfer": Trust.SDK,
    "aioboto3": Trust.SDK,
    "aiobotocore": Trust.SDK,
    "botocore.auth": Trust.CALLS_AWS,
    "botocore.awsrequest": Trust.CALLS_AWS,
    "botocore.signers": Trust.CALLS_AWS,
    "aws_secretsmanager_caching": Trust.HARMLESS,
    # Its checkpoints are needs of the function's configuration.
    "aws_durable_execution_sdk_python": Trust.HARMLESS,
    "aws_lambda_powertools.utilities.data_masking": Trust.CALLS_AWS,
    "aws_lambda_powertools.utilities.streaming": Trust.CALLS_AWS,
    "opensearchpy": Trust.HARMLESS,
    "opensearchpy.AWSV4SignerAuth": Trust.CALLS_AWS,
    "opensearchpy.AWSV4SignerAsyncAuth": Trust.CALLS_AWS,
    "opensearchpy.RequestsAWSV4SignerAuth": Trust.CALLS_AWS,
    "opensearchpy.Urllib3AWSV4SignerAuth": Trust.CALLS_AWS,
    "opensearchpy.helpers.signer": Trust.CALLS_AWS,
    "anthropic.AnthropicBedrock": Trust.CALLS_AWS,
    "anthropic.AsyncAnthropicBedrock": Trust.CALLS_AWS,
    "elasticsearch": Trust.HARMLESS,
    "google.protobuf": Trust.HARMLESS,
}
"""Dotted names whose trust differs from that of what they are in."""

_READS_ENVIRONMENT: Final = frozenset(
    {
        "decouple",
        "dotenv",
        "dynaconf",
        "environ",
        "environs",
        "envparse",
        "everett",
        "hydra",
        "omegaconf",
        "pydantic_settings",
    }
)
"""Packages through which source reads variables that it does not name in ``os.environ``."""

_SETS_ENVIRONMENT: Final = frozenset({"dotenv", "environ", "environs", "dynaconf"})
"""Packages that load variables from a file into the environment."""

ROUTERS: Final = (
    "aws_lambda_powertools",
    "chalice",
    "crhelper",
    "fastapi",
    "flask",
    "starlette",
    "mangum",
    "falcon",
    "bottle",
    "quart",
)
"""Frameworks that call the functions which their decorators register."""


_TRANSPARENT: Final = frozenset({"inject_lambda_context", "capture_lambda_handler", "log_metrics", "capture_method",
                                 "capture", "capture_async", "idempotent", "validator"})  # fmt: skip
"""Decorators of Powertools and X-Ray that pass the event, the context and the answer on as they are."""


_WRAPPERS: Final = _TRANSPARENT | {"batch_processor", "async_batch_processor", "event_parser", "event_source",
                                   "idempotent_function"}  # fmt: skip
"""Decorators of Powertools and X-Ray whose function runs when the source calls it, and not before."""

_WRAPPING_PACKAGES: Final = ("aws_lambda_powertools.", "aws_xray_sdk.")


def is_transparent(path: str) -> bool:
    """Return whether a decorator (its dotted path) changes neither what a function gets nor what it returns."""
    return path.startswith(_WRAPPING_PACKAGES) and path.removesuffix("()").rpartition(".")[2] in _TRANSPARENT


def wraps(path: str) -> bool:
    """Return whether a decorator (its dotted path) calls its function only where the source calls that."""
    return path.startswith(_WRAPPING_PACKAGES) and path.removesuffix("()").rpartition(".")[2] in _WRAPPERS


def trust_of(path: str) -> Trust:
    """Return what may come of importing a dotted name (``module`` or ``module.name``) from outside the package."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        found = _PREFIXES.get(".".join(parts[:length]))
        if found is not None:
            return found
    if is_standard(parts[0]):
        return Trust.STANDARD
    if parts[0] in names("harmless") or parts[0].startswith(("mypy_boto3", "types_aioboto", "types_boto3")):
        return Trust.HARMLESS
    return Trust.UNKNOWN


_PROVIDED: Final = frozenset({"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3", "pip",
                              "awslambdaric", "bootstrap", "snapshot_restore_py", "runtime_client",
                              "aws_durable_execution_sdk_python"})  # fmt: skip
"""What the managed Python runtimes bring beside the standard library: the SDK, what it needs, and the runtime itself."""


def is_provided(path: str) -> bool:
    """Return whether the managed runtime brings a module that is not part of Python."""
    return path.partition(".")[0] in _PROVIDED


def is_standard(name: str) -> bool:
    """Return whether a top-level name is that of a module of the standard library, in any supported version of Python."""
    return name in names("standard")


def is_builtin(name: str) -> bool:
    """Return whether a name is one of Python's built-in functions or types, or a name that every module has."""
    return name in names("builtins")


def is_wrapper(name: str) -> bool:
    """Return whether a top-level module is one that layers bring, and that calls the user's handler itself."""
    return name in names("wrappers")


def reads_environment(path: str) -> bool:
    """Return whether a module reads variables on behalf of its caller."""
    return path.split(".", 1)[0] in _READS_ENVIRONMENT or path in ("starlette.config", "pydantic.BaseSettings")


def sets_environment(path: str) -> bool:
    """Return whether a module may put variables into the environment."""
    return path.split(".", 1)[0] in _SETS_ENVIRONMENT
