"""Classes of plain fields with slots: what ``dataclasses`` offers, at a tenth of the cost of declaring one.

A run declares some two hundred such classes and makes instances of half of them. ``dataclasses`` writes and compiles five
methods for each at import and imports ``inspect`` for it, which was a sixth of the CPU time of a whole run. Here the
constructor is compiled when the first instance is made, and the other methods are shared. A type checker sees a dataclass.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final, TypeVar, dataclass_transform, overload

C = TypeVar("C", bound=type)
T = TypeVar("T")

_MISSING: Final[Any] = object()


class Field:
    """How a field is declared where its name and type don't say it all."""

    __slots__ = ("compare", "default", "default_factory")

    def __init__(self, default: Any, default_factory: Callable[[], Any] | None, compare: bool) -> None:
        self.default = default
        self.default_factory = default_factory
        self.compare = compare


def field(*, default: Any = _MISSING, default_factory: Callable[[], Any] | None = None, compare: bool = True) -> Any:
    """Declare a field's default, a function that makes one for each instance, or that it does not count in ``==``."""
    return Field(default, default_factory, compare)


@overload
def record(declared: C, /) -> C: ...
@overload
def record(*, frozen: bool = True, eq: bool = True, kw_only: bool = False) -> Callable[[C], C]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(
    declared: C | None = None, /, *, frozen: bool = True, eq: bool = True, kw_only: bool = False
) -> C | Callable[[C], C]:
    """Make a class of annotated fields a record: slots, a constructor, ``==`` and ``hash`` by content, a ``repr``.

    A ``frozen`` record is never changed after it is made: the type checker sees to that, so that no instance pays for it
    at run time. One that is not frozen has no hash. With ``eq=False`` an instance equals only itself. With ``kw_only`` the
    constructor takes names only. Fields of a base record come first.
    """
    if declared is None:
        return lambda one: _made(one, frozen, eq, kw_only)
    return _made(declared, frozen, eq, kw_only)


def _made(declared: C, frozen: bool, eq: bool, kw_only: bool) -> C:
    content = dict(declared.__dict__)
    fields: dict[str, Field] = {}
    for base in reversed(declared.__mro__[1:]):
        fields.update(base.__dict__.get("__record_fields__", {}))
    own: list[str] = []
    for name, annotation in content.get("__annotations__", {}).items():
        if annotation.startswith("ClassVar"):
            continue
        default = content.pop(name, _MISSING)
        if name not in fields:
            own.append(name)
        fields[name] = default if isinstance(default, Field) else Field(default, None, True)
    content.pop("__dict__", None)
    content.pop("__weakref__", None)
    content["__slots__"] = tuple(own)
    content["__record_fields__"] = fields
    content["__match_args__"] = tuple(fields)
    if eq and "__eq__" not in content:
        content["__eq__"], content["__hash__"] = _by_content(fields, frozen)
    if "__repr__" not in content and not any("__repr__" in base.__dict__ for base in declared.__mro__[1:-1]):
        content["__repr__"] = _repr
    if "__init__" not in content:
        content["__init__"] = _first_init(fields, kw_only, hasattr(declared, "__post_init__"))
    made: C = type(declared)(declared.__name__, declared.__bases__, content)
    return made


def _by_content(fields: dict[str, Field], frozen: bool) -> tuple[Callable[[Any, object], bool], Callable[[Any], int] | None]:
    compared = [name for name, one in fields.items() if one.compare]
    content_of: Callable[[Any], object] = attrgetter(*compared) if compared else lambda record: ()

    def equals(self: Any, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return False
        return self is other or bool(content_of(self) == content_of(other))

    def hash_of(self: Any) -> int:
        return hash(content_of(self))

    return equals, hash_of if frozen else None


def _repr(self: Any) -> str:
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in field_names(type(self)))})"


def _first_init(fields: dict[str, Field], kw_only: bool, finishes: bool) -> Callable[..., None]:
    """Return a constructor that, when first called, compiles the real one and puts it in its own place."""

    def __init__(self: Any, *values: Any, **named: Any) -> None:
        real = _compiled_init(fields, kw_only, finishes)
        owner: Any
        for owner in type(self).__mro__:
            if owner.__dict__.get("__init__") is __init__:
                owner.__init__ = real
        real(self, *values, **named)

    return __init__


def _compiled_init(fields: dict[str, Field], kw_only: bool, finishes: bool) -> Callable[..., None]:
    names: dict[str, Any] = {"_MISSING": _MISSING}
    parameters = ["self", "*"] if kw_only else ["self"]
    body: list[str] = []
    for name, one in fields.items():
        value = name
        if one.default_factory is not None:
            names[f"_make_{name}"] = one.default_factory
            parameters.append(f"{name}=_MISSING")
            value = f"_make_{name}() if {name} is _MISSING else {name}"
        elif one.default is not _MISSING:
            names[f"_default_{name}"] = one.default
            parameters.append(f"{name}=_default_{name}")
        else:
            parameters.append(name)
        body.append(f" self.{name} = {value}")
    if finishes:
        body.append(" self.__post_init__()")
    exec(f"def __init__({', '.join(parameters)}):\n" + ("\n".join(body) or " pass"), names)
    made: Callable[..., None] = names["__init__"]
    return made


def field_names(declared: type) -> tuple[str, ...]:
    """Return the names of a record's fields, in the order of its constructor. Raises AttributeError for another class."""
    return tuple(declared.__record_fields__)  # type: ignore[attr-defined]  # every record has it


def replace(original: T, /, **changes: Any) -> T:
    """Return a copy of a record with other values in some fields. Raises TypeError for a name that is no field."""
    values = {name: getattr(original, name) for name in field_names(type(original))}
    values.update(changes)
    return type(original)(**values)
