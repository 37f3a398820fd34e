"""The structures of nested arguments: what is left of lists, tuples and the like when their numbers are taken out.

A structure can be a key of a dictionary, it puts numbers together again, and it names their places. The classes are
named tuples, which hash and compare at the speed of C; no two kinds of them can be equal, because they differ in
length or in the type of what they hold.
"""

from typing import NamedTuple, TypeAlias, cast

from autograd.gradients.supplies import Supply

Sequential: TypeAlias = "type[list[object]] | type[tuple[object, ...]]"


class Number(NamedTuple):
    """The structure of a single number."""

    def build(self, numbers: Supply) -> object:
        return numbers.one()

    def names(self, name: str) -> list[str]:
        return [name]


class Vector(NamedTuple):
    """A list or a tuple of ``length`` plain numbers."""

    kind: Sequential
    length: int

    def build(self, numbers: Supply) -> object:
        items = numbers.several(self.length)
        return items if self.kind is list else tuple(items)

    def names(self, name: str) -> list[str]:
        """Name every number: ``xs[0]``, ``xs[1]``, ..."""
        return [f"{name}[{i}]" for i in range(self.length)]


class Matrix(NamedTuple):
    """A list or a tuple of as many ``rows``, each a list or a tuple of ``length`` plain numbers."""

    kind: Sequential
    inner: Sequential
    rows: int
    length: int

    def build(self, numbers: Supply) -> object:
        return Items(self.kind, (Vector(self.inner, self.length),) * self.rows).build(numbers)

    def names(self, name: str) -> list[str]:
        """Name every number: ``xs[0][0]``, ``xs[0][1]``, ..."""
        return [f"{name}[{i}][{j}]" for i in range(self.rows) for j in range(self.length)]


class Items(NamedTuple):
    """A list or a tuple of anything."""

    kind: Sequential
    items: "tuple[Shape, ...]"

    def build(self, numbers: Supply) -> object:
        items = [item.build(numbers) for item in self.items]
        return items if self.kind is list else tuple(items)

    def names(self, name: str) -> list[str]:
        return [each for i, item in enumerate(self.items) for each in item.names(f"{name}[{i}]")]


class Entries(NamedTuple):
    """A dictionary; the order of its keys is part of the structure."""

    entries: "tuple[tuple[object, Shape], ...]"

    def build(self, numbers: Supply) -> object:
        return {key: item.build(numbers) for key, item in self.entries}

    def names(self, name: str) -> list[str]:
        """Name every number, in each entry after its key: ``point.x``."""
        return [each for key, item in self.entries for each in item.names(f"{name}.{key}" if name else str(key))]


class Fields(NamedTuple):
    """A named tuple or a dataclass, with what each of its fields holds.

    It is put together without its ``__init__``: what that checks or computes has been done once already.
    """

    kind: type
    fields: "tuple[tuple[str, Shape], ...]"

    def build(self, numbers: Supply) -> object:
        items = {name: item.build(numbers) for name, item in self.fields}
        if issubclass(self.kind, tuple):
            return cast("object", tuple.__new__(self.kind, items.values()))
        made = object.__new__(self.kind)
        for name, item in items.items():
            object.__setattr__(made, name, item)  # also where the class is frozen
        return made

    def names(self, name: str) -> list[str]:
        """Name every number, in each field after its name: ``point.x``."""
        return Entries(self.fields).names(name)


class Nothing(NamedTuple):
    """The structure of None, which holds no numbers."""

    kind: type[None] = type(None)

    def build(self, numbers: Supply) -> object:
        return None

    def names(self, name: str) -> list[str]:
        return []


class Array(NamedTuple):
    """A NumPy array of these dimensions."""

    dimensions: tuple[int, ...]

    def build(self, numbers: Supply) -> object:
        """Return the next numbers as an array, or as nested lists where they come one by one."""
        return numbers.array(self.dimensions)

    def names(self, name: str) -> list[str]:
        """Name every number: ``xs[0][0]``, ``xs[0][1]``, ..."""
        first, *others = self.dimensions
        inner: Shape = Array(tuple(others)) if others else NUMBER
        return [each for i in range(first) for each in inner.names(f"{name}[{i}]")]


Shape: TypeAlias = Number | Vector | Matrix | Items | Entries | Fields | Nothing | Array
"""The structure of an argument with its numbers taken out; equal structures compare and hash equal."""

NUMBER = Number()
NO_ENTRIES = Entries(())
NOTHING = Nothing()
