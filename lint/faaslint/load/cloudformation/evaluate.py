"""Template values: trees with intrinsic functions become Values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from ...model.guard import ALWAYS, Guard, TooManyCombinations
from ...model.span import Span
from ...model.value import (
    ABSENT,
    CLOSED,
    Choice,
    Environment,
    Fields,
    Item,
    Items,
    Known,
    Open,
    Openness,
    Pattern,
    Reference,
    Unknown,
    Value,
    branches,
    describe_part,
    is_absent,
    through,
)
from ...source.limits import NESTING, NODES
from ...source.tree import Mapping as TreeMapping
from ...source.tree import Scalar, Sequence, Tree
from ..resource import Problem
from .assumptions import implied_value, settled
from .conditions import Conditions
from .functions import FUNCTIONS
from .parameters import Parameter, parameter_text
from .placing import described
from .text import DYNAMIC, TOO_LARGE, TextBudget, concatenate

PROBLEM_LIMIT: Final = 50
"""Most problems that one template reports."""

STEP_LIMIT: Final = 2 * NODES
"""Most parts that are evaluated for one template: each may be used again by mappings, parameters, loops and Globals."""


OUTPUTS: Final = "Outputs."
"""How the attributes of a nested stack begin that are its outputs."""

DOCUMENTS: Final = frozenset(
    {
        "AccessPolicies",
        "AccessPolicy",
        "AssumeRolePolicyDocument",
        "Body",
        "Definition",
        "DefinitionBody",
        "DefinitionString",
        "DestinationPolicy",
        "EventPattern",
        "InlinePolicy",
        "KeyPolicy",
        "NamespaceResourcePolicy",
        "PolicyDocument",
        "PolicyText",
        "RedrivePolicy",
        "RepositoryPolicy",
        "RepositoryPolicyText",
        "ResourcePolicy",
        "ResourcePolicyDocument",
    }
)
"""Properties whose text is a JSON document."""

PSEUDO: Final = (
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
)


OF_A_STACK: Final = frozenset({"AWS::NotificationARNs", "AWS::StackId", "AWS::StackName"})
"""Pseudo parameters that a nested stack has of its own."""


class Work:
    """What all templates of one root share: how much has been done for it, and which dynamic references it has met."""

    __slots__ = ("budget", "dynamic", "steps")

    def __init__(self) -> None:
        self.budget = TextBudget()
        self.steps = 0
        self.dynamic: dict[str, str] = {}


class Evaluator:
    """Turns the trees of one template into values.

    ``resolve`` says which resource attribute a name and an attribute mean, None where the template has no such resource;
    ``include`` returns the tree of a file that AWS::Include names, None where it is not on disk; ``output`` the value of an
    output of a nested stack, None where the template nests none of that name. ``scope`` is how names of this template begin
    where names of several templates meet: empty for a root, ``Stack.`` for what ``Stack`` nests.
    """

    def __init__(
        self,
        path: str,
        parameters: Mapping[str, Parameter],
        mappings: Tree | None,
        conditions: Tree | None,
        resolve: Callable[[str, str], Reference | None],
        include: Callable[[str], Tree | None] = lambda location: None,
        given: Mapping[str, str] | None = None,
        output: Callable[[str, str], Value | None] = lambda name, attribute: None,
        scope: str = "",
        work: Work | None = None,
    ) -> None:
        self.path = path
        self.scope = scope
        self.parameters = parameters
        self.mappings = mappings if isinstance(mappings, TreeMapping) else None
        self.conditions = Conditions(conditions, self)
        self.resolve = resolve
        self.include = include
        self.output = output
        self.work = work or Work()
        self.budget = self.work.budget
        self.lines: dict[Span, tuple[Span, ...]] = {}
        """Where the lines of texts of several lines stand, by the span of the text."""
        self.imported: Callable[[str], Value | None] | None = None
        """What another root exports under a name, None where that is not known."""
        self.lenient = False
        """Whether a macro may give meaning to what CloudFormation itself does not know."""
        self._given = given or {}
        self._free = False
        self._assumed = ALWAYS
        self._settled: dict[tuple[Guard, str], Value] = {}
        self._depth = 0
        self._problems: dict[tuple[Span, str], Problem] = {}

    @property
    def problems(self) -> list[Problem]:
        """Return what was malformed, in the order in which it was met."""
        return list(self._problems.values())

    def problem(self, span: Span, message: str) -> None:
        """Note a malformed part."""
        if len(self._problems) < PROBLEM_LIMIT:
            self._problems.setdefault((span, message), Problem(span=span, message=message, fatal=not self.lenient))

    def malformed(self, span: Span, message: str) -> Unknown:
        """Note a malformed function, and return what takes its place."""
        self.problem(span, message)
        return Unknown("it is malformed", trail=(span,))

    def spend(self, steps: int) -> bool:
        """Return whether so much more work may be done for this template, and count it."""
        self.work.steps += steps
        return self.work.steps <= STEP_LIMIT

    def free_value(self, tree: Tree) -> Value:
        """Return a value for a condition: the defaults of parameters do not count, so that both ways are followed."""
        before = self._free
        self._free = True
        try:
            return self.value(tree)
        finally:
            self._free = before

    def value(self, tree: Tree) -> Value:
        """Return the value of a tree."""
        if not self.spend(1):
            return Unknown(TOO_LARGE, trail=(tree.span,))
        if isinstance(tree, Scalar) and not tree.tag:
            return self._scalar(tree)
        if self._depth > NESTING:
            return Unknown("it is nested too deeply to follow", trail=(tree.span,))
        self._depth += 1
        try:
            if tree.tag:
                return self._tagged(tree)
            if isinstance(tree, Sequence):
                return self._list(tree)
            assert isinstance(tree, TreeMapping)
            if len(tree.entries) == 1:
                name = tree.entries[0][0].value
                function = FUNCTIONS.get(name) if isinstance(name, str) else None
                if function is not None:
                    return function(self, tree.entries[0][1], tree.span)
            return self._mapping(tree)
        finally:
            self._depth -= 1

    def _scalar(self, tree: Scalar) -> Value:
        content = tree.value
        if tree.lines:
            self.lines[tree.span] = tree.lines
        elif isinstance(content, str) and "\n" in content and tree.span.line == tree.span.end_line:
            self.lines[tree.span] = escaped_lines(tree)
        if isinstance(content, str) and DYNAMIC in content:
            return self._dynamic_text(content, tree.span)
        return Known(content, (tree.span,))

    def _dynamic_text(self, text: str, span: Span) -> Value:
        """Return a text with dynamic references: each is unknown, and is never shown."""
        parts: list[Value] = []
        while True:
            before, found, rest = text.partition(DYNAMIC)
            inner, closed, after = rest.partition("}}")
            if not found or not closed:
                parts.append(Known(text, (span,)))
                break
            parts.append(Known(before, (span,)))
            service = inner.split(":", 1)[0]
            symbol = self.work.dynamic.setdefault(inner, f"dynamic reference {len(self.work.dynamic) + 1} ({service})")
            parts.append(Unknown("it is a dynamic reference, read at deployment", symbol, (span,)))
            text = after
        return concatenate(
            [part for part in parts if not (isinstance(part, Known) and part.value == "")], (span,), self.budget
        )

    def _tagged(self, tree: Tree) -> Value:
        name = tree.tag[1:]
        full = name if name in ("Ref", "Condition") else "Fn::" + name
        function = FUNCTIONS.get(full)
        if function is None:
            return self.malformed(tree.span, f"the function {tree.tag} is not one that CloudFormation has")
        return function(self, untagged(tree), tree.span)

    def _list(self, tree: Sequence) -> Value:
        items: list[Item] = []
        for member in tree.items:
            value = self.value(member)
            if isinstance(value, Choice):
                for guard, leaf in branches(value):
                    if not (isinstance(leaf, Known) and leaf.value is None):
                        items.append(Item(leaf, guard))
            elif not _is_taken_away(member, value):
                items.append(Item(value))
        return Known(Items(tuple(items)), (tree.span,))

    def _mapping(self, tree: TreeMapping) -> Value:
        values: dict[str, Value] = {}
        keys: dict[str, Span] = {}
        openness: Openness = CLOSED
        for key, member in tree.entries:
            name = str(key.value)
            if name == "Fn::Transform":
                included = FUNCTIONS[name](self, member, key.span)
                if isinstance(included, Known) and isinstance(included.value, Fields):
                    for inner, content in included.value.values.items():
                        values.setdefault(inner, content)
                        keys.setdefault(inner, included.value.keys.get(inner, key.span))
                    openness = openness or included.value.openness
                else:
                    openness = Open("a macro adds content that is not in the file", key.span)
                continue
            if name.startswith("Fn::ForEach::"):
                openness = Open("a loop that can't be followed adds content", key.span)
                continue
            value = self._document(member) if name in DOCUMENTS else self.value(member)
            if _is_taken_away(member, value):
                continue
            values[name] = value
            keys[name] = key.span
        return Known(Fields(values, keys, openness), (tree.span,))

    def _document(self, tree: Tree) -> Value:
        """Return the value of a property that may hold a document as text."""
        if isinstance(tree, TreeMapping) and len(tree.entries) != 1:
            return self.value(tree)
        # Imported when first needed: most templates write documents as mappings.
        from .embedded import document

        found = document(self, tree)
        return self.value(tree) if found is None else found

    def reference(self, name: str, span: Span) -> Value:
        """Return what ``Ref`` of a name is: a parameter's value, a pseudo parameter, or a reference to a resource."""
        if name == "AWS::NoValue":
            return Known(None, (span,))
        if name in PSEUDO:
            return self.pseudo(name, span)
        parameter = self.parameters.get(name)
        if parameter is not None:
            return through(parameter.free if self._free else self._under_assumption(parameter), span)
        found = self.resolve(name, "Ref")
        if found is not None:
            return Known(found, (span,))
        return Unknown(f"'{name}' is neither a parameter nor a resource of this template", self.scope + name, (span,))

    def pseudo(self, name: str, span: Span) -> Value:
        """Return a pseudo parameter, which may be set for the run as a parameter is."""
        given = self._given.get(name)
        if given is not None:
            return Known(parameter_text(given), (span,))
        symbol = self.scope + name if name in OF_A_STACK else name
        if not self._assumed.always and not self._free:
            asked = implied_value(symbol, self._assumed, span)
            if asked is not None:
                return asked
        return Unknown(f"{name} depends on the deployment", symbol, (span,))

    def _under_assumption(self, parameter: Parameter) -> Value:
        if self._assumed.always:
            return parameter.written
        key = (self._assumed, parameter.name)
        found = self._settled.get(key)
        if found is None:
            found = self._settled[key] = settled(parameter, self._assumed)
        return found

    def value_where(self, guard: Guard, tree: Tree) -> Value:
        """Return the value of a tree where a guard holds: parameters have no value there that the guard rules out."""
        return self.where(guard, lambda: self.value(tree))

    def where(self, guard: Guard, make: Callable[[], Value]) -> Value:
        """Return what ``make`` gives where a guard holds."""
        before = self._assumed
        try:
            self._assumed = before & guard
        except TooManyCombinations:
            return make()
        try:
            return make()
        finally:
            self._assumed = before

    def called(self, part: Reference | Environment | Unknown) -> str:
        """Return what to call something that only the deployment knows, in words that all templates of the root share."""
        if isinstance(part, Reference):
            return f"{described(part.address, self.scope)}.{part.attribute}"
        return describe_part(part)

    def called_text(self, pattern: Pattern) -> str:
        """Return how a text with holes is called. A hole that has no name is shown as ``…``."""
        return "".join(part if isinstance(part, str) else "${" + self.called(part) + "}" for part in pattern.parts)

    def attribute(self, name: str, attribute: str, span: Span) -> Value:
        """Return what ``GetAtt`` of a resource's attribute is."""
        if attribute.startswith(OUTPUTS):
            handed = self.output(name, attribute.removeprefix(OUTPUTS))
            if handed is not None:
                return through(handed, span)
        found = self.resolve(name, attribute)
        if found is not None:
            return Known(found, (span,))
        return Unknown(f"'{name}' is no resource of this template", f"{self.scope}{name}.{attribute}", (span,))

    def fields(self, tree: Tree | None, openness: Openness = CLOSED, guard: Guard = ALWAYS) -> Fields:
        """Return a mapping's fields where a guard holds; none, where there is no mapping."""
        value = self.value_where(guard, tree) if tree is not None else ABSENT
        if isinstance(value, Known):
            if isinstance(value.value, Fields):
                return value.value
            if value.value is None:
                return Fields({}, openness=openness)
        return Fields({}, openness=Open("the properties can't be known", tree.span if tree is not None else None))


def _is_taken_away(tree: Tree, value: Value) -> bool:
    """Return whether AWS::NoValue takes an entry away; a null that is written stays, as something that is not set."""
    return is_absent(value) and not (isinstance(tree, Scalar) and not tree.tag)


def escaped_lines(tree: Scalar) -> tuple[Span, ...]:
    """Return where the lines of a quoted text stand that breaks them with escapes, all in one line of its file."""
    span, source = tree.span, tree.text
    ends = [match.span() for match in re.finditer(r"\\(?:n|.)", source) if match[0] == "\\n"]
    starts = [source.find('"') + 1, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(source) - 1]
    return tuple(
        span._replace(column=span.column + start, end_column=span.column + stop)
        for start, stop in zip(starts, stops, strict=True)
    )


def untagged(tree: Tree) -> Tree:
    """Return a tree without its tag, so that the tag's function can be given its argument."""
    if isinstance(tree, Scalar):
        return Scalar(tree.value, tree.span, tree.text, "", tree.lines)
    if isinstance(tree, Sequence):
        return Sequence(tree.items, tree.span)
    return TreeMapping(tree.entries, tree.span)
