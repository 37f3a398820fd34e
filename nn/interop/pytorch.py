"""``to_torch``: the same model in PyTorch, with the same numbers; and what both ways have in common."""

import functools
import warnings
from collections import OrderedDict
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from autograd import Value, errors
from nn.choices import made_model
from nn.data.shapes import leaves, without_history
from nn.interop.counterparts import BY_NAME, OPTIONS, what_is_known
from nn.layers.activations import LogSoftmax, Softmax
from nn.layers.containers import parts_of
from nn.layers.neurons import MLP, Layer, Neuron, activation_name
from nn.layers.sequential import Sequential
from nn.module import Module

if TYPE_CHECKING:
    import torch
    from torch.nn import Module as TorchModule

Known: TypeAlias = dict[object, Any]
"""What has been converted so far, by the identities of modules and of parameters: what is shared stays shared."""


def to_torch(model: Module) -> "TorchModule":
    """Return a PyTorch module in double precision that computes the same as ``model``, from copies of its numbers.

    What is frozen stays frozen; a parameter of which only some Values are is not, and a warning says so. What is shared
    stays shared: a layer that occurs twice, weights that two layers have in common.

    Args:
        model: made of the layers of this library that PyTorch has under the same name, Sequential, Neuron, Layer and
            MLP. An MLP becomes a ``torch.nn.Sequential`` of linear layers and activations.

    Returns:
        A module for batches of shape (samples, features). It gives (samples, outputs), also where there is one output.

    Raises:
        ArgumentError: a part of the model has no counterpart.
        MissingPackageError: PyTorch is not installed.

    Example:
        >>> import nn
        >>> to_torch(nn.MLP(2, [3, 1], seed=0))  # doctest: +SKIP
        Sequential(
          (0): Linear(in_features=2, out_features=3, bias=True)
          (1): ReLU()
          (2): Linear(in_features=3, out_features=1, bias=True)
        )
    """
    return torch_module(made_model(model), {})


def torch_module(model: Module, known: "Known") -> "TorchModule":
    """Return the PyTorch module for one of ours, the same one wherever it occurs."""
    torch = import_torch()
    if id(model) not in known:
        if isinstance(model, Sequential):
            named = {name: torch_module(part, known) for name, part in parts_of(model).items()}
            converted = torch.nn.Sequential(OrderedDict(named))
            converted.training = model.training  # of this one alone: its parts may be in another mode
        else:
            parts = list(torch_parts(model, known))
            converted = parts[0] if len(parts) == 1 and not isinstance(model, MLP) else torch.nn.Sequential(*parts)
            converted.train(model.training)
        known[id(model)] = converted.double()
    return cast("TorchModule", known[id(model)])


def torch_parts(module: Module, known: "Known") -> "Iterator[TorchModule]":
    """Yield the PyTorch modules that one after the other compute what ``module`` does."""
    torch = import_torch()
    if isinstance(module, MLP):
        for layer in module.layers:
            yield from torch_parts(layer, known)
    elif isinstance(module, Layer | Neuron):
        neurons = module.neurons if isinstance(module, Layer) else [module]
        linear = torch.nn.Linear(len(neurons[0].w), len(neurons), dtype=torch.float64)
        fill(linear, "weight", [neuron.w for neuron in neurons], known)
        fill(linear, "bias", [neuron.b for neuron in neurons], known)
        yield linear
        activation = neurons[0].activation
        if activation is not None:
            name = activation_name(activation)
            if name not in BY_NAME:
                raise errors.ArgumentError(f"The activation {activation!r} has no counterpart in PyTorch.")
            yield from torch_parts(BY_NAME[name](), known)
    elif type(module) in OPTIONS:
        options = OPTIONS[type(module)](module)
        if isinstance(module, Softmax | LogSoftmax):
            options["dim"] = -1
        layer = getattr(torch.nn, type(module).__name__)(**options).double()
        for name, _ in list(tensors_of(layer)):
            fill(layer, name, attribute(module, name), known)
        yield layer
    else:
        raise errors.ArgumentError(f"{type(module).__name__} has no counterpart in PyTorch; {what_is_known()}.")


def fill(layer: "TorchModule", path: str, numbers: Any, known: "Known") -> None:
    """Set a parameter or a buffer of a PyTorch layer; Values that have come before are the same parameter again."""
    place, _, name = path.rpartition(".")
    owner, values = layer.get_submodule(place), tuple(map(id, leaves(numbers)))
    if values in known:
        setattr(owner, name, known[values])
        return
    tensor = getattr(owner, name)
    copy_into(tensor, numbers)
    if any(isinstance(value, Value) for value in leaves(numbers)):
        known[values] = tensor


def tensors_of(layer: "TorchModule") -> "Iterator[tuple[str, torch.Tensor]]":
    """Yield the parameters and buffers of a layer of PyTorch that we have, too, with their names."""
    yield from layer.named_parameters()
    for name, buffer in layer.named_buffers():
        if name != "num_batches_tracked" or layer.momentum is None:  # which PyTorch counts but does not use
            yield name, buffer


def attribute(module: Module, path: str) -> Any:  # Values or numbers in lists of any depth
    """Return what a module has under a path such as ``out_proj.weight``."""
    return functools.reduce(getattr, path.split("."), module)


def copy_into(tensor: "torch.Tensor", numbers: Any) -> None:
    """Set the numbers of a PyTorch parameter or buffer, and freeze a parameter whose Values are frozen."""
    torch = import_torch()
    with torch.no_grad():
        tensor.copy_(torch.tensor(without_history(numbers), dtype=torch.float64).reshape(tensor.shape))
    trained = {value.requires_grad for value in leaves(numbers) if isinstance(value, Value)}
    if len(trained) > 1:
        warnings.warn(
            f"Of a parameter of shape {tuple(tensor.shape)} some Values are frozen and others are not; PyTorch "
            "freezes whole parameters, so all of it will be trained there.",
            stacklevel=2,
        )
    elif tensor.requires_grad:
        tensor.requires_grad_(trained.pop())


def import_torch() -> ModuleType:
    """Return PyTorch."""
    try:
        import torch
    except ImportError:
        raise errors.MissingPackageError(f"PyTorch is not installed: {errors.install('torch')}.") from None
    return torch
