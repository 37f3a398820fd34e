"""Embedding: rows of a table, also where the token is only known when a program runs."""

import pytest

import autograd
import nn
from autograd import errors


def test_vectors_are_rows_of_the_table_and_their_gradients_add_up():
    table = nn.Embedding(3, 2, seed=1)
    first, second = table([2, 2])
    assert first == table.weight[2]
    (first[0] + 10 * second[0]).backward()
    assert [[w.grad for w in row] for row in table.weight] == [[0.0, 0.0], [0.0, 0.0], [11.0, 0.0]]
    assert [len(sequence) for sequence in table([[0, 1], [2]])] == [2, 1]  # as nested as the tokens are


@pytest.mark.parametrize("backend", ["straight", "array"])
def test_a_program_takes_the_token_as_its_input(backend):
    table = nn.Embedding(5, 3, padding_idx=0, seed=1)
    weights = [[1.0, -2.0, 3.0], [0.5, 0.25, -1.0]]

    def score(tokens):
        return autograd.sum([autograd.dot(w, vector).tanh() for w, vector in zip(weights, table(tokens), strict=True)])

    compiled = autograd.compile(score, backend=backend)
    for tokens in ([1, 2], [4, 4], [0, 3]):
        results = []
        for function in (score, compiled):
            table.zero_grad()
            output = function(tokens)
            output.backward()
            results.append([output.data, *[w.grad for w in table.parameters()]])
        assert results[1] == pytest.approx(results[0], rel=1e-14, abs=1e-16)
        assert results[0][1:4] == [0.0, 0.0, 0.0]
    assert compiled.recordings == 1
    with pytest.raises(errors.ArgumentError, match="0 to 4; got 5"):
        compiled([5, 0])


@pytest.mark.parametrize("token", [-1, 3, 1.5])
def test_tokens_outside_the_table_are_named(token):
    with pytest.raises(errors.ArgumentError, match=f"0 to 2; got {token}"):
        nn.Embedding(3, 2)([token])


def test_bad_arguments_are_named():
    for make in (lambda: nn.Embedding(3, 2, padding_idx=3), lambda: nn.Embedding(3, 2, padding_idx=-4)):
        with pytest.raises(errors.ArgumentError, match="is not one of 3 tokens"):
            make()
    with pytest.raises(errors.ArgumentError, match="embedding_dim"):
        nn.Embedding(3, 0)
