"""What a set of statements allows: explicit denies first, then the union of the allows, in every branch of the guards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple, TypeAlias

from ..model.guard import ALWAYS, NEVER, Guard, TooManyCombinations
from ..model.nodes import Statement
from ..model.read import elements, openness, text_of
from ..model.value import Known, Leaf, Openness, Value, branches, is_absent
from .match import NOTHING_GIVEN, Answer, Canonical, Distinct, Given, action_matches, never, resource_matches, same


class Coverage(NamedTuple):
    """When a statement speaks of an action on a resource. ``certain`` implies ``possible``.

    Both honour the statement's own guard; neither says anything about its effect or its condition.
    """

    certain: Guard
    possible: Guard

    @property
    def answer(self) -> Answer:
        """YES if it speaks of it whenever the statement is there at all, NO if never."""
        if not self.possible.satisfiable():
            return Answer.NO
        return Answer.YES if self.certain == self.possible else Answer.MAYBE


_Matches: TypeAlias = Callable[[Leaf], Answer]

EVERYTHING: Final = Known("*")

NOWHERE: Final = Coverage(NEVER, NEVER)


class Verdict(NamedTuple):
    """Whether an action is allowed.

    ``statement`` is the one that decides: it allows or denies, or is the first that may. ``conditional`` says that only
    statements with a Condition allow it. ``without`` is the guard under which it is certainly not allowed: ``ALWAYS`` or
    the asked guard for NO, a part of it where a MAYBE or a branch lacks the grant, else ``NEVER``. ``why`` is for people.
    """

    answer: Answer
    statement: Statement | None
    why: str
    conditional: bool = False
    without: Guard = NEVER


class Grants:
    """The statements of one principal, together with whether they are all known.

    ``canonical`` brings references of both sides into one form, ``distinct`` tells names apart, and ``given`` are known
    texts of holes (see :mod:`faaslint.iam.match`). ``boundary`` is the permissions boundary, which limits what the
    statements allow.
    """

    __slots__ = ("_boundary", "_by_service", "_canonical", "_distinct", "_given", "_memo", "openness", "statements")

    def __init__(
        self,
        statements: Iterable[Statement],
        openness: Openness,
        *,
        canonical: Canonical = same,
        distinct: Distinct = never,
        given: Given = NOTHING_GIVEN,
        boundary: Grants | None = None,
    ) -> None:
        self.statements = tuple(statements)
        self.openness = openness
        self._canonical = canonical
        self._distinct = distinct
        self._given = given
        self._boundary = boundary
        self._memo: dict[tuple[str, int], Coverage] = {}
        self._by_service: dict[str, tuple[Statement, ...]] | None = None

    def allows(self, action: str, resource: Leaf | None, given: Guard = ALWAYS) -> Verdict:
        """Return whether an action on a resource is allowed, in the situations in which ``given`` holds.

        ``resource`` None asks for any resource: YES if the action is allowed on something.
        """
        try:
            verdict = self._decide(action, resource, given)
            if self._boundary is None or verdict.answer is Answer.NO:
                return verdict
            return _within(verdict, self._boundary.allows(action, resource, given))
        except TooManyCombinations:
            return Verdict(Answer.MAYBE, None, "the conditions of the statements combine in too many ways")

    def _decide(self, action: str, resource: Leaf | None, given: Guard) -> Verdict:
        allowed, perhaps_allowed, unconditional = NEVER, NEVER, NEVER
        denied, perhaps_denied = NEVER, NEVER
        allowing: Statement | None = None
        perhaps_allowing: Statement | None = None
        denying: Statement | None = None
        perhaps_denying: Statement | None = None
        about = [one for one in self._about(action) if self._action_coverage(one, action) is not NOWHERE]
        if not about and self.openness is None:
            return Verdict(Answer.NO, None, "no statement allows it", without=given)
        for statement in about:
            coverage = self._action_coverage(statement, action)
            both = coverage.possible & given
            if not both.satisfiable():
                continue
            reached = _both(coverage, self._resources(statement, resource, deny=False))
            limited = _both(coverage, self._resources(statement, resource, deny=True)) if resource is None else reached
            conditional = not is_absent(statement.condition)
            for branch, effect in _effects(statement.effect):
                if effect in ("allow", "either"):
                    certain = reached.certain & branch if effect == "allow" else NEVER
                    possible = reached.possible & branch
                    if allowing is None and (certain & given).satisfiable():
                        allowing = statement
                    if perhaps_allowing is None and (possible & given).satisfiable():
                        perhaps_allowing = statement
                    allowed, perhaps_allowed = allowed | certain, perhaps_allowed | possible
                    if not conditional:
                        unconditional = unconditional | certain
                if effect in ("deny", "either"):
                    certain = limited.certain & branch if effect == "deny" and not conditional else NEVER
                    possible = limited.possible & branch
                    if denying is None and (certain & given).satisfiable():
                        denying = statement
                    if perhaps_denying is None and (possible & given).satisfiable():
                        perhaps_denying = statement
                    denied, perhaps_denied = denied | certain, perhaps_denied | possible
        possible = perhaps_allowed if self.openness is None else ALWAYS
        possible = possible & ~denied & given
        certain = allowed & ~denied & ~perhaps_denied & given
        without = given & ~possible
        if not possible.satisfiable():
            if denying is not None and perhaps_allowing is not None:
                return Verdict(Answer.NO, denying, "an explicit Deny removes it", without=without)
            if denying is not None:
                return Verdict(Answer.NO, denying, "an explicit Deny covers it", without=without)
            return Verdict(Answer.NO, None, "no statement allows it", without=without)
        if not (given & ~certain).satisfiable():
            only_conditionally = (given & ~unconditional).satisfiable()
            why = "allowed under a Condition" if only_conditionally else "allowed"
            return Verdict(Answer.YES, allowing, why, conditional=only_conditionally)
        missing = without if without.satisfiable() else NEVER
        if allowing is not None and perhaps_denying is not None and (allowed & perhaps_denied & given).satisfiable():
            return Verdict(Answer.MAYBE, perhaps_denying, "a Deny may remove it", without=missing)
        if perhaps_allowing is not None:
            why = "allowed in some branches only" if allowing is not None else "a statement may allow it"
            return Verdict(Answer.MAYBE, allowing or perhaps_allowing, why, without=missing)
        reason = self.openness.why if self.openness is not None else "a statement may allow it"
        return Verdict(Answer.MAYBE, None, f"not every statement is known: {reason}", without=missing)

    def _about(self, action: str) -> tuple[Statement, ...]:
        """Return the statements that may speak of an action's service, in their order: most speak of one service only."""
        if self._by_service is None:
            every = [(statement, _services_of(statement)) for statement in self.statements]
            named = {service for _, services in every if services is not None for service in services}
            self._by_service = {
                service: tuple(one for one, services in every if services is None or service in services)
                for service in ("", *named)
            }
        return self._by_service.get(action.partition(":")[0].lower(), self._by_service[""])

    def _resources(self, statement: Statement, resource: Leaf | None, *, deny: bool) -> Coverage:
        return _resource_coverage(statement, resource, self._canonical, self._distinct, self._given, deny=deny)

    def _action_coverage(self, statement: Statement, action: str) -> Coverage:
        key = (action, id(statement))
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = action_coverage(statement, action)
        return found

    def only(self, statements: Iterable[Statement]) -> Grants:
        """Return some of the statements as grants of their own, all of which are known."""
        return Grants(statements, None, canonical=self._canonical, distinct=self._distinct, given=self._given)

    def canonical(self, leaf: Leaf) -> Leaf:
        """Return a resource of a statement in the form in which resources are compared."""
        if not isinstance(leaf, Known):
            return leaf
        return Known(self._canonical(leaf.value), leaf.trail, leaf.provenance)

    def covers(self, pattern: Leaf, resource: Leaf | None) -> Answer:
        """Return whether a resource of a statement covers a resource."""
        return resource_matches(pattern, resource, self._canonical, self._distinct, self._given)

    def granting(self, action: str, given: Guard = ALWAYS) -> tuple[Statement, ...]:
        """Return the statements that allow an action on something, certainly or perhaps, in the order of the policies."""
        return tuple(
            statement
            for statement in self._about(action)
            if any(effect != "deny" for _, effect in _effects(statement.effect))
            and _meets(self._action_coverage(statement, action), given)
        )

    def closest(self, action: str) -> Statement | None:
        """Return the statement that a message about a missing action should point at, None if nothing is near.

        One that allows the action on something else comes first, then one of the same service with the most similar
        action, an Allow before a Deny.
        """
        granting = self.granting(action)
        if granting:
            return granting[0]
        best: tuple[tuple[bool, int], Statement] | None = None
        service = action.partition(":")[0].lower() + ":"
        for statement in self.statements:
            allows = any(effect == "allow" for _, effect in _effects(statement.effect))
            for _, leaf in elements(statement.actions):
                text = (text_of(leaf) or "").lower()
                if not text.startswith(service):
                    continue
                rank = (allows, _common_start(text, action.lower()))
                if best is None or rank > best[0]:
                    best = (rank, statement)
        return best[1] if best else None


