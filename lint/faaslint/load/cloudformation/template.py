"""Loading a template: CloudFormation, SAM, or what the CDK synthesised."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from typing import Final

from ...model.guard import ALWAYS, NEVER, Guard
from ...model.nodes import Origin
from ...model.span import Span
from ...model.value import ABSENT, Fields, Items, Known, Open, Pattern, Provenance, Reference, Unknown, Value, branches
from ...source.tree import Mapping as TreeMapping
from ...source.tree import ParseFailure, Scalar, Sequence, Tree
from ...source.workspace import Workspace
from ..resource import Loaded, Problem, Resource
from .cdk import asset_code, construct_origin, construct_path, is_cdk_template
from .code import template_code
from .document import read_document
from .evaluate import Evaluator
from .foreach import PREFIX, Unrolled
from .parameters import read_parameters
from .text import known_text, selections

REPEATED_LIMIT: Final = 20
"""Most repeated keys that one file reports."""

SAM_TRANSFORM: Final = "AWS::Serverless-"
_LANGUAGE_EXTENSIONS: Final = "AWS::LanguageExtensions"
_KNOWN_TRANSFORMS: Final = (
    SAM_TRANSFORM,
    _LANGUAGE_EXTENSIONS,
    "AWS::CodeDeployBlueGreen",
    "AWS::SecretsManager-",
    "AWS::ServiceCatalog",
)
_PREPROCESSED: Final = b"Rain::"
"""A directive of the Rain preprocessor: what is deployed is more than what is written, as with a macro."""
_NESTED: Final = ("AWS::CloudFormation::Stack", "AWS::Serverless::Application")


class Template:
    """One template while it is being loaded. ``resources`` holds (key, body) of each resource, loops written out."""

    def __init__(self, workspace: Workspace, path: str, root: TreeMapping, given: Mapping[str, str]) -> None:
        self.workspace = workspace
        self.path = path
        self.folder = posixpath.dirname(path)
        self.root = root
        self.files: list[str] = [path]
        self._included: dict[str, Tree | None] = {}
        self.transforms = _transforms(root.get("Transform"))
        self.open_types = any(not name.startswith(_KNOWN_TRANSFORMS) for name in self.transforms) or (
            _PREPROCESSED in workspace.read(path)
        )
        self.resources: list[tuple[Scalar, TreeMapping]] = []
        self.types: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.evaluator = Evaluator(
            path,
            read_parameters(root.get("Parameters"), given),
            root.get("Mappings"),
            root.get("Conditions"),
            self.resolve,
            self.include,
            given,
        )
        self.evaluator.lenient = self.open_types

    @property
    def is_sam(self) -> bool:
        """Whether the SAM transform applies."""
        return any(name.startswith(SAM_TRANSFORM) for name in self.transforms) or any(
            kind.startswith("AWS::Serverless::") for kind in self.types.values()
        )

    def resolve(self, name: str, attribute: str) -> Reference | None:
        """Return what a reference to a resource means, None where there is no such resource."""
        return Reference(name, attribute) if name in self.types else None

    def include(self, location: str) -> Tree | None:
        """Return the tree of a local file, None where it is not on disk or can't be parsed."""
        path = None if "://" in location else self.workspace.join(self.folder, location)
        if path is None or not self.workspace.is_file(path):
            return None
        if path not in self._included:
            self.files.append(path)
            try:
                self._included[path] = read_document(self.workspace, path, [])
            except ParseFailure as failure:
                self.problem(failure.span, failure.message)
                self._included[path] = None
        return self._included[path]

    def problem(self, span: Span, message: str, *, fatal: bool = True) -> None:
        """Note a malformed part."""
        self.problems.append(Problem(span=span, message=message, fatal=fatal and not self.open_types))

    def read_resources(self) -> None:
        """Fill ``resources`` from the template; what is no resource becomes a problem."""
        section = self.root.get("Resources")
        key = self.root.key("Resources")
        if section is None or key is None:
            self.problem(self.root.span.start(), "a template needs a Resources section, and this file has none")
            return
        if isinstance(section, Scalar) and section.value is None and not section.tag:
            self.problem(key.span, "this template has no resources", fatal=False)
            return
        if not isinstance(section, TreeMapping):
            self.problem(key.span, "Resources must be a mapping of names to resources")
            return
        section = self._unrolled(section)
        if not section.entries:
            self.problem(key.span, "this template has no resources", fatal=False)
        self._add_resources(section)

    def _add_resources(self, section: TreeMapping) -> None:
        for key, body in section.entries:
            name = str(key.value)
            if name == "Fn::Transform":
                self._include_resources(body)
            elif name.startswith(PREFIX):
                self.open_types = True
            elif not isinstance(body, TreeMapping):
                self.problem(key.span, f"the resource '{name}' must be a mapping with a Type")
            else:
                kind = body.get("Type")
                if not isinstance(kind, Scalar) or not isinstance(kind.value, str):
                    self.problem(key.span, f"the resource '{name}' has no Type")
                else:
                    self.resources.append((key, body))
                    self.types[name] = kind.value

    def _include_resources(self, argument: Tree) -> None:
        parameters = argument.get("Parameters") if isinstance(argument, TreeMapping) else None
        location = parameters.get("Location") if isinstance(parameters, TreeMapping) else None
        place = known_text(self.evaluator.value(location)) if location is not None else None
        tree = self.include(place) if place is not None else None
        if isinstance(tree, TreeMapping) and all(str(key.value) != "Fn::Transform" for key, _ in tree.entries):
            self._add_resources(tree)
        else:
            self.open_types = True

    def _unrolled(self, section: TreeMapping) -> TreeMapping:
        if _LANGUAGE_EXTENSIONS not in self.transforms:
            return section
        loops = Unrolled(self._collection)
        written = loops.tree(section, {})
        self.open_types = self.open_types or loops.open
        return written if isinstance(written, TreeMapping) else section

    def _collection(self, tree: Tree) -> list[str] | None:
        value = self.evaluator.value(tree)
        if not isinstance(value, Known):
            return None
        if not isinstance(value.value, Items):
            text = known_text(value)
            return None if text is None else text.split(",")
        lists = selections(value.value)
        if lists is None or value.value.openness is not None:
            return None
        found = list(lists)
        members = [known_text(member) for member in found[0][1]] if len(found) == 1 else [None]
        return [member for member in members if member is not None] if None not in members else None

    def guard(self, body: TreeMapping) -> Guard:
        """Return under which condition a resource exists."""
        condition = body.get("Condition")
        if isinstance(condition, Scalar) and isinstance(condition.value, str):
            return self.evaluator.conditions.named(condition.value, condition.span)
        return ALWAYS

    def resource(self, key: Scalar, body: TreeMapping, properties: Fields | None = None) -> Resource:
        """Return the record of a resource as it is written."""
        name = str(key.value)
        metadata = body.get("Metadata")
        return Resource(
            address=name,
            type=self.types[name],
            span=key.span,
            properties=self.properties(key, body) if properties is None else properties,
            name=name,
            guard=self.guard(body),
            depends_on=depends_on(body.get("DependsOn")),
            metadata=self.evaluator.value(metadata) if metadata is not None else ABSENT,
            region=Known(region) if (region := self._region()) else ABSENT,
        )

    def properties(self, key: Scalar, body: TreeMapping) -> Fields:
        """Return the properties of a resource."""
        tree = body.get("Properties")
        if tree is not None and not isinstance(tree, TreeMapping) and not (isinstance(tree, Scalar) and tree.value is None):
            self.problem(key.span, f"the Properties of '{key.value}' must be a mapping")
            return Fields({}, openness=Open("the properties are malformed", tree.span))
        fields = self.evaluator.fields(tree)
        if "Fn::Transform" in {str(entry.value) for entry, _ in body.entries}:
            return Fields(fields.values, fields.keys, Open("a macro changes this resource", key.span))
        return fields

    def _region(self) -> str:
        value = self.evaluator.pseudo("AWS::Region", self.root.span)
        return known_text(value) or ""


