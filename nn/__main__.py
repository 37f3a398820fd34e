"""The demo, ``python -m nn``: trains a network on real flowers and draws what it learned."""

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import nn
from autograd import Value, draw, errors, files
from autograd.console import run, say
from nn.data.datasets import load_iris, make_moons
from nn.data.loading import standardize, train_test_split
from nn.inspect.metrics import accuracy


class Task(NamedTuple):
    """What to learn: points in the plane and their classes."""

    samples: list[list[float]]
    labels: list[int]
    class_names: list[str]
    feature_names: list[str]
    sample_name: str


class Parser(argparse.ArgumentParser):
    """Reports a mistake in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (--help lists the options)\n")


def parser() -> Parser:
    """Return the options of the demo."""
    count = option_reader(int, lambda number: number >= 1, "a whole number of at least 1")
    rate = option_reader(float, lambda number: 0 < number < math.inf, "a number greater than 0")
    options = Parser(prog="python -m nn", description="Train a small neural network and draw what it learned.")
    options.add_argument(
        "--data", choices=("iris", "moons"), default="iris", help="150 real flowers, or two half moons (%(default)s)"
    )
    options.add_argument("--epochs", type=count, default=40, help="how often to go through the data (%(default)s)")
    options.add_argument(
        "--hidden", type=count, nargs="+", default=[16], metavar="NEURONS", help="sizes of the hidden layers (16)"
    )
    options.add_argument("--lr", type=rate, default=0.02, help="learning rate of Adam (%(default)s)")
    options.add_argument("--batch-size", type=count, default=16, help="samples per update (%(default)s)")
    options.add_argument("--seed", type=int, default=0, help="of the split, the weights and the order (%(default)s)")
    options.add_argument("--out", type=Path, default=Path("out"), help="folder for the pictures (%(default)s)")
    return options


def option_reader(
    kind: Callable[[str], float], allowed: Callable[[float], bool], wanted: str
) -> Callable[[str], float]:
    """Return a function that reads the number given for an option and rejects one that is not allowed."""

    def read(text: str) -> float:
        try:
            number = kind(text)
        except ValueError:
            number = math.nan
        if not allowed(number):
            raise argparse.ArgumentTypeError(f"expected {wanted}, got {text!r}")
        return number

    return read


def task(name: str, seed: int) -> Task:
    """Return the data set of this name."""
    if name == "moons":
        samples, labels = make_moons(200, noise=0.15, seed=seed)
        return Task(samples, labels, ["upper moon", "lower moon"], ["x", "y"], "point")
    iris = load_iris()
    petals = [flower[2:] for flower in iris.data]
    names = [f"{name} (cm)" for name in iris.feature_names[2:]]
    return Task(petals, iris.target, iris.target_names, names, "flower")


def main(arguments: list[str] | None = None) -> int:
    """Train, report and draw; return 0."""
    options = parser().parse_args(arguments)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser().error(f"--out: cannot write to {options.out}: {error.strerror}")

    data = task(options.data, options.seed)
    split = train_test_split(data.samples, data.labels, test_size=0.25, seed=options.seed)
    train, test, train_labels, test_labels = split
    inputs, test_inputs = standardize(train, test)
    model = nn.MLP(2, [*options.hidden, len(data.class_names)], seed=options.seed)
    say(f"{len(train)} {data.sample_name}s to learn from, {len(test)} to test on.\n{model}")
    try:
        history = nn.fit(
            model,
            (inputs, train_labels),
            loss=nn.cross_entropy,
            optimizer=nn.Adam(model.parameters(), lr=options.lr),
            epochs=options.epochs,
            batch_size=options.batch_size,
            metrics=[accuracy],
            seed=options.seed,
        )
    except errors.NumberOverflowError as error:
        sys.stderr.write(f"python -m nn: training diverged with --lr {options.lr:g}, try a smaller one. {error}\n")
        return 1
    say(f"\n{history.ending}" if history.interrupted else "")
    test_accuracy = accuracy(model(test_inputs), test_labels)
    right = round(test_accuracy * len(test_labels))
    say(f"Test accuracy: {test_accuracy:.1%} ({right} of {len(test_labels)} {data.sample_name}s it had never seen)")

    written = [options.out / "computation_graph.svg"]
    draw_one(model, test_inputs[0], data.feature_names, test_labels[0], written[0])
    try:
        written += plots(model, history, data, split, options.out)
    except ImportError:
        say(f"The plots need matplotlib: {errors.install('plot')}.")
    say("\n  ".join(["\nWritten:", *map(str, written)]))
    return 0


def plots(model: nn.MLP, history: nn.History, data: Task, split: Sequence[list[Any]], folder: Path) -> list[Path]:
    """Draw what the model predicts where, and the loss if there is any; return the files.

    Raises:
        ImportError: matplotlib is not installed.
    """
    train, test, train_labels, test_labels = split
    regions = nn.plot_decision_regions(
        model,
        train,
        train_labels,
        held_out=(test, test_labels),
        class_names=data.class_names,
        feature_names=data.feature_names,
        transform=lambda samples: standardize(train, samples)[1],
    )
    written = [folder / "decision_regions.png"]
    regions.savefig(written[-1])
    if history.rows:
        written.append(folder / "loss_curve.png")
        history.plot().savefig(written[-1])
    return written


def draw_one(model: nn.MLP, sample: list[float], names: list[str], label: int, path: Path) -> None:
    """Draw how the loss of one sample is computed, with its gradients."""
    features = [Value(number, name) for number, name in zip(sample, names, strict=True)]
    loss = nn.cross_entropy(model(features), label)
    loss.label = "loss"
    loss.backward()
    files.write(path, draw(loss, model=model).pipe(format="svg"))
    model.zero_grad()


if __name__ == "__main__":
    try:
        sys.exit(run(main))
    except KeyboardInterrupt:  # while the pictures are drawn; training handles it itself
        sys.exit("\nStopped.")
    except OSError as error:
        sys.exit(f"python -m nn: {error}")
