"""Gathers chains of additions into sums of many terms, and sums of products into dot products.

Code written with plain loops adds one term at a time. Where the partial results are used nowhere else, the
chain is one sum, and where its terms are products, one dot product: that is where matrices come from.
"""

from collections import Counter
from dataclasses import replace
from itertools import groupby
from typing import cast

from autograd.formulas.formula import formula
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.program.trace import Argument, Trace, flat


def gather_sums(trace: Trace) -> Trace:
    """Return the same computation with its sums gathered; leaves keep their numbers."""
    return _Gathering(trace).result()


class _Gathering:
    def __init__(self, trace: Trace) -> None:
        self.old = trace
        adding = {row: row.term for row in OPERATIONS.values() if row.term is not None}
        plain = [row for row, term in adding.items() if formula(term.value).name]
        self.sum_of_two = next(row for row in plain if not row.is_nary)
        self.sum_of_many = next(row for row in plain if row.is_nary)
        self.additions = {self.sum_of_two, self.sum_of_many}
        self.sum_of_terms = {term: row for row, term in adding.items() if row not in plain}
        """For each row on single numbers, the row that adds up its results; multiplication has the dot product."""
        self.kinds = [leaf.value for leaf in trace.leaves] + [operation.name for operation in trace.operations]
        """The name of each node's operation, or where a leaf comes from."""
        self.uses = count_uses(trace.arguments)
        self.uses.update(trace.outputs)
        for numbers in trace.observed:
            self.uses.update(numbers)
        self.absorbed = self.find_absorbed()
        self.new = replace(trace, operations=[], arguments=[], lines=[])
        self.numbers: dict[int, int] = {leaf: leaf for leaf in range(len(trace.leaves))}
        self.tuples: dict[int, tuple[int, ...]] = {}
        self.interned: dict[tuple[int, ...], tuple[int, ...]] = {}

    def adds(self, number: int) -> bool:
        return self.old.operation_of(number) in self.additions

    def is_term(self, number: int) -> bool:
        """Whether a node is used once and could be a term of a sum over sequences, as a product in a dot product."""
        return self.uses[number] == 1 and self.old.operation_of(number) in self.sum_of_terms

    def find_absorbed(self) -> set[int]:
        """Return the nodes that become part of the sum or product which alone uses them."""
        return {
            term
            for number in range(len(self.old.leaves), len(self.old))
            if self.adds(number)
            for term in flat(self.old.arguments_of(number))
            if self.uses[term] == 1 and self.adds(term)
        }

    def add(self, operation: Operation, *arguments: Argument, line: tuple[str, int] | None) -> int:
        self.new.operations.append(operation)
        self.new.arguments.append(arguments)
        self.new.lines.append(line)
        return len(self.new) - 1

    def factors(self, product: int) -> tuple[str, ...]:
        """Return what a product is and what its factors are; products of one kind form a dot product."""
        return self.kinds[product], *[self.kinds[factor] for factor in flat(self.old.arguments_of(product))]

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
        products: list[int] = []
        others: list[int] = []
        for term in self.terms(number):
            (products if self.is_term(term) else others).append(term)
        parts: list[int] = []
        for _, alike in groupby(sorted(products, key=self.factors), key=self.factors):
            group = list(alike)
            if len(group) > 1:
                columns = zip(*[cast("tuple[int, ...]", self.old.arguments_of(item)) for item in group], strict=True)
                factors = [self.shared(tuple(map(self.number, column))) for column in columns]
                row = self.sum_of_terms[cast("Operation", self.old.operation_of(group[0]))]
                parts.append(self.add(row, *factors, line=line))
            else:
                others += group
        for _, same in groupby(sorted(others, key=self.kinds.__getitem__), key=self.kinds.__getitem__):
            numbers = [self.number(term) for term in same]
            if len(numbers) > 2:
                parts.append(self.add(self.sum_of_many, self.shared(tuple(numbers)), line=line))
            else:
                parts += numbers
        if not parts:
            return self.numbers[0]
        result = parts[0]
        for part in parts[1:]:
            result = self.add(self.sum_of_two, result, part, line=line)
        return result

    def number(self, old: int) -> int:
        """Return the new number of an old node; a product is only written out once something needs it."""
        if old not in self.numbers:
            position = old - len(self.old.leaves)
            arguments = self.old.arguments[position]
            renumbered = [self.row(item) if isinstance(item, tuple) else self.number(item) for item in arguments]
            self.numbers[old] = self.add(self.old.operations[position], *renumbered, line=self.old.lines[position])
        return self.numbers[old]

    def row(self, old: tuple[int, ...]) -> tuple[int, ...]:
        """Return the new numbers of a sequence operand; each tuple is renumbered once."""
        if id(old) not in self.tuples:
            self.tuples[id(old)] = self.shared(tuple([self.number(item) for item in old]))
        return self.tuples[id(old)]

    def shared(self, numbers: tuple[int, ...]) -> tuple[int, ...]:
        return self.interned.setdefault(numbers, numbers)

    def result(self) -> Trace:
        in_a_sum = self.products_in_sums()
        for position in range(len(self.old.operations)):
            old = position + len(self.old.leaves)
            if old in self.absorbed or old in in_a_sum:
                continue
            if self.adds(old):
                self.numbers[old] = self.sum(old, self.old.lines[position])
            else:
                self.number(old)
        self.new.outputs = [self.number(item) for item in self.old.outputs]
        self.new.observed = [[self.number(item) for item in items] for items in self.old.observed]
        return self.new

    def products_in_sums(self) -> set[int]:
        return {
            term
            for arguments, operation in zip(self.old.arguments, self.old.operations, strict=True)
            if operation in self.additions
            for term in flat(arguments)
            if self.is_term(term)
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