def load_template(workspace: Workspace, path: str, parameters: Mapping[str, str]) -> Loaded:
    """Load a template. What can't be understood becomes a Problem; everything else is loaded all the same.

    ``parameters`` are values given for the run, by parameter name; pseudo parameters (``AWS::Region``) may be among them.
    """
    repeated: list[ParseFailure] = []
    try:
        root = read_document(workspace, path, repeated)
    except ParseFailure as failure:
        problem = Problem(span=failure.span, message=failure.message)
        return Loaded(root=path, kind="cloudformation", problems=[problem], files=[path], open_types=True)
    if not isinstance(root, TreeMapping):
        message = "the file is empty" if isinstance(root, Scalar) and root.value is None else "a template is a mapping"
        problem = Problem(span=root.span.start(), message=f"{message}; a template with a Resources section was expected")
        return Loaded(root=path, kind="cloudformation", problems=[problem], files=[path], open_types=True)
    region = parameters.get("AWS::Region")
    deployed: Value = ABSENT if region is None else Known(region, (), Provenance.GIVEN)
    if region is None:
        # Imported when first needed: most templates have no settings beside them.
        from ..sam.settings import deployed_region

        found = deployed_region(workspace, posixpath.dirname(path))
        if found is not None:
            deployed = found
            parameters = {**parameters, "AWS::Region": str(found.value)}
    template = Template(workspace, path, root, parameters)
    for repetition in repeated[:REPEATED_LIMIT]:
        template.problem(repetition.span, f"{repetition.message}; only the last one counts")
    template.evaluator.conditions.read_all()
    template.read_resources()
    return _loaded(template, deployed)


