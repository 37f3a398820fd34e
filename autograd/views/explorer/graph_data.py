"""What the page knows of a graph, as plain data: names, numbers, formulas and source lines, ready for JSON.

The page's scripts read it in ``engine.js``. Nodes are numbered as they are sorted, leaves first. An operand is
a node (an int), a literal (its text) or a list of both; a formula is a list of texts and of operand positions.
"""

import re
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import cast

from autograd.engine import Value
from autograd.errors import ExpressionError
from autograd.formulas import javascript
from autograd.formulas.notation import LiteralNumber, Operand, Piece, literal_text
from autograd.formulas.operation import Operation
from autograd.formulas.printing import formula_text
from autograd.formulas.row import Convention, is_sequence
from autograd.formulas.text import Text, text_name
from autograd.graph import sort
from autograd.views.page.document import Json
from autograd.views.steps.record import Step

Known = float | tuple[float | None, ...] | None
"""What is known of an operand whatever the numbers in the leaves: a literal, a sequence of them, or nothing."""

Shape = tuple[Operation, tuple[Known, ...]]
"""An operation and what is known of its operands.

Nodes of one shape share the text of their formulas.
"""

MARK = "\0"
"""Stands around the position of an operand in the text of a formula; no name or number contains it."""


class Template(Text):
    """Prints a formula with a marked position in place of each operand."""

    def name(self, name: str) -> Piece:
        return Piece(f"{MARK}{name}{MARK}")


TEMPLATE = Template()


def graph_data(found: Sequence[Step]) -> dict[str, Json]:
    """Return the data of a graph from the steps of its computation."""
    loss = next(step.node for step in found if step.phase == "seed")
    leaves, interior = sort(loss)
    numbers = {node: number for number, node in enumerate([*leaves, *interior])}
    names = found[0].names
    slopes = {
        step.node: [c.local if isfinite(c.local) else None for c in step.contributions]
        for step in found
        if step.phase == "backward"
    }
    shapes: dict[Shape, int] = {}
    lines: dict[str, int] = {}
    made_at: list[Json] = [
        lines.setdefault(str(node.source_line), len(lines)) if node.source_line else None for node in numbers
    ]
    return {
        "names": [text_name(names[node]) for node in numbers],
        "values": [float(node.data) for node in numbers],
        "slopes": [slopes[node] for node in interior],
        "constants": [numbers[leaf] for leaf in leaves if not leaf.requires_grad],
        "operands": [[coded(operand, numbers) for operand in node.operands] for node in interior],
        "shapes": [
            shapes.setdefault((node.operation, tuple(map(known, node.operands))), len(shapes))
            for node in interior
            if node.operation
        ],
        "kinds": [kind_data(operation, shape) for operation, shape in shapes],
        "lines": made_at,
        "sources": list(lines),
    }


def operations_of(nodes: Sequence[Value]) -> tuple[str, Json]:
    """Return the operations of ``nodes`` as JavaScript, and the first that a page cannot compute, if there is one."""
    operations = dict.fromkeys(node.operation for node in nodes if node.operation is not None)
    printed = list[Operation]()
    refused: Json = None
    for operation in operations:
        try:
            javascript.table([operation])
            printed.append(operation)
        except ExpressionError:
            called = dict.fromkeys(name for row in javascript.needed([operation]) for name in row.functions)
            refused = refused or {"operation": operation.name, "functions": ", ".join(called)}
    return javascript.table(printed), refused


def coded(operand: object, numbers: dict[Value, int]) -> Json:
    """Return one operand as the page reads it."""
    if isinstance(operand, tuple):
        return [coded(item, numbers) for item in operand]
    return numbers[operand] if isinstance(operand, Value) else repr(operand)


def known(operand: object) -> Known:
    """Return the literals in an operand, with None for each Value."""
    if isinstance(operand, tuple):
        return tuple([item if isinstance(item, float) else None for item in operand])
    return operand if isinstance(operand, float) else None


def kind_data(operation: Operation, shape: tuple[Known, ...]) -> Json:
    """Return the formulas of one kind of node: its call, its value, and the derivative with respect to each operand."""
    operands: dict[str, Operand] = {}
    owners: list[tuple[str, int]] = []
    for name, literals in zip(operation.operands, shape, strict=True):
        items = literals if isinstance(literals, tuple) else (literals,)
        marks = [str(len(owners) + i) if literal is None else LiteralNumber(literal) for i, literal in enumerate(items)]
        owners += [(name, i) for i in range(len(items))]
        operands[name] = marks if is_sequence(name) else int(marks[0]) if name == "index" else marks[0]
    operands["out"] = str(len(owners))
    printed = {name: formula_text(TEMPLATE, operation.textbook(name), operands) for name in operation.slopes}
    slopes: list[Json] = []
    for name, position in owners:
        text = printed.get(name, "0")
        slopes.append(parts(text if isinstance(text, str) else text[position]))
    return {
        "operation": operation.name,
        "symbol": operation.symbol,
        "call": parts(formula_text(TEMPLATE, operation.call, operands)),
        "value": parts(formula_text(TEMPLATE, operation.textbook(), operands)),
        "slopes": slopes,
        "conventions": [convention_data(each, operands, owners) for each in operation.conventions],
        "domain": operation.domain,
    }


def convention_data(convention: Convention, operands: Mapping[str, Operand], owners: Sequence[tuple[str, int]]) -> Json:
    """Return what a convention says, what the operands in it are called here, and the positions it is about."""
    names: dict[str, Json] = {}
    for word in re.findall(r"[a-z_]+", convention.says):
        if word in operands:
            operand = operands[word]
            names[word] = list(map(coded_name, operand)) if isinstance(operand, list) else coded_name(operand)
    of = [slot for slot, (name, _) in enumerate(owners) if name == convention.of] if convention.of else None
    return {"says": convention.says, "names": names, "of": of}


def coded_name(operand: object) -> Json:
    """Return the position that stands for a node, or the text of a literal."""
    return int(operand) if isinstance(operand, str) else literal_text(float(cast("float", operand)))


def parts(text: "str | list[str]") -> list[Json]:
    """Split a printed template into its texts and positions.

    Example:
        >>> parts("tanh(\\0" "0\\0)")
        ['tanh(', 0, ')']
    """
    whole = text if isinstance(text, str) else ", ".join(text)
    pieces = [int(piece) if i % 2 else piece for i, piece in enumerate(whole.split(MARK))]
    return [piece for piece in pieces if piece != ""]
