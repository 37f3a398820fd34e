"""``nn.to_torch`` and ``nn.from_torch``: equal outputs and gradients on both sides."""

import random

import pytest

import autograd
import nn
from autograd import Value, errors
from nn.data.shapes import leaves

torch = pytest.importorskip("torch", reason='PyTorch is not installed: pip install -e ".[torch]"')
prune = pytest.importorskip("torch.nn.utils.prune")

ACTIVATIONS = [nn.ReLU(), nn.LeakyReLU(0.2), nn.ELU(0.7), nn.GELU(), nn.SiLU(), nn.Tanh(), nn.Sigmoid(), nn.Softplus()]


def samples(count=6, features=3, seed=0):
    generator = random.Random(seed)
    return [[generator.gauss(0, 1) for _ in range(features)] for _ in range(count)]


def assert_equal(ours, theirs, features=3):
    """Compare outputs and the gradients of every parameter, on a loss that weighs every output differently."""
    inputs = samples(features=features)
    expected = theirs(torch.tensor(inputs, dtype=torch.float64))
    inputs = [[Value(number) for number in row] for row in inputs]
    outputs = [row if isinstance(row, list) else [row] for row in ours(inputs)]
    numbers = [value.data for row in outputs for value in row]
    assert numbers == pytest.approx(expected.flatten().tolist(), abs=1e-12)
    weights = [[(i + 1) * (j - 0.3) for j in range(len(outputs[0]))] for i in range(len(outputs))]
    if not ours.parameters():
        return
    ours.zero_grad()
    autograd.sum([autograd.dot(ws, row) for ws, row in zip(weights, outputs, strict=True)]).backward()
    (torch.tensor(weights, dtype=torch.float64) * expected).sum().backward()
    gradients = torch.cat([parameter.grad.flatten() for parameter in theirs.parameters()]).tolist()
    assert sorted(value.grad for value in ours.parameters()) == pytest.approx(sorted(gradients), abs=1e-10)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda module: type(module).__name__)
def test_activations_both_ways(activation):
    model = nn.Sequential(nn.Linear(3, 4, seed=1), activation, nn.Linear(4, 2, seed=2))
    theirs = nn.to_torch(model)
    assert type(theirs[1]).__name__ == type(activation).__name__
    assert_equal(model, theirs)
    theirs.zero_grad()
    back = nn.from_torch(theirs)
    assert repr(back) == repr(model)
    assert_equal(back, theirs)


@pytest.mark.parametrize("last", [nn.Softmax(), nn.LogSoftmax()], ids=["Softmax", "LogSoftmax"])
def test_softmax_over_the_outputs_of_each_sample(last):
    model = nn.Sequential(nn.Linear(3, 4, seed=1), last)
    assert_equal(model, nn.to_torch(model))
    assert_equal(nn.from_torch(nn.to_torch(model)), nn.to_torch(model))


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "tanh", "sigmoid"])
def test_an_mlp_becomes_a_sequential(activation):
    model = nn.MLP(3, [5, 4, 1], activation=activation, seed=2)
    theirs = nn.to_torch(model)
    assert isinstance(theirs, torch.nn.Sequential)
    assert len(theirs) == 5
    assert_equal(model, theirs)


def test_single_parts():
    assert_equal(nn.Linear(3, 2, bias=False, seed=1), nn.to_torch(nn.Linear(3, 2, bias=False, seed=1)))
    assert_equal(nn.Layer(3, 2, None, seed=1), nn.to_torch(nn.Layer(3, 2, None, seed=1)))
    assert_equal(nn.Neuron(3, "tanh", seed=1), nn.to_torch(nn.Neuron(3, "tanh", seed=1)))
    assert isinstance(nn.to_torch(nn.Linear(3, 2)), torch.nn.Linear)


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_with_its_running_statistics(training):
    norm = nn.BatchNorm1d(3, eps=1e-3, momentum=0.3)
    for i, value in enumerate(norm.parameters()):
        value.data += 0.1 * i
    norm(samples(seed=5))
    norm.train(training)
    theirs = nn.to_torch(norm)
    assert theirs.training == training
    back = nn.from_torch(theirs)
    assert (back.running_mean, back.running_var, back.training) == (norm.running_mean, norm.running_var, training)
    assert_equal(norm, theirs)
    assert theirs.running_mean.tolist() == pytest.approx(norm.running_mean, abs=1e-12)
    assert theirs.running_var.tolist() == pytest.approx(norm.running_var, abs=1e-12)