def _loaded(template: Template, region: Value) -> Loaded:
    is_cdk = is_cdk_template(template.path, template.root.get("Resources"))
    resources: list[Resource] = []
    if template.is_sam:
        # Imported when first needed: plain CloudFormation does without the transform.
        from ..sam.transform import transform

        resources = transform(template)
    else:
        resources = [finish(template, template.resource(key, body)) for key, body in template.resources]
    loaded = Loaded(root=template.path, kind="sam" if template.is_sam else "cdk" if is_cdk else "cloudformation")
    for resource in resources:
        if resource.guard == NEVER:
            continue
        if is_cdk:
            _name_construct(template, resource)
        resource.region = region
        _note_nested(template, resource, loaded)
        loaded.resources.append(resource)
    loaded.exports = _exports(template)
    loaded.files = template.files
    loaded.open_types = loaded.open_types or template.open_types
    loaded.problems = sorted(
        [*template.problems, *template.evaluator.problems], key=lambda problem: (problem.span, problem.message)
    )
    return loaded


def finish(template: Template, resource: Resource) -> Resource:
    """Fill in what a resource's type asks for: the code of functions and layers."""
    if resource.type == "AWS::Lambda::Function":
        value = resource.properties.get("Code")
        resource.code = template_code(template.workspace, template.folder, value, template.evaluator.lines)
    elif resource.type == "AWS::Lambda::LayerVersion":
        value = resource.properties.get("Content")
        resource.code = template_code(template.workspace, template.folder, value, template.evaluator.lines)
    return resource


def _name_construct(template: Template, resource: Resource) -> None:
    path = construct_path(resource.metadata)
    if path:
        resource.name = path
    if resource.origin is Origin.USER:
        resource.origin = construct_origin(resource.metadata)
    if resource.type in ("AWS::Lambda::Function", "AWS::Lambda::LayerVersion"):
        resource.code = asset_code(template.workspace, template.folder, resource.metadata, resource.code)


def _note_nested(template: Template, resource: Resource, loaded: Loaded) -> None:
    """A nested stack that is given resources of this one may add to them what is not seen here."""
    if resource.type.endswith("::MODULE"):
        loaded.incomplete.append((f"the module {resource.type}", resource.span))
        loaded.open_types = True
    if resource.type in _NESTED or resource.written_as in _NESTED:
        place = resource.properties.get("TemplateURL" if resource.type == _NESTED[0] else "Location")
        text = known_text(place)
        path = None if text is None or "://" in text else template.workspace.join(template.folder, text)
        if path is None or not template.workspace.is_file(path):
            loaded.incomplete.append((f"the nested stack {resource.address}", resource.span))
        if mentions_resource(resource.properties.get("Parameters")):
            loaded.open_types = True


def mentions_resource(value: Value) -> bool:
    """Return whether a value holds a reference to a resource, or may."""
    pending = [value]
    while pending:
        for _, leaf in branches(pending.pop()):
            if isinstance(leaf, Unknown):
                continue
            content = leaf.value
            if isinstance(content, Reference) or (
                isinstance(content, Pattern) and any(isinstance(part, Reference) for part in content.parts)
            ):
                return True
            if isinstance(content, Items):
                pending += [item.value for item in content.items]
            elif isinstance(content, Fields):
                pending += content.values.values()
    return False


def depends_on(tree: Tree | None) -> tuple[str, ...]:
    """Return the logical ids that a resource waits for."""
    members: Iterable[Tree] = tree.items if isinstance(tree, Sequence) else (tree,) if tree is not None else ()
    return tuple(
        member.value for member in members if isinstance(member, Scalar) and isinstance(member.value, str) and not member.tag
    )


def _transforms(tree: Tree | None) -> tuple[str, ...]:
    members: Iterable[Tree] = tree.items if isinstance(tree, Sequence) else (tree,) if tree is not None else ()
    names: list[str] = []
    for member in members:
        name = member.get("Name") if isinstance(member, TreeMapping) else member
        if isinstance(name, Scalar) and isinstance(name.value, str):
            names.append(name.value)
    return tuple(names)


def _exports(template: Template) -> dict[str, Value]:
    outputs = template.root.get("Outputs")
    exports: dict[str, Value] = {}
    if isinstance(outputs, TreeMapping):
        for _, output in outputs.entries:
            export = output.get("Export") if isinstance(output, TreeMapping) else None
            name = export.get("Name") if isinstance(export, TreeMapping) else None
            value = output.get("Value") if isinstance(output, TreeMapping) else None
            if name is None or value is None:
                continue
            called = template.evaluator.value(name)
            if isinstance(called, Known) and isinstance(called.value, (str, Pattern)):
                exports.setdefault(str(called.value), template.evaluator.value(value))
    return exports
