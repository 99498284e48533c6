"""What the CDK writes beside the resources of a template that it synthesises."""

from __future__ import annotations

import re
from typing import Final

from ...model.guard import ALWAYS
from ...model.nodes import Code, CodeKind, Origin
from ...model.value import Fields, Known, Value
from ...source.tree import Mapping, Tree
from ...source.workspace import Workspace
from .code import Codes, local_code

_OWN: Final = re.compile(
    r"(?:^|/)(?:Custom::[^/]*|[^/]*[0-9a-f]{32}|CDKMetadata|BucketNotificationsHandler[^/]*|LogRetention[^/]*"
    r"|framework-(?:onEvent|isComplete|onTimeout)|DefaultPolicy)(?:/|$)"
)
"""Path segments of constructs that the CDK makes for its own purposes, and of the policies that its grants write."""


def is_cdk_template(path: str, resources: Tree | None) -> bool:
    """Return whether a template is the CDK's output: by its folder, or by the paths in its metadata."""
    if "cdk.out" in path.split("/")[:-1]:
        return True
    if isinstance(resources, Mapping):
        for _, body in resources.entries:
            metadata = body.get("Metadata") if isinstance(body, Mapping) else None
            if isinstance(metadata, Mapping):
                return any(str(key.value).startswith(("aws:cdk:", "aws:asset:")) for key, _ in metadata.entries)
    return False


def construct_path(metadata: Value) -> str:
    """Return the construct path that the CDK records for a resource, empty where it records none."""
    return _metadata_text(metadata, "aws:cdk:path").removesuffix("/Resource")


def construct_origin(metadata: Value) -> Origin:
    """Return whether the user's app or the CDK itself wants a resource."""
    return Origin.CDK if _OWN.search(_metadata_text(metadata, "aws:cdk:path")) else Origin.USER


def asset_code(workspace: Workspace, folder: str, metadata: Value, codes: Codes) -> Codes:
    """Return the local asset that stands behind remote code, where the CDK output has it on disk."""
    asset = _metadata_text(metadata, "aws:asset:path")
    if not asset or any(code.kind is CodeKind.INLINE for _, code in codes):
        return codes
    span = codes[0][1].span if codes else None
    code = local_code(workspace, folder, asset, span)
    if code.kind is CodeKind.UNKNOWN:
        return codes
    return ((ALWAYS, Code(code.kind, path=code.path, span=span)),)


def _metadata_text(metadata: Value, key: str) -> str:
    if isinstance(metadata, Known) and isinstance(metadata.value, Fields):
        found = metadata.value.values.get(key)
        if isinstance(found, Known) and isinstance(found.value, str):
            return found.value
    return ""
