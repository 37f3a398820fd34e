"""Freeing graphs of any depth where the interpreter itself would recurse over them.

When the last reference to a node goes, its operands go, then theirs, and so on. Natively, CPython does that without
recursion. In WebAssembly it cannot tell how much of the browser's stack is left and overflows it after a few thousand
nodes, so there a node hands its operands over to a list, which is emptied by the node that was freed first.
"""

import sys
from typing import Any

from autograd.engine import Value

_waiting: list[Any] = []
"""Operands whose node is gone, above a None as long as they are being freed; there is one thread."""


def hand_over_operands(node: Value) -> None:
    """Free what a node was computed from, or leave that to the call of this function that is already doing it."""
    try:
        operands = [node._left, node._right, node._rule]  # a rule of the user's own may hold operands, too
    except AttributeError:  # the node was never finished, because its number was refused
        return
    if operands[0] is None:
        return
    node._left = node._right = node._rule = None
    if _waiting:
        _waiting.append(operands)
        return
    _waiting.append(None)
    try:
        operands.clear()
        while len(_waiting) > 1:
            _waiting.pop()
    finally:
        _waiting.clear()


if sys.platform in {"emscripten", "wasi"}:  # elsewhere it would only cost time
    Value.__del__ = hand_over_operands  # type: ignore[attr-defined]  # Value has none of its own
