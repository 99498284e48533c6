"""FL322 malformed-policy."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.iam.grammar import INLINE_LIMIT, MANAGED_LIMIT, TRUST_LIMIT, DocumentKind, defects, least_size
from faaslint.iam.policy import broken_json, parse_document
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Edit, Level, Withheld
from faaslint.model.nodes import Node, Origin, Policy, PolicyKind, Role
from faaslint.model.span import Location, Place
from faaslint.model.value import Unknown, Value, branches

from .granted import functions_with

WRITTEN = (PolicyKind.INLINE, PolicyKind.CUSTOMER)


@rule(
    id="FL322",
    name="malformed-policy",
    level=Level.ERROR,
    visits=Role,
    fixable=True,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",),
)
def malformed_policy(role: Role, graph: Graph, context: Context) -> Iterator[Answer]:
    """A policy of a function's role is one that IAM refuses.

    What it does
    Checks the trust policy, the inline policies and the customer-managed policies of the roles of functions against the
    grammar of IAM: elements, version, effect, the form of actions, ARNs, principals, condition operators and condition keys,
    and the size. A document that is written as text has to be JSON. Unknown condition keys are left alone: services add
    new ones.

    Why it matters
    The deployment fails with `MalformedPolicyDocument`, often after half of the stack is made.

    How to fix
    Correct the element that the message names.

    What it can't know
    Parts of a document that are computed, and text with something computed outside of its quotes.

    Sources
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    functions = functions_with(role, graph)
    if not functions:
        yield INAPPLICABLE
        return
    related = [Location(one.span, f"the function '{one.name}' has this role") for one in functions]
    yield from _judge(role, f"The trust policy of '{role.name}'", "trust", role.trust, DocumentKind.TRUST, related)
    if least_size(role.trust) > TRUST_LIMIT:
        yield _too_large(role, f"The trust policy of '{role.name}'", "trust", least_size(role.trust), TRUST_LIMIT, related)
    inline = 0
    for edge in graph.into(role, EdgeKind.ATTACHED_TO):
        policy = edge.source
        if (
            not isinstance(policy, Policy)
            or policy.policy_kind not in WRITTEN
            or policy.origin in (Origin.AWS, Origin.MODULE)
        ):
            continue
        managed = policy.policy_kind is PolicyKind.CUSTOMER
        subject: Node = policy if managed else role
        words = f"Policy '{policy.name}'" if managed else f"A policy of '{role.name}'"
        yield from _judge(subject, words, "document", policy.document, DocumentKind.IDENTITY, related, policy)
        size = least_size(policy.document)
        if managed and size > MANAGED_LIMIT:
            yield _too_large(policy, words, "document", size, MANAGED_LIMIT, related)
        elif not managed:
            inline += size
    if inline > INLINE_LIMIT:
        yield _too_large(role, f"The inline policies of '{role.name}'", "", inline, INLINE_LIMIT, related)


def _judge(
    subject: Node,
    words: str,
    attribute: str,
    document: Value,
    kind: DocumentKind,
    related: list[Location],
    policy: Policy | None = None,
) -> Iterator[Answer]:
    for _, leaf in branches(document):
        parsed = parse_document(leaf)
        if isinstance(parsed, Unknown) and broken_json(leaf) is None:
            yield Withheld(parsed.why, parsed.trail[-1] if parsed.trail else subject.span)
    for defect in defects(document, kind):
        place = defect.span or (policy or subject).span
        yield claim(
            subject,
            attribute,
            f"{words} {defect.words}; IAM refuses it.",
            at=Place(place, ""),
            related=related,
            # IAM refuses the document as it is, so there is nothing that the edit could break.
            edits=[Edit(place, defect.meant, safe=True)] if defect.meant else [],
        )


def _too_large(subject: Node, words: str, attribute: str, size: int, limit: int, related: list[Location]) -> Answer:
    return claim(
        subject,
        attribute,
        f"{words} {'have' if words.startswith('The inline') else 'has'} at least {size:,} characters, while IAM takes "
        f"{limit:,}; join statements, or split the policy.",
        at=subject.here(),
        related=related,
    )
