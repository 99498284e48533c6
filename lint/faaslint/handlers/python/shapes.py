"""What a value of the analysis looks like from outside: as an answer, or as something that JSON is made of."""

from __future__ import annotations

from typing import Final

from ...model.facts import Shape, ShapeKind
from ...model.value import CLOSED, Open, Openness, Pattern, Unknown
from ...source.python_statements import ClassDefinition
from ...source.python_syntax import Attribute, Call, Name
from .domain import (
    SDK,
    Abstract,
    Atom,
    BatchWriter,
    Data,
    External,
    FromEnvironment,
    Holder,
    Instance,
    Method,
    Nothing,
    Text,
    each,
)
from .engine import Engine

_DEPTH: Final = 5
_ENTRIES: Final = 400
"""Most entries of lists and mappings that are shown of one value."""

_ALL_ENTRIES: Final = 20_000
"""Most entries that are shown for one handler."""

_COMPUTED: Final = Open("it is computed when the function runs")

_KINDS: Final = {
    "dict": ShapeKind.MAPPING,
    "set": ShapeKind.SET,
    "generator": ShapeKind.GENERATOR,
    "coroutine": ShapeKind.COROUTINE,
}
_MADE: Final[dict[str, ShapeKind]] = {
    **dict.fromkeys(
        ("datetime.datetime.now()", "datetime.datetime.utcnow()", "datetime.datetime.today()", "datetime.date.today()",
         "datetime.datetime.fromtimestamp()", "datetime.datetime.strptime()", "datetime.timedelta()", "datetime.datetime()",
         "datetime.date()", "datetime.datetime.fromisoformat()", "datetime.datetime.now().date()",
         "datetime.datetime.utcnow().date()", "datetime.datetime.now().time()"), ShapeKind.TIME,
    ),
    **dict.fromkeys(("uuid.uuid1()", "uuid.uuid3()", "uuid.uuid4()", "uuid.uuid5()", "uuid.UUID()"), ShapeKind.IDENTIFIER),
    **dict.fromkeys(
        ("builtins.int()", "builtins.float()", "builtins.round()", "builtins.len()", "time.time()", "random.randint()",
         "random.random()", "random.uniform()", "random.randrange()", "time.time_ns()", "time.perf_counter()"),
        ShapeKind.NUMBER,
    ),
    **dict.fromkeys(
        ("builtins.str()", "builtins.repr()", "builtins.hex()", "json.dumps()", "base64.b64encode().decode()",
         "time.strftime()", "time.ctime()", "traceback.format_exc()", "urllib.parse.quote()", "urllib.parse.urlencode()"),
        ShapeKind.TEXT,
    ),
    **dict.fromkeys(("base64.b64encode()", "builtins.bytes()", "builtins.bytearray()", "os.urandom()"), ShapeKind.BYTES),
    "decimal.Decimal()": ShapeKind.DECIMAL,
}  # fmt: skip
"""What calls outside the package give."""

_TEXT_ENDS: Final = (".isoformat()", ".strftime()", ".ctime()", ".hexdigest()", ".hex")
_STREAMS: Final = frozenset({"client:s3.get_object.Body", "client:lambda.invoke.Payload", "resource:s3.get_object.Body",
                             "client:polly.synthesize_speech.AudioStream",
                             "client:bedrock-runtime.invoke_model.body"})  # fmt: skip


