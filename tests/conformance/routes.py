"""Every route from a function of n numbers to its value, gradient and Hessian, behind one signature.

``ROUTES[name](function, points)`` gives an :class:`Outcome` for each point: plain floats, or the class of the error
that the route raised instead, or :class:`Excused` where the route cannot say it by contract. What is excused stands in
:data:`CONTRACT`, one sentence each; nothing else is ever left out.
"""

import json
import math
import shutil
import subprocess
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import autograd
from autograd import Value, gradient
from autograd.errors import AutogradError, DomainError
from autograd.formulas import javascript
from autograd.formulas.exact import MPMATH
from autograd.formulas.operation import OPERATIONS
from autograd.program import compiler
from autograd.program.compiled import Compiled
from autograd.views.explorer.graph_data import graph_data

Function = Callable[..., Any]
Points = Sequence[tuple[float, ...]]


class Excused(NamedTuple):
    """A route that cannot give a number here, and why."""

    reason: str


class Outcome(NamedTuple):
    """What a route gives: numbers, the class of an error, or an excuse."""

    value: Any
    gradient: Any
    hessian: Any


CONTRACT: dict[str, str] = {
    "first order": "steps, the page and over() pass gradients back once; higher orders come from gradient and exports",
    "fractions": "a fraction has no roots, exponentials, logarithms and sines, and says so; it also refuses powers of "
    "millions of digits",
    "float32": "numbers beyond 1e38, below 1e-38, or saturated in 24 bits are other numbers there",
    "many digits": "mpmath and SymPy have no largest number: where floats overflow, they may go on",
    "non-finite": "JAX and PyTorch have no exceptions inside a program: a number that is not finite stands for one, "
    "unless the true result does not depend on it; beside a value or a slope that is not finite, its own slopes are "
    "not looked at",
    "partial sums": "JAX and PyTorch add in an order of their own, as Operation.sum_of says: near the largest float a "
    "partial sum may be infinite where the sum is not",
    "tangents": "forward mode, and JAX, multiply a slope by its tangent before what flows in: where a slope of the "
    "slope is beyond the largest float, as that of sqrt at 1e-300, a second derivative is infinite",
    "not needed": "a program leaves out what its result does not need, such as the branch that where does not take, so "
    "it may give the result where eager Values have raised",
    "page": "a page shows a graph whose backward pass exists, and detached numbers in it are leaves of their own",
    "some error": "over() and the page know one error for 'no finite value here', floats know which",
    "symbolic slopes": "SymPy differentiates what stands there: where three numbers tie in its Max it gives 1/2, it "
    "does not know a slope that a user gives, multiplies infinite slopes by 0, divides by a length of 0, and the "
    "derivatives of x ** y at x = 0 have log(x) and 1 / x in them",
    "algebra": "SymPy's algebra comes before its numbers: x / x is 1, 0 * sqrt(x) is 0, sqrt(x) ** 2 is x and "
    "sqrt(x * x) is abs(x), x % x is 0 and atan2(x, x) a constant, whether the parts have a value or not",
    "steps": "SymPy leaves the derivative of floor and ceiling as it stands: it is taken for 0 here, as the table says",
    "complex": "SymPy goes on with complex numbers, and says zoo, where there is no real value: these stand for the "
    "error; the slopes beside them are not looked at",
    "between": "where a derivative within the range of floats is a difference or a product of numbers beyond it, every "
    "route says that it is too large, as backward() does",
    "by rule": "where nothing flows in, nothing is passed on, to every order: sqrt(x) ** 2 has the derivatives 0 at 0",
    "cancels": "a derivative that is the difference of two nearly equal products is the rounding of these",
    "forward cancels": "forward mode adds in another order, so that what is left where terms cancel is their rounding",
    "15 digits": "SymPy adds floats of 15 digits: in 1 - p + exp(-100) nothing is left of the last one",
    "subnormal": "XLA takes numbers below 2.2e-308 for 0",
}
"""What a route cannot express, by contract."""

FIRST_ORDER = Excused("first order")


