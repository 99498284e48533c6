"""Analysis of one Python handler: resolve it, follow all it reaches, and say what was found."""

from __future__ import annotations

from typing import Final

from ...source.python_syntax import Syntax
from .calls import call
from .domain import CONTEXT, EVENT, OTHER, PENDING, Abstract, ClassCode, Function, FunctionCode, Instance
from .engine import Engine, Frame, TooLarge
from .package import Package, PackageModule
from .records import Step
from .run import Arguments, Run
from .statements import follow

ENTRY: Final = 0
"""The number of the frame that stands for Lambda itself: it imports the module and calls the handler."""

_UNREACHED: Final = 500
"""Most functions that nothing reaches which are still looked at."""

_ROUNDS: Final = 8
"""How often what is reached dynamically may lead to more that is."""


class Analysis:
    """What a handler reaches: the engine's frames, and how each is reached."""

    def __init__(self, package: Package, module: PackageModule, name: str) -> None:
        self._module = module
        self._name = name
        self._dynamic: list[tuple[int, Step]] = []
        self._seen: set[FunctionCode] = set()
        self.value: Abstract = PENDING
        """What the handler's name stands for."""
        self._rounds = 0
        self.engine = Engine(package, self._follow)
        self.entry = Frame(ENTRY, module)
        self.engine.frames.append(self.entry)
        self.engine.enqueue(self.entry)
        self.engine.run(self._more)
        self.certain: dict[int, Step | None] = {}
        """The frames that are certainly reached, each with the step that leads there."""
        self.possible: dict[int, Step | None] = {}
        """The frames that are reached behind something dynamic only."""
        self.parents: dict[int, int] = {}
        self._reach()
        self.unprotected = self._unprotected()
        self.unreached: list[Frame] = self._look_at_unreached()

    def route(self, number: int) -> list[Step]:
        """Return the calls that lead to a frame, from the handler inwards."""
        steps: list[Step] = []
        while number in self.parents and len(steps) < 50:
            step = self.certain.get(number) or self.possible.get(number)
            if step is not None and self.parents[number] != ENTRY:
                steps.append(step)
            number = self.parents[number]
        return steps[::-1]

    def entered(self) -> list[Frame]:
        """Return the frames of the functions that Lambda itself calls with the event."""
        targets = (self.engine.frames[step.target] for step in self.entry.records.steps.values())
        return [frame for frame in targets if frame.code is not None and not self.engine.opaque.get(frame.code)]

    def always(self) -> set[int]:
        """Return the frames that every invocation runs anew: under no condition, and not behind a cache."""
        entered = {frame.number for frame in self.entered()}
        found = set(entered)
        pending = list(found)
        while pending:
            number = pending.pop()
            for step in self.engine.frames[number].records.steps.values():
                frame = self.engine.frames[step.target]
                if step.later and number not in entered:
                    # ``if self.client: return self.client``; in the handler itself that is a check of the event.
                    continue
                anew = step.always and step.certain and frame.code is not None and "memo" not in frame.code.kinds
                if anew and step.target not in found:
                    found.add(step.target)
                    pending.append(step.target)
        return found

    def given(self) -> dict[int, frozenset[str]]:
        """Return, by frame, the environment variables that the source asks for on every way there."""
        found: dict[int, frozenset[str]] = {ENTRY: frozenset()}
        pending = [ENTRY]
        while pending:
            number = pending.pop()
            for step in self._steps(number):
                here = found[number] | step.given
                before = found.get(step.target)
                if before is None or before - here:
                    found[step.target] = here if before is None else before & here
                    pending.append(step.target)
        return found

    def _follow(self, engine: Engine, frame: Frame) -> None:
        if frame.number != ENTRY:
            follow(engine, frame)
            return
        source = self._module.source
        assert source is not None
        run = Run(engine, frame, source, call)
        place = Syntax(0, 0)
        parts = self._module.name.split(".")
        for length in range(1, len(parts)):
            outer = engine.package.find(".".join(parts[:length]))
            if outer is not None:
                run.enter_module(outer, place)
        value: Abstract = run.module_attribute(self._module, self._name, place)
        self.value = value
        opaque = frozenset(atom for atom in value if isinstance(atom, Function) and atom.code in engine.opaque)
        if opaque:
            run.call(opaque, Arguments([(OTHER, None), (OTHER, None)]), place)
            value = value - opaque
        run.call(value, Arguments([(EVENT, None), (CONTEXT, None)]), place)

    # reach

    def _reach(self) -> None:
        self.certain = {ENTRY: None}
        self._spread(self.certain, {}, certain=True)
        self.possible = {}
        self._spread(self.possible, self.certain, certain=False)

    def _spread(self, reached: dict[int, Step | None], before: dict[int, Step | None], certain: bool) -> None:
        pending = [*reached, *before]
        while pending:
            following: list[int] = []
            for number in pending:
                for step in self._steps(number):
                    if (certain and not step.certain) or step.target in reached or step.target in before:
                        continue
                    reached[step.target] = step
                    self.parents[step.target] = number
                    following.append(step.target)
            pending = following

    def _steps(self, number: int) -> list[Step]:
        steps = list(self.engine.frames[number].records.steps.values())
        return steps + [step for source, step in self._dynamic if source == number]

    def _unprotected(self) -> set[int]:
        """Return the frames that are reached without a ``try`` around any of the calls."""
        found = {ENTRY}
        pending = [ENTRY]
        while pending:
            for step in self._steps(pending.pop()):
                if not step.protected and step.target not in found:
                    found.add(step.target)
                    pending.append(step.target)
        return found

    # what is reached dynamically

    def _more(self, engine: Engine) -> bool:
        """Have functions followed that are reached by name or by a framework only; return whether there are any."""
        self._rounds += 1
        if self._rounds > _ROUNDS:
            return False
        self.parents = {}
        self._reach()
        reached = [*self.certain, *self.possible]
        framed = {frame.code for number in reached if (frame := engine.frames[number]).code is not None}
        added = False
        methods: dict[ClassCode, list[FunctionCode]] = {}
        by_name: dict[str, list[FunctionCode]] = {}
        for code in engine.functions.values():
            if code in framed or code in self._seen:
                continue
            if code.owner is not None:
                methods.setdefault(code.owner, []).append(code)
                by_name.setdefault(code.definition.name, []).append(code)
        if not engine.functions:
            return False
        for number in reached:
            records = engine.frames[number].records
            for name, span in records.named_methods.items():
                for code in by_name.get(name, ()):
                    added = self._add(number, code, Step(-1, span, False, False)) or added
            for kind, span in records.made.items():
                for code in methods.get(kind, ()) if isinstance(kind, ClassCode) else ():
                    if self._runs_unasked(kind, code):
                        added = self._add(number, code, Step(-1, span, False, False)) or added
            for kind, span in records.dynamic_classes.items():
                for code in methods.get(kind, ()) if isinstance(kind, ClassCode) else ():
                    added = self._add(number, code, Step(-1, span, False, False)) or added
            for path, span in records.dynamic_modules.items():
                for code in [one for one in engine.functions.values() if one.module.path == path and one.owner is None]:
                    if code not in framed:
                        added = self._add(number, code, Step(-1, span, False, False)) or added
        return added

    def _runs_unasked(self, kind: object, code: FunctionCode) -> bool:
        """Return whether Python or a framework may call a method of an object without the source saying so."""
        name = code.definition.name
        if name.startswith("__") and name.endswith("__"):
            return True
        assert isinstance(kind, ClassCode)
        pending, seen = [kind], set()
        while pending:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            for atom in self.engine.peek(("bases", current)):
                inner = getattr(atom, "code", None)
                if isinstance(inner, ClassCode):
                    pending.append(inner)
                elif getattr(atom, "path", "") not in ("builtins.object", "abc.ABC", "enum.Enum", "typing.NamedTuple"):
                    return True
        return False

    def _add(self, source: int, code: FunctionCode, step: Step) -> bool:
        if code in self._seen:
            return False
        self._seen.add(code)
        frame = self.engine.function_frame(code, 0, _unknown_arguments(code))
        step.target = frame.number
        self._dynamic.append((source, step))
        return True

    # what is not reached

    def _look_at_unreached(self) -> list[Frame]:
        engine = self.engine
        engine.frozen = True
        reached = {engine.frames[number].code for number in (*self.certain, *self.possible)}
        found: list[Frame] = []
        for code in list(engine.functions.values()):
            if code in reached or len(found) >= _UNREACHED or code.definition.name == "lambda":
                continue
            frame = Frame(len(engine.frames), code.module, code, 0, _unknown_arguments(code))
            engine.frames.append(frame)
            try:
                engine.follow(frame)
            except TooLarge:
                break
            found.append(frame)
        return found


def _unknown_arguments(code: FunctionCode) -> dict[str, Abstract]:
    arguments: dict[str, Abstract] = {parameter.name: OTHER for parameter in code.definition.parameters}
    if code.owner is not None and arguments and "static" not in code.kinds:
        arguments[next(iter(arguments))] = frozenset({Instance(code.owner, (-1, -1))})
    return arguments


def modules_followed(analysis: Analysis) -> list[PackageModule]:
    """Return the modules of the package that the handler loads."""
    return [frame.module for frame in analysis.engine.modules.values()]
