"""``Flatten`` and ``Identity``: new arrangements of the same numbers, or the same."""

import math
from typing import Any

from autograd import errors
from nn.data.shapes import flatten, nested
from nn.module import Module


class Flatten(Module):
    """Joins dimensions into one: (samples, channels, rows, columns) become (samples, channels * rows * columns).

    Args:
        start_dim: the first dimension to be joined, counted from 0; by default the samples stay apart.
        end_dim: the last one; negative ones are counted from the end.

    Raises:
        ArgumentError: when called, the dimensions are not there.

    Example:
        >>> Flatten()([[[1.0, 2.0], [3.0, 4.0]]])
        [[1.0, 2.0, 3.0, 4.0]]
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Any) -> Any:  # of other depths in and out
        """Return the numbers of ``x`` in lists that are less deep."""
        numbers, shape = flatten(x, f"The input of {self.title()}")
        places = range(len(shape))
        try:
            first, last = places[self.start_dim], places[self.end_dim]
        except IndexError:
            raise errors.ArgumentError(f"{self.title()} has no such dimensions in an input of shape {shape}.") from None
        if first > last:
            raise errors.ArgumentError(f"{self.title()} would join no dimensions of an input of shape {shape}.")
        return nested(numbers, (*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :]))

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Identity(Module):
    """``y = x``: stands where a layer could stand, and takes whatever arguments that one would.

    Example:
        >>> Identity(54, unused=True)([1.0, 2.0])
        [1.0, 2.0]
    """

    def __init__(self, *unused: object, **also_unused: object) -> None:
        pass

    def forward(self, x: Any) -> Any:  # whatever it is
        """Return ``x`` itself."""
        return x
