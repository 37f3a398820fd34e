"""Names for the leaves of a program: what the user calls them, where that makes a name."""

import keyword
import re
from collections.abc import Collection


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
