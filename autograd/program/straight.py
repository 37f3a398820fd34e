"""Writes a traced computation as a straight-line program: one line per operation, forward and backward.

Needs nothing but the standard library, and the text can be run over any arithmetic that knows the names in it:
floats, NumPy arrays as a batch, fractions, mpmath numbers, SymPy symbols.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, cast

from autograd.formulas.floats import FLOATS, FloatNotation
from autograd.formulas.formula import Rename, constant, formula, literal
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.rewriting import Arithmetic, Simplify, added, stated
from autograd.formulas.row import is_sequence
from autograd.program.expansion import Argument
from autograd.program.naming import identifiers
from autograd.program.trace import Leaf, Trace, flat

Names: TypeAlias = Mapping[int, str] | Sequence[str]
"""What to call each node, by its number."""


class StraightWriter:
    """Writes the functions of a straight-line program.

    Attributes:
        source: ``forward(leaves)``, which returns the outputs, and ``forward_backward(leaves, seeds)``, which
            returns the outputs and the gradient of each leaf that is asked for.
    """

    def __init__(
        self,
        trace: Trace,
        wanted: Iterable[int],
        *,
        checked: bool = True,
        name: str = "program",
        arithmetic: Arithmetic | None = None,
    ) -> None:
        self.trace, self.checked, self.arithmetic = trace, checked, arithmetic
        self.notation = arithmetic.notation if arithmetic else FloatNotation().visit
        self.text = arithmetic.text if arithmetic else stated
        self.wanted = list(wanted)
        self.phrases: dict[tuple[object, ...], str] = {}
        self.names = self.name_all()
        self.operations = range(len(trace.leaves), len(trace))
        unpack = self.unpack()
        forward = [self.forward(number) for number in self.operations]
        check = self.check()
        results = self.tuple_of(trace.outputs)
        hidden = self.risky() if arithmetic and arithmetic.silent else []
        watched = self.tuple_of([*[number for numbers in trace.observed for number in numbers], *hidden])
        self.source = _function(
            f"{name}_forward", "leaves", [*unpack, *forward, *check, f"return {results}, {watched}"]
        )
        if not self.wanted:
            return  # nothing to differentiate with respect to
        backward = self.backward()
        nothing = ast.unparse(self.notation(ast.Constant(0.0)))
        gradients = "[" + ", ".join(self.gradient_names.get(number, nothing) for number in self.wanted) + "]"
        body = [*unpack, *forward, *check, "", *backward, f"return {results}, {watched}, {gradients}"]
        self.source += "\n\n" + _function(f"{name}_forward_backward", "leaves, seeds", body)

    # --- names --------------------------------------------------------------------------------------------

    def name_all(self) -> list[str]:
        """Return a name for every node: the user's own, or p, x and r for leaves and v for the rest."""
        rows = set(self.trace.operations)
        texts = {text for row in rows for text in (row.value, *row.slopes.values())}
        used = {name for row in rows for name in row.functions}.union(*[formula(text).bound_names for text in texts])
        known = identifiers(self.trace.labels, taken={*FLOATS, *OPERATIONS, *used, "number", "OverflowError"})
        letters = {Leaf.PARAMETER: "p", Leaf.INPUT: "x", Leaf.DRAWN: "r", Leaf.CONSTANT: "c"}
        counts: Counter[str] = Counter()
        names: list[str] = []
        for number in range(len(self.trace)):
            letter = letters[self.trace.leaves[number]] if number < len(self.trace.leaves) else "v"
            counts[letter] += 1
            names.append(known.get(number) or f"{letter}{counts[letter]}")
        return names

    def unpack(self) -> list[str]:
        given = [*self.trace.parameters, *self.trace.inputs, *[n for numbers in self.trace.drawn for n in numbers]]
        return [f"{', '.join(self.names[number] for number in given)}, = leaves"] if given else []

    def tuple_of(self, numbers: list[int]) -> str:
        return "[" + ", ".join(ast.unparse(self.notation(self.expression(number))) for number in numbers) + "]"

    def expression(self, argument: Argument, names: Names | None = None) -> ast.expr:
        """Return the expression for an operand: its name, its number if it is constant, or a list of these."""
        if isinstance(argument, tuple):
            return ast.List([self.expression(item, names) for item in argument], ast.Load())
        if argument in self.trace.constants:
            return literal(self.trace.constants[argument])
        return ast.Name((self.names if names is None else names)[argument], ast.Load())

    # --- forward ------------------------------------------------------------------------------------------

    def formula_of(self, number: int, text: str, names: Names) -> ast.expr:
        """Return a formula of a node's row with its operands, and itself as ``out``, in it.

        Args:
            number: the node.
            text: the formula.
            names: what to call the nodes.
        """
        operation = cast("Operation", self.trace.operation_of(number))
        arguments = self.trace.arguments_of(number)
        operands: dict[str, ast.expr] = dict(
            zip(operation.operands, [self.expression(argument, names) for argument in arguments], strict=True)
        )
        if "index" in operands and operation.is_nary:
            count = ast.Constant(len(cast("tuple[int, ...]", arguments[0])))
            operands["index"] = ast.Call(ast.Name("position", ast.Load()), [operands["index"], count], [])
        operands["out"] = ast.Name(names[number], ast.Load())
        return self.notation(
            Simplify(keep_choices=True, exact=not self.checked).visit(Rename(operands).visit(formula(text).copy()))
        )

    def phrase(self, number: int, text: str, write: Callable[[ast.expr], str], *others: str) -> str:
        """Return what ``write`` makes of a formula of a node's row: made once for all nodes alike, but for the names.

        Args:
            number: the node.
            text: the formula.
            write: writes a syntax tree, with ``{0}``, ``{1}``, ... in the place of the others.
            others: further names.
        """
        arguments = self.trace.arguments_of(number)
        if any(isinstance(argument, tuple) for argument in arguments):
            return write(self.formula_of(number, text, self.names)).format(*others)
        nodes = dict.fromkeys((number, *cast("tuple[int, ...]", arguments)))
        holes = {node: f"{{{position}}}" for position, node in enumerate(nodes, len(others))}
        kinds = [self.trace.constants.get(node, holes[node]) for node in cast("tuple[int, ...]", arguments)]
        key = text, write, *map(repr, kinds)  # 0.0 and -0.0 are different
        if key not in self.phrases:
            self.phrases[key] = write(self.formula_of(number, text, holes))
        return self.phrases[key].format(*others, *[self.names[node] for node in nodes])

    def written_out(self, term: Operation, sequences: tuple[Argument, ...]) -> ast.expr:
        rows = zip(*cast("tuple[tuple[int, ...], ...]", sequences), strict=True)
        each = [dict(zip(term.operands, map(self.expression, elements), strict=True)) for elements in rows]
        if formula(term.value).name:
            return added([names[term.operands[0]] for names in each])
        terms = [
            Simplify(exact=not self.checked).visit(Rename(names).visit(formula(term.value).copy())) for names in each
        ]
        return self.notation(added([item for item in terms if constant(item) != 0.0]))

    def forward(self, number: int) -> str:
        operation = cast("Operation", self.trace.operation_of(number))
        if operation.term is not None and operation.is_nary:
            written = ast.unparse(self.written_out(operation.term, self.trace.arguments_of(number)))
        else:
            written = self.phrase(number, self.text(operation), ast.unparse)
        return f"{self.names[number]} = {written}"

    def risky(self) -> list[int]:
        """Return the numbers that an operation could hide if they were infinite, in order."""
        constants = self.trace.constants
        risky: set[int] = set()
        for number in self.operations:
            operation = cast("Operation", self.trace.operation_of(number))
            operands = set(flat(self.trace.arguments_of(number)))
            times_zero = any(constants.get(operand) == 0.0 for operand in operands)  # then the others are left out
            if times_zero or not operation.keeps_infinity:
                if not self.checked:  # where a choice is made, the other side need not have a value
                    pairs = zip(operation.operands, self.trace.arguments_of(number), strict=True)
                    operands = set(flat([argument for name, argument in pairs if name not in operation.choices]))
                risky |= operands - constants.keys()
        risky.update(number for number in self.trace.outputs if number not in constants)
        return sorted(risky)

    def unused(self) -> list[int]:
        """Return the leaves whose derivative is wanted though nothing is computed from them: at nan there is none."""
        used = {item for number in self.operations for item in flat(self.trace.arguments_of(number))}
        return [number for number in self.wanted if number not in used]

    def check(self) -> list[str]:
        """Return the lines that notice an infinite number before an operation could hide it."""
        if not self.checked:
            return []
        names = [self.names[number] for number in dict.fromkeys([*self.risky(), *self.unused()])]
        lines = []
        for start in range(0, len(names), 50):
            total = " + ".join(names[start : start + 50])
            lines += [f"total = {total}", "if total - total != 0.0:", "    raise OverflowError"]
        return lines

    # --- backward -----------------------------------------------------------------------------------------

    def needed(self) -> set[int]:
        needed = set(self.wanted)
        for number in self.operations:
            operation = cast("Operation", self.trace.operation_of(number))
            if not operation.detached and any(item in needed for item in flat(self.trace.arguments_of(number))):
                needed.add(number)
        return needed

    def backward(self) -> list[str]:
        """Return the lines of the backward pass; the chain rule is written here."""
        needed = self.needed()
        self.gradient_names: dict[int, str] = {}
        lines: list[str] = []
        for position, number in enumerate(self.trace.outputs):
            if number in needed:
                self.add(number, f"seeds[{position}]", lines)
        for number in reversed(self.operations):
            if number not in self.gradient_names or number not in needed:
                continue
            operation = cast("Operation", self.trace.operation_of(number))
            for name, argument in zip(operation.operands, self.trace.arguments_of(number), strict=True):
                if operation.slopes.get(name, "0") == "0":
                    continue
                items = argument if isinstance(argument, tuple) else (argument,)
                if not any(item in needed for item in items):
                    continue
                self.pass_back(number, operation, name, [item if item in needed else None for item in items], lines)
        return lines

    def pass_back(
        self, number: int, operation: Operation, name: str, items: Sequence[int | None], lines: list[str]
    ) -> None:
        """Add what one operand gets of a node's gradient to the gradients of its elements, of those that need it."""
        text, incoming = self.text(operation, name), self.gradient_names[number]
        if is_sequence(name) and formula(text).gives_list(operation.operands):
            for item, slope in zip(items, self.slopes(number, operation, name, len(items), lines), strict=True):
                if item is not None:
                    self.add(item, self.passed(slope).format(incoming), lines)
            return
        passed = self.phrase(number, text, self.passed, incoming)
        for item in items:
            if item is not None:
                self.add(item, passed, lines)

    def passed(self, slope: ast.expr) -> str:
        """Return what one operand gets of the incoming gradient, ``{0}``; nothing if that is 0."""
        known = constant(slope)
        if known == 0.0:
            return ""
        if self.arithmetic is None or known in {1.0, -1.0}:
            return ast.unparse(times("{0}", slope))
        return ast.unparse(self.arithmetic.passed("{0}", slope))

    def slopes(self, number: int, operation: Operation, name: str, count: int, lines: list[str]) -> list[ast.expr]:
        """Return the local derivative with respect to each element of a sequence for which they differ."""
        text = self.text(operation, name)
        other = formula(text).name
        if other in operation.operands:  # each derivative is an element of another sequence
            elements = self.trace.arguments_of(number)[operation.operands.index(other)]
            return [self.expression(item) for item in cast("tuple[int, ...]", elements)]
        row = f"s_{self.names[number]}"
        lines.append(f"{row} = {self.phrase(number, text, ast.unparse)}")
        known = ast.Name(row, ast.Load())
        return [ast.Subscript(known, ast.Constant(position), ast.Load()) for position in range(count)]

    def add(self, number: int, contribution: str, lines: list[str]) -> None:
        if not contribution or number in self.trace.constants:
            return
        name = f"d_{self.names[number]}"
        if number not in self.gradient_names:
            lines.append(f"{name} = {contribution}")
        elif self.checked:
            lines.append(f"{name} += {contribution}")
        else:  # an array would be added to in place, and another name may stand for the same array
            lines.append(f"{name} = {name} + ({contribution})")
        self.gradient_names[number] = name


def times(incoming: str, slope: ast.expr) -> ast.expr:
    """Return incoming gradient times local derivative."""
    name = ast.Name(incoming, ast.Load())
    if constant(slope) == 1.0:
        return name
    if constant(slope) == -1.0:
        return ast.UnaryOp(ast.USub(), name)
    return ast.BinOp(name, ast.Mult(), slope)


def _function(name: str, parameters: str, body: list[str]) -> str:
    return f"def {name}({parameters}):\n" + "".join(f"    {line}\n" if line else "\n" for line in body)


def namespace_for(arithmetic: Mapping[str, object], trace: Trace) -> dict[str, object]:
    """Return the functions that a straight-line program over this arithmetic calls."""
    names = dict(arithmetic)
    for operation in set(trace.operations):
        for text in (operation.value, *operation.slopes.values()):
            for name, function in operation.meanings(text).items():
                names.setdefault(name, function)
    return names
