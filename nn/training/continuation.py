"""What a run needs besides the model, the optimiser and the scheduler to go on where it ended: randomness, position."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from autograd.errors import FormatError
from nn.data.loading import DataLoader
from nn.module import Module
from nn.state import joined
from nn.training.summary import Summary

Saved: TypeAlias = dict[str, Any]
"""Plain data, as a JSON file holds it."""


@dataclass(kw_only=True)
class Progress(Summary):
    """How far an epoch has come, and the results of its batches so far."""

    order: list[int] | None = None
    """The order of its samples; None where a loader has an iteration of its own."""
    generator: object = None
    """The state of the loader's generator before the epoch, where there is no order."""
    learning_rate: float
    seconds: float = 0.0

    def batches(self, loader: DataLoader) -> Iterator[tuple[list[Any], ...]]:
        """Return the batches that are left."""
        if self.order is not None:
            return loader.batches(self.order, self.done)
        if self.done:
            loader.generator.setstate(cast("tuple[Any, ...]", self.generator))
        rest = iter(loader)
        for _ in range(self.done):
            next(rest)
        return rest

    def saved(self) -> Saved:
        return {**vars(self), "generator": self.generator and encoded(self.generator)}


def begun(loader: DataLoader, learning_rate: float) -> Progress:
    """Return the progress of an epoch that begins now."""
    if type(loader).__iter__ is DataLoader.__iter__:
        return Progress(order=loader.draw_order(), learning_rate=learning_rate)
    return Progress(generator=loader.generator.getstate(), learning_rate=learning_rate)


def resumed(saved: Saved, loader: DataLoader) -> Progress | None:
    """Return the progress of an epoch as it was saved, unless it was one over other data."""
    try:
        progress = Progress(**saved)
    except TypeError as error:
        raise FormatError(f"This is not the progress of an epoch: {error}.") from None
    if progress.order is None:
        progress.generator = state = decoded(progress.generator)
        loader.generator.setstate(state)
    elif sorted(progress.order) != list(range(len(loader.dataset))):
        return None
    return progress


def generator_states(parts: Mapping[str, object]) -> dict[str, object]:
    """Return the state of every generator in modules and loaders as plain data, by path."""
    return {path: generator_state(generator) for path, generator in generators_in(parts)}


def set_generator_states(parts: Mapping[str, object], saved: Mapping[str, object]) -> None:
    """Give generators in modules and loaders the states that :func:`generator_states` returned for such parts."""
    for path, generator in generators_in(parts):
        if path in saved:
            set_generator_state(generator, saved[path])


def generators_in(parts: Mapping[str, object]) -> Iterator[tuple[str, Any]]:
    """Yield every generator of random numbers in modules and loaders, with its path."""
    for name, part in parts.items():
        modules = part.named_modules() if isinstance(part, Module) else [("", part)] if part is not None else []
        for path, module in modules:
            for attribute, item in getattr(module, "__dict__", {}).items():
                if isinstance(item, random.Random) or hasattr(item, "bit_generator"):
                    yield joined(joined(name, path) if path else name, attribute), item


def generator_state(generator: Any) -> object:
    """Return the state of a generator of Python's or NumPy's as plain data."""
    if isinstance(generator, random.Random):
        return encoded(generator.getstate())
    return plain(generator.bit_generator.state)


def set_generator_state(generator: Any, state: Any) -> None:
    """Give a generator the state that :func:`generator_state` returned for one of the same kind.

    Raises:
        FormatError: it is no such state.
    """
    try:
        if isinstance(generator, random.Random):
            generator.setstate(decoded(state))
        else:
            generator.bit_generator.state = state
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise FormatError(f"This is not the state of a {type(generator).__name__}: {error}.") from None


def encoded(state: Any) -> object:
    """Return the state of a :class:`random.Random` as a list of three; its 625 numbers become one text."""
    return [state[0], "".join([f"{word:08x}" for word in state[1]]), state[2]]


def decoded(saved: Any) -> tuple[Any, ...]:
    """Return what :func:`encoded` was given."""
    version, text, gauss = saved
    return version, tuple([int(text[i : i + 8], 16) for i in range(0, len(text), 8)]), gauss


def plain(item: Any) -> object:
    """Return nested dictionaries and arrays as dictionaries, lists and numbers."""
    if isinstance(item, dict):
        return {name: plain(part) for name, part in item.items()}
    return item.tolist() if hasattr(item, "tolist") else item
