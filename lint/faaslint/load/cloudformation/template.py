"""Loading a template: CloudFormation, SAM, or what the CDK synthesised."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Final, Protocol

from ...model.guard import ALWAYS, Guard
from ...model.span import Span
from ...model.value import ABSENT, Fields, Items, Known, Open, Reference, Value
from ...source.tree import Mapping as TreeMapping
from ...source.tree import ParseFailure, Scalar, Tree
from ...source.workspace import Workspace
from ..resource import UPDATE_POLICY, Problem, Resource
from .code import template_code
from .document import read_document
from .evaluate import Evaluator, Work
from .foreach import PREFIX, Unrolled
from .parameters import Given, read_parameters
from .sections import NESTED, depends_on, transforms
from .text import known_text, selections

SAM_TRANSFORM: Final = "AWS::Serverless-"
_ALIAS: Final = "AWS::Lambda::Alias"
_LANGUAGE_EXTENSIONS: Final = "AWS::LanguageExtensions"
_KNOWN_TRANSFORMS: Final = (
    SAM_TRANSFORM,
    _LANGUAGE_EXTENSIONS,
    "AWS::CodeDeployBlueGreen",
    "AWS::SecretsManager-",
    "AWS::ServiceCatalog",
)
_INCLUDE: Final = b"AWS::Include"
_PREPROCESSED: Final = b"Rain::"
"""A directive of the Rain preprocessor: what is deployed is more than what is written, as with a macro."""


class Around:
    """What stands around a template: nothing for a root, the chain of its parents for one that is nested.

    ``scope`` begins the addresses of its resources; ``chain`` holds the paths of the parents, ``trees`` the nested
    templates that this root has parsed.
    """

    def __init__(self, scope: str = "", chain: tuple[str, ...] = (), inherited: Around | None = None) -> None:
        self.imported: Callable[[str], Value | None] | None = inherited.imported if inherited is not None else None
        self.scope = scope
        self.chain = chain
        self.work: Work = inherited.work if inherited is not None else Work()
        self.trees: dict[str, tuple[Tree, list[ParseFailure]]] = inherited.trees if inherited is not None else {}
        self.calls: list[str] = inherited.calls if inherited is not None else []
        self.assets: Mapping[str, str] | None = inherited.assets if inherited is not None else None
        """The files of the assembly that the templates are part of, by their names in the bucket; None without one."""


class Outputs(Protocol):
    """What knows the outputs of nested stacks."""

    def output(self, name: str, output: str) -> Value | None:
        """Return an output of the nested stack ``name``, None where its template is not at hand."""


class Template:
    """One template while it is being loaded. ``resources`` holds (key, body) of each resource, loops written out."""

    def __init__(
        self, workspace: Workspace, path: str, root: TreeMapping, given: Mapping[str, Given], around: Around | None = None
    ) -> None:
        self.workspace = workspace
        self.path = path
        self.around = around or Around()
        self.given = given
        self.folder = posixpath.dirname(path)
        self.files: list[str] = [path]
        self.problems: list[Problem] = []
        self.open_types = False
        self._included: dict[str, Tree | None] = {}
        content = workspace.read(path)
        if _INCLUDE in content:
            # Imported when first needed: few templates include files.
            from .include import included

            root = included(root, self.include)
        self.root = root
        self.transforms = transforms(root.get("Transform"))
        self.open_types = any(not name.startswith(_KNOWN_TRANSFORMS) for name in self.transforms) or (
            _PREPROCESSED in content
        )
        self.resources: list[tuple[Scalar, TreeMapping]] = []
        self.types: dict[str, str] = {}
        self.evaluator = Evaluator(
            path,
            read_parameters(root.get("Parameters"), given, self.around.scope),
            root.get("Mappings"),
            root.get("Conditions"),
            self.resolve,
            self.include,
            {name: text for name, value in given.items() if (text := known_text(value.written)) is not None},
            self._output,
            self.around.scope,
            self.around.work,
        )
        self.nested: Outputs | None = None
        """The templates that this one nests, where somebody loads them."""
        self.evaluator.lenient = self.open_types
        self.evaluator.imported = self.around.imported
        conditions = root.get("Conditions")
        if isinstance(conditions, TreeMapping) and _LANGUAGE_EXTENSIONS in self.transforms:
            self.evaluator.conditions.declare(self.unrolled(conditions))

    @property
    def is_sam(self) -> bool:
        """Whether the SAM transform applies."""
        return any(name.startswith(SAM_TRANSFORM) for name in self.transforms) or any(
            kind.startswith("AWS::Serverless::") for kind in self.types.values()
        )

    @cached_property
    def outputs(self) -> TreeMapping | None:
        """Return the Outputs section, its loops written out."""
        section = self.root.get("Outputs")
        return self.unrolled(section) if isinstance(section, TreeMapping) else None

    def resolve(self, name: str, attribute: str) -> Reference | None:
        """Return what a reference to a resource means, None where there is no such resource."""
        return Reference(name, attribute) if name in self.types else None

    def _output(self, name: str, output: str) -> Value | None:
        if self.nested is None or self.types.get(name) not in NESTED:
            return None
        return self.nested.output(name, output)

    def include(self, location: str, *, filled_in: bool = False) -> Tree | None:
        """Return the tree of a local file, None where it is not on disk or can't be parsed.

        ``filled_in`` says that placeholders (``${name}``) are filled in before the file is used: it need not be JSON yet.
        """
        path = None if "://" in location else self.workspace.join(self.folder, location)
        if path is None or not self.workspace.is_file(path):
            return None
        if path not in self._included:
            self.files.append(path)
            try:
                self._included[path] = read_document(self.workspace, path, [], filled_in=filled_in)
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
        section = self.unrolled(section)
        if not section.entries:
            self.problem(key.span, "this template has no resources", fatal=False)
        self._add_resources(section)

    def _add_resources(self, section: TreeMapping) -> None:
        untyped: list[Scalar] = []
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
                    untyped.append(key)
                else:
                    self.resources.append((key, body))
                    self.types[name] = kind.value
        if untyped and self._is_piece:
            self.open_types = self.evaluator.lenient = True
        for key in untyped:
            self.problem(key.span, f"the resource '{key.value}' has no Type")

    @property
    def _is_piece(self) -> bool:
        """Whether a tool merges this into another template, as Chalice does: serverless types, and nothing expands them."""
        complete = self.transforms or self.root.get("AWSTemplateFormatVersion") is not None
        return not complete and any(kind.startswith("AWS::Serverless::") for kind in self.types.values())

    def _include_resources(self, argument: Tree) -> None:
        parameters = argument.get("Parameters") if isinstance(argument, TreeMapping) else None
        location = parameters.get("Location") if isinstance(parameters, TreeMapping) else None
        place = known_text(self.evaluator.value(location)) if location is not None else None
        tree = self.include(place) if place is not None else None
        if isinstance(tree, TreeMapping) and all(str(key.value) != "Fn::Transform" for key, _ in tree.entries):
            self._add_resources(tree)
        else:
            self.open_types = True

    def unrolled(self, section: TreeMapping) -> TreeMapping:
        """Return a section with its loops written out, where the template may have any."""
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
        properties = self.properties(key, body) if properties is None else properties
        policy = body.get("UpdatePolicy") if self.types[name] == _ALIAS else None
        if policy is not None:
            values = {**properties.values, UPDATE_POLICY: self.evaluator.value(policy)}
            properties = Fields(values, {**properties.keys, UPDATE_POLICY: policy.span}, properties.openness)
        return Resource(
            address=name,
            type=self.types[name],
            span=key.span,
            properties=properties,
            name=name,
            guard=self.guard(body),
            depends_on=depends_on(body.get("DependsOn")),
            metadata=self.evaluator.value(metadata) if metadata is not None else ABSENT,
            region=Known(region) if (region := self._region()) else ABSENT,
            spellings={UPDATE_POLICY: "UpdatePolicy"} if policy is not None else {},
        )

    def properties(self, key: Scalar, body: TreeMapping) -> Fields:
        """Return the properties of a resource."""
        tree = body.get("Properties")
        if tree is not None and not isinstance(tree, TreeMapping) and not (isinstance(tree, Scalar) and tree.value is None):
            self.problem(key.span, f"the Properties of '{key.value}' must be a mapping")
            return Fields({}, openness=Open("the properties are malformed", tree.span))
        fields = self.evaluator.fields(tree, guard=self.guard(body))
        if "Fn::Transform" in {str(entry.value) for entry, _ in body.entries}:
            return Fields(fields.values, fields.keys, Open("a macro changes this resource", key.span))
        return fields

    def _region(self) -> str:
        value = self.evaluator.pseudo("AWS::Region", self.root.span)
        return known_text(value) or ""


def finish(template: Template, resource: Resource) -> Resource:
    """Fill in what a resource's type asks for: the code of functions and layers."""
    if resource.type == "AWS::Lambda::Function":
        value = resource.properties.get("Code")
        resource.code = template_code(template.workspace, template.folder, value, template.evaluator.lines)
    elif resource.type == "AWS::Lambda::LayerVersion":
        value = resource.properties.get("Content")
        resource.code = template_code(template.workspace, template.folder, value, template.evaluator.lines)
    return resource
