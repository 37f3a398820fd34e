"""The checks of notebook 9, A small GPT in scalars."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import cast

from checks import called, check_facts, check_function, check_numbers, exercise, is_missing, is_number, quiz

import nn


@exercise
def exercise_1(surprise: object) -> None:
    """Check the surprise of a model that gives each of 27 tokens the same probability."""
    check_numbers(
        "Exercise 1",
        {"surprise_of_ignorance": surprise},
        right={"surprise_of_ignorance": math.log(27)},
        mistakes={
            "surprise_of_ignorance": {
                1 / 27: "that is the probability of each token; the surprise is minus its logarithm.",
                27.0: "that is how many tokens there are; the surprise is the logarithm of it.",
                math.log2(27): "that is in bits; the loss uses the natural logarithm.",
                math.log10(27): "that is the logarithm to base 10; the loss uses the natural one.",
                math.log(26): "the full stop is a token too: there are 27.",
            }
        },
        well_done="The untrained model above is hardly better.",
    )


@exercise
def exercise_2(parameter_count: Callable[[float], float], model: Callable[..., nn.Module]) -> None:
    """Check the number of parameters of a GPT as a function of its size."""
    check_function(
        "Exercise 2",
        parameter_count,
        lambda n: len(model(size=int(n)).parameters()),
        cases=[(4,), (8,), (12,)],
        mistakes=[
            (lambda n: 12 * n * n + 54 * n, "the table of places is missing: one row for each of the 12."),
            (lambda n: 12 * n * n + 39 * n, "the matrix of scores is missing: one row for each of the 27 letters."),
            (lambda n: 6 * n * n + 66 * n, "the MLP's matrices are n times 4n, not n times n."),
            (lambda n: 8 * n * n + 66 * n, "the MLP has two matrices of n times 4n: up and down."),
            (lambda n: 11 * n * n + 66 * n, "attention has four matrices: query, key, value and mix."),
        ],
        well_done="The squares win: twice the size is nearly four times the parameters.",
    )


@exercise
def exercise_3(top: Callable[[Sequence[float], int], Sequence[float]]) -> None:
    """Check that a function keeps the k largest probabilities and lets them add up to 1."""
    problems = []
    for probabilities, allowed in (
        ([0.1, 0.4, 0.05, 0.25, 0.2], [[1, 3]]),
        ([0.3, 0.3, 0.3, 0.1], [[0, 1], [0, 2], [1, 2]]),
    ):
        result = called(top, list(probabilities), 2)
        if is_missing(result):
            check_facts("Exercise 3", [], missing=["top (it returns nothing yet)"])
            return
        problems.append(problem_of(list(cast("Iterable[float]", result)), probabilities, allowed))
    problem = next(filter(None, problems), "")
    check_facts("Exercise 3", [(not problem, problem)], well_done="This is called top-k sampling.")


def problem_of(result: Sequence[float], probabilities: Sequence[float], allowed: Sequence[Sequence[int]]) -> str:
    """Return what is wrong with the two largest of some probabilities, of which one choice of places is allowed."""
    call = f"top({probabilities}, 2)"
    if not all(map(is_number, result)):
        return f"{call} gives {result!r}, which are not all numbers."
    if len(result) != len(probabilities):
        return f"{call} gives {len(result)} numbers: set the others to 0 in their places."
    kept = [i for i, p in enumerate(result) if p]
    if len(kept) > len(allowed[0]) and len(allowed) > 1:
        return f"{call} keeps {len(kept)} of them, at places {kept}: where several are equal, keep just as many as k."
    if kept not in allowed:
        return f"{call} keeps those at places {kept}; the two largest are at {' and '.join(map(str, allowed[0]))}."
    if not math.isclose(sum(result), 1.0):
        return f"{call} adds up to {sum(result):.3g}, not to 1."
    first, second = kept
    if not math.isclose(result[first] * probabilities[second], result[second] * probabilities[first]):
        return "what is kept should keep its proportions: divide all by the same number."
    return ""


quiz_1 = quiz(
    1,
    "rms_norm([3, 4]) divides by the root mean square, which is ...",
    right=("about 3.54", "the root of (9 + 16) / 2."),
    wrong={
        "5": "that is the root of the sum; take the mean.",
        "3.5": "that is the mean of the numbers, not of their squares.",
    },
)
quiz_2 = quiz(
    2,
    "The query is (2, 0), the keys are (1, 0) and (-1, 1). Which position gets the larger share?",
    right=("the first", "its dot product with the query is 2, the other's -2."),
    wrong={
        "the second": "its dot product with the query is 2 × (-1) + 0 × 1.",
        "both the same": "that would need equal dot products.",
    },
)
quiz_3 = quiz(
    3,
    "Scalar by scalar, a step is a hundred thousand operations of Python. Compiled, it is faster ...",
    right=("a hundred times or more", "they become a few dozen array operations."),
    wrong={
        "about twice": "it saves more than the graph: the loops themselves are gone.",
        "not at all": "NumPy does a hundred thousand multiplications in well under a millisecond.",
    },
)
quiz_4 = quiz(
    4,
    "A hundred words, four thousand parameters. At the end the loss on the words kept apart will be ...",
    right=("higher than that in training", "the words it learned from, it partly knows by heart."),
    wrong={
        "the same": "it has seen the others thirty times.",
        "lower": "it has never seen these.",
    },
)
quiz_5 = quiz(
    5,
    "A low temperature makes the invented words ...",
    right=("more alike", "the likeliest letters are taken nearly every time."),
    wrong={
        "more surprising": "that is a high temperature: unlikely letters get a chance.",
        "always real elements": "likely letters one after another are not yet a known word.",
    },
)