@pytest.mark.parametrize("learned", [True, False])
def test_layer_norm(learned):
    norm = nn.LayerNorm(3, 1e-4, learned)
    for i, value in enumerate(norm.parameters()):
        value.data += 0.1 * i
    assert_equal(norm, nn.to_torch(norm))
    assert_equal(nn.from_torch(nn.to_torch(norm)), nn.to_torch(norm))


def test_dropout_keeps_its_probability_and_lets_all_pass_in_evaluation():
    model = nn.Sequential(nn.Linear(3, 4, seed=1), nn.Dropout(0.3)).eval()
    theirs = nn.to_torch(model)
    assert theirs[1].p == 0.3
    assert not theirs[1].training
    assert_equal(model, theirs)
    assert nn.from_torch(theirs)[1].p == 0.3


def test_a_torch_model_in_single_precision():
    torch.manual_seed(0)
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
    assert_equal(nn.from_torch(theirs), theirs.double())


def test_what_has_no_counterpart_is_named():
    class Own(nn.Module):
        def forward(self, x):
            return x

    with pytest.raises(
        errors.ArgumentError, match=r"Own has no counterpart in PyTorch; what can be converted: .*Linear"
    ):
        nn.to_torch(nn.Sequential(Own()))
    with pytest.raises(errors.ArgumentError, match=r"torch\.nn\.Conv3d has no counterpart here"):
        nn.from_torch(torch.nn.Conv3d(1, 1, 1))
    with pytest.raises(errors.ArgumentError, match="has no counterpart"):
        nn.to_torch(nn.Neuron(2, lambda value: value * 2))


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")
@pytest.mark.parametrize(
    ("attach", "remove", "name"),
    [
        (torch.nn.utils.weight_norm, torch.nn.utils.remove_weight_norm, "weight_g"),
        (
            lambda layer: prune.l1_unstructured(layer, "weight", 1),
            lambda layer: prune.remove(layer, "weight"),
            "weight_orig",
        ),
    ],
)
def test_a_weight_that_is_computed_from_others_is_named_and_may_be_made_a_parameter_again(attach, remove, name):
    layer = torch.nn.Linear(3, 1, dtype=torch.float64)
    attach(layer)
    with pytest.raises(errors.ArgumentError, match=rf"The {name} of Linear.* has no counterpart here"):
        nn.from_torch(layer)
    remove(layer)
    assert_equal(nn.from_torch(layer), layer)


@pytest.mark.parametrize(
    "module",
    [
        torch.nn.GELU(approximate="tanh"),
        torch.nn.Softplus(beta=2.0),
        torch.nn.Softmax(dim=0),
        torch.nn.LayerNorm([2, 3]),
        torch.nn.Conv2d(1, 1, 2, padding=1, padding_mode="reflect"),
        torch.nn.MaxPool2d(2, ceil_mode=True),
        torch.nn.MaxPool2d(2, return_indices=True),
        torch.nn.Embedding(3, 2, max_norm=1.0),
        torch.nn.LSTM(2, 4, proj_size=2),
        torch.nn.MultiheadAttention(4, 2, kdim=3),
        torch.nn.MultiheadAttention(4, 2, add_zero_attn=True),
    ],
    ids=repr,
)
def test_options_that_mean_something_else_here_are_refused(module):
    with pytest.raises(errors.ArgumentError, match="here"):
        nn.from_torch(module)


def tensors():
    """Yield how to make each module with numbers of its own, and the name of each of its tensors."""
    for make in (lambda: torch.nn.Linear(3, 2), lambda: torch.nn.BatchNorm1d(3), lambda: torch.nn.LayerNorm(3)):
        for name in ("weight", "bias", "running_mean", "running_var"):
            if getattr(make(), name, None) is not None:
                yield make, name


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize(("make", "name"), list(tensors()))
def test_numbers_that_are_not_finite_are_refused(make, name, number):
    theirs = make()
    with torch.no_grad():
        getattr(theirs, name).view(-1)[-1] = number
    with pytest.raises(errors.ArgumentError, match=rf"The {name} of {type(theirs).__name__}.* nan or infinite"):
        nn.from_torch(torch.nn.Sequential(theirs))


