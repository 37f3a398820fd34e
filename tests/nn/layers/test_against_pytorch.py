"""Every layer against PyTorch's of the same name: outputs, gradients, the state, and fifty steps of training."""

import random

import pytest
from pytorch import flat, tensor, torch_or_skip

import autograd
import nn
from autograd import Value
from nn.data.shapes import flatten, leaves, nested

torch = torch_or_skip()


def numbers(shape, seed=0):
    """Return normally distributed numbers in lists of this shape."""
    generator = random.Random(seed)
    count = 1
    for length in shape:
        count *= length
    return nested([generator.gauss(0, 1) for _ in range(count)], shape)


def tokens(shape, seed=0):
    """Return whole numbers from 0 to 6 in lists of this shape."""
    generator = random.Random(seed)
    return nested([generator.randrange(7) for _ in range(torch.Size(shape).numel())], shape)


def first(result):
    """Return the outputs of layers that return something else along with them."""
    return result[0] if isinstance(result, tuple) else result


LAYERS = {
    "Linear in sequences": (lambda: nn.Linear(4, 3, seed=1), (2, 5, 4)),
    "Conv2d": (lambda: nn.Conv2d(2, 3, 3, seed=1), (2, 2, 5, 6)),
    "Conv2d, one image": (lambda: nn.Conv2d(1, 2, 2, bias=False, seed=1), (1, 4, 3)),
    "Conv2d, options": (
        lambda: nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2, seed=1),
        (2, 4, 6, 5),
    ),
    "MaxPool2d": (lambda: nn.MaxPool2d(2), (2, 3, 5, 6)),
    "MaxPool2d, options": (lambda: nn.MaxPool2d((3, 2), stride=(1, 2), padding=(1, 1), dilation=(2, 1)), (2, 6, 7)),
    "Flatten": (nn.Flatten, (2, 3, 2, 2)),
    "Flatten, options": (lambda: nn.Flatten(0, 1), (2, 3, 2)),
    "Identity": (nn.Identity, (2, 3)),
    "RMSNorm": (lambda: nn.RMSNorm(4), (2, 3, 4)),
    "RMSNorm, options": (lambda: nn.RMSNorm((4,), eps=0.1, elementwise_affine=False), (4,)),
    "LayerNorm": (lambda: nn.LayerNorm((4,)), (2, 3, 4)),
    "LayerNorm without bias": (lambda: nn.LayerNorm(4, bias=False), (3, 4)),
    "BatchNorm1d, cumulative": (lambda: nn.BatchNorm1d(4, momentum=None), (5, 4)),
    "BatchNorm1d without statistics": (lambda: nn.BatchNorm1d(4, track_running_stats=False).eval(), (5, 4)),
    **{
        f"{kind.__name__}, {note}": (lambda kind=kind, options=options: kind(3, 2, seed=1, **options), shape)
        for kind in (nn.RNN, nn.LSTM, nn.GRU)
        for note, options, shape in (
            ("one sequence", {}, (4, 3)),
            ("batch", {}, (4, 2, 3)),
            ("batch first", {"batch_first": True, "bias": False}, (2, 4, 3)),
            ("two layers, both directions", {"num_layers": 2, "bidirectional": True, "batch_first": True}, (2, 4, 3)),
        )
    },
    "RNN, ReLU": (lambda: nn.RNN(3, 2, nonlinearity="relu", seed=1), (4, 3)),
}


def randomised(module):
    """Give every parameter a number of its own, so that none is at a neutral start."""
    generator = random.Random(3)
    for value in module.parameters():
        value.data = generator.gauss(0, 0.5)
    return module


def same_numbers(outputs, expected):
    values = [x.data if isinstance(x, Value) else x for x in leaves(outputs)]
    assert values == pytest.approx(expected.detach().flatten().tolist(), rel=1e-12, abs=1e-12)
    assert flatten(outputs, "outputs")[1] == tuple(expected.shape)


