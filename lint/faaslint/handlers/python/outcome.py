"""From what an analysis found to the facts of a Handler node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...model.facts import ClientConstruction, EnvironmentRead, Found, Handler, Reachable, SdkCall
from ...model.guard import Guard
from ...model.span import Span
from ...model.value import CLOSED, Environment, Fields, Items, Known, Open, Openness, Pattern, Unknown, Value
from .analysis import Analysis, modules_followed
from .discards import discarded
from .domain import FunctionCode
from .engine import Frame
from .observed import Observed
from .records import CallRecord, ReadRecord
from .sdk import merge_arguments

_EXTENSION = (
    b"localhost:2773",
    b"127.0.0.1:2773",
    b"PARAMETERS_SECRETS_EXTENSION",
    b"X-Aws-Parameters-Secrets-Token",
    b"x-aws-parameters-secrets-token",
)
"""How source calls the Parameters and Secrets extension, which reads with the function's role."""

_ALTERNATIVES = 8
"""How many calls with different arguments at one place are told apart."""


class Outcome:
    """Collects the facts of one analysis."""

    def __init__(self, analysis: Analysis, identifier: str, guard: Guard) -> None:
        self._analysis = analysis
        self._identifier = identifier
        self._guard = guard
        self._ids: dict[str, int] = {}
        self._tested: set[str] = set()
        self._always = analysis.always()
        self._given = analysis.given()
        for frame, reachable in self._frames():
            if reachable is not Reachable.NO:
                self._tested |= frame.records.tested

    def fill(self, handler: Handler) -> None:
        """Write the facts into a handler node."""
        handler.calls = tuple(self._calls())
        handler.reads = tuple(self._reads())
        handler.clients = tuple(self._clients())
        reached = [frame for frame, reachable in self._frames() if reachable is not Reachable.NO]
        handler.environment_set = frozenset(name for frame in reached for name in frame.records.sets)
        handler.needs_openness = self._needs(reached)
        Observed(self._analysis, [one for one in self._frames() if one[1] is not Reachable.NO], self._node).fill(handler)
        hidden_sets = _first(frame.records.hidden_sets for frame in reached)
        hidden_reads = _first(frame.records.hidden_reads for frame in reached)
        too_large: Openness = Open(self._analysis.engine.too_large) if self._analysis.engine.too_large else CLOSED
        handler.environment_openness = too_large or hidden_sets or hidden_reads
        handler.environment_set_openness = too_large or hidden_sets

    def _needs(self, reached: list[Frame]) -> Openness:
        engine = self._analysis.engine
        if engine.too_large:
            return Open(engine.too_large)
        found = _first(frame.records.needs for frame in reached)
        if found is not None:
            return found
        for module in modules_followed(self._analysis):
            if module.source is not None and any(module.source.mentions(text) for text in _EXTENSION):
                return Open("the Parameters and Secrets extension is called", module.source.span_of(0, 0))
        return CLOSED

    def _frames(self) -> Iterator[tuple[Frame, Reachable]]:
        analysis = self._analysis
        # Where the analysis had to stop nothing is certain: what follows might have shown otherwise.
        best = Reachable.MAYBE if analysis.engine.too_large else Reachable.YES
        for number in sorted((*analysis.certain, *analysis.possible)):
            yield analysis.engine.frames[number], best if number in analysis.certain else Reachable.MAYBE
        for frame in analysis.unreached:
            yield frame, Reachable.NO

    def _node(self, kind: str, span: Span) -> dict[str, Any]:
        return {"id": self._identify(kind, span), "name": kind, "type": "", "span": span, "guard": self._guard}

    def _identify(self, kind: str, span: Span) -> str:
        name = f"{self._identifier}/handler/{kind}:{span.path}:{span.line}:{span.column}"
        count = self._ids[name] = self._ids.get(name, 0) + 1
        return name if count == 1 else f"{name}#{count}"

    # calls

    def _calls(self) -> Iterator[SdkCall]:
        groups: dict[tuple[object, ...], list[tuple[Frame, Reachable, CallRecord]]] = {}
        for frame, reachable in self._frames():
            for record in frame.records.calls.values():
                key = (record.span, record.service, record.operation, record.high_level, record.account)
                groups.setdefault(key, []).append((frame, reachable, record))
        by_others = {key[:-1] for key, group in groups.items() if group[0][2].account.own_credentials}
        for place in sorted(groups, key=_order):
            yield from self._alternatives(groups[place], place[:-1] in by_others)

    def _alternatives(self, group: list[tuple[Frame, Reachable, CallRecord]], by_others: bool) -> Iterator[SdkCall]:
        """Yield the calls at one place: one for each set of arguments that tells which resource is meant.

        ``by_others`` says that the place may also be reached with credentials of somebody else's: then the role does not
        always make the call.
        """
        best = [entry for entry in group if entry[1] is Reachable.YES] or [
            entry for entry in group if entry[1] is Reachable.MAYBE
        ]
        apart: list[tuple[Frame, Reachable, CallRecord, dict[str, Value]]] = []
        for frame, reachable, record in best or group[:1]:
            for _, _, _, arguments in apart:
                if _same_target(arguments, record.arguments):
                    merge_arguments(arguments, record.arguments)
                    break
            else:
                if len(apart) < _ALTERNATIVES:
                    apart.append((frame, reachable, record, dict(record.arguments)))
                else:
                    for _, _, _, arguments in apart[:1]:
                        merge_arguments(arguments, record.arguments)
        given = frozenset.intersection(*(self._given.get(frame.number, frozenset()) | one.given for frame, _, one in group))
        dropped: dict[FunctionCode, frozenset[tuple[int, int]]] = {}
        # What a module does when it is loaded is done in every process.
        always = not by_others and any(
            one.always and (frame.code is None or frame.number in self._always) for frame, _, one in group
        )
        for frame, reachable, record, arguments in apart:
            steps = self._analysis.route(frame.number)
            code = frame.code
            if code is not None and code not in dropped:
                dropped[code] = discarded(code.definition)
            if reachable is Reachable.YES and not record.certain:
                reachable = Reachable.MAYBE
            yield SdkCall(
                id=self._identify("call", record.span),
                name=f"{record.service}.{record.high_level or record.operation}",
                type="",
                span=record.span,
                guard=self._guard,
                service=record.service,
                operation=record.operation,
                arguments=arguments,
                arguments_complete=record.complete,
                high_level=record.high_level,
                reachable=reachable,
                always=always,
                own_credentials=record.account.own_credentials,
                own_region=record.account.own_region,
                own_endpoint=record.account.own_endpoint,
                region=record.account.region,
                given=tuple(sorted(given)),
                discarded=code is not None and record.place in dropped[code],
                route=tuple(step.span for step in steps),
            )

    # reads

    def _reads(self) -> Iterator[EnvironmentRead]:
        groups: dict[tuple[object, ...], list[tuple[Frame, Reachable, ReadRecord]]] = {}
        for frame, reachable in self._frames():
            for record in frame.records.reads.values():
                groups.setdefault((record.span, record.name or ""), []).append((frame, reachable, record))
        uses = self._none_uses()
        for key in sorted(groups, key=_order):
            group = groups[key]
            reachable = min((entry[1] for entry in group), key=list(Reachable).index)
            if any(entry[1] is Reachable.YES for entry in group):
                reachable = Reachable.YES
            elif any(entry[1] is Reachable.MAYBE for entry in group):
                reachable = Reachable.MAYBE
            else:
                reachable = Reachable.NO
            record = group[0][2]
            guarded = record.protected or record.name in self._tested
            if reachable is Reachable.YES and not any(frame.number in self._analysis.unprotected for frame, _, _ in group):
                guarded = True
            has_default = all(entry[2].has_default for entry in group)
            variable: Value = Known(record.name, (record.span,)) if record.name is not None else Unknown("it is computed")
            used: Span | None = None
            if not guarded and not has_default and not record.subscript:
                used = uses.get(record.place)
            yield EnvironmentRead(
                id=self._identify("env", record.span),
                name=record.name or "",
                type="",
                span=record.span,
                guard=self._guard,
                variable=variable,
                required=record.subscript and not has_default and not guarded and record.name is not None,
                has_default=has_default,
                guarded=guarded,
                none_used_at=used,
                reachable=reachable,
            )

    def _none_uses(self) -> dict[tuple[str, int], Span]:
        found: dict[tuple[str, int], Span] = {}
        for frame, reachable in self._frames():
            if reachable is Reachable.YES and frame.number in self._analysis.unprotected:
                for place, span in frame.records.none_uses.items():
                    found.setdefault(place, span)
        return found

    # clients

    def _clients(self) -> Iterator[ClientConstruction]:
        always = self._always
        entered = self._analysis.entered()
        seen: set[tuple[Span, str]] = set()
        for frame, reachable in self._frames():
            for record in frame.records.clients.values():
                if (record.span, record.service) in seen:
                    continue
                seen.add((record.span, record.service))
                yield ClientConstruction(
                    id=self._identify("client", record.span),
                    name=record.service,
                    type="",
                    span=record.span,
                    guard=self._guard,
                    service=record.service,
                    scope=record.scope,
                    is_resource=record.is_resource,
                    reachable=reachable,
                    each_call=record.always and frame.number in always and (not record.later or frame in entered),
                    invariant=record.invariant,
                    own_credentials=record.account.own_credentials,
                    timeouts=record.timeouts,
                )


def _order(key: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(part if isinstance(part, (tuple, str)) else repr(part) for part in key)


def _first(notes: Iterator[dict[int, tuple[str, Span]]]) -> Openness:
    for found in notes:
        if found:
            why, span = found[min(found)]
            return Open(why, span)
    return CLOSED


def _same_target(left: dict[str, Value], right: dict[str, Value]) -> bool:
    """Return whether two sets of arguments differ in nothing that can name a resource."""
    for name in {*left, *right}:
        mine, theirs = left.get(name), right.get(name)
        if mine == theirs:
            continue
        if isinstance(mine, Known) and isinstance(theirs, Known) and _names(mine) and _names(theirs):
            return False
    return True


def _names(value: Known) -> bool:
    return isinstance(value.value, (str, Environment, Pattern)) and not isinstance(value.value, (Fields, Items))


def not_found(handler: Handler, found: Found, why: str, available: tuple[str, ...]) -> None:
    """Fill a handler that leads nowhere: what it needs and reads is not known."""
    handler.found = found
    handler.why = why
    handler.available = available
    handler.needs_openness = Open(why)
    handler.environment_openness = Open(why)
    handler.environment_set_openness = Open(why)
