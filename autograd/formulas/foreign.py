"""What JAX and PyTorch have in common when rows of the table are written for them, each with its own derivatives.

An exported program brings the rows it uses as functions with custom derivative rules: their slopes are those of the
table, written with functions that have such rules too, so that derivatives of any order follow the table. The source
starts with the library's own header, which defines ``rule`` and a few functions on arrays.
"""

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import cast

from autograd.formulas.formula import call, constant, formula
from autograd.formulas.numpy import REDUCTIONS, SPELLINGS, Arrays, Library, WriteOut, as_float, with_axis
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.rewriting import Simplify
from autograd.formulas.row import is_sequence

PLAIN = frozenset({"logsumexp", "softmax", "prod", "norm", "ordered"})
"""Functions whose values a header computes without losing digits, under ``plain_`` names and without derivatives."""
OPERATORS: dict[type[ast.operator], str] = {ast.Div: "div", ast.Pow: "pow"}
"""Operators whose slopes may be infinite where their value is not, and the rows that stand for them."""
SHARED = '''

def shares(xs, out):
    equal = choose(xs == out[..., None], 1.0, 0.0)
    return equal / equal.sum(-1)[..., None]


def products_of_others(xs, multiply):
    count = xs.shape[-1]
    others = [i for k in range(count) for i in range(count) if i != k]
    return multiply(xs[..., fixed(others).reshape(count, count - 1)]) if count > 1 else xp.ones_like(xs)


def plain_norm(xs):
    scale = xp.clip(amax(xp.abs(xs), -1), xp.finfo(xs.dtype).tiny, xp.finfo(xs.dtype).max / 1e8)
    return scale * xp.sqrt(xp.sum((xs / scale[..., None]) ** 2, -1))


def plain_logsumexp(xs):
    largest, first = amax(xs, -1), xp.argmax(xs, -1)
    others = choose(xp.arange(xs.shape[-1]) == first[..., None], 0.0, xp.exp(xs - largest[..., None]))
    return choose(xp.isinf(largest), largest, largest + xp.log1p(others.sum(-1)))


def product_and_exponent(xs):
    """Return the product as a number and a power of two, as on the way it may be too large or too small for one."""
    fractions, exponents = xp.frexp(xs)
    product, exponent = xp.ones_like(xs[..., 0]), exponents.sum(-1)
    for start in range(0, xs.shape[-1], 500):  # so many numbers from 0.5 to 1 have a product
        product, shift = xp.frexp(product * xp.prod(fractions[..., start : start + 500], -1))
        exponent = exponent + shift
    return product, exponent


def plain_polygamma(x, index):  # by Euler and Maclaurin, after steps of 1; the libraries' own have fewer digits
    power, far = index + 1, x + 32
    total = far ** (1 - power) / (power - 1) + 0.5 * far**-power
    for k in range(32):
        total = total + (x + k) ** -power
    factor = power / 2 * far ** (-power - 1)
    for k, b in enumerate((1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6), 1):
        total = total + b * factor
        factor = factor * (power + 2 * k - 1) * (power + 2 * k) / ((2 * k + 1) * (2 * k + 2)) / far / far
    return choose(power % 2 == 0, 1.0, -1.0) * xp.exp(log_gamma(power)) * total
'''
"""What both headers end with; before it, each says what ``amax``, ``log_gamma``, ``fixed`` and ``choose`` are there."""


class Written(Enum):
    """Where a formula is written, which says how it calls other rows.

    A value is only computed, by the library's own functions. A slope is differentiated again, at points where a part of
    it may be infinite: it calls functions with rules, for products too. A program multiplies by the library's own.
    """

    VALUE = 1
    SLOPE = 2
    PROGRAM = 3


ARITHMETIC = (ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.UnaryOp, ast.USub, ast.Name, ast.Load)


def is_arithmetic(operation: Operation) -> bool:
    """Whether a library's own operators do what the row says: sums, products, and operators with rows of their own."""
    tree = formula(operation.value).tree
    if operation.term is not None or (isinstance(tree, ast.BinOp) and OPERATORS.get(type(tree.op)) == operation.name):
        return True
    slopes = [formula(text) for text in operation.slopes.values()]
    plain = all(slope.number or slope.name in operation.operands for slope in slopes)
    return plain and all(isinstance(node, ARITHMETIC) for node in ast.walk(tree))


def is_known(tree: ast.expr) -> bool:
    """Whether an expression is one plain number, known from the lengths of sequences alone."""
    nodes = list(ast.walk(tree))
    lengths = sum(isinstance(node, ast.Attribute) and node.attr == "shape" for node in nodes)
    return not any(isinstance(node, ast.Call) for node in nodes) and lengths == sum(
        isinstance(node, ast.Name) for node in nodes
    )


