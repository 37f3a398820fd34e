"""What Jupyter shows of a history, a diagnosis, a model and a search for a learning rate: tables and pictures in HTML.

Everything that a user may have named is escaped. Displaying never raises an error: what needs a package that is not
installed is left out.
"""

import base64
import html
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from autograd import Value, errors

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Module(Protocol):
    """What is asked of a module, which this file stands below."""

    def title(self) -> str: ...
    def named_parts(self) -> "Iterable[tuple[str, Module]]": ...
    def parameters(self) -> Sequence[Value]: ...


class Plotted(Protocol):
    """Anything that draws itself."""

    def plot(self) -> "Figure": ...


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1) -> str:
    """Return a table as HTML; so many columns, from the left, hold words, and the others numbers.

    Example:
        >>> table(["layer", "size"], [["<b>", "3"]]).count("&lt;b&gt;")
        1
    """

    def line(cells: Sequence[str], tag: str) -> str:
        sides = ["left" if i < words else "right" for i in range(len(cells))]
        texts = [
            f'<{tag} style="text-align: {side}; white-space: pre-wrap">{html.escape(cell)}</{tag}>'
            for cell, side in zip(cells, sides, strict=True)
        ]
        return f"<tr>{''.join(texts)}</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table><thead>{line(header, 'th')}</thead><tbody>{body}</tbody></table>"


def paragraph(text: str) -> str:
    """Return a paragraph, with the line breaks of the text; nothing for no text."""
    return f'<p style="white-space: pre-wrap">{html.escape(text)}</p>' if text else ""


def image(kind: str, content: bytes, words: str) -> str:
    """Return a picture that needs no other file and is never wider than the page."""
    data = base64.b64encode(content).decode()
    return f'<img alt="{html.escape(words)}" style="max-width: 100%" src="data:image/{kind};base64,{data}">'


def module_html(module: Module) -> str:
    """Return the parts of a module as a table with the number of parameters of each."""
    rows = [["    " * depth + path, part.title(), count_of(part)] for depth, path, part in parts(module)]
    count = count_of(module)
    parameters = f", {count} parameter{'s' * (count != '1')}" if count else ""
    title = f"<p><b>{html.escape(module.title() if not rows else type(module).__name__)}</b>{parameters}</p>"
    return f"<div>{title}{table(['part', 'what it is', 'parameters'], rows, words=2) if rows else ''}</div>"


def parts(module: Module, depth: int = 0) -> Iterator[tuple[int, str, Module]]:
    """Yield what is printed of a module: each part with its depth and its path within the part above it."""
    for path, part in module.named_parts() if "\n" in repr(module) else ():
        yield depth, path, part
        yield from parts(part, depth + 1)


def count_of(module: Module) -> str:
    """Return how many parameters a module has, and how many of them are frozen; nothing for none."""
    parameters = module.parameters()
    frozen = sum(not parameter.requires_grad for parameter in parameters)
    note = f" ({frozen:,} frozen)" if frozen else ""
    return f"{len(parameters):,}{note}" if parameters else ""


def plotted_html(what: Plotted, text: str) -> str:
    """Return a plot with its text; the text alone where matplotlib is not installed."""
    try:
        figure, written = what.plot(), io.BytesIO()
        figure.savefig(written, format="png")
    except (errors.MissingPackageError, errors.ArgumentError):
        return f"<div>{paragraph(text)}</div>"
    return f"<div>{image('png', written.getvalue(), text)}{paragraph(text)}</div>"