def coverage(
    statement: Statement,
    action: str,
    resource: Leaf | None,
    canonical: Canonical = same,
    distinct: Distinct = never,
    given: Given = NOTHING_GIVEN,
) -> Coverage:
    """Return when a statement speaks of an action on a resource (None: on any), whatever its effect and condition."""
    return _both(
        action_coverage(statement, action), _resource_coverage(statement, resource, canonical, distinct, given, deny=False)
    )


def action_coverage(statement: Statement, action: str) -> Coverage:
    """Return when a statement speaks of an action at all, by its Action or NotAction."""
    guard = statement.guard
    if statement.unknown_count:
        inner = _actions(statement, action)
        return NOWHERE if inner is NOWHERE else Coverage(NEVER, inner.possible & guard)
    inner = _actions(statement, action)
    return NOWHERE if inner is NOWHERE else Coverage(inner.certain & guard, inner.possible & guard)


def _services_of(statement: Statement) -> frozenset[str] | None:
    """Return the services that a statement's actions are of, None where it may speak of any."""
    if is_absent(statement.actions) or openness(statement.actions) is not None:
        return None
    found: set[str] = set()
    for _, leaf in elements(statement.actions):
        service, colon, _ = (text_of(leaf) or "").partition(":")
        if not colon or "*" in service or "?" in service:
            return None
        found.add(service.lower())
    return frozenset(found)


