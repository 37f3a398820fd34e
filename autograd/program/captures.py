"""What a function reads beside its arguments, and whether any of it has changed.

A program is right for what the function found when it was recorded: the objects in its closure, its globals, its
defaults, and the attributes and elements of these. They are found by reading the code: every name that stands in it,
or in the code of what it calls, is followed. Numbers behind Values are not among them; a program reads these anew.
"""

import inspect
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from types import BuiltinMethodType, CodeType, FunctionType, GeneratorType, MethodType, MethodWrapperType, ModuleType
from typing import cast

from autograd.engine import Value
from autograd.program.watched import (
    PLAIN,
    Cell,
    Data,
    Elements,
    Names,
    Nested,
    Watched,
    as_list,
    attribute_of,
    check_for,
    contents,
    is_deep,
    is_plain,
    keys_and_items,
    member_of,
    position_of,
)
from autograd.source import is_installed


class Captures:
    """Everything that a function reads beside its arguments, as it is now.

    Args:
        function: the function.
    """

    def __init__(self, function: Callable[..., object]) -> None:
        self.names: set[str] = set()
        count = -1
        while count < len(self.names):  # code that is found names attributes of what was found before
            count = len(self.names)
            self.places: list[Watched] = []
            self.states: list[Watched] = []
            self.seen: dict[int, object] = {}
            self.kinds: set[type] = set()
            pending: list[tuple[object, str]] = [(function, "the function")]
            while pending:
                item, name = pending.pop()
                if isinstance(item, (*PLAIN, Value)) or id(item) in self.seen:
                    continue
                self.seen[id(item)] = item
                pending.extend(self.inside(item, name))
        self.states += [Elements(None, read, name) for read, name in generators()]
        del self.seen, self.kinds, self.names  # what is watched keeps what it needs

    def check(self) -> Callable[[], bool]:
        """Return a quick function that tells whether everything is as it was; it may raise where a name is gone."""
        terms = [term for place in self.places for term in place.terms()]
        return check_for(tuple([cast("str", text) for text, *_ in terms]))(
            *[item for _, *items in terms for item in items]
        )

    def changes(self) -> list[str]:
        """Return what to call each place in which something else is by now.

        Generators of random numbers and iterators count too.
        """
        return [name for place in (*self.places, *self.states) if (name := place.changed())]

    # --- finding -----------------------------------------------------------------------------------------

    def inside(self, item: object, name: str) -> Iterable[tuple[object, str]]:
        """Watch what an object holds, and return the objects in it with what to call them."""
        if isinstance(item, FunctionType):
            if not is_installed(item.__code__.co_filename):
                return self.in_function(item)
            wrapped = getattr(item, "__wrapped__", None)  # what no_grad, singledispatch and the like call
            return [] if wrapped is None else [(wrapped, name)]
        if isinstance(item, MethodType):
            return [(item.__self__, name), (item.__func__, name)]
        if isinstance(item, BuiltinMethodType | MethodWrapperType):
            return [] if isinstance(item.__self__, ModuleType) else [(item.__self__, name)]
        if isinstance(item, partial):
            return [(item.func, name), (item.args, name), (item.keywords, name)]
        if isinstance(item, property | staticmethod | classmethod):
            wrapped = item.fget if isinstance(item, property) else item.__func__
            return [(wrapped, name)]
        if isinstance(item, list | dict):
            return self.in_data(item, name)
        if isinstance(item, tuple | frozenset):
            return [(each, name) for each in item]
        if isinstance(item, set):
            self.places.append(Elements(item, lambda held: sorted(cast("set[object]", held), key=id), name))
            return ()
        if isinstance(item, ModuleType):
            return self.in_space(vars(item), f"{{!r}} of the module {item.__name__}", follow=not outside(item.__name__))
        if isinstance(item, type):
            return self.in_class(item)
        return self.in_instance(item, name)

    def in_data(self, item: list[object] | dict[object, object], name: str) -> list[tuple[object, str]]:
        """Watch a list or a dictionary, and return what is in it unless that is plain numbers and texts alone."""
        if is_plain(item):
            self.places.append(Data(item, name))
            return []
        if item.__class__ is list and not is_deep(item):
            nested = Nested(item, name)
            self.places.append(nested)
            return [(leaf, name) for leaf in nested.leaves]
        self.places.append(Elements(item, keys_and_items if isinstance(item, dict) else as_list, name))
        return [(each, name) for each in (item.values() if isinstance(item, dict) else item)]

    def in_function(self, function: FunctionType) -> Iterator[tuple[object, str]]:
        self.read(function.__code__)
        for variable, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            self.places.append(Cell(cell, variable))
            yield contents(cell), f"{variable!r}"
        yield from self.in_space(function.__globals__, "the global variable {!r}", among=code_names(function.__code__))
        for default in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            yield default, f"a default of {function.__name__}"

    def in_space(
        self, space: dict[str, object], what: str, among: Iterable[str] | None = None, *, follow: bool = True
    ) -> list[tuple[object, str]]:
        """Watch the names in a namespace that stand in the code."""
        names = [name for name in (self.names if among is None else among) if name in space]
        if names:
            self.places.append(Names(space, names, what))
        return [(space[name], f"{name!r}") for name in names] if follow else []

    def in_class(self, kind: type) -> list[tuple[object, str]]:
        if outside(kind.__module__):
            return []
        found: list[tuple[object, str]] = []
        for each in kind.__mro__:
            if outside(each.__module__) or each in self.kinds:
                continue
            self.kinds.add(each)
            for name, member in vars(each).items():
                code = getattr(getattr(member, "fget", getattr(member, "__func__", member)), "__code__", None)
                if name in self.names or name in CALLED:
                    if code is not None:
                        self.read(code)
                        found.append((member, name))
                    elif not name.startswith("__"):
                        self.places.append(Elements(each, partial(member_of, name), f"{each.__name__}.{name}"))
                        found.append((member, f"{each.__name__}.{name}"))
        return found

    def in_instance(self, item: object, name: str) -> list[tuple[object, str]]:
        kind = item.__class__
        if isinstance(getattr(item, "function", None), FunctionType | MethodType) and hasattr(item, "recordings"):
            return [(item.function, name)]  # type: ignore[attr-defined]  # a compiled function
        if isinstance(item, random.Random):
            self.states.append(Elements(item, lambda held: [hash(cast("random.Random", held).getstate())], RANDOM))
            return []
        if isinstance(item, GeneratorType):
            self.states.append(Elements(item, position_of, f"the generator {name}"))
            return []
        if kind.__module__ == "itertools":
            self.states.append(Elements(item, lambda held: [repr(held)], f"the iterator {name}"))
            return []
        if kind.__module__.startswith("numpy"):
            return self.in_array(item, name)
        if outside(kind.__module__):
            wrapped = getattr(item, "__wrapped__", None)  # what grad(f) and the like differentiate
            return [] if wrapped is None else [(wrapped, name)]
        found = self.in_class(kind)
        for each in {slot for base in kind.__mro__ for slot in vars(base).get("__slots__", ())} & self.names:
            self.places.append(
                Elements(item, partial(attribute_of, each), f"the attribute {each!r} of {kind.__name__}")
            )
            found.append((getattr(item, each, None), f"the attribute {each!r}"))
        return found + self.in_space(getattr(item, "__dict__", {}), f"the attribute {{!r}} of {kind.__name__}")

    def in_array(self, item: object, name: str) -> list[tuple[object, str]]:
        if hasattr(item, "bit_generator"):
            self.states.append(Elements(item, lambda held: [repr(held.bit_generator.state)], NUMPYS))  # type: ignore[attr-defined]  # a generator of NumPy
        elif getattr(getattr(item, "dtype", None), "hasobject", False) and hasattr(item, "tolist"):
            self.places.append(Elements(item, lambda held: held.ravel().tolist(), name))  # type: ignore[attr-defined]  # an array of objects
        elif hasattr(item, "tobytes"):
            self.places.append(Elements(item, lambda held: [held.tobytes()], name))  # type: ignore[attr-defined]  # an array
        return []

    def read(self, code: CodeType) -> None:
        self.names |= code_names(code)


