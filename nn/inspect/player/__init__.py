"""The player: a page that replays a training run, from ``nn.fit(..., record=True)`` and ``history.player()``."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograd.errors import ArgumentError
from nn.inspect.player.snapshots import Snapshots

FOLLOWED = 3
"""How many samples a page follows if nobody chooses them, which is also the most that it can."""


class Player:
    """A page about one training run: Jupyter shows it, ``save()`` writes it to a file, ``html`` is its text.

    :meth:`nn.History.player` makes one. It keeps what was recorded until then, however training goes on.
    """

    def __init__(self, title: str, frames: int, fragment: str) -> None:
        self.title, self.frames = title, frames
        self._fragment = fragment

    @property
    def html(self) -> str:
        """The whole page: one self-contained text that loads nothing from anywhere."""
        from nn.inspect.player.page import page

        return page(self._fragment, self.title)

    def save(self, path: "str | os.PathLike[str]") -> Path:
        """Write the page to a file, which any browser opens without a network; return its path.

        The file appears whole or not at all.
        """
        from nn.interop.saving import write

        target = Path(path).resolve()
        if not target.parent.is_dir():
            raise ArgumentError(f"There is no folder {str(target.parent)!r} to save {target.name!r} in; make it first.")
        write(self.html, target)
        return target

    def _repr_html_(self) -> str:
        return self._fragment

    def __repr__(self) -> str:
        return f"<Player of {self.title}, {self.frames} frames; .save('run.html') writes a page, Jupyter shows it>"


def make_player(
    snapshots: Snapshots,
    rows: Sequence[Mapping[str, float]],
    ending: str,
    samples: Sequence[int] | None,
    class_names: Sequence[str],
    feature_names: Sequence[str],
) -> Player:
    """Return the page; see :meth:`nn.History.player`."""
    from nn.inspect.player.page import fragment  # imported here so that ``import nn`` stays quick
    from nn.inspect.player.page_data import page_data
    from nn.inspect.player.reconstruction import Reconstruction, chosen_samples

    dataset = snapshots.batches.dataset
    if samples is None:
        samples = chosen_samples([dataset[i] for i in range(len(dataset))], FOLLOWED)
    known = range(len(dataset))
    if not 0 < len(samples) <= FOLLOWED or not all(isinstance(i, int) and i in known for i in samples):
        raise ArgumentError(
            f"samples lists 1 to {FOLLOWED} positions in the training data, which has {len(dataset)} samples counted "
            f"from 0; got {samples!r}."
        )
    shown = Reconstruction(snapshots, samples)
    data = page_data(shown, rows, ending, samples, class_names, feature_names)
    title = f"Training run: {data['title']}, {len(snapshots.paths):,} parameters"
    return Player(title, len(shown.frames), fragment(data, title))
