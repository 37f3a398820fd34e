"""PyTorch, with one thread and 64-bit floats."""

from benchmarks.gpt_from_parts import EMBEDDING, HEADS, HIDDEN, LEARNING_RATE, TIME, VOCABULARY, data, weights
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the model with the common weights."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    embedding, places = nn.Embedding(VOCABULARY, EMBEDDING), nn.Embedding(TIME, EMBEDDING)
    before, between, after = (nn.RMSNorm(EMBEDDING) for _ in range(3))
    attention = nn.MultiheadAttention(EMBEDDING, HEADS, batch_first=True)
    mlp = nn.Sequential(nn.Linear(EMBEDDING, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, EMBEDDING))
    head = nn.Linear(EMBEDDING, VOCABULARY, bias=False)
    model = nn.ModuleList([embedding, places, before, attention, between, mlp, after, head])
    nn.utils.vector_to_parameters(torch.tensor(weights()), model.parameters())
    tokens, targets = map(torch.tensor, data())
    later = torch.triu(torch.ones(TIME, TIME, dtype=torch.bool), diagonal=1)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)

    def step() -> float:
        optimizer.zero_grad()
        x = embedding(tokens) + places.weight
        y = before(x)
        x = x + attention(y, y, y, attn_mask=later, is_causal=True, need_weights=False)[0]
        x = x + mlp(between(x))
        loss = nn.functional.cross_entropy(head(after(x)).flatten(0, 1), targets.flatten())
        loss.backward()
        optimizer.step()
        return loss.item()

    return lambda count: [step() for _ in range(count)][-1:]
