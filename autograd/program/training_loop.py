"""Writes a training run as C: a loop over batches around both passes of a program, and rules that are applied to all.

A rule is a function of single numbers, such as what an optimiser does with a parameter and its gradient. It is recorded
once and printed as a loop over all numbers that it holds for; what does not depend on them stands before the loop.
"""

import ctypes
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy
from numpy.typing import NDArray

from autograd.engine import Value
from autograd.files import shipped
from autograd.formulas import c
from autograd.formulas.c_statements import Elements, Statements
from autograd.gradients.structures import Items
from autograd.gradients.taking_apart import take_apart
from autograd.graph import Operand
from autograd.program import library_cache
from autograd.program.array_program import ArrayProgram
from autograd.program.c_file import HEAD, function
from autograd.program.c_program import CProgram
from autograd.program.nests import indented, loop
from autograd.program.record import record
from autograd.program.tracing import trace

if TYPE_CHECKING:
    from _ctypes import CFuncPtr

Array = NDArray[numpy.float64]


class UpdateRule(NamedTuple):
    """What happens to numbers of one kind after each batch.

    Attributes:
        function: takes a parameter, its gradient, the number of the step (from 1), rates such as the learning rate, and
            what is remembered of the parameter; returns the new parameter, and what is remembered from now on.
        size: how many parameters it holds for.
        rates: how many rates it takes, which differ from batch to batch.
        remembered: how many numbers are remembered of each.
        name: what to call it.
    """

    function: Callable[..., tuple[Operand, ...]]
    size: int
    rates: int
    remembered: int
    name: str


class Passes(ctypes.Structure):
    """A program as the loop needs it; the fields are those of the struct in ``training_loop.c``.

    Attributes:
        kept: what it points to.
        caught: what has been raised within a pass.
    """

    kept: tuple[object, ...]
    caught: list[BaseException]

    _fields_ = (
        *[(name, ctypes.c_void_p) for name in ("forward", "backward", "values", "gradients", "scratch", "tables")],
        *[(name, ctypes.c_void_p) for name in ("constants", "order", "observed")],
        *[(name, ctypes.c_int) for name in ("parameters", "inputs", "samples", "drawn", "output", "observations")],
    )


class TrainingLoop:
    """A loop over batches, compiled: it runs through any program that was made for the same parameters.

    Args:
        rules: those of all parameters, in the order in which these are held.
        trained: how many of the parameters, from the first on, have gradients that are clipped together.
        clip: returns the factor for these gradients, given their norm; None leaves them as they are.

    Raises:
        RecordingError: a rule depends on the numbers that it is given.
        ExpressionError: a rule calls what C does not have.
    """

    def __init__(self, rules: Sequence[UpdateRule], trained: int, clip: Callable[[Value], Operand] | None) -> None:
        self.source = source(rules, trained, clip)
        self.library = library_cache.load(self.source, "-O3")
        self.spare = numpy.empty(sum(rule.size * (1 + rule.remembered) for rule in rules))
        self.slopes = numpy.empty(sum(rule.size for rule in rules))

    def run(  # noqa: PLR0917  # what a run of batches consists of
        self,
        program: Passes,
        rows: NDArray[numpy.intc],
        inputs: Array,
        targets: Array,
        drawn: Array,
        held: Array,
        rates: Array,
        steps: Array,
    ) -> tuple[Array, Array]:
        """Train on batches, up to one whose numbers are not finite, of which nothing is kept.

        Args:
            program: what to run.
            rows: for each batch, which samples are in it.
            inputs, targets: the numbers of all samples, a row for each.
            drawn: for each batch, the numbers that are drawn anew.
            held: the parameters, and for each rule what is remembered, one column after the other; changed in place.
            rates: for each batch, those of all rules.
            steps: the number of the first step, for each rule.

        Returns:
            The loss of each batch that has been trained on, and a row of the numbers that are observed there.
        """
        count = len(rows)
        losses, observed = numpy.empty(count), numpy.empty((count, program.observations))
        given = ctypes.byref(program), count, at(rows), at(inputs), inputs.shape[1], at(targets), targets.shape[1]
        kept = at(drawn), at(held), at(self.spare), at(self.slopes), at(rates), at(steps), at(losses), at(observed)
        done: int = self.library.train(*given, *kept)
        if program.caught:
            raise program.caught.pop()
        return losses[:done], observed[:done]


