"""JAX: a scan, value and gradient jitted."""

from benchmarks.chain import OPERATIONS, START
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Compile the pass."""
    import jax

    def chain(x: jax.Array) -> jax.Array:
        end, _ = jax.lax.scan(lambda y, _: (y * x + 0.1, None), x, length=OPERATIONS // 2)
        return end

    both = jax.jit(jax.value_and_grad(chain))

    def run(count: int) -> list[float]:
        for _ in range(count):
            value, slope = jax.block_until_ready(both(START))
        return [float(value), float(slope)]

    return run
