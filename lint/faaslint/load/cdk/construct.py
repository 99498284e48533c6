"""What the CDK records about a resource: its construct, whether a person asked for it, its asset."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from ...model.guard import ALWAYS
from ...model.nodes import Code, CodeKind, Origin, PolicyKind
from ...model.record import replace
from ...model.value import Fields, Known, Value
from ...source.tree import Mapping as TreeMapping
from ...source.tree import Tree
from ...source.workspace import Workspace
from ..resource import POLICY_KIND, Resource

if TYPE_CHECKING:
    from ..cloudformation.code import Codes

PATH: Final = "aws:cdk:path"
ASSET: Final = "aws:asset:path"
BUNDLED: Final = "aws:asset:is-bundled"
WITH_CODE: Final = {"AWS::Lambda::Function": "Code", "AWS::Lambda::LayerVersion": "Content"}
"""Types that have code, and the property that says where it is."""

_NESTED_MARK: Final = ".NestedStack/"
_LOGICAL_ID: Final = "aws:cdk:logicalId"
_FRAMEWORK_HANDLER: Final = "aws:cdk:is-custom-resource-handler-"

_MADE: Final = (
    r"(?:^|/)(?:Custom::[^/]*|CDKMetadata|@aws-cdk--[^/]*"
    # Singletons, each with the identifier that the library gives it; a user's own has another one.
    r"|BucketNotificationsHandler050a0587b7544547bf325f094a3db834"
    r"|LogRetention(?:aae0aa3c5b4d4f87b02d85b201efdd8a)?"
    r"|[A-Za-z]*(?i:679f53fac002430cb0da5b7982bd2287|8693bb64968944b69aafb0cc9eb875[67]c|224e77f9a32e4b4dac32983477abba16"
    r"|8a0c93f3dbef4b71ac137aaf2048ce7e|b4cf1abd4e4f4bc699441af7ccd9ec37)[A-Za-z0-9]*"
    r"|Eval[0-9a-f]{32}|AWSCDK\.TriggerCustomResourceProvider[^/]*"
    # What clusters of containers, pipelines and certificates bring along.
    r"|DrainECSHook|LifecycleHookDrainHook|KubectlProvider|CDKPipelinesAutoApprove|CertificateRequestorFunction"
    r"|framework-(?:onEvent|isComplete|onTimeout)|waiter-state-machine)(?:/|$)"
)
"""Path segments of constructs that the CDK makes for its own purposes."""

_MADE_PERMISSIONS: Final = {
    "elasticloadbalancing.amazonaws.com": "Invoke",
    "secretsmanager.amazonaws.com": "Invoke",
    "appconfig.amazonaws.com": "AppConfigPermission",
}
"""How the constructs of permissions begin that the library's targets, rotations and validators make for a service, without a
source and without a way to give one."""

_DEFAULT_POLICY: Final = ("/DefaultPolicy/Resource", "/DefaultPolicy")


@cache
def _made() -> re.Pattern[str]:
    return re.compile(_MADE)


def is_cdk_template(path: str, resources: Tree | None) -> bool:
    """Return whether a template is the CDK's output: by its folder, or by the paths in its metadata."""
    if "cdk.out" in path.split("/")[:-1]:
        return True
    if isinstance(resources, TreeMapping):
        for _, body in resources.entries:
            metadata = body.get("Metadata") if isinstance(body, TreeMapping) else None
            if isinstance(metadata, TreeMapping):
                return any(str(key.value).startswith(("aws:cdk:", "aws:asset:")) for key, _ in metadata.entries)
    return False


def name_construct(workspace: Workspace, folder: str, resource: Resource) -> None:
    """Name a resource by its construct, say whether the CDK made it for itself, and find its asset."""
    path = recorded_path(resource.metadata)
    if path:
        resource.name = construct_name(path)
    if resource.origin is Origin.USER:
        resource.origin = construct_origin(path) if not is_made(resource, path) else Origin.CDK
    if resource.type == "AWS::IAM::Policy" and may_hold_grants(path):
        values = {**resource.properties.values, POLICY_KIND: Known(PolicyKind.CDK.value)}
        resource.properties = replace(resource.properties, values=values)
    if resource.type in WITH_CODE:
        resource.code = asset_code(workspace, folder, resource.metadata, resource.code)


def recorded_path(metadata: Value) -> str:
    """Return the construct path that a resource's metadata records, empty where it records none."""
    return metadata_text(metadata, PATH)


