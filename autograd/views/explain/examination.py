"""Looks at a backward pass for each kind of problem: what is wrong, where it began, and the numbers that show it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import cast

from autograd.engine import Value
from autograd.errors import AutogradError
from autograd.formulas.notation import number_text
from autograd.formulas.operation import OPERATIONS
from autograd.formulas.text import TEXT, text_name
from autograd.scalar import number_of
from autograd.views.explain import causes
from autograd.views.explain.findings import Finding
from autograd.views.steps.backward_pass import BackwardPass, Deposit, Visit
from autograd.views.steps.formulas import factor, joined
from autograd.views.steps.steps import formulas_of

LOST = 1e-9
"""A gradient smaller than this, where that of the loss is 1, counts as nearly lost."""

FAR_SMALLER = 1e-5
"""A leaf learns next to nothing where all that reaches it is smaller than this share of the largest gradient."""

SMALL_FACTOR = 1e-3
"""Factors smaller than this count as the cause of a gradient that is far smaller than others."""

SHRINKING = frozenset(OPERATIONS[name] for name in ("mul", "dot", "sigmoid", "tanh"))
"""What weights and activations do; the rest of a graph is the loss."""

MOST_LETTERS = 60
"""How much of a formula a report shows."""

MOST_STOPS = 5
"""How many of the nodes that hold a gradient back are remembered for each node."""


class Examination:
    """Looks at a backward pass for each kind of problem."""

    def __init__(self, backward_pass: BackwardPass, names: Mapping[Value, str]) -> None:
        self.backward_pass = backward_pass
        self.labels = names
        self.names = {node: text_name(name) for node, name in names.items()}
        self.loss = backward_pass.seed.node
        self.bias_behind = cache(causes.bias_behind)
        self.deposits: dict[Value, list[tuple[Visit, Deposit]]] = {}
        """For every node, what its gradient was made of."""
        self.stops: dict[Value, dict[Value, Deposit]] = {}
        """For a node whose gradient is 0, the nodes on the way to it whose derivative of 0 holds it back."""
        for visit in backward_pass.visits:
            for deposit in visit.deposits:
                parent = deposit.parent
                self.deposits.setdefault(parent, []).append((visit, deposit))
                if deposit.amount == 0.0:
                    own = {visit.node: deposit} if visit.incoming != 0.0 and deposit.local == 0.0 else {}
                    before = self.stops.get(visit.node, {}) if visit.incoming == 0.0 else {}
                    held = self.stops.setdefault(parent, {})
                    held.update(islice((own | before).items(), max(0, MOST_STOPS - len(held))))

    def findings(self) -> Iterator[Finding]:
        stale = list(self.changed_data())
        yield from stale
        yield from self.infinite_data()
        yield from self.missing_derivatives()
        yield from self.overflows()
        yield from self.earlier_gradients(stale=bool(stale))
        yield from self.never_reached()
        yield from self.lost_signals()
        yield from self.saturated()
        yield from self.nearly_lost()
        yield from self.far_smaller()

    def finding(self, problem: str, node: Value, evidence: str, advice: str = "") -> Finding:
        return Finding(problem, node, self.names[node], node.source_line, evidence, advice)

    def made(self, node: Value) -> str:
        """Return ``n = a * b``."""
        return f"{self.names[node]} = {self.formula(node)}"

    def formula(self, node: Value) -> str:
        """Return how a node was computed, with names; only the beginning if that is long."""
        formula = formulas_of(node, self.labels).value(TEXT, call=True)
        return formula if len(formula) <= MOST_LETTERS else f"{formula[: MOST_LETTERS - 1]}…"

    # --- the forward pass -------------------------------------------------------------------------------

    def changed_data(self) -> Iterator[Finding]:
        """Find nodes whose number is no longer what their formula gives for the numbers of their parents."""
        for node in self.backward_pass.interior:
            row = node.operation
            if row is None or OPERATIONS.get(row.name) is not row:
                continue  # a compiled function
            try:
                now = [[*map(number_of, x)] if isinstance(x, tuple) else number_of(x) for x in node.operands]
                fresh = row(*cast("list[float]", now))
                text, same = number_text(fresh), fresh == node.data or not math.isfinite(node.data)
            except AutogradError:
                text, same = "not defined any more", not math.isfinite(node.data)
            if not same:
                evidence = f"{self.made(node)} was {number_text(node.data)}; with the present numbers it is {text}"
                yield self.finding("data changed", node, evidence)

    def infinite_data(self) -> Iterator[Finding]:
        """Find where a number that is not finite came into the graph."""
        for node in (*self.backward_pass.leaves, *self.backward_pass.interior):
            if not math.isfinite(node.data) and all(math.isfinite(parent.data) for parent in node.parents):
                yield self.finding("not a finite number", node, f"{self.names[node]} is {node.data}")

    def lost_signals(self) -> Iterator[Finding]:
        """Find weighted sums of which, whatever goes in, only the bias is left."""
        for total, bias, out, coming in causes.lost_signals(self.backward_pass.interior):
            evidence = (
                f"{self.made(total)} differs by {number_text(out)} from use to use, what goes in by "
                f"{number_text(coming)}; the bias {self.names[bias]} is {number_text(bias.data)}"
            )
            yield self.finding("signal lost", total, evidence)

    def saturated(self) -> Iterator[Finding]:
        for visit in self.backward_pass.visits:
            steepest = causes.FLAT.get(visit.node.operation.name) if visit.node.operation else None
            if steepest is None or not visit.deposits or visit.node.op == "ReLU":
                continue
            if abs(visit.deposits[0].local) >= causes.SATURATED * steepest:
                continue
            parent, local = visit.deposits[0].parent, number_text(visit.deposits[0].local)
            at = f"{self.names[parent]} = {number_text(parent.data)}"
            steep = number_text(steepest)
            evidence = f"{self.made(visit.node)} has the slope {local} at {at}; at its steepest it has {steep}"
            bias = causes.outweighing_bias(visit.node)
            evidence += self.because_of(bias)
            yield self.finding("saturated", visit.node, evidence, causes.BIAS if bias is not None else "")

    def because_of(self, bias: Value | None) -> str:
        """Return ``; the bias b = -50 outweighs the rest``."""
        return "" if bias is None else f"; the bias {self.names[bias]} = {number_text(bias.data)} outweighs the rest"

    # --- the backward pass ------------------------------------------------------------------------------

    def missing_derivatives(self) -> Iterator[Finding]:
        for node, error in self.backward_pass.failures.items():
            # the line is that of the finding, which says it already
            yield self.finding("no derivative", node, f"{self.made(node)}: {str(error).split(' At ')[0]}")

    def overflows(self) -> Iterator[Finding]:
        """Find where a gradient first became infinite, or undefined, from numbers that were finite."""
        for visit in self.backward_pass.visits:
            if not math.isfinite(visit.incoming) or visit.node in self.backward_pass.failures:
                continue
            for deposit in visit.deposits:
                if math.isfinite(deposit.before) and not math.isfinite(deposit.after):
                    product = f"{number_text(visit.incoming)} × {factor(deposit.local)}"
                    parent = self.names[deposit.parent]
                    evidence = f"the gradient of {parent} overflows at {self.made(visit.node)}: {product}"
                    yield self.finding("gradient overflows", visit.node, evidence)

    def earlier_gradients(self, *, stale: bool) -> Iterator[Finding]:
        """Find leaves that had a gradient before ``backward()``, whether it has been called on this loss or not."""
        ran = self.loss.grad != 0.0 and bool(self.backward_pass.interior)
        if ran and stale:
            return  # the gradients that backward() left belong to other numbers
        for leaf in self.backward_pass.leaves:
            own = self.backward_pass.gradients[leaf] * self.loss.grad if ran else 0.0
            if leaf.grad == 0.0 or math.isclose(leaf.grad, own, rel_tol=1e-9) or not math.isfinite(own):
                continue
            evidence = f"{self.names[leaf]}.grad is {number_text(leaf.grad)}"
            if ran:
                earlier = number_text(leaf.grad - own)
                evidence += f", of which this loss gives {number_text(own)}; {earlier} was there before"
            else:
                evidence += ", to which backward() will add"
            yield self.finding("gradient was there before", leaf, evidence)

    def never_reached(self) -> Iterator[Finding]:
        """Find leaves whose gradient is 0 along every path, and say where it stops."""
        for leaf in self.backward_pass.leaves:
            arriving = self.deposits.get(leaf, [])
            stops = self.stops.get(leaf, {})
            if stops and all(deposit.amount == 0.0 for _, deposit in arriving):
                where = ", and at ".join(self.stop(node, deposit) for node, deposit in islice(stops.items(), 2))
                more = ", and elsewhere" if len(stops) > 2 else ""
                bias = next((found for stop in stops if (found := self.bias_behind(stop)) is not None), None)
                evidence = f"no gradient reaches {self.names[leaf]}: it stops at {where}{more}{self.because_of(bias)}"
                yield self.finding("never reached", leaf, evidence, causes.BIAS if bias is not None else "")

    def stop(self, node: Value, deposit: Deposit) -> str:
        """Return ``h = relu(n), where ∂h/∂n = 1 if n > 0 else 0 = 1 if -2 > 0 else 0 = 0``."""
        formulas = formulas_of(node, self.labels)
        derivative = TEXT.derivative(self.labels[node], self.labels[deposit.parent]).text
        texts = formulas.slope_equation(TEXT, deposit.operand, deposit.position, deposit.local)
        return f"{self.made(node)}, where {joined(texts, derivative)}"

    def nearly_lost(self) -> Iterator[Finding]:
        """Find the nodes at which a gradient falls below :data:`LOST` on its way from the loss."""
        for node, arriving in self.deposits.items():
            gradient = abs(self.backward_pass.gradients[node])
            visit, deposit = max(arriving, key=lambda pair: abs(pair[1].amount))
            largest = max(abs(visit.incoming) for visit, _ in arriving)
            kept = any(deposit.local != 0.0 and visit.incoming != 0.0 for visit, deposit in arriving)
            if not math.isfinite(gradient) or gradient >= LOST or largest < LOST or not kept:
                continue
            if gradient == 0.0 and deposit.amount != 0.0:
                continue  # contributions that cancel each other are not lost
            before, after = number_text(visit.incoming), number_text(self.backward_pass.gradients[node])
            local = number_text(deposit.local)
            made = self.made(visit.node)
            evidence = f"at {made} it falls from {before} to {after} on the way to {self.names[node]} (× {local})"
            yield self.finding("gradient nearly lost", visit.node, evidence, self.advice_on(visit, deposit))

    def far_smaller(self) -> Iterator[Finding]:
        """Find leaves whose gradient a tiny factor makes far smaller than the largest, and name the factor."""
        reaching = {
            leaf: max(abs(deposit.amount) for _, deposit in self.deposits[leaf])
            for leaf in self.backward_pass.leaves
            if leaf in self.deposits and math.isfinite(self.backward_pass.gradients[leaf])
        }
        largest = max(reaching.values(), default=0.0)
        for leaf, most in reaching.items():
            if not LOST <= most < FAR_SMALLER * largest:
                continue  # what is smaller still counts as lost
            shrinking = [
                pair for pair in widest_way(self.deposits, leaf, self.loss) if pair[0].node.operation in SHRINKING
            ]
            factor = math.prod(deposit.local for _, deposit in shrinking)
            if abs(factor) > SMALL_FACTOR:
                continue  # it was small from the start, as where a loss is nearly 0
            visit, deposit = min(shrinking, key=lambda pair: abs(pair[1].local))
            evidence = (
                f"the gradient of {self.names[leaf]} is {number_text(self.backward_pass.gradients[leaf])}, the largest "
                f"of all leaves {number_text(largest)}; weights and activations on the way multiply it by "
                f"{number_text(factor)}, most at {self.made(visit.node)} (× {number_text(deposit.local)})"
            )
            yield self.finding("gradient far smaller than others", leaf, evidence, self.advice_on(visit, deposit))

    def advice_on(self, visit: Visit, deposit: Deposit) -> str:
        """Return what to do about the local derivative that makes a gradient small, where its cause is known."""
        if causes.outweighing_bias(visit.node) is not None:
            return causes.BIAS
        if abs(deposit.local) > SMALL_FACTOR:
            return ""
        is_leaf = deposit.parent.operation is None
        return causes.advice_on_factor(visit.node, deposit.operand, deposit.position, is_leaf=is_leaf)


def widest_way(
    deposits: Mapping[Value, Sequence[tuple[Visit, Deposit]]], leaf: Value, loss: Value
) -> list[tuple[Visit, Deposit]]:
    """Return the way from a leaf to the loss that most of its gradient takes."""
    node, way = leaf, list[tuple[Visit, Deposit]]()
    while node is not loss:
        way.append(max(deposits[node], key=lambda pair: abs(pair[1].amount)))
        node = way[-1][0].node
    return way
