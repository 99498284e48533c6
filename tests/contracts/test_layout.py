"""Where things may stand: what a reader of the project can rely on without reading all of it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import faaslint
from faaslint import api

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path for folder in ("lint", "rules", "tools") for path in (PROJECT / folder).rglob("*.py") if "cache" not in str(path)
)
SHIPPED = [path for path in SOURCES if path.relative_to(PROJECT).parts[0] != "tools"]

LONGEST_MODULE = 400

READING = frozenset(
    {
        "open",
        "read_text",
        "read_bytes",
        "walk",
        "listdir",
        "scandir",
        "iterdir",
        "glob",
        "rglob",
        "iglob",
        "fdopen",
    }
)
"""Calls, by the last part of their name, that read a file or list a folder."""

MAY_READ = {
    "lint/faaslint/source/workspace.py": "the one seam to the analysed files",
    "lint/faaslint/source/archive.py": "what it opens is a member of an archive that it reads through the workspace",
    "lint/faaslint/config.py": "the user's own settings, which are no analysed file",
    "lint/faaslint/testing.py": "the fixtures of a rule pack, which its author tests",
    "lint/faaslint/fix/write.py": "what it opens is the new file that takes the place of a mended one",
    "lint/faaslint/facts/store.py": "our own data files",
    "lint/faaslint/iam/store.py": "our own data files",
    "lint/faaslint/load/terraform/registry/reading.py": "our own data files",
    "lint/faaslint/handlers/python/sdk_tables.py": "our own data files",
    "lint/faaslint/handlers/python/modules.py": "our own data files",
    "lint/faaslint/cli/commands.py": "closing standard output after a broken pipe: os.open of the null device",
    "lint/faaslint/check/registry.py": "the folders of the installed rule packs",
}


def calls_that_read(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Name) and function.id in READING:
            yield f"line {node.lineno}: {function.id}"
        elif isinstance(function, ast.Attribute) and function.attr in READING:
            owner = function.value.id if isinstance(function.value, ast.Name) else ""
            # ``walk`` and ``glob`` are files' business only as functions of os, glob or pathlib; our own trees walk too.
            if function.attr != "walk" or owner == "os":
                yield f"line {node.lineno}: {function.attr}"


def shown(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("path", SHIPPED, ids=shown)
def test_only_the_workspace_opens_analysed_files(path: Path) -> None:
    if shown(path) in MAY_READ:
        return
    assert list(calls_that_read(path)) == []


def test_every_exception_to_that_is_still_needed() -> None:
    unneeded = [name for name in MAY_READ if not (PROJECT / name).is_file() or not list(calls_that_read(PROJECT / name))]
    assert unneeded == []


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_modules_stay_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_no_module_is_named_after_nothing(path: Path) -> None:
    assert path.stem not in {"utils", "util", "helpers", "helper", "common", "misc"}


def test_nothing_called_lint_or_rules_is_installed() -> None:
    build = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    installed = [Path(package).name for package in build["targets"]["wheel"]["packages"]]
    assert installed == ["faaslint", "faaslint_rules"]
    assert "force-include" not in build["targets"]["wheel"]


def test_both_packages_carry_types() -> None:
    assert (PROJECT / "lint/faaslint/py.typed").is_file()
    assert (PROJECT / "rules/faaslint_rules/py.typed").is_file()


def test_the_version_is_said_once_and_the_same_everywhere() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == faaslint.__version__


def test_the_library_exports_what_it_promises() -> None:
    assert sorted(api.__all__) == ["Privileges", "Request", "Result", "UsageProblem", "check", "graphs", "privileges"]
    assert all(getattr(api, name).__doc__ for name in api.__all__)


def test_the_built_in_pack_is_what_our_entry_point_names() -> None:
    from faaslint.check.registry import BUILT_IN, BUILT_IN_PACKAGE, packages_of

    assert packages_of(BUILT_IN) == (BUILT_IN_PACKAGE,)
