"""The checks of notebook 8, From scalars to arrays."""

import math
from collections.abc import Callable

from checks import check_facts, check_numbers, exercise, is_missing, quiz

import autograd
from autograd import Value
from autograd.errors import RecordingError


@exercise
def exercise_1(multiplications: object) -> None:
    """Check the number of products of weights in a 2-16-16-1 network on 100 points."""
    check_numbers(
        "Exercise 1",
        {"multiplications": multiplications},
        right={"multiplications": 30_400},
        mistakes={
            "multiplications": {
                304.0: "that is for one point; there are a hundred.",
                33_700.0: "that counts the biases too, but they are added.",
                28_800.0: "the last layer is missing: one neuron with 16 weights.",
                27_200.0: "the first layer is missing: 16 neurons with 2 weights each.",
                3_300.0: "a neuron has as many products as inputs, not one.",
            }
        },
        well_done="And about as many additions.",
    )


@exercise
def exercise_2(huber: Callable[[Value], Value]) -> None:
    """Check that Huber's loss can be compiled and is right, with its derivative."""
    if is_missing(huber(Value(0.5))):
        check_facts("Exercise 2", [], missing=["huber (it returns nothing)"])
        return
    compiled = autograd.compile(huber)
    facts = []
    for x in (0.5, -0.5, 3.0, -3.0):
        right, slope = (x * x / 2, x) if abs(x) <= 1 else (abs(x) - 0.5, math.copysign(1.0, x))
        try:
            value, derivative = compiled.value_and_grad(x)
        except RecordingError:
            check_facts(
                "Exercise 2", [(False, "it still chooses by looking at a number (if, max(...)). Use autograd's where.")]
            )
            return
        except Exception as error:  # whatever a learner's code may raise is to be told, not to end the notebook
            check_facts("Exercise 2", [(False, f"huber({x}) raised {type(error).__name__}: {error}")])
            return
        facts.append((math.isclose(value, right), f"huber({x}) is {right:g}, but yours gives {value:g}."))
        problem = f"the derivative at {x} is {slope:g}, but yours gives {derivative}."
        facts.append((math.isclose(float(str(derivative)), slope), problem))
    check_facts("Exercise 2", facts, well_done="One program for both cases.")


@exercise
def exercise_3(noisy: Callable[[Value], Value]) -> None:
    """Check that noise is drawn anew at each call of the compiled function."""
    compiled = autograd.compile(noisy)
    try:
        drawn = [compiled(1.0).data - 1.0 for _ in range(200)]  # type: ignore[attr-defined]  # one Value comes out
    except Exception as error:  # whatever a learner's code may raise is to be told, not to end the notebook
        check_facts("Exercise 3", [(False, f"noisy(1.0) raised {type(error).__name__}: {error}")])
        return
    different = len(set(drawn))
    mean = sum(drawn) / len(drawn)
    facts = [
        (
            different > 1,
            f"in 200 calls the noise was {drawn[0]:.4f} every time: draw it with fresh, not while recording.",
        ),
        (different in {1, 200}, f"only {different} of 200 numbers differ: draw as many as you are asked for."),
        (different == 1 or abs(mean) < 0.4, f"the mean of the noise is {mean:.2f}; it should be near 0."),
    ]
    check_facts("Exercise 3", facts, well_done="Every call draws its own.")


quiz_1 = quiz(
    1,
    "65,077 scalar operations: how many array operations will be left for the forward pass?",
    right=("fewer than twenty", "three matrix products, and what lies between them."),
    wrong={
        "340, one for each level": "long chains of additions are gathered into one sum first.",
        "1,600, one for each neuron and point": "neurons and points that do the same thing are one array.",
    },
)
quiz_2 = quiz(
    2,
    "How far will the program's gradients be from the graph's?",
    right=("a few units in the last digits", "sums are added up in another order, so rounding differs."),
    wrong={
        "about a thousandth": "the formulas are the same; only the order of additions differs.",
        "by nothing at all, to the last bit": "sums are added up in another order.",
    },
)
quiz_3 = quiz(
    3,
    "One forward pass by graph, one backward pass by graph, the recording, one step by program: which takes longest?",
    right=("the recording", "it builds the graph and looks at it; it is done once."),
    wrong={
        "the forward pass by graph": "recording builds the graph, too, and then examines it.",
        "the backward pass by graph": "the graph is there already then.",
        "a step by program": "it has only a few dozen calls of NumPy.",
    },
)
quiz_4 = quiz(
    4,
    "A function with `if x < 0` is compiled. Calling it ...",
    right=("raises an error", "the program would follow one case for ever."),
    wrong={
        "works: both cases are recorded": "recording runs the function once, and that run sees one case.",
        "works, but follows the first case for ever": "that would be a silent wrong number, so it is refused.",
    },
)
quiz_5 = quiz(
    5,
    "The labels are coin flips, and the training loss falls. Of fresh samples the network gets right ...",
    right=("about half", "there is nothing to learn that would help."),
    wrong={
        "nearly all": "the labels of fresh samples are new coin flips.",
        "nearly none": "to be wrong every time one would have to know the answers.",
    },
)
