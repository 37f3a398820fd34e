"""``Embedding``: a table of learned vectors, one for each token."""

import autograd
from autograd import Value, errors
from nn.argument_checks import positive
from nn.data.shapes import Nested, Output, is_sequence, listed
from nn.init import Seed, normal_
from nn.layers.weights import values
from nn.module import Module


class Embedding(Module):
    """``y = weight[token]``: looks up the vector of each token in a table ``.weight[token][dimension]``.

    It is what a linear layer without bias does to a one-hot vector, without the multiplications by 0. In a compiled
    function the tokens may be its inputs.

    Args:
        num_embeddings: how many tokens there are; they are numbered from 0.
        embedding_dim: how many numbers stand for each.
        padding_idx: a token whose vector starts at 0 and gets no gradient, such as one that only fills sequences up.
        seed: an int for the same table every time.

    The table starts normally distributed, as in PyTorch.

    Raises:
        ArgumentError: a size below 1, a ``padding_idx`` outside the table; when called, a token outside the table.

    Source: Bengio, Ducharme, Vincent & Jauvin, A neural probabilistic language model (2003).

    Example:
        >>> embedding = Embedding(10, 3, seed=1)
        >>> [len(vector) for vector in embedding([4, 0])]
        [3, 3]
        >>> [y.data for y in embedding(4)] == [w.data for w in embedding.weight[4]]
        True
    """

    def __init__(
        self, num_embeddings: int, embedding_dim: int, padding_idx: int | None = None, *, seed: Seed = None
    ) -> None:
        self.num_embeddings = positive("num_embeddings", num_embeddings)
        self.embedding_dim = positive("embedding_dim", embedding_dim)
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise errors.ArgumentError(f"padding_idx={padding_idx} is not one of {num_embeddings} tokens.")
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        self.weight = normal_(values("weight", self.num_embeddings, self.embedding_dim), seed=seed)
        for value in [] if self.padding_idx is None else self.weight[self.padding_idx]:
            value.data = 0.0

    def forward(self, tokens: Nested) -> Output:
        """Return ``embedding_dim`` Values for one token, and lists of these nested as lists of tokens are."""
        rows = [*self.weight]
        if self.padding_idx is not None:
            rows[self.padding_idx] = [value.detach() for value in rows[self.padding_idx]]
        return self.look_up(list(zip(*rows, strict=True)), tokens)

    def look_up(self, columns: list[tuple[Value, ...]], tokens: Nested) -> Output:
        if is_sequence(tokens):
            return [self.look_up(columns, token) for token in listed(tokens)]
        return [autograd.take(column, tokens) for column in columns]  # type: ignore[misc, arg-type]  # Values, a number

    def extra_repr(self) -> str:
        note = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{note}"
