"""Methods of texts, lists and dictionaries, and of what is not known."""

from __future__ import annotations

from ...source.python_syntax import Attribute, Call, Syntax
from .data import call_data_method, lose, tells
from .domain import (
    NOTHING,
    OTHER,
    Abstract,
    Data,
    FromEnvironment,
    Function,
    Holder,
    Method,
    Text,
    each,
    join,
    text,
)
from .effects import note_file, note_query
from .functions import UNKNOWN_ARGUMENTS, call_function, escape, hands_over, list_of, tuple_of
from .iteration import iterate
from .run import Arguments, Run
from .storing import note_write
from .values import TEXT, dict_keys, joined_text, key_of, keys_of, path_of, put, take

_CALLERS = frozenset({"__call__", "delay", "remote", "submit", "invoke", "run"})
"""Methods by which frameworks call a function that they have wrapped."""

_CHANGES = frozenset({"append", "add", "appendleft", "extend", "insert", "update", "setdefault", "clear", "pop", "remove",
                      "popitem", "discard", "popleft", "extendleft"})  # fmt: skip
"""Methods that change a list, a set or a dictionary."""

_UNSAFE_NAMES = frozenset({"get", "items", "keys", "values", "append", "split", "strip", "lower", "upper", "format", "join",
                           "encode", "decode", "replace", "startswith", "endswith", "read", "write", "close", "pop",
                           "update", "copy", "extend", "isoformat", "strftime", "json", "group", "__init__"})  # fmt: skip
"""Names that say nothing of whose method they are: mostly those of dictionaries and texts."""


def call_method(run: Run, method: Method, arguments: Arguments, node: Syntax) -> Abstract:
    """Return what a method of something other than an SDK object gives."""
    receiver = method.receiver
    if isinstance(receiver, Text):
        return _text_method(run, receiver, method.name, arguments, node)
    if isinstance(receiver, Holder):
        return _holder_method(run, receiver, method.name, arguments, node)
    if isinstance(receiver, Data):
        return call_data_method(run, receiver, method.name, arguments, node)
    if isinstance(receiver, FromEnvironment):
        return OTHER
    if isinstance(receiver, Function):
        if method.name in _CALLERS:
            call_function(run, receiver, UNKNOWN_ARGUMENTS, node)
        return OTHER
    note_query(run, method.name, arguments, node)
    if method.name not in _UNSAFE_NAMES:
        run.records.named_methods.setdefault(method.name, run.span(node))
    hands_over(run, arguments, f"'{method.name}' of something unknown", node)
    for value in arguments.all():
        escape(run, value, False, node)
        if not tells(method.name):
            lose(run, value, node)
    return OTHER


def _path_method(run: Run, receiver: Text, name: str, arguments: Arguments, node: Syntax) -> Abstract:
    """Return what a method of a ``pathlib.Path`` gives."""
    mode = arguments.get(0, "mode")
    written = mode is not None and any(isinstance(one, Text) and str(one.value)[:1] in ("w", "a", "x") for one in mode)
    if name in ("write_text", "write_bytes", "mkdir", "touch") or (name == "open" and written):
        note_file(run, frozenset({receiver}), node)
    elif name == "joinpath":
        return path_of(run, [frozenset({receiver}), *(value for value, _ in arguments.positional)])
    return OTHER


def _text_method(run: Run, receiver: Text, name: str, arguments: Arguments, node: Syntax) -> Abstract:
    content = receiver.value
    if receiver.kind == "path":
        return _path_method(run, receiver, name, arguments, node)
    if not isinstance(content, str):
        return OTHER
    if name == "format":
        return _format(run, content, arguments)
    if name == "join":
        return _joined(run, content, arguments)
    plain = {"lower": content.lower, "upper": content.upper, "strip": content.strip, "title": content.title}.get(name)
    if plain is not None and not arguments.positional:
        return text(plain())
    return TEXT if name in ("replace", "lower", "upper", "strip", "title", "ljust", "rjust", "zfill") else OTHER


