"""Puts a C program together: its two passes, and a file that is complete in itself and says how it is called."""

import itertools
import re
import textwrap
from collections.abc import Iterable, Sequence

import numpy

from autograd.formulas import c
from autograd.formulas.c_names import FUNCTIONS, c_name
from autograd.formulas.operation import OPERATIONS
from autograd.program.c_source import CWriter
from autograd.program.groups import find_groups
from autograd.program.layout import ArrayStep, Layout, lay_out
from autograd.program.nests import indented, loop
from autograd.program.record import Recording
from autograd.program.sums import gather_sums
from autograd.program.trace import Trace
from autograd.program.tracing import trace

LONGEST_FUNCTION = 400
"""After so many lines a new function begins: compilers take more than twice as long for twice the length."""
OWN_NAMES = re.compile(r"(forward|backward)(_after)?(_\d+)?|prepare|leaves|SIMD|PRAGMA|FREE_ORDER|LANES")
"""What the file around a program is made of."""
MOST_NAMES = 60
"""So many parameters and inputs are named in the first comment of a file at most."""
HEAD = """\
#include <fenv.h>
#include <float.h>
#include <math.h>

/* With -fopenmp-simd -DSIMD a compiler is told which loops may run in lanes, and which sums may be in any order. */
#ifdef SIMD
#define PRAGMA(text) _Pragma(#text)
#define FREE_ORDER(total) PRAGMA(omp simd reduction(+ : total))
#define LANES PRAGMA(omp simd)
#else
#define FREE_ORDER(total)
#define LANES
#endif
"""
GUARDED = """\
/* Nothing is computed that a choice leaves out: it could raise a flag. GCC keeps to that by itself. */
#if defined(__clang__) && __clang_major__ >= 14
#pragma clang fp exceptions(maytrap)
#endif
"""
"""What keeps Clang from computing both sides of a choice, at the price of its vector instructions."""
GUARD = re.compile(r"\?.*(/|\w\()")
"""A choice with a division or a call on one side."""
TYPES = {"float64": "double", "float32": "float"}
FORWARD = "real *restrict values, double *restrict scratch, const int *tables, const double *constants"
BACKWARD = FORWARD.replace("values,", "values, real *restrict gradients,")


def passes(writer: CWriter, given: int, outputs: Sequence[int], dtype: str, linkage: str = "") -> str:
    """Return the text of the functions ``forward`` and ``backward`` and of all that they call.

    Both return whether a number was not finite. Flags of the processor tell: no number has to be looked at for it.
    Where the writer has left products out, a pass is several functions, to be called with the products in between:
    ``forward``, ``forward_after_1``, ``forward_after_2``, ...

    Args:
        writer: both passes, written.
        given: how many numbers go in; they come first among the values.
        outputs: the places of the results.
        dtype: the type of values and gradients.
        linkage: what stands before both functions, such as ``static``.
    """
    sums = ["double total = 0;", "FREE_ORDER(total)", *loop("i", given, ["total += values[i];"])] if given else []
    tests = [f"isfinite(values[{place}])" for place in dict.fromkeys(outputs)]
    failed = "fetestexcept(FE_OVERFLOW | FE_DIVBYZERO | FE_INVALID) != 0"
    written = "\n".join([line for first, second in writer.lines for line in (*first, *second)])
    parts = prelude(writer.code.called, written, dtype)
    for which, (name, arguments) in enumerate((("forward", FORWARD), ("backward", BACKWARD))):
        names = re.findall(r"(\w+)(?:,|$)", arguments)
        unused = " ".join(f"(void){each};" for each in names)
        stages, numbers, entries = staged(writer, which), itertools.count(1), []
        for count, functions in enumerate(stages):
            calls = []
            for lines, number in zip(functions, numbers, strict=False):
                parts.append(function(f"static void {name}_{number}({arguments})", [unused, *lines]))
                calls.append(f"{name}_{number}({', '.join(names)});")
            first, last = (name == "forward" and count == end for end in (0, len(stages) - 1))
            checks = [*(["isfinite(total)"] if first and given else []), *(tests if last else [])]
            after = f" || !({' && '.join(checks)})" if checks else ""
            body = ["feclearexcept(FE_ALL_EXCEPT);", *(sums if first else []), *calls, f"return {failed}{after};"]
            entries.append(function(f"{linkage}int {stage_name(name, count)}({arguments})", body))
        parts += entries
    return "\n\n".join([part.rstrip() for part in parts if part]) + "\n"


