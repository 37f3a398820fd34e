"""Random graphs for tests: any operation of the table, shared nodes, literals, sequences; one seed, one graph."""

import random

from autograd import Value
from autograd.errors import AutogradError
from autograd.formulas.operation import OPERATIONS
from autograd.formulas.row import is_sequence


def random_graph(seed: int, size: int = 20) -> Value:
    """Return the output of a random graph of about ``size`` operations in which every number is moderate."""
    chance = random.Random(seed)
    nodes = [Value(chance.uniform(-2.0, 2.0), f"x{i}") for i in range(chance.randint(1, 4))]
    rows = [row for row in OPERATIONS.values() if not row.functions]

    def operand(name: str) -> object:
        if is_sequence(name):
            return [operand("x") for _ in range(3)]
        if name == "index":
            return chance.randrange(3)
        return chance.choice(nodes) if chance.random() < 0.8 else chance.uniform(-2.0, 2.0)

    while len(nodes) < size:
        row = chance.choice(rows)
        try:
            node = row(*[operand(name) for name in row.operands])
            if isinstance(node, Value) and abs(node.data) < 100.0:
                node.local_derivatives()
                nodes.append(node)
        except AutogradError:
            continue
    output = nodes[-1]
    for node in chance.sample(nodes, min(4, len(nodes))):
        output = output + node * chance.uniform(-1.0, 1.0)
    return output
