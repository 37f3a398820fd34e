"""Turns the text of formulas and programs into functions: the one place where either is executed.

Whatever is defined here stays inspectable: tracebacks and ``inspect.getsource`` show the text.
"""

import ast
import itertools
import linecache
import weakref
from collections.abc import Callable, Mapping, Sequence
from types import CodeType

_file_numbers = itertools.count(1)


def define(source: str, namespace: dict[str, object], title: str, tree: ast.Module | None = None) -> None:
    """Run generated ``source`` in ``namespace``, kept so that tracebacks and ``inspect`` can show it.

    If there is a ``tree``, that is run in its place: what the source says, in a form that is quicker.
    """
    filename = f"<autograd {title} {next(_file_numbers)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    code = compile(tree or source, filename, "exec")
    exec(code, namespace)  # the source is made from the table's formulas
    for part in code.co_consts:  # the text goes with the last function that it defines
        if isinstance(part, CodeType):
            weakref.finalize(part, linecache.cache.pop, filename, None).atexit = False


def bind(name: str, parameters: Sequence[str], tree: ast.expr, meanings: Mapping[str, object]) -> Callable[..., object]:
    """Return the function of ``parameters`` that an expression is, over an arithmetic.

    Args:
        name: what the function is for, such as ``"tanh"``, to be shown in tracebacks.
        parameters: the names that the function is called with, in order.
        tree: the expression, in the arithmetic's own notation.
        meanings: what every other name in the expression means.
    """
    namespace = dict(meanings)
    define(f"def {name}_formula({', '.join(parameters)}):\n    return {ast.unparse(tree)}\n", namespace, name)
    function = namespace[f"{name}_formula"]
    assert callable(function)
    return function
