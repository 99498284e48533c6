"""Which aliases are moved to a new version step by step, so that two versions share their traffic for a while."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from faaslint.graph import Graph
from faaslint.model.finding import Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Alias, Deployment, DeploymentConfiguration
from faaslint.model.read import text_of
from faaslint.model.value import Known, Leaf, Unknown, branches, is_absent

_AT_ONCE: Final = "AllAtOnce"
_LAMBDA: Final = "CodeDeployDefault.Lambda"
_MOVED: Final = frozenset({"function_version", "routing_config", "all"})
"""The arguments of an alias that Terraform leaves alone where CodeDeploy moves it."""


class Gradual(NamedTuple):
    """One situation in which CodeDeploy shifts traffic step by step: by which group, in words by which configuration."""

    guard: Guard
    deployment: Deployment
    configuration: str


def may_shift(alias: Alias, graph: Graph) -> bool:
    """Return whether CodeDeploy may move an alias, at once or step by step."""
    if not is_absent(alias.deployment):
        return True
    return bool(_MOVED.intersection(alias.ignored_changes)) and any(_is_for_functions(graph, one) for one in _groups(graph))


def shifting(alias: Alias, graph: Graph) -> Iterator[Gradual | Withheld]:
    """Yield each situation in which an alias shifts step by step, or why that can't be known.

    In Terraform a deployment group does not name its alias; the pipeline that starts the deployment does. There an alias
    whose version Terraform leaves alone is taken to be moved by the groups for functions, if they all do it alike.
    """
    if not is_absent(alias.deployment):
        for guard, leaf in branches(alias.deployment):
            if isinstance(leaf, Known) and leaf.value is None:
                continue
            found = [node for _, node in graph.named(leaf) if isinstance(node, Deployment)]
            if not found:
                why = leaf.why if isinstance(leaf, Unknown) else "the deployment group is not in this project"
                yield Withheld(why, alias.at("deployment", leaf).span)
                continue
            for one in steps_of(found[0], graph):
                yield one._replace(guard=one.guard & guard & alias.guard) if isinstance(one, Gradual) else one
        return
    if not _MOVED.intersection(alias.ignored_changes):
        return
    groups = [one for one in _groups(graph) if _is_for_functions(graph, one)]
    answers = [tuple(steps_of(one, graph)) for one in groups]
    if groups and all(len(given) == 1 and isinstance(given[0], Gradual) for given in answers):
        yield answers[0][0]
    elif any(answers):
        yield Withheld("which of the deployment groups moves it can't be known", alias.span)


def steps_of(deployment: Deployment, graph: Graph) -> Iterator[Gradual | Withheld]:
    """Yield each situation in which a deployment group shifts traffic step by step, or why that can't be known."""
    for guard, leaf in branches(deployment.configuration):
        both = guard & deployment.guard
        routing: Leaf = leaf
        name = text_of(leaf)
        for _, node in graph.named(leaf):
            if isinstance(node, DeploymentConfiguration):
                name = node.name
                for inner, routing in branches(node.routing):
                    kind = text_of(routing)
                    if kind is None:
                        yield _unknown(deployment, routing)
                    elif kind != _AT_ONCE:
                        yield Gradual(both & inner, deployment, name)
                break
        else:
            if name is None:
                yield _unknown(deployment, routing)
            elif not name.endswith(_AT_ONCE):
                yield Gradual(both, deployment, name)


def _unknown(deployment: Deployment, leaf: Leaf) -> Withheld:
    why = leaf.why if isinstance(leaf, Unknown) else "the deployment configuration is not in this project"
    return Withheld(why, deployment.at("configuration", leaf).span)


def _groups(graph: Graph) -> tuple[Deployment, ...]:
    return graph.all(Deployment)


def _is_for_functions(graph: Graph, deployment: Deployment) -> bool:
    """Return whether a group certainly deploys functions, not containers or machines."""
    for guard, leaf in branches(deployment.configuration):
        name = text_of(leaf)
        if name is not None and name.startswith(_LAMBDA) and guard.always:
            return True
    return any(
        isinstance(node, DeploymentConfiguration) and isinstance(node.platform, Known) and node.platform.value == "Lambda"
        for _, node in graph.named(deployment.configuration)
    )
