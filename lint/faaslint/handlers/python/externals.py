"""Calls of what is not in the package: Python's own functions, the SDK's entry points, and everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...source.python_syntax import Syntax
from .attributes import attribute_of, store
from .data import convert, lose, note, tells
from .domain import (
    NOTHING,
    OTHER,
    PENDING,
    SDK,
    Abstract,
    Account,
    Atom,
    Class,
    Data,
    External,
    Function,
    Holder,
    Instance,
    Method,
    ModuleValue,
    Parent,
    Partial,
    Session,
    each,
    join,
    ordered,
    texts_of,
)
from .effects import note_effects
from .environment import ENVIRON
from .functions import escape, hands_over, list_of
from .imports import import_path
from .iteration import iterate
from .libraries import call_library
from .modules import ROUTERS, Trust, trust_of
from .processes import is_harmless_process
from .records import ValueRecord
from .run import Arguments, Run
from .sdk import UNSIGNED, make_client, make_session
from .standard import STANDARD
from .values import any_sdk, keys_of, put, take

_PATH: Final = 300
_SUBMITS: Final = ("submit", "apply_async", "apply", "run_in_executor", "to_thread", "call_soon", "start_new_thread", "map",
                   "imap", "starmap", "imap_unordered", "run_sync", "start_soon", "call_later", "register")  # fmt: skip
_PROCESSES: Final = ("subprocess.", "os.system", "os.popen", "os.exec", "os.spawn", "os.posix_spawn", "pty.spawn",
                     "asyncio.create_subprocess", "asyncio.subprocess.")  # fmt: skip
_KEEPERS: Final = frozenset({"queue", "collections", "contextvars", "multiprocessing", "weakref", "shelve", "pickle"})
"""Modules of the standard library that hand out later what was put into them."""

_TYPED: Final = frozenset({"builtins.globals", "builtins.int", "builtins.float", "builtins.round", "builtins.len",
                           "builtins.sum", "builtins.bytes", "builtins.bytearray", "builtins.repr",
                           "builtins.hex"})  # fmt: skip
"""Python's own functions whose results are told apart."""

_LOOKS: Final = frozenset({
    "functools.wraps", "functools.update_wrapper", "functools.lru_cache", "functools.cache", "functools.singledispatch",
    "functools.total_ordering", "contextlib.contextmanager", "contextlib.asynccontextmanager", "builtins.callable",
    "builtins.isinstance", "builtins.issubclass", "builtins.hasattr", "builtins.id", "builtins.type", "builtins.repr",
    "builtins.str", "builtins.print", "builtins.hash", "builtins.bool", "builtins.staticmethod", "builtins.classmethod",
    "builtins.property", "inspect.signature", "inspect.getdoc", "inspect.getsource", "inspect.isfunction",
    "inspect.iscoroutinefunction", "asyncio.iscoroutinefunction", "typing.cast", "typing.get_type_hints",
})  # fmt: skip
"""Calls that look at a function, or wrap it, and don't call it."""

_FAIL_ON_NONE: Final = frozenset({"builtins.int", "builtins.float", "builtins.len", "json.loads", "base64.b64decode"})
PASS_THROUGH: Final = frozenset({
    "copy.copy", "copy.deepcopy", "contextlib.closing", "contextlib.nullcontext", "contextlib.contextmanager",
    "contextlib.asynccontextmanager", "asyncio.run", "asyncio.wait_for", "asyncio.create_task", "asyncio.shield",
    "asyncio.ensure_future", "functools.lru_cache()", "functools.cache", "functools.lru_cache", "functools.wraps()",
    "functools.singledispatch", "functools.total_ordering", "builtins.staticmethod", "builtins.classmethod",
    "atexit.register", "dataclasses.dataclass", "weakref.ref", "weakref.proxy",
})  # fmt: skip
"""Calls that give back their first argument, as far as this analysis is concerned."""


def note_value(run: Run, kind: str, value: Abstract, node: Syntax, *, plain: bool = True) -> None:
    """Note that something is done with a value that rules want to know of."""
    protected = run.tries > 0
    run.records.values[(node.start, kind)] = ValueRecord(run.source.first_line(node), kind, value, plain, protected)


