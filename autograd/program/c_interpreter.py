"""Writes the C function that carries out tables of instructions: a case for each kind of step that occurs in one.

The chain rule stands here for single numbers, in :meth:`Interpreter.pass_back`.
"""

from collections.abc import Mapping
from functools import cache, partial
from typing import TypeAlias, cast

from autograd.files import shipped
from autograd.formulas import c
from autograd.formulas.c_names import c_name
from autograd.formulas.c_statements import Elements, Statements
from autograd.formulas.formula import formula
from autograd.formulas.operation import Operation
from autograd.formulas.row import is_sequence
from autograd.program.c_file import BACKWARD, FORWARD, function, plain, prelude
from autograd.program.c_source import passed
from autograd.program.instructions import Case
from autograd.program.nests import braced, indented

Names: TypeAlias = "Mapping[str, str | Elements]"


class Interpreter:
    """Writes the C file for the cases of a table.

    Args:
        cases: the numbers of the cases.
        longest: how long the longest sequence is.

    Attributes:
        code: the functions that are called, and how much room numbers in between need.
    """

    def __init__(self, cases: Mapping[Case, int], longest: int) -> None:
        self.cases, self.longest, self.code = cases, longest, Statements()

    def source(self, dtype: str) -> str:
        """Return the C file that carries out tables: it depends on what kinds of steps there are, and on nothing else.

        Args:
            dtype: the type of values and gradients.
        """
        parts = []
        for name, arguments in (("forward", FORWARD), ("backward", BACKWARD)):
            lines: list[str] = []
            for case, number in self.cases.items():
                if bool(case.wanted) == (name == "backward"):
                    lines += [
                        f"case {number}: /* {plain(case.operation.call)} */",
                        *indented([*self.loop(case), "break;"]),
                    ]
            body = ["switch (k) {", "default:", "    return;", *lines, "}"]
            first = ["const int k = tables[0];", "int n = tables[1];", "tables += 2;"]
            parts.append(
                function(f"static void {name}_steps({arguments})", ["for (;;) {", *indented([*first, *body]), "}"])
            )
        return "\n\n".join([*prelude(self.code.called, "\n".join(parts), dtype), *parts, both_passes()]) + "\n"

    def loop(self, case: Case) -> list[str]:
        """Return the lines of a case: a loop over the members of a step."""
        operation, exponents = case.operation, dict(case.exponents)
        names: dict[str, str | Elements] = {}
        places: dict[str, str] = {}
        before: list[str] = []
        reads: list[str] = []
        widths = ["1"]
        for name in operation.operands:
            column = " + ".join(widths)
            if is_sequence(name):
                row, length = f"row{len(before) + 1}", f"length{len(before) + 1}"
                before.append(f"const int {length} = *tables++;")
                reads.append(f"const int *{row} = tables + {column};")
                names[name] = Elements(self.longest, partial("values[{}[{}]]".format, row), length)
                places[name] = f"{row}[t]"
            else:
                places[name] = f"tables[{column}]"
                if name not in exponents:
                    names[name] = c_name(name)
                    reads.append(f"const double {c_name(name)} = values[{places[name]}];")
            widths.append(length if is_sequence(name) else "1")
        if not case.wanted:
            body = self.result(operation, names, exponents)
        else:
            names["out"] = c_name("out")
            reads += [
                f"const double {names['out']} = values[tables[0]];",
                "const double gradient = gradients[tables[0]];",
            ]
            body = [line for name in case.wanted for line in self.pass_back(operation, name, names, exponents, places)]
        each = [*reads, *body, f"tables += {' + '.join(widths)};"]
        return ["{", *indented([*before, "for (; n; n--) {", *indented(each), "}"]), "}"]

    def result(self, operation: Operation, names: Names, exponents: Mapping[str, float]) -> list[str]:
        """Return the lines that compute a result."""
        self.code.start()
        tree = c.simplified(operation.value, exponents)
        result = c.Translator(operation.value, names, self.code).visit(tree)
        return [*self.code.lines, f"values[tables[0]] = {result};"]

    def pass_back(
        self, operation: Operation, name: str, names: Names, exponents: Mapping[str, float], places: Mapping[str, str]
    ) -> list[str]:
        """Return the lines that add *incoming gradient x local derivative* to the gradient of one operand."""
        self.code.start()
        text = operation.slopes[name]
        tree = c.simplified(text, exponents)
        translator = c.Translator(text, names, self.code)
        if is_sequence(name) and formula(text).gives_list(operation.operands):
            part = f"gradient * {translator.elements(tree).at('t')}"
        else:
            part = passed("gradient", tree, translator)
        lines = [f"gradients[{places[name]}] += {part};"]
        if is_sequence(name):
            lines = [f"for (int t = 0; t < {cast('Elements', names[name]).length}; t++)", *indented(lines)]
        return braced([*self.code.lines, *lines])


@cache
def both_passes() -> str:
    """Return the two functions that programs consist of, which are the same for all tables."""
    return shipped(__package__, "interpreter.c").rstrip()
