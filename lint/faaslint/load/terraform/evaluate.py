"""A partial evaluator of Terraform expressions: every answer is known, a choice of guarded answers, or unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from ...model.guard import ALWAYS, Guard, TooManyCombinations
from ...model.span import Span
from ...model.value import (
    ABSENT,
    Choice,
    Fields,
    Item,
    Items,
    Known,
    Leaf,
    Open,
    Openness,
    Reference,
    Unknown,
    Value,
    branches,
    choose,
    innermost,
)
from ...source import hcl_nodes as hcl
from ...source.limits import NESTING
from . import operators
from .conditions import alternatives, assumptions, guard_of
from .documents import structured_fragments
from .functions import FUNCTIONS, SPECIAL_FORMS, call_function, function_name
from .kinds import EncodedFields, EncodedItems, SetItems, spelled
from .leaves import BOUNDED, LONG_LIST, TOO_MANY, composed, failed, known, lift, provenance_of, select, text_of, unknown, via
from .resolve import apply_steps, resolve
from .scope import Scope
from .session import Fragment, Session

ELEMENTS: Final = 20_000
"""Most elements of one list or mapping that is computed (``for``, ``range``, ``concat``)."""


class Evaluator:
    """Evaluates the expressions of one root module and everything that it calls."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._readers: dict[type, Callable[[Any, Scope], Value]] = {
            hcl.Literal: self._literal,
            hcl.Template: self._template,
            hcl.Traversal: self._traversal,
            hcl.Access: self._access,
            hcl.Call: self._call,
            hcl.Conditional: self._conditional,
            hcl.Binary: self._binary,
            hcl.Unary: self._unary,
            hcl.ForTuple: self._for_tuple,
            hcl.ForObject: self._for_object,
            hcl.Tuple: self._tuple,
            hcl.Object: self._object,
            hcl.Paren: self._paren,
            hcl.Malformed: self._malformed,
        }

    def evaluate(self, expression: hcl.Expression, scope: Scope) -> Value:
        """Return what an expression is worth in a scope. Never raises."""
        session = self.session
        if session.exhausted(expression.span):
            return unknown("evaluating the module takes too many steps", expression.span)
        if session.depth >= NESTING:
            return unknown(f"expressions lead to each other more than {NESTING} deep", expression.span)
        session.depth += 1
        try:
            return self._readers[type(expression)](expression, scope)
        except TooManyCombinations:
            return unknown(TOO_MANY, expression.span)
        finally:
            session.depth -= 1

    def _literal(self, expression: hcl.Literal, scope: Scope) -> Value:
        return Known(expression.value, (expression.span,), scope.provenance)

    def _malformed(self, expression: hcl.Malformed, scope: Scope) -> Value:
        return unknown(expression.message, expression.span)

    def _paren(self, expression: hcl.Paren, scope: Scope) -> Value:
        return self.evaluate(expression.inner, scope)

    def _traversal(self, expression: hcl.Traversal, scope: Scope) -> Value:
        value, used = resolve(self, expression, scope)
        return via(apply_steps(self, value, expression.steps[used:], scope, expression.span), expression.span)

    def _access(self, expression: hcl.Access, scope: Scope) -> Value:
        source = self.evaluate(expression.source, scope)
        return via(apply_steps(self, source, expression.steps, scope, expression.span), expression.span)

    # Operators and conditionals

    def _unary(self, expression: hcl.Unary, scope: Scope) -> Value:
        operand = self.operand(expression.operand, scope)
        return lift(
            lambda leaves: operators.unary(expression.operator, leaves[0], expression.span), [operand], expression.span
        )

    def _binary(self, expression: hcl.Binary, scope: Scope) -> Value:
        values = [self.operand(expression.left, scope), self.operand(expression.right, scope)]
        result = lift(lambda leaves: operators.binary(expression.operator, leaves, expression.span), values, expression.span)
        same = isinstance(result, Known) and result.value is (expression.operator == "==")
        if same and expression.operator in ("==", "!=") and _types_may_differ(expression):
            # What is written out is a tuple or object; a list or map with the same content is not equal to it.
            return unknown("whether the types are the same is not known", expression.span)
        return result

    def operand(self, expression: hcl.Expression, scope: Scope) -> Value:
        """Return a value to compute with: an attribute of a resource is what its block sets, where that is a plain value."""
        value = self.evaluate(expression, scope)
        if isinstance(value, Known) and isinstance(value.value, Reference):
            from .resources import configured

            plain = configured(self, value.value)
            if plain is not None:
                return via(plain, expression.span)
        return value

    def _conditional(self, expression: hcl.Conditional, scope: Scope) -> Value:
        guard = guard_of(self, expression.test, scope)
        if guard.always:
            return self.evaluate(expression.when_true, scope)
        if not guard.satisfiable():
            return self.evaluate(expression.when_false, scope)
        when_true = self.evaluate(expression.when_true, scope.assuming(assumptions(self, expression.test, scope, True)))
        when_false = self.evaluate(expression.when_false, scope.assuming(assumptions(self, expression.test, scope, False)))
        return select([(guard, when_true), (~guard, when_false)], expression.span)

    # Texts

    def _template(self, expression: hcl.Template, scope: Scope) -> Value:
        parts = expression.parts
        if len(parts) == 1 and not expression.heredoc and not isinstance(parts[0], (hcl.Text, hcl.TextChoice, hcl.TextLoop)):
            # "${x}" is x itself, whatever its type.
            return via(self.evaluate(parts[0], scope), expression.span)
        return self.compose(parts, scope, expression.span)

    def compose(self, parts: Sequence[hcl.TemplatePart], scope: Scope, span: Span) -> Value:
        """Return the text (or the document, where a part of it is a structure) that template parts make."""
        chosen = alternatives(self, parts, scope)
        if chosen is not None:
            return select([(guard, self.compose(one, inner, span)) for guard, one, inner in chosen], span)
        pieces = [self._piece(part, scope) for part in parts]
        if not any(isinstance(value, Choice) for _, value in pieces):
            return self._joined([Fragment(leaf, text, at) for (text, leaf), at in _with_spans(pieces, parts)], span)

        def join(leaves: Sequence[Leaf]) -> Value:
            texts = [text for text, _ in pieces]
            spans = [part.span for part in parts]
            return self._joined([Fragment(*each) for each in zip(leaves, texts, spans, strict=True)], span)

        return via(lift(join, [value for _, value in pieces], span), span)

    def _piece(self, part: hcl.TemplatePart, scope: Scope) -> tuple[hcl.Text | None, Value]:
        if isinstance(part, hcl.Text):
            return part, Known(part.text, (part.span,), scope.provenance)
        if isinstance(part, hcl.TextChoice):
            return None, self._text_choice(part, scope)
        if isinstance(part, hcl.TextLoop):
            return None, self._text_loop(part, scope)
        return None, self.evaluate(part, scope)

    def _text_choice(self, part: hcl.TextChoice, scope: Scope) -> Value:
        guard = guard_of(self, part.test, scope)
        branch: list[tuple[Guard, Value]] = []
        if guard.satisfiable():
            branch.append((guard, self.compose(part.when_true, scope, part.span)))
        if not guard.always:
            branch.append((~guard, self.compose(part.when_false, scope, part.span)))
        return select(branch, part.span)

    def _text_loop(self, part: hcl.TextLoop, scope: Scope) -> Value:
        pairs, openness = self.pairs(self.evaluate(part.collection, scope), part.span)
        if openness is not None or not all(guard.always for guard, _, _ in pairs):
            return unknown(openness.why if openness is not None else "what the loop runs over is not certain", part.span)
        values: list[Value] = []
        for _, key, value in pairs:
            inner = scope.binding({part.value: value, **({part.key: key} if part.key else {})})
            values.append(self.compose(part.parts, inner, part.span))
        return lift(lambda leaves: self.noted(composed(leaves, part.span), part.span), values, part.span)

    def _joined(self, fragments: list[Fragment], span: Span) -> Leaf:
        self.session.spend(len(fragments) // 8)
        if any(isinstance(piece.leaf, Known) and isinstance(piece.leaf.value, (Items, Fields)) for piece in fragments):
            document = structured_fragments(fragments, span)
            if document is not None:
                return document
            fragments = [Fragment(spelled(piece.leaf), piece.text, piece.span) for piece in fragments]
            for piece in fragments:
                content = piece.leaf.value if isinstance(piece.leaf, Known) else None
                if isinstance(content, (EncodedItems, EncodedFields)):
                    return unknown("a part of the text is known only after deployment", span)
                if isinstance(content, (Items, Fields)):
                    return failed("a list or mapping stands where text is expected", span)
        if any(isinstance(piece.leaf, Known) and piece.leaf.value is None for piece in fragments):
            return failed("a null value stands inside a text", span)
        leaf = self.noted(composed([piece.leaf for piece in fragments], span), span)
        if isinstance(leaf, Known):
            self.session.layouts[span, leaf.value] = tuple(fragments)
        return leaf

    def noted(self, leaf: Leaf, span: Span) -> Leaf:
        """Return the leaf; tell the user where only a bound made it unknown, once, where that happened."""
        if isinstance(leaf, Unknown) and leaf.why in BOUNDED and leaf.trail[-1:] == (span,):
            self.session.tell(span, f"{leaf.why}; it is taken as unknown")
        return leaf

    # Collections

    def _tuple(self, expression: hcl.Tuple, scope: Scope) -> Value:
        items = Items(tuple(Item(self.evaluate(item, scope)) for item in expression.items))
        return self.sized(Known(items, (expression.span,), scope.provenance))

    def _object(self, expression: hcl.Object, scope: Scope) -> Value:
        values: dict[str, Value] = {}
        keys: dict[str, Span] = {}
        openness: Openness = None
        computed: list[tuple[Value, Value]] = []
        for key_expression, value_expression in expression.entries:
            value = self.evaluate(value_expression, scope)
            key = self.operand(key_expression, scope)
            name = text_of(key) if isinstance(key, Known) else None
            if name is None:
                openness = Open("a key is known only after deployment", key_expression.span)
                computed.append((key, value))
                continue
            values[name] = value
            keys[name] = key_expression.span
        return self.sized(Known(Fields(values, keys, openness, tuple(computed)), (expression.span,), scope.provenance))

    def sized(self, value: Known) -> Leaf:
        """Return a new list or mapping, or Unknown where it is too large."""
        if isinstance(value.value, (Items, Fields)) and self.session.too_large(value.value):
            span = value.trail[0]
            self.session.tell(span, "the value grows too large; it is taken as unknown")
            return unknown("the value is too large", span)
        return value

    def pairs(self, collection: Value, span: Span) -> tuple[list[tuple[Guard, Value, Value]], Open | None]:
        """Return the elements of a collection, each with its guard, key and value, and whether there may be more."""
        found: list[tuple[Guard, Value, Value]] = []
        openness: Open | None = None
        for guard, leaf in branches(collection):
            content = leaf.value if isinstance(leaf, Known) else None
            if isinstance(content, Items):
                openness = openness or content.openness
                certain = all(item.guard.always for item in content.items) and content.openness is None
                for index, item in enumerate(content.items):
                    if isinstance(content, SetItems):
                        key: Value = item.value
                    else:
                        key = known(index, span, [leaf]) if certain else unknown("the position is not certain", span)
                    found.append((guard & item.guard, key, item.value))
            elif isinstance(content, Fields):
                openness = openness or content.openness
                for name, value in sorted(content.values.items()):
                    where = content.keys.get(name, innermost(leaf) or span)
                    present, member = _present(value)
                    found.append((guard & present, Known(name, (where,), provenance_of([leaf])), member))
            elif isinstance(leaf, Unknown) or content is not None:
                why = leaf.why if isinstance(leaf, Unknown) else "the list is known only after deployment"
                openness = openness or Open(why, span)
            if len(found) > ELEMENTS:
                self.noted(unknown(LONG_LIST, span), span)
                return [], Open(LONG_LIST, span)
        return found, openness

    def _for_tuple(self, expression: hcl.ForTuple, scope: Scope) -> Value:
        collection = self.evaluate(expression.collection, scope)
        if _no_collection(collection):
            return failed("what the for expression runs over is no collection", expression.span)
        pairs, openness = self.pairs(collection, expression.span)
        items: list[Item] = []
        for guard, key, value in pairs:
            inner = scope.binding({expression.value: value, **({expression.key: key} if expression.key else {})})
            if expression.test is not None:
                guard = guard & guard_of(self, expression.test, inner)
            if guard.always or guard.satisfiable():
                items.append(Item(self.evaluate(expression.result, inner), guard))
        return self.sized(known(Items(tuple(items), openness), expression.span, [collection]))

    def _for_object(self, expression: hcl.ForObject, scope: Scope) -> Value:
        collection = self.evaluate(expression.collection, scope)
        if _no_collection(collection):
            return failed("what the for expression runs over is no collection", expression.span)
        pairs, openness = self.pairs(collection, expression.span)
        values: dict[str, Value] = {}
        groups: dict[str, list[Item]] = {}
        keys: dict[str, Span] = {}
        for guard, key, value in pairs:
            inner = scope.binding({expression.value: value, **({expression.key: key} if expression.key else {})})
            if expression.test is not None:
                guard = guard & guard_of(self, expression.test, inner)
            if not guard.always and not guard.satisfiable():
                continue
            result = self.evaluate(expression.result, inner)
            for key_guard, leaf in branches(self.operand(expression.result_key, inner)):
                name = text_of(leaf)
                if name is None:
                    openness = openness or Open("a key is known only after deployment", expression.result_key.span)
                    continue
                both = guard & key_guard
                keys[name] = innermost(leaf) or expression.result_key.span
                if expression.grouped:
                    groups.setdefault(name, []).append(Item(result, both))
                elif both.always:
                    if name in values:
                        return failed(f"the key '{name}' is made twice", expression.span)
                    values[name] = result
                else:
                    values[name] = choose([(both, result), (~both, values.get(name, ABSENT))])
        for name, items in groups.items():
            values[name] = known(Items(tuple(items)), expression.span, [collection])
        return self.sized(known(Fields(values, keys, openness), expression.span, [collection]))

    # Functions

    def _call(self, expression: hcl.Call, scope: Scope) -> Value:
        name = function_name(expression.name)
        special = SPECIAL_FORMS.get(name)
        if special is not None and not expression.expanded:
            return special(self, expression, scope)
        arguments = [self.operand(argument, scope) for argument in expression.arguments]
        if expression.expanded and arguments:
            spread = arguments.pop()
            pairs, openness = self.pairs(spread, expression.span)
            for guard, _, value in pairs:
                arguments.append(value if guard.always else choose([(guard, value), (~guard, ABSENT)]))
            if openness is not None:
                arguments.append(unknown(openness.why, expression.span))
        if name not in FUNCTIONS:
            what = "a function of a provider" if name.startswith("provider::") else "not evaluated here"
            return unknown(f"the function {name} is {what}", expression.span)
        return call_function(self, name, arguments, expression.span, scope)


def _types_may_differ(expression: hcl.Binary) -> bool:
    """Return whether exactly one side is a collection that is written out."""
    sides = [expression.left, expression.right]
    for place, side in enumerate(sides):
        while isinstance(side, hcl.Paren):
            side = side.inner
        sides[place] = side
    return isinstance(sides[0], (hcl.Tuple, hcl.Object)) is not isinstance(sides[1], (hcl.Tuple, hcl.Object))


def _no_collection(value: Value) -> bool:
    return isinstance(value, Known) and (value.value is None or isinstance(value.value, (str, int, float)))


def _present(value: Value) -> tuple[Guard, Value]:
    """Return when an entry of a mapping is there, and what it is then: absent branches are those without it."""
    if not isinstance(value, Choice):
        return ALWAYS, value
    there = [(guard, leaf) for guard, leaf in branches(value) if not (isinstance(leaf, Known) and leaf.value is None)]
    if not there or len(there) == len(value.branches):
        return ALWAYS, value
    present = there[0][0]
    for guard, _ in there[1:]:
        present = present | guard
    return present, choose(there, value.trail)


def _with_spans(
    pieces: Sequence[tuple[hcl.Text | None, Value]], parts: Sequence[hcl.TemplatePart]
) -> list[tuple[tuple[hcl.Text | None, Leaf], Span]]:
    return [
        ((text, value), part.span)
        for (text, value), part in zip(pieces, parts, strict=True)
        if not isinstance(value, Choice)
    ]