@pytest.mark.parametrize(
    ("dtype", "device", "message"),
    [(torch.complex64, "cpu", "complex"), (torch.complex128, "cpu", "complex"), (torch.float32, "meta", "meta")],
)
@pytest.mark.parametrize("size", [1, 2])
def test_complex_and_absent_numbers_are_refused(size, dtype, device, message):
    with pytest.raises(errors.ArgumentError, match=f"The weight of Linear.*{message}"):
        nn.from_torch(torch.nn.Linear(size, size, dtype=dtype, device=device))
    if device == "meta":
        with pytest.raises(errors.ArgumentError, match="meta"):
            nn.from_torch(torch.nn.BatchNorm1d(2, affine=False, device=device))


@pytest.mark.parametrize(
    ("attach", "named"),
    [
        (lambda module: module.register_forward_hook(lambda *_: None), "forward_hooks of it"),
        (lambda module: module.register_forward_pre_hook(lambda *_: None), "forward_pre_hooks of it"),
        (lambda module: module.register_full_backward_hook(lambda *_: None), "backward_hooks of it"),
        (lambda module: module.register_full_backward_pre_hook(lambda *_: None), "backward_pre_hooks of it"),
        (lambda module: module.weight.register_hook(lambda grad: 2 * grad), "backward_hooks of weight"),
        (lambda module: module.bias.register_post_accumulate_grad_hook(lambda _: None), "grad_hooks of bias"),
        (lambda module: setattr(module, "forward", lambda x: x), "a forward of its own"),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_hooks_that_would_be_lost_are_named(attach, named, inside):
    theirs = torch.nn.Linear(2, 2)
    attach(theirs)
    with pytest.warns(UserWarning, match=f"leaves out what is attached to Linear.*{named}"):
        nn.from_torch(torch.nn.Sequential(theirs) if inside else theirs)


@pytest.mark.filterwarnings("error")
def test_a_module_without_hooks_gives_no_warning():
    nn.from_torch(torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU(), torch.nn.BatchNorm1d(2)))


def tuned():
    model = nn.Sequential(nn.Linear(3, 4, seed=1), nn.LayerNorm(4), nn.MLP(4, [2, 1], seed=2))
    model[0].requires_grad_(False)
    for value in model[1].bias:
        value.requires_grad = False
    for neuron in model[2].layers[1].neurons:
        neuron.b.requires_grad = False
    return model


def test_frozen_parameters_stay_frozen_both_ways():
    theirs = nn.to_torch(tuned())
    expected = {
        "0.weight": False, "0.bias": False, "1.weight": True, "1.bias": False,
        "2.0.weight": True, "2.0.bias": True, "2.2.weight": True, "2.2.bias": False,
    }  # fmt: skip
    assert {name: parameter.requires_grad for name, parameter in theirs.named_parameters()} == expected
    ours = nn.from_torch(theirs)
    for name, parameter in theirs.named_parameters():
        values = list(leaves(getattr(part(ours, name), name.split(".")[-1])))
        assert {value.requires_grad for value in values} == {parameter.requires_grad}, name


def part(model, name):
    for index in map(int, name.split(".")[:-1]):
        model = model[index]
    return model


def test_frozen_models_train_alike():
    model = tuned()
    theirs = nn.to_torch(model)
    inputs, targets = [[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]], [[1.0], [-1.0]]
    optimizer, sgd = nn.SGD(model.parameters(), lr=0.1), torch.optim.SGD(theirs.parameters(), lr=0.1)
    for _ in range(50):
        optimizer.zero_grad()
        nn.mse_loss([model(x) for x in inputs], [y for (y,) in targets]).backward()
        optimizer.step()
        sgd.zero_grad()
        torch.nn.functional.mse_loss(
            theirs(torch.tensor(inputs, dtype=torch.float64)), torch.tensor(targets, dtype=torch.float64)
        ).backward()
        sgd.step()
    outputs = [model(x).data for x in inputs]
    assert outputs == pytest.approx(theirs(torch.tensor(inputs, dtype=torch.float64)).flatten().tolist(), rel=1e-12)
    again = nn.from_torch(theirs)
    assert [value.data for value in again[0].parameters()] == [value.data for value in model[0].parameters()]


def test_a_parameter_that_is_frozen_in_part_is_trained_there_and_a_warning_says_so():
    layer = nn.Linear(2, 2, seed=1)
    layer.weight[0][1].requires_grad = False
    with pytest.warns(UserWarning, match=r"shape \(2, 2\) some Values are frozen"):
        theirs = nn.to_torch(layer)
    assert theirs.weight.requires_grad


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_padding_that_is_said_in_a_word(padding):
    theirs = torch.nn.Conv2d(1, 2, (3, 5), padding=padding, dilation=(2, 1), dtype=torch.float64)
    images = torch.randn(2, 1, 6, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    outputs = list(leaves(nn.from_torch(theirs)(images.tolist())))
    assert [y.data for y in outputs] == pytest.approx(theirs(images).flatten().tolist(), rel=1e-12, abs=1e-12)


def rectifier_twice():
    rectifier = torch.nn.ReLU()
    return torch.nn.Sequential(
        torch.nn.Linear(3, 4), rectifier, torch.nn.Linear(4, 4), rectifier, torch.nn.Linear(4, 2)
    )


def linear_twice():
    linear = torch.nn.Linear(3, 3)
    return torch.nn.Sequential(linear, torch.nn.Tanh(), linear)


def block_twice():
    block = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Tanh())
    return torch.nn.Sequential(block, torch.nn.LayerNorm(3), block)


def weight_twice():
    model = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Tanh(), torch.nn.Linear(3, 3))
    model[2].weight = model[0].weight
    return model