def call_external(run: Run, path: str, arguments: Arguments, node: Syntax) -> Abstract:
    """Return what calling something external gives, and note what the call does."""
    note_effects(run, path, arguments, node)
    if path == "builtins.len":
        run.records.data_tests.update(
            one.step("len()") for value in arguments.all() for one in value if isinstance(one, Data)
        )
    modelled = call_library(run, path, arguments, node)
    if modelled is not None:
        return modelled
    special = _TABLE.get(path)
    if special is not None:
        return special(run, arguments, node)
    first = arguments.positional[0][0] if arguments.positional else None
    if path in PASS_THROUGH and first is not None:
        return first
    if path in _FAIL_ON_NONE and arguments.positional and arguments.positional[0][1] is not None:
        run.fails_on_none(arguments.positional[0][0], arguments.positional[0][1])
    starts = path.startswith(_PROCESSES) and not path.endswith(("()", "PIPE", "Error")) and path.count("(") == 0
    if starts and not is_harmless_process(run, arguments):
        run.need("a process is started, which may call AWS", node)
    if path in ("json.dumps", "json.dump") and first is not None:
        plain = not arguments.open_named and not {"default", "cls"} & arguments.named.keys()
        note_value(run, "json", first, node, plain=plain)
    converted = convert(run, path, arguments, node)
    if converted is not None:
        return converted
    trust = trust_of(path)
    _passed_on(run, path, trust, arguments, node)
    callbacks = _call_back(run, path, trust, arguments, node)
    if callbacks is not None:
        return callbacks
    if path.startswith("builtins.") or len(path) > _PATH:
        return frozenset({External(path + "()")}) if path in _TYPED else OTHER
    return frozenset({External(path + "()")})


def _passed_on(run: Run, path: str, trust: Trust, arguments: Arguments, node: Syntax) -> None:
    for value in arguments.all():
        if ENVIRON in value and path != "builtins.print":
            run.hidden_read("all environment variables are read at once", node)
            if trust in (Trust.UNKNOWN, Trust.CALLS_AWS):
                run.hidden_set("the environment is passed to code that is not followed", node)
    if trust not in (Trust.STANDARD, Trust.SDK) and not tells(path):
        for value in arguments.all():
            lose(run, value, node)
    if trust is Trust.HARMLESS and tells(path):
        return
    keeps = path.partition(".")[0] in _KEEPERS
    if keeps or (trust not in (Trust.STANDARD, Trust.SDK) and not path.startswith("builtins.")):
        hands_over(run, arguments, f"'{path.replace('()', '')}'", node)
    elif path.startswith("boto3.s3.transfer."):
        hands_over(run, arguments, f"'{path}'", node)


def _call_back(run: Run, path: str, trust: Trust, arguments: Arguments, node: Syntax) -> Abstract | None:
    """Call the functions among the arguments; return a result where it is known."""
    if path in _LOOKS:
        return None
    name = path.rpartition(".")[2]
    positions = [
        index
        for index, (value, _) in enumerate(arguments.positional)
        if any(isinstance(atom, (Function, Partial)) or _is_sdk_method(atom) for atom in value)
    ]
    if name in _SUBMITS and positions:
        index = positions[0]
        rest = Arguments(arguments.positional[index + 1 :], dict(arguments.named))
        if name in ("map", "imap", "starmap", "imap_unordered"):
            rest.positional = [(iterate(run, value, node), None) for value, _ in rest.positional]
            rest.named = {}
        result = run.call(arguments.positional[index][0], rest, node)
        return list_of(run, result, node)
    if name in ("Thread", "Process", "Timer") and trust is Trust.STANDARD:
        target = arguments.get(1, "target") or arguments.get(1, "function")
        if target is not None:
            run.call(target, _thread_arguments(run, arguments, name), node)
            return OTHER
    certain = trust in (Trust.STANDARD, Trust.HARMLESS) or path.startswith((*ROUTERS, "builtins."))
    for value in arguments.all():
        escape(run, value, certain, node)
    return None


def _is_sdk_method(atom: Atom) -> bool:
    return isinstance(atom, Method) and isinstance(atom.receiver, SDK)


def _thread_arguments(run: Run, arguments: Arguments, name: str) -> Arguments:
    given = Arguments()
    positional = arguments.get(2 if name == "Timer" else 3, "args")
    for atom in each(positional or frozenset()):
        if isinstance(atom, Holder):
            keys = keys_of(run, atom)
            if "*" in keys:
                given.open_positional = True
            else:
                given.positional = [(take(run, atom, f"#{index}"), None) for index in range(len(keys))]
        else:
            given.open_positional = True
    for atom in each(arguments.get(None, "kwargs") or frozenset()):
        if isinstance(atom, Holder):
            given.named = {key[1:]: (take(run, atom, key), None) for key in keys_of(run, atom) if key.startswith("'")}
        else:
            given.open_named = True
    return given


