"""``Module``: the base of every layer and every model, something with parameters that can be called."""

import os
from collections import ChainMap, UserDict, UserList, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, ValuesView
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar, cast

import autograd
from autograd import Value, errors
from autograd.advice import UnknownNameError
from autograd.console import printed
from autograd.explained_calls import refusal
from nn.argument_checks import saved_state
from nn.interrupts import interrupts_held
from nn.state import IncompatibleKeys, Place, check_name, checked, counted, joined, path_of

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)


class HasForward(Protocol[P, R_co]):
    """What a call of a module relies on; type checkers know from it what ``model(x)`` takes and gives."""

    @property
    def forward(self) -> Callable[P, R_co]:
        """What the module computes."""


class Module:
    """The base of layers and models.

    A subclass assigns its parameters and its parts as attributes and defines ``forward``. Attributes that are
    Values, Modules, or lists, tuples, dicts and NumPy arrays of them, are found in the order of assignment.

    Example:
        >>> class Line(Module):
        ...     def __init__(self):
        ...         self.slope, self.intercept = Value(2.0), Value(1.0)
        ...     def forward(self, x):
        ...         return self.slope * x + self.intercept
        >>> line = Line()
        >>> line(3.0).data
        7.0
        >>> [name for name, _ in line.named_parameters()]
        ['slope', 'intercept']
    """

    training: bool = True
    """Whether Dropout and BatchNorm1d behave as in training; see :meth:`train` and :meth:`eval`."""

    def forward_missing(self, *inputs: object) -> Any:
        raise NotImplementedError(
            f"{type(self).__name__} has no forward method. Define what it computes: def forward(self, x): ..."
        )

    forward: Callable[..., Any] = forward_missing
    """What the module computes; a subclass chooses the arguments and the result."""

    def __call__(self: HasForward[P, R_co], *inputs: P.args, **options: P.kwargs) -> R_co:
        try:
            return self.forward(*inputs, **options)
        except TypeError as error:
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:  # it comes from inside
                raise
            raise refusal(self.forward, inputs, options) from None

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            raise UnknownNameError(repr(type(self).__name__), name, dir(self))

    # --- its parts ---------------------------------------------------------------------------------------

    def parameters(self, recurse: bool = True) -> list[Value]:
        """Return every parameter once, in the order of assignment; those of modules inside only with ``recurse``."""
        return [item for _, item in walk(self, recurse=recurse) if isinstance(item, Value)]

    def named_parameters(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Value]]:
        """Yield every parameter once, with its path, such as ``layers.0.neurons.3.w.1``, behind a ``prefix``.

        Parameters are leaves: a computed Value that a module keeps, such as its last output, is not one.

        Raises:
            ArgumentError: a set holds Values or Modules, so that their order would be another in each run.
        """
        for place, item in walk(self, recurse=recurse):
            if isinstance(item, Value):
                yield joined(prefix, path_of(place)), item

    def modules(self) -> Iterator["Module"]:
        """Yield this module and every module inside it, each once."""
        for _, item in walk(self, modules_only=True):
            if isinstance(item, Module):
                yield item

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, "Module"]]:
        """Yield this module (its path is empty) and every module inside it, each once, with its path."""
        for place, item in walk(self, modules_only=True):
            if isinstance(item, Module):
                yield joined(prefix, path_of(place)), item

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """Yield the modules directly inside this one, with their paths."""
        inside: set[int] = set()
        for path, module in self.named_modules():
            if module is not self and id(module) not in inside:
                inside.update(id(part) for part in module.modules())
                yield path, module

    def children(self) -> Iterator["Module"]:
        """Return an iterator over the modules directly inside this one."""
        return (module for _, module in self.named_children())

    def apply(self, function: Callable[["Module"], object]) -> "Module":
        """Call ``function`` with every module inside this one, from the inside out, then with this, and return this.

        Example:
            >>> import nn
            >>> model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
            >>> def start(module):
            ...     if isinstance(module, nn.Linear):
            ...         nn.init.xavier_normal_(module.weight)
            >>> model.apply(start) is model
            True
        """
        for module in self.children():
            module.apply(function)
        function(self)
        return self

    # --- training -------------------------------------------------------------------------------------

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to zero; they add up from one ``backward`` to the next."""
        autograd.zero_grad(self.parameters())

    def train(self, mode: bool = True) -> "Module":
        """Switch this module and all inside it to training (or, with False, to evaluation) and return it."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> "Module":
        """Switch to evaluation: Dropout lets everything pass, BatchNorm1d uses its running statistics."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> "Module":
        """Freeze every parameter (with False), or train it again, and return this module.

        A frozen parameter is a constant: its gradient stays 0 and no optimiser moves it, also where weights decay. Its
        number can still be assigned, saved and loaded.

        Example:
            >>> import nn
            >>> model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
            >>> model[0].requires_grad_(False)
            Linear(2, 3)  # 9 parameters, frozen
            >>> sum(parameter.requires_grad for parameter in model.parameters())
            4
        """
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    # --- state ----------------------------------------------------------------------------------------

    def register_buffer(self, name: str, numbers: list[float]) -> None:
        """Make a list of numbers an attribute that is part of the state but is not trained."""
        setattr(self, name, numbers)
        self.__dict__.setdefault("_buffer_names", []).append(name)

    def named_buffers(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, list[float]]]:
        """Yield every registered list of numbers with its path, such as ``net.1.running_mean``."""
        for path, module in self.named_modules() if recurse else [("", self)]:
            for name in module.__dict__.get("_buffer_names", ()):
                yield joined(prefix, joined(path, name)), getattr(module, name)

    def buffers(self, recurse: bool = True) -> Iterator[list[float]]:
        """Return an iterator over the registered lists of numbers."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def state_dict(self) -> dict[str, float]:
        """Return the number of every parameter and of every entry of a buffer, by path.

        Raises:
            ArgumentError: a name contains a dot, or two names are written alike, such as ``1`` and ``"1"``, so that
                one path could mean two things.
        """
        for place, _ in walk(self):
            check_name(place)
        numbers = [(path, value.data) for path, value in self.named_parameters()]
        for path, buffer in self.named_buffers():
            numbers += [(joined(path, str(i)), number) for i, number in enumerate(buffer)]
        state = dict(numbers)
        if len(state) < len(numbers):
            paths = [path for path, _ in numbers]
            twice = next(path for path in state if paths.count(path) > 1)
            raise errors.ArgumentError(
                f"{type(self).__name__}: two parameters or buffers have the path {twice!r} in the state. "
                "Give them names that are written differently."
            )
        return state

    def load_state_dict(self, state: Mapping[str, object], strict: bool = True) -> "IncompatibleKeys":
        """Set every parameter and buffer from what :meth:`state_dict` returned.

        Args:
            state: a number for every path.
            strict: False sets what there is and leaves the rest as it is.

        Returns:
            The paths that are missing from the state, and those in it that this module has not: both empty if strict.

        Raises:
            ArgumentError: names are missing or unknown (if strict), or something that would be set is not a finite
                number (True and False are none). The module is then unchanged.

        Example:
            >>> import nn
            >>> nn.Linear(1, 1).load_state_dict({"weight.0.0": 2.0, "scale": 1.0}, strict=False)
            IncompatibleKeys(missing_keys=['bias.0'], unexpected_keys=['scale'])
        """
        own, given = self.state_dict(), saved_state(state).keys()
        report = IncompatibleKeys(
            [path for path in own if path not in given], [path for path in given if path not in own]
        )
        if strict and (report.missing_keys or report.unexpected_keys):
            raise errors.ArgumentError(
                f"The state does not fit {type(self).__name__}: {counted('missing', report.missing_keys)}, "
                f"{counted('unknown', report.unexpected_keys)}. Build the model with the same sizes as the one that "
                "was saved, or set what fits with strict=False."
            )
        own.update({path: checked(path, number) for path, number in state.items() if path in own})
        with interrupts_held():
            for path, value in self.named_parameters():
                value.data = own[path]
            for path, buffer in self.named_buffers():
                buffer[:] = [own[joined(path, str(i))] for i in range(len(buffer))]
        return report

    def save(self, path: "str | os.PathLike[str]") -> None:
        """Write the state to a JSON file; see :func:`nn.save`, which can save an optimiser along with it."""
        from nn.interop.saving import save  # imported only where a file is written or read

        save(self, path)

    def load(self, path: "str | os.PathLike[str]") -> None:
        """Load the state from a file that :meth:`save` wrote; if it does not fit, nothing changes.

        Raises:
            FormatError: the file is damaged, comes from a newer version, or belongs to another model.
        """
        from nn.interop.saving import load

        load(path, into=self)

    # --- looking at it --------------------------------------------------------------------------------

    def draw(self, x: object, **options: Any) -> Any:
        """Return the picture of what this module computes for ``x``, folded by neuron and layer where it is big.

        ``options`` are those of :func:`autograd.draw`.
        """
        return autograd.draw(self(x), model=self, **options)

    def extra_repr(self) -> str:
        """Return what stands between the parentheses when the module is printed."""
        return ""

    def title(self) -> str:
        """Return what messages and pictures call this module, such as ``Linear(2, 3)``."""
        return f"{type(self).__name__}({self.extra_repr()})"

    @printed
    def __repr__(self) -> str:
        lines = [f"  ({path}): {module!r}".replace("\n", "\n  ") for path, module in self.named_parts()]
        inside = "\n" + "\n".join(lines) + "\n" if lines else ""
        return f"{self.title()[:-1]}{inside}){self.parameter_note()}"

    def _repr_html_(self) -> str:
        from nn.display import module_html  # imported only where Jupyter shows a module

        return module_html(self)

    def named_parts(self) -> Iterable[tuple[str, "Module"]]:
        """Return what is printed inside this module: its children."""
        return self.named_children()

    def parameter_note(self) -> str:
        """Return ``  # 9 parameters, 3 of them frozen``, or nothing for a module without any."""
        parameters = self.parameters()
        count, frozen = len(parameters), sum(not parameter.requires_grad for parameter in parameters)
        note = "" if frozen == 0 else ", frozen" if frozen == count else f", {frozen:,} of them frozen"
        return f"  # {count:,} parameter{'s' * (count != 1)}{note}" if count else ""


