"""Every exception the library raises, and how to install what is missing.

Each class also derives from the built-in exception that a Python user would catch: ``except ValueError``
catches a :class:`DomainError`. All of them derive from :class:`AutogradError`.
"""

import sys

from autograd.console import printed


class AutogradError(Exception):
    """The base of every exception that ``autograd`` and ``nn`` raise on purpose."""

    @printed
    def __str__(self) -> str:
        return super().__str__()

    def _render_traceback_(self) -> list[str]:
        """Return the traceback as IPython and Jupyter show it: the user's own lines, without those of this library."""
        from autograd.source import shown_traceback

        return shown_traceback(self)


class NumberError(AutogradError, TypeError):
    """Something that is not a real number stood where a number or a Value belongs."""


class CallError(AutogradError, TypeError):
    """An operation was called with too few, too many or unknown arguments."""


class ArgumentError(AutogradError, ValueError):
    """An argument has the right type but a value, a length or a shape that cannot be used."""


class DomainError(AutogradError, ValueError):
    """An operation is not defined at its operands, such as the logarithm of a negative number."""


class DivisionByZeroError(AutogradError, ZeroDivisionError):
    """An operation divides by zero at its operands."""


class NumberOverflowError(AutogradError, OverflowError):
    """A result or a gradient is too large for a Python float."""


class GradientMismatchError(AutogradError, AssertionError):
    """A gradient differs from what finite differences say it should be."""


class RecordingError(AutogradError, RuntimeError):
    """A function that is being recorded asked for a number that is only known when the program runs."""


class FormatError(AutogradError, ValueError):
    """A file cannot be read back: it is damaged, does not fit, or comes from a newer version."""


class ExpressionError(AutogradError, SyntaxError):
    """An expression given as text is not one the library can read; the message points at the place."""


class MissingPackageError(AutogradError, ImportError):
    """A feature needs a package that is not installed; the message says how to install it."""


def install(extra: str) -> str:
    """Return how to get the packages of an extra, for a message; no index holds this library.

    Example:
        >>> install("fast")
        'pip install -e ".[fast]" in your clone of the library'
    """
    if sys.platform == "emscripten":
        return "Python in a page has only the packages that the page loaded"
    return f'pip install -e ".[{extra}]" in your clone of the library'
