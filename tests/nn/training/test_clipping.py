"""Gradient clipping, by hand and against PyTorch."""

import math

import pytest
from pytorch import tensor, torch_or_skip

import nn
from autograd import Value, errors
from nn.training.clipping import total_norm


def with_gradients(gradients):
    values = [Value(0.0) for _ in gradients]
    for value, gradient in zip(values, gradients, strict=True):
        value.grad = gradient
    return values


def test_long_gradients_are_shortened_and_keep_their_direction():
    values = with_gradients([3.0, -4.0, 12.0])
    assert nn.clip_grad_norm_(values, 6.5) == 13.0
    assert [value.grad for value in values] == pytest.approx([1.5, -2.0, 6.0], rel=1e-6)
    assert math.hypot(*[value.grad for value in values]) <= 6.5


def test_short_gradients_stay():
    values = with_gradients([0.3, -0.4])
    assert nn.clip_grad_norm_(values, 1.0) == 0.5
    assert [value.grad for value in values] == [0.3, -0.4]
    assert nn.clip_grad_norm_(with_gradients([0.0]), 1.0) == 0.0
    assert nn.clip_grad_norm_([], 1.0) == 0.0


def test_norms():
    assert total_norm([3.0, -4.0]) == 5.0
    assert total_norm([3.0, -4.0], 1) == 7.0
    assert total_norm([3.0, -4.0], 3) == pytest.approx(91 ** (1 / 3), rel=1e-15)
    assert total_norm([3.0, -4.0], math.inf) == 4.0
    assert total_norm([3e200, -4e200]) == pytest.approx(5e200, rel=1e-15)
    assert total_norm([3e200, -4e200], 3) == pytest.approx(91 ** (1 / 3) * 1e200, rel=1e-15)
    assert total_norm([0.0, 0.0], 3) == 0.0


def test_clipping_by_value():
    values = with_gradients([3.0, -4.0, 0.5])
    nn.clip_grad_value_(iter(values), 1.0)
    assert [value.grad for value in values] == [1.0, -1.0, 0.5]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.clip_grad_norm_(with_gradients([1.0]), 0.0), "max_norm must be greater than 0; got 0.0"),
        (lambda: nn.clip_grad_norm_(with_gradients([1.0]), 1.0, norm_type=0.5), "norm_type must be at least 1"),
        (lambda: nn.clip_grad_norm_(with_gradients([1.0, math.nan]), 1.0), "norm of the gradients is nan"),
        (lambda: nn.clip_grad_norm_(with_gradients([1.0, math.nan]), 1.0, math.inf), "norm of the gradients is nan"),
        (lambda: nn.clip_grad_norm_(with_gradients([math.inf]), 1.0), "norm of the gradients is inf"),
        (lambda: nn.clip_grad_value_(with_gradients([1.0]), -1.0), "clip_value must be greater than 0; got -1.0"),
        (lambda: nn.clip_grad_value_(with_gradients([1.0, math.nan]), 1.0), "cannot be clipped"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(errors.ArgumentError, match=message):
        call()


@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.5, math.inf])
@pytest.mark.parametrize("max_norm", [0.1, 1.0, 100.0])
def test_agrees_with_pytorch(max_norm, norm_type):
    torch = torch_or_skip()
    gradients = [0.3, -2.0, 1.5, 0.0, 7.25]
    values, theirs = with_gradients(gradients), tensor([0.0] * 5, requires_grad=True)
    theirs.grad = tensor(gradients)
    norm = nn.clip_grad_norm_(values, max_norm, norm_type)
    assert norm == pytest.approx(torch.nn.utils.clip_grad_norm_([theirs], max_norm, norm_type).item(), rel=1e-12)
    assert [value.grad for value in values] == pytest.approx(theirs.grad.tolist(), rel=1e-12)
    nn.clip_grad_value_(values, 0.05)
    torch.nn.utils.clip_grad_value_([theirs], 0.05)
    assert [value.grad for value in values] == pytest.approx(theirs.grad.tolist(), rel=1e-12)
