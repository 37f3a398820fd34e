"""What to call each node of a graph: its label, its path in a model, or the variable that holds it.

Names are looked for only when a view asks, in the frames of the user's program. The work is bounded:
a few frames, so many variables, so many items of a list.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from types import FrameType

from autograd.engine import Value
from autograd.source import user_frames

MOST_VARIABLES = 2_000
MOST_ITEMS = 10_000
"""How many variables of a frame, and how many items of a list, are looked at."""

JUPYTER = frozenset({"In", "Out"})
"""Variables that Jupyter keeps for itself.

Skipped too: names that start with an underscore, and those that Python and test runners make up (``.0``).
"""


def names_of(
    nodes: Iterable[Value], frame: FrameType | None = None, *, model: object | None = None
) -> dict[Value, str]:
    """Return a name for each of ``nodes`` that has one; the others are left out.

    In this order: the node's own label, unless it repeats the end of the path (the ``w0`` of every neuron); the
    path of a parameter, such as ``layers.0.neurons.3.w.1``, in a model among the variables of the
    program (with the model's name in front if several own nodes here); the variable that holds the node, directly
    (``loss``) or as an item (``xs[2]``, ``point['a']``).

    Args:
        nodes: any Values.
        frame: where to look for variables, and in the frames that called it; by default where the user's
            program called the library.
        model: an object with ``named_parameters()`` whose paths are used without looking for others.

    Example:
        >>> from autograd import Value
        >>> from autograd.views.names import names_of
        >>> rate = Value(0.5)
        >>> xs = [Value(1.0), Value(2.0, label="two")]
        >>> sorted(names_of([rate, *xs]).values())
        ['rate', 'two', 'xs[0]']
    """
    nodes = list(nodes)
    names = {node: str(node.label) for node in nodes if node.label}
    for node, path in paths_of(nodes, frame, model=model).items():
        if node not in names or repeats(names[node], path):
            names[node] = path
    wanted = {node for node in nodes if node not in names}
    for name, thing in variables_of(user_frames(frame)) if wanted else ():
        if isinstance(thing, Value) and thing in wanted:
            names[thing] = name
            wanted.discard(thing)
    return {node: names[node] for node in nodes if node in names}


def repeats(label: str, path: str) -> bool:
    """Whether a label only says how a path ends, as ``w1`` does for ``layers.0.neurons.3.w.1``."""
    short, long = ("".join(filter(str.isalnum, text)) for text in (label, path))
    return short not in {"", long} and long.endswith(short)


def paths_of(
    nodes: Iterable[Value], frame: FrameType | None = None, *, model: object | None = None
) -> dict[Value, str]:
    """Return the path of each of ``nodes`` that is a parameter of a model found there, whatever its label.

    The arguments are those of :func:`names_of`.
    """
    nodes = list(nodes)
    found = None if model is not None else variables_of(user_frames(frame))
    paths = parameter_paths(model) if found is None else paths_of_models(found, set(nodes))
    return {node: paths[node] for node in nodes if node in paths}


def variables_of(frames: Iterable[FrameType]) -> Iterator[tuple[str, object]]:
    """Yield the name and the content of every variable, innermost frame first, then those of the items."""
    seen: set[str] = set()
    containers: list[tuple[str, list[object] | tuple[object, ...] | dict[object, object]]] = []
    for frame in frames:
        for scope in (frame.f_locals, frame.f_globals):
            for name, thing in islice(list(scope.items()), MOST_VARIABLES):
                if name in seen or name in JUPYTER or name.startswith("_") or not name.isidentifier():
                    continue
                seen.add(name)
                yield name, thing
                if isinstance(thing, list | tuple | dict):
                    containers.append((name, thing))
    for name, container in containers:
        items: Iterable[tuple[object, object]]
        items = container.items() if isinstance(container, dict) else enumerate(container)
        for key, item in islice(items, MOST_ITEMS):
            if isinstance(item, Value) or is_model(item):
                yield f"{name}[{key!r}]", item


def is_model(thing: object) -> bool:
    """Whether an object can name its parameters; only its type is asked, so that none of the user's code runs."""
    return callable(getattr(type(thing), "named_parameters", None))


def parameter_paths(model: object) -> dict[Value, str]:
    """Return the path of every parameter of a model; empty if it cannot tell."""
    try:
        return {
            parameter: str(path)
            for path, parameter in model.named_parameters()  # type: ignore[attr-defined]  # found by is_model
            if isinstance(parameter, Value)
        }
    except Exception:  # a user's object that only looks like a model must not break a picture
        return {}


def paths_of_models(variables: Iterable[tuple[str, object]], wanted: set[Value]) -> dict[Value, str]:
    """Return the paths of all parameters in ``wanted``, with the model's name in front if there are several models.

    A part of another model that has a variable of its own (``layer = model.layers[0]``) is not a model here.
    """
    models: list[tuple[str, dict[Value, str]]] = []
    asked: set[int] = set()
    for name, thing in variables:
        if is_model(thing) and id(thing) not in asked:
            asked.add(id(thing))
            paths = parameter_paths(thing)
            if not wanted.isdisjoint(paths):
                models.append((name, paths))
    owners: list[tuple[str, dict[Value, str]]] = []
    claimed: set[Value] = set()
    for name, paths in sorted(models, key=lambda entry: -len(entry[1])):
        if not (paths.keys() & wanted) <= claimed:
            owners.append((name, paths))
            claimed |= paths.keys() & wanted
    found: dict[Value, str] = {}
    for name, paths in owners:
        prefix = f"{name}." if len(owners) > 1 else ""
        for node in wanted & paths.keys() - found.keys():
            found[node] = prefix + paths[node]
    return found
