"""Prints the formula table as JavaScript, so that a page can compute what the library computes.

The printed text runs with the file ``arithmetic.js`` beside this one, which says what each name of the
table means there. A ``$`` in front marks those names, so that no operand's name can clash with one.
"""

import ast
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import ClassVar

from autograd.errors import ExpressionError
from autograd.files import shipped
from autograd.formulas.braces import Braces
from autograd.formulas.formula import formula
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.table import names_used

RESERVED = frozenset({
    "arguments", "await", "break", "case", "catch", "const", "continue", "debugger", "default", "delete", "do",
    "enum", "eval", "export", "extends", "false", "function", "implements", "instanceof", "interface", "let", "new",
    "null", "package", "private", "protected", "public", "static", "super", "switch", "this", "throw", "true",
    "typeof", "undefined", "var", "void",
})  # fmt: skip
"""Words that JavaScript keeps for itself and Python does not."""


@cache
def arithmetic() -> str:
    """Return the JavaScript source of the names that formulas use."""
    return shipped(__package__, "arithmetic.js")


def arithmetic_for(code: str) -> str:
    """Return as much of the JavaScript arithmetic as some code uses.

    Example:
        >>> len(arithmetic_for("$tanh(x)").split())
        6
    """
    parts = re.split(r"^(?=(?:const|function) \$)", arithmetic(), flags=re.MULTILINE)[1:]
    named = {part.split("(")[0].split()[1]: part for part in parts}
    used, waiting = set[str](), [code]
    while waiting:
        new = set(re.findall(r"\$\w+", waiting.pop())) & named.keys() - used
        used |= new
        waiting += [named[name] for name in new]
    return "".join(part for name, part in named.items() if name in used)


@cache
def arithmetic_names() -> dict[str, int]:
    """Return the names that the JavaScript arithmetic gives a meaning, with the number of operands of each."""
    definitions = re.findall(r"^(?:const|function) \$(\w+)(?: = )?(?:\((.*?)\))?", arithmetic(), re.MULTILINE)
    return {name: len(operands.split(",")) if operands else 0 for name, operands in definitions}


def expression(text: str, locals_: Iterable[str] = ()) -> str:
    """Return a formula of the table as a JavaScript expression.

    Args:
        text: Python text as it stands in a row.
        locals_: the names that are operands (or ``out``); all others belong to the arithmetic.

    Raises:
        ExpressionError: the formula uses something that has no JavaScript here.

    Example:
        >>> expression("x / (1 + abs(x)) ** 2", ["x"])
        '$quotient(x, $power(1 + $abs(x), 2))'
        >>> expression("[x - xs[index] for x in xs]", ["xs", "index"])
        'xs.map((x) => x - xs[index])'
    """
    return Translator(text, locals_).visit(formula(text).tree)


class Translator(Braces):
    """Turns the syntax tree of one formula into JavaScript."""

    refusal = (
        "written as JavaScript. Formulas for a page may use + - * / **, comparisons, 'a if test else b', lists, the "
        "operations of the table and the functions of autograd.formulas.floats."
    )
    equal = "==="
    calls: ClassVar[Mapping[type[ast.operator], str]] = {ast.Div: "$quotient", ast.Pow: "$power"}
    """Operators whose errors JavaScript would pass over in silence, written as calls instead."""

    def __init__(self, text: str, locals_: Iterable[str]) -> None:
        super().__init__(text)
        self.locals = set(locals_)

    def visit_Constant(self, node: ast.Constant) -> str:
        """Print a number, which both languages write the same way."""
        if type(node.value) is bool:
            return str(node.value).lower()
        if isinstance(node.value, int | float) and node.value == float(node.value) < float("inf"):
            return repr(node.value)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> str:
        """An operand keeps its name; a name of the arithmetic gets its mark."""
        if node.id in self.locals:
            return f"{node.id}$" if node.id in RESERVED else node.id
        if node.id in arithmetic_names() or node.id in OPERATIONS:
            return f"${node.id}"
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> str:
        """One element of a sequence, by a position that is not negative."""
        if not isinstance(node.slice, ast.Name | ast.Constant):
            return self.generic_visit(node)
        return f"{self.inner(node.value)}[{self.visit(node.slice)}]"

    def visit_List(self, node: ast.List) -> str:
        return f"[{', '.join(map(self.visit, node.elts))}]"

    def visit_Call(self, node: ast.Call) -> str:
        """A call of a function by its name; an operation of the table may leave out operands with defaults."""
        if not isinstance(node.func, ast.Name) or node.keywords:
            return self.generic_visit(node)
        name, operands = node.func.id, list(map(self.visit, node.args))
        count = arithmetic_names().get(name)
        if count is None and name in OPERATIONS:
            row = OPERATIONS[name]
            count = len(row.operands)
            left_out = row.operands[len(operands) :]
            operands += [repr(row.defaults[operand]) for operand in left_out if operand in row.defaults]
        if name in self.locals or len(operands) != count:
            return self.generic_visit(node)
        return f"{self.visit(node.func)}({', '.join(operands)})"

    def visit_ListComp(self, node: ast.ListComp | ast.GeneratorExp) -> str:
        (generator, *more) = node.generators
        sequence = self.inner(generator.iter)
        several = generator.target.elts if isinstance(generator.target, ast.Tuple) else [generator.target]
        targets = [target.id for target in several if isinstance(target, ast.Name)]
        if more or generator.ifs or len(targets) < len(several):
            return self.generic_visit(node)
        body = Translator(self.text, self.locals | set(targets))
        names = [body.visit(ast.Name(target)) for target in targets]
        parameters = names[0] if isinstance(generator.target, ast.Name) else f"[{', '.join(names)}]"
        return f"{sequence}.map(({parameters}) => {body.visit(node.elt)})"

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> str:
        return self.visit_ListComp(node)  # a list all the same: what takes it here takes lists


