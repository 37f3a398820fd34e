"""Tells how a computation became a program: which scalar operations became which line."""

from html import escape

from autograd.console import printed
from autograd.program.build import SCALARS_PER_GROUP, Program
from autograd.program.straight_program import StraightProgram

LONGEST = 66
"""How many characters of a line a table shows."""


class Story:
    """What :meth:`Compiled.explain` returns: prints as text, shows as a table in Jupyter.

    Attributes:
        summary: the whole in one sentence.
        rows: for each array operation the number of nodes, the shape, the scalar line and the lines of NumPy or C.
        language: what the last of these are written in, ``"array"`` or ``"C"``.
    """

    def __init__(self, program: Program, name: str) -> None:
        self.rows: list[tuple[str, str, str, str]] = []
        self.language = "C" if program.kind == "c" else "array"
        count = program.trace.scalar_count
        if not isinstance(program, StraightProgram):
            forward, backward = (sum(len(lines[i]) for lines in program.lines) for i in range(2))
            what = "loops in C" if self.language == "C" else "array operations"
            how = f"({forward} lines forward, {backward} backward)"
            if program.layout.steps and not program.lines:
                what, how = "instructions", "in a table that C works through"
            self.summary = f"{name}: {count:,} scalar operations became {len(program.layout.steps):,} {what} {how}."
            for step, (lines, _) in zip(program.layout.steps, program.lines, strict=bool(program.lines)):
                count = step.count
                shape = "x".join(map(str, step.out.shape)) if count > 1 else "1"
                written = " ".join(map(str.strip, lines)) if self.language == "C" else "; ".join(lines)
                self.rows.append((f"{count:,}", shape, step.scalar_line, written or "a product of matrices, by NumPy"))
        else:
            reason = (
                f"there are fewer than {SCALARS_PER_GROUP} alike in a row on average, so arrays would not be faster"
                if program.chosen
                else "as asked for"
            )
            self.summary = f"{name}: {count:,} scalar operations run as straight lines of Python ({reason})."

    @printed
    def __repr__(self) -> str:
        if not self.rows:
            return self.summary
        table = [("nodes", "shape", "the scalar line", f"the {self.language} line"), *self.rows]
        cells = [[shortened(cell) for cell in row] for row in table]
        widths = [max(len(row[column]) for row in cells) for column in range(4)]
        lines = [
            f"{row[0]:>{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:<{widths[2]}}  {row[3]}".rstrip() for row in cells
        ]
        return "\n".join([self.summary, "", *lines])

    def _repr_html_(self) -> str:
        head = "".join(
            f"<th style='text-align:left'>{title}</th>" for title in ("nodes", "shape", "scalar", self.language)
        )
        body = "".join(
            f"<tr><td>{escape(nodes)}</td><td>{escape(shape)}</td>"
            f"<td style='text-align:left'><code>{escape(shortened(scalar))}</code></td>"
            f"<td style='text-align:left'><code>{escape(shortened(array))}</code></td></tr>"
            for nodes, shape, scalar, array in self.rows
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if self.rows else ""
        return f"<p>{escape(self.summary)}</p>{table}"


def shortened(text: str) -> str:
    """Cut a long line."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
