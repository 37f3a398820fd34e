"""Print a digest of results to the last bit: ``python tests/conformance/bits.py``, for two Pythons to be compared.

One line for each way to compute, with the functions of the matrix, random programs and training; nothing in it depends
on the version of another package, so on one machine the lines are the same under every Python.
"""

import hashlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]

from points import SUBJECTS  # noqa: E402  # the path has to be set before
from programs import random_program  # noqa: E402
from routes import ROUTES  # noqa: E402

import nn  # noqa: E402

ALONE = ("backward", "gradient", "grad of grad", "jvp")
"""The routes that need no other package, and take seconds for the whole matrix."""


def digest(results: Iterable[object]) -> str:
    """Return a short text that changes with any bit of any number; ``repr`` of a float has all of them."""
    return hashlib.sha256("\n".join(map(repr, results)).encode()).hexdigest()[:24]


def trained(make_optimizer: Callable[..., nn.Optimizer]) -> list[object]:
    """Return what training comes to: losses and parameters, drawn and shuffled by seeds."""
    model = nn.MLP(2, [8, 1], activation="tanh", seed=7)
    optimizer = make_optimizer(model.parameters(), lr=0.05)
    scheduler = nn.CosineAnnealingLR(optimizer, T_max=3)
    history = nn.fit(
        *(model, nn.make_moons(40, noise=0.1, seed=3)),
        **{"loss": nn.BCEWithLogitsLoss(), "optimizer": optimizer, "scheduler": scheduler, "compile": False},
        **{"epochs": 6, "batch_size": 8, "seed": 5, "progress": False},
    )
    return [history["loss"], *[parameter.data for parameter in model.parameters()]]


if __name__ == "__main__":
    for route in ALONE:
        print(route, digest(ROUTES[route](subject.function, subject.all_points) for subject in SUBJECTS))
    programs = [random_program(seed) for seed in range(200)]
    for route in (*ALONE, "straight"):
        print("random programs by", route, digest(ROUTES[route](each, [each.point]) for each in programs))
    for optimizer in (nn.SGD, nn.Adam, nn.LBFGS):
        print("trained by", optimizer.__name__, digest(trained(optimizer)))
