"""``steps``: a computation and its backward pass as a list of steps.

The terminal, the page and the explanations show these records; none of them computes a gradient itself.
"""

import inspect
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from numbers import Real
from types import FrameType
from typing import Literal, cast

from autograd.engine import Value
from autograd.errors import NumberError
from autograd.formulas.notation import LiteralNumber, Operand
from autograd.formulas.row import is_sequence
from autograd.graph import topological_order
from autograd.modes import remember_source_lines, switched
from autograd.numbers import number_from, shown
from autograd.ops import where
from autograd.views.names import names_of
from autograd.views.steps.backward_pass import BackwardPass, Deposit, Visit
from autograd.views.steps.formulas import Formulas
from autograd.views.steps.record import Contribution, Phase, Step

ProfileEvent = Literal["call", "return", "c_call", "c_return", "c_exception"]


def steps(
    output: "Value | Callable[..., Value]",
    *arguments: object,
    seed: float = 1.0,
    accumulate: bool = False,
    model: object | None = None,
) -> tuple[Step, ...]:
    """Return the steps of a computation and of its backward pass, without changing any gradient.

    First each operation in the order in which ``backward()`` sorts the graph, then the seed, then each node
    from the output towards the leaves. The numbers are those of ``backward()`` to the last bit.

    Args:
        output: the Value to start from; or a function, which is called with ``arguments`` while source
            lines are remembered, so that every step knows the line of the program that made its node.
        arguments: what to call the function with. A number becomes a Value named after the parameter.
        seed: the gradient of the output, as for ``backward``.
        accumulate: let leaves start from the gradients they have, as ``backward()`` does, instead of zero.
        model: an object with ``named_parameters()`` to name its parameters.

    Returns:
        A tuple of :class:`Step`.

    Raises:
        NumberError: ``output`` is neither a Value nor a function that returns one.
        ArgumentError: the graph has more than 100,000 nodes.
        DomainError, DivisionByZeroError, NumberOverflowError: what ``backward()`` would raise.

    Example:
        >>> from autograd import Value, steps
        >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
        >>> for step in steps(a * b):
        ...     print(step.narration)
        v1 = a * b = 2 * (-3) = -6.
        The backward pass starts at v1: the gradient of v1 with respect to itself is 1.
        v1 = a * b has gradient 1: a gets 1 × (-3) = -3, and b gets 1 × 2 = 2.
        >>> a.grad
        0.0
    """
    loss, frame = value_of(output, arguments)
    backward_pass = BackwardPass(loss, number_from(seed), accumulate=accumulate)
    return tuple(records(backward_pass, display_names(backward_pass, frame, model)))


def value_of(output: object, arguments: tuple[object, ...]) -> tuple[Value, FrameType | None]:
    """Return the Value to look at and, if a function had to be run for it, the frame that function ran in."""
    if isinstance(output, Value) and not arguments:
        return output, None
    if isinstance(output, Value) or not callable(output):
        raise NumberError(
            f"Give the Value to look at, as in steps(loss), or a function and its arguments, as in steps(f, 2.0); "
            f"got {shown(output)}{f' and {len(arguments)} arguments' if arguments else ''}."
        )
    result, frame = called(output, arguments)
    if not isinstance(result, Value):
        raise NumberError(f"The function must return one Value, such as a loss; it returned {shown(result)}.")
    if any(node.operation is where and isinstance(node.operands[0], float) for node in topological_order(result)):
        return following(output, arguments, result) or (result, frame)
    return result, frame


def called(function: Callable[..., object], arguments: tuple[object, ...]) -> tuple[object, FrameType | None]:
    """Call a function while source lines are remembered; return what it returns and the frame that it ran in."""
    frames: list[FrameType] = []
    code = getattr(function, "__code__", None)

    def watch(frame: FrameType, event: ProfileEvent, argument: object) -> None:
        if event == "return" and frame.f_code is code:
            frames.append(frame)

    watching = sys.getprofile() is None  # the user's own profiler is left alone
    if watching:
        sys.setprofile(watch)  # the variables of the function name its nodes, and they are gone once it has returned
    try:
        with remember_source_lines():
            result = function(*labelled(function, arguments))
    finally:
        if watching:
            sys.setprofile(None)
    return result, frames[-1] if frames else None


def following(
    function: Callable[..., object], arguments: tuple[object, ...], plain: Value
) -> tuple[Value, FrameType | None] | None:
    """Call a function with its comparisons kept as nodes, so that ``where(x > 0, ...)`` follows ``x``.

    None if it cannot do with them, as one that counts with truth values, or computes another number than ``plain``.
    """
    try:
        with switched(keeps_comparisons=True):
            result, frame = called(function, arguments)
    except Exception:  # whatever it is, the function does without kept comparisons
        return None
    same = isinstance(result, Value) and (result.data == plain.data or result.data != result.data)
    return (cast("Value", result), frame) if same else None


