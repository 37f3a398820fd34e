"""A Heston Monte Carlo price with its eight sensitivities: a million scalar operations that run once.

The scheme is Euler's with full truncation (Lord, Koekkoek & van Dijk, A comparison of biased simulation schemes for
stochastic volatility models, 2010), its variance kept above a small number, where the square root has a slope.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.workload import Bar, Workload

WORKLOAD = Workload(
    title="Heston: a call's price by Monte Carlo, 1,000 paths of 50 steps, and its eight sensitivities",
    contestants=["ours_eager", "ours_over_numpy", "xad_tape", "jax_jitted"],
    bars=[Bar("ours_eager", "xad_tape", at_most=1.3)],
    agreement=1e-9,
    unit="price",
    notes="`ours_over_numpy` records one path and computes it for arrays of all paths: `compile(f).over('numpy')`.",
    exact_steps=1,
)

PATHS, STEPS = 1_000, 50
FLOOR = 1e-8
SPOT, VARIANCE, REVERSION, LONG_RUN, VOLATILITY, CORRELATION, RATE, MATURITY = range(8)
PARAMETERS = [100.0, 0.04, 1.5, 0.05, 0.4, -0.6, 0.02, 1.0]
STRIKE = 102.0

Numbers = Sequence[Any]


def draws() -> list[list[tuple[float, float]]]:
    """Return two standard normal numbers for each step of each path."""
    draw = random.Random(11)
    return [[(draw.gauss(0, 1), draw.gauss(0, 1)) for _ in range(STEPS)] for _ in range(PATHS)]


def payoff(parameters: Numbers, shocks: Sequence[Numbers], functions: dict[str, Callable[..., Any]]) -> Any:
    """Return the discounted payoff of one path, for numbers of any kind.

    ``functions`` has ``exp``, ``sqrt``, and ``above(x, floor)``, the larger of both.
    """
    exp, sqrt, above = functions["exp"], functions["sqrt"], functions["above"]
    spot, variance, reversion, long_run, volatility, correlation, rate, maturity = parameters
    step = maturity / STEPS
    independent = sqrt(1.0 - correlation * correlation)
    for first, second in shocks:
        truncated = above(variance, FLOOR)
        root = sqrt(truncated * step)
        spot = spot * exp((rate - 0.5 * truncated) * step + root * first)
        shock = correlation * first + independent * second
        variance = variance + reversion * (long_run - truncated) * step + volatility * root * shock
    return exp(-rate * maturity) * above(spot - STRIKE, 0.0)


def price(parameters: Numbers, paths: Sequence[Sequence[Numbers]], functions: dict[str, Callable[..., Any]]) -> Any:
    """Return the mean over all paths."""
    total = payoff(parameters, paths[0], functions)
    for shocks in paths[1:]:
        total = total + payoff(parameters, shocks, functions)
    return total * (1.0 / len(paths))
