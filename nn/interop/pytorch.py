"""``to_torch`` and ``from_torch``: the same model here and in PyTorch, with the same numbers."""

import functools
import inspect
import warnings
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from autograd import Value, errors
from nn.data.shapes import leaves, without_history
from nn.interop.counterparts import BY_NAME, OPTIONS, REQUIRED, known
from nn.layers.activations import LogSoftmax, Softmax
from nn.layers.containers import parts_of
from nn.layers.neurons import MLP, Layer, Neuron, activation_name
from nn.layers.sequential import Sequential
from nn.module import Module

if TYPE_CHECKING:
    import torch
    from torch.nn import Module as TorchModule


def to_torch(model: Module) -> "TorchModule":
    """Return a PyTorch module in double precision that computes the same as ``model``, from copies of its numbers.

    What is frozen stays frozen; a parameter of which only some Values are is not, and a warning says so.

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
    torch = import_torch()
    if isinstance(model, Sequential):
        named = {name: to_torch(part) for name, part in parts_of(model).items()}
        converted = torch.nn.Sequential(OrderedDict(named))
    else:
        parts = list(torch_parts(model))
        converted = parts[0] if len(parts) == 1 and not isinstance(model, MLP) else torch.nn.Sequential(*parts)
    return cast("TorchModule", converted.double().train(model.training))


def torch_parts(module: Module) -> "Iterator[TorchModule]":
    """Yield the PyTorch modules that one after the other compute what ``module`` does."""
    torch = import_torch()
    if isinstance(module, MLP):
        for layer in module.layers:
            yield from torch_parts(layer)
    elif isinstance(module, Layer | Neuron):
        neurons = module.neurons if isinstance(module, Layer) else [module]
        yield torch_linear([neuron.w for neuron in neurons], [neuron.b for neuron in neurons])
        activation = neurons[0].activation
        if activation is not None:
            name = activation_name(activation)
            if name not in BY_NAME:
                raise errors.ArgumentError(f"The activation {activation!r} has no counterpart in PyTorch.")
            yield from torch_parts(BY_NAME[name]())
    elif type(module) in OPTIONS:
        options = OPTIONS[type(module)](module)
        if isinstance(module, Softmax | LogSoftmax):
            options["dim"] = -1
        layer = getattr(torch.nn, type(module).__name__)(**options).double()
        for name, tensor in tensors_of(layer):
            copy_into(tensor, attribute(module, name))
        yield layer
    else:
        raise errors.ArgumentError(f"{type(module).__name__} has no counterpart in PyTorch; {known()}.")


def torch_linear(weight: Sequence[Sequence[Value]], bias: Sequence[Value] | None) -> "TorchModule":
    """Return a linear layer with these numbers."""
    torch = import_torch()
    layer = torch.nn.Linear(len(weight[0]), len(weight), bias=bias is not None, dtype=torch.float64)
    copy_into(layer.weight, weight)
    if bias is not None:
        copy_into(layer.bias, bias)
    return cast("TorchModule", layer)


def from_torch(module: "TorchModule") -> Module:
    """Return a module of this library that computes the same as a PyTorch ``module``, from copies of its numbers.

    What is frozen stays frozen. A warning says so where hooks would be lost, of a layer or of a parameter: what they do
    has no counterpart.

    Args:
        module: made of the layers that :func:`to_torch` gives, in any precision.

    Raises:
        ArgumentError: a part of it has no counterpart, or has an option set that this library does not know; or
            its numbers are no finite real ones: nan, infinite, complex, or absent (on the device "meta").
        MissingPackageError: PyTorch is not installed.

    Example:
        >>> import torch  # doctest: +SKIP
        >>> from_torch(torch.nn.Linear(2, 3))  # doctest: +SKIP
        Linear(2, 3)  # 9 parameters
    """
    torch = import_torch()
    kind = type(module).__name__
    warn_about_hooks(module)
    source: Any = module  # PyTorch types the attributes of its layers loosely
    for option, accepted in REQUIRED.get(kind, {}).items():
        if getattr(source, option) not in accepted:
            raise errors.ArgumentError(
                f"{kind} with {option}={getattr(source, option)!r} has no counterpart here; only {accepted[0]!r} has."
            )
    if type(module) is torch.nn.Sequential:
        sequence = Sequential({name: from_torch(part) for name, part in source.named_children()})
        sequence.training = module.training
        return sequence
    alike = [ours for ours in OPTIONS if type(module) is getattr(torch.nn, ours.__name__)]
    if not alike:
        raise errors.ArgumentError(f"torch.nn.{kind} has no counterpart here; {known()}.")
    options = OPTIONS[alike[0]](source)
    if "seed" in inspect.signature(alike[0]).parameters:
        options["seed"] = 0  # the numbers are replaced, and nothing is drawn from Python's own generator
    converted = alike[0](**options)
    for name, tensor in tensors_of(module):
        if not hasattr(converted, name.partition(".")[0]):  # as weight_norm and pruning leave behind
            raise errors.ArgumentError(
                f"The {name} of {module} has no counterpart here: its weight is computed from other tensors. Make it a "
                "parameter again first, as torch.nn.utils.remove_weight_norm or torch.nn.utils.prune.remove does."
            )
        assign(attribute(converted, name), numbers_of(module, name, tensor))
        if isinstance(tensor, torch.nn.Parameter):
            for value in leaves(attribute(converted, name)):
                value.requires_grad = tensor.requires_grad
    return converted.train(module.training)


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


def assign(places: list[Any], numbers: Any) -> None:
    """Set the numbers of our parameters, or of a buffer."""
    numbers = numbers if isinstance(numbers, list) else [numbers]
    for i, (place, number) in enumerate(zip(places, numbers, strict=True)):
        if isinstance(place, list):
            assign(place, number)
        elif isinstance(place, Value):
            place.data = float(number)
        else:
            places[i] = float(number)


def numbers_of(module: "TorchModule", name: str, tensor: "torch.Tensor") -> Any:  # as deep as it has dimensions
    """Return the numbers of a parameter or buffer of PyTorch.

    Raises:
        ArgumentError: they are no finite real numbers.
    """
    problem = ""
    if tensor.is_meta:
        problem = 'has no numbers, because it is on the device "meta"; load a state into it first'
    elif tensor.is_complex():
        problem = f"has complex numbers ({tensor.dtype}); Values are real"
    elif not tensor.isfinite().all():
        problem = "holds nan or infinite numbers; a training that diverged leaves such"
    if problem:
        raise errors.ArgumentError(f"The {name} of {module} {problem}.")
    return tensor.tolist()


def warn_about_hooks(module: "TorchModule") -> None:
    """Warn if something is registered with a module or its own parameters that runs along with what it computes."""
    owners = [("it", module), *module.named_parameters(recurse=False)]
    hooks = [f"{name.strip('_')} of {owner}" for owner, item in owners for name, found in held(item) if found]
    if "forward" in vars(module):
        hooks.append("a forward of its own")
    if hooks:
        warnings.warn(
            f"from_torch leaves out what is attached to {module}: {', '.join(hooks)}. Without it the module may "
            "compute something else.",
            stacklevel=3,
        )


def held(item: object) -> "Iterator[tuple[str, object]]":
    """Yield the collections of hooks that a module or a tensor of PyTorch has, by name."""
    for name in ("_forward_pre_hooks", "_forward_hooks", "_backward_pre_hooks", "_backward_hooks"):
        yield name, getattr(item, name, None)
    yield "_post_accumulate_grad_hooks", getattr(item, "_post_accumulate_grad_hooks", None)


def import_torch() -> ModuleType:
    """Return PyTorch."""
    try:
        import torch
    except ImportError:
        raise errors.MissingPackageError(f"PyTorch is not installed: {errors.install('torch')}.") from None
    return torch
