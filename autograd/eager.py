"""Writes the operations of ``Value`` from the formula table: one method forward, one function backward.

An operation on Values has to be fast, so each row becomes straight-line Python, made once from the two
templates below and shared by all nodes of that kind. ``inspect.getsource(Value.tanh)`` shows the result.
The chain rule stands in this file once, in :func:`chain_rule_source`.
"""

import ast
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Protocol

import autograd.ops  # noqa: F401  # fills the table that this module reads
from autograd.formulas.floats import FLOATS, bind, define, float_text, names_in
from autograd.formulas.operation import OPERATIONS, Operation, is_sequence
from autograd.modes import GENERATED

if TYPE_CHECKING:
    from autograd.engine import Value

GENERATED.update(FLOATS)
LISTS = frozenset({"softmax", "shares", "products_of_others"})
"""Names in formulas that stand for a function returning one number per element."""


class ChainRule(Protocol):
    """The local-derivative closure of a node: adds *incoming gradient x local derivative* to each parent."""

    operation: Operation
    pattern: str

    def __call__(self, node: "Value") -> None:
        """Pass the gradient of ``node`` on to its parents."""


def gives_list(operation: Operation, slope: str) -> bool:
    """Whether the local derivative of a sequence operand is written as a list, one number per element."""
    tree = ast.parse(slope, mode="eval").body
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        return tree.func.id in LISTS
    return isinstance(tree, ast.ListComp) or (isinstance(tree, ast.Name) and tree.id in operation.operands)


def chain_rule_source(operation: Operation, pattern: str) -> str:
    """Write the backward function of ``operation`` for one pattern of operands.

    ``pattern`` has a letter per operand: V a Value, L a literal, M a sequence that mixes both.
    """
    slopes = {
        operand: slope
        for operand, kind in zip(operation.operands, pattern, strict=True)
        if kind != "L" and (slope := operation.slopes.get(operand, "0")) != "0"
    }
    kinds = dict(zip(operation.operands, pattern, strict=True))
    used = set().union(*(names_in(slope) for slope in slopes.values())) if slopes else set()
    lines = [f"def {operation.name}_backward(node):", "    incoming = node.grad"]
    if operation.is_nary and all(slope == "1" or slope in kinds for slope in slopes.values()):
        lines += ["    if incoming == 0.0:", "        return"]  # many dots stand behind a ReLU that is off
    for operand, kind, place in zip(operation.operands, pattern, places(operation), strict=True):
        if operand in used or operand in slopes:
            lines.append(f"    {operand}_node = {place}")
        if operand in used:
            lines.append(f"    {operand} = {number(operand, kind)}")
    if "out" in used:
        lines.append("    out = node.data")
    for operand, slope in slopes.items():
        derivative = float_text(slope)
        if not is_sequence(operand):
            lines.append(f"    {operand}_node.grad += {times(derivative)}")
        else:
            literal = "if parent.__class__ is not float: " if kinds[operand] == "M" else ""
            if gives_list(operation, slope):
                lines.append(f"    for parent, slope in zip({operand}_node, {derivative}):")
                lines.append(f"        {literal}parent.grad += incoming * slope")
            else:
                lines.append(f"    contribution = {times(derivative)}")
                lines.append(f"    for parent in {operand}_node:")
                lines.append(f"        {literal}parent.grad += contribution")
    return "\n".join(lines) + "\n"


def times(derivative: str) -> str:
    """Return the text of incoming gradient times local derivative."""
    return "incoming" if derivative == "1.0" else f"incoming * ({derivative})"


def places(operation: Operation) -> list[str]:
    """Return where a node keeps each operand: in two slots, or in a tuple when there are more."""
    if len(operation.operands) <= 2:
        return ["node._left", "node._right"][: len(operation.operands)]
    return [f"node._left[{i}]" for i in range(len(operation.operands))]


def number(operand: str, kind: str) -> str:
    """Return the expression that reads an operand's number from the node or literal that holds it."""
    if operand == "index":
        return "int(index_node)"
    if kind == "L":
        return f"{operand}_node"
    if not is_sequence(operand):
        return f"{operand}_node.data"
    item = "item.data" if kind == "V" else "item if item.__class__ is float else item.data"
    return f"[{item} for item in {operand}_node]"


