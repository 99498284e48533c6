"""Data that the source does not make: parts of the event, of the context, of the SDK's answers."""

from __future__ import annotations

from typing import Final

from ...model.value import Pattern, Unknown
from ...source.python_syntax import Several, Subscript, Syntax
from .domain import OTHER, PENDING, Abstract, Atom, Data, External, Holder, Method, Nothing, Text, each, join
from .records import DataRecord
from .run import Arguments, Run
from .values import put

_SAME: Final = frozenset({"strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "replace", "decode",
                          "encode", "copy", "keys", "removeprefix", "removesuffix", "join", "format", "casefold",
                          "zfill"})  # fmt: skip
"""Methods whose result is as much of the caller's making as what they are called on."""

_QUIET: Final = frozenset({"append", "extend", "update", "close", "isoformat", "strftime", "group", "write", "json"})
"""Methods of dictionaries, texts and streams that say nothing of whose they are."""

_PARTS: Final = frozenset({"split", "rsplit", "splitlines", "partition", "rpartition", "pop", "popitem"})
_LOGS: Final = frozenset({"print", "debug", "info", "warning", "warn", "error", "exception", "critical", "log",
                          "append_keys", "pprint", "put_annotation", "put_metadata", "add_metadata",
                          "set_user"})  # fmt: skip
"""Calls that only tell people."""

TRACEBACK: Final = External("traceback.format_exc()")
ERROR_TEXT: Final[Abstract] = frozenset({Data("error", ("text()",))})

CONVERSIONS: Final = {
    **dict.fromkeys(("json.loads", "orjson.loads", "ujson.loads", "simplejson.loads", "json.load"), "json()"),
    **dict.fromkeys(
        ("base64.b64decode", "base64.standard_b64decode", "base64.urlsafe_b64decode", "base64.decodebytes",
         "binascii.a2b_base64", "codecs.decode"), "base64()",
    ),
    **dict.fromkeys(("gzip.decompress", "zlib.decompress", "gzip.GzipFile"), "gunzip()"),
    **dict.fromkeys(("urllib.parse.unquote_plus", "urllib.parse.unquote", "urllib.unquote_plus",
                     "urllib.parse.unquote_to_bytes", "urllib.unquote", "requests.utils.unquote"), "unquote()"),
    **dict.fromkeys(("json.dumps", "builtins.str", "builtins.repr", "orjson.dumps"), "text()"),
    **dict.fromkeys(("io.BytesIO", "io.StringIO", "builtins.bytes", "builtins.bytearray"), ""),
}  # fmt: skip
"""Calls that turn data into other data, and the step that stands for them."""


def note(run: Run, data: Data, node: Syntax, *, required: bool, has_default: bool = False, called: bool = False) -> None:
    """Note a use of a part of the event or of the context."""
    if data.origin not in ("event", "context"):
        return
    protected = run.tries > 0 or run.protected > 0
    record = run.records.data.get((node.start, data))
    if record is None:
        record = DataRecord(run.span(node), data, required, has_default, protected)
        run.records.data[(node.start, data)] = record
    record.called = record.called or called
    record.protected = record.protected and protected


def attribute_of_data(run: Run, atom: Data, name: str, node: Syntax) -> Abstract:
    """Return an attribute of data: data itself for the context and for errors, a method otherwise."""
    if atom.origin == "context":
        part = atom.step(name)
        note(run, part, node, required=True)
        return frozenset({part})
    if atom.origin == "error":
        return frozenset({atom.step(name)})
    return frozenset({Method(atom, name)})


def item_of_data(run: Run, atom: Data, index: Abstract, node: Subscript) -> Abstract:
    """Return what a subscript of data gives."""
    if not index and not isinstance(node.index, Several):
        return PENDING
    found: Abstract = frozenset()
    for one in each(index) if not isinstance(node.index, Several) else ():
        part = atom.step(step_of(one))
        note(run, part, node, required=True)
        found = found | {part}
    if not found:
        part = atom.step("[*]")
        note(run, part, node, required=False)
        found = frozenset({part})
    return found


def step_of(key: Atom) -> str:
    """Return the step into data that a subscript stands for."""
    if isinstance(key, Text):
        if isinstance(key.value, str):
            return key.value
        if isinstance(key.value, int) and not isinstance(key.value, bool):
            return f"[{key.value}]"
    return "[*]"


def elements_of_data(run: Run, atom: Data, node: Syntax) -> Abstract:
    """Return what a loop over data binds."""
    part = atom.step("[*]")
    note(run, part, node, required=False)
    return frozenset({part})


