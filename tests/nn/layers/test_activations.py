"""Activations as modules, against closed forms and PyTorch."""

import math

import pytest
from pytorch import tensor, torch_or_skip

import nn
from autograd import Value, errors

POINTS = [-30.0, -6.0, -1.3, -0.2, 0.0, 0.4, 1.7, 5.0, 20.0]

CLOSED_FORMS = [
    (nn.ReLU(), lambda x: max(x, 0.0)),
    (nn.LeakyReLU(0.2), lambda x: x if x > 0 else 0.2 * x),
    (nn.ELU(1.5), lambda x: x if x > 0 else 1.5 * math.expm1(x)),
    (nn.GELU(), lambda x: 0.5 * x * math.erfc(-x / math.sqrt(2))),
    (nn.SiLU(), lambda x: x / (1 + math.exp(-x))),
    (nn.Tanh(), math.tanh),
    (nn.Sigmoid(), lambda x: 1 / (1 + math.exp(-x))),
    (nn.Softplus(), lambda x: math.log1p(math.exp(x))),
]


@pytest.mark.parametrize(
    ("module", "formula"), CLOSED_FORMS, ids=lambda item: getattr(item, "__class__", item).__name__
)
def test_elementwise_activations_equal_their_formulas(module, formula):
    assert [module(Value(x)).data for x in POINTS] == pytest.approx([formula(x) for x in POINTS], rel=1e-14, abs=1e-300)


def test_the_arrangement_is_kept():
    relu = nn.ReLU()
    assert isinstance(relu(Value(1.0)), Value)
    assert [y.data for y in relu([Value(-1.0), Value(2.0)])] == [0.0, 2.0]
    assert [[y.data for y in row] for row in relu([[Value(-1.0)], [Value(2.0)]])] == [[0.0], [2.0]]
    assert relu([-1.0, 2.0]) == [0.0, 2.0]
    assert nn.ReLU().parameters() == []


def test_softmax_and_log_softmax_work_on_each_sample():
    for scale in (1.0, 1e3, 1e300):
        batch = [[Value(0.0), Value(scale)], [Value(3.0), Value(3.0)]]
        first, second = nn.Softmax()(batch)
        assert [p.data for p in first] == pytest.approx(
            [math.exp(-scale) / (1 + math.exp(-scale)), 1 / (1 + math.exp(-scale))]
        )
        assert [p.data for p in second] == [0.5, 0.5]
        logs, _ = nn.LogSoftmax()(batch)
        assert [p.data for p in logs] == pytest.approx(
            [-scale - math.log1p(math.exp(-scale)), -math.log1p(math.exp(-scale))]
        )
    assert sum(p.data for p in nn.Softmax()([Value(x) for x in (1.0, 2.0, -5.0)])) == pytest.approx(1, rel=1e-15)


def test_parameters_of_activations_are_shown_and_checked():
    assert repr(nn.LeakyReLU(0.2)) == "LeakyReLU(0.2)"
    assert repr(nn.ELU()) == "ELU(1)"
    with pytest.raises(errors.ArgumentError, match="negative_slope"):
        nn.LeakyReLU(math.nan)
    with pytest.raises(errors.NumberError):
        nn.ReLU()("text")
    with pytest.raises(errors.ArgumentError, match="nan"):
        nn.Sigmoid()([math.nan])


PAIRS = [
    (nn.ReLU(), "ReLU", {}),
    (nn.LeakyReLU(), "LeakyReLU", {}),
    (nn.LeakyReLU(0.3), "LeakyReLU", {"negative_slope": 0.3}),
    (nn.ELU(), "ELU", {}),
    (nn.ELU(0.7), "ELU", {"alpha": 0.7}),
    (nn.GELU(), "GELU", {}),
    (nn.SiLU(), "SiLU", {}),
    (nn.Tanh(), "Tanh", {}),
    (nn.Sigmoid(), "Sigmoid", {}),
    (nn.Softplus(), "Softplus", {}),
    (nn.Softmax(), "Softmax", {"dim": -1}),
    (nn.LogSoftmax(), "LogSoftmax", {"dim": -1}),
]


@pytest.mark.parametrize(("module", "name", "options"), PAIRS, ids=str)
def test_values_and_gradients_agree_with_pytorch(module, name, options):
    torch = torch_or_skip()
    weights = [0.3, -1.1, 0.7, 2.0, -0.4, 1.3, 0.9, -0.8, 0.25]
    ours = [Value(x) for x in POINTS]
    theirs = tensor(POINTS, requires_grad=True)
    our_outputs, their_outputs = module(ours), getattr(torch.nn, name)(**options)(theirs)
    assert [y.data for y in our_outputs] == pytest.approx(their_outputs.tolist(), rel=1e-9, abs=1e-9)
    sum(w * y for w, y in zip(weights, our_outputs, strict=True)).backward()
    (tensor(weights) * their_outputs).sum().backward()
    # at a kink (0 here) PyTorch's conventions are ours
    assert [x.grad for x in ours] == pytest.approx(theirs.grad.tolist(), rel=1e-9, abs=1e-9)
