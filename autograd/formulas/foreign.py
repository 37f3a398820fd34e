"""What JAX and PyTorch have in common when formulas are written for them, which they then differentiate themselves.

The source of an exported program starts with the library's own header, which defines the same few functions for each.
"""

from collections.abc import Callable
from dataclasses import dataclass

from autograd.formulas.numpy import Library

OWN = frozenset({"logsumexp", "take_along", "erf", "erfc", "maximum", "minimum", "where"})
"""The functions in formulas that a header defines."""
FOREIGN = Library("xp", OWN, keep_choices=True)
WHOLE = {
    **{"detach": "detach({})", "maximum": "maximum({}, {})", "minimum": "minimum({}, {})"},
    **{"max": "largest({})", "min": "smallest({})", "dot": "xp.einsum('...i,...i->...', {}, {})"},
}
"""Rows that are one call there, not their formula: a maximum has another derivative than a choice has."""


@dataclass(frozen=True)
class ForeignLibrary:
    """A library that exported programs are written for.

    Attributes:
        arrays: the module with the functions of arrays.
        header: the source that defines :data:`OWN` and the functions in :data:`WHOLE`, with the module as ``xp``.
        asarray: makes an array of floats.
    """

    arrays: str
    header: str
    asarray: Callable[[object], object]
