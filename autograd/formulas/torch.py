"""PyTorch: what exported programs call there, and how its tensors are made."""

from importlib import import_module

from autograd.formulas.foreign import ForeignLibrary

HEADER = '''"""{title}, as a PyTorch function; works with autograd and torch.func."""

import torch as xp


def detach(x):
    return x.detach()


def logsumexp(xs):
    return xp.logsumexp(xs, -1)


def take_along(xs, index):
    return xp.take_along_dim(xs, index.long()[..., None], -1)[..., 0]


def largest(xs):
    return xp.amax(xs, -1)


def smallest(xs):
    return xp.amin(xs, -1)


def maximum(x, y):
    return xp.maximum(*xp.broadcast_tensors(xp.as_tensor(x, dtype=xp.float64), xp.as_tensor(y, dtype=xp.float64)))


def minimum(x, y):
    return -maximum(-x, -y)


def where(condition, x, y):
    return xp.where(condition, xp.as_tensor(x, dtype=xp.float64), xp.as_tensor(y, dtype=xp.float64))


def array(numbers):
    return xp.tensor(numbers, dtype=xp.int64 if isinstance(numbers[0], int) else xp.float64)


erf, erfc = xp.special.erf, xp.special.erfc
'''


def asarray(numbers: object) -> object:
    """Return numbers as a tensor of floats."""
    torch = import_module("torch")
    return torch.as_tensor(numbers, dtype=torch.float64)


TORCH = ForeignLibrary("torch", HEADER, asarray)
