"""The made-up data sets, Fisher's Iris flowers and the handwritten digits."""

import math
import statistics
from pathlib import Path

import pytest

import nn
from autograd import errors


def test_iris_is_fishers():
    iris = nn.load_iris()
    assert len(iris.data) == len(iris.target) == 150
    assert [iris.target.count(kind) for kind in range(3)] == [50, 50, 50]
    assert iris.feature_names == ["sepal length", "sepal width", "petal length", "petal width"]
    assert iris.target_names == ["setosa", "versicolor", "virginica"]
    # the means of Fisher's table of 1936, species by species
    means = [[5.006, 3.428, 1.462, 0.246], [5.936, 2.770, 4.260, 1.326], [6.588, 2.974, 5.552, 2.026]]
    for kind in range(3):
        rows = [row for row, target in zip(iris.data, iris.target, strict=True) if target == kind]
        assert [statistics.fmean(column) for column in zip(*rows, strict=True)] == pytest.approx(means[kind], abs=5e-4)
    # the two flowers that the UCI copy has wrong
    assert iris.data[34] == [4.9, 3.1, 1.5, 0.2]
    assert iris.data[37] == [4.9, 3.6, 1.4, 0.1]


def test_the_iris_file_states_its_source_and_licence():
    text = (Path(nn.__file__).parent / "data" / "iris.csv").read_text(encoding="utf-8")
    assert "Fisher" in text
    assert "CC BY 4.0" in text


@pytest.mark.slow
def test_digits_are_those_of_scikit_learn():
    digits = nn.datasets.load_digits()
    assert len(digits.data) == len(digits.images) == 1797
    # how many of each there are, and the sum of all pixels, as the collection's description and scikit-learn say
    assert [digits.target.count(digit) for digit in digits.target_names] == [
        178, 182, 177, 183, 181, 182, 181, 179, 174, 180,
    ]  # fmt: skip
    assert digits.data[0][:8] == digits.images[0][0] == [0.0, 0.0, 5.0, 13.0, 9.0, 1.0, 0.0, 0.0]
    assert sum(map(sum, digits.data)) == 561718.0
    assert digits.feature_names[9] == "pixel_1_1"
    datasets = pytest.importorskip("sklearn.datasets", reason="scikit-learn is not installed")
    theirs = datasets.load_digits()
    assert digits.data == theirs.data.tolist()
    assert digits.target == theirs.target.tolist()
    assert digits.images == theirs.images.tolist()
    assert digits.feature_names == theirs.feature_names


def test_the_digits_file_states_its_source_and_licence():
    text = (Path(nn.__file__).parent / "data" / "digits.csv").read_text(encoding="utf-8")
    assert "Alpaydin" in text
    assert "CC BY 4.0" in text


def test_moons_are_half_circles():
    samples, y = nn.make_moons(50)
    assert y == [0, 1] * 25
    for (a, b), kind in zip(samples, y, strict=True):
        centre = (1.0, 0.5) if kind else (0.0, 0.0)
        assert math.hypot(a - centre[0], b - centre[1]) == pytest.approx(1, rel=1e-12)
        assert (b <= 0.5 + 1e-12) if kind else (b >= -1e-12)
    assert samples[0] == pytest.approx([1, 0])
    assert samples[48] == pytest.approx([-1, 0])


def test_circles_have_their_radii():
    samples, y = nn.make_circles(40, factor=0.3)
    assert [math.hypot(*x) for x in samples] == pytest.approx([0.3 if kind else 1.0 for kind in y], rel=1e-12)
    assert len({tuple(x) for x in samples}) == 40


def test_spirals_wind_outwards():
    samples, y = nn.make_spirals(90, classes=3)
    assert [y.count(kind) for kind in range(3)] == [30, 30, 30]
    for kind in range(3):
        radii = [math.hypot(*x) for x, target in zip(samples, y, strict=True) if target == kind]
        assert radii == pytest.approx([i / 29 for i in range(30)], abs=1e-12)


def test_xor():
    samples, y = nn.make_xor(8)
    assert samples == [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]] * 2
    assert y == [0, 1, 1, 0] * 2


def test_curves():
    samples, y = nn.make_curve(math.cos, 5, interval=(0, 2))
    assert samples == [[0.0], [0.5], [1.0], [1.5], [2.0]]
    assert y == [math.cos(x) for x in (0.0, 0.5, 1.0, 1.5, 2.0)]


@pytest.mark.parametrize("make", [nn.make_moons, nn.make_circles, nn.make_spirals, nn.make_xor])
def test_noise_has_its_size_and_repeats_with_the_seed(make):
    clean, _ = make(600)
    noisy, _ = make(600, 0.1, seed=1)
    errors_ = [a - b for x, z in zip(noisy, clean, strict=True) for a, b in zip(x, z, strict=True)]
    assert statistics.pstdev(errors_) == pytest.approx(0.1, rel=0.08)
    assert make(600, 0.1, seed=1)[0] == noisy
    assert make(600, 0.1, seed=2)[0] != noisy
    assert make(600)[0] == clean


def test_noise_on_curves():
    _, y = nn.make_curve(abs, 500, 0.2, seed=1)
    _, clean = nn.make_curve(abs, 500)
    assert statistics.pstdev([a - b for a, b in zip(y, clean, strict=True)]) == pytest.approx(0.2, rel=0.1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.make_moons(1), "n_samples must be at least 2; got 1"),
        (lambda: nn.make_moons(10, -0.1), "noise must be at least 0; got -0.1"),
        (lambda: nn.make_circles(10, factor=1.0), "factor must be greater than 0 and less than 1; got 1.0"),
        (lambda: nn.make_spirals(2, classes=3), "n_samples must be at least 3; got 2"),
        (lambda: nn.make_curve(n_samples=0), "n_samples must be a whole number of at least 1; got 0"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(errors.ArgumentError, match=message):
        make()
