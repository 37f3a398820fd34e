"""Masks of attention: what is added to the score of each query and key, so that some keys are not seen."""

from collections.abc import Sequence
from typing import Any

from autograd import errors

UNSEEN = -1e30
"""Added to a score it leaves a share of exactly 0, whose gradient is exactly 0, and every score in its place."""


def masks_of(
    attn_mask: Sequence[Any] | None, absent: Sequence[Any] | None, is_causal: bool, shape: tuple[int, int, int]
) -> list[list[list[float]]]:
    """Return a mask ``[query][key]`` for each sample.

    Args:
        attn_mask: (queries, keys), True where a key is not seen, or numbers to be added.
        absent: (samples, keys), True where a key is not seen by any query.
        is_causal: whether no query sees the keys after its own position.
        shape: how many samples, queries and keys there are.

    Raises:
        ArgumentError: a mask of another shape, or one that leaves a query without any key.

    Example:
        >>> masks_of(None, None, True, (1, 2, 2))
        [[[0.0, -1e+30], [0.0, 0.0]]]
    """
    samples, queries, keys = shape
    common = [[UNSEEN if is_causal and j > i else 0.0 for j in range(keys)] for i in range(queries)]
    masks = [common] * samples
    try:
        if attn_mask is not None:
            masks = [[added(row, more) for row, more in zip(common, attn_mask, strict=True)]] * samples
        if absent is not None:
            masks = [[added(row, more) for row in mask] for mask, more in zip(masks, absent, strict=True)]
    except (TypeError, ValueError):
        raise errors.ArgumentError(
            f"Masks do not fit {samples} samples of {queries} queries and {keys} keys: attn_mask is (queries, keys), "
            "key_padding_mask (samples, keys), or (keys) for a single sequence."
        ) from None
    if any(max(row) <= UNSEEN for mask in masks for row in mask):
        raise errors.ArgumentError("The masks leave a query without any key to see.")
    return masks


def added(row: list[float], more: Sequence[Any]) -> list[float]:
    """Return a row of a mask plus another, in which True stands for what is not seen and False for what is."""
    numbers = [UNSEEN * number if isinstance(number, bool) else max(float(number), UNSEEN) for number in more]
    return [a + b for a, b in zip(row, numbers, strict=True)]
