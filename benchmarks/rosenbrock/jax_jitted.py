"""JAX: value and gradient, jitted, of numbers that are on the device already."""

from benchmarks.rosenbrock import POINT, rosenbrock
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Compile the function."""
    import jax

    both = jax.jit(jax.value_and_grad(rosenbrock, (0, 1)))
    x, y = (jax.numpy.array(number) for number in POINT)

    def run(count: int) -> list[float]:
        for _ in range(count):
            value, (dx, dy) = jax.block_until_ready(both(x, y))
        return [float(value), float(dx), float(dy)]

    return run
