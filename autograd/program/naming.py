"""Names for the leaves of a program: what the user calls them, where that makes a name."""

import keyword
import re
from collections.abc import Collection
from typing import cast

from autograd.gradients.arguments import Shape


def flat_names(shape: Shape, name: str) -> list[str]:
    """Return a name for every number of an argument: ``xs[0]``, ``point.a``, or the argument's own.

    Example:
        >>> flat_names(("list", 2), "xs")
        ['xs[0]', 'xs[1]']
    """
    kind, *rest = shape
    if kind == "number":
        return [name]
    if kind == "dict":
        entries = cast("list[tuple[object, Shape]]", rest)
        return [each for key, item in entries for each in flat_names(item, f"{name}.{key}")]
    if kind == "array":
        first, *others = cast("list[int]", rest)
        inner: Shape = ("array", *others) if others else ("number",)
        return [each for i in range(first) for each in flat_names(inner, f"{name}[{i}]")]
    if kind == "rows":
        _, _, count, length = rest
        return [f"{name}[{i}][{j}]" for i in range(cast("int", count)) for j in range(cast("int", length))]
    if len(rest) == 1 and isinstance(rest[0], int):
        return [f"{name}[{i}]" for i in range(rest[0])]
    return [each for i, item in enumerate(rest) for each in flat_names(cast("Shape", item), f"{name}[{i}]")]


def identifiers(labels: "dict[int, str]", taken: Collection[str]) -> dict[int, str]:
    """Return a Python name for each label that makes one of its own.

    Example:
        >>> identifiers({0: "w[0][1]", 1: "b", 2: "", 3: "b", 4: "if"}, taken=())
        {0: 'w_0_1'}
    """
    names = {number: re.sub(r"\W+", "_", label).strip("_") for number, label in labels.items()}
    seen: dict[str, int] = {}
    for name in names.values():
        seen[name] = seen.get(name, 0) + 1
    return {
        number: name
        for number, name in names.items()
        if seen[name] == 1 and name.isidentifier() and name.isascii() and not keyword.iskeyword(name)
        if name not in taken and not re.fullmatch(r"[vdspxrc]\d+|[ds]_\w+|total|leaves|seeds", name)
    }


def stem(label: str, otherwise: str) -> str:
    """Return the word a label starts with, for a whole row of numbers: ``weight[0][1]`` gives ``weight``.

    Example:
        >>> stem("weight[0][1]", "parameter"), stem("w12", "parameter"), stem("", "parameter")
        ('weight', 'w', 'parameter')
    """
    found = re.match(r"[A-Za-z][A-Za-z_]*", label)
    return found.group().rstrip("_") if found and not keyword.iskeyword(found.group()) else otherwise
