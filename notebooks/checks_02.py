"""The checks of notebook 2, Stepping through backprop."""

from collections.abc import Callable

from checks import check_facts, check_function, check_numbers, exercise, is_missing

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
    operations = sum(record.phase == "forward" for record in steps(result))
    check_facts(
        "Exercise 2",
        [
            (paths == 3, f"{paths} paths lead from x to the result, not 3."),
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
