"""The checks of notebook 2, Stepping through backprop."""

from collections.abc import Callable

from checks import check_facts, check_function, check_numbers, exercise, is_missing, quiz

from autograd import Value, explain, steps


@exercise
def exercise_1(gradient_of_weight: object, gradient_of_bias: object) -> None:
    """Check the gradients of (sigmoid(weight * x + bias) - target) ** 2 at 3, -0.5, 1, 0."""
    x, weight, bias = 3.0, Value(-0.5), Value(1.0)
    guess = (weight * x + bias).sigmoid()
    (guess**2).backward()
    p, slope = guess.data, guess.data * (1 - guess.data)
    flat = "the sigmoid is missing: multiply by guess * (1 - guess)."
    check_numbers(
        "Exercise 1",
        {"gradient_of_weight": gradient_of_weight, "gradient_of_bias": gradient_of_bias},
        right={"gradient_of_weight": weight.grad, "gradient_of_bias": bias.grad},
        mistakes={
            "gradient_of_weight": {
                2 * p * x: flat,
                2 * p: flat,
                bias.grad: "that is the gradient of the score; the weight's is x times that.",
                2 * slope * x: "the square is missing a factor: its derivative is 2 * error, not 2.",
                p * slope * x: "the derivative of a square has a factor of 2.",
                -0.5 * bias.grad: "the local derivative of weight * x with respect to the weight is x.",
            },
            "gradient_of_bias": {
                2 * p: flat,
                weight.grad: "the bias is added; its local derivative is 1, not x.",
                2 * slope: "the square is missing a factor: its derivative is 2 * error, not 2.",
                p * slope: "the derivative of a square has a factor of 2.",
            },
        },
        well_done="The weight's gradient is the bias's times x: remember that for the next notebook.",
    )


@exercise
def exercise_2(three_roads: Callable[[Value], object]) -> None:
    """Check for three paths from x to the result, in two operations."""
    x = Value(1.5, "x")
    result = three_roads(x)
    if is_missing(result):
        check_facts("Exercise 2", [], missing=["three_roads (it returns nothing yet)"])
        return
    if not isinstance(result, Value):
        check_facts("Exercise 2", [(False, f"three_roads(x) gives {result!r}, which does not depend on x.")])
        return
    paths = explain(x, result).path_count
    lead = "1 path leads" if paths == 1 else f"{paths} paths lead"
    operations = sum(record.phase == "forward" for record in steps(result))
    check_facts(
        "Exercise 2",
        [
            (paths == 3, f"{lead} from x to the result, not 3."),
            (operations <= 2, f"it takes {operations} operations; two are enough."),
        ],
    )


@exercise
def exercise_3(by_hand: Callable[[float, float, float], float]) -> None:
    """Check the derivative of (w * x - y) ** 2 + 0.1 * w * w with respect to w."""
    check_function(
        "Exercise 3",
        by_hand,
        lambda w, x, y: 2 * (w * x - y) * x + 0.2 * w,
        cases=[(1.0, 2.0, 3.0), (0.5, -1.0, 1.0), (2.0, 3.0, 0.0)],
        mistakes=[
            (lambda w, x, y: 2 * (w * x - y) + 0.1 * w, "as given it is still wrong, in two places."),
            (
                lambda w, x, y: 2 * (w * x - y) * x + 0.1 * w,
                "the first term is right now. In w * w the weight is used twice.",
            ),
            (
                lambda w, x, y: 2 * (w * x - y) + 0.2 * w,
                "the second term is right now. In the first, what is squared moves with w as fast as x is large.",
            ),
        ],
    )


quiz_1 = quiz(
    1,
    "square = x * x; square * 3 + x. At x = 2 the gradient of x is ...",
    right=("13", "1 straight from the sum, and 3 × 2 for each of the two factors."),
    wrong={
        "12": "the road straight into the sum is missing.",
        "7": "x is both factors of x * x; that road counts twice.",
        "6": "two more portions arrive.",
    },
)
quiz_2 = quiz(
    2,
    "A number is doubled thirty times by d = d + d. How many paths lead from the first to the last?",
    right=("about a billion", "at each of the thirty sums a path has two ways: 2 to the power of 30."),
    wrong={
        "30": "that is how many operations there are.",
        "60": "that is how many arrows there are; each of thirty choices doubles the paths.",
    },
)
quiz_3 = quiz(
    3,
    "The target is 1. With the weight at -6 the guess is nearly 0. The gradient of the weight is then ...",
    right=("nearly 0", "the sigmoid is flat there, and its slope is a factor of the gradient."),
    wrong={
        "large and negative": "the sign is right and the error is large, but the sigmoid's slope is multiplied in.",
        "large and positive": "a larger weight makes the loss smaller; and the sigmoid is flat there.",
    },
)
quiz_4 = quiz(
    4,
    "Which factor makes that gradient vanish?",
    right=("guess * (1 - guess), the slope of the sigmoid", "with the guess at almost 0 it is almost 0."),
    wrong={
        "guess - target, the error": "it is nearly -1, as large as it can be.",
        "x, what the weight is multiplied by": "it is 2.",
    },
)
quiz_5 = quiz(
    5,
    "savings * (1 + rate) ** years at 1000, 0.03, 10: which input has the largest gradient (per unit of each)?",
    right=("rate", "one unit of it is 100 per cent a year."),
    wrong={
        "savings": "its gradient is 1.03 ** 10, about 1.3.",
        "years": "its gradient is the final sum times log(1.03), about 40.",
    },
)
