"""The checks of the notebooks say what is wrong, and do not take an unsolved exercise for a wrong one."""

import inspect
import runpy
import sys
from fractions import Fraction

import numpy
import pytest
from project_root import ROOT

import nn
from autograd import Value

FOLDER = ROOT / "notebooks"
sys.path.insert(0, str(FOLDER))  # where the checks find each other, as the notebooks do
CHECKS = runpy.run_path(str(FOLDER / "checks.py"))


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (..., "… Ex: still to do: a."),
        (None, "… Ex: still to do: a."),
        (-24.0, "✓ Ex: right. Well done."),
        (-24.01, "✓ Ex: right. Well done."),
        (24, "✗ Ex: a: 24 has the right size and the wrong sign."),
        (-12.0, "✗ Ex: a: -12 is off by a factor of 2."),
        (-1 / 24, "✗ Ex: a: -0.0416667 is one divided by the right number."),
        (-24.5, "✗ Ex: a: -24.5 is close, but three digits are asked for."),
        (16.0, "✗ Ex: a: That is the gradient of b."),
        (7.0, "✗ Ex: a: 7 is too large."),
        (-100.0, "✗ Ex: a: -100 is too small."),
        ("24", "✗ Ex: a: '24' is not a number."),
        (True, "✗ Ex: a: True is not a number."),
        (Value(-24.0), "✗ Ex: a: this is a Value; the number itself is in its .data, its gradient in its .grad."),
    ],
)
def test_numbers(answer: object, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    mistakes = {"a": {16.0: "That is the gradient of b."}}
    CHECKS["check_numbers"]("Ex", {"a": answer}, {"a": -24.0}, mistakes=mistakes, well_done="Well done.")
    assert said(capsys) == expected


@pytest.mark.parametrize(
    ("answer", "right", "verdict"),
    [
        (0.177, 0.1774, "✓"),  # what rounds to three digits is right
        (0.178, 0.1774, "✗"),
        (1.1, 1.10, "✓"),
        (1.1, 1.1034, "✓"),
        (1.1, 1.108, "✗"),
        (0.0, 0.0, "✓"),
        (1234.0, 1232.0, "✓"),
        (numpy.float64(0.177), 0.1774, "✓"),
        (numpy.int64(26), 26, "✓"),
        (26.0, 26, "✓"),
        (26.01, 26, "✗"),  # a count is exact
        (30_401, 30_400, "✗"),
        (Fraction(1, 4), 0.25, "✓"),
        (float("nan"), 0.25, "✗"),
        (float("inf"), 0.25, "✗"),
        (numpy.array([0.25]), 0.25, "✗"),
        (0.25 + 0j, 0.25, "✗"),
        (print, 0.25, "✗"),
    ],
)
def test_how_near_a_number_has_to_be(
    answer: object, right: float, verdict: str, capsys: pytest.CaptureFixture[str]
) -> None:
    CHECKS["check_numbers"]("Ex", {"a": answer}, {"a": right})
    assert said(capsys).startswith(verdict)


@pytest.mark.slow
@pytest.mark.parametrize("answer", [..., "text", 3, [], {}, None, nn.MLP, repr, lambda *x: 1 / 0, float("nan")])
@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("checks_*.py")))
def test_no_answer_whatever_ends_in_a_traceback(name: str, answer: object, capsys: pytest.CaptureFixture[str]) -> None:
    checks = runpy.run_path(str(FOLDER / f"{name}.py"))
    for exercise in [check for key, check in checks.items() if key.startswith("exercise_")]:
        exercise(*[answer for _ in inspect.signature(exercise).parameters])
        assert said(capsys)[0] in "✗…"


def test_a_step_that_builds_on_an_untouched_one_is_still_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    check = CHECKS["exercise"](lambda function: function().data)
    check(lambda: ...)
    assert said(capsys).startswith("…")


