"""The programs of a function: one for each structure of arguments, recorded where the structure is new."""

import inspect
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, is_dataclass
from functools import cached_property
from math import isfinite
from threading import RLock
from typing import Literal, NamedTuple

from autograd.collecting import without_collecting
from autograd.engine import Value
from autograd.errors import ArgumentError
from autograd.gradients.places import Chosen
from autograd.gradients.structures import NUMBER, Entries, Items, Shape
from autograd.gradients.taking_apart import Numbers, take_apart
from autograd.locks import forkable
from autograd.numbers import JUST_FLOATS, shown
from autograd.program.build import Program, build
from autograd.program.latest import Latest
from autograd.program.record import Static, record
from autograd.program.straight_program import StraightProgram

Backend = Literal["auto", "straight", "array", "c"]

Flat = tuple[Chosen, int]
"""What to differentiate by, and how many floats a call consists of."""
CAPACITY = 32
"""How many structures of arguments are remembered."""


class Taken(NamedTuple):
    """The arguments of a call, taken apart.

    Attributes:
        shape: the structure of the positional arguments and of the named ones, as a pair.
        chunks: their numbers.
        wanted: for each chunk, whether gradients with respect to it are asked for.
        fixed: the static arguments, by position or name.
        shapes: the structure of each argument that is not static, by its place, where gradients are asked for.
    """

    shape: Items
    chunks: list[Numbers]
    wanted: list[bool]
    fixed: Static
    shapes: dict[int | str, Shape]


