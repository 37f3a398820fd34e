"""How weights start: the initialisation schemes, under PyTorch's names.

Each scheme fills a matrix ``weight[out][in]`` of Values in place and returns it. ``seed`` is an int, or a
``random.Random`` that several layers share; without one the numbers follow from Python's global generator, so
that ``random.seed(...)`` makes them repeat.

Sources: Glorot & Bengio, Understanding the difficulty of training deep feedforward neural networks (2010), for
Xavier; He, Zhang, Ren & Sun, Delving deep into rectifiers (2015), for Kaiming.
"""

import math
import random
from collections.abc import Callable, Sequence
from numbers import Integral
from typing import TypeAlias, TypeVar

from autograd import Value, errors
from nn.argument_checks import one_of, within

__all__ = ["calculate_gain", "constant_", "normal_", "ones_", "uniform_", "zeros_"]
__all__ += ["kaiming_normal_", "kaiming_uniform_", "xavier_normal_", "xavier_uniform_"]

WeightMatrix: TypeAlias = Sequence[Sequence[Value]]
M = TypeVar("M", bound="Sequence[Value] | WeightMatrix")
Seed: TypeAlias = int | random.Random | None
Scheme: TypeAlias = "str | Callable[[WeightMatrix], object] | None"

RELU_FAMILY = frozenset({"relu", "leaky_relu", "elu", "gelu", "silu", "softplus"})
"""Activations that block about half of their input, so that weights need twice the variance."""


def generator_from(seed: Seed) -> random.Random:
    """Return the generator that a ``seed=`` argument stands for.

    Example:
        >>> generator_from(7).random() == generator_from(7).random()
        True
    """
    if isinstance(seed, random.Random):
        return seed
    if seed is not None and not isinstance(seed, Integral):
        raise errors.NumberError(f"seed must be an int, a random.Random or None; got {seed!r}.")
    return random.Random(random.getrandbits(64) if seed is None else int(seed))


def calculate_gain(nonlinearity: str, param: float = 0.01) -> float:
    """Return the gain of an activation: how many times larger weights must be to keep the signal's size behind it.

    Args:
        nonlinearity: ``"linear"`` and ``"sigmoid"`` give 1, ``"tanh"`` 5/3, ``"relu"`` sqrt(2), ``"leaky_relu"``
            sqrt(2 / (1 + param²)). Here ``"elu"``, ``"gelu"``, ``"silu"`` and ``"softplus"`` count as ``"relu"``.
        param: the negative slope of leaky ReLU.

    Raises:
        ArgumentError: another name.

    Example:
        >>> calculate_gain("tanh")
        1.6666666666666667
    """
    one_of("nonlinearity", nonlinearity, ("linear", "sigmoid", "tanh", *sorted(RELU_FAMILY)))
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + param * param))
    if nonlinearity in RELU_FAMILY:
        return math.sqrt(2)
    return 5 / 3 if nonlinearity == "tanh" else 1.0


def checked_lists(weight: M) -> M:
    """Return lists of Values as they are; a module, one Value or None in their place raises an error."""
    if not hasattr(weight, "__iter__"):
        raise errors.ArgumentError(
            f"What is filled are Values in lists, such as the .weight or the .bias of a layer; got {weight!r}."
        )
    return weight


def fill(weight: M, draw: Callable[[], float]) -> M:
    """Set every Value, in order, to a number from ``draw()``."""
    for part in checked_lists(weight):
        if isinstance(part, Value):
            part.data = draw()
        else:
            fill(part, draw)
    return weight


def constant_(weight: M, number: float) -> M:
    """Set every Value to ``number``. With equal weights, all neurons of a layer stay equal.

    Example:
        >>> constant_([Value(1.0), Value(2.0)], 0.5)[1].data
        0.5
    """
    start = within("number", number, "(-inf, inf)")
    return fill(weight, lambda: start)


def zeros_(weight: M) -> M:
    """Set every Value to 0, as for biases.

    Example:
        >>> zeros_([[Value(1.0)]])[0][0].data
        0.0
    """
    return fill(weight, lambda: 0.0)


def ones_(weight: M) -> M:
    """Set every Value to 1, as for the weights of a normalisation.

    Example:
        >>> ones_([Value(0.0)])[0].data
        1.0
    """
    return fill(weight, lambda: 1.0)


def uniform_(weight: M, a: float = 0.0, b: float = 1.0, *, seed: Seed = None) -> M:
    """Fill with numbers distributed uniformly between ``a`` and ``b``, which is at least ``a``.

    Example:
        >>> 3.0 <= uniform_([Value(0.0)], 3.0, 4.0, seed=1)[0].data <= 4.0
        True
    """
    generator, low = generator_from(seed), within("a", a, "(-inf, inf)")
    high = within("b", b, f"[{low!r}, inf)")
    return fill(weight, lambda: generator.uniform(low, high))


def normal_(weight: M, mean: float = 0.0, std: float = 1.0, *, seed: Seed = None) -> M:
    """Fill with normally distributed numbers.

    Example:
        >>> normal_([Value(0.0)], 3.0, 0.0, seed=1)[0].data
        3.0
    """
    generator, deviation = generator_from(seed), within("std", std, "[0, inf)")
    return fill(weight, lambda: generator.gauss(mean, deviation))


