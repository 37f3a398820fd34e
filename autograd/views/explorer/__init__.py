"""``explore``: a page that steps through any graph, with what-if, predictions and mistakes made on purpose."""

from collections import Counter
from collections.abc import Callable, Mapping
from importlib.resources import files

from autograd.console import printed
from autograd.engine import Value
from autograd.errors import ArgumentError
from autograd.formulas import javascript
from autograd.formulas.notation import counted, number_text
from autograd.formulas.text import text_name
from autograd.graph import topological_order
from autograd.views.explorer.graph_data import graph_data, operations_of
from autograd.views.explorer.parts import Parts
from autograd.views.names import paths_of
from autograd.views.page import Page
from autograd.views.page.document import fragment, texts
from autograd.views.page.language import phrase, words
from autograd.views.picture import folding
from autograd.views.steps.backward_pass import BackwardPass
from autograd.views.steps.steps import display_names, records, value_of

FOLDER = files(__name__)

SCRIPTS = (
    "engine.js", "ink.js", "numbers.js", "words.js", "parts.js", "edges.js", "picture.js", "labels.js", "view.js",
    "controls.js", "story.js", "table.js", "node_panel.js", "plot.js", "what_if.js", "mistakes.js", "answers.js",
    "questions.js", "predict.js", "tabs.js", "address.js", "handout.js", "present.js", "theme.js", "steady.js",
    "explorer.js",
)  # fmt: skip
"""The page's own scripts, in the order in which they build on one another."""

STYLES = ("card.css", "picture.css", "table.css", "panels.css", "narrow.css", "dark.css", "present.css", "handout.css")
"""How the page looks; a later file may change what an earlier one says."""

MOST_NODES = 3_000
"""A page with more nodes than this would be slow to open, and would teach nothing."""


class Explorer(Page):
    """A page about one graph: Jupyter shows it, ``save()`` writes it to a file, ``html`` is its text.

    :func:`explore` makes one. It keeps what the graph was when it was made, whatever happens to it later.
    """

    def __init__(self, name: str, nodes: int, fragment: str, language: str) -> None:
        super().__init__(phrase(words(language, "explorer"), "pageTitle", name=name), fragment, language)
        self.name = name
        self.nodes = nodes

    @printed
    def __repr__(self) -> str:
        size = counted(self.nodes, "node")
        return f"<Explorer of {self.name}, {size}; .save('lesson.html') writes a page, Jupyter shows it>"


def explore(
    output: "Value | Callable[..., Value]", *arguments: object, model: object | None = None, language: str = "en"
) -> Explorer:
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
        language: the language of the page, ``"en"`` or ``"de"``.

    Returns:
        An :class:`Explorer`: Jupyter shows it, and ``.save("lesson.html")`` writes a page.

    Raises:
        NumberError: ``output`` is neither a Value nor a function that returns one.
        ArgumentError: the graph has more than 3,000 nodes, or there is no such language.
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
    backward_pass = BackwardPass(loss)
    paths = paths_of(order, frame, model=model)
    names = display_names(backward_pass, frame, model)
    times = Counter(names.values())  # a name that several parameters share, such as w0, gives way to the path
    names = {node: paths.get(node, name) if times[name] > 1 else name for node, name in names.items()}
    operations, frozen = operations_of(order)
    parts = Parts(loss, paths)
    more = ["network"] if parts.network else []
    speaks = words(language, "page", "explorer", *more)
    name = text_name(names[loss])
    page = fragment(
        "Explorer",
        "data-autograd-explorer",
        {**graph_data(tuple(records(backward_pass, names))), **parts.data(), "frozen": frozen},
        [javascript.arithmetic_for(operations), operations, texts(FOLDER, *(f"{each}.js" for each in more), *SCRIPTS)],
        texts(FOLDER, *STYLES, *(f"{each}.css" for each in more)),
        title=phrase(speaks, "graphOf", name=name),
        picture=picture(loss, names, paths, parts),
        languages={language: speaks},
    )
    return Explorer(name, len(order), page, language)


def picture(loss: Value, names: Mapping[Value, str], paths: Mapping[Value, str], parts: Parts) -> bytes:
    """Return the still picture, as ``draw`` makes it."""
    from autograd.views.picture.sketch import Sketch  # only now, because it loads graphviz

    graph = folding.fold([loss], paths) if parts.parts else folding.unfolded([loss])
    return bytes(Sketch(graph, names, paths, None, number_text).drawing.pipe(format="svg"))
