"""The settings of rules: what the user gives, checked against what each rule declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .rule import AnyRule, Option

Setting = str | int | float | bool
Settings = Mapping[str, Mapping[str, Setting]]
"""By rule id, then by the option's name."""


class OptionProblem(Exception):
    """A setting that no rule takes; the message says which, and what is taken."""


def settings_of(rules: Iterable[AnyRule], given: Settings) -> dict[str, dict[str, Setting]]:
    """Return the settings that hold for each rule that has options. Raises OptionProblem for one that no rule takes.

    A rule may be given by its id, its name or a former name.
    """
    rules = list(rules)
    spelled = {word: rule.id for rule in rules for word in (rule.id, rule.name, *rule.aliases)}
    asked: dict[str, Mapping[str, Setting]] = {}
    for word, values in given.items():
        if word not in spelled:
            raise OptionProblem(f"the settings 'rules.{word}' are for no rule; see 'faaslint rules'")
        asked[spelled[word]] = values
    held: dict[str, dict[str, Setting]] = {}
    for rule in rules:
        values = asked.get(rule.id, {})
        options = {option.name: option for option in rule.options}
        for name in values:
            if name not in options:
                known = ", ".join(sorted(options)) or "none"
                raise OptionProblem(f"{rule.id} has no option '{name}'; it has: {known}")
        held[rule.id] = {
            name: _fitting(rule, option, values[name]) if name in values else option.default
            for name, option in options.items()
        }
    return held


def _fitting(rule: AnyRule, option: Option, value: Setting) -> Setting:
    default = option.default
    if isinstance(default, bool):
        fits, wanted = isinstance(value, bool), "true or false"
    elif isinstance(default, (int, float)):
        fits, wanted = isinstance(value, (int, float)) and not isinstance(value, bool), "a number"
    else:
        fits, wanted = isinstance(value, str), "a text"
    if fits and option.allowed and value not in option.allowed:
        fits, wanted = False, f"one of {', '.join(option.allowed)}"
    if not fits:
        raise OptionProblem(f"the option '{option.name}' of {rule.id} is {wanted}, not {value!r}")
    return value
