"""The checks of notebook 1, A number that remembers."""

from collections.abc import Callable

from checks import check_facts, check_function, check_numbers, exercise, is_missing, near, quiz

from autograd import Value


@exercise
def exercise_1(gradient_of_p: object, gradient_of_q: object, gradient_of_r: object) -> None:
    """Check the gradients of (p + q) * r, found by hand."""
    p, q, r = Value(3.0), Value(-2.0), Value(4.0)
    ((p + q) * r).backward()
    stopped = "you stopped at the sum; the gradient of the sum itself still has to be multiplied in."
    check_numbers(
        "Exercise 1",
        {"p": gradient_of_p, "q": gradient_of_q, "r": gradient_of_r},
        right={"p": p.grad, "q": q.grad, "r": r.grad},
        mistakes={
            "p": {1.0: stopped, 12.0: "p is added, not multiplied, so its own value does not matter."},
            "q": {1.0: stopped, -8.0: "q is added, not multiplied, so its own value does not matter."},
            "r": {4.0: "the local derivative of a product with respect to one factor is the other factor."},
        },
        well_done="A sum passes a gradient on, a product multiplies it by the other factor.",
    )


@exercise
def exercise_2(quotient_by_y: Callable[[float, float], float]) -> None:
    """Check the derivative of x / y with respect to y."""
    check_function(
        "Exercise 2",
        quotient_by_y,
        lambda x, y: -x / y**2,
        cases=[(1.0, 2.0), (3.0, -2.0), (-0.5, 0.25)],
        mistakes=[
            (lambda x, y: x / y**2, "the size is right, the sign is not: a larger y makes a positive x / y smaller."),
            (lambda x, y: 1 / y, "that is the derivative with respect to x, the numerator."),
            (lambda x, y: -1 / y**2, "that is the derivative of 1 / y; the numerator x is a factor of it."),
            (lambda x, y: -x / y, "nearly: x / y is x * y ** -1, and the power rule lowers the exponent by one."),
        ],
    )


@exercise
def exercise_3(
    a: Value, fooled: object, gradients: Callable[..., dict[Value, float]], order: Callable[..., list[Value]]
) -> None:
    """Check an expression on which the engine with ``=`` gets 2 where 5 is right."""
    if is_missing(fooled):
        check_facts("Exercise 3", [], missing=["an expression of a, assigned to fooled"])
        return
    if not isinstance(fooled, Value):
        check_facts("Exercise 3", [(False, f"fooled is {fooled!r}; an expression of a is a Value.")])
        return
    nodes = order(fooled)
    true, wrong = gradients(nodes).get(a, 0.0), gradients(nodes, add=False).get(a, 0.0)
    check_facts(
        "Exercise 3",
        [
            (a in nodes, "your expression does not use a (run the cell from its first line, which makes a)."),
            (near(true, 5.0), f"the true gradient of your expression is {true:g}, not 5."),
            (near(wrong, 2.0), f"the engine with = gets {wrong:g}, not 2; it keeps only what arrives last."),
        ],
        well_done="What arrives last is all that the wrong engine keeps.",
    )


quiz_1 = quiz(
    1,
    "(a * b + c) ** 2 at a = 2, b = -3, c = 10 is 16. If a grows by 0.001, the result ...",
    right=("falls by about 0.024", "a moves the inside by -3 per unit, the inside moves its square by 2 × 4 = 8."),
    wrong={
        "rises by about 0.024": "b is negative: a larger a makes the inside smaller, and its square.",
        "falls by about 0.003": "that is how far the inside moves; its square moves 2 × 4 times as far.",
        "falls by about 0.008": "8 is the slope of the square; a moves what is squared by b = -3 per unit.",
    },
)
quiz_2 = quiz(
    2,
    "The square passes 8 back to a * b + c. The gradient of c is ...",
    right=("8", "c is added, so it gets all that the square passes back, 8 × 1."),
    wrong={
        "1": "that is the local derivative of the sum; it is multiplied by what comes in, 8.",
        "80": "that is 8 times c itself; c is added, so its own value does not matter.",
        "-24": "that is the gradient of a, which is multiplied by b: 8 × (-3).",
    },
)
quiz_3 = quiz(
    3,
    "y = x * 2 + x ** 2 at x = 3: the gradient of x is ...",
    right=("8", "2 by one road, 2 × 3 = 6 by the other, added."),
    wrong={
        "12": "the contributions of two roads are added, not multiplied.",
        "6": "that is the road through the square; there is another.",
        "2": "that is the road through the product; there is another.",
    },
)
quiz_4 = quiz(
    4,
    "b = a + a, c = b + b: the true gradient of a is 4. The hurried walk gets ...",
    right=("6", "the first half of b's gradient is passed on twice."),
    wrong={
        "4": "b is visited twice, and the second time it passes on what it had passed on before.",
        "2": "nothing is lost, as everything is added; something is counted too often.",
        "8": "only the first half of b's gradient is counted twice, not all of it.",
    },
)
quiz_5 = quiz(
    5,
    "cube.backward() makes x.grad 27. Called once more, without zeroing, it makes x.grad ...",
    right=("54", "a leaf keeps what it had, and 27 is added."),
    wrong={
        "27": "that would be so if backward() zeroed leaves; it does not.",
        "81": "intermediate nodes start afresh, so each call adds the same 27.",
        "729": "gradients are added, not multiplied.",
    },
)
