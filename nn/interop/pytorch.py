"""``to_torch`` and ``from_torch``: the same model here and in PyTorch, with the same numbers."""

import warnings
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from autograd import Value, errors
from nn.layers.activations import ELU, GELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh
from nn.layers.containers import Sequential
from nn.layers.dropout import Dropout
from nn.layers.linear import Linear
from nn.layers.neurons import ACTIVATIONS, MLP, Layer, Neuron, activation_name
from nn.layers.normalization import BatchNorm1d, LayerNorm
from nn.module import Module

if TYPE_CHECKING:
    import torch
    from torch.nn import Module as TorchModule

SIMPLE: dict[type[Module], tuple[str, ...]] = {
    **dict.fromkeys((ReLU, GELU, SiLU, Tanh, Sigmoid, Softplus, Softmax, LogSoftmax), ()),
    LeakyReLU: ("negative_slope",),
    ELU: ("alpha",),
    Dropout: ("p",),
}
"""Layers without parameters, which have the same name in PyTorch, and the arguments that both sides take."""
BY_NAME = dict(zip(ACTIVATIONS, (ReLU, LeakyReLU, ELU, GELU, SiLU, Softplus, Tanh, Sigmoid), strict=True))
"""The module for the name that a neuron gives its activation."""
REQUIRED: dict[str, dict[str, tuple[object, ...]]] = {
    "GELU": {"approximate": ("none",)},
    "Softplus": {"beta": (1, 1.0)},
    "Softmax": {"dim": (-1, 1)},
    "LogSoftmax": {"dim": (-1, 1)},
    "BatchNorm1d": {"track_running_stats": (True,)},
}
"""Options that PyTorch has and this library has not, with the settings under which both mean the same."""


