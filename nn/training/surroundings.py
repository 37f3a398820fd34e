"""``Surroundings``: what a step depends on besides numbers, so that a change of it is noticed and can be undone."""

import functools
import random
import sys
import types
from collections import deque
from collections.abc import Callable
from typing import Any

from autograd import Value, errors
from nn.data.loading import DataLoader
from nn.module import Module
from nn.optim import Optimizer
from nn.schedulers import ReduceLROnPlateau, Scheduler
from nn.training.history import History
from nn.training.own_code import is_compiled, is_constant, is_library_object
from nn.training.restoring import (
    Attribute,
    Global,
    Part,
    into_array,
    into_cell,
    into_dict,
    into_list,
    into_object,
    nothing,
)

PLAIN = frozenset({int, str, bool, bytes, complex, type(None)})
"""Types that are compared by their contents; floats are too, bit by bit."""
MOVING = (Optimizer, Scheduler, ReduceLROnPlateau, DataLoader, History)
"""What changes from step to step or from epoch to epoch by itself."""
FIRST_CALLED = frozenset({"forward", "__call__", "__getattr__", "__getattribute__"})
MOST_PARTS = 50_000
"""How many lists, objects and functions a step may depend on; looking at more would take too long."""


def bits_of(state: "tuple[Any, ...]") -> object:
    """Return the state of one of NumPy's older generators as something that can be compared."""
    return (state[1].tobytes(), *state[2:])


def mark(item: object) -> object:
    """Return something that is equal for equal plain data, bit by bit, and for one and the same other object."""
    kind = item.__class__
    if kind is float:
        return item.hex()  # type: ignore[attr-defined]  # a float
    if kind in PLAIN:
        return kind, item
    if kind is tuple:
        return (kind, *map(mark, item))  # type: ignore[call-overload]  # a tuple
    return id(item)


