"""From a template on disk to its resources, those of the stacks that it nests among them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import Final

from ...model.guard import NEVER, TooManyCombinations
from ...model.span import Span
from ...model.value import ABSENT, Fields, Known, Pattern, Unknown, Value, choose
from ...source.limits import MODULE_CALLS, MODULE_DEPTH
from ...source.tree import Mapping as TreeMapping
from ...source.tree import ParseFailure, Scalar
from ...source.workspace import Workspace
from ..cdk.construct import is_cdk_template, name_construct
from ..resource import Loaded, Problem, Resource
from .document import read_document
from .evaluate import OF_A_STACK
from .parameters import Given, given_text
from .placing import absolute, leave, settle, settled
from .sections import NESTED, nested_location, settings_near
from .template import Around, Template, finish

_VERSION: Final = "AWS::Lambda::Version"
REPEATED_LIMIT: Final = 20
"""Most repeated keys that one file reports."""


def load_template(
    workspace: Workspace,
    path: str,
    parameters: Mapping[str, str | Given],
    environment: str = "",
    assets: Mapping[str, str] | None = None,
    imported: Callable[[str], Value | None] | None = None,
) -> Loaded:
    """Load a template and what it nests. What can't be understood becomes a Problem; all else is loaded all the same.

    ``parameters`` are values given for the run, by parameter name; pseudo parameters (``AWS::Region``) may be among them.
    ``environment`` is the one of ``samconfig.toml`` that is meant, empty for its default. ``assets`` are the files of a
    generated assembly that the template is part of, by the names that they get in their bucket; its settings are then in it.
    ``imported`` says what another root of the run exports under a name, None where that is not known.
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
    given = {name: given_text(value) if isinstance(value, str) else value for name, value in parameters.items()}
    settings = list(settings_near(workspace, path)) if assets is None else []
    if settings:
        # Imported when first needed: most templates have no settings beside them.
        from ..sam.settings import read_deployment

        deployment = read_deployment(workspace, settings, path, environment)
        for one in deployment.parameters:
            given.setdefault(one.name, given_text(one.text, (one.span,)))
        if deployment.region is not None:
            given.setdefault("AWS::Region", Given(deployment.region, deployment.region))
    deployed: Value = given["AWS::Region"].written if "AWS::Region" in given else ABSENT
    around = Around()
    around.imported = imported
    template = Template(workspace, path, root, given, around)
    template.around.assets = assets
    if settings and deployment.path:
        template.files.append(deployment.path)
        if environment and environment not in deployment.environments:
            place = Span(deployment.path, 1, 1, 1, 1)
            template.problem(place, f"these settings have no environment '{environment}'", fatal=False)
    loaded = _loaded(template, repeated)
    for resource in loaded.resources:
        resource.region = deployed
        if template.around.calls:
            settle(resource)
    if template.around.calls:
        loaded.exports, loaded.outputs = settled(loaded.exports), settled(loaded.outputs)
    if loaded.kind == "cdk" and assets is None:
        # Imported when first needed: other templates have no such thing. An assembly does it for all its stacks together.
        from ..cdk.notifications import notify

        notify(loaded.resources)
    return loaded


def _loaded(template: Template, repeated: list[ParseFailure]) -> Loaded:
    nested = Nested(template)
    template.nested = nested
    for repetition in repeated[:REPEATED_LIMIT]:
        template.problem(repetition.span, f"{repetition.message}; only the last one counts")
    template.evaluator.conditions.read_all()
    if template.around.assets is None or template.root.get("Resources") is not None:
        # A generated stack may hold nothing but outputs.
        template.read_resources()
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
            name_construct(template.workspace, template.folder, resource)
        loaded.resources.append(resource)
        if resource.type.endswith("::MODULE"):
            loaded.incomplete.append((f"module '{resource.type}'", resource.span))
            loaded.open_types = True
        if (resource.written_as or resource.type) in NESTED:
            nested.join(resource, loaded)
    about = template.root.get("Metadata")
    if about is not None:
        loaded.metadata.append((template.path, template.evaluator.value(about)))
    loaded.exports.update(_exports(template))
    if template.around.assets is not None or any(one.type == _VERSION for one in loaded.resources):
        loaded.outputs = _outputs(template)
    loaded.files = [*template.files, *loaded.files]
    loaded.open_types = loaded.open_types or template.open_types
    found = {(one.span, one.message): one for one in (*template.problems, *template.evaluator.problems, *loaded.problems)}
    loaded.problems = [found[key] for key in sorted(found)]
    return loaded


