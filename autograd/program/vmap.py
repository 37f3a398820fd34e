"""``vmap``: a function of one sample, carried out on a whole batch at once."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import update_wrapper
from math import isfinite
from numbers import Integral
from typing import cast
from weakref import WeakKeyDictionary

from autograd.engine import Value
from autograd.errors import ArgumentError, AutogradError, DomainError
from autograd.frozen import are_live
from autograd.gradients.arguments import flatten
from autograd.gradients.structures import Shape
from autograd.gradients.supplies import Batch, array_of
from autograd.modes import current_mode
from autograd.numbers import shown
from autograd.program.batched import Samples
from autograd.program.compiled import Compiled
from autograd.program.over import Over
from autograd.program.record import Recording
from autograd.program.result import are_finite
from autograd.scalar import number_of

Axes = int | None | Sequence[int | None]


def vmap(f: Callable[..., object], in_axes: Axes = 0) -> "Vectorized":
    """Return a function of batches: ``f`` applied to each sample, all of them at once where they are plain numbers.

    ``f`` is recorded for one sample and runs over NumPy arrays with a batch axis. Of Values, where it uses Values
    from outside, and inside a function that is compiled, it is applied to one sample after the other instead (a program
    makes rows of these), so the result can be differentiated.

    Args:
        f: a function of one sample, as :func:`autograd.compile` takes it: numbers, arrays, structures of these.
        in_axes: which axis of each array counts the samples, for all arguments or for each; None for an argument
            that is the same for all samples. A list, also of lists, counts as an array, a tuple as a structure.

    Returns:
        A function of the same arguments with an axis more. Its result has the structure of that of ``f`` with arrays
        in the place of numbers and arrays, whose first axis counts the samples.

    Raises:
        ArgumentError: the arguments have different numbers of samples, or none has any.
        RecordingError: ``f`` asked for the number behind a Value; see :func:`autograd.compile`.
        DomainError: there is no finite result for some sample.

    Source: the arguments are those of JAX's function.

    Example:
        >>> from autograd import grad, vmap
        >>> vmap(lambda x, y: x * y)([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]).tolist()
        [4.0, 10.0, 18.0]
        >>> vmap(grad(lambda x: x**3))([1.0, 2.0]).tolist()
        [3.0, 12.0]
    """
    return Vectorized(f, in_axes)


def built(shape: Shape, results: Sequence[Sequence[Value | float]]) -> object:
    """Return the results of all samples in the structure of one, each number an array over the samples."""
    columns = (array_of(column, (len(results),)) for column in zip(*results, strict=True))
    return shape.build(Batch(columns, len(results)))


class Vectorized:
    """What :func:`vmap` returns."""

    def __init__(self, function: Callable[..., object], in_axes: Axes) -> None:
        self.function, self.in_axes = function, in_axes
        update_wrapper(self, function, updated=())
        self.recorded = Compiled(function, "straight", (), "float64")
        self.programs: WeakKeyDictionary[Recording, Over] = WeakKeyDictionary()

    def __call__(self, /, *arguments: object, **named: object) -> object:
        samples = Samples([*arguments, *named.values()], [*self.axes_for(arguments), *[0] * len(named)])

        def one(index: int) -> tuple[list[object], dict[str, object]]:
            each = samples[index]
            return each[: len(arguments)], dict(zip(named, each[len(arguments) :], strict=True))

        if samples.are_plain and current_mode().recorder is None:
            over, columns = self.program_for(*one(0)), samples.columns()
            # one by one, a derivative refuses a nan also where it does not depend on it
            if over is not None and are_finite(columns):
                try:
                    return over.recording.shape.build(Batch(iter(over.outputs(columns)), len(samples)))
                except DomainError:  # of both sides of a choice that a derivative makes, one may have no value
                    with suppress(AutogradError):
                        shape, results = self.one_by_one(map(one, range(len(samples))))
                        if all(isfinite(number_of(number)) for row in results for number in row):
                            return built(shape, results)
                    raise
        return built(*self.one_by_one(map(one, range(len(samples)))))

    def one_by_one(
        self, samples: Iterable[tuple[list[object], dict[str, object]]]
    ) -> tuple[Shape, list[list[Value | float]]]:
        """Return the structure of a result, and the numbers in that of each sample."""
        shape, results = cast("Shape", None), list[list[Value | float]]()
        for positional, by_name in samples:
            results.append([])
            shape = flatten(self.function(*positional, **by_name), results[-1])
        return shape, results

    def axes_for(self, arguments: Sequence[object]) -> Sequence[int | None]:
        """Return the axis of each argument."""
        alone = self.in_axes is None or isinstance(self.in_axes, Integral)
        axes = [self.in_axes] * len(arguments) if alone else self.in_axes
        if not isinstance(axes, list | tuple) or any(not isinstance(axis, Integral | None) for axis in axes):
            raise ArgumentError(
                "in_axes is the position of an axis, such as 0, None, or a tuple of one of these for each argument, "
                f"whatever it consists of; got {shown(self.in_axes)}."
            )
        if len(axes) != len(arguments):
            raise ArgumentError(f"in_axes has {len(axes)} entries, but there are {len(arguments)} arguments.")
        return cast("Sequence[int | None]", axes)

    def program_for(self, arguments: Sequence[object], named: dict[str, object]) -> Over | None:
        """Return the program for samples like this one, or None where the result depends on Values or is drawn."""
        program, _ = self.recorded.prepared(arguments, named)
        recording = program.recording
        depends = current_mode().gradients and are_live({*program.parameters} - recording.own_leaves)
        if recording.drawn or recording.observed or depends:
            return None
        if recording not in self.programs:
            self.programs[recording] = Over(recording, "numpy", self.recorded.name)
        return self.programs[recording]