def labelled(function: Callable[..., object], arguments: tuple[object, ...]) -> list[object]:
    """Return the arguments with Values, named after the parameters, in place of plain numbers."""
    try:
        names = list(inspect.signature(function).bind(*arguments).arguments)
    except (TypeError, ValueError):  # the call itself reports better what is wrong
        names = []
    names += [f"x{i}" for i in range(len(names), len(arguments))]

    def convert(argument: object, name: str) -> object:
        if hasattr(argument, "tolist"):  # a NumPy array or number
            argument = argument.tolist()
        if isinstance(argument, list | tuple):
            return [convert(item, f"{name}[{i}]") for i, item in enumerate(argument)]
        if isinstance(argument, dict):
            return {key: convert(item, f"{name}[{key!r}]") for key, item in argument.items()}
        if isinstance(argument, Real) and not isinstance(argument, bool):
            return Value(float(argument), name)
        return argument

    return [convert(argument, name) for argument, name in zip(arguments, names, strict=False)]


def display_names(backward_pass: BackwardPass, frame: FrameType | None, model: object | None) -> dict[Value, str]:
    """Return a name for every node; those that have none are numbered, in the order of computation."""
    nodes = [*backward_pass.leaves, *backward_pass.interior]
    names = names_of(nodes, frame, model=model)
    taken = set(names.values())
    free = (name for i in count(1) if (name := f"v{i}") not in taken)
    return {node: names[node] if node in names else next(free) for node in nodes}


def records(backward_pass: BackwardPass, names: Mapping[Value, str]) -> Iterator[Step]:
    """Yield the steps of a computation and of its backward pass."""
    formulas = {node: formulas_of(node, names) for node in backward_pass.interior}
    forward, backward = tuple(backward_pass.interior), tuple(reversed(backward_pass.interior))
    index = count()

    def step(node: Value, phase: Phase, visit: Visit | None, order: Sequence[Value], *, done: int) -> Step:
        printing = formulas.get(node) if phase != "seed" else None
        return Step(
            index=next(index),
            phase=phase,
            node=node,
            name=names[node],
            value=node.data,
            source_line=node.source_line,
            incoming=visit.incoming if visit else None,
            contributions=tuple(contributions(visit.deposits if visit else [], names, printing)),
            formulas=formulas.get(node),
            names=names,
            order=order,
            done=done,
        )

    for i, node in enumerate(forward, start=1):
        yield step(node, "forward", None, forward, done=i)
    yield step(backward_pass.seed.node, "seed", backward_pass.seed, backward, done=0)
    for i, visit in enumerate(backward_pass.visits, start=1):
        yield step(visit.node, "backward", visit, backward, done=i)


def contributions(
    deposits: Sequence[Deposit], names: Mapping[Value, str], formulas: Formulas | None
) -> Iterator[Contribution]:
    """Yield the deposits of one step with names; the uses of a parent that is used more than once are numbered."""
    uses = Counter(deposit.parent for deposit in deposits)
    seen: Counter[Value] = Counter()
    for deposit in deposits:
        seen[deposit.parent] += 1
        use = seen[deposit.parent] if uses[deposit.parent] > 1 else None
        yield Contribution(**vars(deposit), name=names[deposit.parent], formulas=formulas, use=use)


def formulas_of(node: Value, names: Mapping[Value, str]) -> Formulas:
    """Return the formulas of an interior node with what stands for their operands now."""
    operation = node.operation
    assert operation is not None
    by_name: dict[str, Operand] = {}
    by_number: dict[str, Operand] = {}
    for operand, item in zip(operation.operands, node.operands, strict=True):
        if operand == "index":
            by_name[operand] = by_number[operand] = int(item)  # type: ignore[arg-type]  # a position is a literal
        elif is_sequence(operand):
            items = item if isinstance(item, tuple) else (item,)
            by_name[operand] = [names[each] if isinstance(each, Value) else LiteralNumber(each) for each in items]
            by_number[operand] = [
                float(each.data) if isinstance(each, Value) else LiteralNumber(each) for each in items
            ]
        elif isinstance(item, Value):
            by_name[operand], by_number[operand] = names[item], float(item.data)
        else:
            by_name[operand] = by_number[operand] = LiteralNumber(item)  # type: ignore[arg-type]  # not a sequence
    return Formulas(operation, {**by_name, "out": names[node]}, {**by_number, "out": float(node.data)})
