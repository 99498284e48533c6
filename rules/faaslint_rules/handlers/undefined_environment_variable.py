"""FL804 undefined-environment-variable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import limits
from faaslint.graph import Graph
from faaslint.model.facts import EnvironmentRead, Found, Handler, Reachable
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import ALWAYS, NEVER, Guard
from faaslint.model.nodes import Function
from faaslint.model.read import text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import Fields, Known, Unknown, branches, jointly

from .elsewhere import elsewhere
from .languages import analysed
from .wrappers import wrapper_of

PROVIDED: Final = frozenset(
    {
        # Documented: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html ("Defined runtime environment
        # variables"), beside the reserved ones.
        "LANG",
        "PATH",
        "LD_LIBRARY_PATH",
        "NODE_PATH",
        "PYTHONPATH",
        "GEM_PATH",
        "TZ",
        # What a shell or the operating system commonly sets: whether the runtime does is not documented.
        "HOME",
        "HOSTNAME",
        "LOGNAME",
        "PWD",
        "SHELL",
        "SHLVL",
        "TEMP",
        "TMP",
        "TMPDIR",
        "USER",
        "_",
    }
)
PREFIXES: Final = ("AWS_", "_X_AMZN_", "LAMBDA_", "_LAMBDA_", "PYTHON")
"""Variables with these names belong to the runtime, to tools that imitate it, or to Python."""


@rule(
    id="FL804",
    name="undefined-environment-variable",
    level=Level.ERROR,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",),
)
def undefined_environment_variable(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler reads an environment variable that its function does not have.

    What it does
    Looks at each reachable read of an environment variable. `os.environ["X"]` without a guard is an error where the
    function's configuration does not set `X`; `os.environ.get("X")` or `os.getenv("X")` is a warning where the code goes on
    to use the `None` in a way that fails. A default, a guard, variables that the runtime provides, and variables that the
    source sets itself are fine.

    Why it matters
    The read raises `KeyError`, at module level before the handler starts: every invocation fails.

    How to fix
    Set the variable in the function's environment, or give the read a default.

    What it can't know
    Variables that AWS IoT Greengrass, a wrapper script, a container image or code outside the project sets, and names
    that are computed.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    - https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html
    """
    if not analysed(function):
        yield INAPPLICABLE
        return
    asked = False
    for guard, handler in graph.handlers_of(function):
        given = guard & function.guard
        if not given.satisfiable() or handler.found in (Found.NO_FILE, Found.NO_CALLABLE):
            continue
        asked = True
        if handler.found is Found.UNKNOWN:
            yield Withheld(handler.why or "the handler's code can't be known", handler.span)
            continue
        if handler.reads and (device := elsewhere(function, graph)) is not None:
            yield device
            continue
        for read in handler.reads:
            yield from _judge(function, handler, read, given)
    if not asked:
        yield INAPPLICABLE


def _judge(function: Function, handler: Handler, read: EnvironmentRead, given: Guard) -> Iterator[Answer]:
    raises = read.required and not read.guarded and not read.has_default
    fails_later = not raises and not read.has_default and not read.guarded and read.none_used_at is not None
    if read.reachable is not Reachable.YES or not (raises or fails_later):
        return
    for guard, (variable,) in jointly(read.variable, given=given):
        if isinstance(variable, Unknown):
            yield withheld(variable, read)
            continue
        name = text_of(variable)
        if name is None:
            yield Withheld("the variable's name is computed", read.span)
        elif not provided(name) and name not in handler.environment_set:
            yield from _look_up(function, handler, read, name, guard)


def _look_up(function: Function, handler: Handler, read: EnvironmentRead, name: str, given: Guard) -> Iterator[Answer]:
    for guard, settings in _settings(function, given):
        if isinstance(settings, Unknown):
            yield withheld(settings, function)
            continue
        # A variable that is set to something unknown is set.
        absent = _absent(settings, name) & guard
        if not absent.satisfiable():
            continue
        if settings is not None and settings.openness is not None and name not in settings.values:
            yield Withheld(settings.openness.why, settings.openness.where)
            continue
        unknown = wrapper_of(function)
        if handler.environment_set_openness is not None:
            unknown = Withheld(handler.environment_set_openness.why, handler.environment_set_openness.where)
        if unknown is not None:
            yield unknown
            continue
        yield _claim(function, handler, read, name, absent)


def _settings(function: Function, given: Guard) -> Iterator[tuple[Guard, Fields | Unknown | None]]:
    """Yield the variables that the configuration sets in each situation, None where it sets none."""
    for guard, (leaf,) in jointly(function.environment, given=given):
        if isinstance(leaf, Unknown):
            yield guard, leaf
        elif isinstance(leaf.value, Fields):
            yield guard, leaf.value
        elif leaf.value is None:
            yield guard, None
        else:
            yield guard, Unknown("the environment is no mapping", trail=leaf.trail)


def _absent(settings: Fields | None, name: str) -> Guard:
    """When a variable is certainly not among the settings, as far as these are known."""
    found = settings.values.get(name) if settings is not None else None
    if found is None:
        return ALWAYS
    absent = NEVER
    for guard, leaf in branches(found):
        if isinstance(leaf, Known) and leaf.value is None:
            absent = absent | guard
    return absent


def _claim(function: Function, handler: Handler, read: EnvironmentRead, name: str, guard: Guard) -> Answer:
    used = read.none_used_at
    consequence = "so the read raises KeyError" if read.required else "so the read gives None, which the code then uses"
    related = [Location(function.at("environment").span, "the function's environment, without it")]
    if used is not None and not read.required:
        related.insert(0, Location(used, "the None is used here"))
    return claim(
        function,
        "environment",
        f"Function '{function.name}' has no environment variable {name}, {consequence}; "
        "set it in the function's configuration, or give the read a default.",
        at=Place(read.span, name),
        related=related,
        route=[
            Location(function.span, f"function '{function.name}'"),
            Location(handler.span, f"the handler '{handler.callable}'"),
            Location(read.span, f"reads {name}"),
        ],
        level=None if read.required else Level.WARNING,
        guard=guard,
    )


def provided(name: str) -> bool:
    """Return whether the runtime or the operating system sets a variable, or may."""
    return name in PROVIDED or name.startswith(PREFIXES) or name in limits.reserved_environment_keys()
