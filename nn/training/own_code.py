"""Whose code something is: this library's and that of packages stays as it is; a user's may do anything."""

import functools
import sys

KNOWN_TO_BE_CONSTANT = frozenset({*sys.stdlib_module_names, "autograd", "nn", "numpy", "tqdm", "matplotlib"})
"""Packages whose functions and classes do not change during a run."""


def is_constant(module: object) -> bool:
    """Whether what a module of this name defines stays as it is."""
    return str(module).partition(".")[0] in KNOWN_TO_BE_CONSTANT


def is_library_object(item: object) -> bool:
    """Whether an object does only what this library defines: not a user's subclass, nothing put in a method's place."""
    methods = (*vars(item).values(),) if hasattr(item, "__dict__") else ()
    return is_constant(type(item).__module__) and not any(map(callable, methods))


def is_library_function(function: object) -> bool:
    """Whether a function is defined in this library."""
    while isinstance(function, functools.partial):
        function = function.func
    return is_constant(getattr(function, "__module__", ""))


def is_compiled(item: object) -> bool:
    """Whether an object is a compiled function, which looks after its programs itself."""
    return is_constant(type(item).__module__) and hasattr(type(item), "array_program")
