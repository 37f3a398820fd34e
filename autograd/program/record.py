"""Records a function: runs it once on stand-ins for its inputs and keeps the graph it builds."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from numbers import Real
from sys import _getframe
from types import CodeType
from typing import ClassVar, NoReturn, cast

from autograd import engine, ops
from autograd.collecting import without_collecting
from autograd.console import printed
from autograd.engine import Value, new
from autograd.errors import RecordingError
from autograd.formulas.formula import formula
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.gradients.arguments import flatten, unflatten
from autograd.gradients.structures import NUMBER, Fields, Shape
from autograd.modes import Block, Mode, current_mode, innermost, noting_leaves, switched
from autograd.numbers import Number, number_from, number_needed, shown
from autograd.program.captures import Captures
from autograd.program.random_draws import NoticingDraws
from autograd.program.reading import NoticingReads, assigned, gradient_needed
from autograd.program.used_up import RANDOM
from autograd.scalar import MOST_BITS, Rule
from autograd.source import Instruction, is_of_engine

Draw = Callable[[int], Sequence[float]]
Callback = Callable[[Sequence[float]], None]
Static = Mapping[int | str, object]
"""Arguments that are part of the structure, by their position in the call or by their name."""
NOWHERE = Block(Mode(), None)
"""The block of what is recorded while nothing is; nobody enters it."""


@cache
def made_by(operation: Operation) -> Rule:
    """Return what stands in place of the rule of a node: only a program can differentiate what is recorded."""
    return Rule(operation, "", refuse)


def refuse(node: Value) -> NoReturn:
    """Raise the error for a gradient asked for while a function is being compiled."""
    raise RecordingError("backward() cannot pass through a function while it is being compiled.")


def operator(operation: Operation, general: Callable[..., Value], *, reflected: bool = False) -> Callable[..., Value]:
    """Return the method that records an operator quickly, or calls that of a Value where anything is unusual."""
    rule = made_by(operation)

    def method(self: "Recorded", other: Value | Number) -> Value:
        if innermost() is not Recorded.block:
            return general(self, other)
        kind = other.__class__
        if kind is not Recorded and kind is not Value:
            if kind is int and cast("int", other).bit_length() < MOST_BITS:
                other = float(cast("int", other))
            elif kind is not float or other - other != 0.0:
                return general(self, other)
        return node(rule, other, self) if reflected else node(rule, self, other)

    return method


def apply(operation: Operation, operands: tuple[object, ...]) -> Value:
    """Record what a row does to operands of which the first is a stand-in, or the first in the first sequence."""
    if len(operands) == 1 and operands[0].__class__ is Recorded and innermost() is Recorded.block:
        return node(made_by(operation), operands[0], None)
    return engine.apply(operation, operands)


def node(rule: Rule, left: object, right: object) -> "Recorded":
    """Return the stand-in for what an operation gives, with the place in the user's program."""
    made = new(Recorded)
    made.label, made._rule, made._left, made._right = "", rule, left, right
    frame = _getframe(2)
    while is_of_engine(frame.f_code.co_filename) and frame.f_back is not None:
        frame = frame.f_back
    made.code, made.position = frame.f_code, frame.f_lasti
    return made


