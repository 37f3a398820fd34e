"""JAX: arrays of all paths, a scan over the steps, value and gradient jitted."""

from benchmarks.heston import FLOOR, PARAMETERS, STEPS, STRIKE, draws
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Compile the pass."""
    import jax
    from jax import numpy as jnp

    shocks = jnp.array(draws()).transpose(1, 2, 0)
    numbers = jnp.array(PARAMETERS)

    def price(parameters: jax.Array) -> jax.Array:
        spot, variance, reversion, long_run, volatility, correlation, rate, maturity = parameters
        step = maturity / STEPS
        independent = jnp.sqrt(1.0 - correlation * correlation)

        def advance(state: tuple[jax.Array, jax.Array], pair: jax.Array) -> tuple[tuple[jax.Array, jax.Array], None]:
            spot, variance = state
            first, second = pair
            truncated = jnp.maximum(variance, FLOOR)
            root = jnp.sqrt(truncated * step)
            spot = spot * jnp.exp((rate - 0.5 * truncated) * step + root * first)
            shock = correlation * first + independent * second
            variance = variance + reversion * (long_run - truncated) * step + volatility * root * shock
            return (spot, variance), None

        start = (jnp.full(shocks.shape[2], spot), jnp.full(shocks.shape[2], variance))
        (spots, _), _ = jax.lax.scan(advance, start, shocks)
        return jnp.exp(-rate * maturity) * jnp.maximum(spots - STRIKE, 0.0).mean()

    both = jax.jit(jax.value_and_grad(price))

    def run(count: int) -> list[float]:
        for _ in range(count):
            value, gradient = jax.block_until_ready(both(numbers))
        return [float(value), *gradient.tolist()]

    return run
