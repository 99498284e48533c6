"""The user's settings: ``faaslint.toml``, or ``[tool.faaslint]`` in ``pyproject.toml``.

The nearest file at or above the working directory wins; files are not merged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

from .check.rule import Profile
from .model.finding import Level
from .model.record import field, record

NAMES = ("faaslint.toml", "pyproject.toml")
KEYS = frozenset(
    {
        "select",
        "ignore",
        "fail-on",
        "profile",
        "as-of",
        "parameters",
        "parameter-files",
        "config-env",
        "var-files",
        "workspace",
        "packs",
        "rules",
    }
)
LARGEST = 1_000_000
"""A settings file over this size (bytes) is refused."""


class ConfigurationProblem(Exception):
    """A settings file that can't be used; the message names the file and what to mend."""


@record(kw_only=True)
class Configuration:
    """What a settings file says. ``rules`` holds options by rule id."""

    path: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = "error"
    profile: Profile = "default"
    as_of: date | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    parameter_files: tuple[str, ...] = ()
    environment: str = ""
    variable_files: tuple[str, ...] = ()
    terraform_workspace: str = ""
    packs: tuple[str, ...] = ()
    rules: Mapping[str, Mapping[str, str | int | float | bool]] = field(default_factory=dict)

    def fail_on_level(self, given: str | None) -> Level | None:
        """Return the level that fails the run, None for ``never``; what is given on the command line wins."""
        word = given or self.fail_on
        return None if word == "never" else Level.named(word)

    def refuse_packs_outside(self, allowed: set[str]) -> None:
        """Raise ConfigurationProblem if a pack is named that the command line does not allow.

        A pack is code that runs; the configuration of a repository that is only to be analysed must not choose any.
        """
        for pack in self.packs:
            if pack not in allowed:
                raise ConfigurationProblem(
                    f"'{self.path}' asks for the rule pack '{pack}'; allow it with --allow-packs {pack}"
                )


def read_configuration(folder: Path, named: str | None = None) -> Configuration:
    """Return the settings that hold for a folder, or those of the named file. Raises ConfigurationProblem."""
    if named is not None:
        path = folder / named
        if not path.is_file():
            raise ConfigurationProblem(f"there is no configuration file '{named}'")
        return _read(path, named) or Configuration(path=named)
    for place in (folder, *folder.parents):
        for name in NAMES:
            candidate = place / name
            if candidate.is_file():
                found = _read(candidate, str(candidate) if place != folder else name)
                if found is not None:
                    return found
        if (place / ".git").exists():
            break
    return Configuration()


def _read(path: Path, shown: str) -> Configuration | None:
    try:
        content = path.read_bytes()
        if len(content) > LARGEST:
            raise ConfigurationProblem(f"'{shown}' is too large to be a configuration")
        if path.name == "pyproject.toml" and b"faaslint" not in content:
            return None
        import tomllib

        document = tomllib.loads(content.decode("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationProblem(f"'{shown}' can't be read: {error}") from None
    if path.name == "pyproject.toml":
        tools = document.get("tool")
        table = tools.get("faaslint") if isinstance(tools, dict) else None
        if table is None:
            return None
    else:
        table = document
    if not isinstance(table, dict):
        raise ConfigurationProblem(f"'{shown}': [tool.faaslint] is not a table")
    return _configuration(table, shown)


def _configuration(table: dict[str, Any], shown: str) -> Configuration:
    for key in table:
        if key not in KEYS:
            raise ConfigurationProblem(f"'{shown}' has an unknown setting '{key}'; known are {', '.join(sorted(KEYS))}")
    fail_on = table.get("fail-on", "error")
    if fail_on not in ("error", "warning", "note", "never"):
        raise ConfigurationProblem(f"'{shown}': fail-on is 'error', 'warning', 'note' or 'never', not {fail_on!r}")
    profile = table.get("profile", "default")
    if profile not in ("default", "strict"):
        raise ConfigurationProblem(f"'{shown}': profile is 'default' or 'strict', not {profile!r}")
    as_of = table.get("as-of")
    if as_of is not None and type(as_of) is not date:
        raise ConfigurationProblem(f"'{shown}': as-of is a date such as 2026-01-31, without quotes")
    return Configuration(
        path=shown,
        environment=_text(table, "config-env", shown),
        variable_files=_texts(table, "var-files", shown),
        terraform_workspace=_text(table, "workspace", shown),
        parameter_files=_texts(table, "parameter-files", shown),
        select=_texts(table, "select", shown),
        ignore=_texts(table, "ignore", shown),
        fail_on=fail_on,
        profile=cast("Profile", profile),
        as_of=as_of,
        parameters={name: str(value) for name, value in _table(table, "parameters", shown).items()},
        packs=_texts(table, "packs", shown),
        rules={name: _options(name, value, shown) for name, value in _table(table, "rules", shown).items()},
    )


def _text(table: dict[str, Any], key: str, shown: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise ConfigurationProblem(f"'{shown}': {key} is a text")
    return value


def _texts(table: dict[str, Any], key: str, shown: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ConfigurationProblem(f"'{shown}': {key} is a list of texts")
    return tuple(value)


def _table(table: dict[str, Any], key: str, shown: str) -> dict[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise ConfigurationProblem(f"'{shown}': {key} is a table")
    return value


def _options(name: str, value: Any, shown: str) -> Mapping[str, str | int | float | bool]:
    if not isinstance(value, dict) or not all(isinstance(one, (str, int, float, bool)) for one in value.values()):
        raise ConfigurationProblem(f"'{shown}': rules.{name} is a table of settings")
    return value
