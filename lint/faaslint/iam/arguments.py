"""From the arguments of an SDK call to the ARN of what it works on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final, NamedTuple

from ..model.guard import ALWAYS, Guard
from ..model.read import elements, entry
from ..model.value import (
    CLOSED,
    Environment,
    Fields,
    Items,
    Known,
    Leaf,
    Pattern,
    Reference,
    Unknown,
    Value,
    branches,
    join_text,
)

HOLES: Final[Mapping[str, Unknown]] = {
    "partition": Unknown("the partition depends on the deployment", "AWS::Partition"),
    "region": Unknown("the region depends on the deployment", "AWS::Region"),
    "account": Unknown("the account depends on the deployment", "AWS::AccountId"),
    "any": Unknown("any name"),
}
NAMES: Final = frozenset({"name", "bucket", "function_name", "QueueName", "TableName", "TopicName", "Name"})
"""Attributes of a reference that are names. Whether ``Ref`` and ``id`` are, depends on the resource."""

REF_IS_NAME: Final = frozenset({"TableName", "RequestItems", "Bucket", "StreamName", "DeliveryStreamName", "LogGroupName"})
"""Arguments whose resource has its name as ``Ref`` and ``id``."""

MOST_RESOURCES: Final = 32
"""Most resources that one call is said to name."""


class Named(NamedTuple):
    """One resource that a call names, and when."""

    guard: Guard
    resource: Leaf


class Unnamed(Exception):
    """The arguments name a resource, but nobody can say which."""


def resources_of(template: str, arguments: Mapping[str, Value]) -> tuple[Named, ...] | None:
    """Fill in the ARN of a template (see ``data/sdk_resources.json``).

    None where an argument of the template is not given; no element where it is given and does not name anything that an
    ARN could be built for.
    """
    found: list[Named] = [Named(ALWAYS, Known(""))]
    for kind, part in _take_apart(template):
        if kind == "text":
            following: list[tuple[Guard, Leaf]] = [(ALWAYS, Known(part))]
        elif kind == "hole":
            following = [(ALWAYS, HOLES[part])]
        else:
            path, _, reading = part.partition(":")
            leaves = list(islice(lookup(arguments, path), MOST_RESOURCES + 1))
            if not leaves and reading == "bus" and path.split("[")[0] in arguments:
                leaves = [(ALWAYS, Known("default"))]
            if not leaves:
                return None
            try:
                following = [(guard, _read(leaf, reading, path, arguments)) for guard, leaf in leaves]
            except Unnamed:
                return ()
        found = [
            Named(both, _append(before.resource, leaf))
            for before in found
            for guard, leaf in following
            if (both := before.guard & guard).satisfiable()
        ]
        if len(found) > MOST_RESOURCES:
            return ()
    return tuple(found)


def _append(before: Leaf, part: Leaf) -> Leaf:
    """A part that is an ARN itself takes the place of what stands before it."""
    return part if is_arn(part) else join_text((before, part))


def _take_apart(template: str) -> Iterator[tuple[str, str]]:
    text = ""
    position = 0
    while position < len(template):
        character = template[position]
        if character in "<{":
            yield "text", text
            text = ""
            end = template.index(">" if character == "<" else "}", position)
            # RequestItems{} has braces of its own.
            while character == "{" and template[end + 1 : end + 2] == "}":
                end += 1
            yield ("hole" if character == "<" else "argument"), template[position + 1 : end]
            position = end + 1
        else:
            text += character
            position += 1
    yield "text", text


def lookup(arguments: Mapping[str, Value], path: str) -> Iterator[tuple[Guard, Leaf]]:
    """Yield what stands at a path: ``A``, ``A.B``, ``A[].B`` (B of each element of A), ``A{}`` (each key of A).

    What is absent is not yielded; a part that is unknown gives one Unknown.
    """
    first, *others = path.split(".")
    value = arguments.get(first.rstrip("[]{}"))
    if value is None:
        return
    pending: list[tuple[Guard, Value]] = [(ALWAYS, value)]
    for number, step in enumerate([first, *others]):
        name = step.rstrip("[]{}")
        following: list[tuple[Guard, Value]] = []
        for guard, content in pending:
            here = content if number == 0 else entry(content, name)
            if step.endswith("[]"):
                following += [(guard & inner, leaf) for inner, leaf in islice(elements(here), MOST_RESOURCES + 1)]
                if isinstance(here, Known) and isinstance(here.value, Items) and here.value.openness is not CLOSED:
                    following.append((guard, Unknown(here.value.openness.why)))
            elif step.endswith("{}"):
                following += _keys(guard, here)
            else:
                following.append((guard, here))
        pending = following
    for guard, content in pending:
        for inner, leaf in branches(content):
            both = guard & inner
            if both.satisfiable() and not (isinstance(leaf, Known) and leaf.value is None):
                yield both, leaf


def _keys(guard: Guard, value: Value) -> list[tuple[Guard, Value]]:
    found: list[tuple[Guard, Value]] = []
    for inner, leaf in branches(value):
        if isinstance(leaf, Known) and isinstance(leaf.value, Fields):
            found += [(guard & inner, Known(key)) for key in leaf.value.values]
            if leaf.value.openness is not CLOSED:
                found.append((guard & inner, Unknown(leaf.value.openness.why)))
        else:
            found.append((guard & inner, leaf if isinstance(leaf, Unknown) else Unknown("a mapping is expected here")))
    return found


def is_arn(leaf: Leaf) -> bool:
    """Return whether a leaf certainly is an ARN: by its text, or by the name of the attribute that it refers to."""
    if isinstance(leaf, Unknown):
        return False
    content = leaf.value
    if isinstance(content, Pattern):
        first = content.parts[0]
        return isinstance(first, str) and first.startswith("arn:")
    if isinstance(content, Reference):
        return content.attribute.lower().endswith("arn")
    return isinstance(content, str) and content.startswith("arn:")


def _read(leaf: Leaf, reading: str, path: str, arguments: Mapping[str, Value]) -> Leaf:
    leaf = _without_environment(leaf)
    if reading == "queue":
        return _queue(leaf)
    if reading == "function":
        return _function(leaf, arguments)
    if reading == "secret":
        return _secret(leaf)
    if reading == "copy":
        return _copy_source(leaf)
    if reading == "key":
        return _key(leaf)
    if reading in ("parameter", "path"):
        return _parameter(leaf, whole_path=reading == "path")
    if reading == "arn":
        if isinstance(leaf, Known) and isinstance(leaf.value, str) and not is_arn(leaf):
            raise Unnamed
        return leaf
    if is_arn(leaf):
        if reading == "name":
            raise Unnamed
        return leaf
    return _name(leaf, path.split(".")[0].rstrip("[]{}"))


def _without_environment(leaf: Leaf) -> Leaf:
    """An environment variable whose content nobody has filled in may hold a name as well as an ARN."""
    if isinstance(leaf, Known):
        if isinstance(leaf.value, Environment):
            return Unknown("the environment variable is not known", f"environment:{leaf.value.name}", leaf.trail)
        if isinstance(leaf.value, Pattern):
            return join_text(
                _without_environment(Known(part)) if isinstance(part, Environment) else _leaf(part)
                for part in leaf.value.parts
            )
    return leaf


def _leaf(part: str | Reference | Environment | Unknown) -> Leaf:
    return part if isinstance(part, Unknown) else Known(part)


def _name(leaf: Leaf, argument: str) -> Leaf:
    """A name, as far as it surely is one: a reference of which that is not known becomes a hole."""
    if isinstance(leaf, Unknown):
        return leaf
    content = leaf.value
    if isinstance(content, Reference):
        if content.attribute in NAMES or (content.attribute in ("Ref", "id") and argument in REF_IS_NAME):
            return leaf
        return Unknown("a name or an ARN", f"{content.address}.{content.attribute}", leaf.trail)
    if isinstance(content, (str, int, Pattern)) and not isinstance(content, bool):
        return leaf
    raise Unnamed


def _with(prefix: str, *parts: Leaf) -> Leaf:
    """Return ``arn:<partition>:…`` with known parts after a prefix in the language of the templates."""
    before = [HOLES[part] if kind == "hole" else Known(part) for kind, part in _take_apart(prefix)]
    return join_text((*before, *parts))


def _queue(leaf: Leaf) -> Leaf:
    """A queue's URL ends in its account and name. A reference stands for the queue, whatever attribute it is."""
    if isinstance(leaf, Unknown) or is_arn(leaf) or isinstance(leaf.value, Reference):
        return leaf
    if isinstance(leaf.value, str):
        parts = leaf.value.split("/")
        host = parts[2].split(".") if len(parts) == 5 and parts[0] in ("https:", "http:") else []
        if not parts[-1]:
            raise Unnamed
        if len(host) >= 4 and host[0] == "sqs":
            return _with("arn:<partition>:sqs:", Known(f"{host[1]}:{parts[3]}:{parts[4]}"))
        return _with("arn:<partition>:sqs:<region>:<account>:", Known(parts[-1]))
    if isinstance(leaf.value, Pattern):
        return _with("arn:<partition>:sqs:<region>:<account>:", *_last_segment(leaf.value))
    raise Unnamed


