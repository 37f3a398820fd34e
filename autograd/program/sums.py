"""Gathers chains of additions into sums of many terms, and sums of products into dot products.

Code written with plain loops adds one term at a time. Where the partial results are used nowhere else, the
chain is one sum, and where its terms are products, one dot product: that is where matrices come from.

All sums of a computation are gathered at once, in arrays of numbers of nodes.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

import numpy
from numpy.typing import NDArray

from autograd.formulas.formula import formula
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.program.trace import Trace

Integers = NDArray[numpy.int64]
Marks = NDArray[numpy.bool_]

ADDING = {row: row.term for row in OPERATIONS.values() if row.term is not None}
PLAIN = [row for row, term in ADDING.items() if formula(term.value).name]
SUM_OF_TWO, SUM_OF_MANY = sorted(PLAIN, key=lambda row: row.is_nary)
SUM_OF_PRODUCTS, PRODUCT = next(pair for pair in ADDING.items() if pair[0] not in PLAIN)


def gather_sums(trace: Trace) -> Trace:
    """Return the same computation with its sums gathered; leaves keep their numbers."""
    gathering = Gathering(trace)
    gathering.gather()
    return gathering.result()


class Gathering:
    """A computation in arrays, and what becomes of its sums.

    Attributes:
        rows: the different operations; ``row`` tells for each node which of them made it, -1 for a leaf.
        operands: those of all nodes, one after the other, of which each node has ``count``.
        elements: those of all sequences, one after the other, of which each sequence has ``length``.
        kept: whether a node is part of the new computation.
        at: the old node in whose place it stands; ``place`` tells in which order, if there are several.
        alias: the node that stands for it: for a sum, the one that adds up the last of its parts.
    """

    def __init__(self, trace: Trace) -> None:
        self.old, self.first = trace, len(trace.leaves)
        self.rows = [*dict.fromkeys([*trace.operations, SUM_OF_TWO, SUM_OF_MANY, SUM_OF_PRODUCTS])]
        position = {row: position for position, row in enumerate(self.rows)}
        self.row = integers(chain([-1] * self.first, map(position.__getitem__, trace.operations)))
        self.count = integers(chain([0] * self.first, map(len, trace.operands)))
        self.operands = integers(chain.from_iterable(trace.operands))
        self.length = integers(map(len, trace.sequences))
        self.elements = integers(chain.from_iterable(trace.sequences))
        self.kept = self.row >= 0
        self.at, self.alias = numpy.arange(len(trace)), numpy.arange(len(trace))
        self.place = numpy.zeros(len(trace), numpy.int64)

    def made_by(self, *rows: object) -> Marks:
        """Return for each node whether one of these operations made it."""
        return numpy.array([*[row in rows for row in self.rows], False])[self.row]

    def uses(self) -> Integers:
        """Count how often each node is used; a sequence that many nodes share is looked at once."""
        sequences = ~self.operands[self.operands < 0]
        times = numpy.repeat(numpy.bincount(sequences, minlength=len(self.length)), self.length)
        results = integers(chain(self.old.outputs, *self.old.observed))
        single = numpy.concatenate([self.operands[self.operands >= 0], results])
        in_sequences = numpy.bincount(self.elements, times, len(self.row))
        return numpy.bincount(single, minlength=len(self.row)) + in_sequences.astype(numpy.int64)

    def kinds(self) -> Integers:
        """Return the rank of the name of each node's operation, or of where a leaf comes from."""
        leaves, rows = [leaf.value for leaf in self.old.leaves], [row.name for row in self.rows]
        rank = {name: position for position, name in enumerate(sorted({*leaves, *rows}))}
        return numpy.concatenate(
            [integers(map(rank.__getitem__, leaves)), integers(map(rank.__getitem__, rows))[self.row[self.first :]]]
        )

    def terms(self, once: Marks, adds: Marks) -> tuple[Integers, Integers]:
        """Return the terms of all sums in the order in which they are added, and for each the sum it belongs to.

        Each operand of an addition is a *use* of a node. From the last use below an operand, a pointer leads to the
        first below the next one. Following them to the end, twice as far in each step, tells how many terms are still
        to come: Wyllie's list ranking (The complexity of parallel computations, 1979).

        Args:
            once: which nodes are used once.
            adds: which nodes are additions.
        """
        sums = numpy.flatnonzero(adds)
        where = ranges(starts(self.count)[sums], self.count[sums])
        owner, size = numpy.repeat(sums, self.count[sums]), numpy.ones_like(where)
        many = self.operands[where] < 0
        sequence = ~self.operands[where[many]]
        where[many], size[many] = len(self.operands) + starts(self.length)[sequence], self.length[sequence]
        owner = numpy.repeat(owner, size)
        used = numpy.concatenate([self.operands, self.elements])[ranges(where, size)]

        inside = (once & adds)[used]  # a partial sum that is used nowhere else
        uses = numpy.arange(len(used))
        first, last = uses.copy(), uses.copy()
        first[inside] = numpy.searchsorted(owner, used[inside])
        last[inside] = numpy.searchsorted(owner, used[inside], "right") - 1
        first, last = followed(first), followed(last)
        pointer = uses.copy()
        followers = numpy.flatnonzero(owner[1:] == owner[:-1]) + 1
        pointer[last[followers - 1]] = first[followers]
        to_come = (pointer != uses).astype(numpy.int64)
        while not numpy.array_equal(further := pointer[pointer], pointer):
            to_come, pointer = to_come + to_come[pointer], further

        whole = numpy.setdiff1d(sums, used[inside], assume_unique=True)
        sum_at_end = numpy.zeros_like(uses)
        sum_at_end[last[numpy.searchsorted(owner, whole, "right") - 1]] = whole
        total = sum_at_end[pointer]
        terms = numpy.flatnonzero(~inside)
        order = terms[numpy.lexsort((-to_come[terms], total[terms]))]
        return used[order], total[order]

    def gather(self) -> None:
        """Make dot products of products of the same kind, and sums of other terms of the same kind; add these up."""
        once, adds, kind = self.uses() == 1, self.made_by(SUM_OF_TWO, SUM_OF_MANY), self.kinds()
        term, total = self.terms(once, adds)
        is_product = (once & self.made_by(PRODUCT))[term]
        self.kept &= ~adds
        self.kept[term[is_product]] = False

        products = numpy.flatnonzero(is_product)
        at = starts(self.count)[term[products]]
        left, right = self.operands[at], self.operands[at + 1]
        order = numpy.lexsort((kind[right], kind[left], total[products]))
        products, left, right = products[order], left[order], right[order]
        alike, size = runs(total[products], kind[left], kind[right])
        several, in_dots = size > 1, size[alike] > 1
        sum_of_dot = total[products[starts(size)[several]]]
        factors = [self.add_sequences(side[in_dots], size[several]) for side in (left, right)]
        dots = self.add(SUM_OF_PRODUCTS, sum_of_dot, numpy.full_like(sum_of_dot, -1), *factors)

        others = numpy.concatenate([numpy.flatnonzero(~is_product), products[~in_dots]])
        others = others[numpy.lexsort((kind[term[others]], total[others]))]
        term, total, is_product = term[others], total[others], is_product[others]
        self.kept[term[is_product]], self.at[term[is_product]] = True, total[is_product]
        self.place[term[is_product]] = 2 * numpy.flatnonzero(is_product)
        alike, size = runs(total, kind[term])
        several, in_sums = size > 2, size[alike] > 2
        end = numpy.cumsum(size)[several] - 1
        terms = self.add_sequences(term[in_sums], size[several])
        term[end] = self.add(SUM_OF_MANY, total[end], 2 * end + 1, terms)
        in_sums[end] = False

        part, total = numpy.concatenate([dots, term[~in_sums]]), numpy.concatenate([sum_of_dot, total[~in_sums]])
        order = numpy.argsort(total, kind="stable")
        part, total = part[order], total[order]
        later = numpy.flatnonzero(numpy.diff(total) == 0) + 1
        result = part.copy()
        result[later] = len(self.row) + numpy.arange(len(later))
        self.add(SUM_OF_TWO, total[later], 2 * len(others) + later, result[later - 1], part[later])
        self.alias[total] = result  # of several, the last one stays

    def add(self, operation: Operation, at: Integers, place: Integers, *operands: Integers) -> Integers:
        """Return numbers of new nodes, in the places of these old ones."""
        made = len(self.row) + numpy.arange(len(at))
        self.row = numpy.concatenate([self.row, numpy.full_like(made, self.rows.index(operation))])
        self.count = numpy.concatenate([self.count, numpy.full_like(made, len(operands))])
        self.operands = numpy.concatenate([self.operands, numpy.column_stack(operands).reshape(-1)])
        self.kept = numpy.concatenate([self.kept, numpy.ones_like(made, dtype=bool)])
        self.at, self.place = numpy.concatenate([self.at, at]), numpy.concatenate([self.place, place])
        self.alias = numpy.concatenate([self.alias, made])
        return made

    def add_sequences(self, elements: Integers, length: Integers) -> Integers:
        """Return what stands for new sequences of these lengths."""
        made = ~(len(self.length) + numpy.arange(len(length)))
        self.elements, self.length = (
            numpy.concatenate([self.elements, elements]),
            numpy.concatenate([self.length, length]),
        )
        return made

    def result(self) -> Trace:
        """Return the new computation."""
        nodes = numpy.flatnonzero(self.kept)
        nodes = nodes[numpy.lexsort((self.place[nodes], self.at[nodes]))]
        number = numpy.arange(len(self.row))
        number[nodes] = self.first + numpy.arange(len(nodes))
        number = number[followed(self.alias)]

        operands = self.operands[ranges(starts(self.count)[nodes], self.count[nodes])]
        is_sequence = operands < 0
        begin, elements = starts(self.length), number[self.elements].tolist()
        sequences: dict[tuple[int, ...], int] = {}
        code = numpy.zeros_like(self.length)
        for each in numpy.unique(~operands[is_sequence]).tolist():
            items = tuple(elements[begin[each] : begin[each] + self.length[each]])
            code[each] = sequences.setdefault(items, ~len(sequences))
        operands[is_sequence], operands[~is_sequence] = code[~operands[is_sequence]], number[operands[~is_sequence]]

        recorded = numpy.where(nodes < len(self.old), nodes, self.at[nodes])
        flat, end = operands.tolist(), numpy.cumsum(self.count[nodes]).tolist()
        return replace(
            self.old,
            operations=[self.rows[row] for row in self.row[nodes].tolist()],
            operands=[tuple(flat[i:j]) for i, j in zip([0, *end], end, strict=False)],
            sequences=[*sequences],
            recorded=[self.old.recorded[node - self.first] for node in recorded.tolist()],
            outputs=number[self.old.outputs].tolist(),
            observed=[number[items].tolist() for items in self.old.observed],
        )


def integers(items: Iterable[int]) -> Integers:
    """Return whole numbers as an array."""
    return numpy.fromiter(items, numpy.int64)


def starts(counts: Integers) -> Integers:
    """Return where each piece begins, of pieces of these lengths that lie one after the other."""
    return numpy.cumsum(counts) - counts


def ranges(start: Integers, count: Integers) -> Integers:
    """Return ``count`` numbers from each ``start`` on, one range after the other."""
    return numpy.repeat(start - starts(count), count) + numpy.arange(count.sum())


def followed(pointers: Integers) -> Integers:
    """Return where pointers lead in the end, of which the last points to itself."""
    while not numpy.array_equal(further := pointers[pointers], pointers):
        pointers = further
    return pointers


def runs(*keys: Integers) -> tuple[Integers, Integers]:
    """Return for sorted keys the run of equal ones that each belongs to, and the lengths of the runs."""
    run = numpy.zeros_like(keys[0])
    for key in keys:
        run[1:] |= key[1:] != key[:-1]
    run = numpy.cumsum(run)
    return run, numpy.bincount(run)
