"""``Plot``: a matplotlib figure that nobody has to close."""

from io import BytesIO

from matplotlib.figure import Figure


class Plot(Figure):
    """A figure that belongs to whoever holds it, and Jupyter shows it.

    ``pyplot`` does not know it, so that a loop that draws a hundred leaves none open. ``savefig`` writes it.
    """

    def _repr_png_(self) -> bytes:
        picture = BytesIO()
        self.savefig(picture, format="png", bbox_inches="tight")
        return picture.getvalue()
