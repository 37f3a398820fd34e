"""Remembers the program of a function for each structure of arguments, and records it where the structure is new."""

import inspect
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from autograd.engine import Value
from autograd.errors import ArgumentError
from autograd.gradients.arguments import Items, Numbers, take_apart
from autograd.numbers import shown
from autograd.program.build import Program, build
from autograd.program.record import Static, record

CAPACITY = 32
"""How many structures of arguments are remembered."""


class Memory:
    """The programs of one function.

    Args:
        function: the function.
        name: what to call it.
        backend, static, dtype: as for :func:`~autograd.program.compiled.compile`.

    Attributes:
        signature: that of the function.
        static: the position of each static argument, by its name.
        programs: by structure of the arguments; the one used last is at the end.
        recordings: how often the function has been recorded.
    """

    def __init__(
        self, function: Callable[..., object], name: str, backend: str, static: Iterable[str], dtype: str
    ) -> None:
        self.function, self.name, self.backend, self.dtype = function, name, backend, dtype
        self.signature = signature_of(function)
        self.static: dict[str, int] = {}
        for each in [static] if isinstance(static, str) else static:
            if each not in self.signature.parameters or self.signature.parameters[each].kind in SEVERAL:
                raise ArgumentError(f"static= names {each}, but {name}{self.signature} has no such parameter.")
            self.static[each] = list(self.signature.parameters).index(each)
        self.programs: OrderedDict[object, Program] = OrderedDict()
        self.recordings = 0

    def prepared(
        self, arguments: Sequence[object], named: dict[str, object], *, every_input: bool = False
    ) -> tuple[Program, list[Numbers]]:
        """Return the program for these arguments, recording it if it is new, and their numbers."""
        fixed: dict[int | str, object] = {}
        for name, place in self.static.items():
            if name in named:
                fixed[name] = named[name]
            elif place < len(arguments):
                fixed[place] = arguments[place]
        if fixed:
            arguments = [item for place, item in enumerate(arguments) if place not in fixed]
            named = {name: item for name, item in named.items() if name not in fixed}
        chunks: list[Numbers] = []
        shape = Items(tuple, (take_apart(tuple(arguments), chunks), take_apart(named, chunks)))
        wanted = tuple([every_input or isinstance(chunk, Value) for chunk in chunks])
        try:
            key = (shape, wanted, *[(place, item.__class__, item) for place, item in fixed.items()])
            program = self.programs.get(key)
        except TypeError:
            given = {name: fixed.get(name, fixed.get(place)) for name, place in self.static.items()}
            raise ArgumentError(f"The static arguments of {self.name} must be hashable; got {shown(given)}.") from None
        if program is None:
            program = self.remember(key, shape, chunks, wanted, fixed)
        else:
            self.programs.move_to_end(key)
        return program, chunks

    def remember(
        self,
        key: object,
        shape: Items,
        chunks: Sequence[Numbers],
        wanted: tuple[bool, ...],
        fixed: Static,
    ) -> Program:
        """Record the function for a new structure of arguments."""
        sizes = [1 if isinstance(chunk, Value | float) else len(chunk) for chunk in chunks]
        positions: list[int] = []
        start = 0
        for index, size in enumerate(sizes):
            if wanted[index]:
                positions += range(start, start + size)
            start += size
        recording = record(self.function, shape, self.names_for(shape), fixed)
        program = build(recording, shape, positions, self.backend, self.name, self.dtype)
        program.static, program.wanted_inputs = fixed, positions
        self.programs[key] = program
        self.recordings += 1
        if len(self.programs) > CAPACITY:
            self.programs.popitem(last=False)
            if self.recordings == CAPACITY + 1:
                warnings.warn(
                    f"{self.name} has been recorded for {self.recordings} different structures of arguments, and only "
                    f"the last {CAPACITY} are kept. Pass data of equal lengths, or pad it.",
                    RuntimeWarning,
                    stacklevel=4,
                )
        return program

    def names_for(self, shape: Items) -> list[str]:
        """Return a name for every number in the arguments, after the parameters of the function."""
        positional, named = shape.items
        parameters = [name for name in self.signature.parameters if name not in self.static]

        def own(name: str) -> str:
            position, _, rest = name[1:].partition("]")
            return (parameters[int(position)] if int(position) < len(parameters) else f"argument{position}") + rest

        return [*map(own, positional.names("")), *named.names("")]


SEVERAL = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def signature_of(function: Callable[..., object]) -> inspect.Signature:
    """Return the signature of a function; that of one which has none takes anything."""
    if not callable(function):
        raise ArgumentError(f"compile takes a function; got {shown(function)}.")
    try:
        return inspect.signature(function)
    except ValueError:  # some functions written in C
        return inspect.signature(lambda *arguments: None)
