"""The mutants of the product: every place where one of cosmic-ray's operators may change one thing in its arithmetic.

A mutant's name says where it is without a line number, so that a change elsewhere neither renames it nor moves it into
or out of a sample. The formulas of the table of operations are text; they are changed like code.
"""

import ast
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import parso
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.provider import OperatorProvider

PACKAGES = {
    "engine": "autograd/[!_]*.py",
    "formulas": "autograd/formulas/*.py",
    "program": "autograd/program/*.py",
    "optim": "nn/optim/*.py",
    "losses": "nn/losses/*.py",
    "schedulers": "nn/schedulers/*.py",
    "views": "autograd/views/explain/*.py autograd/views/steps/[!s]*.py",
}
"""The files of each named package; of the views, those that compute what is shown, not how."""

LEFT_OUT = {
    f"autograd/{name}.py" for name in ("advice", "console", "explained_calls", "loading", "source")
}  # no arithmetic
TABLES = {"autograd/ops.py", "autograd/more_ops.py"}  # whose text is formulas

OPERATORS = (
    *("ReplaceBinaryOperator_" + name for name in ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Div")),
    *("ReplaceBinaryOperator_" + name for name in ("Mod_FloorDiv", "Pow_Mul", "BitOr_BitAnd", "BitAnd_BitOr")),
    *("ReplaceBinaryOperator_" + name for name in ("LShift_RShift", "RShift_LShift", "BitXor_BitAnd")),
    *("ReplaceComparisonOperator_" + name for name in ("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE")),
    *("ReplaceComparisonOperator_" + name for name in ("GtE_Gt", "GtE_Lt", "Eq_NotEq", "NotEq_Eq", "Is_IsNot")),
    "ReplaceComparisonOperator_IsNot_Is",
    *("ReplaceUnaryOperator_" + name for name in ("USub_UAdd", "Delete_Not", "Delete_Invert")),
    *("ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd", "AddNot"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ExceptionReplacer", "NumberReplacer"),
    *("RemoveDecorator", "ZeroIterationForLoop"),
)
"""Each replaces by the nearest other meaning: ``+`` by ``<<`` would raise at the first number and show nothing."""


@dataclass(frozen=True)
class Mutant:
    """One change of one file: how often its operator fits before it there, or in the text that begins at ``text``."""

    package: str
    path: str
    function: str
    line: int
    source: str
    operator: str
    number: int
    occurrence: int
    text: tuple[int, int] | None

    @property
    def name(self) -> str:
        """Name the mutant by where it is and what is changed: file, function, text of the line, operator, which."""
        operator = self.operator.removeprefix("Replace").replace("Operator_", " ")
        return f"{self.path} {self.function} | {self.source} | {operator} {self.number}"

    @property
    def share(self) -> float:
        """Place the mutant between 0 and 1, anywhere but always at the same place: larger samples have it."""
        return int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:8]) / 2**64

    def code(self, root: Path) -> str:
        """Return the text of the whole file with the change in it."""
        code = (root / self.path).read_text(encoding="utf-8")
        operator = OperatorProvider()[self.operator]()
        if self.text is None:
            return mutate_code(code, operator, self.occurrence)
        tree = get_ast(code)
        string = tree.get_leaf_for_position(self.text)
        string.value = repr(mutate_code(ast.literal_eval(string.value), operator, self.occurrence).strip())
        return tree.get_code()


def mutants(root: Path) -> list[Mutant]:
    """Return every mutant of the product in ``root``."""
    return [
        mutant
        for package, patterns in PACKAGES.items()
        for pattern in patterns.split()
        for path in sorted(root.glob(pattern))
        if (name := path.relative_to(root).as_posix()) not in LEFT_OUT
        for mutant in mutants_of_file(package, name, path.read_text(encoding="utf-8"))
    ]


def mutants_of_file(package: str, path: str, code: str) -> Iterator[Mutant]:
    """Yield every mutant of one file."""
    lines, numbers = code.splitlines(), Counter[str]()

    def found(tree: parso.tree.NodeOrLeaf, text: tuple[int, int] | None = None) -> Iterator[Mutant]:
        for node, operator, occurrence in places(tree):
            line = text[0] if text else node.start_pos[0]
            function = row_above(lines, line) if text else function_of(node)
            source = lines[line - 1].strip()
            numbers[key := f"{function}|{source}|{operator}"] += 1
            if text or not says_no_arithmetic(node):
                yield Mutant(package, path, function, line, source, operator, numbers[key], occurrence, text)

    module = get_ast(code)
    yield from found(module)
    if path in TABLES:
        for leaf in ast_nodes(module):
            if leaf.type == "string" and is_formula(leaf.value):
                yield from found(get_ast(ast.literal_eval(leaf.value)), (leaf.line, leaf.column + 1))


def places(tree: parso.tree.NodeOrLeaf) -> Iterator[tuple[parso.tree.NodeOrLeaf, str, int]]:
    """Yield each node that an operator may change, the operator, and how many such places it has passed."""
    provider = OperatorProvider()
    operators, passed = {name: provider[name]() for name in OPERATORS}, Counter[str]()
    for node in ast_nodes(tree):
        if node.type in {"name", "string", "newline", "endmarker"} or getattr(node, "value", "") in set("()[]{},.:="):
            continue  # no operator changes them; this only saves time
        for name, operator in operators.items():
            for _ in operator.mutation_positions(node):
                yield node, name, passed[name]
                passed[name] += 1


def is_formula(literal: str) -> bool:
    """Tell whether a literal of the table is an expression, as sentences are not."""
    try:
        ast.parse(ast.literal_eval(literal), mode="eval")
    except (SyntaxError, TypeError):
        return False
    return True


def says_no_arithmetic(node: parso.tree.NodeOrLeaf) -> bool:
    """Tell whether a node is nothing that computes: in a type, between parameters, a probe of the tests.

    Nor do two things that have no effect while the rest is right: ``zip(..., strict=True)``, which asserts that lengths
    are equal, and ``@cache``, which saves time.
    """
    if node.type == "number" and float(ast.literal_eval(node.value)) + 1 == float(ast.literal_eval(node.value)):
        return True  # 1e30 + 1 is 1e30
    if node.type == "decorator" and node.get_code().strip() == "@cache":
        return True
    while (parent := node.parent) is not None:
        if parent.type in {"tfpdef", "annassign"} and node is parent.children[2 if parent.type == "tfpdef" else 1]:
            return True
        if (parent.type == "funcdef" and node is parent.annotation) or (parent.type, node.type) in {
            ("parameters", "operator"),
            ("lambdef", "operator"),
            ("dictorsetmaker", "operator"),
        }:
            return True
        if parent.type == "argument" and parent.children[0].get_code().strip() in {"probes", "strict"}:
            return True
        if parent.type == "annassign" and "Probe" in parent.children[1].get_code():
            return True
        if parent.type == "if_stmt" and parent.children[1].get_code().strip() == "TYPE_CHECKING":
            return True
        node = parent
    return False


def function_of(node: parso.tree.NodeOrLeaf) -> str:
    """Return the name of the function a node is in, with those of the classes and functions around it."""
    names = []
    while node is not None:
        if node.type in {"funcdef", "classdef"}:
            names.append(node.name.value)
        node = node.parent
    return ".".join(reversed(names)) or "(module)"


def row_above(lines: list[str], line: int) -> str:
    """Return the name of the row of the table that a line belongs to."""
    return next((row[1] for text in reversed(lines[:line]) if (row := re.search(r'row\("(\w+)\(', text))), "(module)")