class Surroundings:
    """Everything reachable from a model and a loss that their results may depend on, as it is at this moment.

    That is: attributes, lists, dictionaries and arrays at any depth; and of functions their closures, their defaults,
    and the global names and class attributes that they use. Numbers of Values are not part of it, because a recorded
    step reads them afresh. Of this library's own modules the buffers are not, for the same reason.

    Raises:
        RecordingError: it holds something of which nobody can see whether it has changed, such as an iterator, or
            that changes by itself at every step, such as the optimiser.
    """

    def __init__(self, *roots: object) -> None:
        self.parts: dict[int, Part] = {}
        self.generators: dict[int, Part] = {}
        self.modes: dict[int, Part] = {}
        self.names = set(FIRST_CALLED)
        """The names that occur in the functions found so far."""
        self.by_name: list[tuple[str, object, str]] = []
        """Class attributes, and attributes that only count where a function uses their name; with their owners."""
        self.waiting = [(root, "") for root in roots]
        self.keep_generator(random, random.getstate, random.getstate, random.setstate)
        if "numpy" in sys.modules:
            self.keep_older_generator(sys.modules["numpy"].random)
        while self.waiting:
            self.visit(*self.waiting.pop())
            if len(self.parts) > MOST_PARTS:
                raise errors.RecordingError(f"it depends on more than {MOST_PARTS:,} objects")
            if not self.waiting:
                self.visit_named()
        self.key = tuple([(place, part.marks) for place, part in self.parts.items()])

    def visit_named(self) -> None:
        used = [(item, where) for name, item, where in self.by_name if name in self.names]
        self.by_name = [entry for entry in self.by_name if entry[0] not in self.names]
        for item, where in used:
            self.check_moving(item, where)
            self.waiting.append((item, where))

    # --- looking ------------------------------------------------------------------------------------------

    def visit(self, item: object, where: str) -> None:
        kind = item.__class__
        known = id(item) in self.parts or id(item) in self.generators
        if known or kind is float or kind in PLAIN or isinstance(item, Value):
            return
        if isinstance(item, list | deque):
            self.visit_list(item, where)
        elif isinstance(item, dict | set):
            self.visit_entries(item, where)
        elif isinstance(item, types.FunctionType):
            self.visit_function(item)
        elif isinstance(item, type):
            self.visit_class(item)
        elif (followed := followed_from(item)) is not None:
            self.waiting += [(part, where) for part in followed]
        else:
            self.visit_object(item, where)

    def visit_list(self, item: "list[Any] | deque[Any]", where: str) -> None:
        content = list(item)
        if set(map(type, content)) <= {Value}:  # most of a large model
            self.keep(item, where, [*map(id, content)], content, into_list)
            return
        self.keep(item, where, [*map(mark, content)], content, into_list)
        self.waiting += [(part, where) for part in content]

    def visit_entries(self, item: "dict[Any, Any] | set[Any]", where: str) -> None:
        if isinstance(item, set):
            self.keep(item, where, frozenset(map(mark, item)), set(item), into_dict)
            return
        content = dict(item)
        self.keep(item, where, [(mark(k), mark(v)) for k, v in content.items()], content, into_dict)
        self.waiting += [(part, where) for part in [*content, *content.values()]]

    def visit_function(self, item: types.FunctionType) -> None:
        if is_constant(item.__module__) and not item.__closure__:
            return
        defaults = (item.__defaults__, *(item.__kwdefaults__ or {}).values())
        self.keep(item, item.__name__, [id(item.__code__), mark(defaults)], (item.__code__, defaults), None)
        self.waiting += [(part, item.__name__) for part in (*defaults, vars(item))]
        for name, cell in zip(item.__code__.co_freevars, item.__closure__ or (), strict=True):
            self.visit_cell(cell, name)
        if not is_constant(item.__module__):
            names = names_in(item.__code__)
            self.names |= names
            for name in sorted(names & item.__globals__.keys()):
                self.waiting.append((Global(item.__globals__, name), name))

    def visit_cell(self, cell: types.CellType, name: str) -> None:
        try:
            content = cell.cell_contents
        except ValueError:  # not assigned yet
            return
        self.keep(cell, name, mark(content), content, into_cell)
        self.check_moving(content, name)
        self.waiting.append((content, name))

    def visit_class(self, item: type) -> None:
        for base in item.__mro__:
            if not is_constant(base.__module__) and id(base) not in self.parts:
                self.parts[id(base)] = Part(base, base.__name__, 0, None, nothing)
                self.by_name += [(name, Attribute(base, name), base.__name__) for name in list(vars(base))]

    def visit_object(self, item: Any, where: str) -> None:
        if isinstance(item, Global | Attribute):
            self.keep(item.key, item.name, mark(item.content), item.content, item.restore)
            self.check_moving(item.content, item.name)
            self.waiting.append((item.content, item.name))
        elif isinstance(item, types.ModuleType):
            if not is_constant(item.__name__):
                self.parts[id(item)] = Part(item, where, 0, None, nothing)
                self.by_name += [(name, Global(vars(item), name), name) for name in list(vars(item))]
        elif isinstance(item, random.Random):
            if type(item).getstate is random.Random.getstate:
                self.keep_generator(item, item.getstate, item.getstate, item.setstate)
        elif type(item).__module__.startswith("numpy"):
            self.visit_numpy(item, where)
        else:
            self.check_moving(item, where)
            if not is_constant(type(item).__module__) or isinstance(item, Module):
                self.visit_attributes(item)

    def visit_attributes(self, item: Any) -> None:
        self.visit_class(type(item))
        content = dict(vars(item)) if hasattr(item, "__dict__") else {}
        slots = [name for base in type(item).__mro__ for name in listed(vars(base).get("__slots__", ()))]
        content |= {name: getattr(item, name) for name in slots if name not in {"__dict__", "__weakref__"}
                    and hasattr(item, name)}  # fmt: skip
        own = is_library_object(item) or is_constant(type(item).__module__)
        skipped = {"_buffer_names", *content.get("_buffer_names", ())} if own else set()
        if isinstance(item, Module):
            self.modes[id(item)] = Part(item, "training", item.training, item.training, nothing)
        kept = {name: part for name, part in content.items()
                if name not in skipped and name != "training" and not is_compiled(part)}  # fmt: skip
        marks = [(name, mark(part)) for name, part in kept.items()]
        self.keep(item, type(item).__name__, marks, content, into_object)
        for name, part in kept.items():
            if is_moving(part):
                self.by_name.append((name, part, f"{type(item).__name__}.{name}"))
            else:
                self.waiting.append((part, f"{type(item).__name__}.{name}"))

    def visit_numpy(self, item: Any, where: str) -> None:
        bits = getattr(item, "bit_generator", None)
        if bits is not None:
            put = functools.partial(setattr, bits, "state")
            self.keep_generator(item, lambda: repr(bits.state), lambda: bits.state, put)
        elif hasattr(item, "get_state") and hasattr(item, "set_state"):
            self.keep_older_generator(item)
        elif hasattr(item, "tobytes"):
            content = item.copy()
            self.keep(item, where, (str(item.dtype), item.shape, item.tobytes()), content, into_array)

    def check_moving(self, item: object, where: str) -> None:
        if is_moving(item):
            raise errors.RecordingError(
                f"it uses {where or 'an object'}, a {type(item).__name__}, which changes from step to step"
            )

    def keep(
        self, owner: object, name: str, marks: object, content: object, into: "Callable[..., None] | None"
    ) -> None:
        if isinstance(marks, list):
            marks = tuple(marks)
        restore = nothing if into is None else functools.partial(into, owner, content)
        self.parts[owner if isinstance(owner, tuple) else id(owner)] = Part(owner, name, marks, content, restore)  # type: ignore[index]  # a Global's key is its place

    def keep_generator(
        self, owner: object, marks: Callable[[], object], get: Callable[[], object], put: Callable[[Any], object]
    ) -> None:
        """Keep the state of a generator, which ``get`` returns and ``put`` puts back, to be compared by its marks."""
        state = get()
        restore = functools.partial(put, state)
        self.generators[id(owner)] = Part(owner, "a generator", marks(), state, restore)  # type: ignore[arg-type]  # marks of any kind

    def keep_older_generator(self, owner: Any) -> None:
        """Keep the state of NumPy's global generator, or of a RandomState."""
        self.keep_generator(owner, lambda: bits_of(owner.get_state()), owner.get_state, owner.set_state)

    # --- comparing and putting back -----------------------------------------------------------------------

    def change_since(self, before: "Surroundings") -> str:
        """Return what is different from what was there before, or an empty text.

        The generator of :mod:`random` does not count: other threads draw from it too, and where a step is recorded it
        is found out whether it was the step that drew.
        """
        for mine, theirs in (
            (self.parts, before.parts),
            (self.generators, before.generators),
            (self.modes, before.modes),
        ):
            for place, part in theirs.items():
                if place in mine and mine[place].marks != part.marks and part.owner is not random:
                    return part.name
        return ""

    def restore(self) -> None:
        """Put everything back as it was."""
        for part in (*self.parts.values(), *self.generators.values()):
            part.restore()
        for part in self.modes.values():
            part.owner.training = part.content  # type: ignore[attr-defined]  # a Module


def followed_from(item: Any) -> "tuple[Any, ...] | frozenset[Any] | None":
    """Return what is inside something that cannot change itself, or None where it can."""
    if isinstance(item, tuple | frozenset):
        return item
    if isinstance(item, types.MethodType):
        return item.__self__, item.__func__
    if isinstance(item, functools.partial):
        return item.func, item.args, item.keywords
    if isinstance(item, property):
        return item.fget, item.fset
    if isinstance(item, staticmethod | classmethod):
        return (item.__func__,)
    return (item.function,) if is_compiled(item) else None


def is_moving(item: object) -> bool:
    """Whether something changes by itself, without notice."""
    return isinstance(item, MOVING) or hasattr(type(item), "__next__")


def listed(slots: "str | tuple[str, ...]") -> tuple[str, ...]:
    """Return ``__slots__`` as a tuple of names."""
    return (slots,) if isinstance(slots, str) else tuple(slots)


def names_in(code: types.CodeType) -> set[str]:
    """Return the names of globals and attributes in a function and in the functions inside it."""
    inner = [names_in(part) for part in code.co_consts if isinstance(part, types.CodeType)]
    return set(code.co_names).union(*inner)
