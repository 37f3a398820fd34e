"""PyTorch, with one thread and 64-bit floats."""

from benchmarks.lstm import EMBEDDING, HIDDEN, LEARNING_RATE, VOCABULARY, data, weights
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the model with the common weights."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    embedding = nn.Embedding(VOCABULARY, EMBEDDING)
    lstm = nn.LSTM(EMBEDDING, HIDDEN, batch_first=True)
    head = nn.Linear(HIDDEN, VOCABULARY)
    model = nn.ModuleList([embedding, lstm, head])
    nn.utils.vector_to_parameters(torch.tensor(weights()), model.parameters())
    tokens, targets = map(torch.tensor, data())
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)

    def step() -> float:
        optimizer.zero_grad()
        outputs, _ = lstm(embedding(tokens))
        loss = nn.functional.cross_entropy(head(outputs).flatten(0, 1), targets.flatten())
        loss.backward()
        optimizer.step()
        return loss.item()

    return lambda count: [step() for _ in range(count)][-1:]