def _joined(run: Run, separator: str, arguments: Arguments) -> Abstract:
    """Return ``separator.join(parts)``: its parts are known where they are written out."""
    first = arguments.positional[0][0] if arguments.positional else OTHER
    if len(first) == 1:
        (atom,) = first
        if isinstance(atom, Data):
            return first
        if isinstance(atom, Holder) and atom.kind in ("list", "tuple"):
            keys = keys_of(run, atom)
            if "*" not in keys and len(keys) <= 50:
                parts: list[Abstract] = []
                for index in range(len(keys)):
                    parts += [text(separator), take(run, atom, f"#{index}")] if index else [take(run, atom, "#0")]
                return joined_text(run, parts)
    return TEXT


def _format(run: Run, pattern: str, arguments: Arguments) -> Abstract:
    parts: list[Abstract] = []
    rest = pattern.replace("{{", "\0").replace("}}", "\1")
    count = 0
    while rest:
        before, brace, rest = rest.partition("{")
        parts.append(text(before.replace("\0", "{").replace("\1", "}")))
        if not brace:
            break
        name, brace, rest = rest.partition("}")
        if not brace or len(parts) > 100:
            return OTHER
        value: Abstract | None = None
        if name == "" or name.isdecimal():
            value = arguments.get(count if name == "" or len(name) > 3 else int(name), "")
            count += 1
        elif name.isidentifier():
            value = arguments.get(None, name)
        parts.append(value if value is not None else OTHER)
    return joined_text(run, parts) if parts else text(pattern)


def _holder_method(run: Run, holder: Holder, name: str, arguments: Arguments, node: Syntax) -> Abstract:
    first = arguments.positional[0][0] if arguments.positional else None
    if name in _CHANGES and isinstance(node, Call) and isinstance(node.function, Attribute):
        note_write(run, holder, node.function.value, name, node, keyed=name == "setdefault")
    result = NOTHING
    if name in ("append", "add", "appendleft", "put"):
        if first is not None:
            put(run, holder, "*", first)
    elif name in ("extend", "union", "extendleft"):
        if first is not None:
            put(run, holder, "*", iterate(run, first, node))
    elif name == "insert":
        value = arguments.get(1, "object")
        if value is not None:
            put(run, holder, "*", value)
    elif name in ("get", "pop", "setdefault", "__getitem__"):
        return _entry(run, holder, name, arguments)
    elif name == "update" and holder.kind == "dict":
        _update(run, holder, arguments)
    elif name in ("values", "items", "keys", "copy", "popitem"):
        return _view(run, holder, name, node)
    else:
        result = OTHER
    return result


def _entry(run: Run, holder: Holder, name: str, arguments: Arguments) -> Abstract:
    key = arguments.get(0, "key")
    if holder.kind != "dict" or key is None:
        return take(run, holder, "*")
    wanted = key_of(key)
    keys = keys_of(run, holder)
    default = arguments.get(1, "default")
    if name == "setdefault" and default is not None:
        put(run, holder, wanted, default)
        return join(take(run, holder, wanted), default)
    missing = default if default is not None else NOTHING
    if wanted in keys and wanted != "*":
        return take(run, holder, wanted)
    if wanted != "*" and "*" not in keys:
        return missing
    return join(take(run, holder, wanted), missing)


def _update(run: Run, holder: Holder, arguments: Arguments) -> None:
    for name, (value, _) in arguments.named.items():
        put(run, holder, "'" + name, value)
    for value, _ in arguments.positional:
        for atom in each(value):
            if isinstance(atom, Holder) and atom.kind == "dict":
                for key in keys_of(run, atom):
                    put(run, holder, key, take(run, atom, key))
            else:
                put(run, holder, "*", OTHER)
    if arguments.open_named:
        put(run, holder, "*", OTHER)


def _view(run: Run, holder: Holder, name: str, node: Syntax) -> Abstract:
    if name == "copy":
        return frozenset({holder})
    keys: Abstract = dict_keys(run, holder) if holder.kind == "dict" else OTHER
    values = take(run, holder, "*")
    if name == "keys":
        return list_of(run, keys or OTHER, node)
    if name == "values":
        return list_of(run, values, node)
    pair = tuple_of(run, [keys or OTHER, values], node)
    return list_of(run, pair, node) if name == "items" else pair
