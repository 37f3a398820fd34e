"""One training step of a batch-normalised MLP with dropout, clipping, AdamW and a cosine schedule.

The network and its settings are those of "Neural Networks — Forward & Backpropagation"; see docs/sources.md.
"""

from itertools import pairwise
from typing import TYPE_CHECKING

from benchmarks.workload import Bar, Workload

if TYPE_CHECKING:
    import numpy

WORKLOAD = Workload(
    title="Batch-normalised MLP: 128-256-128-64-1, ReLU, Dropout 0.3, BCE with logits, clipping at norm 1, "
    "AdamW, cosine annealing, batch of 64",
    contestants=["ours_fit", "pytorch_eager", "jax_jitted", "numpy_by_hand"],
    bars=[
        Bar("ours_fit", "pytorch_eager", at_most=1.0),
        Bar("ours_fit", "numpy_by_hand", at_most=1.0),
        Bar("prepared: ours_fit", at_most=15.0),
        Bar("peak memory: ours_fit", at_most=4096),
    ],
    agreement=1e-6,
    notes="CasADi's SX would need about ten million scalar instructions for this step, so it does not take part.",
)

SIZES = [128, 256, 128, 64, 1]
BATCH = 64
DROPOUT = 0.3
LEARNING_RATE, WEIGHT_DECAY, BETAS, EPSILON, PERIOD = 1e-3, 1e-4, (0.9, 0.999), 1e-8, 100
BATCHNORM_EPSILON = 1e-5


def data() -> "tuple[numpy.ndarray, numpy.ndarray]":
    """Return a batch of 64 samples with 128 features, and a label of 0 or 1 for each."""
    import numpy

    draw = numpy.random.default_rng(0)
    return draw.normal(size=(BATCH, SIZES[0])), draw.integers(0, 2, size=BATCH).astype(float)


def weights() -> "list[numpy.ndarray]":
    """Return the parameters in PyTorch's order: weight[out, in], bias, and for hidden layers scale and shift."""
    import numpy

    draw = numpy.random.default_rng(1)
    parameters = []
    for inputs, outputs in pairwise(SIZES):
        bound = inputs**-0.5
        parameters += [draw.uniform(-bound, bound, (outputs, inputs)), draw.uniform(-bound, bound, outputs)]
        if outputs > 1:
            parameters += [numpy.ones(outputs), numpy.zeros(outputs)]
    return parameters
