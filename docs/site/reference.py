"""Writes the reference: a page for each room of the library, with every public name on one of them.

Which page a name is on follows from the module that defines it, so a new name finds its page by itself.
"""

import inspect
from collections.abc import Iterator
from types import ModuleType

import autograd
import nn
from autograd.formulas.operation import Operation
from docs.site import messages, operations

TITLES = {
    "autograd.engine": ("value", "Value"),
    "autograd.gradients": ("derivatives", "Derivatives as functions"),
    "autograd.checking": ("derivatives", "Derivatives as functions"),
    "autograd.functions": ("functions", "Functions composed of operations"),
    "autograd.sequences": ("functions", "Functions composed of operations"),
    "autograd.program": ("programs", "Compiled programs"),
    "autograd.views": ("views", "Pictures, steps and explanations"),
    "autograd": ("modes", "Modes, and operations of your own"),
    "nn.module": ("nn_modules", "nn: modules"),
    "nn.init": ("nn_init", "nn: initial weights"),
    "nn.layers": ("nn_layers", "nn: layers and activations"),
    "nn.losses": ("nn_losses", "nn: losses"),
    "nn.optim": ("nn_optimisers", "nn: optimisers"),
    "nn.schedulers": ("nn_schedulers", "nn: schedulers"),
    "nn.data": ("nn_data", "nn: data"),
    "nn.training": ("nn_training", "nn: training"),
    "nn.inspect": ("nn_inspecting", "nn: metrics, plots, diagnosis, player"),
    "nn.interop": ("nn_interop", "nn: files and PyTorch"),
    "nn": ("nn_more", "nn: more"),
}
"""The page, and its title, of what a module or any module below it defines; the longest name counts."""


def public() -> Iterator[tuple[str, object]]:
    """Yield every public name but the operations of the table, with what it names."""
    for package, names in ((autograd, autograd.PUBLIC), (nn, nn.__all__)):
        for name in names:
            thing = getattr(package, name)
            if not isinstance(thing, Operation) and thing is not autograd.errors:
                yield f"{package.__name__}.{name}", thing


def pages() -> dict[str, str]:
    """Return the pages of the reference by their file names."""
    rooms: dict[tuple[str, str], list[tuple[str, object]]] = {}
    for name, thing in public():
        rooms.setdefault(room(thing), []).append((name, thing))
    made = {f"{page}.rst": described(title, things) for (page, title), things in rooms.items()}
    rows = {heading: (file_name(heading), rows) for heading, rows in operations.sections().items()}
    made |= {f"{file}.rst": operations.page(f"Operations: {heading}", rows) for heading, (file, rows) in rows.items()}
    made["errors.rst"] = error_page()
    made["messages.md"] = messages.page()
    titles = [page for page, _ in dict.fromkeys(TITLES.values()) if (page, _) in rooms]
    first = [page for page in titles if not page.startswith("nn")]
    order = [first[0], *(file for file, _ in rows.values()), *first[1:], *titles[len(first) :], "errors", "messages"]
    made["index.rst"] = index(order)
    return made


def room(thing: object) -> tuple[str, str]:
    """Return the page that something public belongs on."""
    module = thing.__name__ if isinstance(thing, ModuleType) else inspect.unwrap(thing).__module__  # type: ignore[arg-type]  # functions and classes
    return TITLES[max((name for name in TITLES if f"{module}.".startswith(f"{name}.")), key=len)]


def file_name(heading: str) -> str:
    """Return the file name of the page of a section of the table."""
    return f"operations_{heading.replace(' ', '_')}"


def described(title: str, things: list[tuple[str, object]]) -> str:
    """Return the page of some public names, as reStructuredText."""
    parts = [title, "*" * len(title), ""]
    for name, thing in things:
        package, _, own = name.partition(".")
        parts += [own, "-" * len(own), "", f".. py:currentmodule:: {package}", ""]
        if isinstance(thing, ModuleType):
            listed = members(thing)
            parts += [
                f".. automodule:: {thing.__name__}",
                *([f"   :members: {', '.join(listed)}"] if listed else []),
                "",
            ]
        elif isinstance(thing, type):
            every = thing is autograd.Value
            parts += [f".. autoclass:: {name}", "   :members:", *(["   :inherited-members:"] if every else []), ""]
        else:
            parts += [f".. autofunction:: {name}", ""]
    return "\n".join(parts)


def members(module: ModuleType) -> list[str]:
    """Return the functions of a public module that are meant to be called: those with an example."""
    own = [name for name, thing in vars(module).items() if getattr(thing, "__module__", "") == module.__name__]
    return [name for name in own if "Example:" in (getattr(module, name).__doc__ or "") and name not in nn.__all__]


def error_page() -> str:
    """Return the page of the exceptions."""
    title = "Exceptions"
    head = [title, "*" * len(title), "", "Each message with its cause and cure: :doc:`messages`.", ""]
    return "\n".join([*head, ".. automodule:: autograd.errors", "   :members:", "   :show-inheritance:", ""])


def index(order: list[str]) -> str:
    """Return the first page of the reference: all pages, and all names in one list."""
    operation_names = [f"autograd.{row.name}" for rows in operations.sections().values() for row in rows]
    things = dict(public())
    names = sorted([*things, *operation_names, "autograd.errors"], key=str.lower)
    title = "Reference"
    modules = {"autograd.errors": autograd.errors, **{n: t for n, t in things.items() if isinstance(t, ModuleType)}}
    every = [f":py:mod:`{n} <{modules[n].__name__}>`" if n in modules else f":py:obj:`{n}`" for n in names]
    return "\n".join([
        title, "*" * len(title), "",
        "Every public name, from the docstring it has in the source; the examples run as tests. PyTorch's names mean",
        "what they mean in PyTorch. Where a method comes from a paper or a textbook, its entry says which.", "",
        ".. toctree::", "   :maxdepth: 1", "", *(f"   {page}" for page in order), "",
        "All names", "=========", "", ", ".join(every) + ".", "",
    ])  # fmt: skip
