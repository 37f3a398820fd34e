"""What a function reads beside its arguments, and whether any of it has changed.

A program is right for what the function found when it was recorded: the objects in its closure, its globals, its
defaults, and the attributes and elements of these. They are found by reading the code: every name that stands in it,
or in the code of what it calls, is followed. Numbers behind Values are not among them; a program reads these anew.
"""

import sys
from array import array
from collections import ChainMap, UserDict, UserList, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import cache, cached_property, partial, partialmethod
from operator import attrgetter, methodcaller
from types import (
    BuiltinMethodType,
    CodeType,
    FunctionType,
    MappingProxyType,
    MemberDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
)
from typing import cast

from autograd.engine import Value
from autograd.program.names_in_code import REFLECTION, code_names, quoted
from autograd.program.used_up import global_generators, state_of
from autograd.program.watched import (
    PLAIN,
    Cell,
    Data,
    Definition,
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
    numbers_of,
)
from autograd.source import is_installed


class Captures:
    """Everything that a function reads beside the numbers in its arguments, as it is now.

    Args:
        function: the function.
        given: what it is given beside numbers: static arguments, and the classes of arguments.
    """

    def __init__(self, function: Callable[..., object], given: Iterable[object] = ()) -> None:
        self.names: set[str] = set()
        count = -1
        while count < len(self.names):  # code that is found names attributes of what was found before
            count = len(self.names)
            self.places: list[Watched] = []
            self.states: list[Watched] = []
            self.seen: dict[int, object] = {}
            self.kinds: set[tuple[type, bool]] = set()
            self.open: set[type] = set()
            pending: list[tuple[object, str]] = [(function, "the function"), *((item, "an argument") for item in given)]
            while pending:
                item, name = pending.pop()
                if isinstance(item, (*PLAIN, Value)) or id(item) in self.seen:
                    continue
                self.seen[id(item)] = item
                pending.extend(self.inside(item, name))
        self.states += [Elements(None, read, name) for read, name in global_generators(self.names)]
        del self.seen, self.kinds, self.open, self.names  # what is watched keeps what it needs

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
        if isinstance(item, attrgetter | methodcaller):
            made, arguments = cast("tuple[object, tuple[object, ...]]", item.__reduce__())
            self.names.update(quoted((*getattr(made, "args", ()), *arguments)))
            return []
        if isinstance(item, MEMBERS):
            return [(function_of(item), name)]
        if isinstance(item, COLLECTIONS):
            found = self.in_collection(item, name)
            return found if item.__class__ in COLLECTIONS else [*found, *self.in_instance(item, name)]
        if isinstance(item, ModuleType):
            own = not outside(item.__name__)
            names = self.names if own else self.names & vars(item).keys()
            found = self.in_space(vars(item), f"{{!r}} of the module {item.__name__}", names)
            return found if own else ()
        if isinstance(item, type):
            return self.in_class(item, makes=True)
        return self.in_instance(item, name)

    def in_collection(self, item: Collection[object], name: str) -> list[tuple[object, str]]:
        """Watch a collection, and return what is in it."""
        if isinstance(item, list | dict):
            return self.in_data(item, name)
        if isinstance(item, tuple | frozenset):
            return [(each, name) for each in item]
        if isinstance(item, set):
            self.places.append(Elements(item, lambda held: sorted(cast("set[object]", held), key=id), name))
            return []
        watched = Elements(item, keys_and_items if isinstance(item, MappingProxyType) else as_list, name)
        self.places.append(watched)
        return [(each, name) for each in watched.found]

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
        self.places.append(Definition(function))
        for variable, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            self.places.append(Cell(cell, variable))
            yield contents(cell), f"{variable!r}"
        yield from self.in_space(function.__globals__, "the global variable {!r}", code_names(function.__code__))
        if vars(function):
            yield from self.in_space(vars(function), f"the attribute {{!r}} of {function.__name__}", self.names)
        for default in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            yield default, f"a default of {function.__name__}"

    def in_space(
        self, space: Mapping[str, object], what: str, names: AbstractSet[str] | None
    ) -> list[tuple[object, str]]:
        """Watch names in a namespace, or all that are there, and return what they stand for."""
        watched = Names(space, names, what)
        self.places.append(watched)
        return [(item, f"{name!r}") for name, item in watched.found.items()]

    def in_class(self, kind: type, *, makes: bool = False) -> list[tuple[object, str]]:
        """Watch what the code names of a class, and return it; how instances are made counts where some may be."""
        found: list[tuple[object, str]] = []
        for each in kind.__mro__:
            if outside(each.__module__) or (each, makes) in self.kinds:
                continue
            self.kinds |= {(each, makes), (each, False)}
            called = {name for name, member in vars(each).items() if is_called(name, member, makes=makes)}
            for name in (called | self.names) & vars(each).keys():
                code = getattr(function_of(vars(each)[name]), "__code__", None)
                if code is not None:
                    self.read(code)
                    if name in {"__getitem__", "__iter__"} or not REFLECTION.isdisjoint(code_names(code)):
                        self.open.add(each)
            found += self.in_space(vars(each), f"{each.__name__}.{{}}", called | self.names)
        return found

    def in_instance(self, item: object, name: str) -> list[tuple[object, str]]:
        kind = item.__class__
        space = vars(item) if type(item).__dictoffset__ else {}  # where there is none, a __getattr__ would be asked
        if isinstance(space.get("function"), FunctionType | MethodType) and "recordings" in space:
            return [(space["function"], name)]  # a compiled function
        if (state := state_of(item, name)) is not None:
            self.states.append(Elements(item, *state))
            return []
        if not PACKAGES.isdisjoint(base.__module__.partition(".")[0] for base in kind.__mro__):
            self.watch_array(item, name)
        of_kind = f"the attribute {{!r}} of {kind.__name__}"
        if outside(kind.__module__):
            if "__wrapped__" in space:
                return [(space["__wrapped__"], name)]  # what grad(f) and the like differentiate
            if kind in WRAPPERS:
                return self.in_space(space, of_kind, None)
            return self.in_space(space, of_kind, self.names) if kind.__module__ in NAMESPACES else []
        found = self.in_class(kind)
        members = {each: member for base in kind.__mro__ for each, member in vars(base).items()}
        for each in members.keys() & self.names:
            if isinstance(members[each], MemberDescriptorType):  # a slot
                self.places.append(Elements(item, partial(attribute_of, each), of_kind.format(each)))
                found.append((getattr(item, each, None), f"the attribute {each!r}"))
        named = self.open.isdisjoint(kind.__mro__) and not isinstance(item, WRAPPERS)
        return found + self.in_space(space, of_kind, self.names if named else None)

    def watch_array(self, item: object, name: str) -> None:
        if getattr(getattr(item, "dtype", None), "hasobject", False) and hasattr(item, "tolist"):
            self.places.append(Elements(item, lambda held: held.ravel().tolist(), name))  # type: ignore[attr-defined]  # an array of objects
        elif hasattr(item, "__array__"):
            with suppress(RuntimeError, TypeError, ValueError):  # what NumPy cannot hold, such as a sparse tensor
                self.places.append(Elements(item, numbers_of, name))

    def read(self, code: CodeType) -> None:
        self.names |= code_names(code)