def to_torch(model: Module) -> "TorchModule":
    """Return a PyTorch module in double precision that computes the same as ``model``, from copies of its numbers.

    Args:
        model: made of Linear, activations, Dropout, BatchNorm1d, LayerNorm, Sequential, Neuron, Layer and MLP.
            An MLP becomes a ``torch.nn.Sequential`` of linear layers and activations.

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
    parts = list(torch_parts(model))
    single = len(parts) == 1 and not isinstance(model, Sequential | MLP)
    converted = parts[0] if single else torch.nn.Sequential(*parts)
    return converted.double().train(model.training)


def torch_parts(module: Module) -> "Iterator[TorchModule]":
    """Yield the PyTorch modules that one after the other compute what ``module`` does."""
    torch = import_torch()
    if isinstance(module, Sequential):
        yield from (to_torch(part) for part in module)
    elif isinstance(module, MLP):
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
    elif isinstance(module, Linear):
        yield torch_linear(module.weight, module.bias)
    elif isinstance(module, BatchNorm1d | LayerNorm):
        yield torch_normalization(module)
    elif type(module) in SIMPLE:
        options = {name: getattr(module, name) for name in SIMPLE[type(module)]}
        if isinstance(module, Softmax | LogSoftmax):
            options["dim"] = -1
        yield getattr(torch.nn, type(module).__name__)(**options).train(module.training)
    else:
        raise errors.ArgumentError(f"{type(module).__name__} has no counterpart in PyTorch; {known()}.")


def torch_linear(weight: Sequence[Sequence[Value]], bias: Sequence[Value] | None) -> "TorchModule":
    """Return a linear layer with these numbers."""
    torch = import_torch()
    layer = torch.nn.Linear(len(weight[0]), len(weight), bias=bias is not None, dtype=torch.float64)
    copy_into(layer.weight, [[value.data for value in row] for row in weight])
    if bias is not None:
        copy_into(layer.bias, [value.data for value in bias])
    return cast("TorchModule", layer)


def torch_normalization(module: BatchNorm1d | LayerNorm) -> "TorchModule":
    """Return a normalisation with the numbers of ``module``."""
    torch = import_torch()
    learned = module.weight is not None
    if isinstance(module, LayerNorm):
        layer: Any = torch.nn.LayerNorm(module.normalized_shape, module.eps, learned, dtype=torch.float64)
    else:
        layer = torch.nn.BatchNorm1d(module.num_features, module.eps, module.momentum, learned, dtype=torch.float64)
        copy_into(layer.running_mean, module.running_mean)
        copy_into(layer.running_var, module.running_var)
    if module.weight is not None and module.bias is not None:
        copy_into(layer.weight, [value.data for value in module.weight])
        copy_into(layer.bias, [value.data for value in module.bias])
    layer.train(module.training)
    return cast("TorchModule", layer)


def from_torch(module: "TorchModule") -> Module:
    """Return a module of this library that computes the same as a PyTorch ``module``, from copies of its numbers.

    A warning says so where hooks would be lost, of a layer or of a parameter: what they do has no counterpart.

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
    converted: Module
    if type(module) is torch.nn.Sequential:
        converted = Sequential(*[from_torch(part) for part in source])
    elif type(module) is torch.nn.Linear:
        converted = Linear(source.in_features, source.out_features, source.bias is not None, seed=0)
        for row, numbers in zip(converted.weight, numbers_of(source, "weight"), strict=True):
            assign(row, numbers)
        assign(converted.bias, numbers_of(source, "bias"))
    elif type(module) is torch.nn.BatchNorm1d:
        if source.momentum is None:
            raise errors.ArgumentError("BatchNorm1d with momentum=None has no counterpart here; give it a number.")
        converted = BatchNorm1d(source.num_features, source.eps, source.momentum, source.affine)
        converted.running_mean[:] = numbers_of(source, "running_mean")
        converted.running_var[:] = numbers_of(source, "running_var")
        assign(converted.weight, numbers_of(source, "weight"))
        assign(converted.bias, numbers_of(source, "bias"))
    elif type(module) is torch.nn.LayerNorm:
        if len(source.normalized_shape) != 1:
            raise errors.ArgumentError(f"LayerNorm normalises one dimension here, not {source.normalized_shape}.")
        if source.elementwise_affine and source.bias is None:
            raise errors.ArgumentError("LayerNorm with bias=False has no counterpart here.")
        converted = LayerNorm(source.normalized_shape[0], source.eps, source.elementwise_affine)
        assign(converted.weight, numbers_of(source, "weight"))
        assign(converted.bias, numbers_of(source, "bias"))
    else:
        same = [(ours, names) for ours, names in SIMPLE.items() if type(module) is getattr(torch.nn, ours.__name__)]
        if not same:
            raise errors.ArgumentError(f"torch.nn.{kind} has no counterpart here; {known()}.")
        ours, names = same[0]
        converted = ours(**{name: getattr(source, name) for name in names})
    converted.training = module.training
    return converted


def copy_into(tensor: "torch.Tensor", numbers: object) -> None:
    """Set the numbers of a PyTorch parameter or buffer."""
    torch = import_torch()
    with torch.no_grad():
        tensor.copy_(torch.tensor(numbers, dtype=torch.float64))


def assign(values: Sequence[Value] | None, numbers: Sequence[float]) -> None:
    """Set the numbers of our parameters, if there are any."""
    for value, number in zip(values or [], numbers, strict=True):
        value.data = float(number)


def numbers_of(module: "TorchModule", name: str) -> list[Any]:
    """Return the numbers of a parameter or buffer of PyTorch in lists as deep as it has dimensions; none for None.

    Raises:
        ArgumentError: they are no finite real numbers.
    """
    tensor: torch.Tensor | None = getattr(module, name)
    if tensor is None:
        return []
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


def known() -> str:
    """Return a sentence about what can be converted."""
    names = ", ".join(layer.__name__ for layer in (Linear, BatchNorm1d, LayerNorm, *SIMPLE, Sequential))
    return f"what can be converted: {names}, and from here also Neuron, Layer and MLP"


def import_torch() -> ModuleType:
    """Return PyTorch."""
    try:
        import torch
    except ImportError:
        raise errors.MissingPackageError(
            f"PyTorch is not installed. Install it with {errors.install('torch')}."
        ) from None
    return torch
