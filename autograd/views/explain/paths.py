"""The paths from a node to an output: how many there are, and those along which most of the gradient flows.

A graph of n nodes can have 2**n paths, so they are never listed one by one: counts and the best few of
each node follow from those of its parents (the k best paths in a graph without cycles; Eppstein 1998).
"""

import heapq
import math
from collections.abc import Iterator
from typing import NamedTuple

from autograd.engine import Value
from autograd.views.steps.backward_pass import BackwardPass

MOST_EXACT = 10**300
"""Larger counts of paths are floats, and infinite beyond 1.8e308."""


class Path(NamedTuple):
    """One path from a node to the output."""

    nodes: tuple[Value, ...]
    """From the node to the output, both included."""
    local_derivatives: tuple[float, ...]
    """The derivative of each node on the path with respect to the one before it."""
    product: float
    """The product of the local derivatives: what the path adds to the gradient."""


class Link(NamedTuple):
    """The last piece of a path that arrives at a node."""

    size: float
    """The logarithm of the absolute product of the path so far."""
    local: float
    before: "Value | None"
    rank: int
    """Which of the best paths that arrive at the node before it goes on."""


class Paths:
    """The paths from ``x`` to the output of a backward pass.

    Args:
        backward_pass: the backward pass.
        x: where the paths begin.
        most: how many of the largest to find.
    """

    def __init__(self, backward_pass: BackwardPass, x: Value, most: int) -> None:
        self.output = backward_pass.seed.node
        self.counts: dict[Value, float] = {x: 1}
        self.best: dict[Value, list[Link]] = {x: [Link(0.0, 1.0, None, 0)]}
        for visit in reversed(backward_pass.visits):
            if visit.node is x:
                continue
            arriving: list[Link] = []
            count: float = 0
            for deposit in visit.deposits:
                if deposit.parent in self.counts:
                    count += self.counts[deposit.parent]
                    size = math.log(abs(deposit.local)) if deposit.local else -math.inf
                    links = enumerate(self.best[deposit.parent])
                    arriving += [Link(size + link.size, deposit.local, deposit.parent, rank) for rank, link in links]
            if arriving:
                self.counts[visit.node] = count if count < MOST_EXACT else float(count)
                self.best[visit.node] = heapq.nlargest(most, arriving, key=lambda link: link.size)

    @property
    def count(self) -> float:
        return self.counts.get(self.output, 0)

    def largest(self) -> Iterator[Path]:
        """Yield the paths with the largest absolute products, the largest first."""
        for last in self.best.get(self.output, []):
            link, nodes, local_derivatives = last, [self.output], []
            while link.before is not None:
                nodes.append(link.before)
                local_derivatives.append(link.local)
                link = self.best[link.before][link.rank]
            yield Path(tuple(reversed(nodes)), tuple(reversed(local_derivatives)), math.prod(local_derivatives))