QUIZZED = [path.stem for path in sorted(FOLDER.glob("checks_*.py")) if "quiz_1" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", QUIZZED)
def test_each_of_five_questions_has_one_right_choice_and_a_hint_for_every_wrong_one(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    quizzes = {key: ask for key, ask in runpy.run_path(str(FOLDER / f"{name}.py")).items() if key.startswith("quiz_")}
    assert sorted(quizzes) == [f"quiz_{number}" for number in range(1, 6)]
    for key, ask in quizzes.items():
        ask(...)
        *asked, reminder = said(capsys).splitlines()
        assert reminder.startswith("…")
        assert key in reminder
        letters = [line.strip()[0] for line in asked[1:]]
        assert letters == list("abcd"[: len(letters)])
        assert len(letters) >= 3
        verdicts = []
        for letter in letters:
            ask(letter)
            verdicts.append(said(capsys).splitlines()[-1])
        assert sorted(verdict[0] for verdict in verdicts) == sorted("✗" * (len(letters) - 1) + "✓")
        assert len(set(verdicts)) == len(verdicts)
        assert all(len(verdict) > len("✓ Question 1: right.") for verdict in verdicts)


def test_the_right_choices_are_not_always_the_same_letter(capsys: pytest.CaptureFixture[str]) -> None:
    right = []
    for name in QUIZZED:
        checks = runpy.run_path(str(FOLDER / f"{name}.py"))
        for number in range(1, 6):
            for letter in "abcd":
                checks[f"quiz_{number}"](letter)
                if said(capsys).splitlines()[-1].startswith("✓"):
                    right.append(letter)
    assert len(QUIZZED) >= 10
    assert len(right) == 5 * len(QUIZZED)
    assert max(right.count(letter) for letter in "abcd") < len(right) / 2


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("{right}", "✓"),
        (" {right}) ", "✓"),
        ("two", "✓"),
        (" Two.", "✓"),
        ("three", "✗"),
        ("{wrong}", "✗"),
        ("z", "✗"),
        ("", "✗"),
        (2, "✗"),
        (["b"], "✗"),
        (None, "…"),
        (..., "…"),
    ],
)
def test_what_may_be_answered(answer: object, verdict: str, capsys: pytest.CaptureFixture[str]) -> None:
    ask = CHECKS["quiz"](1, "One and one?", right=("two", "Indeed."), wrong={"three": "too many", "one": "too few"})
    ask(...)
    letters = {line.strip()[3:]: line.strip()[0] for line in said(capsys).splitlines()}
    if isinstance(answer, str):
        answer = answer.format(right=letters["two"].upper(), wrong=letters["one"])
    ask(answer)
    assert said(capsys).splitlines()[-1].startswith(verdict)


@pytest.mark.parametrize("name", QUIZZED)
def test_no_choice_can_be_taken_for_the_letter_of_another(name: str) -> None:
    checks = runpy.run_path(str(FOLDER / f"{name}.py"))
    for number in range(1, 6):
        words = [choice.lower() for choice in checks[f"quiz_{number}"].replies]
        assert set("abcd").isdisjoint(words)


def test_a_letter_without_quotes_is_told_to_have_them(capsys: pytest.CaptureFixture[str]) -> None:
    CHECKS["quiz"](1, "One and one?", right=("two", "Indeed."), wrong={"three": "too many"})(Value(2.0, "a"))
    assert said(capsys).endswith('is none of a, b: put a letter in quotes, as in checks.quiz_1("a").')


def test_numbers_that_are_right_are_not_mentioned(capsys: pytest.CaptureFixture[str]) -> None:
    CHECKS["check_numbers"]("Ex", {"a": 1.0, "b": -2.0, "c": ...}, {"a": 1.0, "b": 2.0, "c": 3.0})
    assert said(capsys).splitlines() == [
        "✗ Ex: b: -2 has the right size and the wrong sign.",
        "… Ex: still to do: c.",
    ]


def nothing_yet(x: float) -> None: ...


def square(x: float) -> float:
    return x * x


def value_square(x: float) -> Value:
    return Value(x) ** 2


def doubled(x: float) -> float:
    return 2 * x


def cubed(x: float) -> float:
    return x**3


def words(x: float) -> str:
    return "x squared"


def broken(x: float) -> float:
    return x / 0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (nothing_yet, "… Ex: still to do: nothing_yet (it returns nothing yet)."),
        (square, "✓ Ex: right."),
        (value_square, "✓ Ex: right."),
        (doubled, "✗ Ex: that is twice, not the square."),
        (cubed, "✗ Ex: cubed(3.0) gives 27, but it should be 9."),
        (words, "✗ Ex: words(3.0) gives 'x squared', which is not a number."),
        (broken, "✗ Ex: broken(3.0) raised ZeroDivisionError: float division by zero"),
    ],
)
def test_functions(answer: object, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    mistakes = [(lambda x: 2 * x, "that is twice, not the square.")]
    CHECKS["check_function"]("Ex", answer, lambda x: x * x, [(3.0,), (-1.0,)], mistakes=mistakes)
    assert said(capsys) == expected


def test_facts(capsys: pytest.CaptureFixture[str]) -> None:
    check = CHECKS["check_facts"]
    check("Ex", [(True, "not said"), (False, "this is wrong."), (0, "and this.")])
    assert said(capsys).splitlines() == ["✗ Ex: this is wrong.", "✗ Ex: and this."]
    check("Ex", [(False, "not said yet")], missing=["a weight"])
    assert said(capsys) == "… Ex: still to do: a weight."
    check("Ex", [(True, "not said")], well_done="Go on.")
    assert said(capsys) == "✓ Ex: right. Go on."