def attempt(function: Callable[[], Any]) -> Any:
    """Return what a function gives, the class of the library's error that it raises, or another error as a finding."""
    try:
        return function()
    except AutogradError as error:
        return type(error)
    except Exception as error:
        return AssertionError(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")


def number(item: Any) -> float:
    return item.data if isinstance(item, Value) else float(item)


def as_value(item: Any) -> Value:
    return item if isinstance(item, Value) else Value(item)


def failed(item: Any) -> bool:
    return isinstance(item, type | AssertionError | Excused)


# --- the engine ---------------------------------------------------------------------------------------------


def by_backward(function: Function, points: Points) -> list[Outcome]:
    """Build, call ``backward()``, read ``grad``; second derivatives by ``backward()`` from each slope."""
    return [backward_of(function, point) for point in points]


def backward_of(function: Function, point: tuple[float, ...]) -> Outcome:
    inputs = [Value(x) for x in point]
    output = attempt(lambda: function(*inputs))
    if failed(output):
        return Outcome(output, output, output)
    output = as_value(output)

    def first() -> list[float]:
        for x in inputs:
            x.grad = 0.0
        output.backward()
        return [x.grad for x in inputs]

    def second() -> list[list[float]]:
        rows = []
        for slope in gradient(output, inputs):
            for x in inputs:
                x.grad = 0.0
            slope.backward()
            rows.append([x.grad for x in inputs] if slope not in inputs else [float(x is slope) for x in inputs])
        return rows

    return Outcome(output.data, attempt(first), attempt(second))


def by_gradient(function: Function, points: Points) -> list[Outcome]:
    """``autograd.gradient`` of the output, and of each of the slopes."""

    def one(point: tuple[float, ...]) -> Outcome:
        inputs = [Value(x) for x in point]
        output = attempt(lambda: function(*inputs))
        if failed(output):
            return Outcome(output, output, output)
        return gradients_of(as_value(output), inputs)

    return list(map(one, points))


def gradients_of(output: Value, inputs: list[Value]) -> Outcome:
    slopes = attempt(lambda: gradient(output, inputs))
    if failed(slopes):
        return Outcome(output.data, slopes, slopes)
    rows = attempt(lambda: [[number(x) for x in gradient(slope, inputs)] for slope in slopes])
    return Outcome(output.data, [number(slope) for slope in slopes], rows)


def by_grad_of_grad(function: Function, points: Points) -> list[Outcome]:
    """``value_and_grad``, ``grad`` and ``hessian`` of the function, on plain numbers."""

    def one(point: tuple[float, ...]) -> Outcome:
        places = tuple(range(len(point)))
        value = attempt(lambda: number(function(*map(Value, point))))
        slopes = attempt(lambda: [number(x) for x in autograd.grad(function, places)(*point)])
        rows = attempt(lambda: list(map(list, autograd.hessian(function, places)(*point))))
        return Outcome(value, slopes, rows)

    return list(map(one, points))


def by_jvp(function: Function, points: Points) -> list[Outcome]:
    """``jvp`` in the direction of each input, and ``jacfwd`` twice: forward mode alone, forward over forward."""

    def one(point: tuple[float, ...]) -> Outcome:
        places = tuple(range(len(point)))
        directions = [tuple([float(i == place) for i in places]) for place in places]
        value = attempt(lambda: number(function(*map(Value, point))))
        slopes = attempt(lambda: [number(autograd.jvp(function, point, direction)[1]) for direction in directions])
        rows = attempt(lambda: list(map(list, autograd.jacfwd(autograd.jacfwd(function, places), places)(*point))))
        return Outcome(value, slopes, rows)

    return list(map(one, points))


def by_steps(function: Function, points: Points) -> list[Outcome]:
    """The replayed backward pass: the contributions that each leaf gets, added up."""

    def one(point: tuple[float, ...]) -> Outcome:
        inputs = [Value(x) for x in point]
        output = attempt(lambda: as_value(function(*inputs)))
        if failed(output):
            return Outcome(output, output, FIRST_ORDER)

        def replayed() -> list[float]:
            grads = dict.fromkeys(inputs, 0.0)
            for step in autograd.steps(output):
                for contribution in step.contributions:
                    if contribution.parent in grads:
                        grads[contribution.parent] = contribution.after
            return [grads[x] for x in inputs]

        return Outcome(output.data, attempt(replayed), FIRST_ORDER)

    return list(map(one, points))


# --- programs -------------------------------------------------------------------------------------------------


def compiled_for(function: Function, points: Points, **options: str) -> Compiled:
    """Return the compiled function of a list, recorded: at the first point at which it has a value."""

    def program(xs: Sequence[Any]) -> Any:
        return function(*xs)

    compiled = autograd.compile(program, **options)  # type: ignore[call-overload]  # options by name
    for point in points:
        if not failed(attempt(lambda point=point: compiled(list(point)))):  # type: ignore[misc]
            break
    return compiled


def by_program(backend: str, dtype: str = "float64") -> Callable[[Function, Points], list[Outcome]]:
    """A compiled function: its result, ``backward()`` through it, ``value_and_grad``, and ``gradient`` twice."""

    def route(function: Function, points: Points) -> list[Outcome]:
        compiled = compiled_for(function, points, backend=backend, dtype=dtype)

        def one(point: tuple[float, ...]) -> Outcome:
            inputs = [Value(x) for x in point]
            output = attempt(lambda: compiled(inputs))
            if failed(output):
                return Outcome(output, output, output)
            output = as_value(output)

            def first() -> list[float]:
                output.backward()
                return [x.grad for x in inputs]

            slopes = attempt(first)
            again = attempt(lambda: [float(x) for x in compiled.value_and_grad(list(point))[1]])
            relative = 1e-5 if dtype == "float32" else 1e-15
            if type(again) is not type(slopes) or (
                not failed(again)
                and not all(math.isclose(a, s, rel_tol=relative) for a, s in zip(again, slopes, strict=True))
            ):
                slopes = AssertionError(f"backward gives {slopes}, value_and_grad {again}")
            return Outcome(output.data, slopes, gradients_of(output, inputs).hessian)

        return list(map(one, points))

    return route


# --- other arithmetics ------------------------------------------------------------------------------------------


def over(library: str, make: Callable[[float], Any], take: Callable[[Any], float]) -> Callable[..., list[Outcome]]:
    """``compiled.over(library)``: its call and its ``value_and_grad``."""

    def route(function: Function, points: Points) -> list[Outcome]:
        compiled = compiled_for(function, points, backend="straight")
        program = attempt(lambda: compiled.over(library))
        if failed(program):
            return [Outcome(program, program, FIRST_ORDER) for _ in points]

        def one(point: tuple[float, ...]) -> Outcome:
            numbers = [make(x) for x in point]
            value = guarded(lambda: take(program(numbers)))
            slopes = guarded(lambda: [take(x) for x in program.value_and_grad(numbers)[1]])
            return Outcome(value, slopes, FIRST_ORDER)

        return list(map(one, points))

    return route


def guarded(function: Callable[[], Any]) -> Any:
    """As :func:`attempt`, with what fractions lack excused and a bare error kept as it is."""
    try:
        return function()
    except DomainError as error:
        if any(words in str(error) for words in IRRATIONAL):
            return Excused("fractions")
        return type(error)
    except AutogradError as error:
        return type(error)
    except TooLargeError:
        return Excused("many digits")
    except Exception as error:  # a bare error is a finding, not an end of the test
        return AssertionError(f"{type(error).__name__}: {error}")


FUNCTIONS = {
    *("exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"),
    *("erf", "erfc", "softmax", "logsumexp", "pi", "sigmoid", "gelu", "silu", "softplus", "power"),
    *("log2", "log10", "exp2", "cbrt", "asinh", "acosh", "atanh", "lgamma", "digamma", "atan2", "hypot", "norm"),
    *("sinpi", "cospi", "hypot_slope", "atan2_slope", "polygamma"),
}
IRRATIONAL = {f"fractions has no {name}," for name in FUNCTIONS} | {"has no exact value", "has too many digits"}
"""What the error says where a result is no fraction."""


class TooLargeError(Exception):
    """A number of many digits that is no float."""


def to_float(item: Any) -> float:
    """Return the nearest float of a number with many digits; one that is none there either is kept as text."""
    if isinstance(item, float | int):
        return float(item)
    try:
        result = float(item)
    except OverflowError:
        raise TooLargeError from None
    if math.isinf(result) and "inf" not in str(item):
        raise TooLargeError
    return result


def exactly(item: Any) -> float:
    """Return the nearest float of a fraction; a float among fractions is a finding."""
    assert isinstance(item, Fraction | int), f"a {type(item).__name__} came out of fractions: {item!r}"
    return to_float(Fraction(item))


def over_numpy(function: Function, points: Points) -> list[Outcome]:
    import numpy

    def take(item: Any) -> float:
        array = numpy.asarray(item, dtype=float)
        return float(array.reshape(-1)[0])

    return over("numpy", lambda x: numpy.array([x, x]), take)(function, points)


def over_mpmath(function: Function, points: Points) -> list[Outcome]:
    import mpmath

    def take(item: Any) -> float:
        assert not isinstance(item, mpmath.mpc), f"a complex number came out: {item}"
        return to_float(item)

    with mpmath.workdps(700):
        return over("mpmath", mpmath.mpf, take)(function, points)


def over_fractions(function: Function, points: Points) -> list[Outcome]:
    return over("fractions", Fraction, exactly)(function, points)


def flat(tree: Any) -> list[Any]:
    """Return what nested lists hold."""
    return [x for item in tree for x in flat(item)] if isinstance(tree, list | tuple) else [tree]


def nowhere(*_: Any) -> Any:
    """Stand for an expression that has no value anywhere."""
    raise ZeroDivisionError


def over_sympy(own: bool) -> Callable[[Function, Points], list[Outcome]]:
    """SymPy: the expressions at the point; the slopes are the program's, or SymPy's ``diff`` of the value."""

    def route(function: Function, points: Points) -> list[Outcome]:
        import mpmath
        import sympy

        count = len(points[0])
        compiled = compiled_for(function, points, backend="straight")
        symbols = sympy.symbols(f"x:{count}", real=True)

        def expressions() -> tuple[Any, list[Any], list[list[Any]]]:
            value, slopes = compiled.over("sympy").value_and_grad(list(symbols))
            value = sympy.sympify(value)
            if own:
                slopes = [sympy.diff(value, x) for x in symbols]
            slopes = [sympy.sympify(slope) for slope in slopes]
            return value, slopes, [[sympy.diff(slope, x) for x in symbols] for slope in slopes]

        made = guarded(expressions)
        if failed(made):
            return [Outcome(made, made, made) for _ in points]
        own_functions = {
            "exp": cache(mpmath.exp),  # its power of a huge whole number takes long
            "erfc": MPMATH.meanings()["erfc"],
            "no_value": nowhere,
            # mpmath would walk from a huge negative whole number, which is a pole, to 0 in steps of 1
            "polygamma": lambda m, x: nowhere() if x <= 0 and mpmath.isint(x) else mpmath.psi(m, x),
            "Heaviside": lambda x, at_zero=0.5: at_zero if x == 0 else float(x > 0),
            "DiracDelta": lambda *_: 0,
        }
        nothing = sympy.Function("no_value")()

        def evaluable(item: Any) -> Any:
            if isinstance(item, list):
                return [evaluable(each) for each in item]
            item = sympy.sympify(item).xreplace({sympy.zoo: nothing, sympy.nan: nothing})
            return item.replace(
                lambda part: isinstance(part, sympy.Subs | sympy.Derivative), lambda part: 0
            )  # CONTRACT["steps"]

        functions = [sympy.lambdify(symbols, evaluable(part), [own_functions, "mpmath"]) for part in made]

        def take(item: Any) -> Any:
            if isinstance(item, list | tuple):
                return [take(each) for each in item]
            if isinstance(item, mpmath.mpc) or not mpmath.isfinite(item):
                raise ValueError("no real number")  # CONTRACT["complex"]
            return to_float(item)

        def at(function: Function, numbers: list[Any]) -> Any:
            try:
                return take(function(*numbers))
            except (ZeroDivisionError, ValueError):
                return DomainError  # an expression at a point has no value: SymPy itself says zoo or nan
            except TooLargeError:
                return Excused("many digits")
            except Exception as error:
                return AssertionError(f"{type(error).__name__}: {error}")

        with mpmath.workdps(700):
            return [Outcome(*[at(f, [mpmath.mpf(x) for x in point]) for f in functions]) for point in points]

    return route


# --- exports ----------------------------------------------------------------------------------------------------


def to_torch(function: Function, points: Points) -> list[Outcome]:
    """PyTorch: ``torch.autograd.grad``, and again with ``create_graph``."""
    import torch

    compiled = compiled_for(function, points, backend="straight")
    exported = bare(compiled.to_torch)
    if isinstance(exported, AssertionError):
        return [Outcome(exported, exported, exported) for _ in points]

    def slopes(output: Any, x: Any) -> Any:
        if not output.requires_grad:
            return torch.zeros_like(x)
        found = torch.autograd.grad(output, x, create_graph=True, allow_unused=True, materialize_grads=True)[0]
        return found + torch.zeros_like(x)  # a tensor that stands for zeros alone has no numbers to read

    def one(point: tuple[float, ...]) -> Outcome:
        x = torch.tensor(point, dtype=torch.float64, requires_grad=True)
        value = bare(lambda: torch.as_tensor(exported(exported.parameters, x), dtype=torch.float64).reshape(()))
        if isinstance(value, AssertionError):
            return Outcome(value, value, value)
        first = bare(lambda: slopes(value, x))
        if isinstance(first, AssertionError):
            return Outcome(value.item(), first, first)
        rows = bare(lambda: [slopes(slope, x).tolist() for slope in first])
        return Outcome(value.item(), first.tolist(), rows)

    return list(map(one, points))


def bare(function: Callable[[], Any]) -> Any:
    """Return what a function gives; any error is a finding, because an exported program never raises."""
    try:
        return function()
    except Exception as error:
        return AssertionError(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")


def to_jax(function: Function, points: Points) -> list[Outcome]:
    """JAX: the function, ``jax.grad`` and ``jax.hessian``."""
    import jax

    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    try:
        return jax_outcomes(function, points)
    finally:
        jax.config.update("jax_enable_x64", before)


def jax_outcomes(function: Function, points: Points) -> list[Outcome]:
    import jax
    import jax.numpy as jnp

    compiled = compiled_for(function, points, backend="straight")
    exported = bare(compiled.to_jax)
    if isinstance(exported, AssertionError):
        return [Outcome(exported, exported, exported) for _ in points]
    xs = [jnp.array(point, dtype=float) for point in points]

    def value(x: Any) -> Any:
        return jnp.asarray(exported(exported.parameters, x), dtype=float).reshape(())

    levels = value, jax.grad(value), jax.hessian(value)
    together = jax.jit(lambda x: tuple(level(x) for level in levels))  # one compilation is quicker than many small ones
    if not failed(bare(lambda: together(xs[0]))):
        return [Outcome(*[part.tolist() for part in together(x)]) for x in xs]
    each = [[bare(lambda level=level, x=x: level(x).tolist()) for level in levels] for x in xs]  # type: ignore[misc]
    return [Outcome(*parts) for parts in each]


# --- the page -----------------------------------------------------------------------------------------------------

NODE = shutil.which("node")


@cache
def page_program() -> str:
    """Return the JavaScript of a page: the arithmetic, the table, and the engine of the explorer."""
    folder = Path(autograd.__file__).parent / "views" / "explorer"
    rows = javascript.table([row for row in OPERATIONS.values() if not row.functions])
    engine = "\n".join((folder / name).read_text(encoding="utf-8") for name in ("engine.js", "words.js"))
    return f"{javascript.arithmetic()}\n{rows}\n{engine}\n"


def by_page(function: Function, points: Points) -> list[Outcome]:
    return by_pages([(function, points)])[0]


def by_pages(tasks: Sequence[tuple[Function, Points]]) -> list[list[Outcome]]:
    """The explorer's engine under Node, for many functions at once: recomputed for other numbers in the leaves."""
    cases, places = [], []
    for function, points in tasks:
        case, place = page_case(function, points)
        cases.append(case)
        places.append(place)
    program = f"{page_program()}\nconst cases = {json.dumps([case for case in cases if case])};\n{DRIVER}"
    assert NODE is not None
    done = subprocess.run([NODE, "-"], input=program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:3000]
    answers = iter(json.loads(done.stdout))
    return [
        [page_outcome(answer, place) for answer in next(answers)] if case else [Outcome(*place)] * len(points)
        for case, place, (_, points) in zip(cases, places, tasks, strict=True)
    ]


DRIVER = """
console.log(JSON.stringify(cases.map(({ data, at }) => {
  const graph = new Graph(data);
  return at.map((numbers) => {
    const computed = graph.compute(numbers.map(Number));
    const failure = computed.failure;
    if (failure && !failure.derivative) return { value: null, gradients: null };
    return { value: computed.values[graph.output], gradients: graph.steps(computed).gradients };
  });
})));
"""


def page_case(function: Function, points: Points) -> tuple[dict[str, Any] | None, Any]:
    """Return the graph as the page gets it, made at a point where everything exists, and where the inputs are in it."""
    for point in points:
        inputs = [Value(x, f"x{i}") for i, x in enumerate(point)]
        output = attempt(lambda inputs=inputs: as_value(function(*inputs)))  # type: ignore[misc]
        if failed(output):
            continue
        data = attempt(lambda output=output: graph_data(autograd.steps(output)))  # type: ignore[misc]
        if failed(data):
            continue
        leaves, _ = autograd.graph.sort(output)
        where = [leaves.index(x) if x in leaves else None for x in inputs]
        if not set(leaves) <= set(inputs):
            break
        at = []
        for numbers in points:
            row = [leaf.data for leaf in leaves]
            for place, x in zip(where, numbers, strict=True):
                if place is not None:
                    row[place] = x
            at.append([repr(x) for x in row])  # as text, which keeps -0.0
        # A page shows the numbers that Python recorded while no leaf has changed; here it computes them itself.
        disguised = [1e99 if x == 0 else x * 3 + 1e9 for x in data["values"][: len(leaves)]]
        data["values"] = [*disguised, *data["values"][len(leaves) :]]
        return {"data": {**data, "frozen": ""}, "at": at}, where
    return None, (Excused("page"), Excused("page"), FIRST_ORDER)


def page_outcome(answer: dict[str, Any], places: list[int | None]) -> Outcome:
    if answer["value"] is None:
        return Outcome(DomainError, DomainError, FIRST_ORDER)
    grads = answer["gradients"]
    if grads is None or any(grads[place] is None for place in places if place is not None):  # JSON has no infinity
        return Outcome(answer["value"], DomainError, FIRST_ORDER)
    return Outcome(answer["value"], [0.0 if place is None else grads[place] for place in places], FIRST_ORDER)


# --- all of them ----------------------------------------------------------------------------------------------------

ROUTES: dict[str, Callable[[Function, Points], list[Outcome]]] = {
    "backward": by_backward,
    "gradient": by_gradient,
    "grad of grad": by_grad_of_grad,
    "jvp": by_jvp,
    "steps": by_steps,
    "straight": by_program("straight"),
    "array": by_program("array"),
    "float32": by_program("array", "float32"),
    "c": by_program("c"),
    "over numpy": over_numpy,
    "over fractions": over_fractions,
    "over mpmath": over_mpmath,
    "over sympy": over_sympy(own=False),
    "sympy's diff": over_sympy(own=True),
    "page": by_page,
    "to_torch": to_torch,
    "to_jax": to_jax,
}
NEEDS = {
    "array": "numpy",
    "float32": "numpy",
    "c": "numpy",
    "over numpy": "numpy",
    "over mpmath": "mpmath",
    "over sympy": "sympy",
}
NEEDS |= {"sympy's diff": "sympy", "to_torch": "torch", "to_jax": "jax"}
SLOW = {"to_torch", "to_jax", "over sympy", "sympy's diff", "over mpmath", "over fractions", "float32", "c"}
"""Routes that take more than ten seconds for all functions."""
EAGER = {"backward", "gradient", "grad of grad", "jvp", "steps"}
"""Routes that compute every operation of the function."""
FORWARD = {"jvp", "to_jax"}
"""Routes whose second derivatives are tangents."""
SYMBOLIC = {"over sympy", "sympy's diff"}
"""Routes that give formulas."""
EXPORTS = {"to_torch", "to_jax"}
"""Routes to libraries that differentiate themselves."""
EXACT_CLASS = {"backward", "gradient", "grad of grad", "jvp", "steps", "straight", "array", "c"}
"""Routes over floats, which raise the very class of error that ``backward`` raises."""
MANY_DIGITS = {"over fractions", "over mpmath", "over sympy", "sympy's diff"}
"""Routes on which nothing is rounded to a float before the end."""


def available(name: str) -> bool:
    """Whether what a route needs is installed."""
    if name == "c" and compiler.find() is None:
        return False
    return NODE is not None if name == "page" else find_spec(NEEDS.get(name, "math")) is not None
