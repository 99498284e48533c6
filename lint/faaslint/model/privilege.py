"""What a function needs its role for and what the role grants, as reports show it."""

from __future__ import annotations

from .record import record
from .span import Span
from .value import Leaf, Openness


@record
class NeededPermission:
    """An action that a function needs, on resources in the terms of the template. ``why`` is for people."""

    action: str
    resources: tuple[Leaf, ...]
    origin: str
    """``source`` or ``configuration``."""
    evidence: tuple[Span, ...]
    why: str


@record
class GrantedPermission:
    """An action, perhaps with wildcards, that a statement allows. ``origin`` is how its policy comes to the role."""

    action: str
    resources: tuple[Leaf, ...]
    origin: str
    span: Span
    conditional: bool = False


@record
class PolicyStatement:
    """One statement of a minimal policy. ``evidence`` says, for each place, what takes it."""

    actions: tuple[str, ...]
    resources: tuple[Leaf, ...]
    evidence: tuple[tuple[str, Span], ...]


@record
class FittingTemplate:
    """A SAM policy template that grants exactly what some statements say, with its arguments."""

    name: str
    arguments: tuple[tuple[str, Leaf], ...]
    evidence: tuple[tuple[str, Span], ...]


@record(kw_only=True)
class FunctionPrivilege:
    """One function: needed, granted, the difference, and the minimal policy.

    ``missing`` and ``unused`` hold only what is certain. ``broader`` are granted permissions that a needed one is part
    of, but that allow more (a wildcard, a wider resource).
    """

    function: str
    address: str
    language: str
    """``sam``, ``cloudformation``, ``cdk``, ``terraform`` or ``terraform-plan``."""
    span: Span
    handler: str
    code_path: str
    needed_openness: Openness
    granted_openness: Openness
    needed: tuple[NeededPermission, ...] = ()
    granted: tuple[GrantedPermission, ...] = ()
    missing: tuple[NeededPermission, ...] = ()
    unused: tuple[GrantedPermission, ...] = ()
    broader: tuple[GrantedPermission, ...] = ()
    statements: tuple[PolicyStatement, ...] = ()
    serverless: bool = False
    """Whether the SAM transform makes its role: then ``templates`` and ``rest`` stand under its own ``Policies``."""
    templates: tuple[FittingTemplate, ...] = ()
    rest: tuple[PolicyStatement, ...] = ()
    """For SAM: the statements that no template fits and that the transform does not add by itself."""
    role: str = ""
    """The role, as the template names it; empty where it is not in the project."""

    @property
    def is_minimal(self) -> bool:
        """Return whether the role grants what is needed and, as far as that can be known, nothing else."""
        return not (self.missing or self.unused or self.broader)