class Recorded(Value):
    """A number of a function that is being recorded; it is only known when the program runs."""

    __slots__ = ("code", "number", "position")
    block: ClassVar[Block | None] = NOWHERE
    """The block in which a function is recorded: operators that find themselves in it know what holds there."""
    code: CodeType
    """The piece of the user's program in which it was made."""
    position: int
    """Which instruction of that was being executed."""
    number: int
    """What stands for it in the trace that is being made: see :mod:`autograd.program.tracing`."""

    def __init__(self, label: str = "") -> None:
        self.label = label
        self._rule = self._left = self._right = None

    @property
    def instruction(self) -> Instruction:
        """Where in the user's program it was made."""
        return self.code, self.position

    __add__, __radd__ = operator(ops.add, Value.__add__), operator(ops.add, Value.__radd__, reflected=True)
    __sub__, __rsub__ = operator(ops.sub, Value.__sub__), operator(ops.sub, Value.__rsub__, reflected=True)
    __mul__, __rmul__ = operator(ops.mul, Value.__mul__), operator(ops.mul, Value.__rmul__, reflected=True)
    __truediv__ = operator(ops.div, Value.__truediv__)
    __rtruediv__ = operator(ops.div, Value.__rtruediv__, reflected=True)
    __pow__, __rpow__ = operator(ops.pow, Value.__pow__), operator(ops.pow, Value.__rpow__, reflected=True)
    _apply = staticmethod(apply)

    @property
    def data(self) -> NoReturn:  # type: ignore[override]  # reading it is the mistake this class is there to catch
        """Not known yet: raises a RecordingError."""
        raise number_needed() if isinstance(current_mode().recorder, Recording) else leaked()

    @property
    def grad(self) -> NoReturn:
        """None flows to what has no number yet: raises a RecordingError."""
        raise gradient_needed() if isinstance(current_mode().recorder, Recording) else leaked()

    @grad.setter
    def grad(self, grad: float) -> None:
        raise assigned("grad") if isinstance(current_mode().recorder, Recording) else leaked()

    def __eq__(self, other: object) -> bool:
        """Tell whether it is this very Value; to compare with a number is the mistake to catch, as in ``data``."""
        if self is not other and isinstance(other, Value | Real):
            self.__float__()
        return self is other

    __hash__ = Value.__hash__

    def __float__(self) -> NoReturn:
        raise number_needed()

    __int__ = __index__ = __complex__ = __float__

    def backward(self, seed: float = 1.0) -> None:
        """Raise a RecordingError: the gradient of a compiled function is asked for outside of it."""
        raise RecordingError(
            "backward() was called inside a function that is being compiled. Return the loss and call backward() "
            "on what the compiled function returns, or use autograd.gradient(output, inputs) inside it."
        )

    @printed
    def __repr__(self) -> str:
        name = f", label={self.label!r}" if self.label else ""
        return f"Recorded({self.op or 'input'}{name})"


def leaked() -> RecordingError:
    """Return the error for a stand-in that is used outside of the recording it belongs to."""
    return RecordingError(
        "A Value that was made while a function was being compiled is used outside of that function, where it stands "
        "for no number. Return it from the function and use what the compiled function returns; do not keep it in a "
        "list, an attribute or a global variable."
    )


DETACH = next(row for row in OPERATIONS.values() if row.detached and formula(row.value).name in row.operands)
"""The row that gives its operand as it is and passes no gradient."""


class Recording:
    """What one run of a function left behind.

    Attributes:
        arguments: the structure of the arguments.
        static: the static arguments.
        inputs: the stand-ins for the numbers in the arguments, in their flat order.
        outputs: the Values and floats in the result, in their flat order.
        shape: the structure of the result.
        drawn: the functions that draw numbers at every call, each with the stand-ins for what it draws.
        observed: the Values whose numbers go to a callback at every call.
        own_leaves: the Values that the function made itself, such as constants.
        unchanged: tells whether everything else that the function reads is as it was; may raise if not.
    """

    unchanged: Callable[[], bool]
    own_leaves: frozenset[object] = frozenset()
    notices_reads = True
    """Whether the function that is recorded must not read numbers; see :mod:`autograd.program.reading`."""

    def __init__(self, names: Sequence[str], arguments: Shape = NUMBER, static: Static | None = None) -> None:
        self.arguments, self.static = arguments, static or {}
        self.inputs = [Recorded(name) for name in names]
        self.outputs: list[Value | float] = []
        self.shape: Shape = NUMBER
        self.drawn: list[tuple[Draw, list[Recorded]]] = []
        self.observed: list[tuple[list[Value | float], Callback]] = []
        self.tuples: dict[object, object] = {}

    # --- what operations call while the function runs (see autograd.modes.Recorder) -----------------------

    def record(self, operation: Operation, operands: tuple[object, ...]) -> Value:
        if operation.is_nary:
            operands = tuple(map(self.shared, operands))
        made = node(made_by(operation), *((operands, None) if len(operands) > 2 else (*operands, None)[:2]))
        if innermost() is not Recorded.block and not current_mode().gradients and not operation.detached:
            return self.record(DETACH, (made,))
        return made

    def shared(self, operand: object) -> object:
        """Return one and the same tuple for all tuples of the same elements: later stages look at each once."""
        if operand.__class__ is not tuple:
            return operand
        literals = [number_from(item) for item in cast("tuple[object, ...]", operand) if item.__class__ is float]
        key = (operand, str(literals)) if literals else operand  # 0.0 and -0.0 are equal but not the same
        return self.tuples.setdefault(key, operand)

    def fresh(self, draw: Draw, count: int) -> list[Value]:
        """Return stand-ins for numbers that every call draws anew."""
        numbers = [Recorded("drawn") for _ in range(count)]
        self.drawn.append((draw, numbers))
        return list(numbers)

    def observe(self, values: Sequence[Value | float], callback: Callback) -> None:
        self.observed.append((list(values), callback))


