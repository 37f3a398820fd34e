"""Places that a function reads beside its arguments, and how to tell quickly that nothing in them has changed."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from marshal import dumps
from operator import is_
from types import FunctionType
from typing import Any, Protocol, cast

PLAIN = (int, bool, float, complex, str, bytes, type(None))


class Watched(Protocol):
    """A place that a function reads."""

    def changed(self) -> str:
        """Return what to call the place if something else is there by now, otherwise nothing."""

    def terms(self) -> Iterator[tuple[object, ...]]:
        """Yield expressions that are true as long as nothing has changed, each with the objects in its places."""


class Names:
    """Some names in a namespace, or all: globals, or the attributes of an object or a class.

    Those that are not there are watched, too: a name that appears hides what was found under it elsewhere, such as in
    the class of an object. One that the recorded function itself adds, as what is computed once does, is no change.
    """

    def __init__(self, space: Mapping[str, object], names: AbstractSet[str] | None, what: str) -> None:
        self.space, self.names, self.what = space, names, what
        self.found = self.present()

    def present(self) -> dict[str, object]:
        """Return what is there under the names now."""
        if self.names is None:
            return dict(self.space)
        return {name: self.space[name] for name in self.names if name in self.space}

    def changed(self) -> str:
        for name, item in self.found.items():
            if not same(self.space.get(name, self), item):
                return self.what.format(name)
        return ""

    def terms(self) -> Iterator[tuple[object, ...]]:
        present = self.present()
        for name, item in present.items():
            yield "{}[{}] is {}", self.space, name, item
        if self.names is None:
            yield "len({}) == {}", self.space, len(present)
        elif len(present) < len(self.names):  # as long as no name is added at all, none of these is
            counted = len(self.space), self.space, self.names, len(present)
            yield "(len({}) == {} or len({}.keys() & {}) == {})", self.space, *counted


class Definition:
    """The code and the defaults of a function, which what reloads a module in place, for one, replaces."""

    def __init__(self, function: FunctionType) -> None:
        self.function = function
        parts = {name: getattr(function, name) for name in ("__code__", "__defaults__", "__kwdefaults__")}
        self.found = {name: item for name, item in parts.items() if item}  # where it has no defaults, none is used

    def changed(self) -> str:
        for name, item in self.found.items():
            if getattr(self.function, name) is not item:
                return f"{name!r} of {self.function.__name__}"
        return ""

    def terms(self) -> Iterator[tuple[object, ...]]:
        for name, item in self.found.items():
            yield f"{{}}.{name} is {{}}", self.function, item


class Cell:
    """A variable of an enclosing function."""

    def __init__(self, cell: object, name: str) -> None:
        self.cell, self.name = cell, name
        self.found = contents(cell)

    def changed(self) -> str:
        return "" if same(contents(self.cell), self.found) else f"the variable {self.name!r}"

    def terms(self) -> Iterator[tuple[object, ...]]:
        yield "{}.cell_contents is {}", self.cell, self.found


class Elements:
    """The elements of a list or a dictionary, or the state of something else, as a list."""

    def __init__(self, holder: object, read: Callable[[object], list[object]], name: str) -> None:
        self.holder, self.read, self.name = holder, read, name
        self.found = list(read(holder))

    def changed(self) -> str:
        items = self.read(self.holder)
        if len(items) == len(self.found) and (all(map(is_, items, self.found)) or all(map(same, items, self.found))):
            return ""
        return self.name

    def terms(self) -> Iterator[tuple[object, ...]]:
        yield "not {}()", self.changed


class Nested:
    """A list with everything in it, and in the lists and tuples inside it."""

    def __init__(self, holder: list[object], name: str) -> None:
        self.holder, self.name = holder, name
        self.leaves: list[object] = []
        self.found = self.copied(holder)

    def copied(self, item: object) -> object:
        if isinstance(item, list | tuple) and item.__class__ in {list, tuple}:
            return item.__class__(map(self.copied, item))
        self.leaves.append(item)
        return item

    def changed(self) -> str:
        return "" if alike(self.holder, self.found) else self.name

    def terms(self) -> Iterator[tuple[object, ...]]:
        if all(cast("object", kind.__eq__) is object.__eq__ for kind in set(map(type, self.leaves))):
            yield "{} == {}", self.holder, self.found  # compares what is in them by identity, at the speed of C
        else:
            yield "not {}()", self.changed


def data_of(holder: object) -> bytes:
    """Return plain data as bytes, every float bit by bit; version 2 never refers back to what it wrote before."""
    return cast("Callable[[object, int], bytes]", dumps)(holder, 2)


class Data:
    """A list or a dictionary that holds plain numbers and texts alone, however deep, compared as the bytes of them.

    Floats other than 0 alone are compared by value, which is quicker: two that are equal have the same bits, and what
    else equals one, such as an int, is the same number to a program.
    """

    def __init__(self, holder: object, name: str) -> None:
        self.holder, self.name = holder, name
        self.found = data_of(holder)

    def changed(self) -> str:
        try:
            return "" if data_of(self.holder) == self.found else self.name
        except ValueError:  # something else is in it by now
            return self.name

    def terms(self) -> Iterator[tuple[object, ...]]:
        if self.holder.__class__ is list:
            nested = Nested(cast("list[object]", self.holder), self.name)
            if set(map(type, nested.leaves)) == {float} and 0.0 not in nested.leaves:  # which -0.0 is equal to
                yield "{} == {}", self.holder, nested.found
                return
        yield "{}({}) == {}", data_of, self.holder, self.found


def is_plain(item: object, depth: int = 0) -> bool:
    """Whether something consists of plain numbers and texts alone."""
    if isinstance(item, dict) and item.__class__ is dict:
        return all(map(is_plain, item)) and is_plain([*item.values()], depth)
    if isinstance(item, list | tuple) and item.__class__ in {list, tuple}:
        return depth < DEEP and all(is_plain(each, depth + 1) for each in item)
    return item.__class__ in PLAIN


def is_deep(item: object, depth: int = 0) -> bool:
    """Whether lists and tuples are nested deeper than anybody nests data, perhaps a list that is inside itself."""
    return item.__class__ in {list, tuple} and (
        depth == DEEP or any(is_deep(each, depth + 1) for each in cast("list[object]", item))
    )


DEEP = 32


@lru_cache(maxsize=64)
def check_for(terms: tuple[str, ...]) -> Callable[..., Callable[[], bool]]:
    """Return a function that puts objects into the places of terms, as a check whether all of them are true."""
    numbers = itertools.count()
    parts = [re.sub("{}", lambda _: f"x{next(numbers)}", term) for term in terms]
    given = ", ".join(f"x{i}" for i in range(next(numbers)))
    return cast(
        "Callable[..., Callable[[], bool]]",
        eval(f"lambda {given}: lambda: {' and '.join(parts) or True}"),  # made of the expressions above alone
    )


def contents(cell: object) -> object:
    """Return what a variable of an enclosing function holds; the cell itself if it holds nothing yet."""
    try:
        return cast("object", cell.cell_contents)  # type: ignore[attr-defined]  # a cell
    except ValueError:
        return cell


def same(item: object, other: object) -> bool:
    """Whether two objects are one, or plain numbers or texts of the same type and bits."""
    return item is other or (
        item.__class__ is other.__class__ and isinstance(item, PLAIN) and repr(item) == repr(other)
    )


def alike(item: object, other: object) -> bool:
    """Whether two objects are the same, or lists or tuples of the same."""
    if isinstance(item, list | tuple) and item.__class__ is other.__class__:
        others = cast("list[object]", other)
        return len(item) == len(others) and all(map(alike, item, others))
    return same(item, other)


def as_list(item: object) -> list[object]:
    """Return what is in a list."""
    return list(cast("list[object]", item))


def keys_and_items(item: object) -> list[object]:
    """Return what is in a dictionary."""
    entries = cast("dict[object, object]", item)
    return [*entries, *entries.values()]


def attribute_of(name: str, item: object) -> list[object]:
    """Return an attribute that has a slot."""
    return [getattr(item, name, None)]


def numbers_of(item: Any) -> list[object]:
    """Return the numbers in an array, a tensor, or the columns of a table, bit by bit, with their shape."""
    if hasattr(item, "tobytes"):  # an array of NumPy
        return [item.tobytes(), *item.shape]
    if hasattr(item, "columns"):  # a table
        return [part for _, column in item.items() for part in numbers_of(column)]
    if hasattr(item, "requires_grad"):  # a tensor
        item = item.detach().cpu()
    held = item.__array__()
    return [] if held.dtype.hasobject else [held.tobytes(), *held.shape]
