"""Why a gradient or a signal gets lost: the bias, the weight or the input that does it, and what helps against that."""

import math
from collections.abc import Iterator, Sequence

from autograd.engine import Value
from autograd.graph import added_leaves
from autograd.scalar import number_of

FLAT = {"relu": 1.0, "sigmoid": 0.25, "tanh": 1.0}
"""Activations that have flat parts, with their steepest slopes."""

SATURATED = 0.01
"""An activation counts as flat where its slope is below this share of its steepest."""

SIGNAL_RATIO = 1e-3
"""A weighted sum that differs so much less between its uses than what goes in has lost it."""

MOST_LOOKED_AT = 1_000
"""How many nodes are looked at for the cause of a gradient that stops."""

BIAS = (
    "Set this bias to 0, as layers start it; a lower learning rate keeps updates from throwing it that far. Another "
    "initialisation of the weights does not help."
)
WEIGHT = "Make these weights larger: He initialisation for relu, Xavier for tanh and sigmoid."
INPUT = "Standardise the inputs, or look for what makes this number so small: a weight is multiplied by it."


def outweighing_bias(node: Value) -> Value | None:
    """Return the bias without which an activation would not be flat; None for any other reason, or none."""
    steepest = FLAT.get(node.operation.name) if node.operation else None
    (total,) = node.parents if steepest is not None and len(node.parents) == 1 else (None,)
    if total is None or node.operation is None or steepest is None:
        return None
    biases, slope = added_leaves(total), node.operation.slope_on_floats("x")
    if len(biases) != 1 or len(total.parents) < 2 or abs(slope(total.data, node.data)) >= SATURATED * steepest:
        return None
    rest = total.data - biases[0].data
    return biases[0] if abs(slope(rest, node.operation.on_floats(rest))) >= SATURATED * steepest else None


def bias_behind(stop: Value) -> Value | None:
    """Return a bias that makes an activation flat at a node, or below it where what comes in is 0 because of that."""
    stack, seen = [stop], set[Value]()
    while stack and len(seen) < MOST_LOOKED_AT:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if (bias := outweighing_bias(node)) is not None:
            return bias
        is_sum = node.operation is not None and node.operation.name in {"relu", "add", "sum"}
        stack += [parent for parent in node.parents if parent.operation and (is_sum or parent.data == 0.0)]
    return None


def advice_on_factor(node: Value, operand: str, position: int | None, *, is_leaf: bool) -> str:
    """Return what to do about the small number that a product multiplies a gradient by; nothing where it was computed.

    Args:
        node: the product, or the weighted sum.
        operand: the operand that the gradient goes to, and its position in a sequence.
        position: None for an operand that is one number.
        is_leaf: whether that operand is a leaf, such as a weight.
    """
    if node.operation is None or node.operation.name not in {"mul", "dot"}:
        return ""
    (other,) = [item for name, item in zip(node.operation.operands, node.operands, strict=True) if name != operand]
    factor = other[position or 0] if isinstance(other, tuple) else other
    if isinstance(factor, Value) and factor.operation is not None:
        return ""
    if is_leaf:
        return INPUT
    return WEIGHT if isinstance(factor, Value) else ""


def products_in(node: Value) -> Iterator[tuple[Value | float, Value | float]]:
    """Yield the factors of each product that a weighted sum adds up; nothing of anything else."""
    name = node.operation.name if node.operation else ""
    if name == "mul":
        yield node.operands[0], node.operands[1]  # type: ignore[misc]  # mul has no sequences
    elif name == "dot":
        yield from zip(*node.operands, strict=True)
    elif name in {"add", "sum"}:
        for parent in node.parents:
            yield from products_in(parent)


def lost_signals(interior: Sequence[Value]) -> Iterator[tuple[Value, Value, float, float]]:
    """Yield weighted sums that their bias outweighs, as ``(total, bias, spread out, spread in)``.

    Their uses, such as those for the samples of a batch, are recognised by the bias that they share. A sum whose inputs
    are the same in all of them has no signal to lose.
    """
    uses: dict[Value, list[tuple[Value, Value]]] = {}
    for total in interior:
        biases, rest = added_leaves(total), [parent for parent in total.parents if parent.operation is not None]
        if len(biases) == 1 and len(rest) == 1:
            uses.setdefault(biases[0], []).append((total, rest[0]))
    for bias, sums in uses.items():
        rows = [[number_of(x) for pair in products_in(rest) for x in pair] for _, rest in sums]
        if len(sums) < 2 or not rows[0] or len(set(map(len, rows))) > 1:
            continue
        coming_in = math.hypot(*map(spread, zip(*rows, strict=True)))  # weights, which are the same, add nothing
        going_out = spread([rest.data for _, rest in sums])
        if going_out < SIGNAL_RATIO * min(coming_in, abs(bias.data)):
            yield sums[0][0], bias, going_out, coming_in


def spread(numbers: Sequence[float]) -> float:
    """Return the standard deviation of numbers."""
    mean = math.fsum(numbers) / len(numbers)
    return math.hypot(*(x - mean for x in numbers)) / math.sqrt(len(numbers))
