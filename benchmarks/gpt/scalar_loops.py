"""The GPT in plain Python loops over numbers of any kind."""

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.gpt import EMBEDDING, EPSILON, HEAD, HEADS

Vector = Sequence[Any]
Matrix = Sequence[Vector]
Function = Callable[[Any], Any]


def linear(matrix: Matrix, x: Vector) -> list[Any]:
    """Return the product of a matrix and a vector."""
    return [sum(w * xi for w, xi in zip(row, x, strict=True)) for row in matrix]


def normalized(x: Vector) -> list[Any]:
    """Return ``x`` scaled to a root mean square of 1."""
    scale = (sum(xi * xi for xi in x) / len(x) + EPSILON) ** -0.5
    return [xi * scale for xi in x]


def softmax(xs: Vector, exp: Callable[[Any], Any]) -> list[Any]:
    """Return probabilities; the numbers here are small enough to do without a shift."""
    exponentials = [exp(x) for x in xs]
    total = sum(exponentials)
    return [e / total for e in exponentials]


def loss(
    matrices: dict[str, Matrix],
    tokens: Sequence[int],
    targets: Sequence[int],
    functions: tuple[Function, Function, Function],
) -> Any:
    """Return the mean negative log-likelihood of each next token; ``functions`` are exp, log and ReLU."""
    exp, log, relu = functions
    keys: list[list[Any]] = []
    values: list[list[Any]] = []
    losses = []
    for position, (token, target) in enumerate(zip(tokens, targets, strict=True)):
        embedded = zip(matrices["token"][token], matrices["position"][position], strict=True)
        x = normalized([t + p for t, p in embedded])
        before, x = x, normalized(x)
        query = linear(matrices["query"], x)
        keys.append(linear(matrices["key"], x))
        values.append(linear(matrices["value"], x))
        attended: list[Any] = []
        for head in range(0, EMBEDDING, HEAD):
            part = slice(head, head + HEAD)
            scores = [sum(q * k for q, k in zip(query[part], key[part], strict=True)) / HEAD**0.5 for key in keys]
            shares = softmax(scores, exp)
            attended += [
                sum(share * value[head + j] for share, value in zip(shares, values, strict=True)) for j in range(HEAD)
            ]
        x = [a + b for a, b in zip(linear(matrices["attention"], attended), before, strict=True)]
        before, x = x, normalized(x)
        hidden = [relu(h) for h in linear(matrices["up"], x)]
        x = [a + b for a, b in zip(linear(matrices["down"], hidden), before, strict=True)]
        probabilities = softmax(linear(matrices["head"], x), exp)
        losses.append(-log(probabilities[target]))
    return sum(losses) / len(losses)


assert HEADS * HEAD == EMBEDDING
