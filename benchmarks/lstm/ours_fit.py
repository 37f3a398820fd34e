"""``nn.fit`` on an LSTM in plain loops over Values."""

from typing import Any, Literal

import nn
from autograd import Value
from benchmarks.lstm import BATCH, EMBEDDING, HIDDEN, LEARNING_RATE, VOCABULARY, data, weights
from benchmarks.workload import Run

AT_ONCE = 50


class CharacterModel(nn.Module):
    """Gives a logit for every next token at every position."""

    def __init__(self) -> None:
        self.embedding = nn.Embedding(VOCABULARY, EMBEDDING)
        self.lstm = nn.LSTM(EMBEDDING, HIDDEN, batch_first=True)
        self.head = nn.Linear(HIDDEN, VOCABULARY)

    def forward(self, tokens: Any) -> Any:
        outputs, _ = self.lstm(self.embedding(tokens))
        return self.head(outputs)


def loss(outputs: Any, targets: Any) -> Value:
    """Return the mean cross-entropy of all positions."""
    logits = [row for sequence in outputs for row in sequence]
    return nn.cross_entropy(logits, [target for sequence in targets for target in sequence])


def prepare(exact: bool, compile: Literal["auto", "c"] = "auto") -> Run:
    """Build the model with the common weights."""
    model = CharacterModel()
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