def call_data(run: Run, atom: Data, node: Syntax) -> Abstract:
    """Return what calling data gives: methods of the context."""
    if atom.origin == "context":
        for (_, data), record in run.records.data.items():
            if data == atom:
                record.called = True
        return frozenset({External("builtins.int()")})
    return OTHER


def call_data_method(run: Run, atom: Data, name: str, arguments: Arguments, node: Syntax) -> Abstract:
    """Return what a method of data gives: that of a dictionary or a text."""
    if name in ("get", "setdefault", "__getitem__", "pop"):
        key = arguments.get(0, "key")
        if key is None:
            return frozenset({atom.step("[*]")})
        if not key:
            return PENDING
        default = arguments.get(1, "default")
        has_default = default is not None and any(not isinstance(one, Nothing) for one in default)
        found: Abstract = frozenset()
        for one in each(key):
            part = atom.step(step_of(one))
            note(run, part, node, required=name in ("__getitem__", "pop") and default is None, has_default=has_default)
            found = found | {part}
        return join(found, default) if default is not None else found
    if name in ("items", "values"):
        part = atom.step("[*]")
        note(run, part, node, required=False)
        if name == "values":
            several = Holder("list", (run.frame.number, node.start))
            put(run, several, "*", frozenset({part}))
            return frozenset({several})
        pair = Holder("tuple", (run.frame.number, node.start))
        put(run, pair, "#0", OTHER)
        put(run, pair, "#1", frozenset({part}))
        pairs = Holder("list", (run.frame.number, node.start))
        put(run, pairs, "*", frozenset({pair}))
        return frozenset({pairs})
    if name == "decode" and atom.path[-1:] in (("read()",), ("base64()",), ("gunzip()",)):
        return frozenset({atom.step("decode()")})
    if name in _SAME:
        return frozenset({atom})
    if name in _PARTS:
        return frozenset({atom.step("[*]")})
    if name == "read":
        return frozenset({atom.step("read()")})
    if name in ("startswith", "endswith", "isdigit", "isnumeric", "count", "__contains__", "find", "index"):
        run.records.data_tests.add(atom)
    elif name not in _QUIET:
        run.records.named_methods.setdefault(name, run.span(node))
    for value in arguments.all():
        lose(run, value, node)
    return OTHER


def convert(run: Run, path: str, arguments: Arguments, node: Syntax) -> Abstract | None:
    """Return what a conversion of data gives, None where the call is none or has no data to convert."""
    step = CONVERSIONS.get(path)
    if step is None or not arguments.positional:
        return None
    first = arguments.positional[0][0]
    if not any(isinstance(atom, Data) for atom in first):
        # A caught exception stays one inside the JSON that is made of it.
        return ERROR_TEXT if step == "text()" and _tells_error(run, first) else None
    found: Abstract = frozenset()
    for atom in each(first):
        if isinstance(atom, Data):
            if atom.path[-1:] == ("decode()",):
                atom = Data(atom.origin, atom.path[:-1])
            part = atom.step(step) if step and not (step == "text()" and atom.path[-1:] == ("text()",)) else atom
            if step and step != "text()":
                note(run, part, node, required=True)
            found = found | {part}
        elif step == "text()":
            found = found | {External("builtins.str()")}
        else:
            found = found | OTHER
    return found


def _tells_error(run: Run, value: Abstract) -> bool:
    """Return whether a value is a text made of a caught exception, or a mapping or list that has one as an entry."""
    atoms = list(value)
    for holder in value:
        if isinstance(holder, Holder):
            for key in run.engine.keys(holder, run.frame):
                atoms += run.engine.read(("item", holder, key), run.frame)
    return any(_is_error(atom) for atom in atoms)


def _is_error(atom: Atom) -> bool:
    if isinstance(atom, Text) and isinstance(atom.value, Pattern):
        holes = (part.symbol or "" for part in atom.value.parts if isinstance(part, Unknown))
        return any(hole.startswith("error") for hole in holes)
    return (isinstance(atom, Data) and atom.origin == "error") or atom == TRACEBACK


def tells(path: str) -> bool:
    """Return whether a call only tells people what it is given."""
    return path.rpartition(".")[2] in _LOGS


def lose(run: Run, value: Abstract, node: Syntax) -> None:
    """Note that the event, or a list of it, goes where it is not followed."""
    for atom in value:
        if isinstance(atom, Holder):
            run.engine.write(("escaped", atom), OTHER)
        if isinstance(atom, Data) and atom.origin == "event" and len(atom.path) < 2:
            run.records.hidden_data.setdefault(node.start, (atom.shown(), run.span(node)))


def stored(run: Run, atom: Data, index: Abstract) -> None:
    """Note that the source puts something into data: what it reads there later is its own."""
    for one in each(index):
        run.records.data_tests.add(atom.step(step_of(one)))
