"""From what an analysis found to the facts about the event, the context, and what the handler returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...model.facts import (
    CallableKind,
    ContextRead,
    EventRead,
    ExceptHandler,
    FileWrite,
    GlobalWrite,
    Handler,
    Import,
    NetworkCall,
    Notable,
    NotableKind,
    Reachable,
    Return,
    Serialisation,
    Signature,
    Sink,
    SinkKind,
)
from ...model.span import Span
from ...model.value import CLOSED, Open, Openness, Unknown
from ...source.python_statements import FunctionDefinition
from .analysis import Analysis
from .domain import Abstract, Class, ClassCode, Data, Function, Instance
from .engine import Frame
from .excepts import quiet_excepts
from .modules import is_provided
from .notable import deprecated, since, until
from .records import DataRecord
from .shapes import Shapes

Identify = Callable[[str, Span], dict[str, Any]]
"""Returns what every node has, for a fact of a kind at a place."""


class Observed:
    """Collects these facts of one analysis. ``frames`` are those that are reached, with how."""

    def __init__(self, analysis: Analysis, frames: list[tuple[Frame, Reachable]], identify: Identify) -> None:
        self._analysis = analysis
        self._frames = frames
        self._identify = identify
        self._entered = analysis.entered()
        self._shapes = Shapes(analysis.engine)

    def fill(self, handler: Handler) -> None:
        """Write the facts into a handler node."""
        handler.signature = self._signature()
        handler.returns = tuple(self._returns())
        handler.returns_openness = self._returns_openness()
        handler.events = tuple(self._data("event", self._event))
        handler.contexts = tuple(self._data("context", self._context))
        handler.serialisations = tuple(self._serialisations())
        tested = {data for frame, _ in self._frames for data in frame.records.data_tests}
        handler.event_tests = frozenset(data.path for data in tested if data.origin == "event")
        handler.events_openness = self._events_openness()
        self._effects(handler)
        handler.imports = tuple(self._imports())
        handler.excepts = tuple(self._excepts())
        # A copy of cfnresponse catches what goes wrong while it answers, not what the handler does before.
        own = [frame for frame, _ in self._frames if not frame.module.path.endswith("cfnresponse.py")]
        handler.catches = any(frame.records.catches for frame in own)
        handler.catches_refusals = any(frame.records.catches_refusals for frame, _ in self._frames)
        handler.ignores_deletion = self._ignores_deletion()
        handler.writes = tuple(self._writes())
        handler.notable = (*self._names(), *self._forms())

    def _ignores_deletion(self) -> bool:
        """Return whether the handler leaves the deletion of a custom resource unanswered; only few sources are looked at."""
        value = self._analysis.value
        atom = next(iter(value)) if len(value) == 1 else None
        if not isinstance(atom, Function) or not isinstance(atom.code.definition, FunctionDefinition):
            return False
        source = atom.code.module.source
        if source is None or not source.mentions(b"RequestType") or self._analysis.engine.opaque.get(atom.code):
            return False
        from .deletion import ignores_deletion

        return atom.receiver is None and ignores_deletion(atom.code.definition)

    # the callable

    def _signature(self) -> Signature | None:
        """Return how the handler is declared, None where that is not certain."""
        value = self._analysis.value
        if len(value) != 1:
            return None
        (atom,) = value
        if isinstance(atom, Function):
            return None if self._analysis.engine.opaque.get(atom.code) else self._of_function(atom)
        if isinstance(atom, Class) and not self._may_be_called(atom.code, ("__new__", "__init_subclass__")):
            return Signature(kind=CallableKind.CLASS, span=self._span(atom.code))
        if isinstance(atom, Instance):
            for method in self._analysis.engine.peek(("attribute", atom.code, "__call__")):
                if isinstance(method, Function):
                    return self._of_function(Function(method.code, method.scope, atom))
        if isinstance(atom, Instance) and not self._may_be_called(atom.code, ("__call__", "__getattr__")):
            return Signature(kind=CallableKind.OBJECT, span=self._span(atom.code))
        return None

    def _of_function(self, atom: Function) -> Signature | None:
        definition = atom.code.definition
        parameters = list(definition.parameters)
        if atom.receiver is not None and parameters and not parameters[0].stars:
            parameters = parameters[1:]
        positional = [one for one in parameters if not one.stars and not one.keyword_only]
        any_number = any(one.stars == 1 for one in parameters)
        source = atom.code.module.source
        if source is None:
            return None
        start = getattr(definition, "name_start", definition.start)
        frames = [frame for frame in self._entered if frame.code is atom.code]
        return Signature(
            kind=CallableKind.FUNCTION,
            span=source.span_of(start, start + len(definition.name.encode())),
            is_async=getattr(definition, "is_async", False),
            is_generator=any(frame.records.yields for frame in frames) and not atom.code.kinds,
            required=sum(one.default is None for one in positional),
            accepted=None if any_number else len(positional),
            keywords=tuple(one.name for one in parameters if one.keyword_only and not one.stars and one.default is None),
        )

    def _span(self, code: ClassCode) -> Span:
        source = code.module.source
        assert source is not None
        start = code.definition.name_start
        return source.span_of(start, start + len(code.definition.name.encode()))

    def _may_be_called(self, code: ClassCode, methods: tuple[str, ...]) -> bool:
        """Return whether a class or one that it inherits from has one of these methods, or may have."""
        engine = self._analysis.engine
        pending, seen = [code], set()
        while pending:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            if current.definition.decorators or any(one.name for one in current.definition.arguments):
                return True
            if any(engine.peek(("attribute", current, name)) for name in methods):
                return True
            for atom in engine.peek(("bases", current)):
                if not isinstance(atom, Class):
                    return True
                pending.append(atom.code)
        return False

    # what is returned

    def _returns(self) -> Iterator[Return]:
        frames = {frame.number for frame, _ in self._frames}
        for frame in self._entered:
            if frame.number not in frames or frame.records.yields:
                continue
            for place in sorted(frame.records.returns):
                record = frame.records.returns[place]
                shapes = self._shapes.of(record.value)
                for shape in shapes:
                    yield Return(
                        **self._identify("return", record.span),
                        shape=shape,
                        implicit=record.implicit,
                        alternatives=len(shapes),
                        caught=record.caught,
                    )

    def _returns_openness(self) -> Openness:
        engine = self._analysis.engine
        if engine.too_large:
            return Open(engine.too_large)
        for atom in self._analysis.value:
            if isinstance(atom, Function):
                decorator = engine.opaque.get(atom.code)
                if decorator is not None:
                    return Open(f"the decorator '{decorator}' may change what is returned")
            elif not isinstance(atom, Instance):
                return Open("the handler is made by code that is not followed")
        return CLOSED if self._entered else Open("the handler is made by code that is not followed")

    # the event and the context

    def _data(self, origin: str, make: Callable[[DataRecord, bool, Reachable], Any]) -> Iterator[Any]:
        groups: dict[tuple[Span, Data], list[tuple[DataRecord, bool, Reachable]]] = {}
        for frame, reachable in self._frames:
            guarded = frame.number not in self._analysis.unprotected
            for (_, data), record in frame.records.data.items():
                if data.origin == origin:
                    groups.setdefault((record.span, data), []).append((record, guarded, reachable))
        for _, group in sorted(groups.items(), key=lambda one: (one[0][0], one[0][1].path)):
            record, _, reachable = min(group, key=lambda one: list(Reachable).index(one[2]))
            # In one situation unprotected is enough for it to fail.
            yield make(record, all(one[0].protected or one[1] for one in group), reachable)

    def _event(self, record: DataRecord, protected: bool, reachable: Reachable) -> EventRead:
        return EventRead(
            **self._identify("event", record.span),
            path=record.data.path,
            required=record.required,
            has_default=record.has_default,
            protected=protected,
            reachable=reachable,
        )

    def _set_by_source(self, data: Data) -> bool:
        """Return whether the source makes sure itself that data is there: it sets it, or asks for the attribute."""
        for frame, _ in self._frames:
            if data in frame.records.data_sets:
                return True
            if any(one.has_default for (_, other), one in frame.records.data.items() if other == data):
                return True
        return False

    def _context(self, record: DataRecord, protected: bool, reachable: Reachable) -> ContextRead:
        return ContextRead(
            **self._identify("context", record.span),
            path=record.data.path,
            called=record.called,
            protected=protected or self._set_by_source(record.data),
            reachable=reachable,
        )

    def _events_openness(self) -> Openness:
        engine = self._analysis.engine
        if engine.too_large:
            return Open(engine.too_large)
        for frame, _ in self._frames:
            for place in sorted(frame.records.hidden_data):
                shown, span = frame.records.hidden_data[place]
                return Open(f"'{shown}' is passed to something that is not followed", span)
        returns = self._returns_openness()
        return returns if not self._entered else CLOSED

    # effects

    def _effects(self, handler: Handler) -> None:
        sinks: list[Sink] = []
        network: list[NetworkCall] = []
        files: list[FileWrite] = []
        moved = False
        seen: set[tuple[Span, str]] = set()
        for frame, reachable in self._frames:
            for (_, kind), one in sorted(frame.records.effects.items()):
                if (one.span, kind) in seen:
                    continue
                seen.add((one.span, kind))
                protected = one.protected or frame.number not in self._analysis.unprotected
                common = self._identify(kind, one.span) | {"reachable": reachable}
                if kind == "network":
                    network.append(NetworkCall(**common, library=one.what, url=one.value, protected=protected))
                elif kind == "folder":
                    moved = True
                elif kind == "file":
                    files.append(FileWrite(**common, file=one.value, protected=protected))
                else:
                    data = one.value.symbol if isinstance(one.value, Unknown) else None
                    sinks.append(Sink(**common, sink=SinkKind(kind), data=data or "event"))
        handler.sinks, handler.network, handler.files = tuple(sinks), tuple(network), () if moved else tuple(files)

    def _imports(self) -> Iterator[Import]:
        package = self._analysis.engine.package
        seen: set[tuple[Span, str]] = set()
        for frame, reachable in self._frames:
            for one in frame.records.imports.values():
                if (one.span, one.module) in seen or package.find(one.module.partition(".")[0]) is not None:
                    continue
                seen.add((one.span, one.module))
                yield Import(
                    **self._identify("import", one.span),
                    module=one.module,
                    protected=one.protected,
                    provided=one.standard or is_provided(one.module),
                    reachable=reachable,
                )

    # what the source says about itself

    def _excepts(self) -> Iterator[ExceptHandler]:
        for frame in self._entered:
            definition = frame.code.definition if frame.code is not None else None
            source = frame.module.source
            if not isinstance(definition, FunctionDefinition) or source is None:
                continue
            for quiet in quiet_excepts(definition):
                yield ExceptHandler(
                    **self._identify("except", source.first_line(quiet.clause)),
                    effects=self._acts(frame, quiet.body),
                    whole=quiet.whole,
                )

    def _acts(self, frame: Frame, within: tuple[int, int]) -> bool:
        """Return whether a stretch of a frame's source calls AWS or another machine, itself or in what it calls."""
        start, end = within
        pending, seen = [frame], set()
        while pending:
            current = pending.pop()
            places = [key[0] for key in current.records.calls]
            places += [place for place, kind in current.records.effects if kind == "network"]
            if any(current is not frame or start <= place < end for place in places):
                return True
            seen.add(current.number)
            for step in current.records.steps.values():
                if step.target not in seen and (current is not frame or start <= step.start < end):
                    pending.append(self._analysis.engine.frames[step.target])
        return False

    def _writes(self) -> Iterator[GlobalWrite]:
        seen: set[Span] = set()
        for frame, reachable in self._frames:
            for one in frame.records.writes.values():
                if one.span not in seen:
                    seen.add(one.span)
                    common = self._identify("write", one.span) | {"reachable": reachable}
                    yield GlobalWrite(**common, variable=one.variable, way=one.way, keyed=one.keyed)

    def _names(self) -> Iterator[Notable]:
        seen: set[tuple[Span, str]] = set()
        for frame, reachable in self._frames:
            for one in frame.records.notable.values():
                if (one.span, one.feature) in seen or (one.kind == "name" and one.protected):
                    continue
                seen.add((one.span, one.feature))
                yield Notable(
                    **self._identify("notable", one.span),
                    about=NotableKind(one.kind),
                    feature=one.feature,
                    since=since(one.feature),
                    until=until(one.feature),
                    deprecated=deprecated(one.feature),
                    reachable=reachable,
                )

    def _forms(self) -> Iterator[Notable]:
        sources = {id(source): source for frame, _ in self._frames if (source := frame.module.source) is not None}
        for source in sources.values():
            for one in source.newer_forms():
                span = source.span_of(one.start, one.end)
                yield Notable(**self._identify("notable", span), about=NotableKind.SYNTAX, feature=one.what, since=one.since)
            for start, end in source.access_keys():
                span = source.span_of(start, end)
                yield Notable(**self._identify("notable", span), about=NotableKind.SECRET, feature="access key")

    # JSON

    def _serialisations(self) -> Iterator[Serialisation]:
        seen: set[tuple[Span, Abstract]] = set()
        for frame, reachable in self._frames:
            for (_, kind), record in sorted(frame.records.values.items()):
                if kind != "json":
                    continue
                if (record.span, record.value) in seen:
                    continue
                seen.add((record.span, record.value))
                shapes = self._shapes.of(record.value)
                for shape in shapes:
                    yield Serialisation(
                        **self._identify("json", record.span),
                        shape=shape,
                        plain=record.plain,
                        alternatives=len(shapes),
                        reachable=reachable,
                    )
