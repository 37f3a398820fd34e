"""One training step of a convolution over a batch of the 8 x 8 digits."""

import random

from benchmarks.workload import Bar, Workload

WORKLOAD = Workload(
    title="Digits: Conv(1, 8, 3) - ReLU - MaxPool(2) - Flatten - Linear(72, 10), cross-entropy, Adam, batch of 64",
    contestants=["ours_fit", "ours_fit_c", "pytorch_eager"],
    bars=[Bar("ours_fit_c", "pytorch_eager", at_most=1.0)],
    agreement=1e-12,
)

BATCH, CHANNELS, WINDOW, CLASSES = 64, 8, 3, 10
PLACES = 3 * 3
"""What is left of 8 x 8 pixels behind a window of 3 x 3 and pooling by 2 x 2."""
LEARNING_RATE = 0.01


def data() -> tuple[list[list[list[list[float]]]], list[int]]:
    """Return the first images, each one channel of pixels from 0 to 1, and their digits."""
    import nn

    digits = nn.load_digits()
    images = [[[[pixel / 16 for pixel in row] for row in image]] for image in digits.images[:BATCH]]
    return images, digits.target[:BATCH]


def weights() -> list[float]:
    """Return the numbers of all parameters in PyTorch's order."""
    draw = random.Random(0)
    inputs = {CHANNELS * WINDOW**2: WINDOW**2, CHANNELS: WINDOW**2}
    numbers = [draw.uniform(-1, 1) / fan**0.5 for count, fan in inputs.items() for _ in range(count)]
    fan = CHANNELS * PLACES
    return numbers + [draw.uniform(-1, 1) / fan**0.5 for _ in range(CLASSES * fan + CLASSES)]
