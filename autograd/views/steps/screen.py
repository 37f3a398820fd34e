"""The text of a step in the terminal, in colour where the terminal has any."""

from collections.abc import Sequence

from autograd.engine import Value
from autograd.formulas.notation import number_text
from autograd.formulas.text import TEXT, text_name
from autograd.views.steps.record import Contribution, Step, the_rest

MOST_LISTED = 12
"""How many contributions, leaves or waiting nodes are shown before the rest is only counted."""

BOLD, DIM, CYAN, YELLOW, GREEN = "1", "2", "36", "33", "32"


class Screen:
    """Writes the steps of one computation as text.

    Args:
        records: the steps.
        colour: whether the text may contain colours.
    """

    def __init__(self, records: Sequence[Step], *, colour: bool = False) -> None:
        self.records = records
        self.names = records[0].names
        self.colour = colour
        self.width = 80
        computed = {record.node for record in records if record.phase == "forward"}
        self.start: list[Value] = [node for node in self.names if node not in computed]
        """The leaves."""

    def leaves(self) -> str:
        """Return the numbers that the computation starts from."""
        return listed([f"{text_name(self.names[leaf])} = {number_text(leaf.data)}" for leaf in self.start])

    def step(self, record: Step) -> str:
        forward = record.phase == "forward"
        title = f"step {record.index + 1} of {len(self.records)}, {'forward' if forward else 'backward'}"
        where = f" {record.source_line} " if record.source_line else ""
        rule = "-" * max(3, self.width - len(f"--- {title} {where}"))
        lines = [f"{self.paint(f'--- {title}', CYAN if forward else YELLOW)} {rule}{self.paint(where, DIM)}".rstrip()]
        name, gradient = text_name(record.name), number_text(record.incoming or 0.0)
        if forward:
            texts, last = record.equation_in(TEXT)
            signs = ["="] * (len(texts) - 1) + [last]
            lines.append(f"{self.paint(name, BOLD)} = {texts[0]}")
            lines += [f"{' ' * len(name)} {sign} {text}" for sign, text in zip(signs[1:], texts[1:], strict=True)]
        elif record.phase == "seed":
            lines.append(f"{self.paint(name, BOLD)} starts with the gradient {gradient}")
        else:
            lines.append(f"{self.paint(name, BOLD)} = {record.formula} has the gradient {gradient}")
            for item in record.contributions[:MOST_LISTED]:
                lines += self.contribution(item)
            lines += [f"  ... and {text}" for text in the_rest(record.contributions, MOST_LISTED)]
        waiting = listed([text_name(record.names[node]) for node in record.queue])
        lines.append(self.paint(f"still to {'compute' if forward else 'visit'}: {waiting}", DIM))
        if record.index == len(self.records) - 1:
            after = {item.parent: item.after for each in self.records for item in each.contributions}
            texts = [f"{text_name(self.names[leaf])}: {number_text(after.get(leaf, 0.0))}" for leaf in self.start]
            lines.append(f"Gradients: {listed(texts)}")
        return "\n".join(lines)

    def contribution(self, item: Contribution) -> list[str]:
        agreed = f"  ({item.convention})" if item.convention else ""
        return [
            f"  {self.paint(text_name(item.name), BOLD)}{item.which} gets {self.paint(item.product, GREEN)}",
            f"      local derivative  {item.equation}{agreed}",
            f"      its gradient      {item.sum}",
        ]

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text


def aligned(rows: Sequence[tuple[str, ...]], gap: str) -> list[str]:
    """Return the rows as lines whose columns stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [gap.join(map(str.ljust, row, widths)).rstrip() for row in rows]


def listed(texts: Sequence[str]) -> str:
    """Return the first texts, and how many more there are."""
    shown, rest = ", ".join(texts[:MOST_LISTED]), len(texts) - MOST_LISTED
    return f"{shown} and {rest} more" if rest > 0 else shown or "nothing"
