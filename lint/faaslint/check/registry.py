"""Which rules there are: the built-in pack and the packs that the user allows, found through entry points."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Iterator, Sequence
from importlib.machinery import all_suffixes

from ..model.record import replace
from .rule import AnyRule, Rule

GROUP = "faaslint.rules"
BUILT_IN = "faaslint"
BUILT_IN_PACKAGE = "faaslint_rules"
"""What the entry point of our own distribution names. It is known, so that a run need not read installed metadata to find
it, which took a tenth of its CPU time; a test holds the two together."""


class PackProblem(Exception):
    """A pack that can't be used; the message says why."""


def load_packs(names: Sequence[str] = (BUILT_IN,)) -> tuple[AnyRule, ...]:
    """Return the rules of the named distributions, ordered by id. Raises PackProblem.

    Only these are looked at: a distribution that happens to be installed is not imported for that.
    """
    found: list[AnyRule] = []
    for name in dict.fromkeys((BUILT_IN, *names)):
        for module in (BUILT_IN_PACKAGE,) if name == BUILT_IN else packages_of(name):
            found += (rule if rule.pack == name else replace(rule, pack=name) for rule in rules_in(module))
    return ordered(found)


def packages_of(name: str) -> tuple[str, ...]:
    """Return the packages that a distribution's entry points name. Raises PackProblem if it has none, or isn't installed."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        points = distribution(name).entry_points.select(group=GROUP)
    except PackageNotFoundError:
        raise PackProblem(f"the rule pack '{name}' is not installed; install it or take it out of 'packs'") from None
    if not points:
        raise PackProblem(f"'{name}' is installed but has no rules (entry point group '{GROUP}')")
    return tuple(point.value for point in points)


def ordered(rules: Iterable[AnyRule]) -> tuple[AnyRule, ...]:
    """Return rules by id. Raises PackProblem where two have one id or one name."""
    listed = sorted(rules, key=lambda rule: rule.id)
    seen: dict[str, AnyRule] = {}
    for rule in listed:
        for word in (rule.id, rule.name, *rule.aliases):
            if word in seen:
                raise PackProblem(f"'{word}' is declared by both '{seen[word].pack}' and '{rule.pack}'")
            seen[word] = rule
    return tuple(listed)


def rules_in(package_name: str) -> Iterator[AnyRule]:
    """Yield the rules that the modules of a package declare."""
    package = importlib.import_module(package_name)
    yield from _declared(package)
    for name in modules_in(package.__path__, package_name):
        yield from _declared(importlib.import_module(name))


def modules_in(folders: Iterable[str], package_name: str) -> Iterator[str]:
    """Yield the modules below the folders of a package.

    ``pkgutil`` would do it too, but it imports ``inspect``, and that is a fiftieth of a run. It stays the way for a
    pack that is not made of folders (a zip).
    """
    suffixes = tuple(all_suffixes())
    for folder in folders:
        if not os.path.isdir(folder):
            import pkgutil

            yield from (module.name for module in pkgutil.walk_packages([folder], package_name + "."))
            continue
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                stem = entry.name.partition(".")[0]
                if entry.name.endswith(suffixes) and stem != "__init__":
                    yield f"{package_name}.{stem}"
                elif entry.is_dir() and os.path.isfile(os.path.join(entry.path, "__init__.py")):
                    yield f"{package_name}.{entry.name}"
                    yield from modules_in([entry.path], f"{package_name}.{entry.name}")


def _declared(module: object) -> Iterator[AnyRule]:
    for value in vars(module).values():
        if isinstance(value, Rule) and value.check.__module__ == getattr(module, "__name__", ""):
            yield value
