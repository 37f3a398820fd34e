"""``exercise``: a page with numbers of its own, on which a student computes values and gradients, marked in place."""

import hashlib
import json
import random
from collections.abc import Callable, Mapping
from importlib.resources import files

from autograd.console import printed
from autograd.engine import Value
from autograd.errors import ArgumentError
from autograd.formulas import javascript
from autograd.formulas.notation import counted
from autograd.formulas.text import text_name
from autograd.gradients.nodes import OfFunction
from autograd.graph import topological_order
from autograd.views import explorer
from autograd.views.exercise.numbers import drawn
from autograd.views.explorer.graph_data import graph_data, operations_of
from autograd.views.explorer.parts import Parts
from autograd.views.names import paths_of
from autograd.views.page import Page
from autograd.views.page.document import Json, fragment, texts
from autograd.views.page.language import words
from autograd.views.steps.backward_pass import BackwardPass
from autograd.views.steps.steps import display_names, records, value_of

FOLDER = files(__name__)

SHARED = (
    "engine.js", "ink.js", "numbers.js", "words.js", "parts.js", "edges.js", "picture.js", "labels.js", "view.js",
    "answers.js", "questions.js", "theme.js",
)  # fmt: skip
"""The explorer's scripts that an exercise is built of."""

SCRIPTS = ("result_code.js", "worksheet.js", "exercise.js")
STYLES = ("card.css", "picture.css", "panels.css", "narrow.css", "dark.css", "present.css")

MOST_SEEDS = 2**32
"""How many seeds a result code can tell apart."""

MOST_QUESTIONS = 1_000
"""As many as a result code can count."""


class Exercise(Page):
    """An exercise: Jupyter shows it, ``save()`` writes it to a file, ``html`` is its text.

    :func:`exercise` makes one.
    """

    def __init__(self, name: str, seed: int, fragment: str, language: str, *, digest: str, questions: int) -> None:
        super().__init__(
            str(words(language, "exercise")["exerciseTitle"]).format(seed=seed, name=name), fragment, language
        )
        self.name = name
        self.seed = seed
        self.digest = digest
        """Five characters that say which graph it is about, whatever the numbers."""
        self.questions = questions

    @printed
    def __repr__(self) -> str:
        size = counted(self.questions, "question")
        return f"<Exercise {self.seed} on {self.name}, {size}; .save('exercise.html') writes a page, Jupyter shows it>"


