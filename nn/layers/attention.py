"""``MultiheadAttention``: every position looks at the others and takes from each as much as it matches."""

import math
import operator
from typing import Any

import autograd
from autograd import errors
from nn.argument_checks import positive, within
from nn.data.shapes import Nested
from nn.init import Seed, generator_from, xavier_uniform_, zeros_
from nn.layers.dropout import Dropout
from nn.layers.linear import Linear
from nn.layers.masks import masks_of
from nn.layers.sequences import arranged, sequences, turned
from nn.layers.weights import values, weighted
from nn.module import Module


class MultiheadAttention(Module):
    """``softmax(Q · K / sqrt(d)) · V`` in several heads of ``d = embed_dim / num_heads`` numbers, side by side.

    Args:
        embed_dim, num_heads: how many numbers stand at each position, and how many heads share them.
        dropout: the probability of leaving out a share.
        bias: False leaves the biases out.
        batch_first: whether a batch is (samples, positions, embed_dim), as for :func:`nn.fit`.
        seed: an int for the same weights every time.

    ``.in_proj_weight`` makes Q, K and V, in this order, and the Linear ``.out_proj`` the output, as in PyTorch.

    Raises:
        ArgumentError: a size out of range; when called, shapes that do not fit.

    Source: Vaswani et al., Attention is all you need (2017).

    Example:
        >>> x = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
        >>> outputs, shares = MultiheadAttention(2, 1, seed=1)(x, x, x, is_causal=True)
        >>> shares[0][0].data, shares[0][1].data, len(outputs)
        (1.0, 0.0, 3)
    """

    def __init__(
        self, embed_dim: int, num_heads: int, dropout: float = 0.0, bias: bool = True, *, batch_first: bool = False,
        seed: Seed = None,
    ) -> None:  # fmt: skip
        self.embed_dim, self.num_heads = positive("embed_dim", embed_dim), positive("num_heads", num_heads)
        if embed_dim % num_heads:
            raise errors.ArgumentError(f"num_heads={num_heads} must divide embed_dim={embed_dim}.")
        self.dropout, self.batch_first = within("dropout", dropout, "[0, 1]"), batch_first
        self.dropping, generator = Dropout(dropout, seed=seed), generator_from(seed)
        self.in_proj_weight = xavier_uniform_(values("in_proj_weight", 3 * embed_dim, embed_dim), seed=generator)
        self.in_proj_bias = values("in_proj_bias", 3 * embed_dim) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, seed=generator)
        zeros_(self.out_proj.bias or [])

    def forward(  # noqa: PLR0917  # PyTorch's order
        self, query: Nested, key: Nested, value: Nested, key_padding_mask: Any = None, need_weights: bool = True,
        attn_mask: Any = None, average_attn_weights: bool = True, is_causal: bool = False,
    ) -> tuple[Any, Any]:  # fmt: skip  # nested as the arguments say
        """Return the outputs, arranged as ``query``, and the shares ([samples,] [heads,] queries, keys), or None.

        Each input is (positions, embed_dim), or a batch. ``attn_mask`` (queries, keys) and ``key_padding_mask``
        ([samples,] keys) are True where a key is not seen; ``is_causal`` alone hides what comes later.
        """
        inputs = [sequences(x, self.embed_dim, self.batch_first, self.title) for x in (query, key, value)]
        (queries, batched), (keys, _), (contents, _) = inputs
        absent = key_padding_mask if batched or key_padding_mask is None else [key_padding_mask]
        masks = masks_of(attn_mask, absent, is_causal, (len(queries), len(queries[0]), len(keys[0])))
        results = [self.attend(*each) for each in zip(queries, keys, contents, masks, strict=True)]
        outputs = arranged([output for output, _ in results], batched, self.batch_first)
        shares = [heads for _, heads in results]
        if average_attn_weights and need_weights:
            shares = [[list(map(autograd.mean, turned(rows))) for rows in turned(heads)] for heads in shares]
        return outputs, arranged(shares, batched, True) if need_weights else None

    def attend(self, query: Any, key: Any, value: Any, mask: list[list[float]]) -> tuple[Any, list[Any]]:
        """Return the outputs for one sample, and the shares of each head."""
        width, d, projected, shares = self.embed_dim, self.embed_dim // self.num_heads, [], []
        for part, rows in enumerate((query, key, value)):
            own = slice(part * width, (part + 1) * width)
            bias = self.in_proj_bias and self.in_proj_bias[own]
            projected.append([weighted(self.in_proj_weight[own], row, bias) for row in rows])
        joined: list[Any] = [()] * len(query)
        for head in range(0, width, d):
            q, k, v = ([tuple(row[head : head + d]) for row in rows] for rows in projected)
            scores = [[autograd.dot(one, other) / math.sqrt(d) for other in k] for one in q]
            each = [autograd.softmax(map(operator.add, row, unseen)) for row, unseen in zip(scores, mask, strict=True)]
            shares.append(self.dropping(each))
            columns = list(zip(*v, strict=True))
            found = [tuple([autograd.dot(tuple(row), column) for column in columns]) for row in shares[-1]]
            joined = list(map(operator.add, joined, found))
        return self.out_proj(joined), shares

    def extra_repr(self) -> str:
        return f"{self.embed_dim}, {self.num_heads}"
