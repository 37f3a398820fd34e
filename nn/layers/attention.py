"""``MultiheadAttention``: every position looks at the others and takes from each as much as it matches."""

from typing import Any

from autograd import errors
from nn.argument_checks import positive, within
from nn.data.shapes import Nested
from nn.init import Seed, generator_from, xavier_uniform_, zeros_
from nn.layers.dot_product_attention import Mask, in_heads, masks_of, mean_over_heads
from nn.layers.dropout import Dropout
from nn.layers.linear import Linear
from nn.layers.sequences import arranged, sequences
from nn.layers.weights import values, weighted
from nn.module import Module


class MultiheadAttention(Module):
    """``softmax(Q · K / sqrt(d)) · V`` in several heads of ``d = embed_dim / num_heads`` numbers, side by side.

    ``.in_proj_weight`` makes Q, K and V, in this order, and the Linear ``.out_proj`` the output, as in PyTorch.

    Args:
        embed_dim, num_heads: how many numbers stand at each position, and how many heads share them.
        dropout, bias: the probability of leaving out a share, and whether there are biases.
        batch_first, seed: whether samples come first in a batch, as for :func:`nn.fit`; an int for the same weights.

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

        Masks are (queries, keys) and ([samples,] keys), True where unseen; ``is_causal`` alone hides what comes later.
        """
        inputs = [sequences(x, self.embed_dim, self.batch_first, self.title) for x in (query, key, value)]
        batched = inputs[0][1]
        masks = masks_of(attn_mask, key_padding_mask, is_causal, [(len(each), len(each[0])) for each, _ in inputs])
        outputs, shares = map(list, zip(*map(self.attend, *[each for each, _ in inputs], masks), strict=True))
        if average_attn_weights and need_weights:
            shares = list(map(mean_over_heads, shares))
        return arranged(outputs, batched, self.batch_first), arranged(shares, batched, True) if need_weights else None

    def attend(self, query: Any, key: Any, value: Any, mask: Mask) -> tuple[Any, list[Any]]:
        """Return the outputs for one sample, and the shares of each head."""
        projected = []
        for rows, start in zip((query, key, value), range(0, 3 * self.embed_dim, self.embed_dim), strict=True):
            own = slice(start, start + self.embed_dim)
            bias = self.in_proj_bias and self.in_proj_bias[own]
            projected.append([weighted(self.in_proj_weight[own], row, bias) for row in rows])
        joined, shares = in_heads(self.num_heads, *projected, mask=mask, drop=self.dropping)
        return self.out_proj(joined), shares

    def extra_repr(self) -> str:
        return f"{self.embed_dim}, {self.num_heads}"
