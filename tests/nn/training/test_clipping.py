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


def test_a_model_one_value_and_no_limit():
    model = nn.Linear(2, 1)
    for value, gradient in zip(model.parameters(), [3.0, -4.0, 12.0], strict=True):
        value.grad = gradient
    assert nn.clip_grad_norm_(model, math.inf) == 13.0
    assert [value.grad for value in model.parameters()] == [3.0, -4.0, 12.0]
    assert nn.clip_grad_norm_(model, 6.5) == 13.0
    assert model.bias[0].grad == pytest.approx(6.0, rel=1e-6)
    nn.clip_grad_value_(model, 1.0)
    assert [value.grad for value in model.parameters()] == [1.0, -1.0, 1.0]
    one = with_gradients([-5.0])[0]
    assert nn.clip_grad_norm_(one, 1.0) == 5.0
    assert one.grad == pytest.approx(-1.0, rel=1e-6)
    nn.clip_grad_value_(one, 0.5)
    assert one.grad == -0.5


def test_a_model_one_value_and_no_limit_agree_with_pytorch():
    torch = torch_or_skip()
    model, theirs = nn.Linear(2, 1), torch.nn.Linear(2, 1, dtype=torch.float64)
    gradients = [0.3, -4.0, 12.0]
    for max_norm in (math.inf, 2.5):
        for value, gradient in zip(model.parameters(), gradients, strict=True):
            value.grad = gradient
        theirs.weight.grad, theirs.bias.grad = tensor([gradients[:2]]), tensor(gradients[2:])
        norm = torch.nn.utils.clip_grad_norm_(theirs.parameters(), max_norm)
        assert nn.clip_grad_norm_(model, max_norm) == pytest.approx(norm.item(), rel=1e-14)
        clipped = theirs.weight.grad.reshape(-1).tolist() + theirs.bias.grad.tolist()
        assert [value.grad for value in model.parameters()] == pytest.approx(clipped, rel=1e-14)
    nn.clip_grad_norm_(model.bias[0], 0.5)
    torch.nn.utils.clip_grad_norm_(theirs.bias, 0.5)
    assert model.bias[0].grad == pytest.approx(theirs.bias.grad.item(), rel=1e-14)


@pytest.mark.parametrize("compile", [True, False])
def test_fit_without_a_limit_is_fit_without_clipping(compile):
    weights = []
    for clip in (None, math.inf):
        model = nn.Linear(1, 1, seed=0)
        optimizer = nn.SGD(model.parameters(), lr=0.1)
        data = ([[0.5], [2.0]], [1.0, 9.0])
        nn.fit(model, data, loss=nn.mse_loss, optimizer=optimizer, clip=clip, progress=False, compile=compile)
        weights.append(model.state_dict())
    assert weights[0] == weights[1]


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