def passes_of(program: ArrayProgram, order: NDArray[numpy.intc], samples: int) -> Passes | None:
    """Return a program as a loop needs it, or None if it is not one in C.

    Args:
        program: the program; it takes the inputs of some samples and then their targets, and returns a loss.
        order: where each of its parameters stands among those that are held.
        samples: how many samples it is for.
    """
    if not isinstance(program, CProgram):
        return None
    caught: list[BaseException] = []
    observed = numpy.concatenate([*program.observed, ()]).astype(numpy.intc)
    first, drawn = program.layout.inputs
    forward, backward = (function_of(program, name, caught) for name in ("forward", "backward"))
    made = Passes(
        *[ctypes.cast(each, ctypes.c_void_p) for each in (forward, backward)],
        *map(at, (program.values, program.gradients, *program.kept, order, observed)),
        len(program.parameters), first, samples, program.given - drawn, program.output_places[0], len(observed),
    )  # fmt: skip
    made.kept = program, order, observed, forward, backward  # what it points to must stay
    made.caught = caught
    return made


def function_of(program: CProgram, name: str, caught: list[BaseException]) -> "CFuncPtr":
    """Return a pass as a function to be called from C; what a part of it in Python raises is put into ``caught``."""
    if program.in_stages:
        run = cast("Callable[[], int]", program.run_forward if name == "forward" else program.run_backward)

        def called(*addresses: int) -> int:
            try:
                return run()
            except FloatingPointError:
                return 1
            except BaseException as error:  # C cannot pass it on
                caught.append(error)
                return 1

        return ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_void_p] * (4 if name == "forward" else 5))(called)
    return cast("CFuncPtr", getattr(program.library, name))


def at(array: NDArray[numpy.generic]) -> ctypes.c_void_p:
    """Return the address of an array."""
    return ctypes.c_void_p(array.ctypes.data)


# --- the text -----------------------------------------------------------------------------------------------------


@cache
def text_of_the_loop() -> str:
    """Return what is the same for all rules."""
    return shipped(__package__, "training_loop.c")


def source(rules: Sequence[UpdateRule], trained: int, clip: Callable[[Value], Operand] | None) -> str:
    """Return the C file of a loop."""
    code = Statements()
    clipping = function("static int clip(double *slopes)", clipped(clip, trained, code))
    arguments = "const double *restrict now, double *restrict next, const double *restrict slopes"
    number, rate, place = 0, 0, sum(rule.size for rule in rules)
    sizes = f"PARAMETERS = {place}, HELD = {sum(rule.size * (1 + rule.remembered) for rule in rules)}"
    sizes += f", RATES = {sum(rule.rates for rule in rules)}"
    lines = []
    for position, rule in enumerate(rules):
        lines += ["{", f"    /* {rule.name} */", *indented(updated(rule, position, number, rate, place, code)), "}"]
        number, rate, place = number + rule.size, rate + rule.rates, place + rule.size * rule.remembered
    head = f"static int update({arguments}, const double *rates, const double *steps, int done)"
    parts = [
        HEAD.replace("#include <math.h>", "#include <math.h>\n#include <string.h>"),
        f"enum {{ {sizes} }};",
        c.definitions(code.called),
        clipping,
        function(head, [*lines, "return 0;"]),
        text_of_the_loop(),
    ]
    return "\n\n".join([part.rstrip() for part in parts if part]) + "\n"


