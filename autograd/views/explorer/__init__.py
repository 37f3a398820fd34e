"""``explore``: a page that steps through any graph, with what-if, predictions and mistakes made on purpose."""

from collections.abc import Callable

from autograd.engine import Value
from autograd.views.page import Page
from autograd.views.steps.running import value_of


class Explorer(Page):
    """A page about one graph: Jupyter shows it, ``save()`` writes it to a file, ``html`` is its text.

    :func:`explore` makes one. It keeps what the graph was when it was made, whatever happens to it later.
    """

    def __init__(self, name: str, nodes: int, fragment: str) -> None:
        super().__init__(f"Backpropagation step by step: {name}", fragment)
        self.name = name
        self.nodes = nodes

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
    from autograd.views.explorer.building import build  # only now, so that importing autograd stays quick

    loss, frame = value_of(output, arguments)
    return Explorer(*build(loss, frame, model))
