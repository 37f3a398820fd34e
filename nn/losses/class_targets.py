"""Outputs and targets of losses for many classes: rows of one number per class, and the class of each or its shares."""

import math
import operator
from collections.abc import Sequence
from typing import TypeAlias

import autograd
from autograd import Value, errors
from nn.argument_checks import one_of, within
from nn.data.shapes import Element, Nested, flatten, is_batch, is_sequence, leaves
from nn.losses.base import REDUCTIONS, check_order

Targets: TypeAlias = "int | Value | Nested"
PRECISION = 1e-3
"""How far from 1 the sum of a sample's probabilities may be; it is as good as numbers of 16 bits are."""


def check_one_sample(probabilities: Sequence[Element]) -> None:
    """Raise an error where what would be one sample's probabilities are the classes of samples of one output each."""
    numbers = [number for number in probabilities if not isinstance(number, Value)]
    if len(numbers) == len(probabilities) and abs(math.fsum(numbers) - 1) > PRECISION:
        raise errors.ArgumentError(
            f"cross_entropy takes one output per class; got {len(numbers)} outputs and as many targets, which add up "
            f"to {math.fsum(numbers):g} and so are no probabilities of one sample's classes. For samples of one output "
            "each use binary_cross_entropy_with_logits, or let the network end in one output for each class."
        )


def rows_of_classes(
    outputs: Nested, targets: Targets, reduction: str, name: str
) -> tuple[list[list[Element]], tuple[int, ...]]:
    """Return outputs as rows with one number per class, and their shape, whose last entry is the number of classes."""
    one_of("reduction", reduction, REDUCTIONS)
    check_order(leaves(outputs), leaves(targets), name)
    if not is_sequence(outputs):
        raise errors.ArgumentError(
            f"{name} takes one output per class, such as those of MLP(2, [16, 3]); got a single {outputs!r}. "
            "For two classes and one output use binary_cross_entropy_with_logits."
        )
    is_batch(outputs)  # which raises an error for an empty one
    numbers, shape = flatten(outputs, f"{name}: outputs")
    classes = shape[-1]
    return [numbers[start : start + classes] for start in range(0, len(numbers), classes)], shape


def depth(x: object) -> int:
    """Return how many levels of lists there are.

    Example:
        >>> depth([[0.5, 1.0], [2.0, 0.0]]), depth(3)
        (2, 0)
    """
    levels = 0
    while is_sequence(x) and len(x):  # type: ignore[arg-type]  # a sequence has a length
        x, levels = x[0], levels + 1  # type: ignore[index]  # a sequence, as was just asked
    return levels


def counted(target: "int | Value", ignore_index: int) -> "tuple[Element, int | Value]":
    """Return 1 for a target that counts and 0 for one to be ignored, and a class in its place that can be looked up."""
    if not isinstance(target, Value):
        return (0.0, 0) if target == ignore_index else (1.0, target)
    distance = abs(target - ignore_index)  # classes are whole numbers, known only when the recorded program runs
    return autograd.where(distance, 1.0, 0.0), autograd.where(distance, target, 0.0)


def class_index(target: object, position: int, classes: int, name: str, ignore_index: int | None) -> "int | Value":
    """Return a target as an int: one of the classes or ``ignore_index``; a Value (while recording) as it is."""
    if isinstance(target, Value):
        return target
    try:
        index = operator.index(target)  # type: ignore[arg-type]  # what is not an int is reported
    except TypeError:
        raise errors.NumberError(
            f"{name}: targets are class numbers, ints from 0 to {classes - 1}; target {position} is {target!r}."
        ) from None
    if not 0 <= index < classes and index != ignore_index:
        remedy = f" To leave such targets out, give ignore_index={index}." if index < 0 and ignore_index is None else ""
        raise errors.ArgumentError(
            f"{name}: there are {classes} classes, so targets go from 0 to {classes - 1}; target {position} is {index}."
            + remedy
        )
    return index


def class_weights(weight: Sequence[float], classes: int, name: str) -> list[float]:
    """Return the weights of the classes as floats of at least 0."""
    weights = [within(f"{name}: weight[{i}]", number, "[0, inf)") for i, number in enumerate(weight)]
    if len(weights) != classes:
        raise errors.ArgumentError(
            f"{name}: weight has one number per class; got {len(weights)} for {classes} classes."
        )
    return weights
