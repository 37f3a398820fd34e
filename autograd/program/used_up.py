"""State that a call of a function uses up, so that its program would not do so again: random numbers and iterators."""

import random
import sys
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from gc import get_referents
from importlib import import_module
from operator import length_hint
from types import GeneratorType
from typing import Any, cast

RANDOM, NUMPYS = "the state of a generator of random numbers", "the state of a generator of NumPy"
TORCHS = "the state of the generator of PyTorch"
Reading = tuple[Callable[[Any], list[object]], str]
"""How to read a state as a list, and what to call it."""


def global_generators(names: AbstractSet[str]) -> Iterator[Reading]:
    """Yield how to read the state of the generators of random numbers that belong to nobody.

    Args:
        names: those in the code; NumPy makes its generator when the first function asks for ``numpy.random``.
    """
    yield (lambda _: [hash(random.getstate())]), RANDOM
    if "numpy.random" in sys.modules or ("numpy" in sys.modules and "random" in names):
        numpy = import_module("numpy.random")
        yield (lambda _: parts_of(numpy.get_state(legacy=False))), NUMPYS
    if "torch" in sys.modules:
        yield (lambda _: [sys.modules["torch"].get_rng_state().numpy().tobytes()]), TORCHS


def state_of(item: object, name: str) -> Reading | None:
    """Return how to read the state of a generator of random numbers or of an iterator; None for anything else.

    Args:
        item: any object.
        name: what the function calls it.
    """
    if isinstance(item, random.Random):
        return state_of_random, RANDOM
    if isinstance(item, GeneratorType):
        return position_of, f"the generator {name}"
    if item.__class__.__module__ in {"itertools", "builtins"} and isinstance(item, Iterator):
        return position_of, f"the iterator {name}"
    if any(base.__module__.startswith("numpy.random") for base in item.__class__.__mro__):
        return state_of_numpy, NUMPYS
    return None


def state_of_random(item: random.Random) -> list[object]:
    """Return the state of a generator; one that draws from the system has none, and is never the same."""
    return [object() if isinstance(item, random.SystemRandom) else hash(item.getstate())]


def state_of_numpy(item: Any) -> list[object]:
    """Return the state of a generator of NumPy, of the older kind or the newer."""
    return parts_of(item.get_state(legacy=False) if hasattr(item, "get_state") else item.bit_generator.state)


def parts_of(state: Any) -> list[object]:
    """Return what is in a dictionary of numbers, arrays, and dictionaries of these, bit by bit."""
    if isinstance(state, dict):
        return [part for item in state.values() for part in parts_of(item)]
    return [state.tobytes() if hasattr(state, "tobytes") else state]


def position_of(item: object) -> list[object]:
    """Return how far a generator or an iterator has come, and those that it takes from."""
    if isinstance(item, GeneratorType):
        frame = item.gi_frame
        return [] if frame is None else [frame.f_lasti, *frame.f_locals.values()]
    held = [part for each in get_referents(item) for part in (each if isinstance(each, tuple) else (each,))]
    inner = [position for each in held if isinstance(each, Iterator) for position in position_of(each)]
    return [repr(item), length_hint(cast("Iterator[object]", item), -1), *inner]
