"""Problems of the test set of Moré, Garbow & Hillstrom (1981), and other functions that people differentiate.

Each takes its numbers, and a module of functions of single numbers: autograd, or JAX's arrays of dimension 0.
"""

import math

BARD = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39]
GAUSS = [0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989]
MEYER = [34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872]
KOWALIK = [0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246]
ORDERS = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625]


def helical(x, m):
    turn = m.atan(x[1] / x[0]) / (2 * math.pi) + 0.5  # for x[0] < 0, where the standard starting point is
    return [10 * (x[2] - 10 * turn), 10 * (m.sqrt(x[0] ** 2 + x[1] ** 2) - 1), x[2]]


def bard(x, m):
    terms = [(i, 16 - i, min(i, 16 - i)) for i in range(1, 16)]
    return [y - (x[0] + u / (v * x[1] + w * x[2])) for y, (u, v, w) in zip(BARD, terms, strict=True)]


def biggs(x, m):
    ts = [0.1 * i for i in range(1, 14)]
    ys = [math.exp(-t) - 5 * math.exp(-10 * t) + 3 * math.exp(-4 * t) for t in ts]
    return [
        x[2] * m.exp(-t * x[0]) - x[3] * m.exp(-t * x[1]) + x[5] * m.exp(-t * x[4]) - y
        for t, y in zip(ts, ys, strict=True)
    ]


def broyden(x, m):
    padded = [0.0, *x, 0.0]
    return [(3 - 2 * padded[i]) * padded[i] - padded[i - 1] - 2 * padded[i + 1] + 1 for i in range(1, len(padded) - 1)]


def brown_almost_linear(x, m):
    total = sum(x)
    return [each + total - (len(x) + 1) for each in x[:-1]] + [math.prod(x) - 1]


def trigonometric(x, m):
    total = sum(m.cos(each) for each in x)
    return [len(x) - total + i * (1 - m.cos(each)) - m.sin(each) for i, each in enumerate(x, start=1)]


def penalty(x, m):
    return [*[math.sqrt(1e-5) * (each - 1) for each in x], sum(each**2 for each in x) - 0.25]


def variably_dimensioned(x, m):
    total = sum(j * (each - 1) for j, each in enumerate(x, start=1))
    return [*[each - 1 for each in x], total, total**2]


