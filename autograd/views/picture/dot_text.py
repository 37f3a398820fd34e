"""Labels for Graphviz, in which any string comes out as it is, and the look of each kind of node."""

from graphviz import nohtml  # type: ignore[import-untyped]  # it ships no types

INK, QUIET, LINE = "#1f2933", "#52606d", "#8a96a3"
"""Text, text of less importance, lines."""

EFFORT = {"nslimit": "2"}
"""How long Graphviz improves a layout. Without a limit a number that 70 nodes in a row share takes it minutes."""

GRAPH = EFFORT | {
    "bgcolor": "white", "pad": "0.15", "nodesep": "0.16", "ranksep": "0.3", "outputorder": "edgesfirst",
    "fontname": "Helvetica", "fontsize": "10", "fontcolor": QUIET, "labelloc": "b", "labeljust": "l",
}  # fmt: skip
NETWORK = {"splines": "line"}
"""Connections between neurons are straight lines."""

CROWD = {"nslimit": "1", "nslimit1": "1", "mclimit": "0.2"}
"""A layout of many nodes that is good enough; a better one could take minutes."""

NODE = {
    "fontname": "Helvetica", "fontsize": "10", "fontcolor": INK, "color": LINE, "height": "0.2", "margin": "0.09,0.045",
}  # fmt: skip
EDGE = {
    "fontname": "Helvetica", "fontsize": "9", "fontcolor": QUIET, "color": LINE, "arrowsize": "0.55",
    "labeldistance": "2.2",
}  # fmt: skip

# Kinds differ in shape, so that nothing is lost in a grey print or to a colour-blind reader.
COMPUTED = {"shape": "Mrecord", "width": "1.5", "style": "filled", "fillcolor": "white"}
INPUT = {"shape": "record", "width": "1.5", "style": "filled", "fillcolor": "#eaf2fa", "color": "#6b8cae"}
OUTPUT = {"penwidth": "2"}
PARAMETER = {"shape": "note", "width": "1.5", "style": "filled", "fillcolor": "#fbf3dd", "color": "#a08a4b"}
OPERATOR = {"shape": "circle", "style": "filled", "fillcolor": "#e8ebee", "width": "0.3", "fixedsize": "true"}
FUNCTION = {"shape": "ellipse", "style": "filled", "fillcolor": "#e8ebee", "margin": "0.04,0.03"}
LITERAL = {"shape": "plaintext", "fontcolor": QUIET, "margin": "0.03,0.02", "width": "0"}
APART = {"LR": {"height": "0.5"}, "TB": {"width": "1.2"}}
"""Space between the numbers of a sample, for each direction of the picture."""
FOLDED = {
    "shape": "box", "style": "rounded,filled", "peripheries": "2", "fillcolor": "#f6f4fa", "color": "#978eb0",
    "width": "2", "penwidth": "0.8",
}  # fmt: skip
POSITIVE, NEGATIVE = {"color": "#3d6a9e", "style": "solid"}, {"color": "#b05a2c", "style": "dashed"}
LAYER = {"shape": "plaintext", "fontcolor": QUIET, "fontsize": "11"}


def escaped(text: str) -> str:
    """Return one line of text in which nothing means anything to Graphviz.

    A backslash would start an escape and ``&`` an entity. :mod:`graphviz` escapes quotes itself.

    Example:
        >>> print(escaped(r"a &lt; b \\ c"))
        a &amp;lt; b \\\\ c
    """
    return text.replace("\\", "\\\\").replace("&", "&amp;")


def lines(*texts: str) -> str:
    """Return several lines of text as one label, without the empty ones: a label must not begin with one.

    Graphviz 16 reads memory it never set for an empty first line, and in WebAssembly that can stop it.
    """
    return unmarked("\\n".join(escaped(text) for text in texts if text))


def sentences(texts: list[str]) -> str:
    """Return several lines of text as one label whose lines start at the left."""
    return unmarked("".join(escaped(text) + "\\l" for text in texts))


def record(title: str, cells: list[str], direction: str) -> str:
    """Return the label of a record: a title above a row of cells, in a graph of either direction."""
    row = "{" + "|".join(map(field, cells)) + "}"
    rows = f"{field(title)}|{row}" if title else row
    return unmarked(rows if direction == "LR" else "{" + rows + "}")


def field(text: str) -> str:
    """Return text for one field of a record, where braces, bars, angles and spaces have a meaning too."""
    return "".join("\\" + letter if letter in "{}|<> " else letter for letter in escaped(text))


def unmarked(text: str) -> str:
    """Mark text as not being HTML, which graphviz takes ``<...>`` for."""
    return nohtml(text)  # type: ignore[no-any-return]  # see above