def _last_segment(pattern: Pattern) -> list[Leaf]:
    """Return the parts after the last slash; without one in sight there is no telling where the name begins."""
    found: list[Leaf] = []
    for part in reversed(pattern.parts):
        if isinstance(part, str) and "/" in part:
            return [Known(part.rpartition("/")[2]), *found]
        found.insert(0, _leaf(part))
    raise Unnamed


def _function(leaf: Leaf, arguments: Mapping[str, Value]) -> Leaf:
    qualifiers = list(lookup(arguments, "Qualifier"))
    if any(not guard.always for guard, _ in qualifiers):
        raise Unnamed
    suffix: tuple[Leaf, ...] = (Known(":"), qualifiers[0][1]) if qualifiers else ()
    if is_arn(leaf):
        return join_text((leaf, *suffix)) if suffix else leaf
    if isinstance(leaf, Known) and isinstance(leaf.value, str):
        parts = leaf.value.split(":")
        if len(parts) >= 3 and parts[1] == "function":
            return _with("arn:<partition>:lambda:<region>:", Known(leaf.value), *suffix)
    return _with("arn:<partition>:lambda:<region>:<account>:function:", _name(leaf, "FunctionName"), *suffix)


def _secret(leaf: Leaf) -> Leaf:
    """The ARN of a secret ends in six characters that its name does not have. A reference to a secret is its ARN."""
    if isinstance(leaf, Unknown) or is_arn(leaf) or isinstance(leaf.value, Reference):
        return leaf
    if isinstance(leaf.value, (str, Pattern)):
        return _with("arn:<partition>:secretsmanager:<region>:<account>:secret:", leaf, Known("-??????"))
    raise Unnamed


