"""Trust policies: which services may assume a role."""

from __future__ import annotations

from typing import Final

from ..model.guard import NEVER, Guard
from ..model.nodes import Role, Statement
from ..model.read import elements, openness, text_of
from ..model.value import Fields, Known, Leaf, Pattern, Unknown, branches, is_absent
from .grants import action_coverage
from .match import Answer

ASSUME: Final = "sts:AssumeRole"


def may_assume(role: Role, service: str) -> tuple[Guard, Guard]:
    """Return when a service (``lambda.amazonaws.com``) certainly may assume a role, and when it perhaps may.

    A statement with a condition is taken to let the service in. What ``role.trust_openness`` says is not in the answer.
    """
    allowed, perhaps_allowed, denied, perhaps_denied = NEVER, NEVER, NEVER, NEVER
    for statement in role.trust_statements:
        actions = action_coverage(statement, ASSUME)
        trusted, perhaps_trusted = _names(statement, service)
        certain, possible = actions.certain & trusted, actions.possible & perhaps_trusted
        conditional = not is_absent(statement.condition)
        for guard, leaf in branches(statement.effect):
            effect = text_of(leaf)
            if effect != "Deny":
                allowed = allowed | (certain & guard if effect == "Allow" else NEVER)
                perhaps_allowed = perhaps_allowed | (possible & guard)
            if effect != "Allow":
                denied = denied | (certain & guard if effect == "Deny" and not conditional else NEVER)
                perhaps_denied = perhaps_denied | (NEVER if conditional else possible & guard)
    return allowed & ~perhaps_denied, perhaps_allowed & ~denied


def _names(statement: Statement, service: str) -> tuple[Guard, Guard]:
    certain, possible = NEVER, NEVER
    if is_absent(statement.principals):
        # NotPrincipal, or a statement that IAM refuses: another rule's business.
        return NEVER, ~NEVER
    for outer, leaf in branches(statement.principals):
        if not (isinstance(leaf, Known) and isinstance(leaf.value, Fields)):
            possible = possible | outer
            continue
        if leaf.value.openness is not None:
            possible = possible | outer
        for kind, listed in leaf.value.values.items():
            if openness(listed) is not None:
                possible = possible | outer
            for inner, principal in elements(listed):
                answer = _is_service(kind, principal, service)
                if answer is not Answer.NO:
                    possible = possible | (outer & inner)
                if answer is Answer.YES:
                    certain = certain | (outer & inner)
    return certain, possible


def _is_service(kind: str, principal: Leaf, service: str) -> Answer:
    if isinstance(principal, Unknown):
        return Answer.MAYBE if kind in ("Service", "*") else Answer.NO
    if text_of(principal) == "*":
        return Answer.YES
    if kind != "Service":
        return Answer.NO
    content = principal.value
    if isinstance(content, Pattern):
        first = content.parts[0]
        label = service.partition(".")[0] + "."
        if isinstance(first, str) and not first.startswith(label):
            return Answer.NO
        return Answer.YES if first == label and len(content.parts) == 2 else Answer.MAYBE
    text = text_of(principal)
    if text is None:
        return Answer.MAYBE
    name = text.lower().removesuffix(".cn")
    if name == service:
        return Answer.YES
    # Some services also take the name that they have in a region, as Step Functions does: states.eu-west-2.amazonaws.com.
    label, _, rest = name.partition(".")
    region, _, domain = rest.partition(".")
    return Answer.MAYBE if f"{label}.{domain}" == service and region[-1:].isdecimal() else Answer.NO
