"""What all plots share: colours, markers, the look of a figure. matplotlib is imported here and nowhere earlier.

Each colour has one meaning in every plot and on the player's page: a class, a sign, or a series. Readers of every
kind of colour vision can tell those of one kind apart, and a class is never taken for a sign; the tests simulate it.
Colours are never the only sign: markers, line styles, outlines or names say the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from autograd import errors

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CLASSES = ("#009E73", "#882255", "#DDCC77", "#88CCEE", "#5C3D1E", "#9ACD32", "#101418", "#D0D0D0")
"""Of classes, in order; without classes, of low outputs and of high ones."""
POSITIVE, NEGATIVE = "#0067A3", "#B54708"
"""Of numbers above and below 0."""
SERIES = ("#1B1F24", "#8A929A", "#57606A", "#BFC5CB")
"""Of lines and bars that are neither: training and validation, a mean and a largest number."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STYLE: dict[Any, Any] = {
    "figure.constrained_layout.use": True,
    "figure.dpi": 130,
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#555555",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.8,
    "lines.linewidth": 2.0,
    "legend.frameon": False,
}


def check_installed() -> None:
    """Say what to install where matplotlib is missing, which brings NumPy with it."""
    try:
        import_module("matplotlib")
    except ImportError:
        raise errors.MissingPackageError(f"Plots need matplotlib: {errors.install('plot')}.") from None


@contextmanager
def panels(rows: int, columns: int, width: float, height: float) -> "Iterator[tuple[Figure, list[Axes]]]":
    """Make a figure with ``rows`` x ``columns`` panels of the given size in inches, in the common style."""
    check_installed()
    import matplotlib as mpl

    from nn.inspect.plots.plot import Plot

    with mpl.rc_context(STYLE):
        figure = Plot(figsize=(width * columns, height * rows))
        yield figure, list(figure.subplots(rows, columns, squeeze=False).flat)