def function(parameters: Iterable[str], text: str) -> str:
    """Return a JavaScript function of the given names that computes the formula."""
    names = list(parameters)
    printed = [expression(name, names) for name in names]
    return f"({', '.join(printed)}) => {expression(text, names)}"


def needed(operations: Iterable[Operation]) -> list[Operation]:
    """Return the rows with all further rows that their formulas call, each once, in the order they were met."""
    rows = list(dict.fromkeys(operations))
    for row in rows:  # grows while it is walked
        for name in sorted(names_used(row) - arithmetic_names().keys() - set(row.operands)):
            if name in OPERATIONS and OPERATIONS[name] not in rows:
                rows.append(OPERATIONS[name])
    return rows


def table(operations: Iterable[Operation]) -> str:
    """Return JavaScript that defines ``OPERATIONS``: value, local derivatives and conventions of each row, by name.

    ``OPERATIONS.mul.value(x, y)`` is a number; ``OPERATIONS.mul.slopes`` has one function of the operands
    and ``out`` for each operand (the local derivative; for a sequence it may give a list), or null for a
    position. ``shown`` has those derivatives, by position, that a textbook writes in another way, and ``when`` a
    function for each convention, which says whether it matters.

    Raises:
        ExpressionError: a formula uses a Python function that JavaScript does not have.

    Example:
        >>> from autograd import mul
        >>> print(table([mul]))
        const OPERATIONS = {
          "mul": {
            value: (x, y) => x * y,
            slopes: [(x, y, out) => y, (x, y, out) => x],
            shown: {},
            when: [],
          },
        };
    """
    rows = needed(operations)
    for row in rows:
        if row.functions:
            raise ExpressionError(
                f"{row!r} calls Python functions ({', '.join(row.functions)}), which a page cannot run. Write its "
                "formulas with the operations of the table to have it computed there."
            )
    lines = ["const OPERATIONS = {"]
    for row in rows:
        slopes = [
            function([*row.operands, "out"], row.slopes[operand]) if operand in row.slopes else "null"
            for operand in row.operands
        ]
        shown = {place: row.shown_slopes[name] for place, name in enumerate(row.operands) if name in row.shown_slopes}
        given = [*row.operands, "out"]
        textbook = [f"{place}: {function(given, text)}" for place, text in shown.items()]
        when = [function(given, each.when) if each.when else "() => true" for each in row.conventions]
        lines += [
            f'  "{row.name}": {{',
            f"    value: {function(row.operands, row.value)},",
            f"    slopes: [{', '.join(slopes)}],",
            f"    shown: {{{', '.join(textbook)}}},",
            f"    when: [{', '.join(when)}],",
            "  },",
        ]
    lines.append("};")
    called = set().union(*map(names_used, rows)) - arithmetic_names().keys()
    lines += [f"const ${row.name} = OPERATIONS[{row.name!r}].value;" for row in rows if row.name in called]
    return "\n".join(lines)