class Shapes:
    """The shapes of the values of one analysis. All together they show a bounded number of entries."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[Abstract, tuple[Shape, ...]] = {}
        self._left = _ALL_ENTRIES

    def of(self, value: Abstract) -> tuple[Shape, ...]:
        """Return what each possibility of a value looks like."""
        found = self._known.get(value)
        if found is None:
            given = min(_ENTRIES, self._left)
            left = [given]
            found = self._known[value] = _shapes(self._engine, value, 0, left)
            self._left -= given - left[0]
        return found


def _shapes(engine: Engine, value: Abstract, depth: int, left: list[int]) -> tuple[Shape, ...]:
    return tuple(_shape(engine, atom, depth, left) for atom in each(value)) or (Shape(ShapeKind.UNKNOWN),)


def _shape(engine: Engine, atom: Atom, depth: int, left: list[int]) -> Shape:
    if isinstance(atom, Nothing):
        return Shape(ShapeKind.NOTHING)
    if isinstance(atom, Text):
        return _text(atom)
    if isinstance(atom, FromEnvironment):
        return Shape(ShapeKind.TEXT)
    if isinstance(atom, Holder):
        return _held(engine, atom, depth, left)
    if isinstance(atom, Data):
        return _data(atom)
    if isinstance(atom, External):
        return _made(atom.path)
    if isinstance(atom, (*SDK, BatchWriter)) or (isinstance(atom, Method) and isinstance(atom.receiver, SDK)):
        return Shape(ShapeKind.SDK_OBJECT)
    if isinstance(atom, Instance) and _is_plain(atom.code.definition):
        return Shape(ShapeKind.OBJECT)
    return Shape(ShapeKind.UNKNOWN)


def _is_plain(kind: ClassDefinition) -> bool:
    """Return whether the objects of a class are nothing but that: no mappings, tuples or texts by inheritance."""
    decorators = (one.function if isinstance(one, Call) else one for one in kind.decorators)
    known = all(isinstance(one, (Name, Attribute)) and one.name == "dataclass" for one in decorators)
    return known and not kind.arguments


def _text(atom: Text) -> Shape:
    content = atom.value
    if isinstance(content, Pattern):
        holes = tuple(part.symbol for part in content.parts if isinstance(part, Unknown) and part.symbol)
        return Shape(ShapeKind.TEXT, holes=holes)
    if isinstance(content, bool):
        return Shape(ShapeKind.BOOLEAN, content)
    return Shape(ShapeKind.TEXT if isinstance(content, str) else ShapeKind.NUMBER, content)


def _data(atom: Data) -> Shape:
    shown = atom.shown()
    last = atom.path[-1] if atom.path else ""
    kind = ShapeKind.UNKNOWN
    if shown in _STREAMS:
        kind = ShapeKind.STREAM
    elif last in ("base64()", "gunzip()") or (last == "read()" and shown.removesuffix(".read()") in _STREAMS):
        kind = ShapeKind.BYTES
    elif last == "text()":
        kind = ShapeKind.TEXT
    return Shape(kind, origin=shown, holes=(shown,) if kind is ShapeKind.TEXT else ())


def _made(path: str) -> Shape:
    kind = _MADE.get(path)
    if kind is None:
        kind = ShapeKind.UNKNOWN
        if path.endswith(_TEXT_ENDS):
            kind = ShapeKind.TEXT
        elif path.endswith(".timestamp()"):
            kind = ShapeKind.NUMBER
    return Shape(kind, origin=path)


def _held(engine: Engine, holder: Holder, depth: int, left: list[int]) -> Shape:
    kind = _KINDS.get(holder.kind, ShapeKind.LIST)
    keys = engine.keys_now(holder)
    openness: Openness = _COMPUTED if "*" in keys or engine.peek(("escaped", holder)) else CLOSED
    if depth >= _DEPTH:
        return Shape(kind, openness=_COMPUTED)
    fields: dict[str, tuple[Shape, ...]] = {}
    elements: list[Shape] = []
    for key in keys:
        if left[0] <= 0:
            openness = _COMPUTED
            break
        left[0] -= 1
        held = _shapes(engine, engine.peek(("item", holder, key)), depth + 1, left)
        if kind is not ShapeKind.MAPPING:
            elements += held
        elif key.startswith("'"):
            fields[key[1:]] = held
        else:
            openness = _COMPUTED
    return Shape(kind, fields=fields, elements=tuple(elements), openness=openness)
