"""Writes a program of thousands of little steps as data, for the interpreter of :mod:`~autograd.program.c_interpreter`.

Such a program has no loops worth compiling, and its text would keep a compiler busy for seconds. So what is compiled
is one case for each kind of step, and the steps are a table of places: which case, how often, and which numbers.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, TypeAlias

import numpy

from autograd.formulas.operation import Operation
from autograd.program.affine import Fixed, Gather, Places, Source, View
from autograd.program.layout import ArrayStep, Layout

LEAST_STEPS = 1000
"""Programs of fewer steps are compiled in less than two seconds as they are."""
MOST_STEPS = 8000
"""Programs of more steps take a compiler too long, however large the steps are."""
MOST_MEMBERS = 12
"""With more numbers than this in a step on average, loops of their own are worth waiting for the compiler."""
MOST_EXPONENTS = 50
"""So many different constant exponents get cases of their own."""
Rows: TypeAlias = list[list[int]]
"""The places of an operand: for each member of a step, those of its terms."""
HEADER = 4
"""So many numbers stand at the beginning of the table: how many numbers go in, how many there are altogether, how many
results, and where the backward pass begins; then come the places of the results."""


def is_irregular(layout: Layout) -> bool:
    """Whether a program is better carried out from a table than compiled itself."""
    steps = len(layout.steps)
    members = sum(step.count for step in layout.steps)
    return steps > LEAST_STEPS and (members <= MOST_MEMBERS * steps or steps > MOST_STEPS)


class Case(NamedTuple):
    """What steps have to have in common to be carried out by the same lines.

    Attributes:
        operation: what they do.
        exponents: the constant exponents among the operands, by name.
        wanted: the operands that the gradient is passed back to; none in the forward pass.
    """

    operation: Operation
    exponents: tuple[tuple[str, float], ...]
    wanted: tuple[str, ...] = ()


class Instructions:
    """Both passes of a program as one table.

    Args:
        layout: the program with everything in its place.
        outputs: the places whose gradients the caller fills in before the backward pass.
        wanted: for each place of a leaf, whether its gradient is asked for.

    Attributes:
        table: after a header, the steps forward, a zero, the steps backward, and a zero. Each is its case, how often it
            is carried out, the lengths of its sequences, and for each time the place of the result and those of the
            operands.
        cases: the numbers of the cases; the same ones have the same numbers in every program.
        longest: how long a sequence may be, a power of two.
    """

    def __init__(self, layout: Layout, outputs: Sequence[int], wanted: Sequence[bool]) -> None:
        self.layout = layout
        self.place_of = {repr(number): place for place, number in layout.constants.items()}
        longest = max([1, *[length for step in layout.steps for length in step.lengths.values()]])
        self.longest = 1 << (longest - 1).bit_length()
        exponents = {self.exponents(step) for step in layout.steps if step.group.operation.exponents}
        self.own_cases = len(exponents) <= MOST_EXPONENTS
        self.read = [self.operands(step) for step in layout.steps]
        self.passing = self.find_passing(wanted)
        order = self.order()
        runs = [(self.case(layout.steps[i]), i) for i in order]
        back = list(self.backward(order, outputs))
        cases = sorted({case for case, _ in (*runs, *back)}, key=lambda case: (case.operation.name, *case[1:]))
        self.cases = {case: number for number, case in enumerate(cases, 1)}
        forward, backward = self.written(runs), self.written(back)
        given, start = layout.given, HEADER + len(outputs) + len(forward)
        self.table = [given, layout.size, len(outputs), start, *outputs, *forward, *backward]

    def exponents(self, step: ArrayStep) -> tuple[tuple[str, float], ...]:
        """Return the exponents of a step that never change, by name."""
        operation = step.group.operation
        pairs = zip(operation.operands, step.operands, strict=True)
        return tuple(
            [
                (name, source.numbers)
                for name, source in pairs
                if name in operation.exponents and isinstance(source, Fixed) and isinstance(source.numbers, float)
            ]
        )

    def case(self, step: ArrayStep, wanted: Sequence[str] = ()) -> Case:
        """Return the case of a step."""
        operation = step.group.operation
        exponents = self.exponents(step) if self.own_cases and operation.exponents else ()
        return Case(operation, exponents, tuple(wanted))

    def operands(self, step: ArrayStep) -> list[Rows]:
        """Return the places of each operand of a step, which constants have as well."""
        shape, count = step.out.shape, step.count
        if step.kind == "matmul":
            left, right = map(self.places, step.operands)
            pairs = (left[..., :, None, :], right[..., None, :, :])
            return [numpy.broadcast_to(each, (*shape, left.shape[-1])).reshape(count, -1).tolist() for each in pairs]
        rows: list[Rows] = []
        for source in step.operands:
            if count == 1 and not isinstance(source, Gather) and math.prod(source.shape) == 1:
                rows.append([[source.start if isinstance(source, View) else self.constant(source)]])
            else:
                whole = numpy.broadcast_to(self.places(source), (*shape, *source.shape[len(shape) :]))
                rows.append(whole.reshape(count, -1).tolist())
        return rows

    def places(self, source: Source) -> Places:
        """Return the places of an operand."""
        if not isinstance(source, Fixed):
            return source.places()
        if isinstance(source.numbers, float):
            return numpy.array(self.constant(source))
        return numpy.array([self.place_of[repr(n)] for n in source.numbers.reshape(-1).tolist()]).reshape(source.shape)

    def constant(self, source: Fixed) -> int:
        """Return the place of a number that never changes."""
        return self.place_of[repr(float(source.numbers))]

    def find_passing(self, wanted: Sequence[bool]) -> list[list[str]]:
        """Return, for each step, the operands through which it leads to a gradient that is asked for.

        Args:
            wanted: for each place of a leaf, whether its gradient is asked for.
        """
        needed = [*wanted, *[False] * (self.layout.size - len(wanted))]
        passing: list[list[str]] = []
        for step, read in zip(self.layout.steps, self.read, strict=True):
            operation = step.group.operation
            passing.append([])
            if operation.detached:
                continue
            for place, rows in enumerate(zip(*read, strict=True), step.out.start):
                needed[place] = True in [needed[each] for row in rows for each in row]
            for name, source, own in zip(operation.operands, step.operands, read, strict=True):
                has_slope = not isinstance(source, Fixed) and operation.slopes.get(name, "0") != "0"
                if has_slope and True in [needed[place] for row in own for place in row]:
                    passing[-1].append(name)
        return passing

    def order(self) -> list[int]:
        """Return the steps in an order in which as many as possible of the same case follow one another.

        The cases take turns, the most frequent ones first, each with all the steps of it that can be carried out: the
        processor then guesses right what comes next.
        """
        steps = self.layout.steps
        owner = [-1] * self.layout.leaf_count
        for i, step in enumerate(steps):
            owner += [i] * step.count
        users: list[list[int]] = [[] for _ in steps]
        waiting: list[int] = []
        for i, operands in enumerate(self.read):
            before = {owner[place] for rows in operands for row in rows for place in row} - {-1}
            waiting.append(len(before))
            for own in before:
                users[own].append(i)
        cases = list(map(self.case, steps, self.passing))
        ready: dict[Case, list[int]] = {case: [] for case, _ in Counter(cases).most_common()}
        for i, count in enumerate(waiting):
            if not count:
                ready[cases[i]].append(i)
        order: list[int] = []
        while len(order) < len(steps):
            for run in ready.values():
                for done in run:  # which grows by what can go on with them
                    for user in users[done]:
                        waiting[user] -= 1
                        if not waiting[user]:
                            ready[cases[user]].append(user)
                order += run
                run.clear()
        return order

    def written(self, runs: Iterable[tuple[Case, int]]) -> list[int]:
        """Return steps as they stand in the table.

        Args:
            runs: the case and the number of each.
        """
        steps = self.layout.steps
        table: list[int] = []
        for (case, *lengths), run in groupby(runs, lambda each: (each[0], *steps[each[1]].lengths.values())):
            members: list[int] = []
            count = 0
            for _, i in run:
                for place, rows in enumerate(zip(*self.read[i], strict=True), steps[i].out.start):
                    count += 1
                    members.append(place)
                    for row in rows:
                        members += row
            table += [self.cases[case], count, *lengths, *members]
        return [*table, 0]

    def backward(self, order: Sequence[int], outputs: Sequence[int]) -> Iterator[tuple[Case, int]]:
        """Yield the steps of the backward pass, without those that no gradient comes to or that pass none on.

        Args:
            order: the steps in the order of the forward pass.
            outputs: the places that the gradient comes from.
        """
        filled = [False] * self.layout.size
        for place in outputs:
            filled[place] = True
        for i in reversed(order):
            step, passing = self.layout.steps[i], self.passing[i]
            if not passing or True not in filled[step.region]:
                continue
            for name, rows in zip(step.group.operation.operands, self.read[i], strict=True):
                if name in passing:
                    for row in rows:
                        for place in row:
                            filled[place] = True
            yield self.case(step, passing), i