def fans(weight: WeightMatrix) -> tuple[int, int]:
    """Return how many inputs and how many outputs a weight matrix connects; each place under a window counts.

    Raises:
        ArgumentError: it is not a matrix; a bias has no fan-in.
    """
    if not checked_lists(weight) or isinstance(weight[0], Value) or not weight[0]:
        raise errors.ArgumentError(
            "This scheme needs a matrix weight[out][in] to count inputs and outputs; for biases use zeros_, "
            "for the weights of one neuron [neuron.w]."
        )
    places, inner = 1, weight[0][0]
    while not isinstance(inner, Value):  # weight[out][in][row][column] of a convolution
        places, inner = places * len(inner), inner[0]
    return len(weight[0]) * places, len(weight) * places


def kaiming_std(weight: WeightMatrix, a: float, mode: str, nonlinearity: str) -> float:
    """Return the standard deviation of the Kaiming schemes: ``gain / sqrt(fan)``."""
    fan_in, fan_out = fans(weight)
    fan = fan_in if one_of("mode", mode, ("fan_in", "fan_out")) == "fan_in" else fan_out
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def kaiming_normal_(
    weight: WeightMatrix, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, seed: Seed = None
) -> WeightMatrix:
    """Fill with normal numbers of standard deviation ``gain / sqrt(fan)`` (He's initialisation).

    Args:
        weight: ``weight[out][in]``.
        a: the negative slope of leaky ReLU; 0, the default, is plain ReLU.
        mode: ``"fan_in"`` keeps the size of the forward signal, ``"fan_out"`` that of the gradients.
        nonlinearity: the activation that follows; see :func:`calculate_gain`.
        seed: an int for the same numbers every time.

    Raises:
        ArgumentError: not a matrix, or an unknown mode or activation.

    Example:
        >>> weight = kaiming_normal_([[Value(0.0) for _ in range(50)] for _ in range(50)], seed=1)
        >>> 0.19 < (sum(value.data**2 for row in weight for value in row) / 2500) ** 0.5 < 0.21
        True
    """
    return normal_(weight, 0.0, kaiming_std(weight, a, mode, nonlinearity), seed=seed)


def kaiming_uniform_(
    weight: WeightMatrix, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, seed: Seed = None
) -> WeightMatrix:
    """Fill uniformly between ``± gain * sqrt(3 / fan)``; the arguments are those of :func:`kaiming_normal_`.

    Example:
        >>> abs(kaiming_uniform_([[Value(0.0)]], seed=1)[0][0].data) <= 6**0.5
        True
    """
    bound = math.sqrt(3) * kaiming_std(weight, a, mode, nonlinearity)
    return uniform_(weight, -bound, bound, seed=seed)


def xavier_std(weight: WeightMatrix, gain: float) -> float:
    """Return the standard deviation of the Xavier schemes: ``gain * sqrt(2 / (fan_in + fan_out))``."""
    return within("gain", gain, "(0, inf)") * math.sqrt(2 / sum(fans(weight)))


def xavier_normal_(weight: WeightMatrix, gain: float = 1.0, *, seed: Seed = None) -> WeightMatrix:
    """Fill with normal numbers of standard deviation ``gain * sqrt(2 / (fan_in + fan_out))`` (Glorot's).

    Args:
        weight: ``weight[out][in]``.
        gain: see :func:`calculate_gain`.
        seed: an int for the same numbers every time.

    Raises:
        ArgumentError: not a matrix.

    Example:
        >>> weight = xavier_normal_([[Value(0.0) for _ in range(50)] for _ in range(50)], seed=1)
        >>> 0.135 < (sum(value.data**2 for row in weight for value in row) / 2500) ** 0.5 < 0.148
        True
    """
    return normal_(weight, 0.0, xavier_std(weight, gain), seed=seed)


def xavier_uniform_(weight: WeightMatrix, gain: float = 1.0, *, seed: Seed = None) -> WeightMatrix:
    """Fill uniformly between ``± gain * sqrt(6 / (fan_in + fan_out))``; see :func:`xavier_normal_`.

    Example:
        >>> abs(xavier_uniform_([[Value(0.0)]], seed=1)[0][0].data) <= 3**0.5
        True
    """
    bound = math.sqrt(3) * xavier_std(weight, gain)
    return uniform_(weight, -bound, bound, seed=seed)


def initialise(weight: WeightMatrix, init: Scheme, activation: str, seed: Seed) -> None:
    """Fill a weight matrix as the ``init=`` argument of a layer asks.

    Args:
        weight: ``weight[out][in]``.
        init: ``"kaiming_normal"``, ``"kaiming_uniform"``, ``"xavier_normal"``, ``"xavier_uniform"``, ``"zeros"``,
            a function that fills a matrix, or None: Kaiming normal for the ReLU family, otherwise Xavier normal.
        activation: the name of the activation that follows, empty for none.
        seed: an int for the same numbers every time.

    Raises:
        ArgumentError: an unknown name.
    """
    generator = generator_from(seed)
    nonlinearity = activation if activation in RELU_FAMILY else "linear"
    slope = 0.01  # the default of leaky_relu
    schemes: dict[str, Callable[[], object]] = {
        "kaiming_normal": lambda: kaiming_normal_(weight, slope, nonlinearity=nonlinearity, seed=generator),
        "kaiming_uniform": lambda: kaiming_uniform_(weight, slope, nonlinearity=nonlinearity, seed=generator),
        "xavier_normal": lambda: xavier_normal_(weight, seed=generator),
        "xavier_uniform": lambda: xavier_uniform_(weight, seed=generator),
        "zeros": lambda: zeros_(weight),
    }
    if init is not None and not isinstance(init, str):
        init(weight)
        return
    default = "kaiming_normal" if activation in RELU_FAMILY else "xavier_normal"
    schemes[one_of("init", init or default, tuple(schemes))]()