@pytest.mark.parametrize("make", [rectifier_twice, linear_twice, block_twice, weight_twice])
def test_what_is_shared_stays_shared_both_ways(make):
    torch.manual_seed(1)
    theirs = make().double()
    ours = nn.from_torch(theirs)
    assert len(ours) == len(theirs)
    assert len(ours.parameters()) == sum(parameter.numel() for parameter in theirs.parameters())
    assert_equal(ours, theirs)
    theirs.zero_grad()
    again = nn.to_torch(ours)
    assert len(list(again.parameters())) == len(list(theirs.parameters()))
    assert_equal(ours, again)


def test_shared_weights_train_alike():
    torch.manual_seed(1)
    theirs = weight_twice().double()
    ours = nn.from_torch(theirs)
    inputs, targets = samples(), samples(seed=1)
    nn.fit(ours, (inputs, targets), loss="mse", optimizer=nn.SGD(ours.parameters(), lr=0.1), epochs=5, progress=False)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        expected = torch.tensor(targets, dtype=torch.float64)
        torch.nn.functional.mse_loss(theirs(torch.tensor(inputs, dtype=torch.float64)), expected).backward()
        optimizer.step()
    numbers = [number for row in theirs[0].weight.tolist() for number in row]
    assert [value.data for row in ours[2].weight for value in row] == pytest.approx(numbers, rel=1e-12)


def test_each_part_stays_in_its_mode():
    model = nn.Sequential(nn.Linear(3, 3, seed=1), nn.BatchNorm1d(3), nn.Sequential(nn.Dropout(0.5, seed=1)))
    model[1].eval()
    model[2][0].eval()
    theirs = nn.to_torch(model)
    modes = [True, True, False, True, False]
    assert [module.training for module in theirs.modules()] == modes
    assert [module.training for module in nn.from_torch(theirs).modules()] == modes


def test_what_is_no_module_is_named():
    for thing in (None, 3, torch.zeros(2), torch.nn.Linear, nn.Linear(1, 1)):
        with pytest.raises(errors.ArgumentError, match="takes a module of PyTorch, such as"):
            nn.from_torch(thing)
    with pytest.raises(errors.ArgumentError, match=r"make one of them: model=nn\.Linear"):
        nn.to_torch(nn.Linear)
    with pytest.raises(errors.ArgumentError, match=r"model is an nn\.Module"):
        nn.to_torch(None)
