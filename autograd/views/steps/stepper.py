"""``step_through``: stepping through a computation in the terminal: next, back, jump, run to a breakpoint."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import TextIO

from autograd.console import is_terminal, say
from autograd.engine import Value
from autograd.formulas.notation import counted, number_text
from autograd.formulas.text import text_name
from autograd.views.steps.record import Step
from autograd.views.steps.screen import Screen, aligned, listed
from autograd.views.steps.steps import steps

MOST_ROWS = 200
"""How many nodes the list shows."""

HELP = """\
Enter, next        the next step
back               the step before
jump NAME          the next step that concerns a node (jump 7: step 7)
run                on to the next breakpoint, or to the end
stop NAME          put a breakpoint on a node, or take it away (stop: show them)
list               every node with its value and its gradient so far
quit               leave
The first letter of a command is enough."""


def step_through(
    output: "Value | Callable[..., Value]",
    *arguments: object,
    seed: float = 1.0,
    accumulate: bool = False,
    model: object | None = None,
) -> None:
    """Step through a computation and its backward pass in the terminal.

    Where input does not come from a terminal, as in a notebook or a pipe, it prints all the steps. Nothing
    in the graph changes. Arguments and errors are those of :func:`autograd.steps`, which gives the same steps
    as data. ``autograd.step``, its earlier name, still works.

    Example:
        >>> from autograd import Value, step_through
        >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
        >>> step_through(a * b)
        a = 2, b = -3
        --- step 1 of 3, forward -------------------------------------------------------
        v1 = a * b
           = 2 * (-3)
           = -6
        still to compute: nothing
        --- step 2 of 3, backward ------------------------------------------------------
        v1 starts with the gradient 1
        still to visit: v1
        --- step 3 of 3, backward ------------------------------------------------------
        v1 = a * b has the gradient 1
          a gets 1 × (-3) = -3
              local derivative  b = -3
              its gradient      0 + (-3) = -3
          b gets 1 × 2 = 2
              local derivative  a = 2
              its gradient      0 + 2 = 2
        still to visit: nothing
        Gradients: a: -3, b: 2
    """
    records = steps(output, *arguments, seed=seed, accumulate=accumulate, model=model)
    stepper = Stepper(records, colour=has_colour(sys.stdout))
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        all(map(say, stepper.everything()))  # until nobody reads any more
        return
    stepper.screen.width = min(shutil.get_terminal_size().columns, 100)
    with suppress(ImportError):
        import readline  # noqa: F401  # lets input() recall earlier commands
    say(stepper.screen.leaves())
    say(f"{counted(len(records), 'step')}. Enter goes to the next one, help shows what else there is.")
    while not stepper.finished:
        try:
            line = input(f"{max(stepper.position, 0)}/{len(records)}> ")
        except (EOFError, KeyboardInterrupt):
            say("")
            return
        say(stepper.execute(line))


step = step_through
"""The earlier name of :func:`step_through`, one letter away from :func:`autograd.steps`."""


class Stepper:
    """Where one walk through the steps stands; knows nothing of the keyboard.

    Args:
        records: the steps.
        colour: whether the text may contain colours.
    """

    def __init__(self, records: Sequence[Step], *, colour: bool = False) -> None:
        self.records = records
        self.names = records[0].names
        self.screen = Screen(records, colour=colour)
        self.position = 0
        """The number of the step that is shown, counted from 1; 0 before the first."""
        self.breakpoints: set[Value] = set()
        self.finished = False
        self.commands: dict[str, Callable[[str], str]] = {
            "next": self.next,
            "back": self.back,
            "jump": self.jump,
            "run": self.run,
            "stop": self.stop,
            "list": self.overview,
            "quit": self.quit,
            "help": lambda argument: HELP,
        }

    def execute(self, line: str) -> str:
        word, _, argument = line.strip().partition(" ")
        if word.isdigit() and not argument:
            return self.jump(word)
        for name, command in self.commands.items():
            if name.startswith(word.lower()):  # the empty line is `next`, the first of them
                return command(argument.strip())
        return f"There is no command {word!r}.\n{HELP}"

    # --- commands -------------------------------------------------------------------------------------

    def next(self, argument: str = "") -> str:
        if self.position == len(self.records):
            return "That was the last step. back goes back, quit leaves."
        return self.go(self.position + 1)

    def back(self, argument: str = "") -> str:
        if self.position <= 1:
            return "This is the beginning."
        return self.go(self.position - 1)

    def jump(self, argument: str) -> str:
        """Go to the next step that concerns a node, or to a step by its number."""
        if argument.isdigit() and argument not in self.names.values():
            if 1 <= int(argument) <= len(self.records):
                return self.go(int(argument))
            return f"Steps are numbered from 1 to {len(self.records)}."
        nodes = self.called(argument)
        following = [*self.records[self.position :], *self.records[: self.position]]
        visiting = [record for record in following if record.node in nodes]  # a leaf is never visited itself
        for record in visiting or [record for record in following if concerns(record, nodes)]:
            return self.go(record.index + 1)
        return self.unknown(argument)

    def run(self, argument: str = "") -> str:
        """Go on to the next breakpoint or to the end."""
        stops = (record.index + 1 for record in self.records[self.position :] if concerns(record, self.breakpoints))
        return self.go(next(stops, len(self.records)))

    def stop(self, argument: str) -> str:
        """Put a breakpoint on a node, or take it away."""
        nodes = self.called(argument)
        if argument and not nodes:
            return self.unknown(argument)
        self.breakpoints ^= nodes
        names = sorted(text_name(self.names[node]) for node in self.breakpoints)
        return f"Breakpoints: {', '.join(names) or 'none'}."

    def overview(self, argument: str = "") -> str:
        seen = self.records[: self.position]
        computed = {record.node for record in seen}
        gradients = {item.parent: item.after for record in seen for item in record.contributions}
        formulas = {record.node: record.formula for record in self.records if record.phase == "forward"}
        rows = [("node", "formula", "value", "gradient")]
        for node, name in islice(self.names.items(), MOST_ROWS):
            value = number_text(node.data) if node in computed or node not in formulas else "·"
            gradient = number_text(gradients[node]) if node in gradients else "·"
            rows.append((text_name(name), formulas.get(node, ""), value, gradient))
        lines = aligned(rows, "  ")
        if len(self.names) > MOST_ROWS:
            lines.append(f"... and {len(self.names) - MOST_ROWS} more nodes")
        return "\n".join(lines)

    def quit(self, argument: str = "") -> str:
        self.finished = True
        return ""

    # --- moving about -----------------------------------------------------------------------------------

    def go(self, position: int) -> str:
        self.position = position
        return self.screen.step(self.records[position - 1])

    def called(self, name: str) -> set[Value]:
        """Return the nodes of that name, as it is or as it is shown."""
        return {node for node, each in self.names.items() if name in {each, text_name(each)}} if name else set()

    def unknown(self, name: str) -> str:
        known = listed([text_name(each) for each in self.names.values()])
        return f"There is no node called {name!r}. There are {known}." if name else f"Name a node: {known}."

    def everything(self) -> Iterator[str]:
        yield self.screen.leaves()
        for _ in self.records:
            yield self.next()


def concerns(record: Step, nodes: set[Value]) -> bool:
    """Whether one of the nodes gets a value or a gradient in the step, or passes one on."""
    return record.node in nodes or any(item.parent in nodes for item in record.contributions)


def has_colour(stream: TextIO | None) -> bool:
    """Whether colours may be written: to a terminal that has them, unless the user set NO_COLOR."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