def exercise(
    output: "Value | Callable[..., Value]",
    *arguments: object,
    seed: int = 0,
    questions: int = 24,
    model: object | None = None,
    language: str = "en",
) -> Exercise:
    """Return an exercise on a graph: the student computes its values forward and its gradients backward.

    The seed gives the leaves round numbers of their own, so that no two students compute the same. Each answer is
    marked in place, a wrong one with a hint that names the mistake; a fraction or arithmetic will do. At the end stands
    a short result code, which :func:`autograd.exercise_results` checks and turns into a table. The page works offline.

    Args:
        output: the Value to differentiate, such as a loss; or a function, which is called with ``arguments``. Its graph
            is kept as it is, with other numbers in the leaves; those with ``requires_grad = False`` keep theirs.
        arguments: what to call the function with. A number becomes a Value named after the parameter.
        seed: a whole number from 0 to 4,294,967,295. The same seed gives the same exercise.
        questions: at most so many are asked, 1 to 1,000; of a graph with more nodes the seed chooses some.
        model: the model whose parameters name and group the nodes of a big graph.
        language: the language of the page, ``"en"`` or ``"de"``.

    Returns:
        An :class:`Exercise`: Jupyter shows it, and ``.save("exercise.html")`` writes a page.

    Raises:
        NumberError: ``output`` is neither a Value nor a function that returns one.
        ArgumentError: the seed or the number of questions is out of range, the graph has no operation, more than
            3,000 nodes or a function that is a single node (a compiled or checkpointed one), no round numbers give it a
            value and a gradient, or there is no such language.

    Example:
        >>> from autograd import Value, exercise
        >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
        >>> exercise((a * b).tanh(), seed=17)
        <Exercise 17 on v2, 5 questions; .save('exercise.html') writes a page, Jupyter shows it>
    """
    speaks = words(language, "page", "explorer", "exercise")
    whole("seed", seed, 0, MOST_SEEDS - 1)
    whole("questions", questions, 1, MOST_QUESTIONS)
    given, frame = value_of(output, arguments)
    order = topological_order(given)
    if not 1 < len(order) <= explorer.MOST_NODES:
        raise ArgumentError(
            f"This graph has {counted(len(order), 'node')}; an exercise needs an operation, and a page takes at most "
            f"{explorer.MOST_NODES:,} nodes."
        )
    whole_function = next((node for node in order if isinstance(node, OfFunction)), None)
    if whole_function is not None:
        raise ArgumentError(
            f"This graph has {whole_function.call.name!r} in it, a function as a whole, of which no page can ask the "
            "steps. Make the exercise without compile, checkpoint, custom_gradient and hook."
        )
    found = drawn(given, seed)
    names = display_names(BackwardPass(given), frame, model)
    paths = {found.nodes[node]: path for node, path in paths_of(order, frame, model=model).items()}
    shown = {found.nodes[node]: name for node, name in names.items()}
    data = graph_data(tuple(records(BackwardPass(found.loss), shown)))
    asked = chosen(found.loss, questions, seed)
    operations, frozen = operations_of(order)
    parts = Parts(found.loss, paths)
    name, digest = text_name(names[given]), digest_of(data)
    page = fragment(
        "Exercise",
        "data-autograd-exercise",
        {**data, **parts.data(), "frozen": frozen, "seed": seed, "digest": digest, "asked": asked},
        [javascript.arithmetic_for(operations), operations, texts(explorer.FOLDER, *SHARED), texts(FOLDER, *SCRIPTS)],
        texts(explorer.FOLDER, *STYLES) + texts(FOLDER, "exercise.css"),
        title=str(speaks["graphOf"]).format(name=name),
        picture=explorer.picture(found.loss, shown, paths, parts),
        languages={language: {**speaks, "advice": speaks["exerciseAdvice"]}},
    )
    return Exercise(name, seed, page, language, digest=digest, questions=sum(map(len, asked.values())))


def whole(what: str, number: object, least: int, most: int) -> None:
    """Raise an ArgumentError unless a number is a whole one within its bounds."""
    if type(number) is not int or not least <= number <= most:
        raise ArgumentError(f"{what} is a whole number from {least:,} to {most:,}; got {number!r}.")


def chosen(loss: Value, most: int, seed: int) -> dict[str, list[int]]:
    """Return the nodes whose values and whose gradients are asked for, in the order in which they can be computed."""
    nodes = topological_order(loss)
    values = [("values", i) for i, node in enumerate(nodes) if node.operation is not None]
    gradients = [("gradients", i) for i, node in enumerate(nodes) if node.requires_grad and node is not loss]
    everything = values + gradients
    kept = set(random.Random(seed).sample(everything, min(most, len(everything))))
    return {
        "values": [i for kind, i in values if (kind, i) in kept],
        "gradients": [i for kind, i in reversed(gradients) if (kind, i) in kept],
    }


def digest_of(data: Mapping[str, Json]) -> str:
    """Return five characters that say which graph this is: operations and operands, but neither names nor numbers."""
    kinds = data["kinds"]
    assert isinstance(kinds, list)
    structure = [[kind["operation"] for kind in kinds], data["shapes"], data["operands"], data["constants"]]
    number = int.from_bytes(hashlib.sha256(json.dumps(structure).encode()).digest()[:4], "big")
    return "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[number >> 5 * place & 31] for place in range(5))
