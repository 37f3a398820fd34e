"""Data-parallel training with JAX: a network written with Values, trained on eight devices at once.

The loss of one sample is written with plain scalars and recorded. As a JAX function it is put through ``vmap`` (a
batch), ``grad`` and ``jit``, and JAX's own sharding gives each device its share of the samples; the gradients are added
up over all of them. One computer is enough to try it, because JAX can pretend that a CPU is eight devices::

    python docs/data_parallel_with_jax.py
"""

import os

if __name__ == "__main__":  # has to be set before JAX is imported
    os.environ.setdefault("XLA_FLAGS", "--xla_force_host_platform_device_count=8")

import jax
import jax.numpy as jnp
from jax.sharding import Mesh, NamedSharding, PartitionSpec

import autograd
import nn

jax.config.update("jax_enable_x64", True)  # doubles, as in autograd; without this line everything runs in float32

STEPS, LEARNING_RATE = 100, 0.5


def train(samples: list[list[float]], labels: list[float], model: nn.MLP) -> tuple[list[float], str]:
    """Train ``model`` in place on all devices there are; return the losses and the text of the compiled step."""

    # 1. The loss of one sample, in scalars. One call records it.
    @autograd.compile
    def loss(x: list[float], label: float) -> autograd.Value:
        return autograd.softplus(-label * model(x))  # labels are -1 and 1

    loss(samples[0], labels[0])
    exported = loss.to_jax()

    # 2. From one sample to a batch and its gradient: JAX's own transformations.
    def mean_loss(parameters: jax.Array, xs: jax.Array, ys: jax.Array) -> jax.Array:
        return jax.vmap(exported, in_axes=(None, 0, 0))(parameters, xs, ys).mean()

    @jax.jit
    def step(parameters: jax.Array, xs: jax.Array, ys: jax.Array) -> tuple[jax.Array, jax.Array]:
        value, gradient = jax.value_and_grad(mean_loss)(parameters, xs, ys)
        return parameters - LEARNING_RATE * gradient, value

    # 3. Every device gets a share of the samples and a copy of the parameters. That is all there is to say: the step
    #    above does not change, and XLA adds the gradients up over the devices (an all-reduce).
    mesh = Mesh(jax.devices(), ("devices",))
    shared_out, everywhere = NamedSharding(mesh, PartitionSpec("devices")), NamedSharding(mesh, PartitionSpec())
    xs = jax.device_put(jnp.array(samples), shared_out)
    ys = jax.device_put(jnp.array(labels), shared_out)
    parameters = jax.device_put(exported.parameters, everywhere)

    losses = []
    for _ in range(STEPS):
        parameters, value = step(parameters, xs, ys)
        losses.append(float(value))

    # 4. Back to Values, which can be drawn, stepped through and saved.
    for value, number in zip(exported.values, parameters.tolist(), strict=True):
        value.data = number
    return losses, step.lower(parameters, xs, ys).compile().as_text()


def data(count: int = 400) -> tuple[list[list[float]], list[float]]:
    """Return the samples of two moons, and -1 or 1 for each."""
    samples, labels = nn.make_moons(count, noise=0.1, seed=0)
    return samples, [2.0 * label - 1.0 for label in labels]


if __name__ == "__main__":
    model = nn.MLP(2, [8, 8, 1], seed=0)
    samples, labels = data()
    losses, program = train(samples, labels, model)
    right = sum((model(x).data > 0) == (label > 0) for x, label in zip(samples, labels, strict=True))
    print(f"devices: {len(jax.devices())}, samples on each: {len(samples) // len(jax.devices())}")
    print(f"gradients are added up over the devices: {'all-reduce' in program}")
    print(f"loss: {losses[0]!r} -> {losses[-1]!r}")
    print(f"accuracy: {right / len(samples):.3f}")
