"""Arguments that hold a batch of samples, each of which can be taken out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from autograd.engine import Value
from autograd.errors import ArgumentError, MissingPackageError, install
from autograd.gradients.arguments import flatten, leaves, with_fields, with_leaves
from autograd.gradients.taking_apart import fields_of, in_numpy
from autograd.loading import loaded
from autograd.numbers import shown

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Array = NDArray[numpy.float64] | NDArray[numpy.object_]


class Samples:
    """The samples in some arguments.

    Args:
        given: the arguments.
        axes: for each of them the axis that counts the samples, or None if it is the same for all.

    Raises:
        ArgumentError: they have different numbers of samples, or there are none.
    """

    def __init__(self, given: Sequence[object], axes: Sequence[int | None]) -> None:
        pairs = zip(given, axes, strict=True)
        self.given, self.batches = given, [None if axis is None else arrays(item, axis) for item, axis in pairs]
        each = [cast("Array", array) for batch in self.batches if batch is not None for array in leaves(batch)]
        counts = {len(array) for array in each}
        if len(counts) != 1 or 0 in counts:
            raise ArgumentError(f"vmap needs arguments with one number of samples, at least 1; got {sorted(counts)}.")
        (self.count,) = counts
        self.are_plain = all(array.dtype != object for array in each) and not any(map(holds_values, self.shared()))

    def shared(self) -> list[object]:
        """Return the arguments that are the same for all samples."""
        return [item for item, batch in zip(self.given, self.batches, strict=True) if batch is None]

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> list[object]:
        """Return the arguments for one sample."""
        pairs = zip(self.given, self.batches, strict=True)
        return [item if batch is None else with_leaves(batch, iter(taken(batch, index))) for item, batch in pairs]

    def columns(self) -> list[object]:
        """Return for each number of a sample, in flat order, an array of it over the samples, or the number itself."""
        columns: list[object] = []
        for item, batch in zip(self.given, self.batches, strict=True):
            if batch is None:
                flatten(item, cast("list[Value | float]", columns))
            for array in () if batch is None else leaves(batch):
                columns += [*cast("Array", array).reshape(self.count, -1).T]
        return columns


def holds_values(tree: object) -> bool:
    """Whether there are Values among the numbers of an argument."""
    numbers: list[Value | float] = []
    flatten(tree, numbers)
    return any(isinstance(number, Value) for number in numbers)


def arrays(tree: object, axis: int) -> object:
    """Return an argument with arrays whose first axis counts the samples."""
    if not loaded("numpy"):
        raise MissingPackageError(f"vmap needs NumPy: {install('fast')}.")
    import numpy

    tree = in_numpy(tree)
    if isinstance(tree, list) or hasattr(tree, "shape"):
        try:
            array = numpy.asarray(tree)
        except ValueError:
            raise ArgumentError(f"vmap needs samples of equal lengths; got {shown(tree)}.") from None
        if array.dtype.kind not in "fiubO" or not -array.ndim <= axis < array.ndim:
            raise ArgumentError(f"vmap needs arrays of numbers with an axis {axis} of samples; got {shown(tree)}.")
        return numpy.moveaxis(array if array.dtype == object else array.astype(float), axis, 0)
    if (named := fields_of(tree)) is not None:
        return with_fields(tree, [arrays(item, axis) for _, item in named])
    if isinstance(tree, tuple):
        return tuple([arrays(item, axis) for item in tree])
    if isinstance(tree, dict):
        return {key: arrays(item, axis) for key, item in tree.items()}
    raise ArgumentError(f"vmap needs arrays with an axis of samples, or in_axes=None; got {shown(tree)}.")


def taken(batch: object, index: int) -> list[object]:
    """Return one sample of each array: an array, a float or a Value."""
    items = [cast("Array", array)[index] for array in leaves(batch)]
    return [float(cast("float", item)) if getattr(item, "shape", None) == () else item for item in items]
