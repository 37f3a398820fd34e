"""Preparing data: pairing samples with targets, batches, splitting and scaling."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from numbers import Integral
from typing import Any

from autograd import errors
from nn.argument_checks import positive, within
from nn.data.shapes import flatten, is_sequence, listed, nested, shape_of
from nn.init import Seed, generator_from


class TensorDataset:
    """Samples and their targets, kept together: ``dataset[i]`` is the tuple of the i-th entries.

    Args:
        columns: sequences of the same length, usually samples and targets; arrays, tensors and tables become lists.
            Samples that are sequences, of vectors or of tokens (ints), may differ in length.

    Raises:
        ArgumentError: lengths that differ, no entries, a sample that is no array of numbers, a nan; the message says
            where.
        NumberError: an entry that is not a number.

    Example:
        >>> dataset = TensorDataset([[0.0, 1.0], [2.0, 3.0]], [0, 1])
        >>> len(dataset), dataset[1]
        (2, ([2.0, 3.0], 1))
    """

    def __init__(self, *columns: Any) -> None:
        self.columns = [checked_column(column, f"TensorDataset, argument {i}") for i, column in enumerate(columns)]
        same_length("TensorDataset", self.columns)
        shapes = list(zip(*[map(shape_of, column) for column in self.columns], strict=True))
        self.shapes = shapes if len(set(shapes)) > 1 else None
        """The shapes of each entry, where they are not all alike."""

    def __len__(self) -> int:
        return len(self.columns[0])

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        return tuple([column[index] for column in self.columns])


class DataLoader:
    """Iterates over a dataset in batches: ``for xs, ys in loader``.

    Where samples are sequences of different lengths, they are grouped: each batch has samples of one length, so that
    nothing has to be filled up. (:func:`nn.pad_sequence` fills up.)

    Args:
        dataset: a :class:`TensorDataset`, the tuple ``(X, y)`` for one of them, or a list of tuples, such as
            ``list(zip(X, y))``, or anything else that has entries by position.
        batch_size: how many entries a batch has; the last one, of each length, may have fewer.
        shuffle: whether to draw a new order each time, so that batches differ from epoch to epoch.
        seed: an int for the same orders every time.
        drop_last: whether to leave a smaller last batch out.

    Raises:
        ArgumentError: an argument out of range, no dataset or an empty one, no full batch where ``drop_last`` asks for
            one; when its batches are asked for, entries that are no tuples of one length.

    Example:
        >>> loader = DataLoader(TensorDataset([[1.0], [2.0], [3.0]], [0, 1, 0]), batch_size=2)
        >>> len(loader), list(loader)
        (2, [([[1.0], [2.0]], [0, 1]), ([[3.0]], [0])])
    """

    def __init__(
        self,
        dataset: TensorDataset | Sequence[tuple[Any, ...]],
        batch_size: int = 1,
        *,
        shuffle: bool = False,
        seed: Seed = None,
        drop_last: bool = False,
    ) -> None:
        if is_sequence(batch_size):
            raise errors.ArgumentError(
                "The data are one argument: DataLoader((inputs, targets), batch_size=...); got a list as batch_size."
            )
        dataset = TensorDataset(*dataset) if isinstance(dataset, tuple) else dataset
        check_indexed(dataset)
        self.dataset, self.batch_size = dataset, positive("batch_size", batch_size)
        self.shuffle, self.drop_last = shuffle, drop_last
        self.generator = generator_from(seed)
        if not len(self):
            raise errors.ArgumentError(
                f"DataLoader would have no batches: the dataset has {len(dataset)} entries, batch_size is {batch_size} "
                f"and drop_last is {drop_last}."
            )

    def __len__(self) -> int:
        counts = Counter(self.shapes or ()).values() or [len(self.dataset)]
        whole = math.floor if self.drop_last else math.ceil
        return sum(whole(count / self.batch_size) for count in counts)

    @property
    def shapes(self) -> list[Any] | None:
        """The shapes of each entry, where they are not all alike."""
        return self.dataset.shapes if isinstance(self.dataset, TensorDataset) else None

    def __iter__(self) -> Iterator[tuple[list[Any], ...]]:
        return self.batches(self.draw_order())

    def draw_order(self) -> list[int]:
        """Return the positions of all samples in the order of the next epoch."""
        order = list(range(len(self.dataset)))
        if self.shuffle:
            self.generator.shuffle(order)
        if self.shapes:
            chunks = self.chunks(sorted(order, key=self.shapes.__getitem__))
            if self.shuffle:
                self.generator.shuffle(chunks)
            order = [position for chunk in chunks for position in chunk]
        return order

    def chunks(self, order: list[int]) -> list[list[int]]:
        """Return an order cut into batches, each of entries of one shape that follow one another in the order."""
        shapes, size = self.shapes, self.batch_size
        runs = [list(run) for _, run in groupby(order, shapes.__getitem__)] if shapes else [order]
        chunks = [run[i : i + size] for run in runs for i in range(0, len(run), size)]
        return [chunk for chunk in chunks if len(chunk) == size] if self.drop_last else chunks

    def batches(self, order: list[int], first: int = 0) -> Iterator[tuple[list[Any], ...]]:
        """Yield the batches of an order, from number ``first`` (counted from 0) on."""
        for chosen in self.chunks(order)[first:]:
            if isinstance(self.dataset, TensorDataset):
                yield tuple([[column[i] for i in chosen] for column in self.dataset.columns])
            else:
                yield tuple(columns_of([self.dataset[i] for i in chosen]))


def check_indexed(dataset: object) -> None:
    """Raise an error unless a dataset has entries by position: a dictionary and a table of pandas have them by name."""
    indexed = hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__")
    if not indexed or isinstance(dataset, Mapping) or hasattr(dataset, "to_numpy"):
        raise errors.ArgumentError(
            f"A dataset is a TensorDataset(inputs, targets) or a list of pairs; got {type(dataset).__name__}."
        )


def columns_of(entries: list[Any]) -> list[list[Any]]:
    """Return the columns of pairs of a sample and its target, or of longer tuples."""
    for entry in entries:
        if not is_sequence(entry):
            raise errors.ArgumentError(f"Data are pairs of a sample and its target; one is {entry!r}.")
    try:
        return [list(column) for column in zip(*entries, strict=True)]
    except ValueError:
        lengths = sorted({len(entry) for entry in entries})
        raise errors.ArgumentError(f"Data are pairs of a sample and its target; some have {lengths} entries.") from None


def train_test_split(
    *columns: Any, test_size: float = 0.25, shuffle: bool = True, seed: Seed = None
) -> list[list[Any]]:
    """Split samples and targets into a part to train on and a part to test on.

    Args:
        columns: sequences of the same length, usually samples and targets; arrays become lists.
        test_size: the fraction of the entries to test on, between 0 and 1, or their number as an int.
        shuffle: whether the entries of each part are drawn at random rather than taken from the start and the end.
        seed: an int for the same split every time.

    Returns:
        The two parts of each column in turn: ``X_train, X_test, y_train, y_test``.

    Raises:
        ArgumentError: lengths that differ, or a ``test_size`` that leaves one part empty.

    Example:
        >>> X_train, X_test, y_train, y_test = train_test_split([[1.0], [2.0], [3.0], [4.0]], [1, 2, 3, 4], seed=0)
        >>> len(X_train), len(X_test), [x[0] for x in X_test] == y_test
        (3, 1, True)
    """
    lists = [listed(column) for column in columns]
    count = same_length("train_test_split", lists)
    held_out = (
        int(test_size)
        if isinstance(test_size, Integral)
        else math.ceil(count * within("test_size", test_size, "(0, 1)"))
    )
    if not 0 < held_out < count:
        raise errors.ArgumentError(
            f"test_size={test_size} puts {held_out} of {count} entries in the test part; each part needs at least one."
        )
    order = list(range(count))
    if shuffle:
        generator_from(seed).shuffle(order)
    parts = (order[:-held_out], order[-held_out:])
    return [[column[i] for i in part] for column in lists for part in parts]


def standardize(train: Any, *others: Any) -> list[list[list[float]]]:
    """Shift and scale each feature to mean 0 and standard deviation 1, as measured on the training samples.

    Args:
        train: the samples whose mean and deviation are used. A feature that never changes becomes 0.
        others: further samples, such as those to test on, to be shifted and scaled in the same way.

    Returns:
        The new training samples, followed by the others: ``X_train, X_test = standardize(X_train, X_test)``.

    Raises:
        ArgumentError: samples of different lengths, no samples, a nan.

    Source: LeCun, Bottou, Orr & Müller, Efficient backprop (1998).

    Example:
        >>> X_train, X_test = standardize([[1.0], [3.0]], [[4.0]])
        >>> X_train, X_test
        ([[-1.0], [1.0]], [[2.0]])
    """
    groups = [matrix(rows, f"standardize, argument {i}") for i, rows in enumerate((train, *others))]
    widths = {len(rows[0]) for rows in groups}
    if len(widths) > 1:
        raise errors.ArgumentError(f"standardize needs samples of one length; got lengths {sorted(widths)}.")
    columns = list(zip(*groups[0], strict=True))
    scales = [mean_and_deviation(column) for column in columns]
    return [
        [[(x - mean) / deviation for x, (mean, deviation) in zip(row, scales, strict=True)] for row in rows]
        for rows in groups
    ]


def mean_and_deviation(column: Sequence[float]) -> tuple[float, float]:
    """Return the mean and the standard deviation of a feature; 1 as the deviation of one that never changes.

    The mean of equal numbers is rounded like any other, and dividing by that error would make a feature of it.

    Example:
        >>> mean_and_deviation([0.1, 0.1, 0.1])
        (0.1, 1.0)
    """
    if min(column) == max(column):
        return column[0], 1.0
    exponent = math.frexp(max(map(abs, column)))[1]
    numbers = [math.ldexp(x, -exponent) for x in column]  # below 1, so that no square leaves the range of floats
    mean = math.fsum(numbers) / len(numbers)
    deviation = math.sqrt(math.fsum([(x - mean) ** 2 for x in numbers]) / len(numbers))
    return math.ldexp(mean, exponent), math.ldexp(deviation, exponent) or 1.0


def checked_column(column: Any, place: str) -> list[Any]:
    """Return a column as a list, its samples as lists of floats, or of ints (such as tokens) if all of it are.

    Single numbers (such as classes) stay as they are.
    """
    items = listed(column)
    if not items:
        raise errors.ArgumentError(f"{place} is empty; give at least one entry.")
    entries = [flatten(item, f"{place}[{i}]") for i, item in enumerate(items)]
    if not any(shape for _, shape in entries):
        return list(items)
    shapes, whole = {shape for _, shape in entries}, all_ints(items)
    sequences = len({(len(shape), shape[1:]) for shape in shapes}) == 1 and (whole or len(min(shapes)) > 1)
    if len(shapes) > 1 and not sequences:
        raise errors.ArgumentError(
            f"{place} has parts of different shapes, {sorted(shapes)}; give rows of the same length. Only sequences "
            "may be of different lengths: of vectors, or of tokens, which are ints."
        )
    return [nested([*map(int, numbers)] if whole else numbers, shape) for numbers, shape in entries]


def all_ints(items: Sequence[Any]) -> bool:
    """Whether every number in nested sequences is an int, of Python or of NumPy."""
    return all(all_ints(listed(item)) if is_sequence(item) else isinstance(item, Integral) for item in items)


def matrix(rows: Any, place: str) -> list[list[float]]:
    """Return samples as lists of floats."""
    numbers, shape = flatten(rows, place)
    if len(shape) != 2:
        raise errors.ArgumentError(f"{place}: samples are rows of numbers, [[1.0, 2.0], ...]; got shape {shape}.")
    return nested(numbers, shape)  # type: ignore[no-any-return]  # two dimensions deep


def same_length(name: str, columns: Sequence[Sequence[Any]]) -> int:
    """Return the length that all columns share."""
    lengths = {len(column) for column in columns}
    if len(lengths) != 1:
        raise errors.ArgumentError(
            f"{name} needs sequences of the same length, one entry per sample; got lengths "
            f"{', '.join(str(len(column)) for column in columns) or 'for no sequences'}."
        )
    return lengths.pop()
