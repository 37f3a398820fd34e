"""``explore``: a page that steps through any graph, with what-if, predictions and mistakes made on purpose."""

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from autograd.errors import ArgumentError
from autograd.graph import topological_order
from autograd.value import Value
from autograd.views import folding
from autograd.views.explorer.graph_data import Json, graph_data, table
from autograd.views.explorer.page import fragment, page
from autograd.views.explorer.parts import Parts
from autograd.views.names import paths_of
from autograd.views.notation import number_text
from autograd.views.replay import Replay
from autograd.views.steps import display_names, plain, records, value_of

MOST_NODES = 3_000
"""A page of more nodes than this would be slow to open, and no lesson."""


class Explorer:
    """A page about one graph: Jupyter shows it, ``save()`` writes it to a file, ``html`` is its text.

    :func:`explore` makes one. It keeps what the graph was when it was made, whatever happens to it later.
    """

    def __init__(self, name: str, nodes: int, fragment: str) -> None:
        self.name = name
        self.nodes = nodes
        self._fragment = fragment

    @property
    def html(self) -> str:
        """The whole page: one self-contained text that loads nothing from anywhere."""
        return page(self._fragment, f"Backpropagation step by step: {self.name}")

    def save(self, path: "str | os.PathLike[str]") -> Path:
        """Write the page to a file, which any browser opens without a network; return its path.

        The file appears whole or not at all.
        """
        target = Path(path)
        if not target.parent.is_dir():
            raise ArgumentError(f"There is no folder {str(target.parent)!r} to save {target.name!r} in; make it first.")
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}-", suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(self.html)
            Path(temporary).chmod(0o644)  # a temporary file is for its owner alone, a lesson is for a class
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return target

    def _repr_html_(self) -> str:
        return self._fragment

    def __repr__(self) -> str:
        return f"<Explorer of {self.name}, {self.nodes} nodes; .save('lesson.html') writes a page, Jupyter shows it>"


def explore(output: "Value | Callable[..., Value]", *arguments: object, model: object | None = None) -> Explorer:
    """Return a page that steps through a computation and its backward pass, forwards and backwards.

    The page shows the graph filling in step by step, each active edge as *incoming x local = contribution*,
    a sentence for each step, the line of your program, the queue, and a table of all nodes. A click on a node
    derives its gradient as a sum over consumers and over paths. Other leaves can be tried out (what if), the
    next gradient predicted, and the usual mistakes in ``backward()`` watched beside the truth. It works offline.

    Args:
        output: the Value to start from, such as a loss; or a function, which is called with ``arguments``
            while source lines are remembered, so that every step shows the line that made its node.
        arguments: what to call the function with. A number becomes a Value named after the parameter.
        model: the model whose parameters name and group the nodes of a big graph; by default it is looked
            for among the variables of the program.

    Returns:
        An :class:`Explorer`: Jupyter shows it, and ``.save("lesson.html")`` writes a page.

    Raises:
        NumberError: ``output`` is neither a Value nor a function that returns one.
        ArgumentError: the graph has more than 3,000 nodes.
        DomainError, DivisionByZeroError, NumberOverflowError: what ``backward()`` would raise.

    Example:
        >>> from autograd import Value, explore
        >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
        >>> explore((a * b).tanh())
        <Explorer of v2, 4 nodes; .save('lesson.html') writes a page, Jupyter shows it>
    """
    loss, frame = value_of(output, arguments)
    order = topological_order(loss)
    if len(order) > MOST_NODES:
        raise ArgumentError(
            f"This graph has {len(order):,} nodes; a page takes at most {MOST_NODES:,}. "
            "Explore the loss of a single sample, or a value further back."
        )
    replay = Replay(loss)
    paths = paths_of(order, frame, model=model)
    names = told_apart(display_names(replay, frame, model), paths)
    operations, frozen = table(order)
    parts = Parts(loss, paths)
    data: dict[str, Json] = {**graph_data(tuple(records(replay, names))), **parts.data(), "frozen": frozen}
    name = plain(names[loss])
    return Explorer(
        name, len(order), fragment(data, operations, picture(loss, names, paths, parts), f"Graph of {name}")
    )


def told_apart(names: Mapping[Value, str], paths: Mapping[Value, str]) -> dict[Value, str]:
    """Return the names with the path in place of those that several parameters share, such as ``w0``."""
    times = Counter(names.values())
    return {node: paths.get(node, name) if times[name] > 1 else name for node, name in names.items()}


def picture(loss: Value, names: Mapping[Value, str], paths: Mapping[Value, str], parts: Parts) -> bytes:
    """Return the still picture, as ``draw`` makes it."""
    from autograd.views.sketch import Sketch  # imports graphviz

    graph = folding.fold([loss], paths) if parts.parts else folding.unfolded([loss])
    drawing = Sketch(graph, names, paths, "LR", number_text).drawing
    return bytes(drawing.pipe(format="svg"))