def _parameter(leaf: Leaf, *, whole_path: bool) -> Leaf:
    """A parameter's name may begin with a slash, of which its ARN has only one."""
    if is_arn(leaf):
        return leaf
    content = leaf.value if isinstance(leaf, Known) else None
    rest = (Known("*"),) if whole_path else ()
    start = "arn:<partition>:ssm:<region>:<account>:parameter"
    if isinstance(content, str):
        return _with(start, Known(f"/{content.lstrip('/')}"), *rest)
    if isinstance(content, Pattern) and isinstance(content.parts[0], str):
        parts = [_leaf(part) for part in content.parts[1:]]
        return _with(start, Known(f"/{content.parts[0].lstrip('/')}"), *parts, *rest)
    # Whether a slash follows is not known; "any" covers it.
    return _with(start, HOLES["any"], *rest)


def _copy_source(leaf: Leaf) -> Leaf:
    if isinstance(leaf, Known):
        if isinstance(leaf.value, Fields):
            bucket, key = leaf.value.get("Bucket"), leaf.value.get("Key")
            if isinstance(bucket, (Known, Unknown)) and isinstance(key, (Known, Unknown)) and not is_arn(bucket):
                return _with(
                    "arn:<partition>:s3:::",
                    _name(_without_environment(bucket), "Bucket"),
                    Known("/"),
                    _without_environment(key),
                )
        elif isinstance(leaf.value, (str, Pattern)) and not is_arn(leaf):
            return _with("arn:<partition>:s3:::", Known(leaf.value.lstrip("/")) if isinstance(leaf.value, str) else leaf)
    raise Unnamed


def _key(leaf: Leaf) -> Leaf:
    """A key's id or ARN. An alias is granted by the ARN of its key, which the call does not say."""
    if isinstance(leaf, Unknown):
        return leaf
    content = leaf.value
    if isinstance(content, str):
        if content.startswith("alias/") or ":alias/" in content:
            raise Unnamed
        return leaf if is_arn(leaf) else _with("arn:<partition>:kms:<region>:<account>:key/", leaf)
    if isinstance(content, Reference):
        return leaf if is_arn(leaf) else Unknown("a key's id or alias", f"{content.address}.{content.attribute}", leaf.trail)
    raise Unnamed
