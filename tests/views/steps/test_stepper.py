"""Stepping in the terminal: every command, colours only where they belong, and a real terminal once."""

import io
import os
import pty
import re
import select
import subprocess
import sys
import time

import pytest
from hostile import HOSTILE
from project_root import ROOT
from random_graphs import random_graph

from autograd import Value, dot, step, steps, tanh
from autograd.views.steps.stepper import HELP, Stepper, has_colour


@pytest.fixture
def stepper():
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(6.5, "c")
    product = a * b
    product.label = "a*b"
    total = product + c
    total.label = "n"
    out = tanh(total)
    out.label = "o"
    return Stepper(steps(out))


def title(text):
    return re.match(r"--- (step \d+ of \d+, \w+)", text).group(1)


def test_next_goes_through_all_steps_and_stays_at_the_last(stepper):
    titles = [title(stepper.execute(line)) for line in ("", "n", "next", "", "", "", "")]
    assert titles == [f"step {i} of 7, {'forward' if i < 4 else 'backward'}" for i in range(1, 8)]
    assert "last step" in stepper.execute("")
    assert stepper.position == 7


def test_back_goes_back_and_stays_at_the_first(stepper):
    stepper.execute("")
    stepper.execute("")
    assert title(stepper.execute("back")) == "step 1 of 7, forward"
    assert "beginning" in stepper.execute("b")


def test_jump_goes_to_the_next_step_of_a_node_and_round(stepper):
    assert title(stepper.execute("jump n")) == "step 2 of 7, forward"
    assert title(stepper.execute("jump n")) == "step 6 of 7, backward"
    assert title(stepper.execute("j n")) == "step 2 of 7, forward"
    assert title(stepper.execute("jump c")) == "step 6 of 7, backward"  # a leaf: where its gradient comes in
    assert title(stepper.execute("jump a*b")) == "step 7 of 7, backward" or stepper.position == 7


def test_jump_by_number(stepper):
    assert title(stepper.execute("jump 5")) == "step 5 of 7, backward"
    assert title(stepper.execute("3")) == "step 3 of 7, forward"
    assert stepper.execute("jump 8") == "Steps are numbered from 1 to 7."


def test_jump_to_a_node_that_is_not_there_says_which_there_are(stepper):
    assert stepper.execute("jump x") == "There is no node called 'x'. There are a, b, c, 'a*b', n, o."
    assert stepper.execute("jump") == "Name a node: a, b, c, 'a*b', n, o."


def test_run_goes_to_the_breakpoints_and_then_to_the_end(stepper):
    assert stepper.execute("stop n") == "Breakpoints: n."
    assert title(stepper.execute("run")) == "step 2 of 7, forward"
    assert title(stepper.execute("run")) == "step 5 of 7, backward"  # n gets its gradient
    assert title(stepper.execute("run")) == "step 6 of 7, backward"  # n passes it on
    assert title(stepper.execute("run")) == "step 7 of 7, backward"
    assert stepper.execute("stop n") == "Breakpoints: none."
    assert stepper.execute("stop") == "Breakpoints: none."
    assert "no node" in stepper.execute("stop x")


def test_shows_the_numbers_of_every_contribution(stepper):
    text = stepper.execute("jump 7")
    assert "'a*b' = a * b has the gradient 0.7864" in text
    assert "a gets 0.7864 × (-3) = -2.359" in text
    assert "local derivative  b = -3" in text
    assert "its gradient      0 + (-2.359) = -2.359" in text
    assert text.endswith("Gradients: a: -2.359, b: 1.573, c: 0.7864")


def test_the_list_shows_only_what_is_known_by_now(stepper):
    stepper.execute("jump 5")
    assert stepper.execute("list").splitlines() == [
        "node   formula    value   gradient",
        "a                 2       ·",
        "b                 -3      ·",
        "c                 6.5     ·",
        "'a*b'  a * b      -6      ·",
        "n      'a*b' + c  0.5     0.7864",
        "o      tanh(n)    0.4621  1",
    ]
    stepper.execute("jump 1")
    assert stepper.execute("list").splitlines()[-1].split() == ["o", "tanh(n)", "·", "·"]


def test_help_and_unknown_commands(stepper):
    assert stepper.execute("help") == HELP
    assert stepper.execute("dance") == f"There is no command 'dance'.\n{HELP}"
    assert not stepper.finished
    stepper.execute("q")
    assert stepper.finished


