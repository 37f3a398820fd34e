"""Accuracy, confusion matrix and R², by hand."""

import pytest

import nn
from autograd import Value, errors


def test_accuracy_of_several_outputs_is_by_the_largest():
    logits = [[0.1, 2.0, -1.0], [3.0, 0.0, 1.0], [0.0, 1.0, 2.0], [5.0, 4.0, 3.0]]
    assert nn.predicted_classes(logits) == [1, 0, 2, 0]
    assert nn.accuracy(logits, [1, 0, 0, 0]) == 0.75
    assert nn.accuracy([[Value(x) for x in row] for row in logits], [1, 0, 2, 0]) == 1.0


def test_accuracy_of_one_output_is_by_the_threshold():
    assert nn.accuracy([Value(-1.0), Value(0.2), Value(3.0)], [0, 1, 0], threshold=0) == pytest.approx(2 / 3)
    assert nn.accuracy([[0.4], [0.6]], [0, 1], threshold=0.5) == 1.0
    assert nn.accuracy([-1.0, 2.0, 3.0], [-1, 1, -1], threshold=0) == pytest.approx(2 / 3)  # hinge's classes
    with pytest.raises(errors.ArgumentError, match=r"threshold=0 for logits and scores, threshold=0.5"):
        nn.accuracy([0.4, 0.6], [0, 1])


def test_accuracy_of_classes():
    assert nn.accuracy([0, 2, 1], [0, 1, 1]) == pytest.approx(2 / 3)


def test_confusion_matrix_counts_true_by_predicted():
    assert nn.confusion_matrix([0, 1, 2, 2, 1], [0, 1, 2, 1, 1]) == [[1, 0, 0], [0, 2, 1], [0, 0, 1]]
    assert nn.confusion_matrix([0.2, 0.9], [1, 1], threshold=0.5) == [[0, 0], [1, 1]]
    assert nn.confusion_matrix([0], [0], classes=3) == [[1, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_r2():
    assert nn.r2_score([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]) == 1.0
    assert nn.r2_score([2.0, 2.0, 2.0], [1.0, 2.0, 3.0]) == 0.0
    assert nn.r2_score([[Value(3.0)], [Value(2.0)], [Value(1.0)]], [1.0, 2.0, 3.0]) == -3.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.accuracy([0, 1], [0]), "There are 2 outputs and 1 targets"),
        (lambda: nn.accuracy([], []), "There are no outputs"),
        (lambda: nn.accuracy([[0.1, 0.9], [0.3]], [1, 0]), r"as many outputs.*some have \[1, 2\]"),
        (lambda: nn.accuracy([0, 1], [0, 0.5]), r"targets are class numbers.*number 1 is \[0.5\]"),
        (lambda: nn.accuracy([[0.0, 1.0]], [[0, 1]]), r"targets are class numbers.*number 0 is \[0.0, 1.0\]"),
        (lambda: nn.confusion_matrix([3], [0], classes=2), r"With 2 classes.*from 0 to 1; got \[0, 3\]"),
        (lambda: nn.confusion_matrix([-1], [0]), r"got \[-1, 0\]"),
        (lambda: nn.r2_score([1.0], [1.0, 2.0]), "There are 1 outputs and 2 targets"),
        (lambda: nn.r2_score([1.0, 2.0], [3.0, 3.0]), "not defined for targets that are all equal, here 3.0"),
        (lambda: nn.r2_score([1.0, float("nan")], [3.0, 4.0]), "nan"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(errors.ArgumentError, match=message):
        call()
