"""Forward and backward pass written by hand in NumPy."""

from benchmarks.gpt import EMBEDDING, EPSILON, HEAD, HEADS, TARGETS, TOKENS, weights
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:  # noqa: PLR0915  # by hand it is long: that is the point
    """Build the arrays."""
    import numpy as np

    p = {name: np.array(rows) for name, rows in weights().items()}
    n = len(TOKENS)
    future = np.triu(np.full((n, n), -np.inf), 1)
    rows = np.arange(n)

    def normalized(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        scale = 1 / np.sqrt((x * x).mean(-1, keepdims=True) + EPSILON)
        return x * scale, scale

    def through_norm(d: np.ndarray, out: np.ndarray, scale: np.ndarray) -> np.ndarray:
        return (d - out * (d * out).mean(-1, keepdims=True)) * scale

    def split(x: np.ndarray) -> np.ndarray:
        return x.reshape(n, HEADS, HEAD).swapaxes(0, 1)

    def join(x: np.ndarray) -> np.ndarray:
        return x.swapaxes(0, 1).reshape(n, EMBEDDING)

    def both() -> tuple[float, dict[str, np.ndarray]]:
        x0, scale0 = normalized(p["token"][TOKENS] + p["position"][:n])
        y, scale1 = normalized(x0)
        q, k, v = (split(y @ p[name].T) for name in ("query", "key", "value"))
        scores = q @ k.swapaxes(1, 2) * HEAD**-0.5 + future
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        attended = join(shares @ v)
        x1 = x0 + attended @ p["attention"].T
        z, scale2 = normalized(x1)
        hidden = np.maximum(z @ p["up"].T, 0)
        x2 = x1 + hidden @ p["down"].T
        logits = x2 @ p["head"].T
        logits -= logits.max(-1, keepdims=True)
        exponentials = np.exp(logits)
        totals = exponentials.sum(-1)
        loss = (np.log(totals) - logits[rows, TARGETS]).mean()

        g = {}
        d = exponentials / totals[:, None]
        d[rows, TARGETS] -= 1
        d /= n
        g["head"] = d.T @ x2
        d2 = d @ p["head"]
        g["down"] = d2.T @ hidden
        dh = (d2 @ p["down"]) * (hidden > 0)
        g["up"] = dh.T @ z
        d1 = d2 + through_norm(dh @ p["up"], z, scale2)
        g["attention"] = d1.T @ attended
        da = split(d1 @ p["attention"])
        dshares = da @ v.swapaxes(1, 2)
        dscores = shares * (dshares - (dshares * shares).sum(-1, keepdims=True)) * HEAD**-0.5
        dq, dk, dv = join(dscores @ k), join(dscores.swapaxes(1, 2) @ q), join(shares.swapaxes(1, 2) @ da)
        g["query"], g["key"], g["value"] = dq.T @ y, dk.T @ y, dv.T @ y
        dy = dq @ p["query"] + dk @ p["key"] + dv @ p["value"]
        d0 = through_norm(d1 + through_norm(dy, y, scale1), x0, scale0)
        g["position"] = np.zeros_like(p["position"])
        g["position"][:n] = d0
        g["token"] = np.zeros_like(p["token"])
        np.add.at(g["token"], TOKENS, d0)
        return float(loss), g

    def checked(count: int) -> list[float]:
        loss, g = both()
        return [loss, sum(float((array * array).sum()) for array in g.values())]

    return checked if exact else lambda count: [both()[0] for _ in range(count)][-1:]