@cache
def chain_rule(operation: Operation, pattern: str) -> ChainRule:
    """Return the backward function that all nodes of ``operation`` with these operands share."""
    namespace = functions_for(operation)
    define(chain_rule_source(operation, pattern), namespace, f"{operation.name} backward")
    function = namespace[f"{operation.name}_backward"]
    function.operation, function.pattern = operation, pattern  # type: ignore[attr-defined]
    return function  # type: ignore[return-value]  # it has just been given what the protocol asks for


@cache
def float_function(operation: Operation) -> Callable[..., float]:
    """Return the value of ``operation`` as a function of floats (and lists of floats)."""
    return bind(operation, operation.value, functions_for(operation), float_text)  # type: ignore[return-value]


@cache
def float_slope(operation: Operation, operand: str) -> Callable[..., "float | list[float]"]:
    """Return a local derivative of ``operation`` as a function of its operands and ``out``."""
    slope = operation.slopes.get(operand, "0")
    return bind(operation, slope, functions_for(operation), float_text, with_out=True)  # type: ignore[return-value]


def functions_for(operation: Operation) -> dict[str, object]:
    """Return the float arithmetic with the other operations that this row's formulas call."""
    arithmetic = dict(FLOATS)
    for formula in (operation.value, *operation.slopes.values()):
        for name in names_in(formula) & (OPERATIONS.keys() - FLOATS.keys()):
            if name != operation.name and not OPERATIONS[name].is_nary:
                arithmetic[name] = float_function(OPERATIONS[name])
    return {**arithmetic, **operation.functions}


# --- forward ------------------------------------------------------------------------------------------

UNARY = '''
def {name}(self):
    """Return {name}(self) as a new Value."""
    if any_mode:
        return make({name}_row, (self,))
    x = self.data
    try:
        out = {formula}
    except (ValueError, ArithmeticError, TypeError) as error:
        raise failure(error, {name}_row, (self,)) from None
    node = new(Value)
    node.data = out; node.grad = 0.0; node.label = ""
    node._backward = {name}_V; node._left = self; node._right = None
    return node
'''

BINARY = '''
def {method}(self, other):
    """Return {left} {symbol} {right} as a new Value."""
    kind = other.__class__
    if kind is Value:
        number = other.data
        backward = {name}_VV
    elif kind is float or kind is int:
        try:
            number = other = float(other)
        except OverflowError:
            return mixed({name}_row, {left}, {right})
        backward = {name}_{literal_pattern}
    else:
        return mixed({name}_row, {left}, {right})
    if any_mode:
        return make({name}_row, ({left}, {right}))
    x = {x}
    y = {y}
    try:
        out = {formula}
        if out - out != 0.0:
            raise OverflowError
    except (ValueError, ArithmeticError, TypeError) as error:
        raise failure(error, {name}_row, ({left}, {right})) from None
    node = new(Value)
    node.data = out; node.grad = 0.0; node.label = ""
    node._backward = backward; node._left = {left}; node._right = {right}
    return node
'''

METHODS: "dict[Operation, Callable[[Value], Value]]" = {}
"""The generated method of each operation on one Value."""

SEQUENCES = '''
def {name}_of_sequences({operands}):
    """Return {name}({operands}) as a new Value, or None where something takes a closer look."""
    if any_mode:
        return None
    {tuples}
    try:
        {numbers}
        out = {formula}
        if out - out != 0.0:
            return None
        backward = {name}_rules[{pattern}]
    except (ValueError, ArithmeticError, TypeError, LookupError, AttributeError):
        return None
    node = new(Value)
    node.data = out; node.grad = 0.0; node.label = ""
    node._backward = backward; node._left = {first}_tuple; node._right = {second}
    return node
'''

QUICK: "dict[Operation, Callable[..., Value | None]]" = {}
"""The generated function of each operation on one or two sequences."""

