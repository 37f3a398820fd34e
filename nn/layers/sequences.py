"""What layers that read sequences share: batches with the samples first or second, as PyTorch arranges them."""

from collections.abc import Callable
from typing import Any

from autograd import errors
from nn.data.shapes import Nested, flatten, nested


def sequences(x: Nested, size: int, batch_first: bool, title: Callable[[], str]) -> tuple[list[Any], bool]:
    """Return the sequences in ``x``, each (time, size), and whether they are a batch.

    Args:
        x: (time, size) for one sequence; for a batch (time, samples, size), or (samples, time, size).
        size: how many numbers stand at each time.
        batch_first: whether samples come first in a batch.
        title: names in messages what takes it.

    Raises:
        ArgumentError: another shape.

    Example:
        >>> sequences([[[1.0], [2.0]], [[3.0], [4.0]]], 1, False, str)
        ([[[1.0], [3.0]], [[2.0], [4.0]]], True)
    """
    numbers, shape = flatten(x, f"The input of {title()}")
    if len(shape) not in {2, 3} or shape[-1] != size:
        order = "samples, time" if batch_first else "time, samples"
        raise errors.ArgumentError(
            f"{title()} takes a sequence (time, {size}) or a batch ({order}, {size}); got shape {shape}."
        )
    items = nested(numbers, shape)
    if len(shape) == 2:
        return [items], False
    return (items if batch_first else turned(items)), True


def arranged(outputs: list[Any], batched: bool, batch_first: bool) -> Any:  # as deep as what was split
    """Return what was computed for each sequence arranged as the input was: the inverse of :func:`sequences`."""
    if not batched:
        return outputs[0]
    return outputs if batch_first else turned(outputs)


def turned(rows: list[Any]) -> list[Any]:
    """Return columns as rows."""
    return [list(column) for column in zip(*rows, strict=True)]
