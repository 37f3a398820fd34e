"""Random functions of many numbers to test the compiler with: rows, matrices, windows, attention, or no pattern.

One seed, one function. It draws the same steps each time it is called, so it can be run on Values, recorded, and
exported; every number in it is moderate, and no step depends on a number.
"""

import itertools
import random

import autograd
from autograd import Value

UNARY = [
    *[autograd.tanh, autograd.sigmoid, autograd.relu, autograd.softplus, autograd.gelu, autograd.silu, autograd.sin],
    *[autograd.cos, autograd.atan, autograd.erf, abs, autograd.neg],
    lambda x: autograd.elu(x, 0.7),
    lambda x: autograd.leaky_relu(x, 0.2),
    lambda x: autograd.clamp(x, -1, 1.5),
    lambda x: x**2,
    lambda x: x**3,
    lambda x: autograd.exp(autograd.minimum(x, 1.0)),
    lambda x: autograd.log1p(x * x),
    lambda x: autograd.sqrt(x * x + 1),
    lambda x: (x * x + 0.5) ** 0.5,
    lambda x: x * 2,
    lambda x: 3 - x,
    lambda x: x + 0.0,
    lambda x: x * 1,
    lambda x: x / 4,
    lambda x: 1 / (2 + x * x),
    lambda x: (x * x + 1) ** -1,
    lambda x: 2 ** autograd.tanh(x),
    lambda x: x.detach() * x if isinstance(x, Value) else x * x,
    lambda x: autograd.sign(x) * x,
]
BINARY = [
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: a - b,
    lambda a, b: a / (1 + b * b),
    autograd.maximum,
    autograd.minimum,
    lambda a, b: autograd.where(a, b, a * b),
    lambda a, b: (a * a + 0.5) ** autograd.tanh(b),
    lambda a, b: autograd.clamp(a, autograd.minimum(b, 0.0), 2.0),
]
NARY = [
    *[autograd.sum, autograd.mean, autograd.max, autograd.min, autograd.logsumexp, sum],
    lambda xs: autograd.prod([autograd.tanh(x) for x in xs]),
    lambda xs: autograd.softmax(xs)[0],
    lambda xs: autograd.log_softmax(xs)[-1],
    lambda xs: autograd.dot(xs, xs[::-1]),
    lambda xs: autograd.dot(xs, xs),
    lambda xs: sum(w * x for w, x in itertools.pairwise(xs)) + xs[0],
    lambda xs: autograd.take(xs, len(xs) // 2),
    lambda xs: sum(autograd.softmax(xs)[i] * x for i, x in enumerate(xs)),
    lambda xs: autograd.dot(xs, [0.5 * i for i in range(len(xs))]),
]


def layer(chance, pool):
    """Neurons over the same numbers, each with weights of its own."""
    inputs = [chance.choice(pool) for _ in range(chance.randint(2, 5))]
    function, count = chance.choice(UNARY), chance.randint(2, 4)
    weights = [[chance.choice(pool) for _ in inputs] for _ in range(count)]
    return [
        function(sum(w * x for w, x in zip(row, inputs, strict=True)) * 0.3 + chance.choice(pool)) for row in weights
    ]


def batch(chance, pool):
    """Samples through the same neurons: a matrix product, by dot or by plain loops."""
    width, rows, columns = chance.randint(2, 4), chance.randint(2, 4), chance.randint(2, 4)
    samples = [[chance.choice(pool) for _ in range(width)] for _ in range(rows)]
    weights = [[chance.choice(pool) for _ in range(width)] for _ in range(columns)]
    bias = [chance.choice(pool) for _ in range(columns)]
    product = autograd.dot if chance.random() < 0.5 else lambda xs, ys: sum(x * y for x, y in zip(xs, ys, strict=True))
    out = [[autograd.tanh(product(row, x) * 0.2 + b) for row, b in zip(weights, bias, strict=True)] for x in samples]
    if chance.random() < 0.5:  # normalised over the batch
        columns_of = list(zip(*out, strict=True))
        means = [autograd.mean(column) for column in columns_of]
        out = [[x - m for x, m in zip(row, means, strict=True)] for row in out]
    return [x for row in out for x in row]


def window(chance, pool):
    """A filter that slides over a row of numbers."""
    length, size = chance.randint(4, 7), chance.randint(2, 3)
    row = [chance.choice(pool) for _ in range(length)]
    kernel = [chance.choice(pool) for _ in range(size)]
    moved = [sum(k * x for k, x in zip(kernel, row[i:], strict=False)) * 0.3 for i in range(length - size + 1)]
    return [autograd.max(moved[i : i + 2]) for i in range(len(moved) - 1)] + moved[:1]


def attention(chance, pool):
    """Queries, keys and values of a few positions, each looking back."""
    length, width = chance.randint(2, 4), 2
    queries, keys, values = ([[chance.choice(pool) for _ in range(width)] for _ in range(length)] for _ in range(3))
    out = []
    for i in range(length):
        scores = [autograd.tanh(autograd.dot(queries[i], keys[j])) for j in range(i + 1)]
        shares = autograd.softmax(scores) if chance.random() < 0.8 else scores
        out += [sum(s * values[j][k] for j, s in enumerate(shares)) * 0.5 for k in range(width)]
    return out


def unary(chance, pool):
    """One function of one number."""
    return [chance.choice(UNARY)(chance.choice(pool))]


def binary(chance, pool):
    """One function of two numbers."""
    return [chance.choice(BINARY)(chance.choice(pool), chance.choice(pool))]


def nary(chance, pool):
    """One function of several numbers."""
    return [chance.choice(NARY)([chance.choice(pool) for _ in range(chance.randint(1, 6))])]


STEPS = [(layer, 3), (batch, 2), (window, 1), (attention, 1), (unary, 8), (binary, 8), (nary, 5)]


class RandomProgram:
    """A random function, and numbers to call it with.

    Attributes:
        parameters: numbers of the Values it closes over.
        arguments: a list of numbers to call it with; others of the same length are as good.
    """

    def __init__(self, seed, size=12):
        chance = random.Random(seed)
        self.seed, self.size = seed, chance.randint(1, size)
        self.parameters = [chance.uniform(-2, 2) for _ in range(chance.randint(1, 6))]
        self.arguments = [chance.uniform(-2, 2) for _ in range(chance.randint(1, 6))]

    def __call__(self, parameters, arguments):
        """Return one number or several, some of them the same, an input, or a constant."""
        chance = random.Random(self.seed + 1)
        pool = [*parameters, *arguments]
        kinds, weights = zip(*STEPS, strict=True)
        for _ in range(self.size):
            made = chance.choices(kinds, weights)[0](chance, pool)
            pool += [autograd.clamp(x, -40, 40) for x in made] if chance.random() < 0.3 else made
        if chance.random() < 0.7:
            return sum(pool[-4:], 0.0)
        return [chance.choice(pool) for _ in range(chance.randint(1, 4))] + [1.5]
