"""check_gradient: quiet where gradients are right, exact about what differs where they are not."""

import pytest

import autograd
from autograd import Value, check_gradient, errors


@pytest.mark.parametrize(
    ("f", "point"),
    [
        (lambda x, y: x * autograd.tanh(y), (0.5, -1.2)),
        (lambda x: x, (0.0,)),
        (lambda x: 5.0, (1.0,)),
        (lambda x: x**3, (0.0,)),
        (autograd.log, (1e-3,)),
        (autograd.sqrt, (0.01,)),
        (autograd.exp, (700.0,)),
        (autograd.sin, (1e4,)),
        (lambda x: x * 1e8, (3.0,)),
        (lambda x: x * x, (1e150,)),
        (lambda x: 1 / x, (1e-3,)),
        (lambda x: x * 1e-9 + 1e6, (1.0,)),
        (lambda *xs: autograd.logsumexp(xs), (0.1, 0.2, 0.3, 0.4)),
    ],
)
def test_right_gradients_pass(f, point):
    check_gradient(f, *point)


def test_a_smooth_function_agrees_to_eleven_digits():
    """Without the extrapolation from three steps, 9 of them would be reached."""
    for f in (autograd.exp, autograd.sin, lambda x: 1 / (1 + x * x)):
        check_gradient(f, 1.0, order=1, tolerance=1e-11)


def test_a_wrong_gradient_names_the_argument_both_numbers_and_their_difference():
    with pytest.raises(errors.GradientMismatchError) as caught:
        check_gradient(lambda x, y: x + y.detach() * y, 1.0, 3.0)
    message = str(caught.value)
    assert isinstance(caught.value, AssertionError)
    assert "with respect to argument 1 at (1.0, 3.0)" in message
    assert "is 3.0 by backward" in message
    assert "5.9999" in message or "6.0" in message
    assert "differ by 3" in message


@pytest.mark.parametrize(("size", "error"), [(0.5, 0.8e-3), (0.5, 1.5e-3), (1.5, 1.2e-3), (100.0, 0.05), (100.0, 0.15)])
def test_the_tolerance_is_relative_to_the_size_of_the_numbers_but_not_below_1(size, error):
    def f(x):  # its slope is said to be size + error, and is size
        return size * x + error * (x - x.detach())

    allowed = 1e-3 * max(1.0, size)
    if error <= allowed:
        check_gradient(f, 1.0, order=1, tolerance=1e-3)
    else:
        with pytest.raises(errors.GradientMismatchError):
            check_gradient(f, 1.0, order=1, tolerance=1e-3)


def third_of_a_cube(x):
    """Its slope is x², but made of a constant, so that the second derivative is lost."""
    constant = x.detach() ** 2
    return x.detach() ** 3 / 3 + constant * (x - x.detach())


def test_a_wrong_second_derivative_is_found_where_it_is_looked_for():
    check_gradient(third_of_a_cube, 2.0, order=1)
    with pytest.raises(
        errors.GradientMismatchError,
        match="The derivative of the derivative with respect to argument 0 with respect to argument 0",
    ):
        check_gradient(third_of_a_cube, 2.0, order=2)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_kinks_are_reported_rather_than_passed(order):
    with pytest.raises(errors.GradientMismatchError):
        check_gradient(autograd.relu, 0.0, order=order)


def test_bad_arguments():
    with pytest.raises(errors.ArgumentError, match="at least one number"):
        check_gradient(lambda: Value(1.0))
    with pytest.raises(errors.ArgumentError, match="order of at least 1"):
        check_gradient(lambda x: x, 1.0, order=0)
    with pytest.raises(errors.ArgumentError, match="returns one Value"):
        check_gradient(lambda x: [x], 1.0)
    with pytest.raises(errors.NumberError):
        check_gradient(lambda x: x, "1")
    with pytest.raises(errors.ArgumentError, match="left the domain"):
        check_gradient(autograd.log, 1e-9)


def test_errors_of_the_function_itself_come_through():
    with pytest.raises(errors.DivisionByZeroError):
        check_gradient(lambda x: 1 / x, 0.0)
    with pytest.raises(KeyError):
        check_gradient(lambda x: {}["missing"], 0.0)
