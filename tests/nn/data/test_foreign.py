"""Data from elsewhere: pandas, PyTorch, NumPy, generators; sequences of different lengths."""

import random

import pytest

import nn
from autograd import errors

X = [[float(i % 5), float(i % 3), 1.0] for i in range(24)]
Y = [0.5 * a - b + 0.25 for a, b, _ in X]


def trained(data, **options):
    """Return the parameters after training on data in some form."""
    model = nn.Linear(3, 1, seed=0)
    optimizer = nn.SGD(model.parameters(), lr=0.02)
    history = nn.fit(model, data, loss=nn.mse_loss, optimizer=optimizer, epochs=4, progress=False, **options)
    return [value.data for value in model.parameters()], history


EXPECTED = trained((X, Y), batch_size=8, seed=3)[0]


def test_tables_of_pandas():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    table = pandas.DataFrame(X, columns=["a", "b", "c"]).assign(y=Y)
    assert trained((table[["a", "b", "c"]], table["y"]), batch_size=8, seed=3)[0] == EXPECTED
    assert trained((table[["a", "b", "c"]], table[["y"]]), batch_size=8, seed=3)[0] == pytest.approx(
        EXPECTED, rel=1e-15
    )
    assert [len(part) for part in nn.train_test_split(table[["a", "b"]], table["y"], seed=0)] == [18, 6, 18, 6]
    assert nn.Linear(2, 1, seed=0)(table[["a", "b"]])[3][0].data == nn.Linear(2, 1, seed=0)([3.0, 0.0])[0].data
    with pytest.raises(errors.NumberError, match=r"argument 0\[0\]\[1\].*'word'"):
        trained((pandas.DataFrame({"a": [1.0], "b": ["word"]}), [1.0]))
    with pytest.raises(errors.ArgumentError, match=r"argument 0\[0\]\[0\].*nan"):
        trained((pandas.DataFrame({"a": [None, 1.0]}), [1.0, 2.0]))


def test_tensors_data_sets_and_loaders_of_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    x, y = torch.tensor(X, dtype=torch.float64), torch.tensor(Y, dtype=torch.float64)
    assert trained((x, y), batch_size=8, seed=3)[0] == EXPECTED
    dataset = torch.utils.data.TensorDataset(x, y)
    assert trained(dataset, batch_size=8, seed=3)[0] == EXPECTED
    loader = torch.utils.data.DataLoader(dataset, batch_size=8)
    ordered = trained(nn.DataLoader(nn.TensorDataset(X, Y), batch_size=8))[0]
    parameters, history = trained(loader, validation=loader)
    assert parameters == pytest.approx(ordered, rel=1e-14)
    assert "compiled" in history.computation
    assert len(history["validation_loss"]) == 4
    shuffled = torch.utils.data.DataLoader(dataset, batch_size=8, shuffle=True, drop_last=True)
    history = trained(shuffled)[1]
    assert history.resume(2)["loss"][-1] < history["loss"][0]
    assert nn.evaluate(nn.Linear(3, 1, seed=0), loader, loss=nn.mse_loss) == pytest.approx(
        nn.evaluate(nn.Linear(3, 1, seed=0), (X, Y), loss=nn.mse_loss), rel=1e-14
    )
    with pytest.raises(errors.ArgumentError, match="has its own batch_size"):
        trained(loader, batch_size=8)


def test_generators_and_other_iterables_of_pairs():
    assert trained(((x, y) for x, y in zip(X, Y, strict=True)), batch_size=8, seed=3)[0] == EXPECTED
    assert trained(zip(X, Y, strict=True), batch_size=8, seed=3)[0] == EXPECTED
    assert trained(list(zip(X, Y, strict=True)), batch_size=8, seed=3)[0] == EXPECTED
    with pytest.raises(errors.ArgumentError, match=r"pairs of a sample and its target; one is 1\.0"):
        trained(iter([1.0, 2.0]))
    with pytest.raises(errors.ArgumentError, match="Data are a pair"):
        trained(7)


