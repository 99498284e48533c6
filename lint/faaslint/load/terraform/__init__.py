"""Terraform configuration as resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...source.workspace import Workspace
    from ..resource import Loaded


def load_terraform(
    workspace: Workspace,
    folder: str,
    parameters: Mapping[str, str],
    variable_files: Sequence[tuple[str, str]] = (),
    workspace_name: str = "",
) -> Loaded:
    """Load the root module in a folder; see :func:`.load.load_terraform`. The evaluator is imported when first needed."""
    from .load import load_terraform as load

    return load(workspace, folder, parameters, variable_files, workspace_name)


def load_plan(
    workspace: Workspace,
    path: str,
    parameters: Mapping[str, str],
    folders: Sequence[str] = (),
    variable_files: Sequence[tuple[str, str]] = (),
    workspace_name: str = "",
) -> Loaded:
    """Load a plan that ``terraform show -json`` wrote; see :func:`.plan.load_plan`. Imported when first needed."""
    from .plan import load_plan as load

    return load(workspace, path, parameters, folders, variable_files, workspace_name)


def load_terragrunt(
    workspace: Workspace,
    path: str,
    parameters: Mapping[str, str],
    variable_files: Sequence[tuple[str, str]] = (),
    workspace_name: str = "",
) -> Loaded:
    """Load a Terragrunt unit; see :func:`.terragrunt.load_terragrunt`. Imported when first needed."""
    from .terragrunt import load_terragrunt as load

    return load(workspace, path, parameters, variable_files, workspace_name)
