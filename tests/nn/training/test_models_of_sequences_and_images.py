"""Whole models of the newer layers: a character LSTM and a small GPT follow PyTorch, a convolution reads digits."""

import random

import pytest
from pytorch import flat, torch_or_skip

import nn

VOCABULARY, WIDTH, TIME, COUNT = 5, 4, 4, 2


class CharacterLSTM(nn.Module):
    def __init__(self):
        self.table = nn.Embedding(VOCABULARY, WIDTH, seed=1)
        self.lstm = nn.LSTM(WIDTH, WIDTH, batch_first=True, seed=2)
        self.head = nn.Linear(WIDTH, VOCABULARY, seed=3)

    def forward(self, tokens):
        outputs, _ = self.lstm(self.table(tokens))
        return self.head(outputs)

    def parts(self):
        return {"table": self.table, "lstm": self.lstm, "head": self.head}

    @staticmethod
    def theirs(parts, tokens, later):
        return parts["head"](parts["lstm"](parts["table"](tokens))[0])


class SmallGPT(nn.Module):
    def __init__(self):
        self.table, self.places = nn.Embedding(VOCABULARY, WIDTH, seed=1), nn.Embedding(TIME, WIDTH, seed=2)
        self.before, self.between, self.after = nn.RMSNorm(WIDTH), nn.LayerNorm(WIDTH), nn.RMSNorm(WIDTH)
        self.attention = nn.MultiheadAttention(WIDTH, 2, batch_first=True, seed=3)
        self.mlp = nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH, seed=4), nn.GELU(), nn.Linear(2 * WIDTH, WIDTH, seed=5))
        self.head = nn.Linear(WIDTH, VOCABULARY, bias=False, seed=6)

    def forward(self, tokens):
        places = self.places(range(TIME))
        x = [plus(sequence, places) for sequence in self.table(tokens)]
        y = self.before(x)
        attended, _ = self.attention(y, y, y, is_causal=True, need_weights=False)
        x = plus(x, attended)
        x = plus(x, self.mlp(self.between(x)))
        return self.head(self.after(x))

    def parts(self):
        return dict(self.named_children())

    @staticmethod
    def theirs(parts, tokens, later):
        x = parts["table"](tokens) + parts["places"].weight
        y = parts["before"](x)
        x = x + parts["attention"](y, y, y, attn_mask=later, need_weights=False)[0]
        x = x + parts["mlp"](parts["between"](x))
        return parts["head"](parts["after"](x))


def plus(xs, ys):
    return [plus(x, y) for x, y in zip(xs, ys, strict=True)] if isinstance(xs, list) else xs + ys


def loss(outputs, targets):
    rows = [row for sequence in outputs for row in sequence]
    return nn.cross_entropy(rows, [target for sequence in targets for target in sequence])


@pytest.mark.parametrize("compiled", [True, False], ids=["compiled", "eager"])
@pytest.mark.parametrize("kind", [CharacterLSTM, SmallGPT])
def test_fifty_steps_like_pytorch(kind, compiled):
    torch = torch_or_skip()
    draw = random.Random(0)
    texts = [[draw.randrange(VOCABULARY) for _ in range(TIME + 1)] for _ in range(COUNT)]
    inputs, targets = [text[:-1] for text in texts], [text[1:] for text in texts]
    model = kind()
    parts = {name: nn.to_torch(part) for name, part in model.parts().items()}
    theirs = torch.nn.ModuleDict(parts)
    tokens, answers = torch.tensor(inputs), torch.tensor(targets)
    later = torch.triu(torch.ones(TIME, TIME, dtype=torch.bool), diagonal=1)
    adam, expected = torch.optim.Adam(theirs.parameters(), lr=0.01), []
    for _ in range(50):
        logits = kind.theirs(parts, tokens, later)
        total = torch.nn.functional.cross_entropy(logits.flatten(0, 1), answers.flatten())
        adam.zero_grad()
        total.backward()
        adam.step()
        expected.append(total.item())
    batches = nn.DataLoader(nn.TensorDataset(inputs, targets), batch_size=COUNT)
    optimizer = nn.Adam(model.parameters(), lr=0.01)
    history = nn.fit(model, batches, loss=loss, optimizer=optimizer, epochs=50, progress=False, compile=compiled)
    assert history["loss"] == pytest.approx(expected, rel=1e-12)
    assert [value.data for value in model.parameters()] == pytest.approx(flat(theirs), rel=1e-8, abs=1e-10)


@pytest.mark.slow
def test_a_convolution_reads_97_of_100_digits():
    digits = nn.load_digits()
    images = [[[[pixel / 16 for pixel in row] for row in image]] for image in digits.images]
    train, test, targets, answers = nn.train_test_split(images, digits.target, seed=0)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, seed=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(72, 10, seed=2)
    )
    optimizer = nn.Adam(model.parameters(), lr=0.02)
    history = nn.fit(
        model, (train, targets), loss=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=30, seed=0, progress=False,
        scheduler=nn.CosineAnnealingLR(optimizer, T_max=30),
    )  # fmt: skip
    assert "compiled" in history.computation
    measured = nn.evaluate(model, (test, answers), loss=nn.CrossEntropyLoss(), metrics=[nn.accuracy])
    assert measured["accuracy"] >= 0.97
