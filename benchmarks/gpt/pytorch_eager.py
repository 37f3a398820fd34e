"""PyTorch with tensors, eager, one thread."""

from benchmarks.gpt import EMBEDDING, EPSILON, HEAD, HEADS, TARGETS, TOKENS, weights
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the tensors."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    p = {name: torch.tensor(rows, requires_grad=True) for name, rows in weights().items()}
    tokens, targets = torch.tensor(TOKENS), torch.tensor(TARGETS)
    n = len(TOKENS)
    future = torch.triu(torch.full((n, n), float("-inf")), diagonal=1)

    def normalized(x: torch.Tensor) -> torch.Tensor:
        return x * (x.square().mean(-1, keepdim=True) + EPSILON).rsqrt()

    def split(x: torch.Tensor) -> torch.Tensor:
        return x.view(n, HEADS, HEAD).transpose(0, 1)

    def step() -> list[float]:
        x = normalized(p["token"][tokens] + p["position"][:n])
        y = normalized(x)
        q, k, v = (split(y @ p[name].T) for name in ("query", "key", "value"))
        shares = torch.softmax(q @ k.transpose(1, 2) / HEAD**0.5 + future, -1)
        x = x + (shares @ v).transpose(0, 1).reshape(n, EMBEDDING) @ p["attention"].T
        x = x + torch.relu(normalized(x) @ p["up"].T) @ p["down"].T
        loss = functional.cross_entropy(x @ p["head"].T, targets)
        for parameter in p.values():
            parameter.grad = None
        loss.backward()
        return [loss.item()]

    def checked(count: int) -> list[float]:
        return [*step(), sum(float(parameter.grad.square().sum()) for parameter in p.values())]

    return checked if exact else lambda count: [step() for _ in range(count)][-1]
