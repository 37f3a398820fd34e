"""``History``: what happened during training, one row per epoch, to print, plot, save and resume."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard

from autograd.console import printed
from autograd.errors import ArgumentError, FormatError
from autograd.formulas.notation import number_text
from nn.argument_checks import saved_state

if TYPE_CHECKING:  # views are imported when they are asked for, so that ``import nn`` stays quick
    from matplotlib.figure import Figure

    from nn.inspect.player import Player
    from nn.inspect.player.snapshots import Snapshots

EPOCHS_SHOWN = 10
"""How many rows a printed history has at most; the middle ones are left out."""

CONTINUATION = {"generators", "progress"}
"""What is saved of a run beyond its rows."""


class Run(Protocol):
    """What a history knows of the training that it belongs to."""

    def run(self, epochs: int) -> "History": ...
    def continuation(self) -> dict[str, Any]: ...


class History:
    """The record of a training run: one row of numbers per epoch.

    Args:
        rows: the numbers of each epoch by name, such as ``{"loss": 0.7, "accuracy": 0.5}``.

    ``history["loss"]`` is one column, ``len(history)`` the number of complete epochs, ``history.ending`` says in
    words how the run ended, ``history.computation`` how its steps were computed, and ``history.interrupted``
    whether Ctrl-C ended it. The columns that :func:`nn.fit` writes: ``loss`` and the name of each metric, the same
    with ``validation_`` before them, ``learning_rate`` (at the start of the epoch) and ``seconds``.

    Example:
        >>> history = History([{"loss": 0.9, "accuracy": 0.5}, {"loss": 0.25, "accuracy": 1.0}])
        >>> history
        epoch  loss  accuracy
            1   0.9       0.5
            2  0.25         1
        >>> history["loss"]
        [0.9, 0.25]
        >>> history.best("loss")
        (2, 0.25)
    """

    def __init__(self, rows: "list[dict[str, float]] | None" = None) -> None:
        for row in rows or []:
            if not isinstance(row, Mapping):
                raise ArgumentError(f"A row is a dictionary, such as History([{{'loss': 0.7}}]); got {row!r}.")
        self.rows: list[dict[str, float]] = [dict(row) for row in rows or []]
        self.ending = ""
        self.computation = ""
        self.interrupted = False
        self._training: Run | None = None
        self._continuation: dict[str, Any] | None = None
        self._snapshots: Snapshots | None = None

    def __getstate__(self) -> dict[str, object]:
        """What a copy and a pickle keep: everything but the run itself, which holds files, clocks and functions."""
        return {**vars(self), "_training": None, "_continuation": self.continuation}

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in the order of their first appearance."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def __getitem__(self, column: str) -> list[float]:
        numbers = [row[column] for row in self.rows if column in row]
        if not numbers:
            raise ArgumentError(
                f"This history has no column {column!r}; it has {', '.join(self.columns) or 'no epochs yet'}."
            )
        return numbers

    def best(self, column: str) -> tuple[int, float]:
        """Return the epoch (counted from 1) with the lowest number in ``column``, and that number."""
        numbers = self[column]
        lowest = min(numbers)
        return numbers.index(lowest) + 1, lowest

    @property
    def continuation(self) -> "dict[str, Any] | None":
        """Where the run is, beyond its rows: the generators' states, how far the epoch has come; None if unknown."""
        return self._continuation if self._training is None else self._training.continuation()

    def resume(self, epochs: int) -> "History":
        """Continue training for ``epochs`` more epochs, exactly where the run ended, and return this history.

        An epoch that Ctrl-C broke off is completed first and counts as one of them.

        Raises:
            ArgumentError: the history does not come from a run in this program, or is a copy.
        """
        if self._training is None:
            raise ArgumentError(
                "This history was read from a file, copied or made by hand, so there is no run to continue. "
                "Pass it to a new one instead: nn.fit(model, data, ..., history=history)."
            )
        return self._training.run(epochs)

    def plot(self) -> "Figure":
        """Draw the loss curves, and the metrics if there are any; see :func:`nn.plot_history`."""
        from nn.inspect.plots.curves import plot_history

        return plot_history(self)

    def player(
        self,
        samples: Sequence[int] | None = None,
        *,
        class_names: Sequence[str] = (),
        feature_names: Sequence[str] = (),
        language: str = "en",
    ) -> "Player":
        """Return a page that replays the run, recorded by ``nn.fit(..., record=True)``, step by step.

        The page shows the decision boundary moving (for samples of two numbers), the loss, the network with a
        sample's numbers in it, and a table of all parameters with their gradients (of that sample's loss) and the
        optimiser's state. It works offline. Everything is computed here, in evaluation mode, from the parameters
        that were kept; nothing of the model, the optimiser or the randomness changes.

        Args:
            samples: the positions of up to three samples in the training data to follow; by default samples of
                different targets.
            class_names: a name for each class.
            feature_names: a name for each number of a sample.
            language: the language of the page, ``"en"`` or ``"de"``.

        Returns:
            A :class:`nn.inspect.player.Player`: Jupyter shows it, and ``.save("run.html")`` writes a page.

        Raises:
            ArgumentError: nothing was recorded, there are no such samples, or there is no such language.

        Example:
            >>> import nn
            >>> model = nn.MLP(2, [4, 1], seed=0)
            >>> optimizer = nn.SGD(model.parameters(), lr=0.1)
            >>> history = nn.fit(
            ...     model, nn.make_xor(20, seed=0), loss=nn.binary_cross_entropy_with_logits, optimizer=optimizer,
            ...     epochs=5, record=True, progress=False,
            ... )
            >>> history.player()
            <Player of Training run: MLP, 17 parameters, 6 frames; .save('run.html') writes a page, Jupyter shows it>
        """
        if self._snapshots is None:
            raise ArgumentError(
                "Nothing was recorded, so there is nothing to replay. Train with nn.fit(..., record=True) first."
            )
        from nn.inspect.player import make_player

        return make_player(
            self._snapshots,
            samples,
            self.rows,
            self.ending,
            class_names=class_names,
            feature_names=feature_names,
            language=language,
        )

    def state_dict(self) -> dict[str, object]:
        """Return everything a file needs to keep, as plain dictionaries, lists and numbers."""
        state = {"rows": [dict(row) for row in self.rows], "ending": self.ending, "interrupted": self.interrupted}
        continuation = self.continuation
        return state if continuation is None else {**state, "continuation": continuation}

    def load_state_dict(self, state: Mapping[str, object]) -> None:
        """Load what :meth:`state_dict` returned; a state that does not fit leaves the history unchanged.

        Raises:
            FormatError: ``state`` is not the state of a history.
        """
        rows, ending, interrupted = map(saved_state(state).get, ("rows", "ending", "interrupted"))
        if not (isinstance(rows, list) and isinstance(ending, str) and isinstance(interrupted, bool)):
            raise FormatError("This is not the state of a history: it needs rows, ending and interrupted.")
        continuation = state.get("continuation")
        if not (continuation is None or is_continuation(continuation)):
            raise FormatError(f"The continuation of a history holds {' and '.join(sorted(CONTINUATION))}.")
        for row in rows:
            if not (isinstance(row, dict) and all(map(is_number, row.values()))):
                raise FormatError(f"Each row of a history holds numbers by name; got {row!r}.")
        self.rows = [{str(name): float(number) for name, number in row.items()} for row in rows]
        self.ending, self.interrupted = ending, interrupted
        self._training, self._continuation = None, continuation

    @printed
    def __repr__(self) -> str:
        if not self.rows:
            return self.ending or "No epoch is complete yet."
        lines = self.lines()
        widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
        printed = ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
        return "\n".join([*printed, *self.closing()])

    def _repr_html_(self) -> str:
        from nn.display import image, paragraph, table
        from nn.inspect.player.page import picture
        from nn.inspect.player.page_data import curves

        if not self.rows:
            return paragraph(repr(self))
        header, *lines = self.lines()
        losses = picture({"curves": curves(self.rows)}).encode()
        drawn = image("svg+xml", losses, f"The loss of {len(self)} epochs") if len(self) > 1 else ""
        return f"<div>{drawn}{table(header, lines, words=0)}{''.join(map(paragraph, self.closing()))}</div>"

    def lines(self) -> list[list[str]]:
        """Return what is printed of the rows, cell by cell: a header, and some epochs at the start and the end."""
        lines = [["epoch", *self.columns]]
        for epoch, row in enumerate(self.rows, start=1):
            lines.append([str(epoch), *(number_text(row[name]) if name in row else "" for name in self.columns)])
        if len(lines) > EPOCHS_SHOWN + 2:
            half = EPOCHS_SHOWN // 2
            lines = [*lines[: half + 1], ["..."] * len(lines[0]), *lines[-half:]]
        return lines

    def closing(self) -> list[str]:
        """Return what is printed below the rows."""
        return [*filter(None, [self.ending, f"Each step: {self.computation}." if self.computation else ""])]


def is_continuation(entry: object) -> TypeGuard[dict[str, Any]]:
    """Whether something has the form of what a run needs to be gone on with."""
    if not isinstance(entry, dict) or {*entry} != CONTINUATION:
        return False
    return isinstance(entry["generators"], dict) and isinstance(entry["progress"], dict | None)


def is_number(entry: object) -> bool:
    """Whether something is a plain number; True and False are none."""
    return isinstance(entry, int | float) and not isinstance(entry, bool)
