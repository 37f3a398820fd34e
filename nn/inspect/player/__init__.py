"""The player: a page that replays a training run, from ``nn.fit(..., record=True)`` and ``history.player()``."""

from collections.abc import Mapping, Sequence

from autograd.errors import ArgumentError
from autograd.views.page import Page
from nn.inspect.player.snapshots import Snapshots

FOLLOWED = 3
"""How many samples a page follows by default, and at most."""


class Player(Page):
    """A page about one training run: Jupyter shows it, ``save()`` writes it to a file, ``html`` is its text.

    :meth:`nn.History.player` makes one. It holds what was recorded until then, however training goes on.
    """

    def __init__(self, title: str, frames: int, fragment: str) -> None:
        super().__init__(title, fragment)
        self.frames = frames

    def __repr__(self) -> str:
        return f"<Player of {self.title}, {self.frames} frames; .save('run.html') writes a page, Jupyter shows it>"


def make_player(
    snapshots: Snapshots,
    samples: Sequence[int] | None,
    rows: Sequence[Mapping[str, float]],
    ending: str,
    *,
    class_names: Sequence[str],
    feature_names: Sequence[str],
) -> Player:
    """Return the page about what :func:`nn.fit` recorded, with the arguments of :meth:`nn.History.player`."""
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
    data = page_data(shown, samples, rows=rows, ending=ending, class_names=class_names, features=feature_names)
    title = f"Training run: {data['title']}, {len(snapshots.paths):,} parameters"
    return Player(title, len(shown.frames), fragment(data, title))
