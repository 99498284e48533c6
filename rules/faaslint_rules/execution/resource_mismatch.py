"""FL315 resource-mismatch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.identity import canonical, kind_of_reference
from faaslint.iam.actions import STAR_ONLY, expand, resource_fits, resource_types
from faaslint.iam.match import Answer as Match
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Role, Statement
from faaslint.model.read import elements, known_text_parts, openness, text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Pattern, Provenance, Reference, is_absent, join_text

from .granted import Allowed, allowed_by, functions_with, listed, named, subject_of, way_to, written_by_hand

ARN_PARTS: Final = 6

FORMS: Final = 2
"""How many forms of a fitting resource a message shows."""


@rule(
    id="FL315",
    name="resource-mismatch",
    level=Level.WARNING,
    visits=Role,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",),
)
def resource_mismatch(role: Role, graph: Graph, context: Context) -> Iterator[Answer]:
    """A statement of a function's role grants nothing: no resource of it is of the kind that its action works on.

    What it does
    Compares the resources of each hand-written Allow statement with the kinds of resource that its actions work on: an
    action on objects beside a bucket's ARN, an action that knows no resources beside an ARN, an action of one service beside
    the ARN of another. Speaks only if no resource of the statement fits, once for the actions of a statement that ask for
    the same kind of resource. A module may list the actions of several services for a resource that its caller names, as
    long as one of them fits.

    Why it matters
    IAM accepts the statement, and the call is denied all the same.

    How to fix
    Name a resource of the kind that the message shows, or `*` for an action that knows no resources.

    What it can't know
    Resources whose ARN is not known from its beginning on.

    Sources
    - https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    - https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
    """
    functions = functions_with(role, graph)
    if not functions:
        yield INAPPLICABLE
        return
    if role.policies_openness is not None:
        yield Withheld(role.policies_openness.why, role.policies_openness.where)
    for guard, statement in graph.statements_of(role):
        if not written_by_hand(statement) or is_absent(statement.resources):
            continue
        if openness(statement.resources) is not None:
            yield Withheld("a resource of the role can't be known", statement.at("resources").span)
            continue
        idle: dict[tuple[str, Guard], list[Allowed]] = {}
        fits = False
        for allowed in allowed_by(statement, guard):
            if isinstance(allowed, Withheld):
                yield allowed
            elif _fits_nothing(allowed, statement, graph):
                idle.setdefault((_form(allowed.action), allowed.guard), []).append(allowed)
            else:
                fits = True
        if fits and (graph.kind == "cdk" or _of_the_caller(statement)):
            # A grant method, or a module, lists what fits and what does not; only a statement without effect is a mistake.
            continue
        subject = subject_of(role, functions)
        for (form, given), actions in idle.items():
            several = len(actions) > 1
            yield claim(
                subject,
                "",
                f"{named(subject)} allows {listed([one.action for one in actions])}, but on no resource that "
                f"{'they work' if several else 'it works'} on, which grants nothing; "
                f"{'they' if several else 'it'} {form}.",
                at=statement.at("actions", actions[0].leaf),
                related=[
                    Location(statement.at("resources").span, "the resources of the statement"),
                    *(Location(one.span, f"the function '{one.name}' has this role") for one in functions),
                ],
                route=way_to(role, functions, statement),
                guard=given,
            )


def _of_the_caller(statement: Statement) -> bool:
    """Return whether a module gets the resources of its statement from whoever calls it: they may be of several services."""
    folder = statement.span.path.rpartition("/")[0]
    leaves = [leaf for _, leaf in elements(statement.resources)]
    return bool(leaves) and all(leaf.trail and leaf.trail[-1].path.rpartition("/")[0] != folder for leaf in leaves)


def _fits_nothing(allowed: Allowed, statement: Statement, graph: Graph) -> bool:
    covered = expand(allowed.action)
    if not covered or not allowed.action.strip("*:"):
        return False
    resources = [_canonical(leaf, graph) for _, leaf in elements(statement.resources)]
    if not any(resource_types(one) for one in covered) and not action_is_strict(covered[0], resources):
        return False
    if any(_is_no_arn(leaf, graph) for _, leaf in elements(statement.resources)):
        # What is no ARN at all is refused by IAM: another rule's business. An empty default is a parameter that is not used.
        return False
    if all(_is_placeholder(leaf, covered) for leaf in resources):
        return False
    return bool(resources) and all(
        resource_fits(action, resource) is Match.NO and not _makes(action, resource) and not _lacks_name(action, resource)
        for action in covered
        for resource in resources
    )


def _lacks_name(action: str, resource: Leaf) -> bool:
    """Return whether an ARN would fit, were the name at its end not left empty by default."""
    if not isinstance(resource, Known) or resource.provenance is not Provenance.DEFAULT:
        return False
    return resource_fits(action, join_text((resource, Known("*")))) is not Match.NO


def _makes(action: str, resource: Leaf) -> bool:
    """Return whether an action works on resources of a kind by its name alone, and the table lists only what it may use.

    For new actions AWS's reference names the parts of what is made before it names what is made.
    """
    kinds = resource_types(action)
    if not kinds or any(kind.required for kind in kinds):
        return False
    service, _, name = action.lower().partition(":")
    parts = (known_text_parts(resource) or "").lower().split(":", ARN_PARTS - 1)
    if len(parts) < ARN_PARTS or parts[2] != service:
        return False
    kind = parts[5].partition("/")[0].partition(":")[0].replace("-", "").replace("_", "")
    return bool(kind) and kind in name


def action_is_strict(action: str, resources: list[Leaf]) -> bool:
    """Return whether an action that knows no resources surely takes ``*`` only.

    AWS's own templates grant some of them on ARNs of their service, so that only documented cases count.
    """
    service = action.partition(":")[0].lower()
    of_others = all(
        (known_text_parts(leaf) or "").split(":")[2:3] not in ([service], ["*"], ["\0"], []) for leaf in resources
    )
    return service in STAR_ONLY or of_others


def _is_placeholder(leaf: Leaf, actions: list[str] | tuple[str, ...]) -> bool:
    """Return whether an ARN stands for nothing on purpose: of the action's service, without region and account."""
    parts = (known_text_parts(leaf) or "").split(":")
    services = {action.partition(":")[0].lower() for action in actions}
    if len(parts) < ARN_PARTS or parts[2] not in services or parts[3] or parts[4]:
        return False
    kinds = [kind.arn.split(":") for action in actions for kind in resource_types(action) or ()]
    return bool(kinds) and all(kind[3] and kind[4] for kind in kinds)


def _is_no_arn(leaf: Leaf, graph: Graph) -> bool:
    text = text_of(leaf)
    if text is not None:
        return text != "*" and not text.startswith("arn:")
    content = leaf.value if isinstance(leaf, Known) else None
    first = content.parts[0] if isinstance(content, Pattern) else content
    return isinstance(first, Reference) and kind_of_reference(graph, first) in ("name", "url")


def _canonical(leaf: Leaf, graph: Graph) -> Leaf:
    return Known(canonical(graph, leaf.value), leaf.trail, leaf.provenance) if isinstance(leaf, Known) else leaf


def _form(action: str) -> str:
    """Return what stands behind ``it`` or ``they`` in a message."""
    forms = {kind.arn for one in expand(action) for kind in resource_types(one) or ()}
    if not forms:
        return "can be granted on * only"
    shown = sorted(forms, key=lambda arn: (len(arn), arn))
    if not any(kind.required for one in expand(action) for kind in resource_types(one) or ()):
        # What need not name a resource is mostly called without one.
        shown = ["*", *shown]
    return f"can be granted on {listed(shown, FORMS, 'or')}"
