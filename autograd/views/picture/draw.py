"""``draw``: the picture of a graph."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from autograd.engine import Value
from autograd.errors import ArgumentError, NumberError
from autograd.formulas.notation import number_text
from autograd.graph import topological_order
from autograd.numbers import shown

if TYPE_CHECKING:
    from autograd.views.picture.digraph import Drawing

FOLD_FROM = 30
FOLD_WITHOUT_MODEL_FROM = 150
"""A picture with more nodes than this is folded by default: with a model, and without one."""

MOST_NODES = 1_500
"""A graph with more nodes is never drawn node by node: it could take minutes, and nobody could read it."""
MOST_FOLDED = 200_000
"""A graph with more nodes is not drawn at all: folding these takes some ten seconds."""


def draw(
    value: "Value | Sequence[Value]",
    *,
    direction: Literal["LR", "TB"] | None = None,
    number_format: str | None = None,
    fold: bool | None = None,
    model: object | None = None,
) -> "Drawing":
    """Return the picture of everything ``value`` was computed from.

    Shapes tell what is what: rounded boxes are computed Values, boxes with corners are inputs, boxes with a
    dog-ear are parameters of a model, circles and ovals are operations, and bare numbers are literals. Boxes
    with a double border hold several nodes: a big graph of a model is folded into a network of neurons, or
    of layers.

    The picture shows itself in Jupyter; ``draw(loss).save("graph.svg")`` writes it to a file, as do ``graph.png`` and
    ``graph.pdf``. It is a ``graphviz.Digraph``, so ``source``, ``pipe()``, ``render()``, ``copy()`` and the rest
    work, also where Graphviz is not installed (then PNG and PDF take the extra ``picture``).

    Args:
        value: a Value, or several as a model returns them.
        direction: ``"LR"`` from left to right, ``"TB"`` from top to bottom; by default from left to right, unless
            the graph is a chain so long that it would become a strip.
        number_format: how numbers are written, such as ``".2f"``; by default with four significant digits.
        fold: True folds, False shows every node, None folds what is too big to read.
        model: the model whose parameters tell which neuron a node belongs to; by default it is looked for
            among the variables of the program.

    Raises:
        NumberError: ``value`` is not a Value.
        ArgumentError: an option cannot be used, there are too many nodes to show every one, or more than 200,000.

    Example:
        >>> from autograd import Value, draw
        >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
        >>> picture = draw(a * b + 10)
        >>> picture.pipe().startswith(b"<?xml")
        True
    """
    from autograd.views.names import names_of, paths_of
    from autograd.views.picture import folding  # what only drawing needs is imported when something is drawn
    from autograd.views.picture.sketch import Sketch

    outputs = list(values_in(value))
    if not outputs:
        raise NumberError(f"draw takes a Value or a list of Values; got {shown(value)}.")
    if direction not in {"LR", "TB", None}:
        raise ArgumentError(f"direction is 'LR' (left to right) or 'TB' (top to bottom); got {direction!r}.")
    order = topological_order(*outputs)
    if len(order) > MOST_FOLDED:
        raise ArgumentError(
            f"This graph has {len(order):,} nodes; draw takes at most {MOST_FOLDED:,}, because folding more would take "
            "a minute and a gigabyte. Draw the loss of a single sample, or a value further back."
        )
    paths = paths_of(order, model=model)
    big = len(order) > (FOLD_FROM if paths else FOLD_WITHOUT_MODEL_FROM)
    folds = big if fold is None else fold
    if not folds and len(order) > MOST_NODES:
        raise ArgumentError(
            f"This graph has {len(order):,} nodes, too many to draw every one (the limit is {MOST_NODES:,}). "
            "Leave fold out, or draw a part: a value further back, or a single sample."
        )
    graph = folding.fold(outputs, paths) if folds else folding.unfolded(outputs)
    names = names_of([item for item in graph.items if isinstance(item, Value)], model=model)
    return Sketch(graph, names, paths, direction, number_writer(number_format), folding_asked=bool(fold)).drawing


def values_in(value: object) -> Iterator[Value]:
    """Yield the Values in a Value or in nested lists of them."""
    if isinstance(value, Value):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from values_in(item)


def number_writer(number_format: str | None) -> Callable[[float], str]:
    """Return the function that writes numbers in a format such as ``".2f"``."""
    if number_format is None:
        return number_text
    try:
        format(1.5, number_format)
    except (ValueError, TypeError):
        raise ArgumentError(
            f'number_format is a format for floats, such as ".2f" or ".4g"; got {number_format!r}. '
            'For another kind of file, use draw(value).render(format="pdf").'
        ) from None
    return lambda number: format(number, number_format)
