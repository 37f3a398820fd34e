"""MultiheadAttention; tests/nn/layers/test_against_pytorch.py compares it with PyTorch's."""

import pytest

import nn
from autograd import Value, errors

X = [[1.0, 0.0, 2.0, -1.0], [0.5, 1.0, -1.0, 0.0], [2.0, 2.0, 0.0, 1.0]]


def test_nothing_flows_from_or_to_a_later_position():
    layer = nn.MultiheadAttention(4, 2, seed=1)
    inputs = [[Value(number) for number in row] for row in X]
    outputs, shares = layer(inputs, inputs, inputs, is_causal=True)
    assert [[share.data == 0.0 for share in row] for row in shares] == [
        [False, True, True], [False, False, True], [False, False, False],
    ]  # fmt: skip
    assert sum(share.data for share in shares[1]) == pytest.approx(1.0, rel=1e-15)
    outputs[1][0].backward()
    assert [value.grad for value in inputs[2]] == [0.0] * 4
    assert all(value.grad != 0.0 for value in (*inputs[0], *inputs[1]))
    changed, _ = layer(X[:2], X[:2], X[:2], is_causal=True)
    assert [y.data for y in changed[1]] == pytest.approx([y.data for y in outputs[1]], rel=1e-14)


def test_dropout_of_shares_only_in_training():
    layer = nn.MultiheadAttention(4, 2, dropout=0.5, seed=1)
    assert len({layer(X, X, X)[0][0][0].data for _ in range(8)}) > 1
    assert len({layer.eval()(X, X, X)[0][0][0].data for _ in range(3)}) == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda m: nn.MultiheadAttention(5, 2), "num_heads=2 must divide embed_dim=5"),
        (lambda m: m(X, X, X, attn_mask=[[True] * 3] * 3), "leave a query without any key to see"),
        (lambda m: m(X, X, X, attn_mask=[[True] * 2] * 3), "Masks do not fit 1 samples of 3 queries and 3 keys"),
        (lambda m: m(X, X, X, key_padding_mask=[False]), "Masks do not fit"),
        (lambda m: m(X, X, X[:2]), r"as many values as keys; got.*\(1, 3\), \(1, 3\), \(1, 2\)"),
        (lambda m: m(X, [X, X], [X, X]), "as many samples of query, key and value"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(errors.ArgumentError, match=message):
        make(nn.MultiheadAttention(4, 2))
