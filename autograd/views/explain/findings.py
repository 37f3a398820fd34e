"""What can be wrong with a graph, what to do about it, and one thing that is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograd.console import printed
from autograd.engine import Value
from autograd.formulas.text import text_name
from autograd.source import SourceLine
from autograd.views.explain import causes
from autograd.views.names import parameter_paths

REMEDIES = {
    "data changed": "Compute the loss again after changing data; a graph keeps the numbers of its own forward pass.",
    "not a finite number": "Look for where this number was assigned; a nan usually marks missing data.",
    "no derivative": "Keep away from such points, as in sqrt(x + 1e-12) or log(maximum(x, 1e-12)).",
    "gradient overflows": "Scale the inputs, divide instead of multiplying, or work with logarithms (log_softmax, "
    "logsumexp); clipping comes too late, as the number is lost by then.",
    "gradient was there before": "Call zero_grad() before backward(), unless gradients are meant to add up over calls.",
    "never reached": "Nothing will change these Values. Use leaky_relu in place of relu, other starting values, or "
    "remove what has no effect.",
    "not in the graph": "Use it in the computation, or take it out of the model. Reading .data, detach() and "
    "no_grad() on the way to the loss cut a Value off.",
    "signal lost": f"{causes.WEIGHT} Only the bias is left of what goes in.",
    "saturated": "Make what goes in smaller: standardised inputs, smaller starting weights; or use relu, and a "
    "loss that takes logits.",
    "gradient nearly lost": "Use relu in place of sigmoid or tanh, sums or logarithms in place of long products, and "
    "larger weights (He or Xavier initialisation).",
    "gradient far smaller than others": "Use relu in place of sigmoid or tanh, and larger weights (He or Xavier "
    "initialisation); standardise the inputs.",
}
"""What can be found, the gravest first, with what to do about it."""


@dataclass(frozen=True, eq=False)
class Finding:
    """One thing that is wrong."""

    problem: str
    """One of the keys of :data:`REMEDIES`."""
    node: Value
    """The node where it began."""
    name: str
    source_line: SourceLine | None
    """The line of the program that made the node, where source lines were remembered."""
    evidence: str
    """The numbers that show it."""
    advice: str = ""
    """What to do in this case, where the cause is known."""

    @property
    def remedy(self) -> str:
        """What to do: for the cause, where it is known, and otherwise the usual advice for the problem."""
        return self.advice or REMEDIES[self.problem]

    @printed
    def __str__(self) -> str:
        return f"{self.evidence}{f' (at {self.source_line})' if self.source_line else ''}"


def absent(model: object, names: Mapping[Value, str]) -> Iterator[Finding]:
    """Find the parameters of a model that are not in the graph."""
    for parameter, path in parameter_paths(model).items():
        if parameter not in names:
            name = text_name(path)
            evidence = f"the loss was computed without {name}"
            yield Finding("not in the graph", parameter, name, parameter.source_line, evidence)
