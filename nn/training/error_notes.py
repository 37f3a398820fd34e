"""What a run adds to the error that ends it: how many updates had been made, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from nn.optim import Optimizer

DIVERGED = (
    "Numbers that grow without bound are usually due to the learning rate: make it ten times smaller, or limit "
    "the gradients with clip=1.0. nn.diagnose(model, (inputs, targets), loss) shows where they grow."
)


@contextmanager
def updates_noted(optimizer: Optimizer) -> Iterator[None]:
    """Give an error without a note of its own one that says how many updates had been made."""
    group = optimizer.param_groups[0]
    before = group["step"]
    try:
        yield
    except Exception as error:
        made = group["step"] - before
        kept = f"{made} update{'s' * (made != 1)} had been made, which the model keeps." if made else ""
        if not getattr(error, "__notes__", ()):
            error.add_note(kept or "No update had been made; the parameters are as they were.")
        raise