OPERATORS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**"}
PYTHON_NAMES = {"div": "truediv", "neg": "__neg__", "abs": "__abs__", "identity": "__pos__"}


def of_sequences(operation: Operation) -> str:
    """Write the function that applies ``operation`` to one or two sequences, each all Values or all floats."""
    name, operands = operation.name, operation.operands
    first, *second = operands
    GENERATED[f"{name}_rules"] = {
        pattern: chain_rule(operation, pattern) for pattern in (("VV", "VL", "LV") if second else ("V",))
    }
    GENERATED.update(functions_for(operation), only_floats=frozenset({float}).issuperset)
    tuples = [
        f"{o}_tuple = {o} if {o}.__class__ is tuple else tuple({o}) if {o}.__class__ is list else ()" for o in operands
    ]
    if second:
        tuples += [f"if len({first}_tuple) != len({second[0]}_tuple):", "    return None"]
    numbers = [
        f"{o}, {o}_kind = ({o}_tuple, 'L') if {o}_tuple[0].__class__ is float and only_floats(map(type, {o}_tuple))"
        f" else ([item.data for item in {o}_tuple], 'V')"
        for o in operands
    ]
    return SEQUENCES.format(
        name=name,
        operands=", ".join(operands),
        tuples="\n    ".join(tuples),
        numbers="\n        ".join(numbers),
        formula=float_text(operation.value),
        pattern=" + ".join(f"{o}_kind" for o in operands),
        first=first,
        second=f"{second[0]}_tuple" if second else "None",
    )


def install(value_class: "type[Value]", helpers: dict[str, object]) -> None:
    """Write the operators and the unary methods of ``Value`` from the table and attach them."""
    GENERATED.update(helpers, Value=value_class, new=value_class.__new__)
    parts: list[str] = []
    names: dict[str, str] = {}
    for name, operation in OPERATIONS.items():
        attribute = PYTHON_NAMES.get(name, name)
        if len(operation.operands) > 1 or operation.is_nary or attribute in vars(value_class):
            continue
        GENERATED[f"{name}_row"] = operation
        GENERATED[f"{name}_V"] = chain_rule(operation, "V")
        GENERATED.update(functions_for(operation))
        formula = float_text(operation.value)
        names[attribute] = f"{name}_method"
        parts.append(UNARY.format(name=name, formula=formula).replace(f"def {name}(", f"def {name}_method("))
    sequences = {name: row for name, row in OPERATIONS.items() if all(row.sequences)}
    parts += map(of_sequences, sequences.values())
    for name, symbol in OPERATORS.items():
        operation = OPERATIONS[name]
        GENERATED[f"{name}_row"] = operation
        for pattern in ("VV", "VL", "LV"):
            GENERATED[f"{name}_{pattern}"] = chain_rule(operation, pattern)
        text = {"name": name, "symbol": symbol, "formula": float_text(operation.value)}
        python_name = PYTHON_NAMES.get(name, name)
        forward = {"left": "self", "right": "other", "x": "self.data", "y": "number", "literal_pattern": "VL"}
        reflected = {"left": "other", "right": "self", "x": "number", "y": "self.data", "literal_pattern": "LV"}
        for prefix, sides in (("", forward), ("r", reflected)):
            method = f"{prefix}{name}_method"
            names[f"__{prefix}{python_name}__"] = method
            parts.append(BINARY.format(method=method, **text, **sides))
    define("\n".join(parts), GENERATED, "operators of Value")
    methods = {row: GENERATED[f"{name}_method"] for name, row in OPERATIONS.items() if f"{name}_method" in GENERATED}
    METHODS.update(methods)  # type: ignore[arg-type]  # they were just generated with this type
    quick = {row: GENERATED[f"{name}_of_sequences"] for name, row in sequences.items()}
    QUICK.update(quick)  # type: ignore[arg-type]  # and so were these
    for attribute, generated in names.items():
        function = GENERATED[generated]
        function.__name__ = attribute  # type: ignore[attr-defined]
        function.__qualname__ = f"Value.{attribute}"  # type: ignore[attr-defined]
        setattr(value_class, attribute, function)