class Programs(Latest):
    """The programs of one function.

    Attributes:
        function: what was compiled.
        name: its name, fit for the names of its programs.
        signature: that of the function.
        static: the position of each static argument, by its name.
        programs: by structure of the arguments; the one used last is at the end.
        recordings: how often the function has been recorded.
    """

    def __init__(self, function: Callable[..., object], backend: Backend, static: Iterable[str], dtype: str) -> None:
        self.function, self.backend, self.dtype = function, backend, dtype
        self.signature = signature_of(function)
        name = getattr(function, "__name__", type(function).__name__)
        self.name = name if name.isidentifier() else "program"
        self.static: dict[str, int] = {}
        for each in [static] if isinstance(static, str) else static:
            if each not in self.signature.parameters or self.signature.parameters[each].kind in SEVERAL:
                raise ArgumentError(f"static= names {each}, but {self.name}{self.signature} has no such parameter.")
            self.static[each] = list(self.signature.parameters).index(each)
        self.dynamic = inspect.Signature(
            [p for name, p in self.signature.parameters.items() if name not in self.static]
        )
        self.programs: OrderedDict[object, Program] = OrderedDict()
        self.flat: dict[Flat, StraightProgram] = {}
        """For calls that consist of so many floats, the programs that give the derivatives with respect to some."""
        self.latest: Program | None = None
        """The program that was used last."""
        self.recordings = 0
        self.lock = forkable(RLock())  # a program computes in arrays of its own: one call at a time

    # --- remembering --------------------------------------------------------------------------------------

    def prepared(self, arguments: Sequence[object], named: dict[str, object]) -> tuple[Program, list[Numbers]]:
        """Return the program for these arguments, recording it if it is new, and their numbers."""
        taken = self.taken_apart(arguments, named) if arguments or named else self.nothing_given
        return self.program_for(taken), taken.chunks

    @cached_property
    def nothing_given(self) -> Taken:
        """A call without arguments, taken apart."""
        return self.taken_apart((), {})

    def taken_apart(
        self, arguments: Sequence[object], named: dict[str, object], chosen: Sequence[int | str] | None = None
    ) -> Taken:
        """Return the arguments of a call taken apart.

        Args:
            arguments, named: those of the call.
            chosen: the places of the arguments whose gradients are asked for; otherwise it is that of all Values.
        """
        fixed: dict[int | str, object] = {}
        for name, position in self.static.items():
            if name in named:
                fixed[name] = named[name]
            elif position < len(arguments):
                fixed[position] = arguments[position]
        places: Sequence[int] = range(len(arguments))
        if fixed:
            places = [place for place in places if place not in fixed]
            arguments = [arguments[place] for place in places]
            named = {name: item for name, item in named.items() if name not in fixed}
        chunks: list[Numbers] = []
        shapes: dict[int | str, Shape] = {}
        if chosen is None:
            shape = Items(tuple, (take_apart(tuple(arguments), chunks), take_apart(named, chunks)))
            wanted = [isinstance(chunk, Value) for chunk in chunks]
        else:
            wanted = []
            given: list[tuple[int | str, object]] = [*zip(places, arguments, strict=True), *named.items()]
            for place, item in given:
                shapes[place] = take_apart(item, chunks)
                wanted += [place in chosen] * (len(chunks) - len(wanted))
            each = tuple(shapes.values())
            by_name = Entries(tuple(zip(named, each[len(arguments) :], strict=True)) if named else ())
            shape = Items(tuple, (Items(tuple, each[: len(arguments)]), by_name))
            if not fixed.keys().isdisjoint(chosen):
                raise ArgumentError(f"{self.name} cannot be differentiated with respect to an argument in static=.")
        return Taken(shape, chunks, wanted, fixed, shapes)

    def program_for(self, taken: Taken) -> Program:
        """Return the program for arguments of this structure, recording it if it is new."""
        try:
            key = (taken.shape, *taken.wanted, *[(place, bits(item)) for place, item in taken.fixed.items()])
            program = self.programs.get(key)
        except TypeError:
            given = {name: taken.fixed.get(name, taken.fixed.get(place)) for name, place in self.static.items()}
            raise ArgumentError(f"The static arguments of {self.name} must be hashable; got {shown(given)}.") from None
        try:
            is_current = program is not None and program.recording.unchanged()
        except (LookupError, ValueError, TypeError):  # a name is gone, or arrays were compared
            is_current = False
        if program is None or not is_current:
            program = self.remember(key, taken)
        else:
            self.programs.move_to_end(key)
            if program.promotion is not None:
                program = self.programs[key] = program.promotion.next()
        self.latest = program
        return program

    def direct(self, flat: Flat, arguments: tuple[object, ...], *, constant: bool) -> tuple[float, list[float]] | None:
        """Return the value and its derivatives with respect to what is chosen, where nothing has to be looked up.

        That is when every argument is a float, the program consists of lines and is the one that was used last, nothing
        that it reads has changed, all numbers are finite, and Values that it closes over are constants. Otherwise
        return None.
        """
        program = self.flat.get(flat)
        if program is None or program is not self.latest or not JUST_FLOATS.issuperset(map(type, arguments)):
            return None
        if program.parameters and not constant:
            return None
        leaves = [*[value.data for value in program.parameters], *arguments]
        try:
            if not program.recording.unchanged():
                return None
            (output,), _, slopes = program.run_both(leaves, (1.0,))  # type: ignore[arg-type]  # just floats
        except (ArithmeticError, LookupError, ValueError, TypeError):
            return None
        return (output, slopes[len(program.parameters) :]) if all(map(isfinite, slopes)) else None

    def note_flat(self, program: Program, flat: Flat, arguments: tuple[object, ...]) -> None:
        """Remember a program for :meth:`direct`, if that can call it."""
        recording = program.recording
        alone = (
            len(recording.outputs) == 1 and recording.shape is NUMBER and not (recording.drawn or recording.observed)
        )
        plain = JUST_FLOATS.issuperset(map(type, arguments)) and not self.static
        if plain and alone and isinstance(program, StraightProgram) and program.promotion is None:
            self.flat[flat] = program

    def remember(self, key: object, taken: Taken) -> Program:
        shape, chunks, wanted, fixed, _ = taken
        sizes = [1 if isinstance(chunk, Value | float) else len(chunk) for chunk in chunks]
        positions: list[int] = []
        start = 0
        for index, size in enumerate(sizes):
            if wanted[index]:
                positions += range(start, start + size)
            start += size
        with without_collecting():
            recording = record(self.function, shape, self.names_for(shape), fixed)
            program = build(recording, positions, self.backend, self.name, self.dtype)
        self.programs[key] = program
        self.flat.clear()
        self.recordings += 1
        if len(self.programs) > CAPACITY:
            self.programs.popitem(last=False)
        if self.recordings == CAPACITY + 1:
            warnings.warn(
                f"{self.name} has been recorded for {self.recordings} different structures of arguments, or anew "
                f"because what it reads beside them had changed; the last {CAPACITY} programs are kept. Pass data of "
                "equal lengths, or pad it; pass what changes as an argument, or assign to the .data of a Value instead "
                "of making a new one.",
                RuntimeWarning,
                stacklevel=5,
            )
        return program

    def names_for(self, shape: Items) -> list[str]:
        """Return a name for every number in the arguments, after the parameters of the function."""
        positional, named = shape.items
        parameters = list(self.dynamic.parameters)

        def own(name: str) -> str:
            position, _, rest = name[1:].partition("]")
            return (parameters[int(position)] if int(position) < len(parameters) else f"argument{position}") + rest

        return [*map(own, positional.names("")), *named.names("")]


def bits(item: object) -> object:
    """Return a key that is equal only for equal items of equal types, also inside tuples and the like.

    ``1``, ``True`` and ``1.0`` are different, and so are ``0.0`` and ``-0.0``; frozen sets and frozen dataclasses are
    looked into as well.
    """
    kind = item.__class__
    if isinstance(item, float | complex):
        return kind, repr(item)
    if isinstance(item, tuple):
        return kind, tuple(map(bits, item))
    if isinstance(item, frozenset):
        return kind, frozenset(map(bits, item))
    if is_dataclass(item):
        hash(item)
        return kind, item, tuple([bits(getattr(item, each.name)) for each in fields(item)])
    return kind, item


SEVERAL = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def signature_of(function: Callable[..., object]) -> inspect.Signature:
    """Return the signature of a function; that of one which has none takes anything."""
    if not callable(function):
        raise ArgumentError(f"compile takes a function; got {shown(function)}.")
    try:
        return inspect.signature(function)
    except ValueError:  # some functions written in C
        return inspect.signature(lambda *arguments: None)