def staged(writer: CWriter, which: int) -> list[list[list[str]]]:
    """Return a pass in stages, between which products are left out: the lines of functions for each."""
    steps = list(enumerate(zip(writer.layout.steps, writer.lines, strict=True)))
    stages: list[list[tuple[ArrayStep, list[str]]]] = [[]]
    for position, (step, lines) in reversed(steps) if which else steps:
        stages[-1].append((step, lines[which]))
        if position in writer.products[which]:
            stages.append([])
    return list(map(divided, stages))


def stage_name(name: str, count: int) -> str:
    """Return what the function of a stage of a pass is called."""
    return f"{name}_after_{count}" if count else name


def prelude(called: Iterable[str], written: str, dtype: str) -> list[str]:
    """Return the parts of a file before its passes.

    Args:
        called: the functions beyond the C library that the passes call.
        written: the lines of the passes.
        dtype: the type of values and gradients.
    """
    definitions = c.definitions(called)
    guarded = GUARD.search(definitions) or GUARD.search(written)
    parts = [HEAD + GUARDED if guarded else HEAD, f"typedef {TYPES[dtype]} real;", definitions]
    return [part.rstrip() for part in parts if part]


def divided(steps: Sequence[tuple[ArrayStep, list[str]]]) -> list[list[str]]:
    """Divide the lines of steps, each with a comment, into functions that are not too long."""
    made: list[list[str]] = [[]]
    last = ""
    for step, lines in steps:
        if len(made[-1]) > LONGEST_FUNCTION:
            made.append([])
            last = ""
        if lines:
            made[-1] += lines if comment(step) == last else [comment(step), *lines]
            last = comment(step)
    return made


def comment(step: ArrayStep) -> str:
    """Return the comment that says which line of the recorded function a step comes from."""
    return f"/* {plain(step.scalar_line or step.group.operation.call)} */"


def plain(text: str) -> str:
    """Return text so that it neither ends a comment nor begins one."""
    text = "".join(character if character.isprintable() else " " for character in text)
    return text.replace("*/", "* /").replace("/*", "/ *").replace("??/", "? ?/")


def function(head: str, lines: Sequence[str]) -> str:
    """Return the text of a function."""
    if len(head) > 100:
        head = head.replace("(", "(\n    ", 1)
    return "\n".join([head, "{", *indented(list(lines)), "}"])


def array(kind: str, name: str, numbers: Sequence[float]) -> str:
    """Return the definition of an array of constants."""
    texts = [repr(number) for number in numbers] or ["0"]
    rows = textwrap.wrap(", ".join(texts), 110)
    return f"{kind} {name}[{len(texts)}] = {{\n    " + "\n    ".join(rows) + "\n};"


# --- a file that is complete in itself ------------------------------------------------------------------------


def to_c(recording: Recording, name: str, dtype: str) -> str:
    """Return the C file of a recording."""
    traced = gather_sums(trace(recording))
    for operation in set(traced.operations):
        c.check(operation)
    layout = lay_out(traced, find_groups(traced))
    name = c_name(name)
    if name in OPERATIONS or name in FUNCTIONS or OWN_NAMES.fullmatch(name):
        name += "_program"
    return _File(traced, layout, name, dtype).text()


