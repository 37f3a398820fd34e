"""Forward mode: tangents pushed through a graph from its inputs to its outputs, by the same local derivatives."""

from collections.abc import Iterator, Sequence
from math import inf
from typing import cast

from autograd.engine import Value
from autograd.errors import AutogradError
from autograd.gradients.nodes import Bundle, Output
from autograd.gradients.reverse import is_number, product, slopes_as_values
from autograd.graph import Operand, sort
from autograd.numbers import gradient_overflow
from autograd.scalar import number_of

Slopes = list[tuple[Value, Operand]]
Tangent = Operand | AutogradError
"""A number; where it does not exist, the error to raise if it is asked for."""
Tangents = dict[Value, Tangent]


def pushed(
    outputs: Sequence[Value], inputs: Sequence[Value], directions: Sequence[Sequence[Operand]], *, as_values: bool
) -> list[list[Operand]]:
    """Return the tangents of the outputs for each direction, which has the tangent of every input.

    Each node gets the sum of the tangents of its parents, each times the local derivative with respect to that
    parent (forward mode: Wengert 1964; Griewank & Walther 2008, chapter 3). Where nothing flows on, nothing has to
    exist.

    Args:
        outputs: m Values.
        inputs: n Values, none of which depends on another.
        directions: k lists of n tangents.
        as_values: whether the tangents are to be differentiated again; plain numbers otherwise, which is quicker.

    Raises:
        DomainError, DivisionByZeroError: a local derivative on the way does not exist.
        NumberOverflowError: a tangent is too large for a float.
    """
    interior = sort(*outputs, seen=set(inputs))[1]
    known: dict[Value, Slopes] = {}
    found: list[list[Operand]] = []
    for direction in directions:
        tangents: Tangents = {item: t for item, t in zip(inputs, direction, strict=True) if not is_number(t, 0.0)}
        for node in interior:
            origins = node.origins if isinstance(node, Output) else node.parents
            if not (isinstance(node, Bundle) or tangents.keys().isdisjoint(origins)):
                tangents[node] = tangent_of(node, origins, tangents, known, as_values=as_values)
        found.append(list(tangents_asked_for(outputs, tangents)))
    return found


def tangent_of(
    node: Value, origins: Sequence[Value], tangents: Tangents, known: dict[Value, Slopes], *, as_values: bool
) -> Tangent:
    """Return the tangent of a node from those of its parents, or the error for what it lacks.

    A local derivative that does not exist is an error also where a tangent of 0 comes in: sqrt(x * x) has none at 0.
    """
    total: Operand = 0.0
    missing: dict[Value, float] = {}  # the slopes with respect to parents without a tangent, which may cancel
    try:
        slopes = known.get(node)
        if slopes is None:
            slopes = slopes_of(node, origins, tangents, as_values=as_values)
            if len(slopes) == len(origins):  # else the others may count in another direction
                known[node] = slopes
        for parent, slope in slopes:
            tangent = tangents.get(parent)
            if tangent is None or is_number(slope, 0.0):
                continue
            if isinstance(tangent, AutogradError):
                missing[parent] = missing.get(parent, 0.0) + number_of(slope)
            elif is_number(slope, inf):
                return gradient_overflow(parent, inf)
            elif not is_number(tangent, 0.0):
                part = product(tangent, slope)
                total = part if is_number(total, 0.0) else total + part
    except AutogradError as error:
        return error
    return next((cast("AutogradError", tangents[parent]) for parent, slope in missing.items() if slope), total)


def slopes_of(node: Value, origins: Sequence[Value], tangents: Tangents, *, as_values: bool) -> Slopes:
    """Return the local derivatives with respect to the origins that have a tangent, or to all of them."""
    if as_values:
        return slopes_as_values(node, tangents.keys())
    missing: AutogradError | None = None
    if not (isinstance(node, Output) and node.bundle is not None):
        try:
            return list(zip(origins, node.local_derivatives(), strict=True))
        except AutogradError as error:
            missing = error  # one that nobody asks for need not exist
    try:
        return [(parent, number_of(slope)) for parent, slope in slopes_as_values(node, tangents.keys())]
    except AutogradError as error:
        raise missing or error from None  # the first names this operation, the other one of its derivative


def tangents_asked_for(outputs: Sequence[Value], tangents: Tangents) -> Iterator[Operand]:
    """Yield the tangent of every output; raises the error of one that does not exist."""
    for output in outputs:
        tangent = tangents.get(output, 0.0)
        if isinstance(tangent, AutogradError):
            raise tangent
        if not isinstance(tangent, Value) and tangent - tangent != 0.0:
            raise gradient_overflow(output, tangent)
        yield tangent
