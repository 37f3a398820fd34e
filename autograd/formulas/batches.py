"""Batches: what the formulas of the table mean where each number is a whole NumPy array, one element per sample."""

import ast
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy

from autograd.errors import ArgumentError
from autograd.formulas.floats import FLOATS
from autograd.formulas.formula import LISTS, call
from autograd.formulas.kernels import KERNELS
from autograd.formulas.numpy import SPELLINGS
from autograd.formulas.rewriting import Arithmetic, Choices
from autograd.numbers import shown


class Batches(Choices):
    """Writes choices, also that of an element, as calls: in a batch, each may be made differently."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Turn ``xs[index]`` into ``taken(xs, index)``."""
        self.generic_visit(node)
        return call("taken", node.value, node.slice)


def batches() -> dict[str, object]:
    """Return what the names in formulas mean where every number is a whole batch and a sequence a list of batches."""
    return {
        **{name: FLOATS[name] for name in ("sum", "len", "zip", "range", "enumerate")},
        **{name: getattr(numpy, spelled) for name, spelled in SPELLINGS.items()},
        **{"where": where, "passed": passed},
        **{name: stacked(KERNELS[name]) for name in LISTS},
        **{name: KERNELS[name] for name in ("erf", "erfc", "lgamma", "digamma", "polygamma")},
        **{name: of_columns(KERNELS[name]) for name in ("logsumexp", "norm", "prod")},
        **{"max": lambda xs: columns(xs).max(-1), "min": lambda xs: columns(xs).min(-1)},
        **{"position": lambda index, count: index, "taken": taken, "pi": math.pi, "number": float},
    }


def where(condition: Any, x: Any, y: Any) -> Any:  # arrays, or numbers that are the same for all samples
    """Return a choice for each sample, as floats: whole numbers would have no power of -1."""
    return numpy.where(condition, x, y) * 1.0


def passed(incoming: Any, slope: Any) -> Any:  # arrays or numbers in, one array out
    """Return their product; where nothing flows in, nothing is passed on."""
    return numpy.where(numpy.equal(incoming, 0), 0.0, incoming * slope)


def taken(xs: "Sequence[Any]", index: Any) -> Any:  # arrays or numbers in, one of them out
    """Return the term at a position, which may be another in each element of the batch."""
    terms, positions = columns(xs), numpy.asarray(index)
    whole = positions.astype(int)
    if (whole != positions).any() or (whole < 0).any() or (whole >= len(xs)).any():
        raise ArgumentError(f"A position must be a whole number from 0 to {len(xs) - 1}; got {shown(index)}.")
    terms = numpy.broadcast_to(terms, (*numpy.broadcast_shapes(terms.shape[:-1], whole.shape), len(xs)))
    return numpy.take_along_axis(terms, numpy.broadcast_to(whole, terms.shape[:-1])[..., None], axis=-1)[..., 0]


def columns(xs: "Sequence[Any]") -> Any:  # arrays or numbers in, one array out
    """Put the terms of a sequence, each a batch, side by side along a last axis."""
    return numpy.stack(numpy.broadcast_arrays(*xs), axis=-1).astype(float)


def of_columns(kernel: Callable[..., object]) -> "Callable[[Sequence[object]], object]":
    """Let a function of rows that gives one number for each work on a list of batches."""
    return lambda xs: kernel(columns(xs))


def stacked(kernel: Callable[..., object]) -> Callable[..., list[object]]:
    """Let a function of rows work on a list of batches."""

    def on_batches(xs: Sequence[object], *rest: object) -> list[object]:
        results: Any = kernel(columns(xs), *rest)
        return [results[..., i] for i in range(len(xs))]

    return on_batches


BATCHES = Arithmetic(batches, (Batches(),), passing="call", silent=True)
