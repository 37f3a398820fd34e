"""Puts a C program together: one file that is complete in itself, and says how it is called."""

import re
from collections.abc import Sequence

from autograd.formulas import c
from autograd.program.c_source import CWriter
from autograd.program.nests import indented, loop

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
ARGUMENTS = "real *restrict values, double *restrict scratch, const int *tables, const double *constants"
BACKWARD = ARGUMENTS.replace("values,", "values, real *restrict gradients,")
FAILURES = "FE_OVERFLOW | FE_DIVBYZERO | FE_INVALID"
UNUSED = "(void)scratch, (void)tables, (void)constants;"


def passes(writer: CWriter, leaves: int, outputs: Sequence[int], dtype: str = "float64", linkage: str = "") -> str:
    """Return the text of ``forward`` and ``backward`` and of all that they call.

    Args:
        writer: both passes, written.
        leaves: how many numbers go in; they come first among the values.
        outputs: the places of the results.
        dtype: the type of values and gradients.
        linkage: what stands before both functions, such as ``static``.
    """
    kind = {"float64": "double", "float32": "float"}[dtype]
    parts = [HEAD, f"typedef {kind} real;", c.definitions(writer.code.called)]
    for name, functions, arguments in (
        ("forward", writer.forward, ARGUMENTS),
        ("backward", writer.backward, BACKWARD),
    ):
        names = [f"{name}_{number}" for number, _ in enumerate(functions, 1)]
        for each, lines in zip(names, functions, strict=True):
            parts.append(function(f"static void {each}({arguments})", ["(void)values, " + UNUSED, *lines]))
        called = re.sub(r"[a-z]+ \*restrict |const \w+ \*", "", arguments)
        calls = [f"{each}({called});" for each in names]
        before, after = [], ["return failed;"]
        if name == "forward":
            check = ["total += values[i];"]
            before = ["double total = 0;", "FREE_ORDER(total)", *loop("i", leaves, check)] if leaves else []
            after = [*[f"failed |= !isfinite(values[{place}]);" for place in dict.fromkeys(outputs)], *after]
            after = ["failed |= !isfinite(total);", *after] if leaves else after
        body = ["feclearexcept(FE_ALL_EXCEPT);", *before, *calls, f"int failed = fetestexcept({FAILURES}) != 0;"]
        parts.append(function(f"{linkage}int {name}({arguments})", [*body, *after]))
    return "\n\n".join([part.rstrip() for part in parts if part]) + "\n"


def function(head: str, lines: Sequence[str]) -> str:
    """Return the text of a function."""
    return "\n".join([head, "{", *indented(list(lines)), "}"])


def array(kind: str, name: str, numbers: Sequence[float]) -> str:
    """Return the definition of an array of constants."""
    texts = [repr(number) for number in numbers] or ["0"]
    rows = [", ".join(texts[i : i + 12]) for i in range(0, len(texts), 12)]
    return f"static const {kind} {name}[{len(texts)}] = {{\n    " + ",\n    ".join(rows) + ",\n};"