RESIDUALS = {
    "Rosenbrock": (lambda x, m: [10 * (x[1] - x[0] ** 2), 1 - x[0]], [-1.2, 1.0], 0.0),
    "Freudenstein and Roth": (
        lambda x, m: [
            -13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1],
            -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1],
        ],
        [0.5, -2.0],
        48.98425,
    ),
    "Powell badly scaled": (
        lambda x, m: [1e4 * x[0] * x[1] - 1, m.exp(-x[0]) + m.exp(-x[1]) - 1.0001],
        [0.0, 1.0],
        0.0,
    ),
    "Brown badly scaled": (lambda x, m: [x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2], [1.0, 1.0], 0.0),
    "Beale": (
        lambda x, m: [y - x[0] * (1 - x[1] ** i) for i, y in enumerate([1.5, 2.25, 2.625], start=1)],
        [1.0, 1.0],
        0.0,
    ),
    "Jennrich and Sampson": (
        lambda x, m: [2 + 2 * i - (m.exp(i * x[0]) + m.exp(i * x[1])) for i in range(1, 11)],
        [0.3, 0.4],
        124.362,
    ),
    "Helical valley": (helical, [-1.0, 0.0, 0.0], None),  # its minimum lies on the other branch of atan
    "Bard": (bard, [1.0, 1.0, 1.0], 8.21487e-3),
    "Gaussian": (
        lambda x, m: [
            x[0] * m.exp(-x[1] * ((8 - i) / 2 - x[2]) ** 2 / 2) - GAUSS[min(i, 16 - i) - 1] for i in range(1, 16)
        ],
        [0.4, 1.0, 0.0],
        1.12793e-8,
    ),
    "Meyer": (
        lambda x, m: [x[0] * m.exp(x[1] / (45 + 5 * i + x[2])) - y for i, y in enumerate(MEYER, start=1)],
        [0.02, 4000.0, 250.0],
        87.9458,
    ),
    "Box": (
        lambda x, m: [
            m.exp(-t * x[0]) - m.exp(-t * x[1]) - x[2] * (math.exp(-t) - math.exp(-10 * t))
            for t in [0.1 * i for i in range(1, 11)]
        ],
        [0.0, 10.0, 20.0],
        0.0,
    ),
    "Powell singular": (
        lambda x, m: [
            x[0] + 10 * x[1],
            math.sqrt(5) * (x[2] - x[3]),
            (x[1] - 2 * x[2]) ** 2,
            math.sqrt(10) * (x[0] - x[3]) ** 2,
        ],
        [3.0, -1.0, 0.0, 1.0],
        0.0,
    ),
    "Wood": (
        lambda x, m: [
            10 * (x[1] - x[0] ** 2),
            1 - x[0],
            math.sqrt(90) * (x[3] - x[2] ** 2),
            1 - x[2],
            math.sqrt(10) * (x[1] + x[3] - 2),
            (x[1] - x[3]) / math.sqrt(10),
        ],
        [-3.0, -1.0, -3.0, -1.0],
        0.0,
    ),
    "Kowalik and Osborne": (
        lambda x, m: [
            y - x[0] * (u**2 + u * x[1]) / (u**2 + u * x[2] + x[3]) for y, u in zip(KOWALIK, ORDERS, strict=True)
        ],
        [0.25, 0.39, 0.415, 0.39],
        3.07505e-4,
    ),
    "Brown and Dennis": (
        lambda x, m: [
            (x[0] + t * x[1] - math.exp(t)) ** 2 + (x[2] + x[3] * math.sin(t) - math.cos(t)) ** 2
            for t in [i / 5 for i in range(1, 21)]
        ],
        [25.0, 5.0, -5.0, -1.0],
        85822.2,
    ),
    "Biggs EXP6": (biggs, [1.0, 2.0, 1.0, 1.0, 1.0, 1.0], None),  # it has several minima
    "Penalty I": (penalty, [1.0, 2.0, 3.0, 4.0], 2.24997e-5),
    "Variably dimensioned": (variably_dimensioned, [0.75, 0.5, 0.25, 0.0], 0.0),
    "Trigonometric": (trigonometric, [0.25] * 4, None),  # it has several minima
    "Brown almost linear": (brown_almost_linear, [0.5] * 5, 0.0),
    "Broyden tridiagonal": (broyden, [-1.0] * 6, 0.0),
}
"""Residuals, the standard starting point, and the sum of squares at the minimum where it is unique."""


def normal(x, m):
    return 0.5 * (1 + m.erf(x / math.sqrt(2)))


def call_price(x, m):
    share, strike, years, rate, spread = x
    first = (m.log(share / strike) + (rate + spread**2 / 2) * years) / (spread * m.sqrt(years))
    return share * normal(first, m) - strike * m.exp(-rate * years) * normal(first - spread * m.sqrt(years), m)


def lennard_jones(x, m):
    places = [x[0:3], x[3:6], x[6:9]]
    total = 0.0
    for i, a in enumerate(places):
        for b in places[:i]:
            inverse = 1 / sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) ** 3
            total = total + 4 * (inverse**2 - inverse)
    return total


def network(x, m):
    hidden = [m.tanh(x[i] * 0.7 - x[i + 1] * 1.3 + x[i + 2]) for i in (0, 3)]
    return m.log(1 + m.exp(-(hidden[0] * x[6] + hidden[1] * x[7])))


def logistic_steps(x, m):
    state = x[0]
    for _ in range(12):
        state = x[1] * state * (1 - state)
    return state


def bessel(x, m):
    return sum((-1) ** k * (x[0] / 2) ** (2 * k) / math.factorial(k) ** 2 for k in range(12))


def determinant(x, m):
    a, b, c, d, e, f, g, h, i = x
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


def pendulum(x, m):
    angle, length, speed, stretch = x
    kinetic = 0.5 * (stretch**2 + (length * speed) ** 2)
    return kinetic - (-9.81 * length * m.cos(angle) + 20 * (length - 1) ** 2)


