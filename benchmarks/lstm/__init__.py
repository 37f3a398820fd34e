"""One training step of a character model: embedding, LSTM, linear, on a batch of names as long as one another."""

import random

from benchmarks.workload import Bar, Workload

WORKLOAD = Workload(
    title="Character LSTM: Embedding(27, 16) - LSTM(16, 32) - Linear(32, 27), cross-entropy, Adam, 8 sequences of 16",
    contestants=["ours_fit", "ours_fit_c", "pytorch_eager"],
    bars=[Bar("ours_fit", "pytorch_eager", at_most=1.0)],
    agreement=1e-12,
)

VOCABULARY, EMBEDDING, HIDDEN, TIME, BATCH = 27, 16, 32, 16, 8
LEARNING_RATE = 0.01
SIZES = [
    VOCABULARY * EMBEDDING, 4 * HIDDEN * EMBEDDING, 4 * HIDDEN * HIDDEN, 4 * HIDDEN, 4 * HIDDEN,
    VOCABULARY * HIDDEN, VOCABULARY,
]  # fmt: skip
"""How many numbers each parameter has, in PyTorch's order."""


def data() -> tuple[list[list[int]], list[list[int]]]:
    """Return sequences of tokens, and for each position the token that follows."""
    draw = random.Random(0)
    rows = [[draw.randrange(VOCABULARY) for _ in range(TIME + 1)] for _ in range(BATCH)]
    return [row[:-1] for row in rows], [row[1:] for row in rows]


def weights() -> list[float]:
    """Return the numbers of all parameters."""
    draw = random.Random(1)
    return [draw.uniform(-0.3, 0.3) for size in SIZES for _ in range(size)]
