"""Infinity, nan and what is no number: every row refuses them, by every route, wherever they stand."""

import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import autograd
from autograd import Value
from autograd.errors import ArgumentError, NumberError
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.row import is_sequence

Call = Callable[..., Any]
OPERATORS: dict[str, Call] = {
    **{"add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "pow": operator.pow},
    **{"remainder": operator.mod, "neg": operator.neg, "abs": abs, "identity": operator.pos},
}
ROWS: list[Operation] = [row for row in OPERATIONS.values() if row.probes and not row.functions]
CALLS: list[tuple[Operation, Call]] = [(row, row) for row in ROWS] + [
    (row, OPERATORS[row.name]) for row in ROWS if row.name in OPERATORS
]
BESIDE_OTHERS = [(row, call) for row, call in CALLS if row.is_nary or len(row.operands) > 1]
"""Where a plain number can stand beside a Value."""
EVERY_ROUTE = [
    "eager",
    "straight",
    *[pytest.param(name, marks=pytest.mark.slow) for name in ("no_grad", "grad", "array")],
]
NOT_FINITE = (math.inf, -math.inf, math.nan)


def named(item: object) -> str:
    """Return what to call a row, or an operator."""
    return item.name if isinstance(item, Operation) else getattr(item, "__name__", "")


def call_of(function: Call) -> Call:
    return function


def compiled(backend: str) -> Callable[[Call], Call]:
    """Return a route through a program, which is recorded while all numbers are good ones."""

    def route(function: Call) -> Call:
        made: Call = autograd.compile(function, backend=backend)  # type: ignore[call-overload]  # a text
        return made

    return route


ROUTES: dict[str, Callable[[Call], Call]] = {
    "eager": call_of,
    "no_grad": autograd.no_grad,
    "grad": autograd.grad,
    "straight": compiled("straight"),
    "array": compiled("array"),
}


def places_of(row: Operation) -> Iterator[tuple[int, int | None]]:
    """Yield the place of each number of a row's first probe: the operand, and within a sequence the element."""
    for at, (name, operand) in enumerate(zip(row.operands, row.probes[0], strict=True)):
        if isinstance(operand, list):
            yield from [(at, element) for element in range(len(operand))]
        elif name != "index":
            yield at, None


def with_item(row: Operation, call: Call, place: tuple[int, int | None], item: object) -> Call:
    """Return a function of 1 that calls a row at its first probe, but with this in one place."""

    def function(x: Any) -> Any:
        operands: list[Any] = []
        for at, (name, operand) in enumerate(zip(row.operands, row.probes[0], strict=True)):
            if is_sequence(name) and isinstance(operand, list):
                operands.append([item if (at, i) == place else x * number for i, number in enumerate(operand)])
            elif name == "index":
                operands.append(operand)
            else:
                operands.append(item if (at, None) == place else x * operand)
        return call(*operands)

    return function


@pytest.mark.parametrize("route", EVERY_ROUTE)
@pytest.mark.parametrize(("row", "call"), CALLS, ids=named)
def test_assigned_data_that_is_not_finite_is_refused(row: Operation, call: Call, route: str) -> None:
    for place in places_of(row):
        leaf = Value(1.0)
        operand = row.probes[0][place[0]]
        leaf.data = operand[place[1]] if isinstance(operand, list) and place[1] is not None else operand  # type: ignore[assignment]  # a list has a place in it
        function = ROUTES[route](with_item(row, call, place, leaf))
        function(Value(1.0))
        for number in NOT_FINITE:
            leaf.data = number
            with pytest.raises(ArgumentError, match="not finite"):
                function(Value(1.0))


@pytest.mark.parametrize("route", EVERY_ROUTE)
@pytest.mark.parametrize(("row", "call"), BESIDE_OTHERS, ids=named)
def test_a_plain_number_that_is_not_finite_is_refused(row: Operation, call: Call, route: str) -> None:
    for place in places_of(row):
        for number in NOT_FINITE:
            function = ROUTES[route](with_item(row, call, place, number))
            with pytest.raises(ArgumentError, match="finite"):
                function(Value(1.0))


@pytest.mark.parametrize("data", [None, "3", [1.0], Value(1.0)], ids=str)
@pytest.mark.parametrize(("row", "call"), CALLS, ids=named)
def test_assigned_data_that_is_no_number_is_refused(row: Operation, call: Call, data: Any) -> None:
    for place in places_of(row):
        leaf = Value(1.0)
        leaf.data = data
        with pytest.raises(NumberError):
            with_item(row, call, place, leaf)(Value(1.0))


def test_assigned_data_that_is_complex_is_refused_by_what_takes_complex_numbers() -> None:
    leaf = Value(1.0)
    leaf.data = 3 + 4j  # type: ignore[assignment]  # the mistake
    for use in (abs, autograd.sign, lambda x: x * 1.0, lambda x: x**2):
        with pytest.raises(NumberError):
            use(leaf)
