"""Watching a model at work: the outputs of every layer, and a way to run it that leaves no trace."""

import copy
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

from autograd import Value
from nn.choices import made_model
from nn.data.shapes import is_batch, is_sequence, leaves
from nn.layers.neurons import Neuron
from nn.module import Module
from nn.optim import Optimizer


@dataclass
class Outputs:
    """The outputs of one layer while it was watched."""

    path: str
    module: Module
    samples: list[list[Any]] = field(default_factory=list)
    """One list per sample: numbers or Values, or further lists of them, as of an image or a sequence."""
    parameters: list[Value] = field(default_factory=list)

    @property
    def rows(self) -> list[list[Any]]:
        """The numbers and Values of each sample in one row, however deep the lists are that they stand in."""
        return [[item for item in leaves(sample) if isinstance(item, Value | Real)] for sample in self.samples]

    @property
    def title(self) -> str:
        """The path of the layer and what it is; see :func:`title_of`."""
        return title_of(self.path, self.module)


def title_of(path: str, module: Module) -> str:
    """Return what reports and plots call a layer: ``layers.0: Layer(2, 16, 'relu')``."""
    return f"{path}: {module.title()}" if path else module.title()


@contextmanager
def watched(model: Module) -> Iterator[list[Outputs]]:
    """Collect the outputs of every layer of ``model`` that is called in the body of a ``with`` statement.

    Layers are the innermost modules (a :class:`~nn.Layer` counts as one, whatever its neurons) and those with
    parameters of their own. They come in the order in which they were first called.

    Example:
        >>> import nn
        >>> model = nn.MLP(2, [3, 1], seed=0)
        >>> with watched(model) as layers:
        ...     _ = model([[1.0, 2.0], [3.0, 4.0]])
        >>> [(layer.path, len(layer.samples), len(layer.samples[0])) for layer in layers]
        [('layers.0', 2, 3), ('layers.1', 2, 1)]
    """
    layers: list[Outputs] = []
    changed: list[Module] = []
    for path, module in made_model(model).named_modules():
        inside = [part for part in module.children() if not isinstance(part, Neuron)]
        below = {id(value) for part in inside for value in part.parameters()}
        own = [value for value in module.parameters() if id(value) not in below]
        within_layer = isinstance(module, Neuron) and module is not model
        if not within_layer and (own or not inside):
            module.forward = collecting(module.forward, Outputs(path, module, [], own), layers)
            changed.append(module)
    try:
        yield layers
    finally:
        for module in changed:
            del module.__dict__["forward"]  # the method of the class is then seen again


def collecting(forward: Callable[..., Any], outputs: Outputs, layers: list[Outputs]) -> Callable[..., Any]:
    """Return a ``forward`` that also adds its results to ``outputs``, and these to ``layers`` at the first call."""
    running = False

    def forward_and_collect(*inputs: Any, **options: Any) -> Any:
        nonlocal running
        if running:  # a module that calls itself, as activations do for each number
            return forward(*inputs, **options)
        running = True
        try:
            result = forward(*inputs, **options)
        finally:
            running = False
        if not outputs.samples:
            layers.append(outputs)
        own = result[0] if isinstance(result, tuple) and result else result  # without the last state of an LSTM
        many = is_sequence(own) and any(map(holds_samples, [*inputs, *options.values()][:1]))
        for sample in own if many else [own]:
            outputs.samples.append(list(sample) if isinstance(sample, list | tuple) else [sample])
        return result

    return forward_and_collect


def holds_samples(x: object) -> bool:
    """Whether what a module was given is a batch; a module of a user's own may take anything."""
    return is_sequence(x) and is_batch(x)


@contextmanager
def modes_kept(model: Module) -> Iterator[None]:
    """Put every module of ``model`` back into the mode, training or evaluation, that it was in before."""
    modes = [(module, module.training) for module in made_model(model).modules()]
    try:
        yield
    finally:
        for module, mode in modes:
            if module.training != mode:
                module.training = mode


@contextmanager
def without_trace(model: Module, optimizer: Optimizer | None = None) -> Iterator[None]:
    """Put everything back at the end: parameters, gradients, running statistics, modes, randomness, optimiser."""
    values = {id(value): value for value in made_model(model).parameters()}
    if optimizer is not None:
        values |= {id(value): value for group in optimizer.param_groups for value in group["params"]}
    numbers = [(value, value.data, value.grad) for value in values.values()]
    buffers = [(buffer, list(buffer)) for _, buffer in model.named_buffers()]
    generators = [
        (item, item.getstate())
        for module in model.modules()
        for item in vars(module).values()
        if isinstance(item, random.Random)
    ]
    shared_randomness = random.getstate()
    optimizer_state = None if optimizer is None else copy.deepcopy(optimizer.state_dict())
    try:
        with modes_kept(model):
            yield
    finally:
        for value, data, grad in numbers:
            value.data, value.grad = data, grad
        for buffer, content in buffers:
            buffer[:] = content
        for generator, state in generators:
            generator.setstate(state)
        random.setstate(shared_randomness)
        if optimizer is not None and optimizer_state is not None:
            optimizer.load_state_dict(optimizer_state)
