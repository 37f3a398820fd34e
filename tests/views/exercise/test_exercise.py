"""Exercises as data: whose numbers they are, what is asked, and that right numbers are told from wrong ones."""

import json
import math
import re
from pathlib import Path

import pytest

import autograd
import nn
from autograd import Value, exercise
from autograd.errors import ArgumentError, NumberError
from autograd.graph import topological_order
from autograd.views.exercise.numbers import drawn, faults


def data_of(page: object) -> dict[str, list[object]]:
    found = re.search(r"^const DATA = (.*);$", str(page.html), re.MULTILINE)  # type: ignore[attr-defined]
    assert found
    data = json.loads(found[1])
    assert isinstance(data, dict)
    return data


def lesson(a: Value, b: Value, c: Value) -> Value:
    return (a * b + c).tanh() * a


def leaves() -> list[Value]:
    return [Value(2.0, "a"), Value(-3.0, "b"), Value(6.0, "c")]


def test_a_seed_gives_numbers_of_its_own_and_the_same_page_again() -> None:
    numbers = {tuple(data_of(exercise(lesson(*leaves()), seed=seed))["values"][:3]) for seed in range(6)}
    assert len(numbers) == 6
    assert all(round(number * 20) == pytest.approx(number * 20) for each in numbers for number in each)  # type: ignore[operator]
    assert exercise(lesson(*leaves()), seed=3).html == exercise(lesson(*leaves()), seed=3).html


@pytest.mark.parametrize("seed", range(4))
def test_the_numbers_of_the_page_are_those_of_the_computation_at_its_leaves(seed: int) -> None:
    data = data_of(exercise(lesson, 2.0, -3.0, 6.0, seed=seed))
    a, b, c = data["values"][:3]
    assert isinstance(a, float)
    assert isinstance(b, float)
    assert isinstance(c, float)
    assert data["names"][:3] == ["a", "b", "c"]
    assert data["values"][3:] == [a * b, a * b + c, math.tanh(a * b + c), math.tanh(a * b + c) * a]


def test_every_value_and_every_gradient_is_asked_for_once_in_an_order_that_can_be_computed() -> None:
    page = exercise(lesson(*leaves()))
    data = data_of(page)
    assert data["asked"] == {"values": [3, 4, 5, 6], "gradients": [5, 4, 3, 2, 1, 0]}
    assert page.questions == 10


def test_frozen_leaves_keep_their_numbers_and_are_not_asked_about() -> None:
    a, b, c = leaves()
    b.requires_grad = False
    data = data_of(exercise(lesson(a, b, c), seed=5))
    assert data["values"][1] == -3.0
    assert 1 not in data["asked"]["gradients"]  # type: ignore[call-overload]


def test_the_users_graph_stays_as_it_is() -> None:
    loss = lesson(*leaves())
    loss.backward()
    before = [(node.data, node.grad) for node in topological_order(loss)]
    exercise(loss, seed=1)
    assert [(node.data, node.grad) for node in topological_order(loss)] == before


GRAPHS = {
    "kinks": lambda a, b, c: autograd.relu(a * b) + autograd.maximum(b, c) + abs(a),
    "domain": lambda a, b, c: (a * a + 1.0).log() + (b * b).sqrt() / c,
    "sequence": lambda a, b, c: -autograd.softmax([a, b, c])[1].log(),
    "powers": lambda a, b, c: a**2 + 2**b + c**3.0,
    "literals": lambda a, b, c: 1 - (a - 2.0) * b / (c + 0.5),
}


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
@pytest.mark.parametrize("seed", range(3))
def test_no_number_lies_at_a_kink_or_vanishes(graph: object, seed: int) -> None:
    loss = graph(*leaves())  # type: ignore[operator]
    found = drawn(loss, seed)
    assert [node.op for node in found.nodes.values()] == [node.op for node in found.nodes]
    count = faults(found)
    assert count is not None
    assert count < 10  # 10 for every kink
    found.loss.backward()
    assert all(abs(node.grad) > 1e-3 for node in found.nodes.values())


def test_good_numbers_have_nothing_that_could_be_mistaken() -> None:
    assert [faults(drawn(lesson(*leaves()), seed)) for seed in range(8)] == [0] * 8


def test_of_a_big_graph_the_seed_chooses_questions() -> None:
    loss = nn.MSELoss()(nn.MLP(2, [3, 1], seed=0)([0.5, -1.0]), [1.0])
    one, other = exercise(loss, seed=1, questions=10), exercise(loss, seed=2, questions=10)
    assert one.questions == other.questions == 10
    assert data_of(one)["asked"] != data_of(other)["asked"]
    assert one.digest == other.digest != exercise(lesson(*leaves())).digest


def test_a_page_is_one_file_and_shows_itself(tmp_path: Path) -> None:
    page = exercise(lesson(*leaves()), seed=17)
    text = page.save(tmp_path / "exercise.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
    assert page._repr_html_() in text
    assert repr(page).startswith("<Exercise 17 on ")


@pytest.mark.parametrize(
    ("wrong", "kind", "message"),
    [
        (lambda: exercise(Value(1.0)), ArgumentError, "has 1 node; an exercise needs an operation"),
        (lambda: exercise(3.0), NumberError, "Give the Value to look at"),
        (lambda: exercise(lesson(*leaves()), seed=-1), ArgumentError, "seed is a whole number from 0 to 4,294,967,295"),
        (lambda: exercise(lesson(*leaves()), seed=1.5), ArgumentError, "got 1.5"),  # type: ignore[arg-type]
        (lambda: exercise(lesson(*leaves()), questions=0), ArgumentError, "questions is a whole number from 1"),
    ],
)
def test_what_is_no_exercise_is_refused(wrong: object, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        wrong()  # type: ignore[operator]


def test_a_graph_without_a_value_at_round_numbers_says_what_to_do() -> None:
    a = Value(1e3, "a")
    with pytest.raises(ArgumentError, match="Freeze the leaves whose numbers must stay"):
        exercise((a - 100.0).log())


def test_an_exercise_speaks_german_too() -> None:
    page = exercise(lesson(*leaves()), seed=17, language="de")
    assert page.title.startswith("Aufgabe 17: ")
    assert "Gib diesen Code ab:" in page.html
    assert "Hand in this code" not in page.html
