"""A one-layer GPT of 4,192 parameters on a sequence of 7 tokens: forward and backward."""

import random

from benchmarks.workload import Bar, Workload

WORKLOAD = Workload(
    title="GPT: one layer, embedding 16, 4 heads, ReLU MLP of 64, RMS norm, 4,192 parameters, 7 tokens, "
    "forward and backward (about 60,000 scalar nodes)",
    contestants=[
        "ours_eager",
        "ours_compiled",
        "ours_c",
        "ours_arrays",
        "pytorch_eager",
        "jax_jitted",
        "casadi_sx",
        "numpy_by_hand",
    ],
    bars=[
        Bar("ours_compiled", "ours_eager", at_least=300),
        Bar("ours_c", "jax_jitted", at_most=1.6),
        Bar("ours_arrays", "jax_jitted", at_most=0.2),
    ],
    unit="pass",
    exact_steps=1,
)

VOCABULARY, EMBEDDING, HEADS, HIDDEN, CONTEXT = 27, 16, 4, 64, 16
HEAD = EMBEDDING // HEADS
EPSILON = 1e-5
TOKENS = [26, 4, 12, 12, 0, 13, 20]
TARGETS = [4, 12, 12, 0, 13, 20, 26]

SHAPES = {
    "token": (VOCABULARY, EMBEDDING),
    "position": (CONTEXT, EMBEDDING),
    "query": (EMBEDDING, EMBEDDING),
    "key": (EMBEDDING, EMBEDDING),
    "value": (EMBEDDING, EMBEDDING),
    "attention": (EMBEDDING, EMBEDDING),
    "up": (HIDDEN, EMBEDDING),
    "down": (EMBEDDING, HIDDEN),
    "head": (VOCABULARY, EMBEDDING),
}
"""Name and shape of every matrix, rows first."""


def weights() -> dict[str, list[list[float]]]:
    """Return every matrix as a list of rows."""
    draw = random.Random(42)
    return {
        name: [[draw.gauss(0, 0.3) for _ in range(columns)] for _ in range(rows)]
        for name, (rows, columns) in SHAPES.items()
    }