@dataclass(frozen=True)
class ForeignLibrary:
    """A library that exported programs are written for.

    Attributes:
        arrays: the module with the functions of arrays, which a program knows as ``xp``.
        header: the source that a program starts with.
        spellings: how functions are called there that other libraries of arrays call otherwise.
        asarray: makes an array of floats.
        barrier: a function that keeps a compiler from moving constants across it; empty where there is no compiler.
    """

    arrays: str
    header: str
    spellings: Mapping[str, str]
    asarray: Callable[[object], object]
    barrier: str = ""

    def rule_name(self, row: str) -> str:
        """Return the name of a row's function, which no other name in a program can be."""
        stem = row.rstrip("0123456789")  # results are called after their rows, with a number
        taken = re.search(rf"(?<![.\w]){row}\b", self.header) or (stem != row and stem in OPERATIONS)
        return f"{row}_" if taken else row

    def rule(self, operation: Operation) -> tuple[str, set[str]]:
        """Return the source that defines a row's function, and the names of the rows that its slopes need."""
        tree = formula(operation.value).tree
        value = Foreign(self, operation, WriteOut({}).visit(formula(operation.value).copy()), Written.VALUE)
        hides = not operation.keeps_infinity and not any(isinstance(node, ast.IfExp) for node in ast.walk(tree))
        hidden = ", ".join(
            f"(0 * {name}).sum(-1)" if is_sequence(name) else name for name in operation.operands if hides
        )
        text = f"if_finite({value.text}, {hidden})" if hidden else value.text  # choices look at what they compare
        parts, needed = [f"lambda {', '.join(operation.operands)}: {text}"], value.needed
        for name, text in operation.slopes.items():
            if formula(text).number == 0.0:
                continue
            slope = Foreign(self, operation, formula(text).copy(), Written.SLOPE)
            needed |= slope.needed
            lacks_axis = is_sequence(name) and not formula(text).gives_list(operation.operands)
            tree = with_axis(slope.tree) if lacks_axis and not is_known(slope.tree) else slope.tree
            parts.append(f"{name}=lambda {', '.join(operation.operands)}, out: {ast.unparse(tree)}")
        return f"{self.rule_name(operation.name)} = rule(\n    " + ",\n    ".join(parts) + ",\n)\n", needed

    def rules(self, names: Iterable[str]) -> str:
        """Return the source that defines the functions of rows, and of those that their slopes need."""
        wanted, written = list(names), dict[str, str]()
        while wanted:
            name = wanted.pop(0)
            if name not in written:
                written[name], needed = self.rule(OPERATIONS[name])
                wanted += sorted(needed)
        return "\n".join(written.values())


class Foreign(Arrays):
    """A formula as an expression on arrays of another library.

    Attributes:
        tree: the expression.
        needed: the names of the rows whose functions it calls.
    """

    def __init__(self, target: ForeignLibrary, operation: Operation, tree: ast.expr, where: Written) -> None:
        lengths = dict.fromkeys(filter(is_sequence, operation.operands), 0)
        super().__init__(Library("xp", frozenset(), keep_choices=True), lengths)
        self.target, self.where, self.needed = target, where, set[str]()
        self.ruled = where is not Written.VALUE
        if where is not Written.PROGRAM or (isinstance(tree, ast.BinOp) and type(tree.op) in OPERATORS):
            tree = Simplify(keep_choices=True).visit(tree)  # a program's 0 * x is nan where x is
        self.tree = cast("ast.expr", self.visit(tree))

    @property
    def text(self) -> str:
        return ast.unparse(self.tree)

    def row(self, name: str, *arguments: ast.expr) -> ast.Call:
        self.needed.add(name)
        return call(self.target.rule_name(name), *arguments)

    def length(self) -> ast.expr:
        """Return how many elements the sequences have."""
        return ast.parse(f"{next(iter(self.sequences))}.shape[-1]", mode="eval").body

    def positions(self) -> ast.expr:
        return ast.Call(ast.Attribute(ast.Name("xp", ast.Load()), "arange", ast.Load()), [self.length()], [])

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        known = constant(node.right) or ast.unparse(node.right).startswith("len(")
        self.generic_visit(node)
        if not self.ruled:
            return node
        numbers = constant(node.left), constant(node.right)
        if isinstance(node.op, ast.Mult) and numbers == (None, None) and self.where is Written.SLOPE:
            return self.row("mul", node.left, node.right)
        if type(node.op) in OPERATORS and not (isinstance(node.op, ast.Div) and known):
            return self.row(OPERATORS[type(node.op)], node.left, node.right)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        chosen = call("choose", node.test, as_float(node.body), as_float(node.orelse))
        test = cast("ast.Compare", node.test)
        compared = [side for side in (test.left, *test.comparators) if constant(side) is None]
        return call("if_finite", chosen, *compared) if self.where is Written.VALUE else chosen

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = cast("ast.Name", node.func).id
        if name == "len":
            return self.length()
        if name in {*REDUCTIONS, *PLAIN} and len(node.args) == 1:
            reduced = self.along_sequence(name, self.outside(node.args[0]))
            return with_axis(reduced) if self.scopes and name != "softmax" else reduced
        if name == "shares":
            return call(name, *map(self.outside, node.args))
        if name == "products_of_others":
            self.needed.add("prod")
            return call(name, *map(self.outside, node.args), ast.Name(self.target.rule_name("prod"), ast.Load()))
        if name in OPERATIONS and OPERATIONS[name].is_nary:
            taken = self.row(name, *map(self.outside, node.args))
            return with_axis(taken) if self.scopes else taken
        arguments = [cast("ast.expr", self.visit(argument)) for argument in node.args]
        if self.ruled or (name not in SPELLINGS and name not in self.target.spellings):
            return self.row(name, *arguments)
        return self.spelled(name, *arguments)

    def along_sequence(self, name: str, xs: ast.expr) -> ast.expr:
        """Return a function of the elements along the last axis."""
        if self.ruled and name == "softmax":  # the row, once for each position
            last = ast.Tuple([ast.Constant(...), ast.Constant(None), ast.Slice()], ast.Load())
            return self.row(name, ast.Subscript(xs, last, ast.Load()), self.positions())
        if self.ruled and name != "sum":
            return self.row(name, xs)
        if name in PLAIN:
            return call(f"plain_{name}", xs)
        reduced = self.spelled(name, xs)
        reduced.args.append(ast.UnaryOp(ast.USub(), ast.Constant(1)))
        return reduced

    def spelled(self, name: str, *arguments: ast.expr) -> ast.Call:
        text = self.target.spellings.get(name) or f"xp.{SPELLINGS.get(name, name)}"
        return ast.Call(ast.parse(text, mode="eval").body, list(arguments), [])
