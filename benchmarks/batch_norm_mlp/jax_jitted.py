"""JAX: the whole step, optimiser included, as one jitted function."""

import math

from benchmarks.batch_norm_mlp import (
    BATCHNORM_EPSILON,
    BETAS,
    DROPOUT,
    EPSILON,
    LEARNING_RATE,
    PERIOD,
    WEIGHT_DECAY,
    data,
    weights,
)
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Compile the step."""
    import jax
    from jax import numpy as jnp

    points, labels = (jnp.array(array) for array in data())
    parameters = [jnp.array(array) for array in weights()]
    state = [(jnp.zeros_like(p), jnp.zeros_like(p)) for p in parameters]
    keep = 1.0 - (0.0 if exact else DROPOUT)

    def loss(parameters: list, key: object) -> object:
        hidden, stream = points, iter(parameters)
        for _ in range(3):
            weight, bias, scale, shift = (next(stream) for _ in range(4))
            z = hidden @ weight.T + bias
            z = (z - z.mean(0)) / jnp.sqrt(z.var(0) + BATCHNORM_EPSILON) * scale + shift
            key, drawn = jax.random.split(key)
            mask = jax.random.bernoulli(drawn, keep, z.shape) / keep if keep < 1 else 1.0
            hidden = jax.nn.relu(z) * mask
        weight, bias = stream
        logits = (hidden @ weight.T + bias)[:, 0]
        return (jax.nn.softplus(logits) - labels * logits).mean()

    @jax.jit
    def update(parameters: list, state: list, key: object, rate: float, t: float) -> tuple:
        key, drawn = jax.random.split(key)
        total, gradients = jax.value_and_grad(loss)(parameters, drawn)
        norm = jnp.sqrt(sum((g * g).sum() for g in gradients))
        factor = jnp.minimum(1.0, 1.0 / (norm + 1e-6))
        new_parameters, new_state = [], []
        for p, gradient, (old_m, old_v) in zip(parameters, gradients, state, strict=True):
            g = gradient * factor
            m, v = BETAS[0] * old_m + (1 - BETAS[0]) * g, BETAS[1] * old_v + (1 - BETAS[1]) * g * g
            step = m / (1 - BETAS[0] ** t) / (jnp.sqrt(v / (1 - BETAS[1] ** t)) + EPSILON)
            new_parameters.append(p * (1 - rate * WEIGHT_DECAY) - rate * step)
            new_state.append((m, v))
        return total, new_parameters, new_state, key

    key, done = jax.random.PRNGKey(0), 0

    def step() -> float:
        nonlocal parameters, state, key, done
        rate = LEARNING_RATE * (1 + math.cos(math.pi * done / PERIOD)) / 2
        done += 1
        total, parameters, state, key = update(parameters, state, key, rate, float(done))
        return float(total)

    return lambda count: [step() for _ in range(count)][-1:]
