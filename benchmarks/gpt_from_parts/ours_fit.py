"""``nn.fit`` on a GPT whose parts are plain loops over Values."""

from typing import Any, Literal

import nn
from autograd import Value
from benchmarks.gpt_from_parts import BATCH, EMBEDDING, HEADS, HIDDEN, LEARNING_RATE, TIME, VOCABULARY, data, weights
from benchmarks.workload import Run

AT_ONCE = 50


class SmallGPT(nn.Module):
    """Gives a logit for every next token at every position."""

    def __init__(self) -> None:
        self.tokens, self.places = nn.Embedding(VOCABULARY, EMBEDDING), nn.Embedding(TIME, EMBEDDING)
        self.before = nn.RMSNorm(EMBEDDING)
        self.attention = nn.MultiheadAttention(EMBEDDING, HEADS, batch_first=True)
        self.between = nn.RMSNorm(EMBEDDING)
        self.mlp = nn.Sequential(nn.Linear(EMBEDDING, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, EMBEDDING))
        self.after = nn.RMSNorm(EMBEDDING)
        self.head = nn.Linear(EMBEDDING, VOCABULARY, bias=False)

    def forward(self, tokens: Any) -> Any:
        places = self.places(range(TIME))
        x = [plus(sequence, places) for sequence in self.tokens(tokens)]
        y = self.before(x)
        attended, _ = self.attention(y, y, y, is_causal=True, need_weights=False)
        x = plus(x, attended)
        x = plus(x, self.mlp(self.between(x)))
        return self.head(self.after(x))


def plus(xs: Any, ys: Any) -> Any:
    """Return the sums of what stands at the same place in two nested lists."""
    return [plus(x, y) for x, y in zip(xs, ys, strict=True)] if isinstance(xs, list) else xs + ys


def loss(outputs: Any, targets: Any) -> Value:
    """Return the mean cross-entropy of all positions."""
    logits = [row for sequence in outputs for row in sequence]
    return nn.cross_entropy(logits, [target for sequence in targets for target in sequence])


def prepare(exact: bool, compile: Literal["auto", "c"] = "auto") -> Run:
    """Build the model with the common weights."""
    model = SmallGPT()
    for parameter, number in zip(model.parameters(), weights(), strict=True):
        parameter.data = number
    batches = nn.DataLoader(nn.TensorDataset(*data()), batch_size=BATCH)
    optimizer = nn.Adam(model.parameters(), lr=LEARNING_RATE)
    history = None

    def run(count: int) -> list[float]:
        nonlocal history
        if history is None:
            history = nn.fit(
                model, batches, loss=loss, optimizer=optimizer, epochs=count, progress=False, compile=compile,
            )  # fmt: skip
        else:
            history.resume(count)
        return [history.rows[-1]["loss"]]

    return run
