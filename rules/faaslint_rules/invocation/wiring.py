"""Which permissions serve the triggers of a function, and what is wrong with those that don't."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from faaslint.facts.event_sources import canonical_principal
from faaslint.graph import Graph
from faaslint.graph.graph import Callee
from faaslint.graph.queries import Trigger, triggers
from faaslint.iam.match import Answer
from faaslint.model.finding import Withheld
from faaslint.model.guard import NEVER, Guard
from faaslint.model.nodes import Alias, Function, Origin, Permission, Version
from faaslint.model.read import text_of
from faaslint.model.value import Known, Leaf, Unknown, jointly

from .principals import EVERYONE, is_account, lets_invoke, principal_text
from .sources import names_source


class Candidate(NamedTuple):
    """A permission for the service of a trigger, in one situation, and whether it covers the trigger."""

    guard: Guard
    permission: Permission
    source_arn: Leaf
    source: Answer
    qualifier: Answer

    @property
    def serves(self) -> Answer:
        """Whether the trigger may call by it."""
        both = (self.source, self.qualifier)
        return Answer.NO if Answer.NO in both else Answer.MAYBE if Answer.MAYBE in both else Answer.YES


class Unserved(NamedTuple):
    """A trigger whose service has a permission, but in some situation none that covers it."""

    guard: Guard
    trigger: Trigger
    near: Candidate
    """The permission that comes nearest."""
    only_qualifier: bool
    """Whether a permission covers the source, and only names another version or alias."""


class Wiring(NamedTuple):
    """How the triggers and permissions of a function fit."""

    unserved: tuple[Unserved, ...]
    used: frozenset[str]
    """The ids of the permissions that serve some trigger, or may."""
    asked: bool
    """Whether there is any trigger that calls by permission and has one for its service."""


def pushed(function: Function, graph: Graph) -> Iterator[tuple[Guard, Trigger]]:
    """Yield the triggers that call by permission, and when they do."""
    for trigger in triggers(graph, function):
        if not trigger.principal or trigger.by_role:
            continue
        for guard, (role,) in jointly(trigger.role, given=trigger.guard & function.guard):
            if isinstance(role, Known) and role.value is None:
                yield guard, trigger


def wiring_of(function: Function, graph: Graph) -> Wiring:
    """Compare the triggers of a function with its permissions."""
    unserved: list[Unserved] = []
    used: set[str] = set()
    asked = False
    for guard, trigger in pushed(function, graph):
        candidates = list(_candidates(function, trigger, guard, graph))
        served, present = NEVER, NEVER
        for one in candidates:
            present = present | one.guard
            if one.serves is not Answer.NO:
                served = served | one.guard
                used.add(one.permission.id)
        asked = asked or bool(candidates)
        lacking = guard & present & ~served
        if not lacking.satisfiable():
            continue
        beside = [one for one in candidates if (one.guard & lacking).satisfiable()]
        of_source = [one for one in beside if one.source is not Answer.NO]
        unserved.append(Unserved(lacking, trigger, (of_source or beside)[0], bool(of_source)))
    return Wiring(tuple(unserved), frozenset(used), asked)


def _candidates(function: Function, trigger: Trigger, given: Guard, graph: Graph) -> Iterator[Candidate]:
    wanted = canonical_principal(trigger.principal)
    for outer, permission, callee in graph.permissions_on(function):
        values = (permission.principal, permission.action, permission.source_arn)
        for guard, (who, action, source) in jointly(*values, given=given & outer & permission.guard):
            covers = lets_invoke(action)
            text = principal_text(who)
            if covers is Answer.NO or (text not in (None, wanted, EVERYONE) and not is_account(str(text))):
                continue
            generated = permission.origin is not Origin.USER
            if text != wanted or covers is Answer.MAYBE or generated:
                # Whoever can't be told, or what the transform writes, is taken to let it.
                yield Candidate(guard, permission, source, Answer.MAYBE, Answer.MAYBE)
            else:
                yield Candidate(
                    guard, permission, source, names_source(graph, source, trigger), same_qualifier(trigger, callee)
                )


def same_qualifier(trigger: Trigger, callee: Callee) -> Answer:
    """Return whether a permission speaks of the same version or alias as a trigger, or both of the function itself."""
    if trigger.target is callee.node and isinstance(trigger.target, (Alias, Version)):
        return Answer.YES
    ours = _plain(trigger.target, trigger.qualifier)
    theirs = _plain(callee.node, callee.qualifier)
    if ours is None or theirs is None:
        return Answer.MAYBE
    if ours and theirs:
        return Answer.YES
    if ours or theirs:
        return Answer.NO
    if isinstance(trigger.target, Alias) and isinstance(callee.node, Alias):
        return Answer.NO
    return Answer.MAYBE


def _plain(node: object, qualifier: Leaf | None) -> bool | None:
    """Whether a function itself is meant, None where that can't be known."""
    if isinstance(node, (Alias, Version)):
        return False
    if qualifier is None or (isinstance(qualifier, Known) and qualifier.value is None):
        return True
    text = text_of(qualifier)
    # A stage variable, and what the service makes of $LATEST, are not in the files.
    return None if isinstance(qualifier, Unknown) or text is None or "$" in text else False


def shown_target(node: object, qualifier: Leaf | None) -> str:
    """Return how a message calls what is called."""
    if isinstance(node, Alias):
        return f"the alias '{node.name}'"
    if isinstance(node, Version):
        return f"the version '{node.name}'"
    text = text_of(qualifier) if qualifier is not None else None
    return f"the qualifier {text}" if text else "the function itself"


def unknown_permissions(graph: Graph) -> Withheld | None:
    """Return why there may be permissions that are not known, None where there can be none."""
    incomplete = graph.permissions_unknown()
    return None if incomplete is None else Withheld(incomplete.why, incomplete.where)
