"""Gathers chains of additions into sums of many terms, and sums of products into dot products.

Code written with plain loops adds one term at a time. Where the partial results are used nowhere else, the
chain is one sum, and where its terms are products, one dot product: that is where matrices come from.
"""

from collections import Counter
from dataclasses import replace
from itertools import groupby
from typing import cast

from autograd.formulas.operation import OPERATIONS
from autograd.program.trace import Argument, Trace, flat

ADDITIONS = frozenset({"add", "sum"})


def gather_sums(trace: Trace) -> Trace:
    """Return the same computation with its sums gathered; leaves keep their numbers."""
    return _Gathering(trace).result()


class _Gathering:
    def __init__(self, trace: Trace) -> None:
        self.old = trace
        self.uses = count_uses(trace.arguments)
        self.uses.update(trace.outputs)
        for numbers in trace.observed:
            self.uses.update(numbers)
        self.absorbed = self.find_absorbed()
        self.new = replace(trace, operations=[], arguments=[], lines=[])
        self.numbers: dict[int, int] = {leaf: leaf for leaf in range(len(trace.leaves))}
        self.tuples: dict[int, tuple[int, ...]] = {}
        self.interned: dict[tuple[int, ...], tuple[int, ...]] = {}

    def name(self, number: int) -> str:
        """Return the name of a node's operation."""
        operation = self.old.operation_of(number)
        return operation.name if operation else ""

    def find_absorbed(self) -> set[int]:
        """Return the nodes that become part of the sum or product which alone uses them."""
        first = len(self.old.leaves)
        absorbed: set[int] = set()
        for number in range(len(self.old) - 1, first - 1, -1):
            if self.name(number) in ADDITIONS:
                for term in flat(self.old.arguments_of(number)):
                    if self.uses[term] == 1 and self.name(term) in ADDITIONS:
                        absorbed.add(term)
        return absorbed

    def add(self, name: str, *arguments: Argument, line: tuple[str, int] | None) -> int:
        """Append an operation to the new trace."""
        self.new.operations.append(OPERATIONS[name])
        self.new.arguments.append(arguments)
        self.new.lines.append(line)
        return len(self.new) - 1

    def factors(self, product: int) -> tuple[str, str]:
        """Return what the two factors of a product are; like products form a dot product."""
        return cast(
            "tuple[str, str]", tuple([self.kind(int(factor)) for factor in flat(self.old.arguments_of(product))])
        )

    def kind(self, number: int) -> str:
        """Return the name of a node's operation, or where a leaf comes from."""
        return self.name(number) or self.old.leaves[number].value

    def terms(self, number: int) -> list[int]:
        """Return all terms of a sum, in the order in which they were added."""
        found: list[int] = []
        stack = [number]
        while stack:
            item = stack.pop()
            if item == number or item in self.absorbed:
                stack.extend(reversed(list(flat(self.old.arguments_of(item)))))
            else:
                found.append(item)
        return found

    def sum(self, number: int, line: tuple[str, int] | None) -> int:
        """Write out one gathered sum and return the number of its result."""
        products: list[int] = []
        others: list[int] = []
        for term in self.terms(number):
            single = self.uses[term] == 1 and self.name(term) == "mul"
            (products if single else others).append(term)
        parts: list[int] = []
        for _, alike in groupby(sorted(products, key=self.factors), key=self.factors):
            group = list(alike)
            pairs = [cast("tuple[int, int]", self.old.arguments_of(product)) for product in group]
            if len(pairs) > 1:
                left = self.shared(tuple([self.number(pair[0]) for pair in pairs]))
                right = self.shared(tuple([self.number(pair[1]) for pair in pairs]))
                parts.append(self.add("dot", left, right, line=line))
            else:
                others += group
        for _, same in groupby(sorted(others, key=self.kind), key=self.kind):
            numbers = [self.number(term) for term in same]
            if len(numbers) > 2:
                parts.append(self.add("sum", self.shared(tuple(numbers)), line=line))
            else:
                parts += numbers
        if not parts:
            return self.numbers[0]
        result = parts[0]
        for part in parts[1:]:
            result = self.add("add", result, part, line=line)
        return result

    def number(self, old: int) -> int:
        """Return the new number of an old node; a product is only written out once something needs it."""
        if old not in self.numbers:
            position = old - len(self.old.leaves)
            arguments = self.old.arguments[position]
            renumbered = [self.row(item) if isinstance(item, tuple) else self.number(item) for item in arguments]
            self.numbers[old] = self.add(self.name(old), *renumbered, line=self.old.lines[position])
        return self.numbers[old]

    def row(self, old: tuple[int, ...]) -> tuple[int, ...]:
        """Return the new numbers of a sequence operand; each tuple is renumbered once."""
        if id(old) not in self.tuples:
            self.tuples[id(old)] = self.shared(tuple([self.number(item) for item in old]))
        return self.tuples[id(old)]

    def shared(self, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """Return one and the same tuple for equal tuples."""
        return self.interned.setdefault(numbers, numbers)

    def result(self) -> Trace:
        """Go through the old trace in order and write the new one."""
        in_a_sum = self.products_in_sums()
        for position in range(len(self.old.operations)):
            old = position + len(self.old.leaves)
            if old in self.absorbed or old in in_a_sum:
                continue
            if self.name(old) in ADDITIONS:
                self.numbers[old] = self.sum(old, self.old.lines[position])
            else:
                self.number(old)
        self.new.outputs = [self.number(item) for item in self.old.outputs]
        self.new.observed = [[self.number(item) for item in items] for items in self.old.observed]
        return self.new

    def products_in_sums(self) -> set[int]:
        """Return the products whose only use is a term of a sum."""
        return {
            term
            for arguments, operation in zip(self.old.arguments, self.old.operations, strict=True)
            if operation.name in ADDITIONS
            for term in flat(arguments)
            if self.uses[term] == 1 and self.name(term) == "mul"
        }


def count_uses(arguments: list[tuple[Argument, ...]]) -> Counter[int]:
    """Count how often each node is used; a tuple that many nodes share is looked at once."""
    uses: Counter[int] = Counter()
    tuples: Counter[int] = Counter()
    by_id: dict[int, tuple[int, ...]] = {}
    for operands in arguments:
        for operand in operands:
            if isinstance(operand, tuple):
                tuples[id(operand)] += 1
                by_id[id(operand)] = operand
            else:
                uses[operand] += 1
    for key, count in tuples.items():
        for number in by_id[key]:
            uses[number] += count
    return uses
