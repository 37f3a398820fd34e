"""``pad_sequence``: sequences of different lengths, filled up to the longest."""

from collections.abc import Sequence
from typing import Any

from autograd import errors
from nn.argument_checks import one_of
from nn.data.shapes import Element, flatten, is_sequence, listed


def pad_sequence(
    sequences: Sequence[Any], batch_first: bool = False, padding_value: Element = 0.0, padding_side: str = "right"
) -> list[Any]:
    """Return sequences of different lengths as one batch, each filled up to the longest.

    Args:
        sequences: each a list of numbers, or of vectors of one length.
        batch_first: whether the batch is (samples, time, ...), as for :func:`nn.fit`, and not (time, samples, ...).
        padding_value: what to fill up with, such as the ``padding_idx`` of an Embedding.
        padding_side: ``"right"`` or ``"left"``.

    Raises:
        ArgumentError: no sequences, or entries of different shapes.

    Example:
        >>> pad_sequence([[5, 6, 7], [8]], batch_first=True, padding_value=0)
        [[5, 6, 7], [8, 0, 0]]
    """
    one_of("padding_side", padding_side, ("right", "left"))
    rows = [list(listed(sequence)) for sequence in sequences]
    shapes = {flatten(entry, f"sequence {i}")[1] for i, row in enumerate(rows) for entry in row}
    if len(shapes) != 1:
        raise errors.ArgumentError(f"pad_sequence needs entries of one shape in all sequences; got {sorted(shapes)}.")
    longest = max(map(len, rows))
    entry = filled(next(row[0] for row in rows if row), padding_value)
    fill = [[entry] * (longest - len(row)) for row in rows]
    padded = [row + more if padding_side == "right" else more + row for row, more in zip(rows, fill, strict=True)]
    return padded if batch_first else [list(step) for step in zip(*padded, strict=True)]


def filled(entry: Any, value: Element) -> Any:  # as deep as ``entry``
    """Return ``value`` in lists nested as an entry is."""
    return [filled(part, value) for part in listed(entry)] if is_sequence(entry) else value
