"""Which versions of the providers a root module is locked to."""

from __future__ import annotations

from typing import Final

from ...source.hcl import parse_hcl
from ...source.hcl_nodes import Literal
from ...source.workspace import Unreadable, Workspace

LOCK_FILE: Final = ".terraform.lock.hcl"


def locked_version(workspace: Workspace, folder: str, provider: str) -> str:
    """Return the version of a provider (``hashicorp/aws``) that ``terraform init`` chose, from any registry; else empty."""
    path = f"{folder}/{LOCK_FILE}" if folder not in ("", ".") else LOCK_FILE
    try:
        body = parse_hcl(workspace.text(path), path)
    except Unreadable:
        return ""
    for block in body.blocks:
        if block.type == "provider" and block.labels and block.labels[0].text.endswith("/" + provider):
            version = block.body.attributes.get("version")
            if version is not None and isinstance(version.expression, Literal):
                return str(version.expression.value)
    return ""
