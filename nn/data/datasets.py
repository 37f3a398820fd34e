"""Data to try a model on: Fisher's Iris flowers, handwritten digits, and generated points; also as ``nn.datasets``.

Every generator returns ``(X, y)``: a list of samples (lists of floats) and a list of targets (class numbers, or
floats for curves). The classes alternate, so that any part of the data holds them all. ``seed`` makes the noise
repeat.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from autograd.files import shipped
from nn.argument_checks import positive, within
from nn.init import Seed, generator_from

Points: TypeAlias = tuple[list[list[float]], list[int]]
Shape: TypeAlias = Callable[[int, float], tuple[float, float]]
"""The coordinates for a class and a place from 0 to 1 along its shape."""


class Iris(NamedTuple):
    """The Iris flowers, with scikit-learn's names for the parts."""

    data: list[list[float]]
    """150 samples of four lengths in centimetres."""
    target: list[int]
    """The species of each, 0, 1 or 2."""
    feature_names: list[str]
    """What the four lengths are."""
    target_names: list[str]
    """What the species are called."""


class Digits(NamedTuple):
    """The handwritten digits, with scikit-learn's names for the parts."""

    data: list[list[float]]
    """1,797 samples of 64 pixels, row by row, each from 0 (empty) to 16 (full)."""
    target: list[int]
    """The digit of each, 0 to 9."""
    images: list[list[list[float]]]
    """The same samples as 8 rows of 8 pixels."""
    feature_names: list[str]
    """The pixels' places, ``pixel_row_column``."""
    target_names: list[int]
    """The digits."""


def load_iris() -> Iris:
    """Return the 150 Iris flowers of Fisher's paper: 50 of each of three species, in this order.

    Source: Fisher, The use of multiple measurements in taxonomic problems (1936); see the top of ``iris.csv``.

    Example:
        >>> iris = load_iris()
        >>> len(iris.data), iris.data[0], iris.target[0], iris.target_names
        (150, [5.1, 3.5, 1.4, 0.2], 0, ['setosa', 'versicolor', 'virginica'])
    """
    header, *rows = table("iris.csv")
    names = list(dict.fromkeys(row[-1] for row in rows))
    data = [[float(text) for text in row[:-1]] for row in rows]
    return Iris(data, [names.index(row[-1]) for row in rows], header[:-1], names)


def load_digits() -> Digits:
    """Return 1,797 handwritten digits of 8 x 8 pixels, the test set of the UCI collection.

    Source: Alpaydin & Kaynak, Optical Recognition of Handwritten Digits (1998), doi.org/10.24432/C50P49, under the
    licence CC BY 4.0; see the top of ``digits.csv``.

    Example:
        >>> digits = load_digits()
        >>> len(digits.data), digits.target[:5]
        (1797, [0, 1, 2, 3, 4])
        >>> for row in digits.images[0]:
        ...     print("".join("-.:*#"[int(pixel / 4)] for pixel in row))
        --.*:---
        --**:*.-
        --*--::-
        -.*--::-
        -.:--::-
        -.:--*.-
        --*.:*--
        --.*:---
    """
    _, *rows = table("digits.csv")
    data = [[float(int(pixel, 17)) for pixel in pixels] for pixels, _ in rows]
    images = [[sample[i : i + 8] for i in range(0, 64, 8)] for sample in data]
    names = [f"pixel_{row}_{column}" for row in range(8) for column in range(8)]
    return Digits(data, [int(digit) for _, digit in rows], images, names, list(range(10)))


def table(name: str) -> list[list[str]]:
    """Return the rows of a file beside this one, its header first, without the comments at its top."""
    lines = shipped(__package__, name).splitlines()
    return [line.split(",") for line in lines if not line.startswith("#")]


def make_moons(n_samples: int = 100, noise: float = 0.0, *, seed: Seed = None) -> Points:
    """Return two interleaving half circles, one class each.

    Args:
        n_samples: how many points, at least 2.
        noise: the standard deviation of the noise added to each coordinate.
        seed: an int for the same noise every time.

    Raises:
        ArgumentError: a negative noise, fewer points than classes.

    Source: the shapes are scikit-learn's.

    Example:
        >>> X, y = make_moons(4)
        >>> y
        [0, 1, 0, 1]
    """

    def moon(kind: int, part: float) -> tuple[float, float]:
        x, height = math.cos(math.pi * part), math.sin(math.pi * part)
        return (1 - x, 0.5 - height) if kind else (x, height)

    return points(moon, 2, n_samples, noise, seed)


