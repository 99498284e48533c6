"""Libraries that call AWS on behalf of their caller: Powertools, the secrets cache. What each of their calls comes to."""

from __future__ import annotations

from typing import Final, NamedTuple

from ...model.value import Value
from ...source.python_syntax import Syntax
from .domain import OTHER, Abstract, Account, External
from .run import Arguments, Run
from .sdk import note_call
from .values import value_of

_PARAMETERS: Final = "aws_lambda_powertools.utilities.parameters"
_IDEMPOTENCY: Final = "aws_lambda_powertools.utilities.idempotency"
_FLAGS: Final = "aws_lambda_powertools.utilities.feature_flags"
_CACHE: Final = "aws_secretsmanager_caching"
_RESOURCE: Final = "crhelper"


class _Made(NamedTuple):
    """What a call comes to: operations of a service, and which argument (position, name) is which of theirs."""

    service: str
    operations: tuple[str, ...]
    arguments: tuple[tuple[int | None, str, str], ...] = ()
    and_more: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Operations of further services."""
    decorates: bool = False
    """Whether it is a decorator, whose function is called like that of any other."""


_APPCONFIG: Final = ("start_configuration_session", "get_latest_configuration")
_PERSISTENCE: Final = _Made(
    "dynamodb", ("get_item", "put_item", "update_item", "delete_item"), ((0, "table_name", "TableName"),)
)
_POLLS: Final = _Made(
    "lambda",
    ("add_permission", "remove_permission"),
    and_more=(("events", ("put_rule", "delete_rule", "put_targets", "remove_targets")),),
    decorates=True,
)
_SECRET: Final = ((0, "name", "SecretId"),)
_CACHED: Final = _Made("secretsmanager", ("describe_secret", "get_secret_value"), ((0, "secret_id", "SecretId"),))
_CONFIGURATION: Final = (
    (0, "name", "ConfigurationProfileIdentifier"),
    (1, "environment", "EnvironmentIdentifier"),
    (2, "application", "ApplicationIdentifier"),
)

_CALLS: Final[dict[str, dict[str, _Made]]] = {
    _PARAMETERS: {
        "get_parameter": _Made("ssm", ("get_parameter",), ((0, "name", "Name"),)),
        "get_parameters": _Made("ssm", ("get_parameters_by_path",), ((0, "path", "Path"),)),
        "get_parameters_by_name": _Made("ssm", ("get_parameters",)),
        "set_parameter": _Made("ssm", ("put_parameter",), ((0, "name", "Name"),)),
        "get_secret": _Made("secretsmanager", ("get_secret_value",), _SECRET),
        "set_secret": _Made("secretsmanager", ("put_secret_value", "create_secret"), _SECRET),
        "get_app_config": _Made("appconfigdata", _APPCONFIG, _CONFIGURATION),
        # Made with a client of the caller's own, they still do nothing until they are asked.
        **dict.fromkeys(("SSMProvider", "SecretsProvider", "DynamoDBProvider", "AppConfigProvider"), _Made("ssm", ())),
        "SSMProvider().get": _Made("ssm", ("get_parameter",), ((0, "name", "Name"),)),
        "SSMProvider().get_multiple": _Made("ssm", ("get_parameters_by_path",), ((0, "path", "Path"),)),
        "SSMProvider().get_parameters_by_name": _Made("ssm", ("get_parameters",)),
        "SSMProvider().set": _Made("ssm", ("put_parameter",), ((0, "name", "Name"),)),
        "SecretsProvider().get": _Made("secretsmanager", ("get_secret_value",), _SECRET),
        "SecretsProvider().set": _Made("secretsmanager", ("put_secret_value", "create_secret"), _SECRET),
        "DynamoDBProvider().get": _Made("dynamodb", ("get_item",)),
        "DynamoDBProvider().get_multiple": _Made("dynamodb", ("query",)),
        "AppConfigProvider().get": _Made("appconfigdata", _APPCONFIG, ((0, "name", "ConfigurationProfileIdentifier"),)),
    },
    _IDEMPOTENCY: {"DynamoDBPersistenceLayer": _PERSISTENCE},
    _FLAGS: {
        "AppConfigStore": _Made(
            "appconfigdata",
            _APPCONFIG,
            (
                (0, "environment", "EnvironmentIdentifier"),
                (1, "application", "ApplicationIdentifier"),
                (2, "name", "ConfigurationProfileIdentifier"),
            ),
        )
    },
    _CACHE: {
        "SecretCache": _Made("secretsmanager", ()),
        "SecretCache().get_secret_string": _CACHED,
        "SecretCache().get_secret_binary": _CACHED,
        "InjectSecretString": _CACHED,
        "InjectKeywordedSecretString": _CACHED,
    },
    # What answers at once needs nothing; what polls makes a rule that calls the function again.
    _RESOURCE: {f"CfnResource().poll_{event}": _POLLS for event in ("create", "update", "delete")},
}
"""By library, then by what is called in it. Sources: the libraries' documentation of the permissions that they need,
https://docs.powertools.aws.dev/lambda/python/latest/utilities/parameters/ (and idempotency, feature_flags), and
https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_cache-python.html,
https://github.com/aws-cloudformation/custom-resource-helper (README, "Polling")
"""


def call_library(run: Run, path: str, arguments: Arguments, node: Syntax) -> Abstract | None:
    """Return what calling a modelled library gives, and note the AWS calls that it comes to; None for anything else."""
    if not path.startswith(("aws_lambda_powertools.", "aws_secretsmanager_caching.", "crhelper.")):
        return None
    for library, calls in _CALLS.items():
        if path.startswith(library + "."):
            made = calls.get(_plain(path[len(library) + 1 :]))
            if made is not None:
                _note(run, made, path, arguments, node)
                if made.decorates:
                    return None
                return OTHER if path.rpartition(".")[2][:1].islower() else frozenset({External(f"{path}()")})
    return None


def _plain(inner: str) -> str:
    """Return a name without the modules that it stands in: ``ssm.get_parameter`` is ``get_parameter``."""
    parts = inner.split(".")
    while len(parts) > 1 and parts[0].islower() and not parts[0].endswith("()"):
        parts.pop(0)
    return ".".join(parts)


def _note(run: Run, made: _Made, path: str, arguments: Arguments, node: Syntax) -> None:
    given: dict[str, Value] = {}
    for position, name, wanted in made.arguments:
        value = arguments.get(position, name)
        if value is not None:
            given[wanted] = value_of(run, value)
    complete = bool(made.arguments) and not arguments.open_named
    for operation in made.operations:
        # The provider's own arguments (a table's name) are not kept.
        note_call(run, (made.service, Account()), operation, dict(given), node, path.rpartition(".")[2], complete)
    for service, operations in made.and_more:
        for operation in operations:
            note_call(run, (service, Account()), operation, {}, node, path.rpartition(".")[2], False)