def compare(outputs, expected, ours, theirs, *, inputs=(), their_inputs=()):
    """Compare outputs, and the gradients of a sum that weighs each of them differently."""
    same_numbers(outputs, expected)
    weights = [0.3 - 0.1 * (i % 7) for i in range(expected.numel())]
    ours.zero_grad()
    theirs.zero_grad()
    autograd.dot(weights, list(leaves(outputs))).backward()
    (tensor(weights) * expected.flatten()).sum().backward()
    grads = {path: value.grad for path, value in ours.named_parameters()}
    for name, parameter in theirs.named_parameters():
        own = [grad for path, grad in grads.items() if path.startswith(f"{name}.")]
        assert own == pytest.approx(parameter.grad.flatten().tolist(), rel=1e-12, abs=1e-12), name
    for given, other in zip(inputs, their_inputs, strict=True):
        own = [value.grad for value in leaves(given)]
        assert own == pytest.approx(other.grad.flatten().tolist(), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", LAYERS)
def test_outputs_gradients_and_state(name):
    make, shape = LAYERS[name]
    ours = randomised(make())
    theirs, x = nn.to_torch(ours), tensor(numbers(shape), requires_grad=True)
    values = nested([Value(number) for number in leaves(numbers(shape))], shape)
    result, expected = ours(values), theirs(x)
    compare(first(result), first(expected), ours, theirs, inputs=[values], their_inputs=[x])
    if isinstance(result, tuple):
        ends, their_ends = (each[1] if isinstance(each[1], tuple) else (each[1],) for each in (result, expected))
        for end, their_end in zip(ends, their_ends, strict=True):
            same_numbers(end, their_end)
    back = nn.from_torch(theirs)
    assert repr(back) == repr(ours)
    assert back.state_dict() == pytest.approx(ours.state_dict(), rel=1e-15)
    for (path, buffer), (their_path, other) in zip(ours.named_buffers(), theirs.named_buffers(), strict=False):
        assert path == their_path
        assert buffer == pytest.approx(other.flatten().tolist(), rel=1e-14)


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
@pytest.mark.parametrize("batched", [False, True])
def test_a_first_state(kind, batched):
    ours = randomised(kind(3, 2, num_layers=2, seed=1))
    theirs = nn.to_torch(ours)
    x, state = numbers((4, 5, 3) if batched else (4, 3)), numbers((2, 5, 2) if batched else (2, 2), seed=1)
    states, their_states = ((state, numbers((2, 5, 2) if batched else (2, 2), seed=2)), None)
    if kind is nn.LSTM:
        their_states = tuple(map(tensor, states))
    else:
        states, their_states = state, tensor(state)
    compare(first(ours(x, states)), first(theirs(tensor(x), their_states)), ours, theirs)


@pytest.mark.parametrize("shape", [(), (4,), (2, 3)])
@pytest.mark.parametrize("padding", [None, 2, -1])
def test_embedding(shape, padding):
    ours = nn.Embedding(7, 3, padding_idx=padding, seed=1)
    theirs = nn.to_torch(ours)
    chosen = tokens(shape)
    compare(ours(chosen), theirs(torch.tensor(chosen)), ours, theirs)
    assert nn.from_torch(theirs).state_dict() == ours.state_dict()


ATTENTION = {
    "plain": {},
    "causal": {"is_causal": True},
    "booleans": {"attn_mask": [[False, True, False, False, True], *[[False] * 5] * 3, [True] * 4 + [False]]},
    "numbers": {"attn_mask": numbers((5, 5), seed=4)},
    "infinite": {"attn_mask": [[0.0, float("-inf"), 0.0, 0.0, -1.0]] * 5},
    "every head": {"average_attn_weights": False},
    "without shares": {"need_weights": False},
    "padding": {"key_padding_mask": [[False] * 5, [False, False, False, True, True]]},
}


@pytest.mark.parametrize("name", ATTENTION)
@pytest.mark.parametrize("options", [{}, {"batch_first": True, "bias": False}], ids=str)
@pytest.mark.parametrize("batched", [True, False])
def test_attention(name, options, batched):
    ours = randomised(nn.MultiheadAttention(4, 2, seed=1, **options))
    theirs, first_size = nn.to_torch(ours), 2 if ours.batch_first else 5
    shape = (first_size, 7 - first_size, 4) if batched else (5, 4)
    given = [nested([Value(x) for x in leaves(numbers(shape, seed=i))], shape) for i in range(3)]
    others = [tensor(numbers(shape, seed=i), requires_grad=True) for i in range(3)]
    masks = dict(ATTENTION[name])
    if name == "padding" and not batched:
        masks["key_padding_mask"] = masks["key_padding_mask"][1]
    their_masks = {key: torch.tensor(mask) if isinstance(mask, list) else mask for key, mask in masks.items()}
    if name == "causal":
        their_masks["attn_mask"] = torch.triu(torch.ones(5, 5, dtype=torch.bool), diagonal=1)
    if name in {"numbers", "infinite"}:
        their_masks["attn_mask"] = tensor(masks["attn_mask"])
    outputs, shares = ours(*given, **masks)
    expected, their_shares = theirs(*others, **their_masks)
    if their_shares is None:
        assert shares is None
    else:
        same_numbers(shares, their_shares)
    compare(outputs, expected, ours, theirs, inputs=given, their_inputs=others)
    assert nn.from_torch(theirs).state_dict() == ours.state_dict()


def test_a_query_may_be_longer_than_the_keys():
    ours = randomised(nn.MultiheadAttention(4, 2, seed=1))
    theirs, query, key = nn.to_torch(ours), numbers((3, 2, 4)), numbers((5, 2, 4), seed=1)
    compare(ours(query, key, key)[0], theirs(tensor(query), tensor(key), tensor(key))[0], ours, theirs)


class Headed(nn.Module):
    """A layer and a linear output over all that it gives for a sample."""

    def __init__(self, layer, width):
        self.layer, self.head = layer, nn.Linear(width, 1, seed=9)

    def forward(self, xs):
        attends = isinstance(self.layer, nn.MultiheadAttention)
        outputs = first(self.layer(xs, xs, xs, is_causal=True) if attends else self.layer(xs))
        return self.head([list(leaves(one)) for one in outputs])


TRAINED = {
    "Conv2d": (lambda: nn.Conv2d(2, 3, 2, padding=1, seed=1), (2, 2, 2), 27),
    "MaxPool2d": (lambda: nn.Sequential(nn.Conv2d(2, 2, 2, seed=1), nn.MaxPool2d(2)), (2, 3, 3), 2),
    "Flatten": (lambda: nn.Sequential(nn.Flatten(), nn.Linear(6, 4, seed=1)), (2, 3), 4),
    "Identity": (lambda: nn.Sequential(nn.Linear(3, 4, seed=1), nn.Identity()), (3,), 4),
    "RMSNorm": (lambda: nn.Sequential(nn.Linear(3, 4, seed=1), nn.RMSNorm(4)), (3,), 4),
    "LayerNorm": (lambda: nn.Sequential(nn.Linear(3, 4, seed=1), nn.LayerNorm((4,))), (3,), 4),
    "BatchNorm1d": (lambda: nn.Sequential(nn.Linear(3, 4, seed=1), nn.BatchNorm1d(4, momentum=None)), (3,), 4),
    "RNN": (lambda: nn.RNN(3, 2, batch_first=True, seed=1), (3, 3), 6),
    "LSTM": (lambda: nn.LSTM(3, 2, num_layers=2, batch_first=True, seed=1), (3, 3), 6),
    "GRU": (lambda: nn.GRU(3, 2, bidirectional=True, batch_first=True, seed=1), (3, 3), 12),
    "MultiheadAttention": (lambda: nn.MultiheadAttention(4, 2, batch_first=True, seed=1), (3, 4), 12),
    "Embedding": (lambda: nn.Embedding(7, 3, padding_idx=0, seed=1), (4,), 12),
}


@pytest.mark.slow
@pytest.mark.parametrize("fitted", [False, True], ids=["eager", "fit"])
@pytest.mark.parametrize("name", TRAINED)
def test_fifty_steps_of_training(name, fitted):
    make, shape, width = TRAINED[name]
    ours = Headed(make(), width)
    layer, head = nn.to_torch(ours.layer), nn.to_torch(ours.head)
    is_token = name == "Embedding"
    xs = (tokens if is_token else numbers)((3, *shape), seed=5)
    ys = numbers((3, 1), seed=6)
    x, y = torch.tensor(xs) if is_token else tensor(xs), tensor(ys)
    parameters = [*layer.parameters(), *head.parameters()]
    adam, losses = torch.optim.Adam(parameters, lr=0.01, eps=1e-3), []
    later = torch.triu(torch.ones(3, 3, dtype=torch.bool), diagonal=1)
    for _ in range(50):
        attends = name == "MultiheadAttention"
        outputs = layer(x, x, x, attn_mask=later) if attends else layer(x)
        loss = torch.nn.functional.mse_loss(head(first(outputs).flatten(1)), y)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    optimizer = nn.Adam(ours.parameters(), lr=0.01, eps=1e-3)
    batches = nn.DataLoader(nn.TensorDataset(xs, ys), batch_size=3)
    history = nn.fit(
        ours,
        batches,
        loss=nn.mse_loss,
        optimizer=optimizer,
        epochs=50,
        progress=False,
        compile=fitted,
    )
    assert history["loss"] == pytest.approx(losses, rel=1e-12)
    assert [value.data for value in ours.parameters()] == pytest.approx(
        [*flat(layer), *flat(head)], rel=1e-10, abs=1e-12
    )