def test_numbers_of_numpy_as_sizes():
    numpy = pytest.importorskip("numpy", reason="NumPy is not installed")
    two, four = numpy.int64(2), numpy.int32(4)
    model = nn.Sequential(nn.Linear(two, four, seed=numpy.int64(1)), nn.BatchNorm1d(four), nn.MLP(four, [four, two]))
    assert nn.Linear(two, four, seed=1).state_dict() == model[0].state_dict()
    assert type(model[0].in_features) is int
    x = numpy.arange(12.0).reshape(6, 2)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    history = nn.fit(
        model, (x, x), loss=nn.mse_loss, optimizer=optimizer, epochs=two, batch_size=numpy.int64(3),
        seed=numpy.int64(0), progress=False,
    )  # fmt: skip
    assert len(history) == 2
    assert [len(part) for part in nn.train_test_split(x, test_size=two, seed=0)] == [4, 2]


# --- sequences of different lengths ------------------------------------------------------------------------


def test_sequences_are_grouped_by_length():
    generator = random.Random(0)
    sequences = [[[generator.gauss(0, 1)] for _ in range(2 + i % 3)] for i in range(14)]
    targets = [sum(x for (x,) in sequence) for sequence in sequences]
    loader = nn.DataLoader(nn.TensorDataset(sequences, targets), batch_size=4, shuffle=True, seed=1)
    assert len(loader) == 2 + 2 + 1
    for _ in range(3):
        batches = list(loader)
        assert len(batches) == len(loader)
        assert all(len({len(x) for x in xs}) == 1 for xs, _ in batches)
        assert sorted(y for _, ys in batches for y in ys) == sorted(targets)
    assert len({tuple(ys) for _ in range(6) for _, ys in loader}) > 5  # in a new order each time
    dropped = nn.DataLoader(nn.TensorDataset(sequences, targets), batch_size=4, drop_last=True)
    assert [len(xs) for xs, _ in dropped] == [4, 4, 4]
    assert len(dropped) == 3


@pytest.mark.slow
def test_training_on_sequences_of_different_lengths_and_tokens():
    class Model(nn.Module):
        def __init__(self):
            self.table, self.rnn = nn.Embedding(4, 3, seed=1), nn.GRU(3, 4, batch_first=True, seed=2)
            self.head = nn.Linear(4, 1, seed=3)

        def forward(self, tokens):
            outputs, _ = self.rnn(self.table(tokens))
            return self.head([output[-1] for output in outputs])

    sequences = [[i % 4, (i + 1) % 4, *[3] * (i % 3)] for i in range(12)]
    targets = [float(len(sequence)) for sequence in sequences]
    losses = []
    for compiled in (True, False):
        model = Model()
        history = nn.fit(
            model, (sequences, targets), validation=(sequences[:2], targets[:2]), loss=nn.mse_loss,
            optimizer=nn.Adam(model.parameters(), lr=0.1), batch_size=4, epochs=15, seed=0, progress=False,
            compile=compiled,
        )  # fmt: skip
        losses.append(history["loss"])
    assert losses[0] == pytest.approx(losses[1], rel=1e-9)
    assert losses[0][-1] < 0.1 * losses[0][0]
    assert history._training.batches.dataset.columns[0][0] == [0, 1]
    assert all(type(token) is int for token in history._training.batches.dataset.columns[0][0])


def test_padding():
    assert nn.pad_sequence([[1, 2, 3], [4]], batch_first=True, padding_value=9) == [[1, 2, 3], [4, 9, 9]]
    assert nn.pad_sequence([[1, 2], [4]]) == [[1, 4], [2, 0.0]]
    vectors = nn.pad_sequence([[[1.0, 2.0]], [[3.0, 4.0], [5.0, 6.0]]], batch_first=True, padding_side="left")
    assert vectors == [[[0.0, 0.0], [1.0, 2.0]], [[3.0, 4.0], [5.0, 6.0]]]
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    tensors = [torch.tensor(row) for row in ([1.0, 2.0, 3.0], [4.0])]
    for first in (True, False):
        expected = torch.nn.utils.rnn.pad_sequence(tensors, batch_first=first, padding_value=7.0)
        assert nn.pad_sequence(tensors, batch_first=first, padding_value=7.0) == expected.tolist()
    with pytest.raises(errors.ArgumentError, match="entries of one shape"):
        nn.pad_sequence([[1.0], [[2.0]]])
