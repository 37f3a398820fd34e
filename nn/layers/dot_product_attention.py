"""Attention of one head, and masks: what is added to the score of each query and key, so that some are not seen."""

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import autograd
from autograd import Value, errors
from nn.data.shapes import Element, is_sequence

Rows: TypeAlias = Sequence[Sequence[Element]]
Mask: TypeAlias = list[list[float]]
UNSEEN = -1e30
"""In the place of a score it gives a share of exactly 0, whose gradient is exactly 0."""


def dot_product_attention(
    query: Rows, key: Rows, value: Rows, mask: Mask, drop: Callable[[Any], Any]
) -> tuple[list[tuple[Value, ...]], Any]:
    """Return ``shares · value`` and the shares ``softmax(query · key / sqrt(d) + mask)``, of which some are dropped.

    Args:
        query: (queries, d).
        key: (keys, d).
        value: (keys, d).
        mask: (queries, keys).
        drop: what the shares go through, such as a Dropout.

    Example:
        >>> outputs, shares = dot_product_attention([[1.0]], [[2.0], [3.0]], [[5.0], [7.0]], [[0.0, UNSEEN]], list)
        >>> outputs, shares
        ([(5.0,)], [[1.0, 0.0]])
    """
    scale = math.sqrt(len(query[0]))
    scores = [[autograd.dot(one, other) / scale for other in key] for one in query]
    put = masked if min(map(min, mask)) <= UNSEEN else operator.add
    seen = [list(map(put, row, more)) for row, more in zip(scores, mask, strict=True)]
    shares = drop(list(map(autograd.softmax, seen)))
    columns = list(zip(*value, strict=True))
    return [tuple([autograd.dot(tuple(row), column) for column in columns]) for row in shares], shares


def masked(score: Element, more: float) -> Element:
    """Return a score plus what a mask adds; by one operation for all, so that a program has them in one array."""
    return autograd.where(float(more > UNSEEN), score + (more if more > UNSEEN else 0.0), UNSEEN)


def in_heads(
    count: int, query: Rows, key: Rows, value: Rows, *, mask: Mask, drop: Callable[[Any], Any]
) -> tuple[list[Any], list[Any]]:
    """Return the outputs of ``count`` heads, each on its part of every row, side by side; and their shares."""
    outputs: list[Any] = [()] * len(query)
    shares, d = [], len(query[0]) // count
    for head in range(0, len(query[0]), d):
        q, k, v = ([tuple(row[head : head + d]) for row in rows] for rows in (query, key, value))
        found, share = dot_product_attention(q, k, v, mask, drop)
        outputs = list(map(operator.add, outputs, found))
        shares.append(share)
    return outputs, shares


def mean_over_heads(shares: Sequence[Rows]) -> list[list[Element]]:
    """Return the mean of the heads' shares (heads, queries, keys)."""
    rows = [list(zip(*each, strict=True)) for each in zip(*shares, strict=True)]
    return [[autograd.mean(cell) for cell in row] for row in rows]


def masks_of(
    attn_mask: Sequence[Any] | None, absent: Sequence[Any] | None, is_causal: bool, sizes: list[tuple[int, int]]
) -> list[Mask]:
    """Return a mask ``[query][key]`` for each sample.

    Args:
        attn_mask: (queries, keys), True where a key is not seen, or numbers to be added.
        absent: (samples, keys), or (keys) for all samples, True where a key is not seen by any query.
        is_causal: whether no query sees the keys after its own position.
        sizes: how many samples there are of query, key and value, and how many positions each has.

    Raises:
        ArgumentError: sizes that do not fit, a mask of another shape, or one that leaves a query without any key.

    Example:
        >>> masks_of(None, None, True, [(1, 2)] * 3)
        [[[0.0, -1e+30], [0.0, 0.0]]]
    """
    (samples, queries), (_, keys), (_, values) = sizes
    if len({count for count, _ in sizes}) > 1 or keys != values:
        raise errors.ArgumentError(
            "Attention needs as many samples of query, key and value, and as many values as keys; got (samples, "
            f"positions) {', '.join(map(str, sizes))}."
        )
    common = [[UNSEEN if is_causal and j > i else 0.0 for j in range(keys)] for i in range(queries)]
    masks = [common] * samples
    try:
        if attn_mask is not None:
            masks = [[added(row, more) for row, more in zip(common, attn_mask, strict=True)]] * samples
        if absent is not None:
            absent = absent if is_sequence(absent[0]) else [absent] * samples
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
