"""The record that every loader ends in."""

from __future__ import annotations

from typing import Final

from ..model.guard import ALWAYS, Guard
from ..model.nodes import Code, Origin
from ..model.record import field, record
from ..model.span import Span
from ..model.value import ABSENT, Fields, Value

POLICY_KIND: Final = "faaslint:kind"
"""The entry of an inline policy that a transform made which says what it made it of: a PolicyKind's value."""


UPDATE_POLICY: Final = "faaslint:update-policy"
"""The entry of an alias's properties that holds its ``UpdatePolicy``, which templates write beside the properties."""


@record(frozen=False, kw_only=True)
class Resource:
    """One resource of a project, in its provider's own terms.

    ``address`` is unique in the project: the logical id (``Stack.LogicalId`` inside a nested stack) or the Terraform address
    (``module.x.aws_lambda_function.f["a"]``); ``Reference.address`` names the same. ``type`` is ``AWS::Lambda::Function``
    or ``aws_lambda_function``. ``span`` is the resource's name token. ``properties`` are spelled as the provider spells
    them; nested Terraform blocks are Items of Fields. ``code`` is filled by the loader for functions and layers, because
    only it knows how the format names local source. ``region`` is the region it is created in, where the file says so.
    """

    address: str
    type: str
    span: Span
    properties: Fields
    name: str = ""
    guard: Guard = ALWAYS
    origin: Origin = Origin.USER
    depends_on: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    """What it is made after because the module that it is in is (Terraform): addresses of resources and modules."""
    metadata: Value = ABSENT
    code: tuple[tuple[Guard, Code], ...] = ()
    region: Value = ABSENT
    unknown_count: bool = False
    ignored_changes: tuple[str, ...] = ()
    """The arguments whose changes Terraform ignores (``lifecycle``); ``all`` stands for every one."""
    replaced: bool = False
    """Whether Terraform makes it anew with something else (``replace_triggered_by``)."""
    ignored_policies: Value = ABSENT
    """Policies that the user wrote and that the transform leaves out, because a role of the user's own is named."""
    written_as: str = ""
    """The type that the user wrote, where a transform made this of another (``AWS::Serverless::Function``)."""
    within: tuple[Span, ...] = ()
    """Where the stacks stand that nest the template of this resource, the outermost first."""
    spellings: dict[str, str] = field(default_factory=dict)
    """Property paths that the user's own type calls otherwise (``Code`` → ``CodeUri``)."""
    generated: Span | None = None
    """Where a generated template names the resource, if ``span`` is the line of the source that it was generated from."""
    unseen: bool = False
    """Whether it is a nested stack whose template is not at hand: it may add to what it is given."""


@record(frozen=False, kw_only=True)
class Problem:
    """A file, or a part of one, that could not be understood."""

    span: Span
    message: str
    fatal: bool = True
    """Whether it makes FL001 (a file of the project can't be read), or is only noted."""


@record(frozen=False, kw_only=True)
class Loaded:
    """What a loader made of one root."""

    root: str
    kind: str
    """``sam``, ``cloudformation``, ``cdk``, ``terraform`` or ``terraform-plan``."""
    resources: list[Resource] = field(default_factory=list)
    documents: list[Resource] = field(default_factory=list)
    """Policy documents that the project describes apart from resources (Terraform's data source), each under ``json``."""
    problems: list[Problem] = field(default_factory=list)
    incomplete: list[tuple[str, Span]] = field(default_factory=list)
    """Modules or nested templates that are not on disk: what it is, and where it is asked for."""
    files: list[str] = field(default_factory=list)
    """The files that belong to this root."""
    metadata: list[tuple[str, Value]] = field(default_factory=list)
    """What templates say of themselves, by their path: the ``Metadata`` section of the whole."""
    open_types: bool = False
    """Whether resources of any type may be missing from the list (a remote module, an unreadable file)."""
    exports: dict[str, Value] = field(default_factory=dict)
    """What the root exports for others, by the export's name (``Fn::ImportValue`` of it has the symbol ``import NAME``)."""
    covers: str = ""
    """The folder of the ``.tf`` files that a plan was made of: they are no root of their own then."""
    provider_version: str = ""
    """The version of the AWS provider that Terraform is locked to, where that matters and is known."""
    outputs: dict[str, Value] = field(default_factory=dict)
    """What the root puts out, where that is asked for: by other stacks of an assembly (``Fn::GetStackOutput`` of one has the
    symbol ``output STACK.NAME``), or because it may name a version that is published."""
