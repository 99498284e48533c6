"""Follows frames until nothing new is learnt.

A frame is a module, or a function with one set of arguments. Frames share what they know through cells (a module's global,
an attribute of an object, a function's result); a frame is followed again when a cell that it read has grown. Cells only
grow and are bounded, so this ends.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final, TypeAlias

from ...model.record import field, record
from ...model.span import Span
from ...source.python_statements import ClassDefinition, FunctionDefinition
from ...source.python_syntax import Lambda
from .domain import (
    OTHER,
    PENDING,
    Abstract,
    ClassCode,
    External,
    FromEnvironment,
    FunctionCode,
    Holder,
    Text,
    join,
)
from .package import Package, PackageModule
from .records import Records, Step

CONTEXTS: Final = 8
"""With how many different sets of arguments one function is followed; the rest are joined."""

KEYS: Final = 300
"""How many entries of one list or dictionary are kept apart."""

RUNS: Final = 40
"""How often one frame is followed again."""

STEPS: Final = 300_000
"""How many expressions are evaluated and entries stored for one handler, about three seconds of CPU time.

The largest of 348 real handlers needs 9 000, a made one of 200 modules 200 000.
"""

CELLS: Final = 60_000
"""How many cells one handler may fill, each of which takes memory: 200 modules fill 13 000."""

_FRAME: Final = 10
"""What a frame costs, in steps."""

Cell: TypeAlias = tuple[object, ...]
"""Which cell: its kind first (``global``, ``local``, ``attribute``, ``item``, ``result``, ``default``), then whose."""


class TooLarge(Exception):
    """The package is too large to be followed in full."""


@record(frozen=False, eq=False)
class Frame:
    """A module (``code`` is None) or a function with its arguments."""

    number: int
    module: PackageModule
    code: FunctionCode | None = None
    scope: int = 0
    arguments: dict[str, Abstract] = field(default_factory=dict)
    records: Records = field(default_factory=Records)
    runs: int = 0
    queued: bool = False
    done: bool = False

    @property
    def scope_name(self) -> str:
        """Return the name of the function, ``module`` for a module."""
        return self.code.definition.name if self.code is not None else "module"


class Engine:
    """The frames of one handler, and the cells between them."""

    def __init__(self, package: Package, follow: Callable[[Engine, Frame], None]) -> None:
        self.package = package
        self.frames: list[Frame] = []
        self.modules: dict[str, Frame] = {}
        self.by_path: dict[str, PackageModule] = {}
        self.functions: dict[int, FunctionCode] = {}
        self.classes: dict[int, ClassCode] = {}
        self.bases: dict[ClassCode, Abstract] = {}
        self.stars: dict[str, list[PackageModule | External]] = {}
        """What each module (by path) takes everything from: ``from x import *``."""
        self.opaque: dict[FunctionCode, str] = {}
        """Functions that a decorator outside the package may call with something else, or whose answer it may change."""
        self.instances: dict[ClassCode, set[tuple[int, int]]] = {}
        self.too_large: str = ""
        self.frozen = False
        """Set while unreached functions are looked at: what they do changes nothing for the others."""
        self._follow = follow
        self._cells: dict[Cell, Abstract] = {}
        self._readers: dict[Cell, dict[int, None]] = {}
        self._blocked: dict[Cell, None] = {}
        self._keys: dict[Holder, dict[str, None]] = {}
        self._waiting: dict[str, dict[int, None]] = {}
        self._contexts: dict[tuple[FunctionCode, int], dict[tuple[Abstract, ...] | None, Frame]] = {}
        self._frames_of: dict[FunctionCode, int] = {}
        self._queue: deque[Frame] = deque()
        self._steps = 0.0

    @property
    def steps(self) -> float:
        """Return how much work it was so far."""
        return self._steps

    # cells

    @property
    def cells(self) -> int:
        """Return how many cells are filled, which is what takes memory."""
        return len(self._cells)

    def read(self, cell: Cell, frame: Frame) -> Abstract:
        """Return what a cell holds; the frame is followed again when that grows."""
        self._readers.setdefault(cell, {})[frame.number] = None
        return self._cells.get(cell, PENDING)

    def peek(self, cell: Cell) -> Abstract:
        """Return what a cell holds now."""
        return self._cells.get(cell, PENDING)

    def block(self, cell: Cell) -> None:
        """Note that a frame can't go on without a cell: if nothing ever fills it, it becomes OTHER."""
        if not self._cells.get(cell):
            self._blocked[cell] = None

    def write(self, cell: Cell, value: Abstract) -> None:
        """Add to what a cell may hold."""
        if not value or self.frozen:
            return
        old = self._cells.get(cell, PENDING)
        if value <= old:
            return
        new = join(old, value)
        if new == old:
            return
        self._cells[cell] = new
        if len(self._cells) > CELLS:
            raise TooLarge
        for number in self._readers.get(cell, ()):
            self.enqueue(self.frames[number])

    def keys(self, holder: Holder, frame: Frame) -> list[str]:
        """Return the keys of a holder; the frame is followed again when there are more."""
        self._readers.setdefault(("keys", holder), {})[frame.number] = None
        return list(self._keys.get(holder, ()))

    def keys_now(self, holder: Holder) -> list[str]:
        """Return the keys of a holder as they are now."""
        return list(self._keys.get(holder, ()))

    def add_key(self, holder: Holder, key: str) -> None:
        """Note that a holder may have an entry."""
        keys = self._keys.setdefault(holder, {})
        if len(keys) >= KEYS:
            key = "*"
        if key in keys:
            return
        keys[key] = None
        if self.frozen:
            return
        for number in self._readers.get(("keys", holder), ()):
            self.enqueue(self.frames[number])

    def await_module(self, module: PackageModule, frame: Frame) -> None:
        """Follow a frame again when a module has been followed to its end."""
        self._waiting.setdefault(module.path, {})[frame.number] = None

    def count(self, steps: float = 1) -> None:
        """Count work. Raises TooLarge past the limit."""
        self._steps += steps
        if self._steps > STEPS:
            raise TooLarge

    # frames

    def module_frame(self, module: PackageModule) -> Frame:
        """Return the frame of a module."""
        frame = self.modules.get(module.path)
        if frame is None:
            frame = self._new(Frame(len(self.frames), module))
            self.modules[module.path] = frame
            self.by_path[module.path] = module
        return frame

    def function_frame(self, code: FunctionCode, scope: int, arguments: dict[str, Abstract]) -> Frame:
        """Return the frame of a function with these arguments, or the one for all further arguments."""
        contexts = self._contexts.setdefault((code, scope), {})
        key: tuple[Abstract, ...] | None = tuple(arguments.values())
        frame = contexts.get(key)
        if frame is not None:
            return frame
        # A closure has contexts of its own for each frame that makes it: those count together.
        if len(contexts) >= CONTEXTS or self._frames_of.get(code, 0) >= 4 * CONTEXTS:
            frame = contexts.get(None)
            if frame is not None:
                if not self.frozen:
                    self._widen(frame, arguments)
                return frame
            key = None
        frame = self._new(Frame(len(self.frames), code.module, code, scope, arguments))
        contexts[key] = frame
        self._frames_of[code] = self._frames_of.get(code, 0) + 1
        return frame

    def _widen(self, frame: Frame, arguments: dict[str, Abstract]) -> None:
        grown = False
        for name, value in arguments.items():
            old = frame.arguments.get(name, PENDING)
            if value <= old:
                continue
            new = join(old, value)
            if sum(isinstance(atom, (Text, FromEnvironment)) for atom in new) > CONTEXTS:
                new = frozenset(atom for atom in new if not isinstance(atom, Text)) | OTHER
            if new != old:
                frame.arguments[name] = new
                grown = True
        if grown:
            self.enqueue(frame)

    def function_code(
        self, module: PackageModule, definition: FunctionDefinition | Lambda, owner: ClassCode | None
    ) -> FunctionCode:
        """Return the one code object of a definition."""
        code = self.functions.get(id(definition))
        if code is None:
            code = self.functions[id(definition)] = FunctionCode(module, definition, owner)
        return code

    def class_code(self, module: PackageModule, definition: ClassDefinition) -> ClassCode:
        """Return the one code object of a class definition."""
        code = self.classes.get(id(definition))
        if code is None:
            code = self.classes[id(definition)] = ClassCode(module, definition)
        return code

    def _new(self, frame: Frame) -> Frame:
        self.count(_FRAME)
        self.frames.append(frame)
        if not self.frozen:
            self.enqueue(frame)
        return frame

    def enqueue(self, frame: Frame) -> None:
        """Have a frame followed (again)."""
        if not frame.queued and frame.runs < RUNS:
            frame.queued = True
            self._queue.append(frame)

    # running

    def run(self, more: Callable[[Engine], bool]) -> None:
        """Follow all frames until nothing changes, and ``more`` (asked when all is quiet) adds nothing either."""
        try:
            while True:
                self._drain()
                if self._release() or more(self):
                    continue
                if not self._queue:
                    return
        except TooLarge:
            self.too_large = "the source is too large to be followed in full"
            self._queue.clear()

    def _drain(self) -> None:
        while self._queue:
            frame = self._queue.popleft()
            frame.queued = False
            self.follow(frame)

    def follow(self, frame: Frame) -> None:
        """Follow one frame once."""
        frame.runs += 1
        frame.records = Records()
        self._follow(self, frame)
        if frame.code is None and not frame.done:
            frame.done = True
            for number in self._waiting.pop(frame.module.path, ()):
                self.enqueue(self.frames[number])

    def _release(self) -> bool:
        """Give up on the cells that frames wait for in vain."""
        empty = [cell for cell in self._blocked if not self._cells.get(cell)]
        self._blocked.clear()
        for cell in empty:
            self.write(cell, OTHER)
        return bool(empty)

    def step(
        self,
        source: Frame,
        target: Frame,
        place: int,
        span: Span,
        certain: bool,
        protected: bool,
        always: bool = False,
        later: bool = False,
        given: frozenset[str] = frozenset(),
    ) -> None:
        """Note that one frame calls another."""
        steps = source.records.steps
        earlier = steps.get((target.number, place))
        if earlier is None:
            steps[(target.number, place)] = Step(target.number, span, certain, protected, always, later, place, given)
        else:
            earlier.certain = earlier.certain or certain
            earlier.always = earlier.always or always
            earlier.later = earlier.later and later
            earlier.given = earlier.given & given
            earlier.protected = earlier.protected and protected
