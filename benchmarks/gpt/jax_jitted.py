"""JAX: value and gradient as one jitted function of arrays."""

from benchmarks.gpt import EMBEDDING, EPSILON, HEAD, HEADS, TARGETS, TOKENS, weights
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Compile the pass."""
    import jax
    from jax import numpy as jnp

    parameters = {name: jnp.array(rows) for name, rows in weights().items()}
    tokens, targets, n = jnp.array(TOKENS), jnp.array(TARGETS), len(TOKENS)
    future = jnp.triu(jnp.full((n, n), -jnp.inf), 1)

    def normalized(x: jax.Array) -> jax.Array:
        return x * ((x * x).mean(-1, keepdims=True) + EPSILON) ** -0.5

    def loss(p: dict[str, jax.Array]) -> jax.Array:
        x = normalized(p["token"][tokens] + p["position"][:n])
        y = normalized(x)
        q, k, v = ((y @ p[name].T).reshape(n, HEADS, HEAD).swapaxes(0, 1) for name in ("query", "key", "value"))
        shares = jax.nn.softmax(q @ k.swapaxes(1, 2) / HEAD**0.5 + future, -1)
        x = x + (shares @ v).swapaxes(0, 1).reshape(n, EMBEDDING) @ p["attention"].T
        x = x + jax.nn.relu(normalized(x) @ p["up"].T) @ p["down"].T
        return -jax.nn.log_softmax(x @ p["head"].T)[jnp.arange(n), targets].mean()

    both = jax.jit(jax.value_and_grad(loss))

    def step() -> list[float]:
        value, gradients = both(parameters)
        jax.block_until_ready(gradients)
        return [float(value)]

    def checked(count: int) -> list[float]:
        value, gradients = both(parameters)
        return [float(value), sum(float((g * g).sum()) for g in gradients.values())]

    return checked if exact else lambda count: [step() for _ in range(count)][-1]