MEMBERS = (property, staticmethod, classmethod, cached_property, partialmethod)
"""What a function becomes as a member of a class, other than a method."""
COLLECTIONS = (list, dict, tuple, frozenset, set, deque, array, MappingProxyType, bytearray, memoryview)
"""What is watched element by element."""
WRAPPERS = (UserDict, UserList, ChainMap)
"""Classes of Python that keep their elements in a collection inside."""
PACKAGES = frozenset({"numpy", "pandas", "torch"})
"""Where arrays come from."""
NAMESPACES = frozenset({"types", "argparse"})
"""Modules of Python with classes that hold whatever attributes one likes."""
MAKING = frozenset({"__init__", "__new__", "__post_init__", "__setattr__", "__delattr__"})
"""Methods that are called, without being named, where an instance is made."""
UNCALLED = frozenset(
    f"__{name}__"
    for name in (
        "class_getitem", "copy", "deepcopy", "del", "dir", "getstate", "init_subclass", "reduce", "reduce_ex", "repr",
        "set_name", "setstate", "sizeof", "str", "subclasshook",
    )
)  # fmt: skip
"""Methods that have to be named, as far as a computation goes."""


def is_called(name: str, member: object, *, makes: bool) -> bool:
    """Whether a member of a class is a method that operators and the like call without naming it."""
    special = name.startswith("__") and callable(member) and not isinstance(member, type)
    return special and name not in UNCALLED and (makes or name not in MAKING)


def function_of(member: object) -> object:
    """Return the function in a member of a class, or the member itself."""
    if isinstance(member, property):
        return member.fget
    if isinstance(member, cached_property | partialmethod):
        return member.func
    return member.__func__ if isinstance(member, staticmethod | classmethod) else member


@cache
def outside(module: str) -> bool:
    """Whether a module belongs to Python, to what is installed, or to this package: its state is its own affair."""
    if module.partition(".")[0] in {"autograd", "builtins"} or module in sys.builtin_module_names:
        return True
    file = getattr(sys.modules.get(module), "__file__", None)
    return file is not None and module.partition(".")[0] != "nn" and is_installed(file)
