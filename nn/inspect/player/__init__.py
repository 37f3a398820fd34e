"""The player: a page that replays a training run, from ``nn.fit(..., record=True)`` and ``history.player()``."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from autograd.console import printed
from autograd.errors import ArgumentError
from autograd.views.page import Page
from autograd.views.page.language import phrase
from nn.inspect.player.snapshots import Snapshots

FOLLOWED = 3
"""How many samples a page follows by default, and at most."""
MOST_RUNS = 4
"""How many runs are compared at most."""


class Player(Page):
    """A page about one training run: Jupyter shows it, ``save()`` writes it to a file, ``html`` is its text.

    :meth:`nn.History.player` makes one. It holds what was recorded until then, however training goes on.
    """

    def __init__(self, title: str, frames: int, fragment: str, language: str) -> None:
        super().__init__(title, fragment, language)
        self.frames = frames

    @printed
    def __repr__(self) -> str:
        return f"<Player of {self.title}, {self.frames} frames; .save('run.html') writes a page, Jupyter shows it>"


class Recorded(Protocol):
    """What is asked of a :class:`nn.History`, which this file stands below."""

    rows: list[dict[str, float]]
    ending: str
    _snapshots: Snapshots | None


def compare(
    *histories: Recorded,
    names: Sequence[str] = (),
    class_names: Sequence[str] = (),
    feature_names: Sequence[str] = (),
    language: str = "en",
) -> Player:
    """Return a page that replays training runs side by side, under one slider that goes through their epochs.

    For each run it shows what :meth:`nn.History.player` shows, without the table: what the model answers where, the
    losses (on the same axes for all), the accuracies, and the network with the numbers of one sample in it.

    Args:
        histories: two to four runs, recorded by ``nn.fit(..., record=True)``; their models and data may differ.
        names: a name for each run; by default they are numbered.
        class_names: a name for each class.
        feature_names: a name for each number of a sample.
        language: the language of the page, ``"en"`` or ``"de"``.

    Returns:
        A page: Jupyter shows it, and ``.save("runs.html")`` writes it.

    Raises:
        ArgumentError: there are fewer than two runs or more than four, not as many names, one was not recorded, or
            there is no such language.

    Example:
        >>> import nn
        >>> runs = []
        >>> for lr in (0.1, 1.0):
        ...     model = nn.MLP(2, [4, 1], seed=0)
        ...     optimizer = nn.SGD(model.parameters(), lr=lr)
        ...     runs.append(nn.fit(
        ...         model, nn.make_xor(20, seed=0), loss=nn.binary_cross_entropy_with_logits, optimizer=optimizer,
        ...         epochs=5, record=True, progress=False,
        ...     ))
        >>> nn.compare(*runs, names=["lr 0.1", "lr 1"])
        <Player of Training runs: lr 0.1 · lr 1, 12 frames; .save('run.html') writes a page, Jupyter shows it>
    """
    if not 2 <= len(histories) <= MOST_RUNS:
        raise ArgumentError(f"compare takes 2 to {MOST_RUNS} histories; got {len(histories)}.")
    from nn.inspect.player.page import fragment, words  # imported here so that ``import nn`` stays quick

    speaks = words(language)
    titles = [str(name) for name in names] or [phrase(speaks, "run", number=i) for i in range(1, len(histories) + 1)]
    if len(titles) != len(histories):
        raise ArgumentError(f"names needs one name per history, {len(histories)}; got {titles}.")
    from nn.inspect.player.page_data import page_data, shortened
    from nn.inspect.player.reconstruction import MOST_LETTERS, Reconstruction, chosen_samples

    runs, frames = [], 0
    for history, name in zip(histories, titles, strict=True):
        if history._snapshots is None:
            raise ArgumentError(f"{name} was not recorded. Train with nn.fit(..., record=True) first.")
        dataset = history._snapshots.batches.dataset
        samples = chosen_samples([dataset[i] for i in range(len(dataset))], 1)
        letters = MOST_LETTERS // len(histories)
        shown = Reconstruction(history._snapshots, samples, letters=letters, numbers=False)
        data = page_data(
            shown, samples, rows=history.rows, ending=history.ending, class_names=class_names, features=feature_names
        )
        runs.append({**data, "name": shortened(name)})
        frames += len(shown.frames)
    title = phrase(speaks, "runsTitle", titles=" · ".join(map(shortened, titles)))
    page = fragment("Comparison", {"title": title, "runs": runs}, title, language=language)
    return Player(title, frames, page, language)


def make_player(
    snapshots: Snapshots,
    samples: Sequence[int] | None,
    rows: Sequence[Mapping[str, float]],
    ending: str,
    *,
    class_names: Sequence[str],
    feature_names: Sequence[str],
    language: str,
) -> Player:
    """Return the page about what :func:`nn.fit` recorded, with the arguments of :meth:`nn.History.player`."""
    from nn.inspect.player.page import fragment, words  # imported here so that ``import nn`` stays quick
    from nn.inspect.player.page_data import page_data
    from nn.inspect.player.reconstruction import Reconstruction, chosen_samples
    from nn.inspect.player.retraining import retraining

    speaks = words(language)
    dataset = snapshots.batches.dataset
    if samples is None:
        samples = chosen_samples([dataset[i] for i in range(len(dataset))], FOLLOWED)
    known = range(len(dataset))
    listed = samples if isinstance(samples, Sequence) else ()
    if not 0 < len(listed) <= FOLLOWED or not all(isinstance(i, int) and i in known for i in listed):
        raise ArgumentError(
            f"samples lists 1 to {FOLLOWED} positions in the training data, which has {len(dataset)} samples counted "
            f"from 0; got {samples!r}."
        )
    shown = Reconstruction(snapshots, samples)
    data = page_data(shown, samples, rows=rows, ending=ending, class_names=class_names, features=feature_names)
    again, operations = retraining(shown)
    count = len(snapshots.paths)
    title = phrase(speaks, "windowTitle", title=data["title"], count=count, parameters=f"{count:,}")
    page = fragment("Player", {**data, "retraining": again}, title, operations, language=language)
    return Player(title, len(shown.frames), page, language)
