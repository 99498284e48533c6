"""``samconfig.toml``: what the user's own deployment of a template sets."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterator
from typing import Any, Final

from ...source.workspace import Unreadable, Workspace

NAME: Final = "samconfig.toml"
LARGEST: Final = 100_000
"""A settings file over this size (characters) is passed over; real ones stay under 5 000."""

_ENVIRONMENT: Final = "default"
"""The environment that ``sam deploy`` uses when none is named."""

_COMMANDS: Final = ("global", "deploy")
"""The tables that ``sam deploy`` reads; a later one wins."""

_OWN_NAMES: Final = frozenset({"template.yaml", "template.yml", "template.json"})
"""The templates that ``sam`` takes without being told."""


def deployment_parameters(workspace: Workspace, template: str) -> dict[str, str]:
    """Return the parameter values that the settings beside a template give it, the region as ``AWS::Region``.

    Empty where there are no settings, where they can't be read, or where they are another template's.
    """
    settings = _settings(workspace, posixpath.dirname(template))
    named = settings.get("template_file", settings.get("template"))
    if isinstance(named, str):
        if posixpath.normpath(posixpath.join(posixpath.dirname(template), named)) != template:
            return {}
    elif posixpath.basename(template) not in _OWN_NAMES:
        return {}
    parameters = dict(_overrides(settings.get("parameter_overrides")))
    region = settings.get("region")
    if isinstance(region, str) and region:
        parameters["AWS::Region"] = region
    return parameters


def _settings(workspace: Workspace, folder: str) -> dict[str, Any]:
    path = posixpath.join(folder, NAME)
    if not workspace.is_file(path):
        return {}
    # Imported when needed: most projects have no such file.
    import tomllib

    try:
        text = workspace.text(path)
        document: Any = tomllib.loads(text) if len(text) <= LARGEST else {}
    except (Unreadable, tomllib.TOMLDecodeError, RecursionError):
        return {}
    environment = document.get(_ENVIRONMENT)
    settings: dict[str, Any] = {}
    for command in _COMMANDS:
        table = environment.get(command) if isinstance(environment, dict) else None
        parameters = table.get("parameters") if isinstance(table, dict) else None
        if isinstance(parameters, dict):
            settings |= parameters
    return settings


def _overrides(value: object) -> Iterator[tuple[str, str]]:
    """Yield names and values: ``Stage=prod``, or ``ParameterKey=Stage,ParameterValue=prod``, in one text or a list."""
    if isinstance(value, dict):
        yield from ((name, str(one)) for name, one in value.items() if isinstance(one, (str, int, float)))
        return
    try:
        words = shlex.split(value) if isinstance(value, str) else value
    except ValueError:
        return
    if not isinstance(words, list):
        return
    for word in words:
        if not isinstance(word, str):
            continue
        if word.startswith("ParameterKey=") and ",ParameterValue=" in word:
            name, _, content = word.removeprefix("ParameterKey=").partition(",ParameterValue=")
        else:
            name, equals, content = word.partition("=")
            if not equals:
                continue
        yield name.strip(), content
