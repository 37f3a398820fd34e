"""JAX: ``grad`` of ``grad`` for arrays of all points, value and gradient jitted."""

from benchmarks.physics import PLACES, SOURCES, weights
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Compile the loss."""
    import jax
    from jax import numpy as jnp

    layers = [jnp.array(layer) for layer in weights()]
    places, sources = jnp.array(PLACES), jnp.array(SOURCES)

    def u(layers: list[jax.Array], x: jax.Array) -> jax.Array:
        values = jnp.array([x])
        for layer in layers[:-1]:
            values = jnp.tanh(layer[:, :-1] @ values + layer[:, -1])
        return (layers[-1][:, :-1] @ values + layers[-1][:, -1])[0]

    curvature = jax.vmap(jax.grad(jax.grad(u, 1), 1), (None, 0))

    def loss(layers: list[jax.Array]) -> jax.Array:
        left = curvature(layers, places) + sources
        return (left * left).mean() + u(layers, 0.0) ** 2 + u(layers, 1.0) ** 2

    both = jax.jit(jax.value_and_grad(loss))

    def run(count: int) -> list[float]:
        for _ in range(count):
            value, gradient = jax.block_until_ready(both(layers))
        return [float(value), *[number for layer in gradient for number in layer.reshape(-1).tolist()]]

    return run
