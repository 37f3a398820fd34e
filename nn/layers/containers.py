"""What modules that hold modules have in common: their parts, and what may become one."""

from collections.abc import Iterable

from autograd import errors
from nn.module import Module


def parts_of(module: Module) -> dict[str, Module]:
    """Return the modules directly in a module's attributes, by name and in their order."""
    return {name: part for name, part in vars(module).items() if isinstance(part, Module)}


def shown_parts(module: Module) -> Iterable[tuple[str, Module]]:
    """Return what is printed inside a module that holds modules, each wherever it stands, also a second time."""
    return {**parts_of(module), **dict(module.named_children())}.items()


def checked(holder: Module, place: object, module: object) -> Module:
    """Return what is a module, and raise an error for anything else."""
    if not isinstance(module, Module):
        name = type(holder).__name__
        hint = " Functions have modules of the same kind, such as nn.ReLU()." if callable(module) else ""
        if isinstance(module, type):
            hint = f" Write it with parentheses: nn.{module.__name__}()."
        elif isinstance(module, str):
            hint = " Write the module itself, such as nn.ReLU()."
        elif isinstance(module, list | tuple):
            hint = f" Write its items one after the other: {name}(*modules)."
        raise errors.ArgumentError(f"{name} takes modules; number {place} is {module!r}.{hint}")
    return module


def free(holder: Module, name: str) -> str:
    """Return a name that a holder has not got for something else."""
    if not isinstance(name, str) or not name or "." in name or hasattr(holder, name):
        raise errors.ArgumentError(
            f"{type(holder).__name__} cannot call a module {name!r}: a name is a text without a dot that modules have "
            "no other use for, as they have for 'training'."
        )
    return name
