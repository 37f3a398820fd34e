"""Metrics: how good predictions are, as plain numbers."""

import math
from collections.abc import Sequence

from autograd import Value, errors
from nn.data.shapes import Nested, flatten, is_sequence, listed


def predicted_classes(outputs: Nested, threshold: float | None = None) -> list[int]:
    """Return the class that each output stands for.

    Args:
        outputs: one entry per sample: several numbers, of which the largest decides the class; or a single number,
            which means class 1 above ``threshold`` and otherwise class 0; or an int, which is a class already.
        threshold: the number that separates the two classes: 0 for logits and scores, 0.5 for probabilities.

    Raises:
        ArgumentError: no outputs, different numbers of them, or single numbers without a threshold.

    Example:
        >>> predicted_classes([[0.1, 2.0, -1.0], [3.0, 0.0, 1.0]]), predicted_classes([0.2, 0.9], threshold=0.5)
        ([1, 0], [0, 1])
    """
    rows = [flatten(row, "outputs")[0] for row in listed(outputs)]
    if not rows:
        raise errors.ArgumentError("There are no outputs to take classes from; give at least one.")
    if len(lengths := sorted({len(row) for row in rows})) > 1:
        raise errors.ArgumentError(f"All samples have as many outputs, one for each class; here some have {lengths}.")
    numbers = [[item.data if isinstance(item, Value) else item for item in row] for row in rows]
    if len(numbers[0]) > 1:
        return [row.index(max(row)) for row in numbers]
    if threshold is not None:
        return [int(row[0] > threshold) for row in numbers]
    if not all(isinstance(item, int) for item in listed(outputs)):
        raise errors.ArgumentError(
            "One number per sample gives its class only with a threshold: pass threshold=0 for logits and scores, "
            "threshold=0.5 for probabilities."
        )
    return [int(row[0]) for row in numbers]


def paired_classes(outputs: Nested, targets: Sequence[int], threshold: float | None) -> tuple[list[int], list[int]]:
    """Return predicted and true classes; targets of -1 and 1 count as classes 0 and 1."""
    predicted = predicted_classes(outputs, threshold)
    true = []
    for i, target in enumerate(listed(targets)):
        row, _ = flatten(target, "targets")
        if len(row) != 1 or isinstance(row[0], Value) or row[0] != int(row[0]):
            raise errors.ArgumentError(f"targets are class numbers, one whole number per sample; number {i} is {row}.")
        true.append(int(row[0]))
    if -1 in true and set(true) <= {-1, 1}:
        true = [(target + 1) // 2 for target in true]
    if len(predicted) != len(true):
        raise errors.ArgumentError(
            f"There are {len(predicted)} outputs and {len(true)} targets; there must be one of each per sample."
        )
    return predicted, true


def accuracy(outputs: Nested, targets: Sequence[int], threshold: float | None = None) -> float:
    """Return the fraction of the samples whose class is predicted correctly, from 0 to 1.

    Args:
        outputs: one entry per sample, as :func:`predicted_classes` takes them.
        targets: the true classes, ints from 0, or -1 and 1.
        threshold: the number that separates two classes; see :func:`predicted_classes`.

    Raises:
        ArgumentError: different numbers of outputs and targets, targets that are not classes, single numbers without
            a threshold.

    Example:
        >>> accuracy([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]], [1, 0, 0])
        0.6666666666666666
    """
    predicted, true = paired_classes(outputs, targets, threshold)
    return sum(map(int.__eq__, predicted, true)) / len(true)


def confusion_matrix(
    outputs: Nested, targets: Sequence[int], threshold: float | None = None, *, classes: int | None = None
) -> list[list[int]]:
    """Return how often samples of each class were predicted as each class: ``matrix[true][predicted]``.

    Args:
        outputs, targets, threshold: as for :func:`accuracy`, with the same errors.
        classes: how many classes there are; by default as many as occur.

    Example:
        >>> confusion_matrix([0, 1, 1, 1], [0, 0, 1, 1])
        [[1, 1], [0, 2]]
    """
    predicted, true = paired_classes(outputs, targets, threshold)
    highest = max(*predicted, *true)
    count = highest + 1 if classes is None else classes
    if highest >= count or min(*predicted, *true) < 0:
        raise errors.ArgumentError(
            f"With {count} classes, class numbers go from 0 to {count - 1}; got {sorted({*predicted, *true})}."
        )
    matrix = [[0] * count for _ in range(count)]
    for guess, truth in zip(predicted, true, strict=True):
        matrix[truth][guess] += 1
    return matrix


def r2_score(outputs: Nested, targets: Nested) -> float:
    """Return R², the fraction of the targets' variance that the outputs explain: 1 is perfect, 0 as good as their mean.

    Args:
        outputs: one number per sample.
        targets: as many numbers, not all equal.

    Raises:
        ArgumentError: counts that differ, or targets that are all equal, for which R² is not defined.

    Source: Draper & Smith, Applied Regression Analysis (1998), chapter 1.

    Example:
        >>> r2_score([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
        0.7857142857142857
    """
    guesses, truths = floats_in(outputs), floats_in(targets)
    if len(guesses) != len(truths):
        raise errors.ArgumentError(
            f"There are {len(guesses)} outputs and {len(truths)} targets; there must be one of each per sample."
        )
    mean = math.fsum(truths) / len(truths)
    total = math.fsum([(truth - mean) ** 2 for truth in truths])
    if total == 0:
        raise errors.ArgumentError(f"R² is not defined for targets that are all equal, here {truths[0]}.")
    return 1 - math.fsum([(truth - guess) ** 2 for truth, guess in zip(truths, guesses, strict=True)]) / total


def floats_in(numbers: Nested) -> list[float]:
    """Return the numbers in ``numbers``, Values and floats alike, as floats."""
    rows = numbers if is_sequence(numbers) else [numbers]
    return [item.data if isinstance(item, Value) else item for item in flatten(rows, "r2_score")[0]]