def construct_name(path: str) -> str:
    """Return what a person calls the construct of a resource: its path without the child that every library class has."""
    return path.removesuffix("/Resource").removesuffix("/Default")


def construct_origin(path: str, framework: Iterable[str] = ()) -> Origin:
    """Return whether the user's app or the CDK itself wants a resource.

    ``framework`` are the constructs that the CDK marks as handlers of its own.
    """
    if any(path == one or path.startswith(one + "/") for one in framework):
        return Origin.CDK
    return Origin.CDK if _made().search(path) else Origin.USER


def is_made(resource: Resource, path: str) -> bool:
    """Return whether a resource is one that a class of the library adds to the user's function for a service to call it."""
    if resource.type != "AWS::Lambda::Permission":
        return False
    principal = resource.properties.get("Principal")
    name = (
        _MADE_PERMISSIONS.get(principal.value) if isinstance(principal, Known) and isinstance(principal.value, str) else None
    )
    return name is not None and path.rpartition("/")[2].startswith(name)


def may_hold_grants(path: str) -> bool:
    """Return whether a policy is the one that the grant methods of the CDK add to; a user may add to it as well."""
    return path.endswith(_DEFAULT_POLICY)


def constructs_of(resources: Iterable[Resource], metadata: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, str]:
    """Return the construct path of each resource of a stack, by its address, as far as it is recorded.

    A resource's own metadata says it, unless the app is told not to write any; the assembly's says it too, but for all
    nested templates together, and a logical id may occur in several of them.
    """
    identities: dict[str, list[str]] = {}
    roots: set[str] = set()
    for path, entries in metadata.items():
        roots.add(_nested_root(path))
        for entry in entries:
            name = entry.get("data")
            if entry.get("type") == _LOGICAL_ID and isinstance(name, str):
                identities.setdefault(name, []).append(path)
    deepest = sorted(roots - {""}, key=len, reverse=True)
    found: dict[str, str] = {}
    # A nested stack's resource comes before those of the stack: the root of their paths is known by then.
    for resource in sorted(resources, key=lambda one: one.address.count(".")):
        scope, _, name = resource.address.rpartition(".")
        root = _nested_root(found.get(scope, "")) if scope else ""
        path = recorded_path(resource.metadata)
        if not path and (root or not scope):
            candidates = identities.get(name, ())
            path = next((one for one in candidates if _deepest_root(one, deepest) == root), "")
        if path:
            found[resource.address] = path
    return found


def _nested_root(path: str) -> str:
    """Return the construct of a nested stack, of the path of the resource that makes it."""
    before, found, _ = path.rpartition(_NESTED_MARK)
    return before if found else ""


def _deepest_root(path: str, deepest: Iterable[str]) -> str:
    return next((root for root in deepest if path.startswith(root + "/")), "")


def framework_handlers(metadata: Mapping[str, Iterable[Mapping[str, Any]]]) -> frozenset[str]:
    """Return the constructs that the CDK marks as functions of its own custom resources."""
    return frozenset(
        path
        for path, entries in metadata.items()
        if any(str(entry.get("type", "")).startswith(_FRAMEWORK_HANDLER) for entry in entries)
    )


def asset_code(workspace: Workspace, folder: str, metadata: Value, codes: Codes) -> Codes:
    """Return the local asset that stands behind remote code, where the CDK output has it on disk."""
    asset = metadata_text(metadata, ASSET)
    if not asset or any(code.kind is not CodeKind.REMOTE for _, code in codes):
        return codes
    # Imported here: the template loader itself asks this module.
    from ..cloudformation.code import local_code

    span = codes[0][1].span if codes else None
    code = local_code(workspace, folder, asset, span)
    if code.kind is CodeKind.UNKNOWN:
        return codes
    return ((ALWAYS, Code(code.kind, path=code.path, span=span)),)


def is_bundled(metadata: Value) -> bool:
    """Return whether a build step made the asset of a resource."""
    if isinstance(metadata, Known) and isinstance(metadata.value, Fields):
        found = metadata.value.values.get(BUNDLED)
        return isinstance(found, Known) and found.value in (True, "true")
    return False


def metadata_text(metadata: Value, key: str) -> str:
    """Return a text in a resource's metadata, empty where there is none."""
    if isinstance(metadata, Known) and isinstance(metadata.value, Fields):
        found = metadata.value.values.get(key)
        if isinstance(found, Known) and isinstance(found.value, str):
            return found.value
    return ""
