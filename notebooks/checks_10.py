"""The checks of notebook 10, Beyond networks."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from checks import check_facts, close, exercise, is_missing, is_number, quiz

from autograd import check_gradient, exp, grad, tanh


@exercise
def exercise_1(angle: object, distance: Callable[..., object]) -> None:
    """Check the angle, in radians, at which a throw goes farthest."""
    slope = cast("Callable[[float], float]", grad(distance))
    curvature = cast("Callable[[float], float]", grad(grad(distance)))
    if is_missing(angle):
        to_do = f"the angle (at 45° the slope of the distance is {slope(math.pi / 4):.4f} m per radian, not 0)"
        check_facts("Exercise 1", [], missing=[to_do])
        return
    if not is_number(angle):
        check_facts("Exercise 1", [(False, f"the angle is a number, not {angle!r}.")])
        return
    angle = float(angle)
    if angle > math.pi / 2:
        problem = f"{angle:g} is more than a right angle. If you meant degrees: {math.radians(angle):.6f} radians."
        check_facts("Exercise 1", [(False, problem)])
        return
    here, bend = slope(angle), curvature(angle)
    way = "steeper" if here > 0 else "flatter"
    there = bend < 0 and close(angle, angle - here / bend)  # one more step of Newton's changes no digit
    problem = (
        f"at {angle:.6f} the slope is still {here:+.2e} m per radian, so throw {way}. "
        "Take more steps of angle -= first derivative / second derivative."
    )
    well_done = f"{math.degrees(angle):.3f}°, and the ball lands at {distance(angle):.4f} m."
    check_facts("Exercise 1", [(there, problem)], well_done=well_done)


@exercise
def exercise_2(operation: object) -> None:
    """Check the operation softsign(x) = x / (1 + |x|)."""
    if is_missing(operation):
        check_facts("Exercise 2", [], missing=["softsign = define_operation(...)"])
        return
    if not isinstance(operation, type(tanh)) and callable(operation):
        hint = (
            "softsign is a function of Python; define_operation makes an operation of formulas, with your derivative."
        )
        check_facts("Exercise 2", [(False, hint)])
        return
    if not callable(operation):
        check_facts("Exercise 2", [(False, f"softsign is {operation!r}; define_operation returns the operation.")])
        return
    facts = []
    for x in (-2.0, -0.5, 0.25, 3.0):
        value, slope = x / (1 + abs(x)), 1 / (1 + abs(x)) ** 2
        own, own_slope = cast("float", operation(x)), cast("float", grad(operation)(x))
        facts.append((math.isclose(own, value), f"softsign({x}) is {value:.6f}, but yours gives {own:.6f}."))
        problem = f"the derivative at {x} is {slope:.6f}, but yours gives {own_slope:.6f}."
        facts.append((math.isclose(own_slope, slope), problem))
    try:
        check_gradient(operation, -1.3, order=2)
    except AssertionError as error:
        facts.append((False, f"the second derivative is not right: {error}"))
    check_facts("Exercise 2", facts, well_done="It was checked to the second derivative.")


@exercise
def exercise_3(names: object, call_price: Callable[..., object], inputs: Mapping[str, float]) -> None:
    """Check for which inputs the slopes of a put differ from those of a call."""

    def put_price(share: float, strike: float, years: float, rate: float, volatility: float) -> object:
        call = cast("float", call_price(share, strike, years, rate, volatility))
        return call - share + strike * exp(-rate * years)

    if is_missing(names):
        check_facts("Exercise 3", [], missing=['a list of names such as ["share", "years"]'])
        return
    given = names.replace(",", " ").split() if isinstance(names, str) else list(cast("Sequence[str]", names))
    numbers, positions = list(inputs.values()), range(len(inputs))
    call = cast("Sequence[float]", grad(call_price, positions)(*numbers))
    put = cast("Sequence[float]", grad(put_price, positions)(*numbers))
    differ = {name for name, a, b in zip(inputs, call, put, strict=True) if abs(a - b) > 1e-9}
    facts = []
    for name in given:
        facts.append((name in inputs, f"there is no input {name!r}; the inputs are {', '.join(inputs)}."))
        same = name in inputs and name not in differ
        problem = f"the slope with respect to {name} is the same for both: what was added does not contain it."
        facts.append((not same, problem))
    absent = len(differ - set(given))
    facts.append(
        (not absent, f"{absent} more differ{'s' * (absent == 1)}. What occurs in the two terms that were added?")
    )
    check_facts(
        "Exercise 3", facts, well_done="All but vega. Delta differs by a constant, so both have the same gamma too."
    )


quiz_1 = quiz(
    1,
    "f(x) = x ** 4. grad(grad(f))(2.0) is ...",
    right=("48", "12 x², at 2."),
    wrong={
        "32": "that is the first derivative, 4 x³.",
        "an error: a gradient has no gradient": "a gradient is made of the same operations as everything else.",
    },
)
quiz_2 = quiz(
    2,
    "A fit with a very flat bowl around the minimum of the sum of squares. Its error bars are ...",
    right=("large", "very different parameters fit almost as well; the covariance is the inverse of the curvature."),
    wrong={
        "small": "small curvature, and the covariance is its inverse.",
        "unknown without repeating the experiment": "the curvature tells them; repeating checked them.",
    },
)
quiz_3 = quiz(
    3,
    "y = a * b, with a = 2 ± 0.1 and b = 5 ± 0.1, independent. To first order the error of y is about ...",
    right=("0.54", "√((5 · 0.1)² + (2 · 0.1)²)."),
    wrong={
        "0.7": "that adds the two contributions; independent errors add up as squares, under a root.",
        "0.14": "each error is multiplied by its slope first.",
    },
)
quiz_4 = quiz(
    4,
    "One step of Newton's method on x² + 10 y² from (3, -2), a bowl. It ends at ...",
    right=("(0, 0)", "the parabola that fits best here is the function itself, so one step is enough."),
    wrong={
        "(-3, 38)": "that is a step along the gradient with the rate 1; Newton divides by the curvature.",
        "(1.5, -1)": "half the way; a whole step goes to the bottom of the parabola.",
    },
)
quiz_5 = quiz(
    5,
    "An energy is given, and its gradient with respect to a body's place. The force on the body is ...",
    right=("minus that gradient", "it pushes to where the energy is lower."),
    wrong={
        "that gradient": "it would push uphill.",
        "minus the second derivative": "that is the stiffness: how the force changes with the place.",
    },
)
