"""FL805 unused-environment-variable."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Found
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place, Span
from faaslint.model.value import Fields, Known, branches, is_absent, jointly

from .running import Running
from .undefined_environment_variable import provided

PREFIXES: Final = ("AWS_", "POWERTOOLS_", "OTEL_", "DD_", "PYTHON", "LAMBDA_", "NEW_RELIC_", "SENTRY_", "LUMIGO_",
                   "PARAMETERS_SECRETS_", "SSM_PARAMETER_STORE_", "SECRETS_MANAGER_", "OPENTELEMETRY_", "ELASTIC_APM_",
                   "DT_", "AIOHTTP_", "SAM_", "XDG_", "REQUESTS_", "CURL_", "SSL_", "LC_", "DATADOG_", "INSTANA_",
                   "EPSAGON_", "THUNDRA_")  # fmt: skip
"""What the names of variables begin with that runtimes, extensions and libraries read."""

NAMES: Final = frozenset({"TZ", "LOG_LEVEL", "LANG", "LD_LIBRARY_PATH", "PATH", "HOME", "DEBUG", "HTTP_PROXY", "HTTPS_PROXY",
                          "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "LD_PRELOAD", "TMPDIR", "FONTCONFIG_PATH",
                          "NODE_OPTIONS", "JAVA_TOOL_OPTIONS", "MPLCONFIGDIR", "OMP_NUM_THREADS", "_HANDLER"})  # fmt: skip


@rule(
    id="FL805",
    name="unused-environment-variable",
    level=Level.NOTE,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",),
)
def unused_environment_variable(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function has an environment variable that its source never reads.

    What it does
    Compares the variables of the configuration with those that the handler's reachable source reads, where all of that
    source is known. A line that gives a variable to several functions (`Globals`, a module) is fine if one of them reads it.

    Why it matters
    What nobody reads is a leftover, or a sign that the source reads another name.

    How to fix
    Remove the variable, or read it.

    What it can't know
    Variables that layers, wrappers, extensions and libraries read: functions with layers are left alone, and so are the
    names that known libraries read (`POWERTOOLS_…`, `AWS_…`, `OTEL_…`, `LOG_LEVEL` and others).

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    running = Running(function, graph)
    yield from running.answers
    if not running.found:
        return
    if not is_absent(function.layers):
        yield Withheld("a layer may read variables", function.at("layers").span)
        return
    for given, handler in running:
        if handler.environment_openness is not None:
            yield Withheld(handler.environment_openness.why, handler.environment_openness.where)
            continue
        if any(not one.provided for one in handler.imports):
            yield Withheld("a library from outside the package may read variables", handler.span)
            continue
        read = {one.name for one in handler.reads if one.name} | handler.environment_set
        for guard, (settings,) in jointly(function.environment, given=given):
            if not isinstance(settings, Known) or not isinstance(settings.value, Fields):
                continue
            if any(not provided(name) and name not in settings.value.values for name in read):
                # It reads a name that is not defined: the two may well be meant to be one (FL804).
                continue
            for name, value in settings.value.values.items():
                if name in read or name in NAMES or name.startswith(PREFIXES):
                    continue
                if (settings.value.keys.get(name), name) in _read_by_some(graph):
                    # One line gives it to several functions: it is not the line that is too much.
                    continue
                where = settings.value.keys.get(name) or (value.trail[0] if value.trail else function.at("environment").span)
                yield claim(
                    function,
                    "environment",
                    f"Function '{function.name}' has the environment variable {name}, which its source never reads; "
                    "remove it, or read it.",
                    at=Place(where, name),
                    related=[Location(handler.span, "the handler")],
                    guard=guard,
                )


@lru_cache(maxsize=1)
def _read_by_some(graph: Graph) -> frozenset[tuple[Span, str]]:
    """Return the places that set a variable, and its name, where a function that has it from there reads it, or may."""
    found: set[tuple[Span, str]] = set()
    for function in graph.all(Function):
        handlers = [handler for _, handler in graph.handlers_of(function)]
        open_ended = not handlers or any(
            one.found is not Found.YES or one.environment_openness is not None for one in handlers
        )
        read = {one.name for handler in handlers for one in handler.reads if one.name}
        for _, settings in branches(function.environment):
            if isinstance(settings, Known) and isinstance(settings.value, Fields):
                found |= {(where, name) for name, where in settings.value.keys.items() if open_ended or name in read}
    return frozenset(found)
