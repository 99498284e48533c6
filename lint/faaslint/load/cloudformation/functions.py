"""The intrinsic functions, long and short form alike: each takes its argument's tree and gives a Value."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from ...model.guard import TooManyCombinations
from ...model.span import Span
from ...model.value import Choice, Fields, Items, Known, Leaf, Open, Pattern, Unknown, Value, branches, choose, through
from ...source.tree import Mapping, Scalar, Sequence, Tree
from .encode import base64, to_json_string
from .lists import cidr, get_azs, join, length, select, split
from .mapped import find_in_map
from .text import TOO_LARGE, concatenate, known_text

if TYPE_CHECKING:
    from .evaluate import Evaluator

Function: TypeAlias = "Callable[[Evaluator, Tree, Span], Value]"

CASE_STEPS: Final = 10
"""What combining one more case of a value with a condition costs, beside evaluating one part."""

FEW: Final = 4
"""The most cases of a name in a text for each of which the text is put together anew."""

HOLE: Final = re.compile(r"\$\{(!?)([^${}]*)\}")


def ref(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Ref``."""
    if isinstance(argument, Scalar) and isinstance(argument.value, str):
        return evaluator.reference(argument.value, span)
    return evaluator.malformed(span, "Ref takes the name of a parameter or resource")


def get_att(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Fn::GetAtt``: ``Name.Attribute`` or a list of the two."""
    if isinstance(argument, Scalar) and isinstance(argument.value, str) and "." in argument.value:
        name, _, attribute = argument.value.partition(".")
        return evaluator.attribute(name, attribute, span)
    if isinstance(argument, Sequence) and len(argument.items) >= 2:
        parts = [known_text(evaluator.value(item)) for item in argument.items]
        if parts[0] is None or None in parts:
            return Unknown("which attribute is meant depends on the deployment", trail=(span,))
        return evaluator.attribute(parts[0], ".".join(part for part in parts[1:] if part is not None), span)
    return evaluator.malformed(span, "Fn::GetAtt takes a resource and an attribute, as in MyFunction.Arn")


def sub(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Fn::Sub``: a text with ``${…}``, alone or with a mapping of names of its own."""
    variables: dict[str, Value] = {}
    template: Tree = argument
    if isinstance(argument, Sequence) and len(argument.items) == 2 and isinstance(argument.items[1], Mapping):
        template = argument.items[0]
        # Each once: a name that stands in the text a hundred times is evaluated as often as it is written.
        variables = {str(key.value): through(evaluator.value(tree), span) for key, tree in argument.items[1].entries}
    elif isinstance(argument, Sequence) and len(argument.items) == 1:
        template = argument.items[0]
    if not isinstance(template, Scalar) or not isinstance(template.value, str) or template.tag:
        return evaluator.malformed(span, "Fn::Sub takes a text, or a list of a text and a mapping of names")
    if template.lines:
        evaluator.lines[span] = template.lines
    text = template.value
    chosen = [(name, value) for name, value in variables.items() if isinstance(value, Choice)]
    if len(chosen) == 1 and len(chosen[0][1].branches) <= FEW and text.count("${") > 1:
        # What one condition chooses goes with what the same condition says about the parameters in the other holes.
        name, choice = chosen[0]

        def made(leaf: Leaf) -> Value:
            return _composed(evaluator, text, {**variables, name: leaf}, span)

        return choose(((guard, evaluator.where(guard, partial(made, leaf))) for guard, leaf in branches(choice)), (span,))
    return _composed(evaluator, text, variables, span)


def _composed(evaluator: Evaluator, text: str, variables: dict[str, Value], span: Span) -> Value:
    parts: list[Value] = []
    end = 0
    for match in HOLE.finditer(text):
        if match.start() > end:
            parts.append(evaluator.value(Scalar(text[end : match.start()], span)))
        parts.append(hole(evaluator, match, variables, span))
        end = match.end()
    if end < len(text) or not parts:
        parts.append(evaluator.value(Scalar(text[end:], span)))
    if len(parts) == 1 and end and isinstance(parts[0], (Unknown, Choice)):
        return parts[0]
    trail = parts[0].trail if len(parts) == 1 else (span,)
    return concatenate(parts, trail, evaluator.budget)


def hole(evaluator: Evaluator, match: re.Match[str], variables: dict[str, Value], span: Span) -> Value:
    """Return what one ``${…}`` of a text stands for."""
    if match.group(1):
        return Known("${" + match.group(2) + "}", (span,))
    name = match.group(2).strip()
    if name in variables:
        return variables[name]
    if "." in name and name not in evaluator.parameters:
        resource, _, attribute = name.partition(".")
        return evaluator.attribute(resource, attribute, span)
    return evaluator.reference(name, span)


def if_(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Fn::If``: both branches, each with its guard."""
    if not isinstance(argument, Sequence) or len(argument.items) != 3:
        return evaluator.malformed(span, "Fn::If takes three things: a condition, a value if it holds, and one if not")
    test = argument.items[0]
    try:
        if isinstance(test, Scalar) and not test.tag:
            guard = evaluator.conditions.named(str(test.value), test.span)
        else:
            guard = evaluator.conditions.formula(test)
        inverse = ~guard
    except TooManyCombinations:
        return Unknown("too many combinations", trail=(span,))
    chosen, other = evaluator.value_where(guard, argument.items[1]), evaluator.value_where(inverse, argument.items[2])
    cases = sum(len(value.branches) for value in (chosen, other) if isinstance(value, Choice))
    if not evaluator.spend(CASE_STEPS * cases):
        return Unknown(TOO_LARGE, trail=(span,))
    return choose(((guard, through(chosen, span)), (inverse, through(other, span))), (span,))


def import_value(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Fn::ImportValue``: what another stack exports, known by the export's name."""

    def imported(leaf: Leaf) -> Value:
        if isinstance(leaf, Known) and leaf.value is not None and not isinstance(leaf.value, (Items, Fields)):
            name = evaluator.called_text(leaf.value) if isinstance(leaf.value, Pattern) else str(leaf.value)
            found = evaluator.imported(name) if evaluator.imported is not None else None
            if found is not None:
                return through(found, span)
            return Unknown("it is imported from another stack", f"import {name}", (span,))
        symbol = f"import {leaf.symbol}" if isinstance(leaf, Unknown) and leaf.symbol else None
        return Unknown("it is imported from another stack", symbol, (span,))

    return choose([(guard, imported(leaf)) for guard, leaf in branches(evaluator.value(argument))], (span,))


def get_stack_output(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Fn::GetStackOutput``: an output of another stack, by the stack's name; in the same app it can be followed."""
    parts = [argument.get(name) if isinstance(argument, Mapping) else None for name in ("StackName", "OutputName")]
    texts = [known_text(evaluator.value(part)) if part is not None else None for part in parts]
    symbol = None if None in texts else f"output {texts[0]}.{texts[1]}"
    return Unknown("it is an output of another stack", symbol, (span,))


def transform(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Fn::Transform``: AWS::Include of a local file is read; anything else leaves the content open."""
    name = argument.get("Name") if isinstance(argument, Mapping) else None
    parameters = argument.get("Parameters") if isinstance(argument, Mapping) else None
    if isinstance(name, Scalar) and name.value == "AWS::Include":
        location = parameters.get("Location") if isinstance(parameters, Mapping) else None
        place = known_text(evaluator.value(location)) if location is not None else None
        tree = evaluator.include(place) if place is not None else None
        if isinstance(tree, Mapping):
            return through(evaluator.value(tree), span)
        return Known(Fields({}, openness=Open("AWS::Include adds content that is not on disk", span)), (span,))
    return Known(Fields({}, openness=Open("a macro adds content that is not in the file", span)), (span,))


def _only_conditions(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    return evaluator.malformed(span, "a condition function stands here, where a value was expected")


FUNCTIONS: Final[dict[str, Function]] = {
    "Ref": ref,
    "Fn::GetAtt": get_att,
    "Fn::Sub": sub,
    "Fn::If": if_,
    "Fn::Join": join,
    "Fn::Split": split,
    "Fn::Select": select,
    "Fn::FindInMap": find_in_map,
    "Fn::ImportValue": import_value,
    "Fn::GetStackOutput": get_stack_output,
    "Fn::Base64": base64,
    "Fn::Cidr": cidr,
    "Fn::GetAZs": get_azs,
    "Fn::Length": length,
    "Fn::ToJsonString": to_json_string,
    "Fn::Transform": transform,
    "Fn::And": _only_conditions,
    "Fn::Or": _only_conditions,
    "Fn::Not": _only_conditions,
    "Fn::Equals": _only_conditions,
}