CALLED = frozenset({"__call__", "__getitem__", "__len__", "__iter__", "__enter__", "__exit__", "__matmul__"})
"""Methods that are called without being named."""
RANDOM, NUMPYS = "the state of a generator of random numbers", "the state of a generator of NumPy"


def generators() -> Iterator[tuple[Callable[[object], list[object]], str]]:
    """Yield how to read the state of the global generators of random numbers."""
    yield (lambda _: [hash(random.getstate())]), RANDOM
    numpy = sys.modules.get("numpy.random")
    if numpy is not None:
        yield (
            (lambda _: [hash(part.tobytes() if hasattr(part, "tobytes") else part) for part in numpy.get_state()]),
            NUMPYS,
        )


@cache
def code_names(code: CodeType) -> frozenset[str]:
    """Return every name in a piece of code: of globals and attributes, also in functions inside it."""
    inner = [code_names(part) for part in code.co_consts if inspect.iscode(part)]
    return frozenset(code.co_names).union(*inner)


@cache
def outside(module: str) -> bool:
    """Whether a module belongs to Python, to what is installed, or to this package: its state is its own affair."""
    if module.partition(".")[0] in {"autograd", "builtins"} or module in sys.builtin_module_names:
        return True
    file = getattr(sys.modules.get(module), "__file__", None)
    return file is not None and module.partition(".")[0] != "nn" and is_installed(file)
