"""``ProgressBar``: how far a run has come, to look at while it goes on."""

import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autograd.formulas.notation import number_text

if TYPE_CHECKING:
    from typing import Never

    from tqdm.auto import tqdm

SHOWN = ("loss", "accuracy", "validation_loss", "validation_accuracy")
"""The numbers behind the bar, where there is room for a few only."""


class ProgressBar:
    """Counts batches and shows the newest numbers behind the bar, unless it is not ``enabled``."""

    def __init__(self, total: int, enabled: bool) -> None:
        self.bar: tqdm[Never] | None = None
        if enabled and sys.stderr is not None and not getattr(sys.stderr, "closed", False):  # there is a console
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # without ipywidgets or threads tqdm warns; its text bar is enough
                from tqdm import auto
            with self.while_it_shows():
                self.bar = auto.tqdm(total=total, unit="batch", dynamic_ncols=True)

    @contextmanager
    def while_it_shows(self) -> Iterator[None]:
        """Go on without the bar where the console takes no text: a full disk or a closed pipe must not end training."""
        try:
            yield
        except Exception:
            if self.bar is not None:
                self.bar.disable = True  # nothing is written when it is thrown away
            self.bar = None

    def show(self, title: str, numbers: Mapping[str, float]) -> None:
        """Set the text on both sides of the bar; it appears when the bar is drawn next, every tenth of a second."""
        if self.bar is not None:
            text = ", ".join(
                f"{name.replace('_', ' ')} {number_text(numbers[name])}" for name in SHOWN if name in numbers
            )
            with self.while_it_shows():
                self.bar.set_description_str(title, refresh=False)
                self.bar.set_postfix_str(text, refresh=False)

    def advance(self, batches: int = 1) -> None:
        if self.bar is not None:
            with self.while_it_shows():
                self.bar.update(batches)

    def close(self) -> None:
        if self.bar is not None:
            with self.while_it_shows():
                self.bar.close()