def _client(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    return make_client(run, Account(), arguments, node, False)


def _resource(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    return make_client(run, Account(), arguments, node, True)


def _session(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    return make_session(run, arguments, node)


def _botocore_session(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    return frozenset({Session(Account())})


def _default_session(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    (session,) = make_session(run, arguments, node)
    if isinstance(session, Session) and session.account.own_credentials:
        run.need("the default session gets credentials of its own", node)
    return NOTHING


def _config(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    version = arguments.get(None, "signature_version")
    if version is not None and External("botocore.UNSIGNED") in version:
        return frozenset({UNSIGNED})
    holder = Holder("config", (run.frame.number, node.start))
    for name, (value, _) in arguments.named.items():
        put(run, holder, "'" + name, value)
    return frozenset({holder})


def _getattr(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    receiver, name = arguments.get(0, ""), arguments.get(1, "")
    if receiver is None or name is None:
        return OTHER
    if not receiver or not name:
        return PENDING
    names = texts_of(name)
    if names is not None:
        run.tries += len(arguments.positional) > 2
        found = join(*(attribute_of(run, receiver, one, node) for one in names))
        run.tries -= len(arguments.positional) > 2
        return join(found, arguments.positional[2][0]) if len(arguments.positional) > 2 else found
    for atom in ordered(receiver):
        if isinstance(atom, SDK):
            run.need("the method of an SDK client is chosen by a computed name", node)
        elif isinstance(atom, ModuleValue):
            run.records.dynamic_modules.setdefault(atom.module.path, run.span(node))
        elif isinstance(atom, (Instance, Class, Parent)):
            run.records.dynamic_classes.setdefault(atom.code, run.span(node))
            # Its methods are followed, but for an object that could not get its clients from its constructor.
            run.need("a method of the package is chosen by a computed name", node)
        elif isinstance(atom, External) and trust_of(atom.path) is Trust.SDK:
            run.need("the SDK is used by a computed name", node)
    return OTHER


def _hasattr(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    for atom in arguments.get(0, "") or ():
        if isinstance(atom, Data):
            for name in texts_of(arguments.get(1, "") or OTHER) or ():
                note(run, atom.step(name), node, required=False, has_default=True)
    return OTHER


def _setattr(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    receiver, name, value = arguments.get(0, ""), arguments.get(1, ""), arguments.get(2, "")
    if receiver and name and value:
        names = texts_of(name)
        if names is not None and all(store(run, receiver, one, value) for one in names):
            return NOTHING
        if any_sdk(run, value):
            run.need("an SDK client is stored where it can't be followed", node)
    return NOTHING


def _evaluated(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    run.need("source is made and run while the function runs", node)
    run.hidden_read("source is made and run while the function runs", node)
    run.hidden_set("source is made and run while the function runs", node)
    return OTHER


def _import(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    name = arguments.get(0, "name")
    names = texts_of(name) if name is not None else None
    if names is None:
        run.need("a module is imported by a computed name", node)
        run.hidden_read("a module is imported by a computed name", node)
        run.hidden_set("a module is imported by a computed name", node)
        return OTHER
    found: Abstract = frozenset()
    for one in names:
        level = len(one) - len(one.lstrip("."))
        found = found | frozenset({import_path(run, one[level:], level, node)})
    return found


def _super(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    code = run.frame.code
    scope = run.frame.scope
    while code is not None and code.owner is None and scope:
        outer = run.engine.frames[scope - 1]
        code, scope = outer.code, outer.scope
    if code is None or code.owner is None or not code.definition.parameters:
        return OTHER
    receiver = run.lookup(code.definition.parameters[0].name)
    found = {Parent(code.owner, atom) for atom in receiver if isinstance(atom, (Instance, Class))}
    return frozenset(found) or OTHER


def _load_dotenv(run: Run, arguments: Arguments, node: Syntax) -> Abstract:
    run.hidden_set("variables are loaded from a file", node)
    return OTHER


_TABLE: Final[dict[str, Callable[[Run, Arguments, Syntax], Abstract]]] = {
    "boto3.client": _client,
    "boto3.resource": _resource,
    "boto3.Session": _session,
    "boto3.session.Session": _session,
    "boto3.DEFAULT_SESSION.client": _client,
    "boto3.setup_default_session": _default_session,
    # The asynchronous SDK has the same interface: its clients are entered and its calls awaited.
    "aioboto3.Session": _session,
    "aioboto3.session.Session": _session,
    "aioboto3.client": _client,
    "aioboto3.resource": _resource,
    "aiobotocore.session.get_session": _botocore_session,
    "aiobotocore.session.AioSession": _botocore_session,
    "aiobotocore.get_session": _botocore_session,
    "aiobotocore.config.AioConfig": _config,
    "botocore.session.get_session": _botocore_session,
    "botocore.session.Session": _botocore_session,
    "botocore.config.Config": _config,
    "botocore.client.Config": _config,
    "boto3.session.Config": _config,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.hasattr": _hasattr,
    "builtins.exec": _evaluated,
    "builtins.eval": _evaluated,
    "builtins.__import__": _import,
    "importlib.import_module": _import,
    "builtins.super": _super,
    **STANDARD,
    "dotenv.load_dotenv": _load_dotenv,
}  # fmt: skip
