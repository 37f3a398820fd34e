"""One training step of a small GPT made of the parts of ``nn``, on a batch of sequences as long as one another."""

import random

from benchmarks.workload import Bar, Workload

WORKLOAD = Workload(
    title="GPT of nn's parts: Embedding(27, 16), RMSNorm, MultiheadAttention(16, 4), GELU MLP of 64, Linear(16, 27), "
    "cross-entropy, Adam, 4 sequences of 8",
    contestants=["ours_fit", "ours_fit_c", "pytorch_eager"],
    bars=[Bar("ours_fit", "pytorch_eager", at_most=1.0)],
    agreement=1e-12,
)

VOCABULARY, EMBEDDING, HEADS, HIDDEN, TIME, BATCH = 27, 16, 4, 64, 8, 4
LEARNING_RATE = 0.01
SIZES = [
    VOCABULARY * EMBEDDING, TIME * EMBEDDING, EMBEDDING,
    3 * EMBEDDING * EMBEDDING, 3 * EMBEDDING, EMBEDDING * EMBEDDING, EMBEDDING,
    EMBEDDING, HIDDEN * EMBEDDING, HIDDEN, EMBEDDING * HIDDEN, EMBEDDING,
    EMBEDDING, VOCABULARY * EMBEDDING,
]  # fmt: skip
"""How many numbers each parameter has, in the order of the parts."""


def data() -> tuple[list[list[int]], list[list[int]]]:
    """Return sequences of tokens, and for each position the token that follows."""
    draw = random.Random(0)
    rows = [[draw.randrange(VOCABULARY) for _ in range(TIME + 1)] for _ in range(BATCH)]
    return [row[:-1] for row in rows], [row[1:] for row in rows]


def weights() -> list[float]:
    """Return the numbers of all parameters."""
    draw = random.Random(1)
    return [draw.uniform(-0.3, 0.3) for size in SIZES for _ in range(size)]
