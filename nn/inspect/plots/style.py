"""What all plots share: colours, markers, the look of a figure. matplotlib is imported here and nowhere earlier.

Colours are those of Okabe & Ito, Color universal design (2008), which colour-blind readers can tell apart. They are
never the only sign: markers, line styles, outlines or names say the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autograd import errors

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
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


@contextmanager
def panels(rows: int, columns: int, width: float, height: float) -> "Iterator[tuple[Figure, list[Axes]]]":
    """Make a figure with ``rows`` x ``columns`` panels of the given size in inches, in the common style."""
    try:
        import matplotlib as mpl

        from nn.inspect.plots.plot import Plot
    except ImportError:
        raise errors.MissingPackageError(f"Plots need matplotlib. Install it with {errors.install('plot')}.") from None
    with mpl.rc_context(STYLE):
        figure = Plot(figsize=(width * columns, height * rows))
        yield figure, list(figure.subplots(rows, columns, squeeze=False).flat)
