"""``ProgressBar``: how far a run has come, to look at while it goes on."""

import sys
import warnings
from collections.abc import Mapping

from autograd.formulas.notation import number_text

SHOWN = ("loss", "accuracy", "validation_loss", "validation_accuracy")
"""The numbers behind the bar, where there is room for a few only."""


class ProgressBar:
    """Counts batches and shows the newest numbers behind the bar, unless it is not ``enabled``."""

    def __init__(self, total: int, enabled: bool) -> None:
        self.bar = None
        if enabled and sys.stderr is not None and not getattr(sys.stderr, "closed", False):  # there is a console
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # without ipywidgets or threads tqdm warns; its text bar is enough
                from tqdm.auto import tqdm

                self.bar = tqdm(total=total, unit="batch", dynamic_ncols=True)

    def show(self, title: str, numbers: Mapping[str, float]) -> None:
        """Set the text on both sides of the bar; it appears when the bar is drawn next, every tenth of a second."""
        if self.bar is not None:
            text = ", ".join(
                f"{name.replace('_', ' ')} {number_text(numbers[name])}" for name in SHOWN if name in numbers
            )
            self.bar.set_description_str(title, refresh=False)
            self.bar.set_postfix_str(text, refresh=False)

    def advance(self, batches: int = 1) -> None:
        if self.bar is not None:
            self.bar.update(batches)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
