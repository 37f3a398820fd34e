"""JAX: the whole step as one jitted function of arrays."""

from benchmarks.two_moons import ALPHA, LEARNING_RATE, data, weights
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Compile the step."""
    import jax
    from jax import numpy as jnp

    points, labels = (jnp.array(items) for items in data())
    parameters = []
    for layer in weights():
        parameters += [jnp.array([w for w, _ in layer]).T, jnp.array([b for _, b in layer])]

    def loss(parameters: list) -> object:
        w1, b1, w2, b2, w3, b3 = parameters
        hidden = jax.nn.relu(points @ w1 + b1)
        hidden = jax.nn.relu(hidden @ w2 + b2)
        scores = (hidden @ w3 + b3)[:, 0]
        return jax.nn.relu(1 - labels * scores).mean() + ALPHA * sum((p * p).sum() for p in parameters)

    @jax.jit
    def update(parameters: list) -> tuple:
        total, gradients = jax.value_and_grad(loss)(parameters)
        return total, [p - LEARNING_RATE * g for p, g in zip(parameters, gradients, strict=True)]

    def step() -> float:
        nonlocal parameters
        total, parameters = update(parameters)
        return float(total)

    return lambda count: [step() for _ in range(count)][-1:]
