"""Calls of what Python itself brings: lists, dictionaries, iteration, partial functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...source.python_syntax import Syntax
from .data import convert
from .domain import (
    CONDITION,
    OTHER,
    PENDING,
    Abstract,
    Holder,
    Partial,
    Text,
    bounded,
    each,
    join,
)
from .environment import ENVIRON
from .functions import list_of, tuple_of
from .iteration import iterate
from .run import Arguments, Run
from .values import TEXT, joined_text, keys_of, path_of, put, take

_PARTIALS: Final = 3
"""How deep partials may hold partials and still be told apart."""


def _listed(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    key = arguments.get(None, "key")
    if not arguments.positional:
        return list_of(run, frozenset(), node)
    elements = iterate(run, arguments.positional[0][0], node)
    if key is not None:
        run.call(key, Arguments([(elements, None)]), node)
    return list_of(run, elements, node)


def _set(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    elements = iterate(run, arguments.positional[0][0], node) if arguments.positional else frozenset()
    return list_of(run, elements, node, "set")


def _dict(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    holder = Holder("dict", (run.frame.number, node.start))
    for value, _ in arguments.positional:
        for atom in each(value):
            if isinstance(atom, Holder) and atom.kind == "dict":
                for key in keys_of(run, atom):
                    put(run, holder, key, take(run, atom, key))
                continue
            if atom == ENVIRON:
                run.hidden_read("all environment variables are read at once", node)
            put(run, holder, "*", OTHER)
    for name, (value, _) in arguments.named.items():
        put(run, holder, "'" + name, value)
    if arguments.open_named:
        put(run, holder, "*", OTHER)
    return frozenset({holder})


def _enumerate(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    if not arguments.positional:
        return OTHER
    elements = iterate(run, arguments.positional[0][0], node)
    return list_of(run, tuple_of(run, [OTHER, elements], node), node, "generator")


def _zip(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    parts = [iterate(run, value, node) for value, _ in arguments.positional]
    return list_of(run, tuple_of(run, parts, node), node, "generator")


def _map(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    if not arguments.positional:
        return OTHER
    elements = [(iterate(run, value, node), None) for value, _ in arguments.positional[1:]]
    return list_of(run, run.call(arguments.positional[0][0], Arguments([*elements]), node), node, "generator")


def _filter(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    if len(arguments.positional) < 2:
        return OTHER
    elements = iterate(run, arguments.positional[1][0], node)
    run.call(arguments.positional[0][0], Arguments([(elements, None)]), node)
    return list_of(run, elements, node, "generator")


def _tested(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    depends = False
    for value, _ in arguments.positional:
        held = iterate(run, frozenset(atom for atom in value if isinstance(atom, Holder)), node)
        depends = run.tests(value | held) or depends
    return CONDITION if depends else OTHER


def _text(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    if len(arguments.positional) != 1:
        return TEXT
    return convert(run, "builtins.str", arguments, node) or joined_text(run, [arguments.positional[0][0]])


def _next(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    return iterate(run, arguments.positional[0][0], node) if arguments.positional else OTHER


def _partial(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    if not arguments.positional:
        return OTHER
    target = arguments.positional[0][0]
    rest = tuple(value for value, _ in arguments.positional[1:])
    named = tuple((name, value) for name, (value, _) in sorted(arguments.named.items()))
    held = (*rest, *(value for _, value in named))
    if any(not value for value in held):
        return PENDING
    if any(_holds_partials(value, _PARTIALS) for value in held):
        return OTHER
    return bounded(frozenset(Partial(atom, rest, named) for atom in target if not isinstance(atom, Partial))) or OTHER


def _holds_partials(value: Abstract, depth: int) -> bool:
    """Return whether a value holds partials of partials, to this depth: each level doubles what a comparison costs."""
    for atom in value:
        if isinstance(atom, Partial):
            inner = (*atom.positional, *(one for _, one in atom.named))
            if depth == 0 or any(_holds_partials(one, depth - 1) for one in inner):
                return True
    return False


def _gathered(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    return list_of(run, join(*(arguments.all() or [OTHER])), node)


def _cast(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    return arguments.get(1, "val") or OTHER


def _path(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    return path_of(run, [value for value, _ in arguments.positional])


def _temporary(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    return frozenset({Text("/tmp", "str")})


def _joined_path(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    parts = [value for value, _ in arguments.positional]
    if arguments.open_positional or any(
        isinstance(atom, Text) and str(atom.value).startswith("/") for part in parts[1:] for atom in part
    ):
        return TEXT
    found = frozenset(Text(atom.value, "str") for atom in path_of(run, parts) if isinstance(atom, Text))
    return found or TEXT


STANDARD: Final[dict[str, Callable[[Run, Arguments, Syntax], Abstract]]] = {
    **dict.fromkeys(
        ("builtins.list", "builtins.tuple", "builtins.sorted", "builtins.reversed",
         "builtins.iter", "itertools.cycle", "itertools.islice", "asyncio.as_completed", "itertools.chain.from_iterable",
         "concurrent.futures.as_completed", "collections.deque"), _listed,
    ),
    "builtins.set": _set,
    "builtins.frozenset": _set,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.all": _tested,
    "builtins.any": _tested,
    "builtins.bool": _tested,
    "builtins.str": _text,
    "builtins.next": _next,
    "functools.partial": _partial,
    "functools.partialmethod": _partial,
    "asyncio.gather": _gathered,
    "typing.cast": _cast,
    "os.path.join": _joined_path,
    "posixpath.join": _joined_path,
    "tempfile.gettempdir": _temporary,
    "pathlib.Path": _path,
    "pathlib.PurePath": _path,
    "pathlib.PosixPath": _path,
}  # fmt: skip
