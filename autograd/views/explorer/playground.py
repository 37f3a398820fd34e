"""``playground``: the explorer with a field in which an expression is typed; the page lays out its graph."""

import ast
import keyword
import tempfile
import webbrowser
from pathlib import Path

from autograd import more_ops, ops
from autograd.custom import BUILT_IN
from autograd.errors import ExpressionError
from autograd.expressions import INSTEAD, LISTS, OPERATORS, expression
from autograd.formulas import javascript
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.row import is_sequence
from autograd.numbers import Number
from autograd.views.explorer import FOLDER, SCRIPTS, STYLES, Explorer, picture
from autograd.views.explorer.graph_data import Known, kind_data
from autograd.views.explorer.parts import Parts
from autograd.views.page.document import Json, fragment, texts
from autograd.views.page.language import LANGUAGES, phrase, words
from autograd.views.steps.backward_pass import BackwardPass
from autograd.views.steps.steps import display_names

TYPED = ("expression.js", "layered.js", "typed_graph.js", "playground.js")
"""The scripts that read an expression and lay out its graph, on top of the explorer's."""

LONGEST = 4
"""How many elements a sequence may have in an expression that is typed in the page."""

EXPONENTS = (2.0, 3.0, 4.0, 0.5, -1.0, -2.0)
"""Exponents whose derivative is shown worked out, as ``3 * x ** 2``."""

SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%"}
HINTS: dict[str, type[ast.AST]] = {
    "^": ast.BitXor, "@": ast.MatMult, "//": ast.FloorDiv, ":=": ast.NamedExpr, "=": ast.NamedExpr, ",": ast.Tuple,
    "if": ast.IfExp, "and": ast.BoolOp, "or": ast.BoolOp, "a.b": ast.Attribute, "2a": ast.Call,
    **dict.fromkeys(("<", ">", "<=", ">=", "==", "!="), ast.Compare),
}  # fmt: skip
"""What people type that is no part of an expression here, with what it is in Python."""


EXAMPLE, AT = "tanh(a*b + c)", {"a": 2.0, "b": -3.0, "c": 6.5}
"""What the page begins with if nobody says anything else."""


def playground(text: str = "", /, *, language: str = "en", **numbers: Number) -> Explorer:
    """Return a page in which an expression is typed and stepped through.

    Args:
        text: the expression to begin with, as :func:`autograd.expressions.expression` reads it; by default an example.
        language: the language of the page, ``"en"`` or ``"de"``; ``#lang=de`` in its address chooses another.
        numbers: the number that each name in it stands for.

    Returns:
        An explorer: Jupyter shows it, and ``.save("playground.html")`` writes a page.

    Raises:
        ExpressionError: the text cannot be read.
        ArgumentError: there is no such language.

    Example:
        >>> from autograd.views.explorer.playground import playground
        >>> playground("a*b + 1", a=2, b=-3)
        <Explorer of a*b + 1, 4 nodes; .save('lesson.html') writes a page, Jupyter shows it>
    """
    speaks = {each: words(each, "page", "explorer", "playground") for each in dict.fromkeys((language, *LANGUAGES))}
    text = text.strip()
    if not text:
        text, numbers = EXAMPLE, {**AT, **numbers}
    loss = expression(text, **numbers)
    parts = Parts(loss, {})
    names = display_names(BackwardPass(loss), None, None)
    page = fragment(
        "Playground",
        "data-autograd-explorer",
        {"rows": row_data(), "expression": text, "numbers": {name: float(number) for name, number in numbers.items()}},
        [javascript.arithmetic(), javascript.table(typeable().values()), texts(FOLDER, *SCRIPTS, *TYPED)],
        texts(FOLDER, *STYLES),
        title=phrase(speaks[language], "graphOf", name=text),
        picture=picture(loss, names, {}, parts),
        languages=speaks,
    )
    return Explorer(text, len(names), page, language)


def open_in_browser(page: Explorer) -> Path:
    """Save a page in the folder for temporary files, open it in the browser, and return its path."""
    path = page.save(Path(tempfile.mkdtemp(prefix="autograd-")) / "playground.html")
    webbrowser.open(path.as_uri())
    return path


def typeable() -> dict[str, Operation]:
    """Return the operations that an expression in the page may use: the public ones of the table, and a user's own."""
    public = {row for module in (ops, more_ops) for row in vars(module).values() if isinstance(row, Operation)}
    own = {row for name, row in OPERATIONS.items() if row.probes and name not in BUILT_IN and is_printed(row)}
    return {name: row for name, row in OPERATIONS.items() if row in public | own or name in LISTS}


def is_printed(row: Operation) -> bool:
    """Return whether JavaScript can compute an operation: not where it calls functions of Python."""
    try:
        javascript.table([row])
    except ExpressionError:
        return False
    return True


def row_data() -> dict[str, Json]:
    """Return what the page's reader knows of each operation: its operands and its formulas for each shape."""
    return {
        "operators": {SIGNS[sign]: name for sign, name in OPERATORS.items() if sign in SIGNS},
        "operations": [*OPERATORS.values(), "neg"],
        "hints": {sign: INSTEAD[kind] for sign, kind in HINTS.items()},
        "keywords": keyword.kwlist,
        "lists": list(LISTS),
        "longest": LONGEST,
        "functions": {
            name: {"operands": row.operands, "defaults": dict(row.defaults), "kinds": kinds(row)}
            for name, row in typeable().items()
        },
    }


def kinds(row: Operation) -> dict[str, Json]:
    """Return the formulas of an operation for each shape of its operands: how long a sequence, which index."""
    lengths = range(1, LONGEST + 1) if row.is_nary else (0,)
    found: dict[str, Json] = {}
    for length in lengths:
        for index in range(length or LONGEST) if "index" in row.operands else (0,):
            shape: tuple[Known, ...] = tuple(
                (None,) * length if is_sequence(name) else float(index) if name == "index" else None
                for name in row.operands
            )
            words = [
                str(length) if is_sequence(name) else str(index) if name == "index" else "" for name in row.operands
            ]
            found[",".join(words)] = kind_data(row, shape)
    if row.name == "pow":
        found.update({f",{exponent:g}": kind_data(row, (None, exponent)) for exponent in EXPONENTS})
    return found
