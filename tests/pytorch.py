"""What the comparisons with PyTorch share: skipping where it is absent, doubles, and copying parameters."""

import pytest


def torch_or_skip():
    """Return the module torch; skip the test, saying why, where it is not installed."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is an extra of its own")
    torch.set_num_threads(1)  # on a machine that is busy with other tests, its threads wait for one another
    return torch


def tensor(numbers, *, requires_grad=False):
    """Return a tensor of doubles, so that differences from our floats are rounding alone."""
    torch = torch_or_skip()
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=requires_grad)


def copy_parameters(ours, theirs):
    """Give PyTorch's module the parameters of our module; both list them in the same order."""
    torch = torch_or_skip()
    numbers = iter([value.data for value in ours.parameters()])
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.copy_(tensor([next(numbers) for _ in range(parameter.numel())]).reshape(parameter.shape))
    assert next(numbers, None) is None


def flat(theirs, attribute="data"):
    """Return all numbers of PyTorch's parameters (or of their ``"grad"``), in order."""
    return [x for parameter in theirs.parameters() for x in getattr(parameter, attribute).reshape(-1).tolist()]
