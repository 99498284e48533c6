"""What calls outside the package do to the world: files, the network, shells, interpreters, databases."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from ...model.value import Known, Pattern, Unknown, Value
from ...source.python_syntax import Syntax
from .domain import Abstract, Account, Data, Text
from .modules import names
from .records import ClientRecord, EffectRecord
from .run import Arguments, Run
from .values import everything_in, is_invariant, value_of

_EXECUTES: Final = frozenset({"execute", "executemany", "executescript", "read_sql", "read_sql_query", "exec_driver_sql",
                              "fetch", "fetchrow", "fetchval"})  # fmt: skip
_PICKLES: Final = frozenset({"pickle.loads", "cPickle.loads", "_pickle.loads", "_pickle.load", "cPickle.load",
                             "dill.load", "dill.loads", "marshal.loads", "jsonpickle.decode",
                             "joblib.load", "cloudpickle.loads", "pickle.load", "yaml.unsafe_load",
                             "yaml.full_load"})  # fmt: skip
_SHELLS: Final = frozenset({"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput",
                            "asyncio.create_subprocess_shell",
                            "asyncio.subprocess.create_subprocess_shell"})  # fmt: skip
_PROGRAMS: Final = {"os.spawnl": 1, "os.spawnlp": 1, "os.spawnle": 1, "os.spawnlpe": 1, "os.execl": 0, "os.execlp": 0,
                    "asyncio.create_subprocess_exec": 0, "asyncio.subprocess.create_subprocess_exec": 0}  # fmt: skip
"""Calls that take the program, at this position, and its arguments one by one."""
_SHELL_PROGRAMS: Final = frozenset({"sh", "bash", "dash", "zsh", "ksh"})
_SHELL_OPTION: Final = frozenset({"subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output",
                                  "subprocess.Popen"})  # fmt: skip
_WRITES: Final = {
    "os.mkdir": (0, "path"), "os.makedirs": (0, "name"), "os.mknod": (0, "path"), "shutil.copy": (1, "dst"),
    "shutil.copy2": (1, "dst"), "shutil.copyfile": (1, "dst"), "shutil.copytree": (1, "dst"), "shutil.move": (1, "dst"),
    "shutil.unpack_archive": (1, "extract_dir"), "urllib.request.urlretrieve": (1, "filename"),
    "logging.FileHandler": (0, "filename"), "logging.handlers.RotatingFileHandler": (0, "filename"),
    "zipfile.ZipFile().extractall": (0, "path"), "tarfile.open().extractall": (0, "path"),
}  # fmt: skip
"""Calls that write below the path that they are given, and which argument it is."""

_POOLS: Final = frozenset({"pymongo.MongoClient", "redis.Redis", "redis.StrictRedis", "redis.from_url",
                           "redis.Redis.from_url", "valkey.Valkey", "valkey.from_url",
                           "sqlalchemy.create_engine"})  # fmt: skip
"""Calls that make an object with connections of its own, which is meant to be kept."""

_OPENERS: Final = frozenset({"builtins.open", "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open"})
_SQL_ARGUMENTS: Final = {
    ("rds-data", "execute_statement"): "sql", ("rds-data", "batch_execute_statement"): "sql",
    ("redshift-data", "execute_statement"): "Sql", ("athena", "start_query_execution"): "QueryString",
    ("dynamodb", "execute_statement"): "Statement", ("timestream-query", "query"): "QueryString",
}  # fmt: skip
"""SDK calls whose argument is the text of a query."""


@cache
def _query() -> re.Pattern[str]:
    return re.compile(
        r"\s*(?:select|insert|update|delete|replace|merge|create|drop|alter|with|call|truncate)\s", re.IGNORECASE
    )


def taint(run: Run, value: Abstract) -> str:
    """Return which part of the event is in a value, as text; empty where none is known to be."""
    for atom in everything_in(run, value):
        if isinstance(atom, Data) and atom.origin == "event":
            return atom.shown().replace(".text()", "")
        if isinstance(atom, Text) and isinstance(atom.value, Pattern):
            for part in atom.value.parts:
                if isinstance(part, Unknown) and part.symbol is not None and part.symbol.startswith("event"):
                    return part.symbol.replace(".text()", "")
    return ""


def note_effects(run: Run, path: str, arguments: Arguments, node: Syntax) -> None:
    """Note what a call of something outside the package does."""
    top = path.partition(".")[0]
    if top in names("network"):
        name = path.rpartition(".")[2]
        if name in names("connects") or top in ("cfnresponse", "crhelper"):
            _note(run, "network", top, _address(run, name, arguments), node)
            _note_timeout(run, top, name, arguments, node)
        if path in _POOLS or (name == "connect" and top in names("databases")):
            _note_connection(run, top, arguments, node)
    if path in _WRITES:
        position, keyword = _WRITES[path]
        target = arguments.get(position, keyword)
        if target is not None:
            _note(run, "file", path, value_of(run, target), node)
    elif path == "os.chdir":
        _note(run, "folder", path, Unknown("it is another folder"), node)
    elif path in _OPENERS:
        mode = arguments.get(1, "mode")
        target = arguments.get(0, "file")
        if mode is not None and target is not None and all(_writes(atom) for atom in mode) and mode:
            _note(run, "file", path, value_of(run, target), node)
    _note_sinks(run, path, top, arguments, node)


def _note_timeout(run: Run, library: str, name: str, arguments: Arguments, node: Syntax) -> None:
    """Note how long a call over HTTP surely waits, where it says so."""
    if library not in ("requests", "httpx", "urllib", "urllib3"):
        return
    limit = arguments.get(2 if name == "urlopen" else None, "timeout")
    for atom in limit if limit is not None and len(limit) == 1 else ():
        if isinstance(atom, Text) and isinstance(atom.value, (int, float)):
            stated: dict[str, Value] = {"read_timeout": Known(atom.value)}
            record = ClientRecord(
                run.source.first_line(node), library, run.frame.scope_name, False, Account(), timeouts=stated
            )
            run.records.clients[(node.start, library)] = record


def _note_connection(run: Run, library: str, arguments: Arguments, node: Syntax) -> None:
    """Note that a connection to a database is made: it is as worth keeping as a client."""
    invariant = not arguments.open_named and all(is_invariant(value) for value in arguments.all())
    run.records.clients[(node.start, library)] = ClientRecord(
        run.source.first_line(node), library, run.frame.scope_name, False, Account(), run.branches == 0, run.left, invariant
    )


def _writes(mode: object) -> bool:
    return isinstance(mode, Text) and isinstance(mode.value, str) and bool(set(mode.value) & set("wax+"))


def _address(run: Run, name: str, arguments: Arguments) -> Value:
    for keyword in ("url", "full_url", "host"):
        named = arguments.named.get(keyword)
        if named is not None:
            return value_of(run, named[0])
    position = 1 if name in ("request", "stream") else 0
    if position < len(arguments.positional):
        return value_of(run, arguments.positional[position][0])
    return Unknown("it is computed when the function runs")


def _note_sinks(run: Run, path: str, top: str, arguments: Arguments, node: Syntax) -> None:
    kind = ""
    if path in _SHELLS:
        kind = "shell"
    elif path in _SHELL_OPTION:
        option = arguments.get(None, "shell")
        kind = "shell" if option is not None and any(isinstance(one, Text) and one.value is True for one in option) else ""
    elif path in ("builtins.eval", "builtins.exec"):
        kind = "code"
    elif path in _PICKLES:
        kind = "objects"
    elif top in names("databases") and path.rpartition(".")[2] in _EXECUTES:
        kind = "sql"
    elif path in _PROGRAMS:
        _note_shell_command(run, path, arguments, node)
        return
    if not kind:
        note_query(run, path.rpartition(".")[2], arguments, node)
        return
    first = arguments.get(0, "args" if kind == "shell" else "query")
    origin = taint(run, first) if first is not None else ""
    if origin:
        _note(run, kind, path, Unknown("it is part of the event", origin), node)


def _note_shell_command(run: Run, path: str, arguments: Arguments, node: Syntax) -> None:
    """Note a text that a shell is started with: ``bash -c TEXT``."""
    given = [value for value, _ in arguments.positional[_PROGRAMS[path] :]]
    words = [next((one.value for one in value if isinstance(one, Text)), None) for value in given]
    program = words[0] if words else None
    if not isinstance(program, str) or program.rpartition("/")[2] not in _SHELL_PROGRAMS or "-c" not in words[1:]:
        return
    for value in given[words.index("-c") + 1 :]:
        if origin := taint(run, value):
            _note(run, "shell", path, Unknown("it is part of the event", origin), node)
            return


def note_query(run: Run, name: str, arguments: Arguments, node: Syntax) -> None:
    """Note the text of a query that is executed by an object that is not known."""
    if name not in _EXECUTES or not arguments.positional:
        return
    first = arguments.positional[0][0]
    for atom in first:
        if isinstance(atom, Text) and isinstance(atom.value, Pattern):
            begins = atom.value.parts[0]
            if isinstance(begins, str) and _query().match(begins) and (origin := taint(run, first)):
                _note(run, "sql", name, Unknown("it is part of the event", origin), node)


def note_sdk_query(run: Run, service: str, operation: str, arguments: Arguments, node: Syntax) -> None:
    """Note the text of a query that an SDK call executes."""
    keyword = _SQL_ARGUMENTS.get((service, operation))
    given = arguments.get(None, keyword) if keyword is not None else None
    # A whole query out of the event is the caller's business; a part of one is a hole in the query.
    origin = taint(run, frozenset(atom for atom in given or () if isinstance(atom, Text)))
    if origin:
        _note(run, "sql", f"{service}.{operation}", Unknown("it is part of the event", origin), node)


def note_file(run: Run, value: Abstract, node: Syntax) -> None:
    """Note that a file is written."""
    _note(run, "file", "", value_of(run, value), node)


def _note(run: Run, kind: str, what: str, value: Value, node: Syntax) -> None:
    place = run.source.first_line(node)
    run.records.effects[(node.start, kind)] = EffectRecord(place, kind, what, value, run.tries > 0)