def clipped(clip: Callable[[Value], Operand] | None, trained: int, code: Statements) -> list[str]:
    """Return the lines that make all gradients shorter, if they have to be."""
    if clip is None:
        return ["(void)slopes;", "return 0;"]
    before, _, (factor,) = written(lambda length: (clip(length),), {"length": "length"}, (), code)
    return [
        "double total = 0;",
        "FREE_ORDER(total)",
        *loop("i", trained, ["total += slopes[i] * slopes[i];"]),
        "const double length = sqrt(total);",
        "if (!isfinite(length))",
        "    return 1;",
        *before,
        f"const double factor = {factor};",
        *loop("i", trained, ["slopes[i] *= factor;"], "LANES"),
        "return 0;",
    ]


def updated(  # noqa: PLR0917  # where everything that a rule needs begins
    rule: UpdateRule, position: int, number: int, rate: int, place: int, code: Statements
) -> list[str]:
    """Return the lines that apply a rule, and stop where a parameter would not be finite.

    Args:
        rule: the rule.
        position: which one it is.
        number: where its parameters begin among all.
        rate: where its rates begin.
        place: where what it remembers begins.
        code: what is called.
    """
    columns = [f"[{place + column * rule.size} + i]" for column in range(rule.remembered)]
    own = f"[{number} + i]" if number else "[i]"
    names = {"parameter": f"now{own}", "gradient": f"slopes{own}", "step": f"(steps[{position}] + done)"}
    names |= {f"rate{i}": f"rates[{rate + i}]" for i in range(rule.rates)}
    names |= {f"remembered{i}": f"now{column}" for i, column in enumerate(columns)}
    each = ("parameter", "gradient", *[f"remembered{i}" for i in range(rule.remembered)])
    before, inside, (new, *later) = written(rule.function, names, each, code)
    stores = [f"next{column} = {result};" for column, result in zip(columns, later, strict=True)]
    body = [*inside, f"const double changed = {new};", f"next{own} = changed;", *stores, "total += changed;"]
    return [
        *before,
        "double total = 0;",
        "FREE_ORDER(total)",
        *loop("i", rule.size, body),
        "if (!isfinite(total))",
        "    return 1;",
    ]


def written(
    rule: Callable[..., tuple[Operand, ...]], names: Mapping[str, str], each: Sequence[str], code: Statements
) -> tuple[list[str], list[str], list[str]]:
    """Return a function of single numbers as statements.

    Args:
        rule: the function.
        names: the expression for each of its arguments, in their order.
        each: which of the arguments differ from number to number.
        code: where to note what is called.

    Returns:
        The statements that are the same for all numbers, those for each, and the expressions of the results.
    """
    shape = Items(tuple, (take_apart((0.0,) * len(names), []), take_apart({}, [])))
    traced = trace(record(rule, shape, list(names), {}))
    known: dict[int, str | float] = dict(traced.constants)
    known |= dict(zip(traced.inputs, names.values(), strict=True))
    varying = {node for node, name in zip(traced.inputs, names, strict=True) if name in each}
    before: list[str] = []
    inside: list[str] = []
    for node, operation in enumerate(traced.operations, len(traced.leaves)):
        c.check(operation)
        operands: dict[str, str | Elements] = {}
        constants: dict[str, float] = {}
        arguments = traced.arguments_of(node)
        for name, argument in zip(operation.operands, arguments, strict=True):
            meaning = known[argument]  # type: ignore[index]  # rules are of single numbers
            if isinstance(meaning, float):
                constants[name] = meaning
            else:
                operands[name] = meaning
        code.start()
        tree = c.simplified(operation.value, constants)
        result = c.Translator(operation.value, operands, code).visit(tree)
        lines = [*code.lines, f"const double number{node} = {result};"]
        known[node] = f"number{node}"
        if varying.isdisjoint(arguments):
            before += lines
        else:
            varying.add(node)
            inside += lines
    return before, inside, [str(known[node]) for node in traced.outputs]
