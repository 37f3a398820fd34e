"""The names that stand in a piece of code, also in quotation marks, as in ``getattr(model, "rate")``."""

import inspect
from collections.abc import Iterable, Iterator
from functools import cache
from opcode import opmap
from types import CodeType

REFLECTION = frozenset({"getattr", "vars", "__dict__"})
"""What code reaches attributes by that it does not name."""
QUOTING = REFLECTION | {"hasattr", "setattr", "delattr", "attrgetter", "methodcaller"}
"""What code names attributes to in quotation marks."""


@cache
def code_names(code: CodeType) -> frozenset[str]:
    """Return every name in a piece of code: of globals and attributes, also in functions inside it."""
    inner = [code_names(part) for part in code.co_consts if inspect.iscode(part)]
    names = frozenset(code.co_names).union(*inner)
    by_pattern = opmap["MATCH_CLASS"] in code.co_code[::2]  # case Kind(name=...)
    return names.union(quoted(code.co_consts)) if by_pattern or not QUOTING.isdisjoint(names) else names


def quoted(constants: Iterable[object]) -> Iterator[str]:
    """Yield the names in texts such as ``"layer.rate"``, also in tuples of them."""
    for constant in constants:
        if isinstance(constant, str):
            yield from filter(str.isidentifier, constant.split("."))
        elif isinstance(constant, tuple):
            yield from quoted(constant)