def call(function: Callable[..., object], shape: Shape, numbers: Iterable[object], static: Static) -> object:
    """Call ``function`` with arguments of this structure.

    Args:
        function: the function.
        shape: the structure of its positional arguments and of its named ones, as a pair.
        numbers: what to put into the structure.
        static: further arguments, by their position or their name.
    """
    positional, named = cast("tuple[tuple[object, ...], dict[str, object]]", unflatten(shape, iter(numbers)))
    arguments = list(positional)
    for place in sorted(place for place in static if isinstance(place, int)):
        arguments.insert(place, static[place])
    return function(*arguments, **named, **{name: item for name, item in static.items() if isinstance(name, str)})


def record(function: Callable[..., object], shape: Shape, names: Sequence[str], static: Static) -> Recording:
    """Run ``function`` on stand-ins for the numbers in arguments of this structure, which have these names.

    Raises:
        RecordingError: the function asked for a number, or returned something other than numbers.
    """
    before = random.getstate()
    recording, captures, result = run(function, shape, names, static, nullcontext())
    if RANDOM in (changes := captures.changes()):
        draws = NoticingDraws()  # perhaps a second thread drew: look at what this one does
        recording, captures, result = run(function, shape, names, static, draws)
        changes = [name for name in captures.changes() if name != RANDOM] + [RANDOM] * draws.drew
    if changes:
        if RANDOM in changes:  # what it draws when it is called again is what it would have drawn
            random.setstate(before)
        raise RecordingError(
            f"The function changed {changes[0]} while it was being compiled. A program would not do that again: return "
            "what is computed, report numbers with autograd.observe, draw random ones with autograd.fresh."
        )
    recording.unchanged = captures.check()
    try:
        if result is None:
            raise TypeError
        recording.shape = flatten(result, recording.outputs)
    except TypeError:
        raise RecordingError(
            f"A compiled function must return a Value, or lists, tuples or dictionaries of them; got {shown(result)}."
        ) from None
    return recording


def kinds_in(shape: object) -> Iterator[type]:
    """Yield the classes of dataclasses and named tuples in a structure: functions call their methods."""
    if isinstance(shape, Fields):
        yield shape.kind
    if isinstance(shape, tuple):
        for part in shape:
            yield from kinds_in(part)


def run(
    function: Callable[..., object],
    shape: Shape,
    names: Sequence[str],
    static: Static,
    draws: AbstractContextManager[object],
) -> tuple[Recording, Captures, object]:
    """Return what one run of a function recorded, what it read beside its arguments, and its result."""
    recording = Recording(names, shape, static)
    captures = Captures(function, [*static.values(), *kinds_in(shape)])
    quiet = switched(recorder=recording, gradients=True, source_lines=False)
    with without_collecting(), quiet, NoticingReads(), noting_leaves() as made, draws:
        Recorded.block = block = innermost()
        try:
            result = call(function, shape, recording.inputs, static)
        finally:
            if Recorded.block is block:  # not that of another thread
                Recorded.block = NOWHERE
    recording.own_leaves = frozenset(made)
    return recording, captures, result
