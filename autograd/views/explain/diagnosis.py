"""``diagnose``: what is wrong with a graph, where it began, and what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import wrap

from autograd.console import printed
from autograd.engine import Value
from autograd.formulas.notation import counted
from autograd.views.explain.examination import Examination
from autograd.views.explain.findings import REMEDIES, Finding, absent
from autograd.views.steps.backward_pass import BackwardPass
from autograd.views.steps.steps import display_names, value_of

MOST_SHOWN = 5
"""How many findings of one kind a report shows."""


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis:
    """What :func:`diagnose` found; printed it is a report."""

    findings: tuple[Finding, ...]
    """The gravest first."""
    node_count: int

    def found(self, problem: str) -> list[Finding]:
        """Return the findings of one kind, such as ``"saturated"``."""
        return [finding for finding in self.findings if finding.problem == problem]

    @printed
    def __repr__(self) -> str:
        if not self.findings:
            return f"Nothing wrong was found in {counted(self.node_count, 'node')}."
        lines = [f"In {counted(self.node_count, 'node')} this was found:"]
        for problem in REMEDIES:
            findings = self.found(problem)
            lines += [f"{problem}:"] if findings else []
            for remedy in dict.fromkeys(finding.remedy for finding in findings):
                alike = [finding for finding in findings if finding.remedy == remedy]
                lines += [f"  {finding}" for finding in alike[:MOST_SHOWN]]
                if len(alike) > MOST_SHOWN:
                    lines.append(f"  ... and {len(alike) - MOST_SHOWN:,} more")
                lines += wrap(f"What to do: {remedy}", 100, initial_indent="  ", subsequent_indent="  ")
        return "\n".join(lines)


def diagnose(output: "Value | Callable[..., Value]", *arguments: object, model: object | None = None) -> Diagnosis:
    """Find out what is wrong with a graph: where a gradient overflows, gets lost, or never arrives.

    Looks for data that changed after the forward pass, numbers that are not finite, derivatives that do not
    exist, gradients that overflow (without raising what ``backward()`` would), gradients that were there
    before ``backward()``, leaves that no gradient reaches, weighted sums of which only the bias is left, saturated
    sigmoid and tanh nodes, gradients that shrink to almost nothing, and leaves whose gradient is far smaller than the
    largest. Works before and after ``backward()`` and changes nothing. What it advises depends on the cause.

    Args:
        output: the Value that is, or will be, differentiated; or a function, which is called with
            ``arguments`` while source lines are remembered, so that every finding names its line.
        arguments: what to call the function with; numbers become Values named after the parameters.
        model: an object with ``named_parameters()``: parameters that are not in the graph are found too.

    Returns:
        A :class:`Diagnosis`, whose ``findings`` name the problem, the node and the numbers, and the remedy.

    Raises:
        NumberError: ``output`` is neither a Value nor a function that returns one.
        ArgumentError: the graph has more than 100,000 nodes.

    Example:
        >>> from autograd import Value, diagnose
        >>> x = Value(2.0, "x")
        >>> diagnose((x * 2).tanh())
        In 3 nodes this was found:
        saturated:
          v2 = tanh(v1) has the slope 0.001341 at v1 = 4; at its steepest it has 1
          What to do: Make what goes in smaller: standardised inputs, smaller starting weights; or use relu,
          and a loss that takes logits.
    """
    loss, frame = value_of(output, arguments)
    backward_pass = BackwardPass(loss, strict=False)
    names = display_names(backward_pass, frame, model)
    findings = list(Examination(backward_pass, names).findings())
    if model is not None:
        findings += absent(model, names)
    order = list(REMEDIES)
    findings.sort(key=lambda finding: order.index(finding.problem))
    return Diagnosis(tuple(findings), len(names))
