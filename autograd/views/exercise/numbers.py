"""Numbers of its own for an exercise: round ones at which every value and derivative exists and can be told apart."""

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autograd.engine import Value
from autograd.errors import ArgumentError, AutogradError
from autograd.formulas.row import is_sequence
from autograd.graph import operands_of, sort
from autograd.views.steps.backward_pass import BackwardPass
from autograd.views.steps.steps import formulas_of

UNITS = (1.0, 0.5, 0.5, 0.25, 0.1)
"""A leaf is a small whole multiple of one of these; a draw takes one unit for all leaves."""

LARGEST = 6
"""The largest multiple."""

WORK = 4_000
"""How many nodes are computed in search of good numbers: the smaller the graph, the more draws."""

FEWEST, MOST = 8, 200
"""The bounds of the number of draws."""

PLAIN = (0.02, 50.0)
"""The sizes of a number that is easily written down with three digits."""

APART = 0.03
"""How far, in proportion, two numbers must lie apart to be told from each other with three digits."""


class Drawn(NamedTuple):
    """A graph with other numbers in its leaves."""

    loss: Value
    nodes: dict[Value, Value]
    """The node that stands for each node of the graph it was made from, leaves first."""


def drawn(loss: Value, seed: int) -> Drawn:
    """Return the graph of ``loss`` with numbers drawn from a seed; leaves that are frozen keep theirs.

    Of many draws the one is taken in which the fewest numbers are zero, huge, at a kink or too close to another number
    that a learner might give instead.

    Raises:
        ArgumentError: at no drawn numbers the graph has a value and a gradient.
    """
    leaves, interior = sort(loss)
    generator = random.Random(seed)
    best, fewest = None, None
    draws = max(FEWEST, min(MOST, WORK // (len(leaves) + len(interior))))
    for attempt in range(draws):
        numbers = dict(zip(leaves, round_numbers(leaves, generator, attempt), strict=True))
        found = rebuilt(interior, numbers)
        count = None if found is None else faults(found)
        if found is not None and count is not None and (fewest is None or count < fewest):
            best, fewest = found, count
        if fewest == 0:
            break
    if best is None:
        raise ArgumentError(
            f"None of {draws} draws of round numbers gives this graph a value and a gradient. Freeze the leaves whose "
            "numbers must stay as they are: leaf.requires_grad = False."
        )
    return best


def round_numbers(leaves: Sequence[Value], generator: random.Random, attempt: int) -> list[float]:
    """Return a number for each leaf; in every second attempt it has the sign of the leaf's own number."""
    unit = generator.choice(UNITS)
    numbers = []
    for leaf in leaves:
        size, sign = generator.randint(1, LARGEST) * unit, generator.choice((1, -1))
        if attempt % 2 and leaf.data:
            sign = 1 if leaf.data > 0 else -1
        numbers.append(round(size * sign, 2) if leaf.requires_grad else leaf.data)
    return numbers


def rebuilt(interior: Sequence[Value], numbers: Mapping[Value, float]) -> Drawn | None:
    """Return the graph of the nodes with other numbers in its leaves; None where it has no value there."""
    nodes: dict[Value, Value] = {}
    for leaf, number in numbers.items():
        nodes[leaf] = Value(number, leaf.label)
        nodes[leaf].requires_grad = leaf.requires_grad
    loss = nodes[next(reversed(nodes))]
    try:
        for node in interior:
            assert node.operation is not None
            operands = [
                tuple(nodes[each] if isinstance(each, Value) else each for each in item)
                if isinstance(item, tuple)
                else nodes[item]
                if isinstance(item, Value)
                else int(item)
                if name == "index"
                else item
                for name, item in zip(node.operation.operands, node.operands, strict=True)
            ]
            loss = nodes[node] = node.operation(*operands)
            loss.label = node.label
    except AutogradError:
        return None
    return Drawn(loss, nodes)


def faults(found: Drawn) -> int | None:
    """Return how many things would trip a learner up; None where a gradient does not exist."""
    try:
        past = BackwardPass(found.loss)
    except AutogradError:
        return None
    names = dict.fromkeys(found.nodes.values(), "")
    count = 0
    for node in past.interior:
        operands = list(dict.fromkeys(operands_of(node)))
        numbers = [float(item.data if isinstance(item, Value) else item) for item in operands]
        count += not is_plain(node.data)
        count += any(close(node.data, number) for number in numbers)
        count += any(close(one, other) for i, one in enumerate(numbers) for other in numbers[:i])
        if len(numbers) == 2 and node.operation and not any(map(is_sequence, node.operation.operands)):
            x, y = numbers
            others = [x + y, x - y, y - x, x * y, *([x / y] if y else []), *([y / x] if x else [])]
            count += sum(close(node.data, other) for other in others) > 1
        count += 10 * bool(formulas_of(node, names).conventions(""))  # at a kink the rule, not the number, is asked
    sizes = [abs(leaf.data) for leaf in past.leaves if leaf.requires_grad]
    count += len(sizes) - len(set(sizes))
    asked = [node for node in past.gradients if node.requires_grad and node is not found.loss]
    count += sum(not is_plain(past.gradients[node]) for node in asked)
    for visit in past.visits:
        for deposit in visit.deposits:
            if deposit.parent.requires_grad:
                count += close(deposit.local, deposit.incoming)
                count += deposit.before != 0.0 and close(deposit.after, deposit.amount)
    return count


def is_plain(number: float) -> bool:
    """Whether three digits write a number down without a power of ten."""
    return PLAIN[0] <= abs(number) <= PLAIN[1]


def close(one: float, other: float) -> bool:
    """Whether three digits may not tell two numbers apart."""
    return abs(one - other) <= APART * max(abs(one), abs(other))
