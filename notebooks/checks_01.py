"""The checks of notebook 1, A number that remembers."""

from collections.abc import Callable

from checks import check_facts, check_function, check_numbers, exercise, is_missing

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
            (true == 5.0, f"the true gradient of your expression is {true:g}, not 5."),
            (wrong == 2.0, f"the engine with = gets {wrong:g}, not 2; it keeps only what arrives last."),
        ],
        well_done="What arrives last is all that the wrong engine keeps.",
    )