def make_circles(n_samples: int = 100, noise: float = 0.0, *, factor: float = 0.5, seed: Seed = None) -> Points:
    """Return two circles around the origin: class 0 of radius 1, class 1 of radius ``factor``.

    The other arguments and errors are those of :func:`make_moons`.

    Example:
        >>> X, y = make_circles(2)
        >>> X, y
        ([[1.0, 0.0], [0.5, 0.0]], [0, 1])
    """
    inner = within("factor", factor, "(0, 1)")

    def circle(kind: int, part: float) -> tuple[float, float]:
        radius = inner if kind else 1.0
        return radius * math.cos(2 * math.pi * part), radius * math.sin(2 * math.pi * part)

    return points(circle, 2, n_samples, noise, seed, closed=True)


def make_spirals(
    n_samples: int = 150, noise: float = 0.0, *, classes: int = 3, turns: float = 0.75, seed: Seed = None
) -> Points:
    """Return spiral arms that wind around the origin up to radius 1, one class each.

    Args:
        n_samples: how many points, at least one per class.
        noise: the standard deviation of the noise added to each coordinate.
        classes: how many arms.
        turns: how many times each goes round.
        seed: an int for the same noise every time.

    Raises:
        ArgumentError: an argument out of range.

    Example:
        >>> X, y = make_spirals(6)
        >>> y
        [0, 1, 2, 0, 1, 2]
    """
    arms = positive("classes", classes)

    def arm(kind: int, part: float) -> tuple[float, float]:
        angle = 2 * math.pi * (turns * part + kind / arms)
        return part * math.cos(angle), part * math.sin(angle)

    return points(arm, arms, n_samples, noise, seed)


def make_xor(n_samples: int = 4, noise: float = 0.0, *, seed: Seed = None) -> Points:
    """Return the corners of the unit square in turn; the class is 1 where exactly one coordinate is 1.

    The arguments and errors are those of :func:`make_moons`.

    Example:
        >>> make_xor()
        ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    generator, spread = generator_from(seed), within("noise", noise, "[0, inf)")
    corners = [(i // 2 % 2, i % 2) for i in range(positive("n_samples", n_samples))]
    samples = [[a + generator.gauss(0, spread), b + generator.gauss(0, spread)] for a, b in corners]
    return samples, [a ^ b for a, b in corners]


def make_curve(
    function: Callable[[float], float] = math.sin,
    n_samples: int = 100,
    noise: float = 0.0,
    *,
    interval: Sequence[float] = (-math.pi, math.pi),
    seed: Seed = None,
) -> tuple[list[list[float]], list[float]]:
    """Return points on the curve of a function, for regression.

    Args:
        function: what to learn, a function of one float.
        n_samples: how many points, evenly spaced and including both ends.
        noise: the standard deviation of the noise added to each target.
        interval: the first and the last x.
        seed: an int for the same noise every time.

    Raises:
        ArgumentError: an argument out of range.

    Example:
        >>> make_curve(abs, 3, interval=(-1, 1))
        ([[-1.0], [0.0], [1.0]], [1.0, 0.0, 1.0])
    """
    generator, spread = generator_from(seed), within("noise", noise, "[0, inf)")
    count, (low, high) = positive("n_samples", n_samples), interval
    xs = [low + (high - low) * i / max(1, count - 1) for i in range(count)]
    return [[x] for x in xs], [function(x) + generator.gauss(0, spread) for x in xs]


def points(shape: Shape, classes: int, n_samples: int, noise: float, seed: Seed, *, closed: bool = False) -> Points:
    """Return points along the shapes of the classes; with ``closed``, place 1 is place 0 and is not used twice."""
    generator, spread = generator_from(seed), within("noise", noise, "[0, inf)")
    within("n_samples", positive("n_samples", n_samples), f"[{classes}, inf)")
    samples, targets = [], []
    for i in range(n_samples):
        kind = i % classes
        count = len(range(kind, n_samples, classes))  # points of this class
        x1, x2 = shape(kind, i // classes / max(1, count - (not closed)))
        samples.append([x1 + generator.gauss(0, spread), x2 + generator.gauss(0, spread)])
        targets.append(kind)
    return samples, targets
