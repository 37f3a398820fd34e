"""``from_torch``: the same model as in PyTorch, with the same numbers."""

import inspect
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from autograd import Value, errors
from nn.data.shapes import leaves
from nn.interop.counterparts import OPTIONS, REQUIRED, what_is_known
from nn.interop.pytorch import Known, attribute, import_torch, tensors_of
from nn.layers.sequential import Sequential
from nn.module import Module

if TYPE_CHECKING:
    import torch
    from torch.nn import Module as TorchModule


def from_torch(module: "TorchModule") -> Module:
    """Return a module of this library that computes the same as a PyTorch ``module``, from copies of its numbers.

    What is frozen stays frozen, and what is shared stays shared: a layer that occurs twice, a parameter of two layers.
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
    if not isinstance(module, torch.nn.Module):
        raise errors.ArgumentError(
            f"from_torch takes a module of PyTorch, such as torch.nn.Linear(2, 3); got {module!r}."
        )
    return our_module(module, {})


def our_module(module: "TorchModule", known: "Known") -> Module:
    """Return the module of ours for one of PyTorch, the same one wherever it occurs."""
    torch = import_torch()
    if id(module) not in known:
        warn_about_hooks(module)
        check_options(module)
        if type(module) is torch.nn.Sequential:
            parts = module._modules.items()  # named_children() leaves out what occurs a second time
            known[id(module)] = Sequential({name: our_module(cast("Any", part), known) for name, part in parts})
            known[id(module)].training = module.training
        else:
            known[id(module)] = our_layer(module, known)
    return cast("Module", known[id(module)])


def check_options(module: "TorchModule") -> None:
    """Raise an error if an option is set that this library does not know."""
    source: Any = module  # PyTorch types the attributes of its layers loosely
    kind = type(module).__name__
    for option, accepted in REQUIRED.get(kind, {}).items():
        if getattr(source, option) not in accepted:
            raise errors.ArgumentError(
                f"{kind} with {option}={getattr(source, option)!r} has no counterpart here; only {accepted[0]!r} has."
            )


def our_layer(module: "TorchModule", known: "Known") -> Module:
    """Return the layer of ours for one of PyTorch; a parameter that has come before is the same Values again."""
    torch = import_torch()
    alike = [ours for ours in OPTIONS if type(module) is getattr(torch.nn, ours.__name__)]
    if not alike:
        raise errors.ArgumentError(f"torch.nn.{type(module).__name__} has no counterpart here; {what_is_known()}.")
    options = OPTIONS[alike[0]](module)
    if "seed" in inspect.signature(alike[0]).parameters:
        options["seed"] = 0  # the numbers are replaced, and nothing is drawn from Python's own generator
    converted = alike[0](**options)
    for path, tensor in tensors_of(module):
        if not hasattr(converted, path.partition(".")[0]):  # as weight_norm and pruning leave behind
            raise errors.ArgumentError(
                f"The {path} of {module} has no counterpart here: its weight is computed from other tensors. Make it a "
                "parameter again first, as torch.nn.utils.remove_weight_norm or torch.nn.utils.prune.remove does."
            )
        place, _, name = path.rpartition(".")
        owner = attribute(converted, place) if place else converted
        if id(tensor) in known:
            setattr(owner, name, known[id(tensor)])
            continue
        numbers = getattr(owner, name)
        assign(numbers, numbers_of(module, path, tensor))
        if isinstance(tensor, torch.nn.Parameter):
            known[id(tensor)] = numbers
            for value in leaves(numbers):
                value.requires_grad = tensor.requires_grad
    return converted.train(module.training)


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
