"""Data from elsewhere: PyTorch's loaders and data sets, generators and other iterables of pairs."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from autograd import errors
from nn.data.loading import DataLoader, TensorDataset, columns_of
from nn.data.shapes import listed
from nn.init import Seed


class ForeignLoader(DataLoader):
    """A loader of another library, such as PyTorch's, whose batches become lists of plain numbers.

    It decides about order and sizes. Where it shuffles, an epoch that was broken off goes on in another order.

    Args:
        loader: iterated over anew in each epoch; it has a length and yields pairs of arrays or tensors.
    """

    def __init__(self, loader: Any) -> None:
        self.loader = loader
        super().__init__(loader.dataset, loader.batch_size or 1)

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Iterator[tuple[list[Any], ...]]:
        for batch in self.loader:
            yield tuple([list(listed(column)) for column in batch])


def loader_of(data: Any, batch_size: int, *, shuffle: bool, seed: Seed) -> DataLoader:
    """Return whatever holds samples and targets as a loader.

    Args:
        data: a pair ``(inputs, targets)``; a :class:`TensorDataset`, or any sequence of pairs; a loader of PyTorch;
            or a generator of pairs, one per sample, which is read to its end once.
        batch_size, shuffle, seed: as for :class:`DataLoader`, unless the data are a loader themselves.

    Raises:
        ArgumentError: the data are nothing of this kind.

    Example:
        >>> loader = loader_of((([float(i)], i) for i in range(3)), 2, shuffle=False, seed=None)
        >>> list(loader)
        [([[0.0], [1.0]], [0, 1]), ([[2.0]], [2])]
    """
    if isinstance(data, DataLoader):
        return data
    if is_foreign_loader(data):
        return ForeignLoader(data)
    if isinstance(data, tuple):
        data = TensorDataset(*data)
    elif not isinstance(data, TensorDataset) and not isinstance(data, list):
        data = TensorDataset(*columns_of(entries_of(data)))
    return DataLoader(data, batch_size=batch_size, shuffle=shuffle, seed=seed)


def is_foreign_loader(data: object) -> bool:
    """Whether something yields whole batches, as PyTorch's DataLoader does."""
    return not isinstance(data, DataLoader) and all(
        hasattr(data, name) for name in ("dataset", "batch_size", "__iter__")
    )


def entries_of(data: Any) -> list[Any]:
    """Return the entries of an iterable of pairs, or of something like a list, as PyTorch's data sets are."""
    indexed = hasattr(data, "__getitem__") and hasattr(data, "__len__")
    by_name = isinstance(data, Mapping) or hasattr(data, "to_numpy")  # a dictionary, a table of pandas
    if by_name or not (indexed or isinstance(data, Iterable)):
        got = type(data).__name__ if by_name else repr(data)
        raise errors.ArgumentError(
            f"Data are a pair (inputs, targets), a dataset, a DataLoader or pairs one by one; got {got}."
        )
    return [data[i] for i in range(len(data))] if indexed else list(data)