def kalman(x, m):
    level, spread, total = 0.0, 10.0, 0.0
    for y in (0.4, 0.9, 0.7, 1.4, 1.1):
        spread = spread + m.exp(x[0])
        variance = spread + m.exp(x[1])
        total = total + 0.5 * (m.log(variance) + (y - level) ** 2 / variance)
        level, spread = level + spread / variance * (y - level), spread * (1 - spread / variance)
    return total


FUNCTIONS = {
    "cube": (lambda x, m: x[0] ** 3, [1.7]),
    "power of two numbers": (lambda x, m: x[0] ** x[1], [1.7, 2.3]),
    "gauss": (lambda x, m: m.exp(-(x[0] ** 2) / 2) / math.sqrt(2 * math.pi), [0.8]),
    "sinc": (lambda x, m: m.sin(x[0]) / x[0], [1.3]),
    "wave": (lambda x, m: m.sin(x[0] - 2 * x[1]) * m.exp(-x[1]), [0.4, 0.9]),
    "tangent": (lambda x, m: m.tan(x[0]) * m.cos(x[1]), [0.6, 1.1]),
    "angle": (lambda x, m: m.atan(x[0] / x[1]), [0.6, -1.1]),
    "arcs": (lambda x, m: m.asin(x[0]) * m.acos(x[1]), [0.3, -0.4]),
    "hyperbolic": (lambda x, m: m.sinh(x[0]) / m.cosh(x[1]), [0.5, 1.2]),
    "catenary": (lambda x, m: x[0] * m.cosh(x[1] / x[0]), [1.5, 0.7]),
    "small differences": (lambda x, m: m.expm1(x[0]) * m.log1p(x[1]), [1e-5, 2e-6]),
    "roots": (lambda x, m: m.sqrt(x[0] * x[1]) + m.sqrt(1 + x[2] ** 2), [2.0, 3.0, -1.5]),
    "entropy": (lambda x, m: -sum(each * m.log(each) for each in x), [0.2, 0.3, 0.5]),
    "log of a sum": (lambda x, m: m.log(sum(m.exp(each) for each in x)), [0.1, -1.4, 2.2]),
    "probability": (lambda x, m: m.exp(x[0]) / sum(m.exp(each) for each in x), [0.1, -1.4, 2.2]),
    "logistic regression": (
        lambda x, m: sum(m.log1p(m.exp(-y * (x[0] * t + x[1]))) for t, y in ((0.5, 1), (-1.0, -1), (2.0, -1))),
        [0.3, -0.2],
    ),
    "call option": (call_price, [100.0, 95.0, 0.5, 0.03, 0.25]),
    "three atoms": (lennard_jones, [0.0, 0.0, 0.0, 1.1, 0.1, 0.2, 0.4, 1.0, -0.3]),
    "network": (network, [0.1, -0.4, 0.3, 0.8, 0.5, -0.6, 1.2, -0.9]),
    "logistic map": (logistic_steps, [0.3, 2.9]),
    "Bessel series": (bessel, [1.9]),
    "determinant": (determinant, [2.0, 0.3, -1.0, 0.5, 1.7, 0.2, -0.6, 0.4, 3.1]),
    "continued fraction": (lambda x, m: 1 / (x[0] + 1 / (x[1] + 1 / (x[2] + 1 / x[3]))), [1.1, 2.2, 0.7, 3.0]),
    "spring pendulum": (pendulum, [0.4, 1.2, -0.7, 0.3]),
    "Kalman likelihood": (kalman, [-1.0, -0.5]),
    "polynomial": (lambda x, m: sum(c * x[0] ** k for k, c in enumerate((3, -2, 0.5, 4, -1))), [0.9]),
    "Kepler": (lambda x, m: x[0] - x[1] * m.sin(x[0]), [0.8, 0.3]),
    "van der Waals": (lambda x, m: 8 * x[0] / (3 * x[1] - 1) - 3 / x[1] ** 2, [1.1, 0.9]),
    "Planck": (lambda x, m: x[0] ** 3 / m.expm1(x[0] / x[1]), [2.0, 0.8]),
    "norm": (lambda x, m: m.sqrt(sum(each**2 for each in x)), [3.0, -4.0, 12.0]),
}
"""Functions that return one number, with a point."""