class _File:
    def __init__(self, traced: Trace, layout: Layout, name: str, dtype: str) -> None:
        self.trace, self.layout, self.name, self.dtype = traced, layout, name, dtype
        self.outputs: list[int] = layout.place[traced.outputs].tolist()
        self.parameters, self.wanted = len(layout.parameters), layout.inputs[1]
        self.given = layout.given
        wanted = numpy.zeros(layout.leaf_count, dtype=bool)
        wanted[: self.wanted] = True
        self.writer = CWriter(layout, numpy.unique(layout.place[traced.outputs]), wanted)

    def text(self) -> str:
        parameters = [value.data for value in self.trace.values_of(self.layout.parameters)]
        kind = TYPES[self.dtype]
        parts = [
            self.head(),
            passes(self.writer, self.given, self.outputs, self.dtype, "static ").rstrip(),
            array("static const int", "tables", self.writer.tables),
            array("static const double", "constants", self.writer.constants),
            array(f"static const {kind}", "leaves", list(self.layout.constants.values())),
            "/* The parameters as they were when this file was written. */\n"
            + array(f"const {kind}", f"{self.name}_parameters", parameters),
            self.prepared(),
            self.value(),
            self.gradient(),
        ]
        return "\n\n".join(parts) + "\n"

    def head(self) -> str:
        """Return the comment that says what is in the file and how it is called, and the sizes of arrays."""
        name, upper, kind = self.name, self.name.upper(), TYPES[self.dtype]
        size = 2 * self.layout.size + self.writer.code.room
        inputs = self.given - self.parameters
        labels = [self.trace.labels[node] for node in [*self.layout.parameters, *self.trace.inputs]]
        drawn = self.given - self.wanted
        extra = f" The last {drawn} inputs are the numbers that are drawn anew at each call." if drawn else ""
        count = "output" if len(self.outputs) == 1 else f"{len(self.outputs)} outputs"
        names = plain(", ".join(label or "-" for label in labels))
        told = 0 < len(labels) <= MOST_NAMES and any(labels)
        text = [
            f"{name}: {self.trace.scalar_count} operations on single numbers as {len(self.layout.steps)} loops, "
            "forward and backward. C99, with nothing but the C library.",
            f"int {name}(parameters, inputs, outputs, workspace) computes the {count}.",
            f"int {name}_gradient(parameters, inputs, seeds, outputs, gradient, workspace) also computes the gradient "
            "of the sum of seeds[i] * outputs[i], with respect to all parameters and then all inputs. Set seeds[0] to "
            "1 where there is one output.",
            "Both return 0, or 1 where a number is not finite: something overflows, is divided by zero, or is not "
            "defined. The results are then of no use.",
            f"The numbers are of the type {kind}; the workspace is room for {upper}_WORKSPACE doubles, for each thread "
            f"its own; nothing has to be in it. {name}_parameters holds the parameters as they were.{extra}",
            "Compile it with -std=c99 -O3 -ffp-contract=off -fno-math-errno and link it with -lm; -fopenmp-simd -DSIMD "
            "and -march=native make it faster where a compiler knows them. Never with -ffast-math: the check for "
            "numbers that are not finite needs exact rules.",
            *([f"Parameters, then inputs: {names}."] if told else []),
        ]
        comment = "\n\n".join(textwrap.fill(part, 114, initial_indent="   ", subsequent_indent="   ") for part in text)
        counts = {
            "PARAMETERS": self.parameters, "INPUTS": inputs, "OUTPUTS": len(self.outputs), "GRADIENT": self.wanted,
            "WORKSPACE": size,
        }  # fmt: skip
        lines = ",\n".join(f"    {upper}_{key} = {count}" for key, count in counts.items())
        return f"/* {comment.lstrip()} */\n\nenum {{\n{lines}\n}};"

    def prepared(self) -> str:
        given = self.given - self.parameters
        constants = len(self.layout.constants)
        return function(
            "static void prepare(const real *parameters, const real *inputs, real *values)",
            [
                "(void)parameters; (void)inputs;",
                *(loop("i", self.parameters, ["values[i] = parameters[i];"]) if self.parameters else []),
                *(loop("i", given, [f"values[{self.parameters} + i] = inputs[i];"]) if given else []),
                *loop("i", constants, [f"values[{self.given} + i] = leaves[i];"]),
            ],
        )

    def room(self) -> list[str]:
        size = self.layout.size
        return [
            "real *values = (real *)workspace;",
            f"double *scratch = workspace + {2 * size};",
            "prepare(parameters, inputs, values);",
            "int failed = forward(values, scratch, tables, constants);",
            *[f"outputs[{i}] = values[{place}];" for i, place in enumerate(self.outputs)],
        ]

    def value(self) -> str:
        head = f"int {self.name}(const real *parameters, const real *inputs, real *outputs, double *workspace)"
        return function(head, [*self.room(), "return failed;"])

    def gradient(self) -> str:
        missing = [place for place in range(self.wanted) if not self.writer.filled[place]]
        places = list(dict.fromkeys(self.outputs))
        head = (
            f"int {self.name}_gradient(const real *parameters, const real *inputs, const real *seeds, real *outputs, "
            "real *gradient, double *workspace)"
        )
        return function(
            head,
            [
                *self.room(),
                f"real *gradients = (real *)(workspace + {self.layout.size});",
                *[f"gradients[{place}] = 0;" for place in [*places, *missing]],
                *[f"gradients[{place}] += seeds[{i}];" for i, place in enumerate(self.outputs)],
                "failed |= backward(values, gradients, scratch, tables, constants);",
                *(loop("i", self.wanted, ["gradient[i] = gradients[i];"]) if self.wanted else ["(void)gradient;"]),
                "return failed;",
            ],
        )