DICTS = (dict, UserDict, ChainMap, MappingProxyType)
LISTS = (list, tuple, deque, UserList, cast("type[ValuesView[object]]", type({}.values())))
HOLDERS = (Value, Module, *DICTS, *LISTS)
UNORDERED = (set, frozenset)
NO_MODULES = frozenset({Value, float, int, str, bool, type(None)})
"""Types of attributes that cannot hold a module."""


def walk(item: object, *, modules_only: bool = False, recurse: bool = True) -> Iterator[tuple[Place, "Value | Module"]]:
    """Yield the Modules and the leaf Values at and under ``item`` with their places, each object once.

    With ``modules_only``, lists of Values or plain numbers, which make up most of a large model, are skipped; without
    ``recurse``, what stands in other modules.

    Raises:
        ArgumentError: a set holds some of them: it has no order, and a state needs one.
    """
    seen: dict[int, object] = {}  # what was made here must not make room for another object of the same id
    waiting: list[tuple[Place, object]] = [(None, item)]
    while waiting:
        place, item = waiting.pop()
        if not isinstance(item, HOLDERS):
            if isinstance(item, UNORDERED) and any(isinstance(part, HOLDERS) for part in item):
                raise errors.ArgumentError(
                    f"{path_of(place)!r} is a set of Values or modules. A set has no order, so that their names would "
                    "differ from run to run; use a list or a dictionary."
                )
            if str(getattr(item, "dtype", "")) == "object":  # a NumPy array of Values or modules
                waiting.append((place, cast("Any", item).tolist()))
            continue
        if id(item) in seen:
            continue
        seen[id(item)] = item
        if isinstance(item, Value):
            if item.operation is None:
                yield place, item
        elif isinstance(item, (*DICTS, Module)):
            if isinstance(item, Module):
                yield place, item
                if place is not None and not recurse:
                    continue
            parts = (vars(item) if isinstance(item, Module) else item).items()
            skipped = NO_MODULES if modules_only else ()
            waiting += [((place, name), part) for name, part in parts if part.__class__ not in skipped][::-1]
        else:
            if modules_only and NO_MODULES.issuperset(map(type, item)):
                continue
            waiting += [((place, i), part) for i, part in enumerate(item)][::-1]
