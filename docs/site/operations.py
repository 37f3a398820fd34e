"""Writes the reference of the operations: each row's formulas, domain, convention, plot and example."""

import re
from collections.abc import Iterator

import autograd
from autograd.formulas import documentation
from autograd.formulas.latex import LATEX
from autograd.formulas.notation import Operand
from autograd.formulas.operation import Operation
from autograd.formulas.printing import formula_text
from autograd.formulas.row import is_sequence
from docs.site.curves import along, plot
from docs.site.places import PROJECT

SECTION = re.compile(r"^# --- (.+?) -+$")
PUBLIC = re.compile(r"^(\w+) = row\(")


def sections() -> dict[str, list[Operation]]:
    """Return the public rows of the table under the headings that stand above them in its two files."""
    found: dict[str, list[Operation]] = {}
    for name in ("ops", "more_ops"):
        heading = "more operations"
        for line in (PROJECT / "autograd" / f"{name}.py").read_text(encoding="utf-8").splitlines():
            heading = match[1].partition(",")[0] if (match := SECTION.match(line)) else heading
            if (match := PUBLIC.match(line)) and match[1] in autograd.PUBLIC:
                found.setdefault(heading, []).append(getattr(autograd, match[1]))
    return found


def page(title: str, rows: list[Operation]) -> str:
    """Return the page of one section of the table, as reStructuredText."""
    line = "*" * len(title)
    parts = [f"{title}\n{line}\n", ".. py:currentmodule:: autograd\n"]
    return "\n".join([*parts, *("\n".join(entry(row)) for row in rows)])


def entry(row: Operation) -> Iterator[str]:
    """Yield the lines that describe one row."""
    defaults = [f"{name}={row.defaults[name]!r}" if name in row.defaults else name for name in row.operands]
    yield f"{row.name}\n{'-' * len(row.name)}\n"
    yield f".. py:function:: {row.name}({', '.join(defaults)})\n"
    for line in body(row):
        yield f"   {line}" if line else ""
    yield ""


def body(row: Operation) -> Iterator[str]:
    """Yield what is said about a row, one line at a time."""
    yield from ["", f".. math:: {equation(row)}", ""]
    if row.slopes:
        where = ", where *out* is the result" if any(uses_out(row, name) for name in row.slopes) else ""
        yield from [f"Local derivatives{where}:", ""]
        for name in row.slopes:
            yield from [f".. math:: {slope(row, name)}", ""]
    sequences = [name for name, many in zip(row.operands, row.sequences, strict=True) if many]
    notes = {"Sequences of numbers": ", ".join(sequences), "Domain": row.domain, "Convention": row.convention}
    for title, note in notes.items():
        if note:
            yield from [f"**{title}:** {literal(note)}.", ""]
    spelled = ways(row)
    yield from [f"**Also written:** {spelled}.", ""] if spelled else []
    yield "**Returns:** a :class:`Value` if there is one among the operands; of plain numbers a float. Of what is not"
    yield "defined it raises :class:`~autograd.errors.DomainError` and what else :doc:`errors` lists."
    yield ""
    if row.probes:
        which, others = along(row)
        yield from [".. raw:: html", "", f'   <figure class="curves">{plot(row)}<figcaption>']
        where = f"along {which}{', ' + others if others else ''}"
        yield f'   <span class="value">value</span>, <span class="slope">derivative</span> {where}'
        yield "   </figcaption></figure>"
        yield from ["", ".. code-block:: pycon", ""]
        yield from (f"   {line}" for line in documentation.example(row, row.probes[0]))
        yield ""
    yield f"Accuracy: :doc:`/accuracy`. The row itself: {row_link(row)}."


def operands(row: Operation) -> dict[str, Operand]:
    """Return what stands for each operand in a formula: its name, and for a sequence the names of three elements."""
    elements = {name: [f"{name[:-1]}{i}" for i in (1, 2, 3)] for name in row.operands if is_sequence(name)}
    return {"out": "out", **{name: elements.get(name, name) for name in row.operands}}


def equation(row: Operation) -> str:
    """Return a row's value as LaTeX."""
    return rf"\text{{out}} = {printed(row, row.textbook())}"


def slope(row: Operation, name: str) -> str:
    """Return a row's derivative with respect to one operand, of a sequence to its first element, as LaTeX."""
    element = operands(row)[name]
    of = element[0] if isinstance(element, list) else element
    return rf"{LATEX.derivative('out', str(of)).text} = {printed(row, row.textbook(name))}"


def printed(row: Operation, formula: str) -> str:
    """Return a formula of a row as LaTeX; of one for each element the first."""
    text = formula_text(LATEX, formula, operands(row))
    return (text if isinstance(text, str) else text[0]).replace(r"\mathrm{out}", r"\text{out}")


def uses_out(row: Operation, name: str) -> bool:
    """Whether a local derivative is written with the row's own value."""
    return re.search(r"\bout\b", row.textbook(name)) is not None


def ways(row: Operation) -> str:
    """Return how else the operation can be written: as an operator, as a method."""
    found = [] if row.call.startswith(row.name) else [row.call]
    if len(row.operands) - len(row.defaults) == 1 and not row.is_nary and hasattr(autograd.Value, row.name):
        found.append(f"x.{row.name}()")
    return ", ".join(f"``{way}``" for way in found)


def literal(words: str) -> str:
    """Return a note with nothing in it that reStructuredText would read as markup."""
    return re.sub(r"([*`|_\\])", r"\\\1", words)


def row_link(row: Operation) -> str:
    """Return the link to the file that the row stands in."""
    here = f"\n{row.name} = row(" in (PROJECT / "autograd" / "ops.py").read_text(encoding="utf-8")
    name = "ops" if here else "more_ops"
    return f":doc:`autograd/{name}.py </source/autograd/{name}.py>`"