def test_prints_all_steps_when_not_interactive(capsys):
    a = Value(2.0, "a")
    step(a * a)
    printed = capsys.readouterr().out
    assert re.findall(r"step (\d) of 3", printed) == ["1", "2", "3"]
    assert "\x1b" not in printed
    assert printed.endswith("Gradients: a: 4\n")
    assert a.grad == 0.0


def test_a_function_shows_its_source_lines(capsys):
    def f(a, b):
        return a * b

    step(f, 2.0, 3.0)
    assert "test_stepper.py" in (printed := capsys.readouterr().out)
    assert "return a * b" in printed


def test_many_parents_are_counted_not_listed():
    xs = [Value(1.0, f"x{i}") for i in range(1000)]
    text = Stepper(steps(dot(xs, [1.0] * 1000))).execute("jump 3")
    assert "... and 988 more parents get theirs" in text
    assert len(text) < 5000


@pytest.mark.parametrize("seed", range(10))
def test_any_graph_can_be_walked_through_to_the_end(seed):
    walk = Stepper(steps(random_graph(seed)))
    assert len(list(walk.everything())) == len(walk.records) + 1


@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_labels_do_no_harm(label):
    walk = Stepper(steps(tanh(Value(0.5, label))))
    for text in (*walk.everything(), walk.execute("list"), walk.execute("jump nope"), walk.execute(f"jump {label}")):
        assert all(line.isprintable() for line in text.splitlines())
        assert max(map(len, text.splitlines())) < 500


class Terminal:
    encoding = "utf-8"

    def isatty(self):
        return True


def test_colour_only_where_the_terminal_has_it(monkeypatch, stepper):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert has_colour(Terminal())
    assert not has_colour(io.StringIO())
    monkeypatch.setenv("TERM", "dumb")
    assert not has_colour(Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not has_colour(Terminal())
    assert "\x1b" not in stepper.execute("")
    assert "\x1b[1m" in Stepper(stepper.records, colour=True).execute("")


def test_a_terminal_that_lacks_characters_still_gets_text():
    command = [sys.executable, "-c", "from autograd import *; step(Value(2.0, 'שלום') * 3)"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert b"\\u05e9" in done.stdout
    assert b"gets 1 * 3 = 3" in done.stdout


class Conversation:
    """A program that runs in a pseudo-terminal, as a person at a keyboard would have it."""

    def __init__(self, *command, **environment):
        self.keyboard, screen = pty.openpty()
        settings = {**os.environ, "TERM": "xterm", "COLUMNS": "100", **environment}
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=screen, stdout=screen, stderr=screen, env=settings)
        os.close(screen)

    def expect(self, text):
        """Read until ``text`` has appeared and return everything up to it."""
        read, end = "", time.monotonic() + 30
        while text not in read:
            ready, _, _ = select.select([self.keyboard], [], [], max(0, end - time.monotonic()))
            assert ready, f"waited for {text!r}, got {read!r}"
            read += os.read(self.keyboard, 10_000).decode()
        return read

    def type(self, text):
        os.write(self.keyboard, text.encode())

    def close(self):
        os.close(self.keyboard)
        return self.process.wait(timeout=30)


EXPRESSION = ("tanh(a*b + c)", "a=2", "b=-3", "c=6.5")


def test_in_a_real_terminal():
    talk = Conversation(sys.executable, "-m", "autograd", "step", *EXPRESSION, NO_COLOR="")
    talk.expect("0/7> ")
    talk.type("\n")
    assert "= 2 * (-3)" in talk.expect("1/7> ")
    talk.type("stop v3\n")
    talk.expect("Breakpoints: v3.")
    talk.type("run\n")
    assert "\x1b[36m--- step 3 of 7, forward\x1b[0m" in talk.expect("3/7> ")
    talk.type("back\n")
    talk.expect("2/7> ")
    talk.type("jump 7\n")
    assert "Gradients: a: -2.359, b: 1.573, c: 0.7864" in talk.expect("7/7> ")
    talk.type("quit\n")
    assert talk.process.wait(timeout=30) == 0
    talk.close()


@pytest.mark.parametrize("interruption", [EOFError, KeyboardInterrupt], ids=["Ctrl-D", "Ctrl-C"])
def test_leaves_quietly(interruption, monkeypatch, capsys):
    def keyboard(prompt):
        raise interruption

    monkeypatch.setattr("builtins.input", keyboard)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    step(Value(2.0, "a") * 3)
    assert capsys.readouterr().out.startswith("a = 2\n3 steps.")
