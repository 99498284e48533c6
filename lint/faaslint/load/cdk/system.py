"""The stacks of an app that belong together, as one project."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any, Final

from ...model.guard import ALWAYS
from ...model.nodes import Code, CodeKind, Origin, PolicyKind
from ...model.record import record, replace
from ...model.span import Span
from ...model.value import ABSENT, Fields, Known, Provenance, Reference, Unknown, Value
from ...source.workspace import Workspace
from ..cloudformation.parameters import Given
from ..cloudformation.stacks import load_template
from ..cloudformation.text import known_text
from ..resource import POLICY_KIND, Loaded, Resource
from .app import App
from .assembly import Stack
from .construct import (
    WITH_CODE,
    asset_code,
    construct_name,
    construct_origin,
    constructs_of,
    framework_handlers,
    is_bundled,
    is_made,
    may_hold_grants,
)
from .notifications import notify
from .rewrite import LookUp, Rewriter

_POLICY: Final = "AWS::IAM::Policy"
_PARAMETER_READER: Final = "Custom::CrossRegionStringParameterReader"
_EXPORT_READER: Final = "Custom::CrossRegionExportReader"
_EXPORT_WRITER: Final = "Custom::CrossRegionExportWriter"
_CIRCLE: Final = Unknown("it refers to itself")


@record(frozen=False, eq=False)
class Unit:
    """A stack, loaded but not yet joined with the others: its resources go by logical id."""

    stack: Stack
    loaded: Loaded
    constructs: Mapping[str, str]
    handlers: frozenset[str]

    @property
    def prefix(self) -> str:
        """Return what stands before the logical ids of the stack in the addresses of the project."""
        return self.stack.identifier


class System:
    """Stacks that depend on each other, with everything that leads from one to another."""

    def __init__(
        self, workspace: Workspace, app: App, stacks: tuple[Stack, ...], parameters: Mapping[str, str | Given]
    ) -> None:
        self._workspace = workspace
        self._app = app
        self._units = [_unit(workspace, stack, parameters) for stack in stacks]
        self._by_name = {unit.stack.name: unit for unit in self._units}
        self._exports: dict[str, tuple[Unit, Value]] = {}
        self._handed: dict[str, tuple[Unit, Value]] = {}
        self._known: dict[tuple[str, str], Value | None] = {}
        self._resources: dict[tuple[str, str], tuple[str, Fields]] = {}
        self._rewriters = {unit.prefix: Rewriter(unit.prefix, self._look_up(unit)) for unit in self._units}
        for unit in self._units:
            types = {resource.address: resource.type for resource in unit.loaded.resources}
            app.learn({path: types[address] for address, path in unit.constructs.items()})
            for name, value in unit.loaded.exports.items():
                self._exports.setdefault(name, (unit, value))
            for resource in unit.loaded.resources:
                self._resources[unit.prefix, resource.address] = (resource.type, resource.properties)
                self._note_handed(unit, resource)

    def load(self) -> Loaded:
        """Return the project: every resource in the app's terms, at the line of the app that made it."""
        whole = Loaded(root=self._units[0].loaded.root, kind="cdk")
        for unit in self._units:
            for resource in unit.loaded.resources:
                self._finish(unit, resource)
            whole.resources += unit.loaded.resources
            whole.problems += unit.loaded.problems
            whole.incomplete += unit.loaded.incomplete
            whole.files += unit.loaded.files
            rewriter = self._rewriters[unit.prefix]
            for name, value in unit.loaded.outputs.items():
                whole.outputs[f"{unit.prefix}.{name}"] = rewriter.value(value, None)
            whole.open_types = whole.open_types or unit.loaded.open_types
        notify(whole.resources)
        return whole

    def _finish(self, unit: Unit, resource: Resource) -> None:
        """Put a resource in the app's terms."""
        rewriter = self._rewriters[unit.prefix]
        path = unit.constructs.get(resource.address, "")
        place = self._app.place(unit.stack, path) if path else None
        properties = rewriter.fields(resource.properties, place)
        values = dict(properties.values)
        for name, own in self._app.assignments(unit.stack, path) if path else ():
            if name in values:
                values[name] = rewriter.value(resource.properties.values[name], own)
        if resource.type == _POLICY and may_hold_grants(path):
            values[POLICY_KIND] = Known(PolicyKind.CDK.value)
        resource.properties = replace(properties, values=values)
        if resource.type in WITH_CODE:
            self._find_code(unit, resource, place)
        resource.metadata = rewriter.value(resource.metadata, place)
        resource.name = construct_name(path) if path else rewriter.address(resource.address)
        if resource.origin is Origin.USER:
            resource.origin = construct_origin(path, unit.handlers) if not is_made(resource, path) else Origin.CDK
        resource.depends_on = tuple(rewriter.address(name) for name in resource.depends_on)
        resource.region = Known(unit.stack.region, (), Provenance.GIVEN) if unit.stack.region else ABSENT
        resource.address = rewriter.address(resource.address)
        if place is not None:
            resource.generated = resource.span
            resource.span = place

    def _find_code(self, unit: Unit, resource: Resource, place: Span | None) -> None:
        """Find the asset behind remote code, and the user's own source behind the asset."""
        codes = asset_code(self._workspace, unit.stack.folder, resource.metadata, resource.code)
        content = resource.properties.values.get(WITH_CODE[resource.type])
        key = _field(content, "S3Key")
        asset = unit.stack.assets.get(posixpath.basename(known_text(key) or "")) if key is not None else None
        if asset is not None and len(codes) == 1 and codes[0][1].kind is CodeKind.REMOTE:
            kind = self._workspace.kind(asset)
            if kind is not None:
                folder, size = (True, None) if kind == "folder" else (False, self._workspace.size(asset))
                packed = CodeKind.FOLDER if folder else CodeKind.ARCHIVE
                found = Code(packed, path=asset, span=codes[0][1].span, size=size)
                codes = ((ALWAYS, found),)
        handler = known_text(resource.properties.get("Handler")) or ""
        module = handler.rpartition(".")[0].replace(".", "/")
        bundled = is_bundled(resource.metadata)
        codes = tuple((guard, self._app.original(code, module, bundled, place)) for guard, code in codes)
        if place is not None:
            # The lines of inline code are on one line of the template, and nobody edits that.
            at: dict[str, Any] = {"span": place}
            codes = tuple(
                (guard, replace(code, text_lines=(place,) * (code.text.count("\n") + 1), **at))
                if code.kind is CodeKind.INLINE
                else (guard, replace(code, **at))
                for guard, code in codes
            )
        resource.code = codes

    # ------------------------------------------------------------------ what leads from one stack to another

    def _note_handed(self, unit: Unit, resource: Resource) -> None:
        """Remember what a stack leaves for others in Parameter Store, in its own region or another one."""
        if resource.type == "AWS::SSM::Parameter":
            name = known_text(resource.properties.get("Name"))
            if name is not None:
                self._handed.setdefault(name, (unit, resource.properties.get("Value")))
        elif resource.type == _EXPORT_WRITER:
            exports = _field(_field(Known(resource.properties), "WriterProps"), "exports")
            if isinstance(exports, Known) and isinstance(exports.value, Fields):
                for name, value in exports.value.values.items():
                    self._handed.setdefault(name, (unit, value))

    def _look_up(self, unit: Unit) -> LookUp:
        def found(hole: Reference | Unknown) -> Value | None:
            name = hole.symbol or "" if isinstance(hole, Unknown) else f"{hole.address}\0{hole.attribute}"
            key = (unit.prefix, name)
            if key not in self._known:
                # The answer to a question that is asked on the way to itself.
                self._known[key] = _CIRCLE
                given = self._imported(name) if isinstance(hole, Unknown) else self._handed_over(unit, hole)
                self._known[key] = None if given is None else self._rewriters[given[0].prefix].value(given[1], None)
            return self._known[key]

        return found

    def _imported(self, symbol: str) -> tuple[Unit, Value] | None:
        """Return what another stack exports or puts out, in that stack's terms."""
        kind, _, name = symbol.partition(" ")
        if kind == "import":
            return self._exports.get(name)
        if kind == "output":
            stack, _, output = name.rpartition(".")
            unit = self._by_name.get(stack)
            value = unit.loaded.outputs.get(output) if unit is not None else None
            return (unit, value) if unit is not None and value is not None else None
        return None

    def _handed_over(self, unit: Unit, hole: Reference) -> tuple[Unit, Value] | None:
        """Return what an attribute is of a resource whose only purpose is to bring a value from another region."""
        kind, properties = self._resources.get((unit.prefix, hole.address), ("", None))
        if properties is None:
            return None
        if kind == _PARAMETER_READER and hole.attribute == "FunctionArn":
            return self._handed.get(known_text(properties.get("ParameterName")) or "")
        return self._handed.get(hole.attribute) if kind == _EXPORT_READER else None


def _unit(workspace: Workspace, stack: Stack, parameters: Mapping[str, str | Given]) -> Unit:
    pseudo = {"AWS::Region": stack.region, "AWS::AccountId": stack.account, "AWS::StackName": stack.name}
    given = {**parameters, **{name: text for name, text in pseudo.items() if text}}
    loaded = load_template(workspace, stack.template, given, assets=stack.assets)
    return Unit(stack, loaded, constructs_of(loaded.resources, stack.metadata), framework_handlers(stack.metadata))


def _field(value: Value | None, name: str) -> Value | None:
    if isinstance(value, Known) and isinstance(value.value, Fields):
        return value.value.values.get(name)
    return None