class Nested:
    """The templates that one template nests, each loaded when something of it is first asked for."""

    def __init__(self, parent: Template) -> None:
        self._parent = parent
        self._children: dict[str, tuple[Template, Loaded] | None] = {}
        self._open: set[str] = set()

    def output(self, name: str, output: str) -> Value | None:
        """Return an output of the nested stack ``name``, None where its template is not at hand."""
        found = self._child(name)
        if name in self._open:
            return Unknown("the nested stacks depend on each other")
        if found is None:
            return None
        child, _ = found
        body = child.outputs.get(output) if child.outputs is not None else None
        tree = body.get("Value") if isinstance(body, TreeMapping) else None
        if tree is None or not isinstance(body, TreeMapping):
            return Unknown(f"the nested stack has no output '{output}'")
        guard = child.guard(body)
        value = absolute(child.evaluator.value_where(guard, tree), child.around.scope)
        if guard.always:
            return value
        return choose([(guard, value), (~guard, Unknown(f"the output '{output}' is not there in this case"))])

    def join(self, resource: Resource, loaded: Loaded) -> None:
        """Add to a parent what one of its resources nests; where that is not at hand, say so."""
        scope = f"{self._parent.around.scope}{resource.address}"
        found = self._child(resource.address)
        if found is None:
            loaded.incomplete.append((f"nested stack '{scope}'", resource.span))
            resource.unseen = True
            return
        child, inner = found
        for one in inner.resources:
            try:
                one.guard = one.guard & resource.guard
            except TooManyCombinations:
                one.guard = resource.guard
            one.within = (resource.span, *one.within)
            if one.guard != NEVER:
                loaded.resources.append(one)
        loaded.problems += inner.problems
        loaded.incomplete += inner.incomplete
        loaded.metadata += inner.metadata
        loaded.files += [path for path in inner.files if path not in loaded.files]
        loaded.open_types = loaded.open_types or inner.open_types
        for name, value in inner.exports.items():
            loaded.exports.setdefault(name, absolute(value, child.around.scope))

    def _child(self, name: str) -> tuple[Template, Loaded] | None:
        if name not in self._children:
            if name in self._open:
                return None
            self._open.add(name)
            self._children[name] = self._load(name)
            self._open.discard(name)
        return self._children[name]

    def _load(self, name: str) -> tuple[Template, Loaded] | None:
        parent, around = self._parent, self._parent.around
        body = next((body for key, body in parent.resources if key.value == name), None)
        location = nested_location(body) if body is not None else None
        path = parent.workspace.join(parent.folder, location) if location is not None else None
        if path is None and body is not None and around.assets is not None:
            path = self._asset(body, around.assets)
        if body is None or path is None or not parent.workspace.is_file(path):
            return None
        chain = (*around.chain, parent.path)
        if path in chain:
            parent.problem(body.span.start(), f"the nested stack '{name}' nests the template that it stands in", fatal=False)
            return None
        if len(chain) > MODULE_DEPTH or len(around.calls) >= MODULE_CALLS:
            return None
        around.calls.append(path)
        if path not in around.trees:
            repeated: list[ParseFailure] = []
            try:
                around.trees[path] = (read_document(parent.workspace, path, repeated), repeated)
            except ParseFailure as failure:
                parent.problem(failure.span, failure.message)
                return None
        root, repeated = around.trees[path]
        if not isinstance(root, TreeMapping):
            parent.problem(root.span.start(), "a template with a Resources section was expected")
            return None
        inner = Around(f"{around.scope}{name}.", chain, around)
        child = Template(parent.workspace, path, root, self._passed(body), inner)
        loaded = _loaded(child, repeated)
        for resource in loaded.resources:
            if not resource.address.startswith(inner.scope):
                leave(resource, inner.scope)
        return child, loaded

    def _asset(self, body: TreeMapping, assets: Mapping[str, str]) -> str | None:
        """Return the file of the assembly that the address of a nested template ends in the name of."""
        properties = body.get("Properties")
        tree = properties.get("TemplateURL") if isinstance(properties, TreeMapping) else None
        value = self._parent.evaluator.value(tree) if tree is not None else ABSENT
        if isinstance(value, Known) and isinstance(value.value, (str, Pattern)):
            return assets.get(posixpath.basename(str(value.value)))
        return None

    def _passed(self, body: TreeMapping) -> dict[str, Given]:
        """Return what the parent sets the parameters of a nested stack to."""
        parent = self._parent
        given = {name: value for name, value in parent.given.items() if "::" in name and name not in OF_A_STACK}
        properties = body.get("Properties")
        tree = properties.get("Parameters") if isinstance(properties, TreeMapping) else None
        if tree is None:
            return given
        written = parent.evaluator.value_where(parent.guard(body), tree)
        free = parent.evaluator.free_value(tree)
        if not (isinstance(written, Known) and isinstance(written.value, Fields) and written.value.openness is None):
            return given
        conditional = free.value.values if isinstance(free, Known) and isinstance(free.value, Fields) else {}
        scope = parent.around.scope
        for name, value in written.value.values.items():
            given[name] = Given(absolute(value, scope), absolute(conditional.get(name, value), scope))
        return given


def _outputs(template: Template) -> dict[str, Value]:
    outputs = template.root.get("Outputs")
    listed = outputs.entries if isinstance(outputs, TreeMapping) else ()
    trees = {str(key.value): body.get("Value") for key, body in listed if isinstance(body, TreeMapping)}
    return {name: template.evaluator.value(tree) for name, tree in trees.items() if tree is not None}


def _exports(template: Template) -> dict[str, Value]:
    exports: dict[str, Value] = {}
    outputs = template.outputs
    if outputs is not None:
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
