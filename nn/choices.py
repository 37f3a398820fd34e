"""What ``model``, ``loss`` and ``optimizer`` stand for, wherever they are given: objects, and names of them."""

from collections.abc import Iterable

from autograd import errors
from nn import losses, optim
from nn.losses.base import LossFunction
from nn.module import Module
from nn.optim import Optimizer

LOSSES: dict[str, LossFunction] = {
    "mse": losses.mse_loss,
    "l1": losses.l1_loss,
    "mae": losses.l1_loss,
    "huber": losses.huber_loss,
    "smooth_l1": losses.smooth_l1_loss,
    "hinge": losses.hinge_loss,
    "bce": losses.binary_cross_entropy,
    "bce_with_logits": losses.binary_cross_entropy_with_logits,
    "cross_entropy": losses.cross_entropy,
    "nll": losses.nll_loss,
    "kl_div": losses.kl_div,
}
OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": optim.SGD,
    "rmsprop": optim.RMSprop,
    "adagrad": optim.Adagrad,
    "adam": optim.Adam,
    "adamw": optim.AdamW,
    "lbfgs": optim.LBFGS,
}


def check_positions(others: tuple[object, ...]) -> None:
    """Raise an error if more than the model and the data was given by position."""
    if others:
        raise errors.ArgumentError(
            "fit takes the model, then the data as one pair, and all else by name: "
            'nn.fit(model, (X, y), loss="mse", optimizer="adam"). '
            f"Here {len(others)} more {'were' if len(others) > 1 else 'was'} given without a name."
        )


def made_model(model: object) -> Module:
    """Return a model as it is.

    Raises:
        ArgumentError: it is the class of a model, or something else.

    Example:
        >>> made_model(Module)
        Traceback (most recent call last):
            ...
        autograd.errors.ArgumentError: model=Module is the class of such models; make one of them: model=nn.Module(...).
    """
    if isinstance(model, type) and issubclass(model, Module):
        raise errors.ArgumentError(
            f"model={model.__name__} is the class of such models; make one of them: model={written(model)}(...)."
        )
    if not isinstance(model, Module):
        raise errors.ArgumentError(f"model is an nn.Module, such as nn.MLP(2, [16, 1]); got {model!r}.")
    return model


def chosen_loss(loss: LossFunction | str | None) -> LossFunction:
    """Return the loss function that an argument stands for.

    Raises:
        ArgumentError: there is none, no loss has this name, it is the class of a loss, or no function.

    Example:
        >>> chosen_loss("mse").__name__
        'mse_loss'
    """
    if loss is None:
        raise errors.ArgumentError(
            'fit needs a loss: loss="mse" for numbers, "bce_with_logits" for two classes, "cross_entropy" for more, or '
            "any function loss(outputs, targets)."
        )
    if isinstance(loss, str):
        if (name := loss.lower().removesuffix("_loss")) not in LOSSES:
            raise errors.ArgumentError(f"There is no loss called {loss!r}. {hint(name, LOSSES)}")
        return LOSSES[name]
    if isinstance(loss, type):
        raise errors.ArgumentError(
            f"loss={loss.__name__} is the class of such losses; make one of them: loss={written(loss)}()."
        )
    module = getattr(loss, "__module__", None) or ""
    if module.startswith("torch."):
        raise errors.ArgumentError(
            f"{loss!r} is a loss for tensors of PyTorch; those of this library have the same names: "
            'loss="mse", nn.mse_loss or nn.MSELoss().'
        )
    if not callable(loss):
        raise errors.ArgumentError(f"loss is a function loss(outputs, targets), or the name of one; got {loss!r}.")
    return loss


def chosen_optimizer(optimizer: Optimizer | str | None, model: Module) -> Optimizer:
    """Return the optimiser that an argument stands for; one that is given by name trains all of the model.

    Raises:
        ArgumentError: there is none, no optimiser has this name, it is the class of an optimiser, or something else.
    """
    if optimizer is None:
        raise errors.ArgumentError(
            'fit needs an optimiser: optimizer="adam", or one with options of your own, such as '
            "nn.Adam(model.parameters(), lr=0.01)."
        )
    if isinstance(optimizer, str):
        if (name := optimizer.lower()) not in OPTIMIZERS:
            raise errors.ArgumentError(f"There is no optimiser called {optimizer!r}. {hint(name, OPTIMIZERS)}")
        return OPTIMIZERS[name](model.parameters())
    return made_optimizer(optimizer)


def made_optimizer(optimizer: object) -> Optimizer:
    """Return an optimiser as it is.

    Raises:
        ArgumentError: it is the class of an optimiser, or something else.
    """
    if isinstance(optimizer, type):
        raise errors.ArgumentError(
            f"optimizer={optimizer.__name__} is the class of such optimisers; make one of them: "
            f"optimizer={written(optimizer)}(model.parameters(), lr=...)."
        )
    if not isinstance(optimizer, Optimizer):
        raise errors.ArgumentError(f"optimizer is an nn.Optimizer, such as nn.Adam(...); got {optimizer!r}.")
    return optimizer


def written(kind: type) -> str:
    """Return how a class is written in a program that imports nn."""
    return f"nn.{kind.__name__}" if kind.__module__.startswith("nn.") else kind.__name__


def hint(name: str, names: Iterable[str]) -> str:
    """Return what to write instead of a name that does not exist: the nearest ones, or all of them.

    Example:
        >>> hint("lss", ["loss", "accuracy"])
        "Did you mean 'loss'?"
    """
    import difflib  # only where something is wrong

    near = difflib.get_close_matches(name, known := list(names), n=2)
    if near:
        return f"Did you mean {' or '.join(map(repr, near))}?"
    return f"There are {', '.join(map(repr, known))}."
