"""Prints formulas of the table as C99.

An expression is printed as one; what C has no expression for, such as a sum over a sequence, becomes statements before
it. Functions that the language lacks come from the file ``arithmetic.c`` beside this one, and other rows of the table
that a formula calls become functions too; :func:`definitions` gives the text of those that have been called.
"""

import ast
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import ClassVar, cast

from autograd.errors import ExpressionError
from autograd.formulas.braces import Braces
from autograd.formulas.c_names import LIBRARY, LISTS, OF_SEQUENCES, OWN, arithmetic, c_name
from autograd.formulas.c_statements import Elements, Operand, Statements
from autograd.formulas.formula import Rename, constant, formula, literal
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.rewriting import Simplify


class Translator(Braces):
    """Turns the syntax tree of one formula into C.

    Args:
        text: the formula, to be named where it cannot be written.
        names: what stands for each operand.
        code: where statements go.
        bound: the C names of the positions in the comprehensions around.
    """

    refusal = (
        "written as C. Formulas for a C program may use + - * / **, comparisons, 'a if test else b', sums and "
        "comprehensions over a sequence, the operations of the table and the functions of autograd.formulas.floats."
    )
    calls: ClassVar[Mapping[type[ast.operator], str]] = {ast.Pow: "pow"}

    def __init__(
        self, text: str, names: Mapping[str, str | Elements], code: Statements, bound: tuple[str, ...] = ()
    ) -> None:
        super().__init__(text)
        self.names, self.code, self.bound = names, code, bound

    def visit_Constant(self, node: ast.Constant) -> str:
        number = constant(node)
        if number is None:
            return self.generic_visit(node)
        return repr(number) if math.isfinite(number) else ("NAN" if math.isnan(number) else "INFINITY")

    def visit_Name(self, node: ast.Name) -> str:
        known = self.names.get(node.id)
        if isinstance(known, str):
            return known
        return repr(math.pi) if node.id == "pi" and known is None else self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> str:
        elements = self.elements(node.value)
        known = constant(node.slice)
        if known is not None:
            return elements.at(str(int(known)))
        self.outside(node)
        return elements.at(self.code.position(self.visit(node.slice), elements.length))

    def visit_Call(self, node: ast.Call) -> str:
        """A function of single numbers, or one that makes a single number of a sequence."""
        if not isinstance(node.func, ast.Name) or node.keywords:
            return self.generic_visit(node)
        name = node.func.id
        if name in LIBRARY or name in OWN:
            if name in OWN:
                self.code.called[OWN[name]] = None
            return f"{LIBRARY.get(name) or OWN[name]}({', '.join(map(self.visit, node.args))})"
        if name == "len":
            elements = self.elements(node.args[0])
            return f"(double){elements.variable}" if elements.variable else f"{elements.count}.0"
        row = OPERATIONS.get(name)
        if name == "sum" or (name in OF_SEQUENCES and len(node.args) == 1):
            self.outside(node)
            elements = self.elements(node.args[0])
            if name == "sum":
                return self.code.sum(elements)
            self.code.called[OF_SEQUENCES[name]] = None
            return f"{OF_SEQUENCES[name]}({elements.length}, {self.code.kept(elements)})"
        if row is None or row.functions or name in self.names:
            return self.generic_visit(node)
        if row.is_nary:
            self.outside(node)
            names = {
                operand: self.elements(argument) if many else self.visit(argument)
                for operand, argument, many in zip(row.operands, node.args, row.sequences, strict=True)
            }
            return Translator(row.value, names, self.code).visit(formula(row.value).tree)
        self.code.called[row.name] = None
        defaults = [repr(row.defaults[operand]) for operand in row.operands[len(node.args) :]]
        return f"{c_name(row.name)}({', '.join([*map(self.visit, node.args), *defaults])})"

    def outside(self, node: ast.AST) -> None:
        """Refuse what would have to be worked out again for each element of a comprehension."""
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        if names.intersection(self.bound):
            self.generic_visit(node)

    # --- sequences ----------------------------------------------------------------------------------------

    def elements(self, node: ast.expr) -> Elements:
        """Return what an expression for a sequence stands for."""
        if isinstance(node, ast.Name) and isinstance(known := self.names.get(node.id), Elements):
            return known
        if isinstance(node, ast.ListComp | ast.GeneratorExp):
            return self.comprehension(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LISTS:
            self.outside(node)
            xs = self.elements(node.args[0])
            arguments = ", ".join([xs.length, self.code.kept(xs), *map(self.visit, node.args[1:])])
            function = LISTS[node.func.id]
            self.code.called[function] = None
            result = self.code.once(
                "list",
                f"{function}({arguments})",
                lambda name: [
                    f"double *{name} = scratch + {self.code.array(xs.count)};",
                    f"{function}({arguments}, {name});",
                ],
            )
            return replace(xs, at=lambda t: f"{result}[{t}]")
        return self.generic_visit(node)

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> Elements:
        (generator, *more) = node.generators
        target = generator.target
        names = [part.id for part in (target.elts if isinstance(target, ast.Tuple) else [target])]  # type: ignore[attr-defined]  # names and tuples of names alone
        sources = self.sources(generator.iter)
        if more or generator.ifs or len(names) != len(sources):
            self.generic_visit(node)
        bound = (*self.bound, *names)

        def at(t: str) -> str:
            values = {name: source.at(t) for name, source in zip(names, sources, strict=True)}
            return f"({Translator(self.text, {**self.names, **values}, self.code, bound).visit(node.elt)})"

        at("t")  # what does not depend on the element is worked out now
        return replace(sources[0], at=at)

    def sources(self, node: ast.expr) -> list[Elements]:
        """Return the sequences that the variables of a comprehension run through."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            return [self.elements(node)]
        if node.func.id == "zip":
            return [self.elements(argument) for argument in node.args]
        if node.func.id == "enumerate":
            elements = self.elements(node.args[0])
            return [replace(elements, at=str), elements]
        if node.func.id == "range" and ast.unparse(node.args[0]).startswith("len("):
            return [replace(self.elements(cast("ast.Call", node.args[0]).args[0]), at=str)]
        return [self.elements(node)]


class WriteOut(Rename):
    """Puts expressions in the place of names, and formulas in that of rows that are called with a known number."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        arguments = [self.visit(argument) for argument in node.args]
        name = cast("ast.Name", node.func).id
        row = OPERATIONS.get(name)
        if row is None or row.is_nary or name in LIBRARY or name in OWN or all(constant(a) is None for a in arguments):
            return ast.Call(node.func, arguments, [])
        arguments += [literal(row.defaults[operand]) for operand in row.operands[len(arguments) :]]
        names = dict(zip(row.operands, arguments, strict=True))
        return cast("ast.expr", WriteOut(names).visit(formula(row.value).copy()))


def simplified(text: str, operands: Mapping[str, Operand]) -> ast.expr:
    """Return a formula with the numbers among its operands put in and worked out."""
    numbers = {name: literal(item) for name, item in operands.items() if isinstance(item, float)}
    return cast("ast.expr", Simplify().visit(WriteOut(numbers).visit(formula(text).copy())))


def definitions(names: Iterable[str]) -> str:
    """Return the C functions of these names with all that they call, each before it is called.

    Raises:
        ExpressionError: a row calls a Python function, or uses notation that C does not have.

    Example:
        >>> print(definitions(["sigmoid"]))
        static double minimum(double x, double y)
        {
            return x < y ? x : y;
        }
        <BLANKLINE>
        static double sigmoid(double x)
        {
            return exp(minimum(x, 0.0)) / (1.0 + exp(-fabs(x)));
        }
    """
    written: dict[str, str] = {}

    def add(name: str) -> None:
        if name in written:
            return
        if name in arithmetic():
            text = arithmetic()[name]
            for other in arithmetic():
                if other != name and re.search(rf"\b{other}\(", text):
                    add(other)
        else:
            row, code = OPERATIONS[name], Statements()
            names: dict[str, str | Elements] = {operand: c_name(operand) for operand in row.operands}
            body = Translator(row.value, names, code).visit(formula(row.value).tree)
            for other in code.called:
                add(other)
            parameters = ", ".join(f"double {c_name(operand)}" for operand in row.operands)
            text = f"static double {c_name(row.name)}({parameters})\n{{\n    return {body};\n}}"
        written[name] = text

    for name in names:
        add(name)
    return "\n\n".join(written.values())


def check(operation: Operation) -> None:
    """Raise an ExpressionError unless the row can be written as C."""
    if operation.functions:
        raise ExpressionError(
            f"{operation!r} calls Python functions ({', '.join(operation.functions)}), which C does not have. Write "
            "its formulas with the operations of the table."
        )
