"""What ``help`` says about a row of the table: its formulas, its domain and an example at a probe point."""

import sys
from typing import cast

from autograd.formulas.formula import formula
from autograd.formulas.operation import Operation
from autograd.formulas.row import Probe


class RowDocumentation:
    """The ``__doc__`` of a class whose instances are rows: of the class its docstring, of a row what the row says."""

    def __init__(self, of_class: str) -> None:
        self.of_class = of_class

    def __get__(self, row: Operation | None, owner: type) -> str:
        return self.of_class if row is None else documentation(row)


def documentation(row: Operation) -> str:
    """Return the docstring of a row, made when somebody asks for help."""
    parts = [summary(row), "Returns:\n    A Value if there is one among the operands; of plain numbers a float."]
    if row.probes:
        parts.append("\n    ".join(["Example:", *example(row, row.probes[0])]))
    return "\n\n".join(parts)


def summary(row: Operation) -> str:
    """Return what a row says: its formula, its derivatives, where it has a value, and what is agreed.

    Example:
        >>> from autograd import relu
        >>> print(summary(relu)[:61])
        relu(x) = max(0, x)
        <BLANKLINE>
        Local derivatives:
            d/dx = 1 if x > 0
    """
    defaults = [f"{name}={row.defaults[name]!r}" if name in row.defaults else name for name in row.operands]
    parts = [f"{row.name}({', '.join(defaults)}) = {row.textbook()}"]
    slopes = [f"d/d{operand} = {row.textbook(operand)}" for operand in row.slopes]
    tell_of_out = any("out" in formula(row.textbook(operand)).names for operand in row.slopes)
    where = [", where ``out`` is the result"] if tell_of_out else []
    parts.append("\n    ".join(["".join(["Local derivatives", *where, ":"]), *slopes]))
    sequences = [name for name, many in zip(row.operands, row.sequences, strict=True) if many]
    notes = {"Sequences of numbers": ", ".join(sequences), "Domain": row.domain, "Convention": row.convention}
    parts += [f"{title}: {note}." for title, note in notes.items() if note]
    return "\n\n".join(parts)


def example(row: Operation, probe: Probe) -> list[str]:
    """Return the lines of a session that applies a row at a probe and shows the result and every gradient."""
    arguments = [int(cast("float", x)) if name == "index" else x for name, x in zip(row.operands, probe, strict=True)]
    out = float(row.on_floats(*arguments))
    made, shown, numbers = list[str](), ["out.data"], [repr(out)]
    for name, operand in zip(row.operands, arguments, strict=True):
        many = operand if isinstance(operand, list) else [operand]
        if name == "index":
            made.append(f">>> index = {operand}")
            continue
        values = ", ".join(f"Value({number!r})" for number in many)
        made.append(f">>> {name} = [{values}]" if operand is many else f">>> {name} = {values}")
        slope = row.slope_on_floats(name)(*arguments, out)
        each = slope if isinstance(slope, list | tuple) else [slope] * len(many)
        gradients = [repr(float(number) + 0.0) for number in each]  # + 0.0: a gradient is added to 0.0, so never -0.0
        shown.append(f"[x.grad for x in {name}]" if operand is many else f"{name}.grad")
        numbers.append(f"[{', '.join(gradients)}]" if operand is many else gradients[0])
    is_ours = getattr(sys.modules.get("autograd"), row.name, None) is row
    return [
        f">>> from autograd import Value{f', {row.name}' if is_ours else ''}",
        *made,
        f">>> out = {row.name}({', '.join(row.operands)})",
        ">>> out.backward()",
        f">>> {', '.join(shown)}",
        f"({', '.join(numbers)})",
    ]


Operation.__doc__ = cast("str", RowDocumentation(Operation.__doc__ or ""))