def _actions(statement: Statement, action: str) -> Coverage:
    if not is_absent(statement.actions):
        return _listed(statement.actions, lambda leaf: action_matches(leaf, action))
    if not is_absent(statement.not_actions):
        return _except(_listed(statement.not_actions, lambda leaf: action_matches(leaf, action)))
    return NOWHERE


def _resource_coverage(
    statement: Statement, resource: Leaf | None, canonical: Canonical, distinct: Distinct, given: Given, *, deny: bool
) -> Coverage:
    if not is_absent(statement.resources):
        if resource is None:
            # "On something" is denied only by a Deny on everything.
            return _listed(statement.resources, _perhaps_all if deny else _is_something)
        return _listed(statement.resources, lambda leaf: resource_matches(leaf, resource, canonical, distinct, given))
    if not is_absent(statement.not_resources):
        if resource is None:
            listed = _listed(statement.not_resources, _is_everything)
            return Coverage(NEVER, ALWAYS) if deny else _except(listed)
        return _except(
            _listed(statement.not_resources, lambda leaf: resource_matches(leaf, resource, canonical, distinct, given))
        )
    # A trust policy has no Resource: it speaks of its own role.
    return Coverage(ALWAYS, ALWAYS)


def _is_something(leaf: Leaf) -> Answer:
    return Answer.YES


def _is_everything(leaf: Leaf) -> Answer:
    return resource_matches(leaf, EVERYTHING)


def _perhaps_all(leaf: Leaf) -> Answer:
    """A Deny on one resource removes an Allow on just that: whether it does here, nobody asked."""
    return Answer.YES if _is_everything(leaf) is Answer.YES else Answer.MAYBE


def _listed(value: Value, matches: _Matches) -> Coverage:
    certain, possible = NEVER, NEVER
    for guard, leaf in elements(value):
        answer = matches(leaf)
        if answer is Answer.NO:
            continue
        if answer is Answer.YES:
            certain = certain | guard
        possible = possible | guard
    if openness(value) is not None:
        possible = ALWAYS
    return NOWHERE if possible == NEVER else Coverage(certain, possible)


def _except(named: Coverage) -> Coverage:
    return Coverage(~named.possible, ~named.certain)


def _both(left: Coverage, right: Coverage) -> Coverage:
    return Coverage(left.certain & right.certain, left.possible & right.possible)


def _meets(found: Coverage, given: Guard) -> bool:
    try:
        return (found.possible & given).satisfiable()
    except TooManyCombinations:
        return True


def _effects(effect: Value) -> Iterator[tuple[Guard, str]]:
    for guard, leaf in branches(effect):
        text = text_of(leaf)
        # A missing or misspelt effect is refused by IAM; until it is mended nobody can say what was meant.
        yield guard, {"Allow": "allow", "Deny": "deny"}.get(text or "", "either")


def _within(verdict: Verdict, boundary: Verdict) -> Verdict:
    """Return a verdict as far as the permissions boundary lets it be."""
    if boundary.answer is Answer.YES:
        return verdict._replace(conditional=verdict.conditional or boundary.conditional)
    why = "the permissions boundary does not allow it"
    if boundary.answer is Answer.NO:
        return Verdict(Answer.NO, boundary.statement, why, without=boundary.without)
    return Verdict(
        Answer.MAYBE,
        boundary.statement if verdict.answer is Answer.YES else verdict.statement,
        "the permissions boundary may not allow it",
        without=verdict.without | boundary.without,
    )


def _common_start(left: str, right: str) -> int:
    count = 0
    for mine, other in zip(left, right, strict=False):
        if mine != other:
            break
        count += 1
    return count
